//! What people and sensors said of a device, on its way into a plan and into its check.
//!
//! In: facts, what a sensor saw, a day. Out: the facts with that in them; a subject in its place;
//! observations. Never: a peer that came after the days of learning taken for one that care needs,
//! before somebody has said so.

use wardwatch_model::plan::{KnownFlow, PlanFacts, StepSignature, Watched};
use wardwatch_model::{Day, Inventory};

use super::{Duty, Flow, Observations, SeenFlow, Signature, Subject};

/// Days from the first watched one in which every flow is taken for one that care may need.
pub const LEARNING_DAYS: i32 = 14;
/// Days after which a flow that was not seen again is forgotten.
const REMEMBERED_DAYS: i32 = 90;
/// Flows of one device; of more, those seen longest ago are forgotten.
const MAX_FLOWS: usize = 500;
/// Signatures of one device; of more, the oldest are forgotten.
const MAX_SIGNATURES: usize = 200;

/// A flow that a sensor saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub flow: Flow,
    /// The first day on which it was seen.
    pub first: Day,
    /// The last day on which it was seen.
    pub last: Day,
}

/// Takes what a sensor saw of a device from one day through another.
pub fn take(facts: &mut PlanFacts, seen: &[Seen], from: Day, through: Day) {
    let through = through.max(from);
    facts.watched = Some(match facts.watched {
        // Days that touch are one time; a gap begins a new one.
        Some(known) if from <= known.through.plus(1) && known.from <= through.plus(1) => {
            Watched { from: known.from.min(from), through: known.through.max(through) }
        }
        Some(known) if through < known.from => known,
        _ => Watched { from, through },
    });
    facts.learnt_from = Some(facts.learnt_from.map_or(from, |first| first.min(from)));
    for one in seen {
        let last = one.last.clamp(from, through);
        let first = one.first.clamp(from, last);
        let known = facts.flows.iter_mut().find(|known| flow(known) == one.flow);
        match known {
            Some(known) => {
                known.first = known.first.min(first);
                known.last = known.last.max(last);
            }
            None => facts.flows.push(KnownFlow {
                peer: one.flow.peer.clone(),
                port: one.flow.port,
                protocol: one.flow.protocol.clone(),
                inward: one.flow.inward,
                first,
                last,
                needed: None,
            }),
        }
    }
    let since = through.plus(-REMEMBERED_DAYS);
    facts.flows.retain(|known| known.needed.is_some() || known.last > since);
    facts.flows.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| flow(a).cmp(&flow(b))));
    facts.flows.truncate(MAX_FLOWS);
}

/// Puts a signature to the others.
pub fn sign(facts: &mut PlanFacts, signature: StepSignature) {
    facts.signatures.push(signature);
    let over = facts.signatures.len().saturating_sub(MAX_SIGNATURES);
    facts.signatures.drain(..over);
}

fn flow(known: &KnownFlow) -> Flow {
    Flow {
        peer: known.peer.clone(),
        port: known.port,
        protocol: known.protocol.clone(),
        inward: known.inward,
    }
}

/// Whether a flow came after the days of learning, and nobody has said that care needs it; or
/// somebody has said that it does not.
fn is_strange(facts: &PlanFacts, known: &KnownFlow) -> bool {
    let learnt_until = facts.learnt_from.map(|from| from.plus(LEARNING_DAYS - 1));
    match known.needed {
        Some(needed) => !needed,
        None => learnt_until.is_none_or(|until| known.first > until),
    }
}

/// Flows that nobody has said that care needs, and that came after the days of learning.
pub fn strangers(facts: &PlanFacts) -> Vec<&KnownFlow> {
    facts.flows.iter().filter(|known| is_strange(facts, known)).collect()
}

/// Puts a device of which only a report was known in its place.
#[must_use]
pub fn place(subject: Subject, facts: &PlanFacts) -> Subject {
    let placing = &facts.placing;
    let duty = placing.duty.unwrap_or(subject.duty);
    let named = placing.what.clone().filter(|what| !what.is_empty());
    let what = named.or_else(|| placing.duty.map(in_words));
    let own = facts.flows.iter().filter(|known| !is_strange(facts, known));
    let mut flows: Vec<Flow> = own.map(flow).collect();
    flows.sort();
    // What is seen from outside tells of the port more surely than the device itself.
    let served = facts.flows.iter().any(|known| known.inward && known.port == 445);
    Subject {
        duty,
        what: what.unwrap_or(subject.what),
        supplier: placing.supplier.clone().filter(|supplier| !supplier.is_empty()),
        jump_host: placing.jump_host.clone().filter(|host| !host.is_empty()),
        reach: placing.reach.unwrap_or(subject.reach),
        smb_open: if served { Some(true) } else { subject.smb_open },
        last_crash: facts.sent.crashes.map(|crashes| crashes.last),
        flows,
        ..subject
    }
}

/// The duty for people.
fn in_words(duty: Duty) -> String {
    let words = match duty {
        Duty::ImagingConsole => "Imaging console",
        Duty::LabAnalyser => "Laboratory analyser",
        Duty::FileServer => "File server",
        Duty::Kiosk => "Kiosk",
        Duty::WardPc => "PC of a ward",
        Duty::Pump => "Pump or monitor",
        Duty::BuildingControl => "Control of a building",
        Duty::Other => "Device",
    };
    words.to_owned()
}

/// What a plan is held against: what was seen and signed, and what the last reports say. `lists`
/// says whether one of them lists the updates.
pub fn observed(facts: &PlanFacts, inventory: &Inventory, lists: bool) -> Observations {
    let seen = |known: &KnownFlow| SeenFlow {
        peer: known.peer.clone(),
        port: known.port,
        inward: known.inward,
        last: known.last,
    };
    let signed = |one: &StepSignature| Signature {
        step: one.step,
        signer: one.signer,
        day: Day::of(one.time),
        until: one.until,
    };
    Observations {
        watched: facts.watched.map(|watched| (watched.from, watched.through)),
        flows: facts.flows.iter().map(seen).collect(),
        settings: Some(inventory.settings.clone()),
        updates: lists.then(|| inventory.updates.iter().map(|update| update.kb).collect()),
        heard: facts.sent.heard,
        reports_crashes_since: facts.sent.crashes.map(|crashes| crashes.since),
        crashes: facts.sent.crashes.iter().map(|crashes| crashes.last).collect(),
        signatures: facts.signatures.iter().map(signed).collect(),
    }
}
