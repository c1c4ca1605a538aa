//! All correlations of a loaded set, and which rule feeds which of them.
//!
//! In: parsed correlation rules with their numbers. Out: an immutable set, an error for each that
//! is left out, the fields to read from each base rule's events, and the rules whose own hits are
//! not output. Never: state; that is the caller's [`CorrelationState`](super::CorrelationState).

use std::hash::{Hash, Hasher};

use rsigma_parser::CorrelationRule;
use rustc_hash::{FxHashMap, FxHasher};

use super::compile;
use super::definition::Definition;
use super::error::CorrelationError;
use super::observation::{Reference, RuleRef};
use super::references;

/// One parsed correlation rule and its number.
#[derive(Debug, Clone, Copy)]
pub struct CorrelationInput<'a> {
    /// Its number, which no other rule has.
    pub number: RuleRef,
    /// The rule.
    pub rule: &'a CorrelationRule,
}

/// All correlations that could be compiled.
#[derive(Debug, Clone, Default)]
pub struct CorrelationSet {
    pub(super) definitions: Vec<Definition>,
    feeds: FxHashMap<RuleRef, Feed>,
    /// Base rules whose own hits are not output, in order of number.
    suppressed: Vec<RuleRef>,
    fingerprint: u64,
}

/// What a rule's observations are for.
#[derive(Debug, Clone, Default)]
struct Feed {
    needs: Vec<String>,
    targets: Vec<Target>,
    is_correlation: bool,
    generate: bool,
}

/// A place among a correlation's members.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// Position of the definition in the set.
    pub(super) definition: usize,
    pub(super) slot: usize,
}

impl CorrelationSet {
    /// Compiles the rules. `resolve` says what an id or a name stands for in a correlation.
    ///
    /// A correlation with a problem is left out, as is every one that depends on it; each is
    /// reported, with all of its problems.
    pub fn compile(
        inputs: &[CorrelationInput<'_>],
        resolve: &dyn Fn(RuleRef, &str) -> Option<Reference>,
    ) -> (CorrelationSet, Vec<CorrelationError>) {
        let (mut definitions, mut errors) = (Vec::new(), Vec::new());
        for input in inputs {
            match compile::compile(input.number, input.rule, &|name| resolve(input.number, name)) {
                Ok(definition) => definitions.push(definition),
                Err(problems) => errors.extend(
                    problems
                        .into_iter()
                        .map(|problem| CorrelationError { correlation: input.number, problem }),
                ),
            }
        }
        let order = references::settle(&mut definitions, &mut errors);
        let mut set = CorrelationSet { definitions, ..CorrelationSet::default() };
        for position in order.into_iter().rev() {
            set.connect(position);
        }
        set.finish();
        (set, errors)
    }

    /// Names of the event fields to extract upon a hit of this base rule, sorted; empty when no
    /// correlation refers to it.
    pub fn needs(&self, base: RuleRef) -> &[String] {
        self.feeds.get(&base).map_or(&[], |feed| &feed.needs)
    }

    /// Whether some correlation refers to this rule, so that its hits must be observed.
    pub fn is_referenced(&self, rule: RuleRef) -> bool {
        self.feeds.contains_key(&rule)
    }

    /// Base rules that are referred to, and by no correlation with `generate: true`, in order of
    /// number. Their own detections are not output.
    pub fn suppressed_base_rules(&self) -> impl Iterator<Item = RuleRef> + '_ {
        self.suppressed.iter().copied()
    }

    /// The same question for any rule, correlations too: whether its own hits are only steps
    /// towards those of other correlations, none of which has `generate: true`.
    pub fn is_suppressed(&self, rule: RuleRef) -> bool {
        self.feeds.get(&rule).is_some_and(|feed| !feed.generate)
    }

    /// The rules that feed a correlation; none for another number.
    pub fn members(&self, correlation: RuleRef) -> impl Iterator<Item = RuleRef> + '_ {
        let found = self.definitions.iter().find(|definition| definition.number == correlation);
        found.into_iter().flat_map(|found| found.members.iter().map(|member| member.number))
    }

    /// Numbers of the correlations that could be compiled, in the order given.
    pub fn correlations(&self) -> impl Iterator<Item = RuleRef> + '_ {
        self.definitions.iter().map(|definition| definition.number)
    }

    /// Distinguishes sets, so that a state is not used with another one than it was filled by.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    pub(super) fn targets(&self, rule: RuleRef) -> &[Target] {
        self.feeds.get(&rule).map_or(&[], |feed| &feed.targets)
    }

    /// Tells the members of one definition what it reads from them. What it reads from a
    /// correlation's hits, that correlation must carry; so the upper ones come first.
    fn connect(&mut self, position: usize) {
        let Some(definition) = self.definitions.get_mut(position) else { return };
        let mut members = std::mem::take(&mut definition.members);
        for (slot, member) in members.iter_mut().enumerate() {
            let carried = definition.carried.iter();
            member.carried_fields = carried.map(|name| definition.field_for(name, slot)).collect();
        }
        definition.members = members.clone();
        let generate = definition.generate;
        for (slot, member) in members.into_iter().enumerate() {
            let feed = self.feeds.entry(member.number).or_default();
            feed.targets.push(Target { definition: position, slot });
            feed.is_correlation = member.is_correlation;
            feed.generate |= generate;
            let names = member.group_fields.into_iter().chain(member.value_fields);
            let names = names.chain(member.carried_fields.into_iter().flatten());
            if !member.is_correlation {
                feed.needs.extend(names);
                continue;
            }
            if let Some(lower) = self.definitions.iter_mut().find(|d| d.number == member.number) {
                lower.carry(names);
            }
        }
    }

    /// Puts all lists in an order that does not depend on how they came about.
    fn finish(&mut self) {
        for feed in self.feeds.values_mut() {
            feed.needs.sort_unstable();
            feed.needs.dedup();
            feed.targets.sort_unstable_by_key(|target| (target.definition, target.slot));
        }
        let is_hidden = |feed: &Feed| !feed.is_correlation && !feed.generate;
        let hidden = self.feeds.iter().filter(|(_, feed)| is_hidden(feed));
        self.suppressed = hidden.map(|(number, _)| *number).collect();
        self.suppressed.sort_unstable();
        let mut hasher = FxHasher::default();
        format!("{:?}", self.definitions).hash(&mut hasher);
        self.fingerprint = hasher.finish();
    }
}
