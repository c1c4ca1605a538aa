//! Protection plans, as far as people and sensors say something for them: what a device is for, what
//! it was seen to talk to, who signed what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::time::Timestamp;

/// Enums whose values are words, the same in JSON, in CSV and on the command line.
macro_rules! words {
    ($(#[$about:meta])* $name:ident, $what:literal: $($(#[$doc:meta])* $value:ident = $word:literal,)+) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$doc])* $value,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$value,)+];

            /// The word used in every output.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$value => $word,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                let known = $name::ALL.iter().find(|one| one.as_str() == word);
                known.copied().ok_or_else(|| {
                    let word: String = word.chars().take(64).collect();
                    let all: Vec<&str> = $name::ALL.iter().map(|one| one.as_str()).collect();
                    format!("'{word}' is no {}: use one of {}", $what, all.join(", "))
                })
            }
        }
    };
}

words! {
    /// What a device does.
    Duty, "duty":
    /// Console of a scanner: MRI, CT, X-ray, ultrasound.
    ImagingConsole = "imaging_console",
    /// Analyser of a laboratory.
    LabAnalyser = "lab_analyser",
    /// Server of files.
    FileServer = "file_server",
    /// Kiosk or sign.
    Kiosk = "kiosk",
    /// PC of a ward or clinic.
    WardPc = "ward_pc",
    /// Pump or monitor at a bed.
    Pump = "pump",
    /// Control of a building.
    BuildingControl = "building_control",
    /// Something else.
    Other = "other",
}

words! {
    /// From how far away a device can be reached.
    Reach, "reach":
    /// Only from peers that are listed: a sealed segment.
    Peers = "peers",
    /// From its segment.
    Segment = "segment",
    /// Nothing is known; counts as the whole network.
    NothingKnown = "nothing_known",
    /// From the whole network of the organisation.
    WholeNetwork = "whole_network",
    /// From the internet.
    Internet = "internet",
}

words! {
    /// Whose signature a step or a plan wants.
    Signer, "signer":
    /// The clinical engineer who answers for the device.
    ClinicalEngineer = "clinical_engineer",
    /// The supplier.
    Supplier = "supplier",
    /// The owner of the service.
    ServiceOwner = "service_owner",
    /// The board member who answers for information risk (SIRO).
    RiskOwner = "risk_owner",
}

words! {
    /// What sort a step of a plan is: the key that stays with it. A plan made anew may have more steps
    /// or fewer, so their numbers shift; a plan has one step of a kind at most.
    StepKind, "step":
    /// Everything but care is cut.
    Wall = "wall",
    /// Care is seen to go on.
    Care = "care",
    /// File sharing is cut, or narrowed.
    FileSharing = "file_sharing",
    /// Who comes from afar comes through one door.
    Remote = "remote",
    /// The device's own firewall.
    Firewall = "firewall",
    /// The last service pack.
    ServicePack = "service_pack",
    /// Late updates.
    Updates = "updates",
    /// What is not needed is taken away.
    Strip = "strip",
    /// Attempts are listened for.
    Listen = "listen",
    /// A copy to put back.
    Restore = "restore",
    /// The day on which it goes.
    Leave = "leave",
}

words! {
    /// How a step stands.
    StepState, "state of a step":
    /// Not done yet.
    Open = "open",
    /// Proven.
    Verified = "verified",
    /// It was proven, or care needs it, and it is so no longer.
    Broken = "broken",
    /// Nothing was observed that would tell.
    Unknown = "unknown",
}

/// Where a device stands, in people's words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placing {
    /// What it does; none while nobody has said.
    #[serde(default)]
    pub duty: Option<Duty>,
    /// What it is, in words of the house: `MRI console, room 2`.
    #[serde(default)]
    pub what: Option<String>,
    /// Who supplied it, where somebody did.
    #[serde(default)]
    pub supplier: Option<String>,
    /// The host through which the supplier comes, as the sensor names it.
    #[serde(default)]
    pub jump_host: Option<String>,
    /// From how far away it can be reached; none while nobody has said.
    #[serde(default)]
    pub reach: Option<Reach>,
}

/// From and through which day something was watched without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The first day.
    pub from: Day,
    /// The last.
    pub through: Day,
}

/// A flow of a device, as a sensor saw it on one day or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFlow {
    /// The other side: a name or an address.
    pub peer: String,
    /// The port that is served.
    pub port: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Whether the device serves it; else the peer does.
    pub inward: bool,
    /// The first day on which it was seen.
    pub first: Day,
    /// The last.
    pub last: Day,
    /// Whether care needs it, where somebody has said.
    #[serde(default)]
    pub needed: Option<bool>,
}

/// Somebody's name under a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSignature {
    /// The step.
    pub step: StepKind,
    /// In whose name; none for a check by hand.
    pub signer: Option<Signer>,
    /// Who wrote it down.
    pub by: String,
    /// When.
    pub time: Timestamp,
    /// The last day on which it holds; none until the plan is looked at again.
    pub until: Option<Day>,
    /// What they said, or where the paper is.
    pub note: String,
}

/// What a device's crash reports tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrashReports {
    /// Since when it is known to send them: the day on which the first one came in.
    pub since: Day,
    /// The day of its last crash, by its own clock, and no later than the report came in.
    pub last: Day,
}

impl CrashReports {
    /// One that came in on a day.
    pub fn one(received: Day, crashed: Day) -> Self {
        CrashReports { since: received, last: crashed.min(received) }
    }

    /// Both as one.
    #[must_use]
    pub fn join(self, other: CrashReports) -> Self {
        CrashReports { since: self.since.min(other.since), last: self.last.max(other.last) }
    }
}

/// What came from a device itself, beside its reports of what it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// The day of its last event; none when none came.
    pub heard: Option<Day>,
    /// Its crash reports; none when none came.
    pub crashes: Option<CrashReports>,
}

/// All that people and sensors said of a device for its plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanFacts {
    /// Where it stands.
    #[serde(default)]
    pub placing: Placing,
    /// When its segment was watched; none when it never was.
    #[serde(default)]
    pub watched: Option<Watched>,
    /// The first day on which it was ever watched: what is seen in the days after it is learnt.
    #[serde(default)]
    pub learnt_from: Option<Day>,
    /// What was seen.
    #[serde(default)]
    pub flows: Vec<KnownFlow>,
    /// What was signed.
    #[serde(default)]
    pub signatures: Vec<StepSignature>,
    /// Steps that were proven once.
    #[serde(default)]
    pub held: BTreeSet<StepKind>,
    /// Steps that were told to be broken, until they hold again.
    #[serde(default)]
    pub broken: BTreeSet<StepKind>,
    /// What came from it. It is read beside the others and not kept with them.
    #[serde(skip)]
    pub sent: Sent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_in_json_and_text() {
        for kind in StepKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        for duty in Duty::ALL {
            assert_eq!(serde_json::to_value(duty).unwrap(), duty.as_str());
        }
        for (reach, signer) in Reach::ALL.iter().zip(Signer::ALL) {
            assert_eq!(serde_json::to_value(reach).unwrap(), reach.as_str());
            assert_eq!(serde_json::to_value(signer).unwrap(), signer.as_str());
        }
        for state in StepState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert!("mri".parse::<Duty>().unwrap_err().contains("use one of imaging_console, "));
    }
}
