//! Whether a new entry completes a window, and what is left of the window then.
//!
//! In: a group, and the position of the entry just put into it. Out: the completed window, as a
//! hit. Never: more than one hit for an entry, or a hit of a window that does not hold it.
//!
//! A window ends at an entry: at the new one or, when it came late, at any later one whose window
//! still reaches back to it. They are judged in that order and the first that satisfies the
//! condition completes. Then either all entries of the window are taken away, so that N events
//! complete a threshold of T no more than N/T times, or they are marked and silence every window
//! that holds one of them (see [`Definition::consumes`] for which, and why). What is judged is the
//! moment of arrival: "fewer than five" or "not seen" can only be said upon an event, and a later
//! event takes nothing back; so of a range, the lower bound is what fires.

use wardwatch_model::time::Timestamp;

use super::definition::{Definition, Kind};
use super::group::{Entry, Group};
use super::observation::{CorrelationHit, Origins};

/// A hit, with the values that correlations above read from it.
pub(super) struct Fired {
    pub(super) hit: CorrelationHit,
    pub(super) carried: Vec<(String, String)>,
}

/// A window that satisfies the condition.
struct Completed {
    /// Positions of its entries, the end not included.
    from: usize,
    to: usize,
    value: f64,
}

/// Judges the windows that hold the entry at `position`.
pub(super) fn fire(
    group: &mut Group,
    definition: &Definition,
    position: usize,
    values: &[String],
) -> Option<Fired> {
    let completed = match &definition.kind {
        Kind::Ordered(steps) => complete_ordered(group, definition, steps, position),
        kind => complete_measured(group, definition, kind, position),
    }?;
    let fired = describe(group, definition, &completed, values)?;
    if definition.consumes() {
        group.consume(completed.from, completed.to);
    } else {
        group.spend(completed.from, completed.to);
    }
    Some(fired)
}

fn complete_measured(
    group: &mut Group,
    definition: &Definition,
    kind: &Kind,
    position: usize,
) -> Option<Completed> {
    let mut end = position;
    loop {
        let end_time = group.entries().get(end)?.time;
        let from = group.first_at(definition.window.start(end_time));
        if from > position {
            return None;
        }
        group.cover(from, end + 1);
        if let Some(value) = group.aggregate().satisfies(kind) {
            return Some(Completed { from, to: end + 1, value });
        }
        end += 1;
    }
}

/// Finds the first window in which the steps occur in order. Entries of equal time are in order of
/// arrival, so of two such events the one observed first is the earlier.
///
/// For each step, the latest start of a chain that has come this far is all that need be known: a
/// chain that starts later fits wherever one that starts earlier does.
fn complete_ordered(
    group: &mut Group,
    definition: &Definition,
    steps: &[usize],
    position: usize,
) -> Option<Completed> {
    group.cover(0, group.len());
    if !group.aggregate().all_seen() {
        return None;
    }
    let anchor = group.entries().get(position)?.time;
    let first = group.first_at(definition.window.start(anchor));
    let mut starts: Vec<Option<i64>> = vec![None; steps.len()];
    for (index, entry) in group.entries().iter().enumerate().skip(first) {
        let window_start = definition.window.start(entry.time);
        if window_start > anchor {
            return None;
        }
        extend_chains(&mut starts, steps, entry);
        let fits = starts.last().copied().flatten().is_some_and(|start| start >= window_start);
        if fits && index >= position {
            let from = group.first_at(window_start);
            return Some(Completed { from, to: index + 1, value: steps.len() as f64 });
        }
    }
    None
}

/// Lets the entry be the next step of every chain that waits for it; longest first, so that it is
/// one step only.
fn extend_chains(starts: &mut [Option<i64>], steps: &[usize], entry: &Entry) {
    for (step, _) in steps.iter().enumerate().rev().filter(|(_, slot)| **slot == entry.slot) {
        let start = match step.checked_sub(1) {
            None => Some(entry.time),
            Some(before) => starts.get(before).copied().flatten(),
        };
        if let (Some(known), Some(_)) = (starts.get_mut(step), start) {
            *known = start;
        }
    }
}

/// Contributing are all entries of the window; of an ordered correlation, the chain only, each step
/// as late as possible.
fn describe(
    group: &Group,
    definition: &Definition,
    completed: &Completed,
    values: &[String],
) -> Option<Fired> {
    let in_window = || group.entries().iter().take(completed.to).skip(completed.from);
    let last = in_window().next_back()?;
    let (origins, contributions) = match &definition.kind {
        Kind::Ordered(steps) => {
            let mut waiting = steps.iter().rev().peekable();
            let is_next = |entry: &&Entry| waiting.next_if(|slot| **slot == entry.slot).is_some();
            let mut chain: Vec<&Entry> = in_window().rev().filter(is_next).collect();
            chain.reverse();
            Origins::gather(chain.iter().map(|entry| &entry.origins))
        }
        _ => Origins::gather(in_window().map(|entry| &entry.origins)),
    };
    let group = definition.group_by.iter().cloned().zip(values.iter().cloned()).collect();
    let carried = definition.carried.iter().zip(&last.carried);
    let carried = carried.filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
    let hit = CorrelationHit {
        rule: definition.number,
        time: Timestamp { micros: last.time },
        group,
        origins,
        contributions,
        value: completed.value,
    };
    Some(Fired { hit, carried: carried.collect() })
}
