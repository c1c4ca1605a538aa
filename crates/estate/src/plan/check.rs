//! Holding a plan against what was observed.
//!
//! In: a plan, observations, a day. Out: the plan with each step verified, broken, open or unknown,
//! and why. Never: a step verified by silence of a sensor that did not look.

use serde::{Deserialize, Serialize};
use wardwatch_model::inventory::Setting;
use wardwatch_model::{Day, Kb};

use super::subject::COLLECTOR;
use super::{Flow, Plan, Signer, Step, StepKind, StepState, Verification, signer_word};

/// A flow that a sensor saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenFlow {
    /// The other side.
    pub peer: String,
    /// The port that was served.
    pub port: u16,
    /// Whether the device served it.
    pub inward: bool,
    /// The last day on which it was seen.
    pub last: Day,
}

/// Who signed what, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The step's key.
    pub step: StepKind,
    /// Who signed; none for a check by hand.
    pub signer: Option<Signer>,
    /// The day.
    pub day: Day,
    /// Until when it holds; none until the plan is looked at again, counted from the day of signing
    /// when the plan was made anew since.
    pub until: Option<Day>,
}

/// What was observed. Each sort of it may be missing, which is not the same as empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Observations {
    /// From and through which day the network was watched without a gap; none when it was not.
    pub watched: Option<(Day, Day)>,
    /// Flows that were seen.
    pub flows: Vec<SeenFlow>,
    /// Settings of the last report; none without one.
    pub settings: Option<Vec<Setting>>,
    /// Updates of the last report; none without one.
    pub updates: Option<Vec<Kb>>,
    /// The day of the last event that the device sent itself; none when it sent none.
    #[serde(default)]
    pub heard: Option<Day>,
    /// Since when this device is known to send crash reports: one of it arrived, or a test did.
    pub reports_crashes_since: Option<Day>,
    /// Days of crash reports.
    pub crashes: Vec<Day>,
    /// What people signed.
    pub signatures: Vec<Signature>,
}

/// What an observation says of a verification.
enum Evidence {
    Holds,
    /// It does not hold.
    Fails(String),
    /// It does not hold, and care needs it.
    CareFails(String),
    Missing(String),
}

/// The plan as it stands on `today`.
#[must_use]
pub fn check(mut plan: Plan, observations: &Observations, today: Day) -> Plan {
    let term = Term { review: plan.review, months: plan.review_months };
    for step in &mut plan.steps {
        let evidence: Vec<Evidence> = step
            .verify
            .iter()
            .map(|proof| match proof {
                Verification::SignedBy { signer } => {
                    signed(step, Some(*signer), observations, term, today)
                }
                Verification::ManualCheck { .. } => signed(step, None, observations, term, today),
                _ => weigh(proof, observations, today),
            })
            .collect();
        step.held |= matches!(step.state, StepState::Verified | StepState::Broken);
        (step.state, step.reason) = settle(step, &evidence);
        step.held |= step.state == StepState::Verified;
    }
    plan
}

/// A flow of care that is gone is broken at once; other proofs that fail leave a step open that
/// never held, and break one that did.
fn settle(step: &Step, evidence: &[Evidence]) -> (StepState, String) {
    let mut missing = None;
    for one in evidence {
        match one {
            Evidence::CareFails(reason) => return (StepState::Broken, reason.clone()),
            Evidence::Fails(reason) => {
                let state = if step.held { StepState::Broken } else { StepState::Open };
                return (state, reason.clone());
            }
            Evidence::Missing(reason) => missing = missing.or(Some(reason)),
            Evidence::Holds => {}
        }
    }
    match missing {
        // What was broken stays so until the contrary is proven.
        Some(reason) if step.state == StepState::Broken => (StepState::Broken, reason.clone()),
        Some(reason) => (StepState::Unknown, reason.clone()),
        None => (StepState::Verified, "all proofs hold".to_owned()),
    }
}

fn weigh(proof: &Verification, seen: &Observations, today: Day) -> Evidence {
    match proof {
        Verification::FlowNotSeen { port, except, days } => {
            let since = today.plus(-i32::from(*days));
            let stranger = seen.flows.iter().find(|flow| {
                flow.inward
                    && flow.port == *port
                    && flow.last > since
                    && !except.contains(&flow.peer)
            });
            match (stranger, watched(seen, since, today)) {
                (Some(flow), _) => Evidence::Fails(format!(
                    "port {port} was reached by {} on {}",
                    flow.peer, flow.last
                )),
                (None, Ok(())) => Evidence::Holds,
                (None, Err(reason)) => Evidence::Missing(reason),
            }
        }
        Verification::OnlyListed { allowed, days } => {
            let since = today.plus(-i32::from(*days));
            let recent = seen.flows.iter().filter(|flow| flow.last > since);
            let mut others = recent.filter(|flow| !allowed.iter().any(|one| is_of(flow, one)));
            match (others.next(), watched(seen, since, today)) {
                (Some(flow), _) => Evidence::Fails(format!(
                    "port {} {} {} was seen on {}, which is not listed",
                    flow.port,
                    if flow.inward { "from" } else { "to" },
                    flow.peer,
                    flow.last
                )),
                (None, Ok(())) => Evidence::Holds,
                (None, Err(reason)) => Evidence::Missing(reason),
            }
        }
        Verification::FlowSeen { peer, port, inward, days } => {
            let since = today.plus(-i32::from(*days));
            let found = seen.flows.iter().any(|flow| {
                (&flow.peer, flow.port, flow.inward) == (peer, *port, *inward) && flow.last > since
            });
            match watched(seen, since, today) {
                _ if found => Evidence::Holds,
                Ok(()) => Evidence::CareFails(format!(
                    "port {port} with {peer} was not seen for {days} days: care may be cut off"
                )),
                Err(reason) => Evidence::Missing(reason),
            }
        }
        Verification::SettingReported { name, on } => {
            let reported = seen.settings.iter().flatten().find(|setting| setting.name == *name);
            match reported {
                Some(setting) if setting.on == *on => Evidence::Holds,
                Some(setting) => {
                    Evidence::Fails(format!("{proof} is wanted; else by {}", setting.evidence))
                }
                None => Evidence::Missing("no report names the setting".to_owned()),
            }
        }
        Verification::NoCrashReports { days } => no_crashes(*days, seen, today),
        Verification::UpdateInstalled { kb } => match &seen.updates {
            Some(updates) if updates.contains(kb) => Evidence::Holds,
            Some(_) => Evidence::Fails(format!("{kb} is not listed")),
            None => Evidence::Missing("no report lists its updates".to_owned()),
        },
        Verification::SignedBy { .. } | Verification::ManualCheck { .. } => {
            Evidence::Missing("people have to say so".to_owned())
        }
    }
}

/// Whether a flow that was seen is one that is listed.
fn is_of(seen: &SeenFlow, listed: &Flow) -> bool {
    (seen.port, seen.inward) == (listed.port, listed.inward)
        && (seen.peer == listed.peer || listed.peer == COLLECTOR)
}

/// Silence proves something only of a device that is known to send crash reports and was heard.
fn no_crashes(days: u16, seen: &Observations, today: Day) -> Evidence {
    let since = today.plus(-i32::from(days));
    let last = seen.crashes.iter().filter(|day| **day > since).max();
    let heard = seen.flows.iter().map(|flow| flow.last).chain(seen.heard).any(|last| last > since);
    match (last, seen.reports_crashes_since) {
        (Some(day), _) => Evidence::Fails(format!("it crashed on {day}")),
        (None, Some(start)) if start > since => {
            Evidence::Missing(format!("it is known to send crash reports only since {start}"))
        }
        (None, Some(_)) if !heard => {
            Evidence::Missing(format!("nothing at all was heard from it for {days} days"))
        }
        (None, Some(_)) => Evidence::Holds,
        (None, None) => {
            Evidence::Missing("this device is not known to send crash reports".to_owned())
        }
    }
}

/// How long what was signed without an end holds.
#[derive(Clone, Copy)]
struct Term {
    review: Day,
    months: i32,
}

fn signed(
    step: &Step,
    signer: Option<Signer>,
    seen: &Observations,
    term: Term,
    today: Day,
) -> Evidence {
    let of_step = |one: &&Signature| one.step == step.kind && one.signer == signer;
    let last = seen.signatures.iter().filter(of_step).max_by_key(|one| one.day);
    // A plan made anew has a later review, which does not lengthen what was signed before.
    let end = |one: &Signature| {
        one.until.unwrap_or_else(|| term.review.min(one.day.plus_months(term.months)))
    };
    match last.map(end) {
        Some(until) if until < today => {
            Evidence::Fails(format!("what was signed ran out on {until}"))
        }
        Some(_) => Evidence::Holds,
        None => Evidence::Fails(match signer {
            Some(signer) => format!("the {} has not signed", signer_word(signer)),
            None => "nobody has said that it is done".to_owned(),
        }),
    }
}

/// Whether the network was watched all the days after `since` until yesterday.
fn watched(seen: &Observations, since: Day, today: Day) -> Result<(), String> {
    match seen.watched {
        None => Err("its segment is not watched".to_owned()),
        Some((from, _)) if from > since.plus(1) => {
            Err(format!("its segment is watched only since {from}"))
        }
        Some((_, through)) if through < today.plus(-1) => {
            Err(format!("its segment was not watched after {through}"))
        }
        Some(_) => Ok(()),
    }
}
