//! What organisations decided about rules, ready to be asked at a hit.
//!
//! In: own rules' owners, settings, filters and suppressions of all organisations, and the tree.
//! Out: for an organisation and a rule, what becomes of a hit. Organisations under the same
//! decisions share one view. Never: a look at an event that hit nothing; a decision that reaches
//! beyond the organisation that made it and those below.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wardwatch_detect::{Condition, Placeholders, RuleNumber, RuleSet};
use wardwatch_model::{
    Event, Level, OrgId, Outcome, RuleFilter, RuleSetting, SetLevel, Sighting, Suppression,
    SuppressionId, Timestamp,
};
use wardwatch_store::{State, StoreError, SystemScope};

use super::heads;

/// What organisations decided, as the state has it.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// Each organisation with those above it, itself first.
    pub lineage: HashMap<OrgId, Vec<OrgId>>,
    /// Levels and canaries.
    pub settings: Vec<RuleSetting>,
    /// Filters.
    pub filters: Vec<RuleFilter>,
    /// Suppressions.
    pub suppressions: Vec<Suppression>,
}

impl Decided {
    /// All that has not ended.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn read(
        state: &State,
        system: &SystemScope,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        Ok(Decided {
            lineage: state.lineage(system).await?,
            settings: state.rule_settings(system).await?,
            filters: state.rule_filters(system, now).await?,
            suppressions: state.running_suppressions(system, now).await?,
        })
    }
}

/// What organisations decided.
#[derive(Debug, Default)]
pub struct Policy {
    lineage: HashMap<OrgId, Vec<OrgId>>,
    /// For each rule number, whose it is; none for everybody's.
    owners: Vec<Option<OrgId>>,
    views: HashMap<OrgId, Arc<View>>,
    /// Numbers of rules that somebody decided something about.
    decided: HashSet<u32>,
}

/// What goes for organisations that are under the same decisions.
#[derive(Debug, Default)]
struct View {
    rules: HashMap<u32, RuleView>,
    /// Suppressions of any rule.
    suppressions: Vec<Arc<Suppression>>,
}

/// What goes for a rule.
#[derive(Debug, Default)]
struct RuleView {
    level: Option<SetLevel>,
    /// Whether the rule is live here, where a canary says so.
    live: Option<bool>,
    filters: Vec<Arc<Filter>>,
    suppressions: Vec<Arc<Suppression>>,
}

/// A filter ready to be asked.
#[derive(Debug)]
struct Filter {
    until: Timestamp,
    /// Hits count where this is true.
    counts: Condition,
}

/// What becomes of a rule's hits in an organisation.
#[derive(Debug, Clone, Copy)]
pub struct At<'p> {
    here: bool,
    rule: Option<&'p RuleView>,
    any: &'p [Arc<Suppression>],
}

/// Whether a hit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The rule is not this organisation's.
    NotHere,
    /// It is only counted.
    Dropped(Outcome),
    /// It counts.
    Counts,
}

impl Policy {
    /// From what was decided. A filter that cannot be read any more lets hits through, since a
    /// detection too many is better than one too few.
    pub fn compile(set: &RuleSet, known: &Placeholders, decided: Decided) -> Self {
        let numbers: HashMap<&str, u32> =
            heads(set).map(|(number, head)| (head.id.0.as_str(), number.0)).collect();
        let owners = heads(set).map(|(number, _)| set.space(number).parse().ok()).collect();
        let filters: Vec<(&RuleFilter, Arc<Filter>)> = decided
            .filters
            .iter()
            .filter_map(|filter| Some((filter, Arc::new(Filter::of(filter, known)?))))
            .collect();
        let suppressions: Vec<Arc<Suppression>> =
            decided.suppressions.iter().cloned().map(Arc::new).collect();
        let mut marks: HashMap<&OrgId, Marks<'_>> = HashMap::new();
        for setting in &decided.settings {
            marks.entry(&setting.org).or_default().settings.push(setting);
            for live in setting.live_in.iter().flatten() {
                marks.entry(live).or_default();
            }
        }
        for (filter, ready) in &filters {
            marks.entry(&filter.org).or_default().filters.push((filter, ready));
        }
        for suppression in &suppressions {
            marks.entry(&suppression.org).or_default().suppressions.push(suppression);
        }
        let mut shared: HashMap<Vec<&OrgId>, Arc<View>> = HashMap::new();
        let mut views = HashMap::new();
        for (org, line) in &decided.lineage {
            let line: Vec<&OrgId> = line.iter().filter(|org| marks.contains_key(org)).collect();
            if line.is_empty() {
                continue;
            }
            let view = shared
                .entry(line)
                .or_insert_with_key(|line| Arc::new(View::of(line, &numbers, &marks)));
            views.insert(org.clone(), Arc::clone(view));
        }
        let decided_of = views.values().flat_map(|view: &Arc<View>| view.rules.keys().copied());
        let about = decided_of.collect();
        Policy { lineage: decided.lineage, owners, views, decided: about }
    }

    /// What goes for a rule in an organisation.
    pub fn at(&self, org: &OrgId, number: RuleNumber) -> At<'_> {
        let view = self.views.get(org);
        At {
            here: self.goes_for(number, org),
            rule: view.and_then(|view| view.rules.get(&number.0)),
            any: view.map_or(&[], |view| &view.suppressions),
        }
    }

    /// Whether anybody decided anything about a rule: otherwise it stands the same wherever it goes.
    pub fn is_decided(&self, number: RuleNumber) -> bool {
        self.decided.contains(&number.0)
    }

    /// Whose a rule is; none for everybody's.
    pub fn owner(&self, number: RuleNumber) -> Option<&OrgId> {
        self.owners.get(number.0 as usize).and_then(Option::as_ref)
    }

    /// Whether a rule goes for an organisation.
    pub fn goes_for(&self, number: RuleNumber, org: &OrgId) -> bool {
        self.owner(number).is_none_or(|owner| self.is_below(org, owner))
    }

    /// Whether an organisation is another one or lies below it.
    pub fn is_below(&self, org: &OrgId, above: &OrgId) -> bool {
        org == above || self.lineage.get(org).is_some_and(|line| line.contains(above))
    }
}

/// What one organisation decided.
#[derive(Debug, Default)]
struct Marks<'d> {
    settings: Vec<&'d RuleSetting>,
    filters: Vec<(&'d RuleFilter, &'d Arc<Filter>)>,
    suppressions: Vec<&'d Arc<Suppression>>,
}

impl View {
    /// `line` is of organisations that decided something or are named in a decision, the nearest
    /// first.
    fn of(
        line: &[&OrgId],
        numbers: &HashMap<&str, u32>,
        marks: &HashMap<&OrgId, Marks<'_>>,
    ) -> Self {
        let mut view = View::default();
        let number = |rule: &str| numbers.get(rule).copied();
        for marks in line.iter().filter_map(|org| marks.get(*org)) {
            for setting in &marks.settings {
                let Some(number) = number(&setting.rule.0) else { continue };
                let rule = view.rules.entry(number).or_default();
                rule.level = rule.level.or(setting.level);
                if let (None, Some(live_in)) = (rule.live, &setting.live_in) {
                    rule.live = Some(live_in.iter().any(|live| line.contains(&live)));
                }
            }
            for (filter, ready) in &marks.filters {
                let Some(number) = number(&filter.rule.0) else { continue };
                view.rules.entry(number).or_default().filters.push(Arc::clone(ready));
            }
            for suppression in &marks.suppressions {
                let list = match &suppression.rule {
                    None => &mut view.suppressions,
                    Some(rule) => match number(&rule.0) {
                        Some(number) => &mut view.rules.entry(number).or_default().suppressions,
                        None => continue,
                    },
                };
                list.push(Arc::clone(suppression));
            }
        }
        view
    }
}

impl Filter {
    fn of(filter: &RuleFilter, known: &Placeholders) -> Option<Self> {
        let counts = match &filter.sigma {
            Some(text) => match Condition::of_filter(text, known) {
                Ok(condition) => condition,
                Err(_) => {
                    tracing::warn!(filter = %filter.id, "a stored filter cannot be read: it lets all through");
                    return None;
                }
            },
            // Without anything to exclude it excludes nothing.
            None if filter.excludes.is_empty() => return None,
            None => {
                let parts = filter.excludes.iter();
                Condition::all(parts.map(|part| Condition::contains(&part.field, &part.text)))
                    .negated()
            }
        };
        Some(Filter { until: filter.until, counts })
    }
}

impl At<'_> {
    /// Whether a hit on this event counts.
    pub fn fate(&self, event: &Event<'_>, received: Timestamp) -> Fate {
        if !self.here {
            return Fate::NotHere;
        }
        let Some(rule) = self.rule else { return Fate::Counts };
        if rule.level == Some(SetLevel::Off) {
            return Fate::Dropped(Outcome::Off);
        }
        if rule.live == Some(false) {
            return Fate::Dropped(Outcome::Canary);
        }
        let excluded =
            |filter: &Arc<Filter>| received < filter.until && !filter.counts.holds(event);
        if rule.filters.iter().any(excluded) {
            return Fate::Dropped(Outcome::Filtered);
        }
        Fate::Counts
    }

    /// Its level here.
    pub fn level(&self, own: Level) -> Level {
        match self.rule.and_then(|rule| rule.level) {
            Some(SetLevel::To(level)) => level,
            _ => own,
        }
    }

    /// The rule's status here, in the words of hits' outcomes.
    pub fn status(&self) -> Outcome {
        match self.rule {
            Some(rule) if rule.level == Some(SetLevel::Off) => Outcome::Off,
            Some(rule) if rule.live == Some(false) => Outcome::Canary,
            _ => Outcome::Live,
        }
    }

    /// The suppression that a detection falls under, if any.
    pub fn suppression(&self, sighting: &Sighting) -> Option<SuppressionId> {
        let of_rule = self.rule.map_or(&[][..], |rule| &rule.suppressions);
        let holds = |suppression: &&Arc<Suppression>| {
            let touched = suppression.entity.as_ref().is_none_or(|wanted| {
                sighting.entities.iter().any(|found| {
                    found.kind == wanted.kind
                        && found.value.to_lowercase() == wanted.value.to_lowercase()
                })
            });
            touched && sighting.received < suppression.until
        };
        of_rule.iter().chain(self.any).find(holds).map(|suppression| suppression.id)
    }
}
