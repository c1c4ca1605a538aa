//! A plan, its steps, and how each is proven.

use std::fmt;

use serde::{Deserialize, Serialize};
use wardwatch_model::inventory::SettingName;
use wardwatch_model::{Day, Kb};

use super::{Flow, Signer, StepKind, StepState};

/// Who does a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The clinical engineer.
    ClinicalEngineer,
    /// The network team.
    NetworkTeam,
    /// The supplier.
    Supplier,
    /// IT.
    It,
    /// The manager of the ward or department.
    WardManager,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Who::ClinicalEngineer => "clinical engineer",
            Who::NetworkTeam => "network team",
            Who::Supplier => "supplier",
            Who::It => "IT",
            Who::WardManager => "ward manager",
        })
    }
}

/// How a step is proven. What the network sees and what people sign needs nothing on the device.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Verification {
    /// No flow to this port of the device from whoever is not in the plan's list, for so many days.
    FlowNotSeen {
        /// The port.
        port: u16,
        /// Peers from which it may come all the same.
        except: Vec<String>,
        /// For how many days.
        days: u16,
    },
    /// No flow but those that are listed, for so many days.
    OnlyListed {
        /// Those that may be seen.
        allowed: Vec<Flow>,
        /// For how many days.
        days: u16,
    },
    /// A flow that care needs was seen within so many days.
    FlowSeen {
        /// The other side.
        peer: String,
        /// The port.
        port: u16,
        /// Whether the device serves it; else the peer does.
        inward: bool,
        /// Within how many days.
        days: u16,
    },
    /// A report says that a setting is on or off.
    SettingReported {
        /// The setting.
        name: SettingName,
        /// Whether it is to be on.
        on: bool,
    },
    /// No crash report for so many days, from a device that is known to send them and was heard.
    NoCrashReports {
        /// For how many days.
        days: u16,
    },
    /// A report lists the update.
    UpdateInstalled {
        /// Its number.
        kb: Kb,
    },
    /// Somebody signed.
    SignedBy {
        /// Who.
        signer: Signer,
    },
    /// Somebody looked and said so.
    ManualCheck {
        /// What to look at.
        look: String,
    },
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verification::FlowNotSeen { port, days, except } if except.is_empty() => {
                write!(f, "nobody reaches port {port} for {days} days")
            }
            Verification::FlowNotSeen { port, days, .. } => {
                write!(f, "none but those listed reaches port {port} for {days} days")
            }
            Verification::OnlyListed { days, .. } => {
                write!(f, "nothing but what is listed is seen for {days} days")
            }
            Verification::FlowSeen { peer, port, days, .. } => {
                write!(f, "port {port} with {peer} seen within {days} days")
            }
            Verification::SettingReported { name, on } => {
                write!(f, "{} reported {}", setting(name), if *on { "on" } else { "off" })
            }
            Verification::NoCrashReports { days } => write!(f, "no crash report for {days} days"),
            Verification::UpdateInstalled { kb } => write!(f, "{kb} listed"),
            Verification::SignedBy { signer } => {
                write!(f, "signed by the {}", signer_word(*signer))
            }
            Verification::ManualCheck { look } => f.write_str(look),
        }
    }
}

/// The word for people.
pub fn signer_word(signer: Signer) -> &'static str {
    match signer {
        Signer::ClinicalEngineer => "clinical engineer",
        Signer::Supplier => "supplier",
        Signer::ServiceOwner => "owner of the service",
        Signer::RiskOwner => "SIRO",
    }
}

fn setting(name: &SettingName) -> String {
    match name {
        SettingName::SmbV1Server => "SMB 1 server".to_owned(),
        SettingName::SmbV1Client => "SMB 1 client".to_owned(),
        SettingName::RemoteDesktop => "Remote Desktop".to_owned(),
        SettingName::NetworkLevelAuthentication => "NLA".to_owned(),
        SettingName::PrintSpooler => "print spooler".to_owned(),
        SettingName::OpenPort(port) => format!("port {port}"),
        SettingName::Firewall => "firewall".to_owned(),
        SettingName::AutoRun => "AutoRun".to_owned(),
    }
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its place on this page, from 1; shifts when the plan is made anew.
    pub number: u8,
    /// What sort it is: its key.
    pub kind: StepKind,
    /// What it is, in a few words.
    pub title: String,
    /// How, on this system.
    pub what: String,
    /// Who does it.
    pub who: Who,
    /// What it changes for an attacker.
    pub effect: String,
    /// Flows that must stay while it is done.
    pub keep: Vec<Flow>,
    /// How it is proven: all of them must hold.
    pub verify: Vec<Verification>,
    /// How it stands.
    pub state: StepState,
    /// Whether it was ever proven: that it fails then is broken, whatever was not known in between.
    pub held: bool,
    /// Why it stands so; empty before anybody looked.
    pub reason: String,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The device.
    pub device: String,
    /// What it is and runs, for people.
    pub about: String,
    /// Why it needs a plan, two sentences.
    pub why: String,
    /// Whether nothing may be done on the device by us.
    pub passive: bool,
    /// Its steps, what keeps attackers away first.
    pub steps: Vec<Step>,
    /// What must go on.
    pub flows_to_keep: Vec<Flow>,
    /// What the plan itself needs: the jump host in, crash reports out.
    pub let_through: Vec<Flow>,
    /// Whether anything at all was observed.
    pub observed: bool,
    /// The day on which the plan is looked at again.
    pub review: Day,
    /// Months from its making to that day.
    pub review_months: i32,
    /// Who signs it.
    pub sign_off: Vec<Signer>,
}
