//! What a rank rests on, kept as values: sentences are made only when somebody reads them.
//!
//! In: what the tables were asked and answered. Out: one sentence for each ground, in a fixed order.
//! Never: an estimate that is not called one.

use std::fmt;

use wardwatch_model::Clock;
use wardwatch_model::landscape::KnownExploited;

use super::inputs::{Attack, Estimate, Inputs};
use super::{Decision, words, yes};

/// What a rank rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    pub(super) attack: Option<Attack>,
    pub(super) exploited: Option<KnownExploited>,
    /// Whether somebody has said if the internet reaches it.
    pub(super) internet_said: bool,
    pub(super) estimate: Option<Estimate>,
    pub(super) inputs: Inputs,
    pub(super) clock: Clock,
    pub(super) decision: Option<Decision>,
}

/// One of them.
enum Ground<'g> {
    Attacked(&'g Attack),
    Exploited(KnownExploited),
    InternetUnsaid,
    Estimated(Estimate),
    Clock(&'g Inputs, Clock),
    Decision(&'g Inputs, Decision),
}

impl Grounds {
    /// One sentence for each, the weightiest first.
    pub fn sentences(&self) -> Vec<String> {
        self.each().map(|ground| ground.to_string()).collect()
    }

    /// The same, to be written without being kept.
    pub(crate) fn each(&self) -> impl Iterator<Item = impl fmt::Display + '_> {
        [
            self.attack.as_ref().map(Ground::Attacked),
            self.exploited.map(Ground::Exploited),
            (!self.internet_said).then_some(Ground::InternetUnsaid),
            self.estimate.map(Ground::Estimated),
            Some(Ground::Clock(&self.inputs, self.clock)),
            self.decision.map(|decision| Ground::Decision(&self.inputs, decision)),
        ]
        .into_iter()
        .flatten()
    }
}

impl fmt::Display for Ground<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ground::Attacked(attack) => write!(
                f,
                "attacked now: {} in {} organisation{} since {}",
                attack.name,
                attack.organisations,
                if attack.organisations == 1 { "" } else { "s" },
                attack.since
            ),
            Ground::Exploited(known) => {
                let ransomware = if known.ransomware { ", ransomware uses it" } else { "" };
                write!(f, "known exploited since {} (KEV){ransomware}", known.added)
            }
            Ground::InternetUnsaid => {
                f.write_str("nobody has said that the internet reaches it: taken as no")
            }
            Ground::Estimated(estimate) => f.write_str(estimate.sentence()),
            Ground::Clock(inputs, clock) => write!(
                f,
                "BOD 26-04: exposed to the internet {}, known exploited {}, automatable {}, impact {}: {}",
                yes(inputs.internet),
                yes(inputs.exploited),
                yes(inputs.automatable),
                inputs.impact_word(),
                words(*clock),
            ),
            Ground::Decision(inputs, decision) => write!(
                f,
                "SSVC: exploitation {}, exposure {}, automatable {}, human impact {}: {}",
                inputs.exploitation_word(),
                inputs.exposure.as_str(),
                yes(inputs.automatable),
                inputs.human.as_str(),
                decision.as_str(),
            ),
        }
    }
}
