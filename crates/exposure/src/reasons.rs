//! What an exposure's answer and its rank rest on, kept as values until somebody reads them.
//!
//! In: a verdict's reasons or a tracker's words, the grounds of the rank. Out: sentences, the deciding
//! one first. Never: a sentence that is made and not read: a host has thousands.

use std::fmt;

use serde::{Serialize, Serializer};
use smallvec::SmallVec;

use crate::rank::Grounds;
use crate::verdict::Reason;

/// The reasons of one exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    found: Found,
    /// None when it is closed.
    grounds: Option<Grounds>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    /// By a catalogue.
    Decided(SmallVec<[Reason; 1]>),
    /// By trackers of packages.
    Told(Vec<String>),
}

impl Reasons {
    /// Those of a verdict.
    pub(crate) fn decided(reasons: SmallVec<[Reason; 1]>) -> Self {
        Reasons { found: Found::Decided(reasons), grounds: None }
    }

    /// Those that trackers gave.
    pub(crate) fn told(sentences: Vec<String>) -> Self {
        Reasons { found: Found::Told(sentences), grounds: None }
    }

    /// Adds those of the rank.
    pub(crate) fn rank_by(&mut self, grounds: Grounds) {
        self.grounds = Some(grounds);
    }

    /// The deciding one, as a sentence; empty when there is none.
    pub fn first(&self) -> String {
        let mut first = None;
        self.each(|sentence| {
            first.get_or_insert_with(|| sentence.to_string());
        });
        first.unwrap_or_default()
    }

    /// All of them, one sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        self.each(|sentence| sentences.push(sentence.to_string()));
        sentences
    }

    fn each(&self, mut see: impl FnMut(&dyn fmt::Display)) {
        match &self.found {
            Found::Decided(reasons) => reasons.iter().for_each(|reason| see(reason)),
            Found::Told(sentences) => sentences.iter().for_each(|sentence| see(sentence)),
        }
        if let Some(grounds) = &self.grounds {
            grounds.each().for_each(|ground| see(&ground));
        }
    }
}

impl Serialize for Reasons {
    /// As a list of sentences.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.sentences())
    }
}
