//! Protection plans of devices that get no fixes any more, and what people and sensors say for them.

use serde::{Deserialize, Serialize};
use wardwatch_model::plan::{Placing, StepSignature, Watched};
use wardwatch_model::{
    CareClass, Day, Duty, OrgId, Reach, ServiceCode, Signer, StepKind, StepState,
};

/// Flows of one delivery, and devices of it.
pub const MAX_FLOWS: usize = 20_000;
/// Characters of a name or a few words.
pub const MAX_WORDS: usize = 200;
/// Characters of a note.
pub const MAX_NOTE: usize = 4_000;

/// Which devices: `GET /api/v1/plans`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Of none of these and those below them: codes, apart by commas.
    pub not_org: Option<String>,
    /// Only those that run this.
    pub system: Option<String>,
    /// None that runs this.
    pub not_system: Option<String>,
    /// Only of this care class, or `unclassified`.
    pub care_class: Option<String>,
    /// None of this care class, or `unclassified`.
    pub not_care_class: Option<String>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// How many steps of a plan stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCounts {
    /// Proven.
    pub verified: u32,
    /// Proven once, or needed by care, and so no longer.
    pub broken: u32,
    /// Not done.
    pub open: u32,
    /// Nothing tells.
    pub unknown: u32,
}

/// A device that gets no fixes any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// What it runs.
    pub system: String,
    /// The last day of its support, where known.
    pub ended: Option<Day>,
    /// How careful to be with it; none counts as passive.
    pub care_class: Option<CareClass>,
    /// The service that depends on it.
    pub service: Option<ServiceCode>,
    /// What it does; none while nobody has said.
    pub duty: Option<Duty>,
    /// From how far away it can be reached; none while nobody has said.
    pub reach: Option<Reach>,
    /// Higher is first: how far an attacker can reach it.
    pub score: u32,
    /// Why it stands there.
    pub reasons: Vec<String>,
    /// How its steps stand.
    pub steps: StepCounts,
}

/// A flow, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowView {
    /// The other side.
    pub peer: String,
    /// The port that is served.
    pub port: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Whether the device serves it; else the peer does.
    pub inward: bool,
    /// What the port is for, in words.
    pub purpose: String,
    /// The first day on which it was seen; none of what only the plan needs.
    pub first: Option<Day>,
    /// The last.
    pub last: Option<Day>,
    /// Whether care needs it, where somebody has said.
    pub needed: Option<bool>,
}

/// A step and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// Its place in this plan.
    pub number: u8,
    /// What sort it is: its key.
    pub kind: StepKind,
    /// What it is, in a few words.
    pub title: String,
    /// How, on this system.
    pub what: String,
    /// Who does it, in words.
    pub who: String,
    /// What it changes for an attacker.
    pub effect: String,
    /// How it is proven, one sentence each.
    pub proofs: Vec<String>,
    /// Whose signatures it wants.
    pub signers: Vec<Signer>,
    /// Whether somebody has to look and say so.
    pub by_hand: bool,
    /// How it stands.
    pub state: StepState,
    /// Why.
    pub reason: String,
}

/// The plan of a device: `GET /api/v1/devices/{org}/{name}/plan`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// What it is and runs.
    pub about: String,
    /// Why it needs a plan.
    pub why: String,
    /// Whether nothing may be done on the device itself: passive, or not classified.
    pub passive: bool,
    /// Where people say that it stands.
    pub placing: Placing,
    /// When its segment was watched without a gap; none when it never was.
    pub watched: Option<Watched>,
    /// Until when every flow is learnt; none before the first watch.
    pub learnt_until: Option<Day>,
    /// What must go on.
    pub keep: Vec<FlowView>,
    /// What the plan itself needs.
    pub let_through: Vec<FlowView>,
    /// What was seen beside that: new peers, and what the plan closes.
    pub others: Vec<FlowView>,
    /// Its steps, what keeps attackers away first.
    pub steps: Vec<StepView>,
    /// What was signed, the newest first.
    pub signatures: Vec<StepSignature>,
    /// The day on which it is looked at again.
    pub review: Day,
    /// Who signs the whole.
    pub sign_off: Vec<Signer>,
    /// The plan as one page of text.
    pub page: String,
}

/// A name under a step: `POST /api/v1/devices/{org}/{name}/plan/sign`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignStep {
    /// The step.
    pub step: StepKind,
    /// In whose name; none says that somebody looked.
    #[serde(default)]
    pub signer: Option<Signer>,
    /// The last day on which it holds; until the plan is looked at again unless given.
    #[serde(default)]
    pub until: Option<Day>,
    /// What they said, or where the paper is.
    #[serde(default)]
    pub note: String,
}

/// Whether care needs a flow: `POST /api/v1/devices/{org}/{name}/plan/flow`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeFlow {
    /// The other side.
    pub peer: String,
    /// The port.
    pub port: u16,
    /// `tcp` or `udp`; `tcp` unless given.
    #[serde(default = "tcp")]
    pub protocol: String,
    /// Whether the device serves it.
    pub inward: bool,
    /// Whether care needs it.
    pub needed: bool,
}

/// A flow that a sensor saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowLine {
    /// The device.
    pub device: String,
    /// The other side: a name or an address.
    pub peer: String,
    /// The port that is served.
    pub port: u16,
    /// `tcp` or `udp`; `tcp` unless given.
    #[serde(default = "tcp")]
    pub protocol: String,
    /// Whether the device serves it.
    pub inward: bool,
    /// The first day on which it was seen; its last one unless given.
    #[serde(default)]
    pub first: Option<Day>,
    /// The last day on which it was seen; the last watched one unless given.
    #[serde(default)]
    pub last: Option<Day>,
}

/// What a sensor of the network saw of devices: `POST /api/v1/flows`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowsSeen {
    /// The devices' organisation.
    pub org: OrgId,
    /// The first day that the sensor watched.
    pub from: Day,
    /// The last day, wholly watched.
    pub through: Day,
    /// Devices that it watched, whether it saw anything of them or not; those of `flows` count too.
    #[serde(default)]
    pub devices: Vec<String>,
    /// What it saw.
    #[serde(default)]
    pub flows: Vec<FlowLine>,
}

/// What was taken of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowsTaken {
    /// Devices that were watched.
    pub devices: u64,
    /// Flows that were seen.
    pub flows: u64,
    /// Flows of them that care may not need: new peers after the days of learning.
    pub strangers: u64,
}

fn tcp() -> String {
    "tcp".to_owned()
}
