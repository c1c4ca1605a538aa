//! Which correlations stand on which: what can not stand is taken out, the rest is put in order.
//!
//! In: definitions, each correct by itself. Out: those whose references all lead to loaded rules
//! without a cycle, an order in which each comes after those it refers to, and an error for every
//! other. Never: recursion, so a long chain can not exhaust the stack.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::definition::{Definition, Member};
use super::error::{CorrelationError, CorrelationProblem};
use super::observation::RuleRef;

/// Takes out what depends on itself or on what is not there; gives the positions of the others,
/// referred-to ones first.
pub(super) fn settle(
    definitions: &mut Vec<Definition>,
    errors: &mut Vec<CorrelationError>,
) -> Vec<usize> {
    let sound: BTreeSet<RuleRef> = ordered(definitions).into_iter().collect();
    for definition in definitions.iter().filter(|definition| !sound.contains(&definition.number)) {
        let correlation = definition.number;
        let problem = match path_to_itself(definitions, correlation) {
            Some(path) => CorrelationProblem::Cycle { path },
            None => failed_reference(definition, &sound),
        };
        errors.push(CorrelationError { correlation, problem });
    }
    definitions.retain(|definition| sound.contains(&definition.number));
    let place = |number: RuleRef| definitions.iter().position(|other| other.number == number);
    ordered(definitions).into_iter().filter_map(place).collect()
}

fn below(definition: &Definition) -> impl Iterator<Item = &Member> {
    definition.members.iter().filter(|member| member.is_correlation)
}

/// The correlations that can be reached from base rules, each after those it refers to.
fn ordered(definitions: &[Definition]) -> Vec<RuleRef> {
    let mut waiting: BTreeMap<RuleRef, usize> = BTreeMap::new();
    let mut above: BTreeMap<RuleRef, Vec<RuleRef>> = BTreeMap::new();
    for definition in definitions {
        waiting.insert(definition.number, below(definition).count());
        for member in below(definition) {
            above.entry(member.number).or_default().push(definition.number);
        }
    }
    let is_ready = |definition: &&Definition| below(definition).next().is_none();
    let mut ready: VecDeque<RuleRef> =
        definitions.iter().filter(is_ready).map(|definition| definition.number).collect();
    let mut order = Vec::new();
    while let Some(number) = ready.pop_front() {
        order.push(number);
        for upper in above.get(&number).into_iter().flatten() {
            let Some(count) = waiting.get_mut(upper) else { continue };
            *count = count.saturating_sub(1);
            if *count == 0 {
                ready.push_back(*upper);
            }
        }
    }
    order
}

/// The shortest way from a correlation back to itself, such as `7 -> 9 -> 7`.
fn path_to_itself(definitions: &[Definition], start: RuleRef) -> Option<String> {
    let by_number: BTreeMap<RuleRef, &Definition> =
        definitions.iter().map(|definition| (definition.number, definition)).collect();
    let mut came_from: BTreeMap<RuleRef, RuleRef> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(number) = queue.pop_front() {
        let members = by_number.get(&number).into_iter().flat_map(|definition| below(definition));
        for member in members {
            if member.number == start {
                return Some(written(&came_from, start, number));
            }
            if let Entry::Vacant(unseen) = came_from.entry(member.number) {
                unseen.insert(number);
                queue.push_back(member.number);
            }
        }
    }
    None
}

/// The way from `start` to `last`, and back to `start`.
fn written(came_from: &BTreeMap<RuleRef, RuleRef>, start: RuleRef, last: RuleRef) -> String {
    let before = |number: &RuleRef| came_from.get(number).copied();
    let mut numbers = vec![start];
    numbers.extend(std::iter::successors(Some(last), before).take_while(|number| *number != start));
    numbers.push(start);
    let words: Vec<String> = numbers.iter().rev().map(|number| number.0.to_string()).collect();
    words.join(" -> ")
}

fn failed_reference(definition: &Definition, sound: &BTreeSet<RuleRef>) -> CorrelationProblem {
    let failed = below(definition).find(|member| !sound.contains(&member.number));
    let reference = failed.map(|member| member.text.clone()).unwrap_or_default();
    CorrelationProblem::FailedReference { reference }
}
