//! Stories: observations in the order in which they come, and beside each the hits it completes.
//!
//! A line of a story is `SECOND RULE FIELD=VALUE…`, and after `->` each expected hit as
//! `NAME @SECOND VALUE from ORIGINS GROUP=VALUE…`; an origin is the line's number, from 0. A second
//! written `?` is an event without a time.

mod chains;
mod kinds;
mod limits;
mod plain;
mod problems;
mod properties;
mod windows;

use rsigma_parser::{CorrelationRule, parse_sigma_yaml};
use wardwatch_model::time::Timestamp;

use super::*;

/// The base rules that stories may name; their numbers are their places here.
const BASE: [&str; 6] = ["failed", "success", "recon_a", "recon_b", "recon_c", "transfer"];
/// Number of the first correlation.
const FIRST: u32 = 100;

/// Parses correlations given as a name and the inside of a `correlation` mapping.
fn parse(correlations: &[(&str, &str)]) -> Vec<CorrelationRule> {
    let document = |(name, body): &(&str, &str)| {
        // What stands after a semicolon belongs to the document, not to `correlation`.
        let (body, rest) = body.split_once(';').unwrap_or((body, ""));
        format!("title: {name}\nname: {name}\ncorrelation: {{{body}}}\n{rest}\n")
    };
    let documents: Vec<String> = correlations.iter().map(document).collect();
    let text = documents.join("---\n");
    let parsed = parse_sigma_yaml(&text).unwrap();
    assert_eq!(parsed.errors, Vec::<String>::new(), "{text}");
    assert_eq!(parsed.correlations.len(), correlations.len(), "{text}");
    parsed.correlations
}

/// Compiles correlations; their numbers start at [`FIRST`].
fn compile(correlations: &[(&str, &str)]) -> (CorrelationSet, Vec<CorrelationError>) {
    let rules = parse(correlations);
    let number = |position: usize| RuleRef(u32::try_from(position).unwrap());
    let inputs: Vec<CorrelationInput<'_>> = rules
        .iter()
        .enumerate()
        .map(|(position, rule)| CorrelationInput {
            number: RuleRef(FIRST + number(position).0),
            rule,
        })
        .collect();
    CorrelationSet::compile(&inputs, &|_, name| {
        let base = BASE.iter().position(|base| *base == name);
        let upper = correlations.iter().position(|(known, _)| *known == name);
        base.map(|at| Reference { number: number(at), is_correlation: false }).or_else(|| {
            let number = RuleRef(FIRST + number(upper?).0);
            Some(Reference { number, is_correlation: true })
        })
    })
}

fn sound(correlations: &[(&str, &str)]) -> CorrelationSet {
    let (set, errors) = compile(correlations);
    assert_eq!(errors, Vec::new());
    set
}

fn base(name: &str) -> RuleRef {
    RuleRef(u32::try_from(BASE.iter().position(|base| *base == name).unwrap()).unwrap())
}

/// Tells a story and returns the state after it.
#[track_caller]
fn tell(correlations: &[(&str, &str)], limits: Limits, story: &str) -> CorrelationState {
    let set = sound(correlations);
    let mut state = CorrelationState::new(limits);
    let mut told = String::new();
    let expected: Vec<&str> =
        story.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    for (origin, line) in expected.iter().enumerate() {
        let input = line.split("->").next().unwrap().trim();
        let mut hits = Vec::new();
        set.observe(&mut state, observation(input, origin as u64), &mut hits);
        told += &words(input);
        for hit in hits {
            told += &format!(" -> {}", hit_line(&hit, correlations));
        }
        told.push('\n');
    }
    let expected: String = expected.iter().map(|line| words(line) + "\n").collect();
    assert!(told == expected, "expected:\n{expected}\ntold:\n{told}");
    state
}

#[track_caller]
fn story(correlation: &str, story: &str) -> CorrelationState {
    tell(&[("rule", correlation)], Limits::default(), story)
}

fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn observation(line: &str, origin: u64) -> Observation {
    let mut words = line.split_whitespace();
    let second: Option<i64> =
        words.next().filter(|word| *word != "?").map(|word| word.parse().unwrap());
    let time = second.map(|second| Timestamp { micros: second * 1_000_000 });
    let rule = base(words.next().unwrap());
    let pair =
        |word: &str| word.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    Observation { rule, time, fields: words.map(pair).collect(), origin }
}

fn hit_line(hit: &CorrelationHit, correlations: &[(&str, &str)]) -> String {
    let name = correlations[(hit.rule.0 - FIRST) as usize].0;
    let second = hit.time.micros / 1_000_000;
    let origins: Vec<String> = hit.origins.iter().map(u64::to_string).collect();
    let group: String = hit.group.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    format!("{name} @{second} {} from {}{group}", hit.value, origins.join(","))
}
