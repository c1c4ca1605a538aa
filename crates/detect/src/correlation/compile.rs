//! One parsed correlation rule becomes a [`Definition`], or a list of what is wrong with it.
//!
//! In: the rule, and what ids and names stand for. Out: a definition whose references exist, or all
//! of its problems. Never: a look at other correlations; [`references`](super::references) does that.

use rsigma_parser::{
    ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, WindowMode,
};

use super::definition::{Alias, Definition, Kind, Member, Threshold, Together, Window};
use super::error::CorrelationProblem as Problem;
use super::expression::{Expression, Names};
use super::observation::{Reference, RuleRef};

/// What an id or a name stands for.
pub(super) type Resolve<'a> = &'a dyn Fn(&str) -> Option<Reference>;

/// Longest timespan, in seconds.
const MOST_SECONDS: u64 = 400 * 86_400;
/// Greatest number of entries that a condition may ask for; so many are kept for it.
const MOST_ENTRIES: usize = 100_000;

/// Compiles one rule.
pub(super) fn compile(
    number: RuleRef,
    rule: &CorrelationRule,
    resolve: Resolve<'_>,
) -> Result<Definition, Vec<Problem>> {
    let mut problems = Vec::new();
    let rules = Rules::read(rule, resolve, &mut problems);
    let window = window(rule, &mut problems);
    let value_names = value_names(rule, &mut problems);
    let kind = kind(rule, &rules, &mut problems);
    let aliases = aliases(rule, &rules, &mut problems);
    let least_entries = kind.as_ref().map_or(0, |kind| least_entries(kind, &mut problems));
    let (Some(kind), Some(window)) = (kind, window) else { return Err(problems) };
    let mut definition = Definition {
        number,
        kind,
        members: rules.members,
        group_by: rule.group_by.clone(),
        window,
        carried: Vec::new(),
        aliases,
        generate: rule.generate,
        least_entries,
    };
    assign_fields(&mut definition, &value_names, &mut problems);
    if problems.is_empty() { Ok(definition) } else { Err(problems) }
}

/// The rules that a correlation refers to.
struct Rules<'a> {
    members: Vec<Member>,
    /// What is written under `rules`, in that order, with the slot it stands for.
    listed: Vec<(&'a str, usize)>,
    resolve: Resolve<'a>,
}

impl<'a> Rules<'a> {
    fn read(rule: &'a CorrelationRule, resolve: Resolve<'a>, problems: &mut Vec<Problem>) -> Self {
        let mut rules = Rules { members: Vec::new(), listed: Vec::new(), resolve };
        if rule.rules.is_empty() {
            problems.push(Problem::NoRules);
        }
        for text in &rule.rules {
            match resolve(text) {
                Some(reference) => rules.add(text, reference),
                None => problems.push(Problem::UnknownReference { reference: text.clone() }),
            }
        }
        rules
    }

    fn add(&mut self, text: &'a str, reference: Reference) {
        let known = self.members.iter().position(|member| member.number == reference.number);
        let slot = known.unwrap_or_else(|| {
            self.members.push(Member {
                number: reference.number,
                is_correlation: reference.is_correlation,
                text: text.to_owned(),
                group_fields: Vec::new(),
                value_fields: Vec::new(),
                carried_fields: Vec::new(),
            });
            self.members.len() - 1
        });
        self.listed.push((text, slot));
    }
}

impl Names for Rules<'_> {
    /// By the text under `rules`, or by any other name of one of those rules.
    fn slot(&self, name: &str) -> Option<usize> {
        let listed = self.listed.iter().find(|(text, _)| *text == name).map(|(_, slot)| *slot);
        listed.or_else(|| {
            let number = (self.resolve)(name)?.number;
            self.members.iter().position(|member| member.number == number)
        })
    }

    fn slots(&self, wanted: &dyn Fn(&str) -> bool) -> Vec<usize> {
        let mut slots: Vec<usize> =
            self.listed.iter().filter(|(text, _)| wanted(text)).map(|(_, slot)| *slot).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}

fn window(rule: &CorrelationRule, problems: &mut Vec<Problem>) -> Option<Window> {
    if rule.window == WindowMode::Session {
        problems.push(Problem::SessionWindow);
    }
    if !(1..=MOST_SECONDS).contains(&rule.timespan.seconds) {
        problems.push(Problem::Timespan { timespan: rule.timespan.original.clone() });
        return None;
    }
    let span = i64::try_from(rule.timespan.seconds).ok()?.checked_mul(1_000_000)?;
    Some(Window { span, tumbling: rule.window == WindowMode::Tumbling })
}

/// The names of the fields whose values are compared; none for kinds that compare no values.
fn value_names(rule: &CorrelationRule, problems: &mut Vec<Problem>) -> Vec<String> {
    let kind = rule.correlation_type.as_str();
    let names = match &rule.condition {
        CorrelationCondition::Threshold { field: Some(names), .. } => names.as_slice(),
        _ => &[],
    };
    match rule.correlation_type {
        CorrelationType::EventCount
        | CorrelationType::Temporal
        | CorrelationType::TemporalOrdered => return Vec::new(),
        _ if names.is_empty() => problems.push(Problem::MissingField { kind }),
        CorrelationType::ValueCount => {}
        _ if names.len() > 1 => problems.push(Problem::OneField { kind, count: names.len() }),
        _ => {}
    }
    names.to_vec()
}

fn kind(rule: &CorrelationRule, rules: &Rules<'_>, problems: &mut Vec<Problem>) -> Option<Kind> {
    let kind = rule.correlation_type;
    let (threshold, rank) = match &rule.condition {
        CorrelationCondition::Extended(source) if kind == CorrelationType::Temporal => {
            let expression = Expression::compile(source, rules, problems);
            return Some(Kind::Temporal(Together::Expression(expression)));
        }
        CorrelationCondition::Extended(_) => {
            problems.push(Problem::ConditionForm { kind: kind.as_str() });
            return None;
        }
        CorrelationCondition::Threshold { predicates, percentile, .. } => {
            (threshold(predicates, problems), *percentile)
        }
    };
    Some(match kind {
        CorrelationType::EventCount => Kind::EventCount(threshold),
        CorrelationType::ValueCount => Kind::ValueCount(threshold),
        CorrelationType::ValueSum => Kind::Sum(threshold),
        CorrelationType::ValueAvg => Kind::Average(threshold),
        CorrelationType::ValueMedian => Kind::Median(threshold),
        CorrelationType::ValuePercentile => {
            Kind::Percentile(percentile(rank, problems)?, threshold)
        }
        CorrelationType::Temporal if is_default(&threshold) => Kind::Temporal(Together::All),
        CorrelationType::Temporal => {
            at_most(threshold.least(), rules.members.len(), problems);
            Kind::Temporal(Together::Count(threshold))
        }
        CorrelationType::TemporalOrdered => {
            if !is_default(&threshold) && !asks_for_all(&threshold, rules) {
                problems.push(Problem::ConditionForm { kind: kind.as_str() });
            }
            Kind::Ordered(rules.listed.iter().map(|(_, slot)| *slot).collect())
        }
    })
}

/// The parser hands a negative number over as its two's complement, so it is read back as signed.
fn threshold(predicates: &[(ConditionOperator, u64)], problems: &mut Vec<Problem>) -> Threshold {
    if predicates.is_empty() {
        problems.push(Problem::NoComparison);
    }
    let signed = |(operator, number): &(ConditionOperator, u64)| (*operator, *number as i64);
    Threshold(predicates.iter().map(signed).collect())
}

/// What the parser says when the rule has no condition; `gte: 1` written out reads the same.
fn is_default(threshold: &Threshold) -> bool {
    threshold.0 == [(ConditionOperator::Gte, 1)]
}

/// Whether it says "all of the rules" by their number.
fn asks_for_all(threshold: &Threshold, rules: &Rules<'_>) -> bool {
    let is_all = |number: i64| {
        [rules.members.len(), rules.listed.len()]
            .iter()
            .any(|all| usize::try_from(number) == Ok(*all))
    };
    match threshold.0.as_slice() {
        [(ConditionOperator::Gte | ConditionOperator::Eq, number)] => is_all(*number),
        _ => false,
    }
}

fn percentile(rank: Option<u64>, problems: &mut Vec<Problem>) -> Option<u8> {
    let Some(percentile) = rank else {
        problems.push(Problem::MissingPercentile);
        return None;
    };
    let rank = u8::try_from(percentile).ok().filter(|rank| *rank <= 100);
    if rank.is_none() {
        problems.push(Problem::PercentileRange { percentile });
    }
    rank
}

/// How many entries must be kept for the condition to be reachable.
fn least_entries(kind: &Kind, problems: &mut Vec<Problem>) -> usize {
    let least = match kind {
        Kind::EventCount(threshold) | Kind::ValueCount(threshold) => threshold.least(),
        Kind::Ordered(steps) => i64::try_from(steps.len()).unwrap_or(i64::MAX),
        _ => 0,
    };
    at_most(least, MOST_ENTRIES, problems);
    usize::try_from(least).unwrap_or(0)
}

/// A condition that can never hold is a mistake, not a rule.
fn at_most(threshold: i64, most: usize, problems: &mut Vec<Problem>) {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    if threshold > most {
        problems.push(Problem::ThresholdTooLarge { threshold, most });
    }
}

/// In order of name, so that nothing depends on the order of the parser's map.
fn aliases(rule: &CorrelationRule, rules: &Rules<'_>, problems: &mut Vec<Problem>) -> Vec<Alias> {
    let compile = |source: &rsigma_parser::FieldAlias| {
        let mut fields = vec![None; rules.members.len()];
        let mut mapping: Vec<_> = source.mapping.iter().collect();
        mapping.sort_unstable();
        for (text, field) in mapping {
            match rules.slot(text).and_then(|slot| fields.get_mut(slot)) {
                Some(known) => *known = Some(field.clone()),
                None => problems.push(Problem::AliasUnknownRule {
                    alias: source.alias.clone(),
                    rule: text.clone(),
                }),
            }
        }
        Alias { name: source.alias.clone(), fields }
    };
    rule.aliases.iter().map(compile).collect()
}

/// Says for each member which fields to read; an alias that is used must cover all of them.
fn assign_fields(definition: &mut Definition, value_names: &[String], problems: &mut Vec<Problem>) {
    let mut members = std::mem::take(&mut definition.members);
    for (slot, member) in members.iter_mut().enumerate() {
        let mut fields = |names: &[String]| -> Vec<String> {
            let mut field = |name: &String| {
                let field = definition.field_for(name, slot);
                if field.is_none() {
                    problems.push(Problem::AliasUnmapped {
                        alias: name.clone(),
                        rule: member.text.clone(),
                    });
                }
                field
            };
            names.iter().filter_map(&mut field).collect()
        };
        let group_fields = fields(&definition.group_by);
        let value_fields = fields(value_names);
        (member.group_fields, member.value_fields) = (group_fields, value_fields);
    }
    definition.members = members;
}
