//! What a list is written in, told by its content.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ListError, csv, json};

/// What a list is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// To be told by its content.
    #[default]
    Auto,
    /// A bundle of STIX 2.1, or a TAXII envelope.
    Stix,
    /// Events of MISP.
    Misp,
    /// Values between commas, semicolons, tabs or bars.
    Csv,
    /// One value a line.
    Text,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 5] =
        [Format::Auto, Format::Stix, Format::Misp, Format::Csv, Format::Text];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Auto => "auto",
            Format::Stix => "stix",
            Format::Misp => "misp",
            Format::Csv => "csv",
            Format::Text => "text",
        }
    }

    /// The format itself, or the one that the content tells.
    pub(super) fn told_by(self, text: &str) -> Result<Format, ListError> {
        if self != Format::Auto {
            return Ok(self);
        }
        let looks_like_json = text.trim_start().starts_with(['{', '[']);
        if !looks_like_json {
            return Ok(if csv::looks_like_it(text) { Format::Csv } else { Format::Text });
        }
        let names = json::names(text)?;
        let has = |name: &str| names.iter().any(|found| found == name);
        if has("Event") || has("Attribute") || has("response") {
            Ok(Format::Misp)
        } else if has("objects") || has("spec_version") || has("pattern") {
            Ok(Format::Stix)
        } else {
            Err(ListError::NotAList(
                "the list is JSON, but neither a bundle of STIX (`objects`) nor an event of MISP \
                 (`Event`): name the format if it is one",
            ))
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no format of indicator lists: use one of auto, stix, misp, csv, text")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        Format::ALL
            .into_iter()
            .find(|format| format.as_str() == word)
            .ok_or_else(|| UnknownFormat(word.chars().take(64).collect()))
    }
}
