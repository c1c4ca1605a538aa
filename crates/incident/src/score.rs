//! How urgent an incident is, from 0 to 100, with every reason stated.
//!
//! In: facts. Out: reasons with points, in plain English. Never: a hidden weight, or what other
//! organisations look like.

use wardwatch_model::Level;
use wardwatch_model::incident::Reason;

use crate::facts::Facts;

/// Highest score.
const MOST: u32 = 100;
const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// Why an incident is as urgent as it is.
pub(crate) fn reasons(facts: &Facts, elsewhere: bool) -> Vec<Reason> {
    let all = [
        level(facts),
        critical(facts),
        tactics(facts),
        lateral_movement(facts),
        devices(facts),
        duration(facts),
        elsewhere.then(|| reason(15, "Other organisations see the same attack.")),
    ];
    all.into_iter().flatten().collect()
}

/// The score: the sum of the points, at most 100.
pub(crate) fn sum(reasons: &[Reason]) -> u32 {
    reasons.iter().fold(0, |sum: u32, reason| sum.saturating_add(reason.points)).min(MOST)
}

fn reason(points: u32, text: impl Into<String>) -> Reason {
    Reason { points, text: text.into() }
}

fn level(facts: &Facts) -> Option<Reason> {
    let points = match facts.level {
        Level::Informational => return None,
        Level::Low => 5,
        Level::Medium => 15,
        Level::High => 30,
        Level::Critical => 40,
    };
    Some(reason(points, format!("Its most serious detection has the level {}.", facts.level)))
}

fn critical(facts: &Facts) -> Option<Reason> {
    if facts.level < Level::Critical {
        return None;
    }
    let rules = facts.rules.iter().filter(|(_, level)| *level == Some(Level::Critical)).count();
    Some(match rules {
        0 | 1 => reason(15, "A rule fired that hardly ever fires without an attack."),
        many => reason(20, format!("{many} rules fired that hardly ever fire without an attack.")),
    })
}

fn tactics(facts: &Facts) -> Option<Reason> {
    let steps = u32::try_from(facts.path.len()).unwrap_or(u32::MAX);
    let points = steps.saturating_sub(1).saturating_mul(5).min(20);
    (points > 0).then(|| reason(points, format!("It shows {steps} different steps of an attack.")))
}

fn lateral_movement(facts: &Facts) -> Option<Reason> {
    let moves = facts.path.iter().any(|step| step.tactic == "lateral-movement");
    moves.then(|| reason(10, "It moves from one computer to the next."))
}

fn devices(facts: &Facts) -> Option<Reason> {
    let count = facts.device_count();
    let points = match count {
        0 | 1 => return None,
        2..=4 => 5,
        5..=19 => 10,
        _ => 15,
    };
    Some(reason(points, format!("It has reached {count} devices.")))
}

fn duration(facts: &Facts) -> Option<Reason> {
    let hours = facts.last.micros.saturating_sub(facts.first.micros) / HOUR_MICROS;
    match hours {
        ..1 => None,
        1..24 => Some(reason(3, "It has gone on for more than an hour.")),
        _ => Some(reason(6, "It has gone on for more than a day.")),
    }
}
