//! All loaded rules, their predicates numbered once across all of them.
//!
//! In: parsed documents, placeholders. Out: a [`RuleSet`] and every diagnostic. Never: a rule
//! that is neither loaded nor reported.

use std::collections::BTreeSet;

use rsigma_parser::SigmaRule;
use rustc_hash::FxHashMap;
use wardwatch_model::{Event, Level, RuleHead, RuleId};

use crate::advice::{advice, own_text};
use crate::correlation::{CorrelationInput, CorrelationSet, Observation, Reference, RuleRef};
use crate::diagnostic::{Diagnostic, Problem, Severity};
use crate::document::{Documents, Located};
use crate::filter::{Filter, is_named, logsource};
use crate::lower::{Lowered, lower};
use crate::placeholder::Placeholders;
use crate::predicate::Predicate;
use crate::rule::{Expr, PredicateId, Rule, RuleNumber};

/// Checked rules, ready to be compiled.
#[derive(Debug, Default)]
pub struct RuleSet {
    /// Detection rules, in order of files and documents.
    pub rules: Vec<Rule>,
    /// Correlations' heads, numbered after the rules. Those that failed keep their number.
    pub correlation_heads: Vec<RuleHead>,
    failed_correlations: usize,
    /// The space of names of each rule and correlation, in order of their numbers.
    spaces: Vec<String>,
    /// Correlations, over the same numbering.
    pub correlations: CorrelationSet,
    /// Distinct predicates of all rules.
    pub predicates: Vec<Predicate>,
    /// What was found wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Documents that are not loaded.
    pub failed: usize,
}

impl RuleSet {
    /// Checks and loads all documents. Those in error are left out and reported.
    pub fn load(documents: Documents, known: &Placeholders) -> Self {
        let mut builder = Builder::new(documents.diagnostics);
        let filters = builder.filters(&documents.filters, &documents.rules, known);
        let lowered = lower_all(&documents.rules, known);
        for (located, lowered) in documents.rules.iter().zip(lowered) {
            match lowered {
                Ok(lowered) => {
                    lowered.warnings.into_iter().for_each(|found| builder.warn(located, found));
                    builder.rule(located, lowered.condition, &filters);
                }
                Err(problem) => builder.report(located, problem),
            }
        }
        builder.correlations(&documents.correlations);
        builder.finish()
    }

    /// The head of a rule or correlation.
    pub fn head(&self, number: RuleNumber) -> Option<&RuleHead> {
        let at = number.0 as usize;
        match self.rules.get(at) {
            Some(rule) => Some(&rule.head),
            None => self.correlation_heads.get(at - self.rules.len()),
        }
    }

    /// The space of names that a rule or correlation came in; empty for the shared one.
    pub fn space(&self, number: RuleNumber) -> &str {
        self.spaces.get(number.0 as usize).map_or("", String::as_str)
    }

    /// What correlations need to know of a rule's hit. `origin` is the caller's name for the event.
    pub fn observation(&self, number: RuleNumber, event: &Event<'_>, origin: u64) -> Observation {
        let needs = self.correlations.needs(number.reference());
        let fields = needs
            .iter()
            .filter_map(|name| Some((name.clone(), event.get(name)?.text().into_owned())))
            .collect();
        Observation { rule: number.reference(), time: event.time.timestamp(), fields, origin }
    }

    /// One rule alone, with what filters added to it; none for a correlation.
    pub fn only(&self, number: RuleNumber) -> Option<RuleSet> {
        let rule = self.rules.get(number.0 as usize)?.clone();
        let mut set = RuleSet::default();
        let mut numbers: FxHashMap<PredicateId, PredicateId> = FxHashMap::default();
        let condition = rule.condition.map(&mut |id: PredicateId| {
            *numbers.entry(id).or_insert_with(|| {
                set.predicates.push(self.predicate(id).clone());
                PredicateId(u32::try_from(set.predicates.len() - 1).unwrap_or(u32::MAX))
            })
        });
        set.spaces.push(self.space(number).to_owned());
        set.rules.push(Rule { condition, ..rule });
        Some(set)
    }

    /// How many rules and correlations are loaded.
    pub fn len(&self) -> usize {
        self.rules.len() + self.correlation_heads.len() - self.failed_correlations
    }

    /// Whether nothing is loaded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The predicate with this number.
    ///
    /// # Panics
    /// Never for a number from this set.
    pub fn predicate(&self, id: PredicateId) -> &Predicate {
        &self.predicates[id.0 as usize]
    }
}

/// Lowers rules on all cores: regular expressions are what takes time.
fn lower_all(rules: &[Located<SigmaRule>], known: &Placeholders) -> Vec<Result<Lowered, Problem>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = rules.len().div_ceil(threads).max(64);
    if rules.len() <= share {
        return rules.iter().map(|rule| lower(&rule.document.detection, known)).collect();
    }
    std::thread::scope(|scope| {
        let handles: Vec<_> = rules
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || {
                    chunk
                        .iter()
                        .map(|rule| lower(&rule.document.detection, known))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        handles
            .into_iter()
            .zip(rules.chunks(share))
            .flat_map(|(handle, chunk)| handle.join().unwrap_or_else(|_| all_failed(chunk)))
            .collect()
    })
}

/// What a thread that ended early leaves: every rule of its share is reported.
fn all_failed(chunk: &[Located<SigmaRule>]) -> Vec<Result<Lowered, Problem>> {
    let problem = || {
        let hint = "this is a defect of Wardwatch: please report it with these rules";
        Problem::new("W199", "the rule could not be checked, or one beside it", hint)
    };
    chunk.iter().map(|_| Err(problem())).collect()
}

struct Builder {
    set: RuleSet,
    numbers: FxHashMap<Predicate, PredicateId>,
    ids: FxHashMap<String, String>,
}

impl Builder {
    fn new(diagnostics: Vec<Diagnostic>) -> Self {
        let failed = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        let set = RuleSet { diagnostics, failed, ..RuleSet::default() };
        Builder { set, numbers: FxHashMap::default(), ids: FxHashMap::default() }
    }

    fn filters(
        &mut self,
        filters: &[Located<rsigma_parser::FilterRule>],
        rules: &[Located<SigmaRule>],
        known: &Placeholders,
    ) -> Vec<Filter> {
        let mut done = Vec::new();
        for located in filters {
            match lower(&located.document.detection, known) {
                Ok(lowered) => {
                    lowered.warnings.into_iter().for_each(|found| self.warn(located, found));
                    let filter = Filter::new(located, lowered.condition);
                    for target in filter.targets() {
                        let named = |rule: &Located<SigmaRule>| is_named(&rule.document, target);
                        if !rules.iter().any(|rule| rule.space == located.space && named(rule)) {
                            self.warn(
                                located,
                                Problem::new(
                                    "W150",
                                    format!("the filter names '{target}', which is no loaded rule"),
                                    "use the rule's id or name",
                                )
                                .at(target),
                            );
                        }
                    }
                    done.push(filter);
                }
                Err(problem) => self.report(located, problem),
            }
        }
        done
    }

    fn rule(
        &mut self,
        located: &Located<SigmaRule>,
        condition: Expr<Predicate>,
        filters: &[Filter],
    ) {
        let parsed = &located.document;
        let id = located.id();
        if !self.claim(&id, located) {
            return;
        }
        let condition = filters
            .iter()
            .filter(|filter| filter.applies_to(parsed, &located.space))
            .fold(condition, |condition, filter| filter.narrow(condition));
        let head = RuleHead {
            id: RuleId(id),
            title: parsed.title.clone(),
            level: parsed.level.map_or_else(Level::default, level),
            tags: parsed.tags.clone(),
            logsource: logsource(&parsed.logsource),
            advice: advice(&parsed.title, &parsed.tags, |key| own_text(parsed, key)),
        };
        let (numbers, predicates) = (&mut self.numbers, &mut self.set.predicates);
        let condition = condition.map(&mut |predicate: Predicate| {
            *numbers.entry(predicate).or_insert_with_key(|predicate| {
                predicates.push(predicate.clone());
                PredicateId(u32::try_from(predicates.len() - 1).unwrap_or(u32::MAX))
            })
        });
        self.set.spaces.push(located.space.clone());
        self.set.rules.push(Rule {
            head,
            name: parsed.name.clone(),
            file: located.file.clone(),
            line: located.line,
            condition,
        });
    }

    /// Takes an id for a document; false, with a report, when another has it.
    fn claim<T>(&mut self, id: &str, located: &Located<T>) -> bool {
        if let Some(other) = self.ids.get(id) {
            let problem = Problem::new(
                "W151",
                format!("the id {id} is already that of a rule in {other}"),
                "give each rule an id of its own",
            );
            self.report(located, problem.at("id:"));
            return false;
        }
        self.ids.insert(id.to_owned(), format!("{}:{}", located.file, located.line));
        true
    }

    fn correlations(&mut self, correlations: &[Located<rsigma_parser::CorrelationRule>]) {
        let mut kept = Vec::new();
        for located in correlations {
            let id = located.id();
            if self.claim(&id, located) {
                self.set.spaces.push(located.space.clone());
                kept.push((located, id));
            }
        }
        let base = self.set.rules.len();
        let number = |at: usize| RuleRef(u32::try_from(at).unwrap_or(u32::MAX));
        let mut names: FxHashMap<(&str, &str), Reference> = FxHashMap::default();
        for (at, rule) in self.set.rules.iter().enumerate() {
            let reference = Reference { number: number(at), is_correlation: false };
            let space = self.set.spaces.get(at).map_or("", String::as_str);
            names.insert((space, own_id(&rule.head.id.0, space)), reference);
            rule.name.as_deref().map(|name| names.insert((space, name), reference));
        }
        for (at, (located, id)) in kept.iter().enumerate() {
            let reference = Reference { number: number(base + at), is_correlation: true };
            let space = located.space.as_str();
            names.insert((space, own_id(id, space)), reference);
            located.document.name.as_deref().map(|name| names.insert((space, name), reference));
        }
        let inputs: Vec<_> = kept
            .iter()
            .enumerate()
            .map(|(at, (located, _))| CorrelationInput {
                number: number(base + at),
                rule: &located.document,
            })
            .collect();
        let space_of = |number: RuleRef| {
            let at = (number.0 as usize).saturating_sub(base);
            kept.get(at).map_or("", |(located, _)| located.space.as_str())
        };
        let (set, errors) = CorrelationSet::compile(&inputs, &|correlation, name| {
            names.get(&(space_of(correlation), name)).copied()
        });
        let mut failed = BTreeSet::new();
        for error in errors {
            let at = (error.number().0 as usize).saturating_sub(base);
            if let Some((located, _)) = kept.get(at) {
                let problem = Problem::new("W160", error.problem.to_string(), error.hint());
                failed.insert(at);
                self.push(located, problem.at(error.anchor()), Severity::Error);
            }
        }
        self.set.failed += failed.len();
        self.set.failed_correlations = failed.len();
        self.set.correlation_heads = kept.iter().map(|(l, id)| correlation_head(l, id)).collect();
        self.set.correlations = set;
    }

    fn report<T>(&mut self, located: &Located<T>, problem: Problem) {
        self.set.failed += 1;
        self.push(located, problem, Severity::Error);
    }

    fn warn<T>(&mut self, located: &Located<T>, problem: Problem) {
        self.push(located, problem, Severity::Warning);
    }

    fn push<T>(&mut self, located: &Located<T>, problem: Problem, severity: Severity) {
        self.set.diagnostics.push(Diagnostic {
            file: located.file.clone(),
            line: located.line_of(&problem.anchor),
            severity,
            code: problem.code,
            message: problem.message,
            hint: problem.hint,
        });
    }

    fn finish(mut self) -> RuleSet {
        self.set.diagnostics.sort();
        self.set
    }
}

fn correlation_head(located: &Located<rsigma_parser::CorrelationRule>, id: &str) -> RuleHead {
    let parsed = &located.document;
    let own = |key: &str| {
        let value = parsed.custom_attributes.get(key)?;
        value.as_str().map(|text| text.trim().to_owned())
    };
    RuleHead {
        id: RuleId(id.to_owned()),
        title: parsed.title.clone(),
        level: parsed.level.map_or_else(Level::default, level),
        tags: parsed.tags.clone(),
        logsource: wardwatch_model::LogSource::default(),
        advice: advice(&parsed.title, &parsed.tags, own),
    }
}

fn level(level: rsigma_parser::Level) -> Level {
    match level {
        rsigma_parser::Level::Informational => Level::Informational,
        rsigma_parser::Level::Low => Level::Low,
        rsigma_parser::Level::Medium => Level::Medium,
        rsigma_parser::Level::High => Level::High,
        rsigma_parser::Level::Critical => Level::Critical,
    }
}

/// An id as its document has it.
fn own_id<'i>(id: &'i str, space: &str) -> &'i str {
    let without = id.strip_prefix(space).filter(|_| !space.is_empty());
    without.and_then(|rest| rest.strip_prefix('.')).unwrap_or(id)
}

impl RuleNumber {
    /// The same number as correlations use.
    pub fn reference(self) -> RuleRef {
        RuleRef(self.0)
    }
}
