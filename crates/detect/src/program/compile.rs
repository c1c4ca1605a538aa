//! Rules to a program.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::field::{FieldMatcher, FieldPlan};
use super::prefilter::Prefilter;
use super::witness::{Necessary, Wake, necessary, witness_literals};
use super::{Compiled, EAGER, Kind, Local, Program};
use crate::predicate::{Operator, Place, Predicate, Subject};
use crate::rule::{Expr, PredicateId, RuleNumber};
use crate::ruleset::RuleSet;

impl Program {
    /// Compiles the given rules of a set.
    pub fn compile(set: &RuleSet, numbers: &[RuleNumber]) -> Self {
        let mut compiler = Compiler::new(set);
        for number in numbers {
            if let Some(rule) = set.rules.get(number.0 as usize) {
                let condition = rule.condition.clone().map(&mut |id| compiler.local(id));
                compiler.rules.push(Compiled { number: *number, condition });
            }
        }
        compiler.finish()
    }
}

/// What working memory knows programs by. An address would not do: it may be used again.
static NEXT_IDENTITY: AtomicU64 = AtomicU64::new(0);

struct Compiler<'s> {
    set: &'s RuleSet,
    rules: Vec<Compiled>,
    locals: FxHashMap<PredicateId, Local>,
    predicates: Vec<PredicateId>,
    kinds: Vec<Kind>,
    fields: BTreeMap<Arc<str>, FieldPlan>,
    keywords: FieldPlan,
}

impl<'s> Compiler<'s> {
    fn new(set: &'s RuleSet) -> Self {
        Compiler {
            set,
            rules: Vec::new(),
            locals: FxHashMap::default(),
            predicates: Vec::new(),
            kinds: Vec::new(),
            fields: BTreeMap::new(),
            keywords: FieldPlan::default(),
        }
    }

    /// The local number of a predicate, filing it where it is looked up.
    fn local(&mut self, id: PredicateId) -> Local {
        if let Some(local) = self.locals.get(&id) {
            return *local;
        }
        let local = self.predicates.len() as Local;
        let kind = self.file(self.set.predicate(id), local);
        self.locals.insert(id, local);
        self.predicates.push(id);
        self.kinds.push(kind);
        local
    }

    fn file(&mut self, predicate: &Predicate, local: Local) -> Kind {
        let plan = match &predicate.subject {
            Subject::Field(name) => self.fields.entry(name.clone()).or_default(),
            Subject::Keyword => &mut self.keywords,
        };
        match &predicate.operator {
            Operator::Text { literal, place, cased: false }
                if !literal.is_empty() || *place == Place::Whole =>
            {
                plan.texts.push((literal.clone(), *place, local));
                Kind::Bit
            }
            Operator::Number(compare, number) => {
                plan.numbers.push((*compare, number.0, local));
                Kind::Bit
            }
            Operator::Exists(true) if predicate.subject != Subject::Keyword => {
                plan.presence.push(local);
                Kind::Bit
            }
            other => match witness_literals(other) {
                Some(literals) => {
                    let texts = literals.into_iter().map(|text| (text, Place::Anywhere, local));
                    plan.texts.extend(texts);
                    Kind::Witnessed
                }
                None => Kind::Open,
            },
        }
    }

    fn finish(mut self) -> Program {
        let chosen = self.choose_witnesses();
        let mut wakes: Vec<Vec<u32>> = vec![Vec::new(); self.predicates.len()];
        let mut always = Vec::new();
        let mut eager: BTreeSet<Arc<str>> = BTreeSet::new();
        for (necessary, at) in chosen.iter().zip(0u32..) {
            let Some((_, witnesses)) = necessary else {
                always.push(at);
                continue;
            };
            for witness in witnesses {
                eager.extend(self.field_of(witness));
                match witness {
                    Wake::Bit(local) => wakes[*local as usize].push(at),
                    Wake::Presence(name) => {
                        self.fields.entry(name.clone()).or_default().wake.push(at);
                    }
                }
            }
        }
        self.defer(&wakes);
        let (wakes, woken) = ranges(wakes);
        let mut matchers = Vec::new();
        let mut names = Vec::new();
        let mut by_name = FxHashMap::default();
        let mut late_numbers: FxHashMap<Arc<str>, u32> = FxHashMap::default();
        for (name, plan) in std::mem::take(&mut self.fields) {
            let number = matchers.len() as u32;
            if eager.contains(&name) {
                by_name.insert(Box::from(&*name), number);
            } else {
                late_numbers.insert(name.clone(), number);
            }
            matchers.push(FieldMatcher::new(plan));
            names.push(name);
        }
        let field_numbers: FxHashMap<Arc<str>, u32> = names.iter().cloned().zip(0u32..).collect();
        let field_of = self
            .predicates
            .iter()
            .map(|id| match &self.set.predicate(*id).subject {
                Subject::Field(name) => field_numbers.get(name).copied().unwrap_or(EAGER),
                Subject::Keyword => EAGER,
            })
            .collect();
        let late: Vec<u32> = self
            .predicates
            .iter()
            .map(|id| match &self.set.predicate(*id).subject {
                Subject::Field(name) => late_numbers.get(name).copied().unwrap_or(EAGER),
                Subject::Keyword => EAGER,
            })
            .collect();
        for rule in &mut self.rules {
            cheap_first(&mut rule.condition, &|local| {
                let at = local as usize;
                let how = match self.kinds[at] {
                    Kind::Bit => 0,
                    Kind::Searched => 1,
                    Kind::Witnessed | Kind::Open => 2,
                };
                u32::from(late[at] != EAGER) * 2 + how
            });
        }
        let texts = &self.keywords.texts;
        let anywhere = texts.iter().all(|(_, place, _)| *place == Place::Anywhere);
        let keyword_prefilter = if anywhere && self.keywords.numbers.is_empty() {
            Prefilter::new(texts.iter().map(|(literal, place, _)| (&**literal, *place)))
        } else {
            None
        };
        let keywords = FieldMatcher::new(self.keywords);
        Program {
            identity: NEXT_IDENTITY.fetch_add(1, Ordering::Relaxed),
            rules: self.rules,
            predicates: self.predicates,
            kinds: self.kinds,
            field_of,
            late,
            wakes,
            woken,
            always,
            matchers,
            names,
            by_name,
            keywords: keywords.reads_text().then_some(keywords),
            keyword_prefilter,
        }
    }

    /// Takes out of the fields' plans what wakes no rule and is dear to look for in every event:
    /// it is evaluated when a woken rule asks.
    fn defer(&mut self, wakes: &[Vec<u32>]) {
        let Compiler { fields, kinds, .. } = self;
        for plan in fields.values_mut() {
            for local in plan.defer(&|local| !wakes[local as usize].is_empty()) {
                let kind = &mut kinds[local as usize];
                *kind = if *kind == Kind::Bit { Kind::Searched } else { Kind::Open };
            }
        }
    }

    /// For each rule what wakes it. First the cheapest witnesses; then every field whose rules
    /// can all be woken by others at little cost is given up, so that it need not be looked at.
    fn choose_witnesses(&self) -> Vec<Option<Necessary>> {
        let choose = |avoid: &[Arc<str>], rule: &Compiled| {
            necessary(&rule.condition, avoid, &|local| {
                (self.set.predicate(self.predicates[local as usize]), self.kinds[local as usize])
            })
        };
        let mut avoid: Vec<Arc<str>> = Vec::new();
        let mut chosen: Vec<_> = self.rules.iter().map(|rule| choose(&avoid, rule)).collect();
        for name in self.fields.keys() {
            let users: Vec<usize> =
                (0..self.rules.len()).filter(|at| self.uses(chosen[*at].as_ref(), name)).collect();
            avoid.push(name.clone());
            let others: Option<Vec<_>> = users
                .iter()
                .map(|at| {
                    let now = chosen[*at].as_ref()?.0;
                    choose(&avoid, &self.rules[*at])
                        .filter(|other| other.0 <= now.max(CHEAP_WITNESS))
                })
                .collect();
            let added = others.as_ref().map(|list| list.iter().map(|other| other.0).sum::<u64>());
            match others {
                Some(others) if added.is_some_and(|added| added <= CHEAP_FIELD) => {
                    for (at, other) in users.into_iter().zip(others) {
                        chosen[at] = Some(other);
                    }
                }
                _ => {
                    avoid.pop();
                }
            }
        }
        chosen
    }

    fn uses(&self, necessary: Option<&Necessary>, name: &Arc<str>) -> bool {
        necessary.is_some_and(|(_, witnesses)| {
            witnesses.iter().any(|witness| self.field_of(witness).as_ref() == Some(name))
        })
    }

    fn field_of(&self, witness: &Wake) -> Option<Arc<str>> {
        match witness {
            Wake::Presence(name) => Some(name.clone()),
            Wake::Bit(local) => {
                match &self.set.predicate(self.predicates[*local as usize]).subject {
                    Subject::Field(name) => Some(name.clone()),
                    Subject::Keyword => None,
                }
            }
        }
    }
}

/// A witness up to this chance, in millionths, is cheap enough to spare a field for.
const CHEAP_WITNESS: u64 = 100_000;
/// All witnesses that spare one field may together have this chance.
const CHEAP_FIELD: u64 = 400_000;

/// Lists as ranges of one list.
fn ranges(lists: Vec<Vec<u32>>) -> (Vec<(u32, u32)>, Vec<u32>) {
    let mut joined = Vec::new();
    let mut ranges = Vec::with_capacity(lists.len());
    for mut list in lists {
        list.dedup();
        let start = joined.len() as u32;
        joined.extend(list);
        ranges.push((start, joined.len() as u32));
    }
    (ranges, joined)
}

/// Puts what is cheap to evaluate in front, in every list of an expression; returns its price.
fn cheap_first(expression: &mut Expr<Local>, price: &impl Fn(Local) -> u32) -> u32 {
    match expression {
        Expr::Holds(local) => price(*local),
        Expr::Not(inner) => cheap_first(inner, price),
        Expr::And(list) | Expr::Or(list) | Expr::AtLeast(_, list) => {
            let mut priced: Vec<(u32, Expr<Local>)> =
                list.drain(..).map(|mut part| (cheap_first(&mut part, price), part)).collect();
            priced.sort_by_key(|(price, _)| *price);
            let dearest = priced.last().map_or(0, |(price, _)| *price);
            list.extend(priced.into_iter().map(|(_, part)| part));
            dearest
        }
    }
}
