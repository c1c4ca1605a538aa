//! The engine: one program for each set of log sources, compiled when first needed.
//!
//! In: a rule set and the table of log sources. Out: for each event, the rules that are true of
//! it. Immutable and shared between threads; each thread brings a [`Scratch`].

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use wardwatch_model::{Event, SourceSet, SourceTable};

use crate::plain;
use crate::program::{Program, Scratch};
use crate::rule::RuleNumber;
use crate::ruleset::RuleSet;

/// Programs over a rule set.
#[derive(Debug)]
pub struct Engine {
    set: Arc<RuleSet>,
    /// For each set of log sources, which of `groups` applies.
    group_of: Vec<u32>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    rules: Vec<RuleNumber>,
    program: OnceLock<Program>,
}

impl Engine {
    /// Sorts out which rules apply to which log sources. Nothing is compiled yet.
    pub fn new(set: Arc<RuleSet>, table: &SourceTable) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut numbers: FxHashMap<Vec<RuleNumber>, u32> = FxHashMap::default();
        let mut group_of = Vec::with_capacity(table.len());
        for (_, sources) in table.iter() {
            let rules: Vec<RuleNumber> = (0u32..)
                .zip(&set.rules)
                .filter(|(_, rule)| plain::applies(&rule.head.logsource, sources))
                .map(|(number, _)| RuleNumber(number))
                .collect();
            let number = *numbers.entry(rules.clone()).or_insert_with(|| {
                groups.push(Group { rules, program: OnceLock::new() });
                (groups.len() - 1) as u32
            });
            group_of.push(number);
        }
        Engine { set, group_of, groups }
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.set
    }

    /// Adds to `hits` the rules that are true of the event, in order of their numbers.
    pub fn evaluate(&self, event: &Event<'_>, scratch: &mut Scratch, hits: &mut Vec<RuleNumber>) {
        if let Some(program) = self.program(event.sources)
            && !program.is_empty()
        {
            program.run(&self.set, event, scratch, hits);
        }
    }

    /// The program for a set of log sources, compiling it on first use. `None` for a set that was
    /// not in the table.
    pub fn program(&self, sources: SourceSet) -> Option<&Program> {
        let number = *self.group_of.get(usize::from(sources.0))?;
        let group = self.groups.get(number as usize)?;
        Some(group.program.get_or_init(|| Program::compile(&self.set, &group.rules)))
    }

    /// Compiles the programs for all sets of log sources for which another engine over the same
    /// table has compiled its own: what was needed up to now will be needed at once.
    pub fn warm_like(&self, other: &Engine) {
        for (number, group) in (0u16..).zip(&other.group_of) {
            let used = other.groups.get(*group as usize);
            if used.is_some_and(|group| group.program.get().is_some()) {
                self.program(SourceSet(number));
            }
        }
    }

    /// Numbers of the rules that apply to a set of log sources.
    pub fn applicable(&self, sources: SourceSet) -> &[RuleNumber] {
        self.group_of
            .get(usize::from(sources.0))
            .and_then(|number| self.groups.get(*number as usize))
            .map_or(&[], |group| &group.rules)
    }
}

#[cfg(test)]
mod tests {
    use wardwatch_model::LogSource;

    use super::*;
    use crate::document::Documents;
    use crate::placeholder::Placeholders;

    #[test]
    fn a_new_engine_is_as_ready_as_the_old_one() {
        let rule = |id: &str, product: &str| {
            let source = format!("logsource: {{product: {product}}}");
            format!("title: x\nid: {id}\n{source}\ndetection: {{s: {{A: b}}, condition: s}}\n")
        };
        let text = format!("{}---\n{}", rule("a", "windows"), rule("b", "linux"));
        let set = RuleSet::load(Documents::parse("r.yml", &text), &Placeholders::default());
        let mut table = SourceTable::default();
        let windows = table.intern(vec![LogSource::new("windows", "", "")]);
        table.intern(vec![LogSource::new("linux", "", "")]);
        let set = Arc::new(set);
        let (old, new) = (Engine::new(set.clone(), &table), Engine::new(set, &table));
        let ready = |engine: &Engine| {
            engine.groups.iter().filter(|group| group.program.get().is_some()).count()
        };
        old.program(windows);
        new.warm_like(&old);
        assert_eq!((ready(&old), ready(&new)), (1, 1));
        let group = new.group_of[usize::from(windows.0)] as usize;
        assert!(new.groups[group].program.get().is_some());
    }
}
