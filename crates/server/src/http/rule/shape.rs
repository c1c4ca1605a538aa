//! A rule as the list shows it.

use std::collections::HashMap;

use wardwatch_api::rule::{ListedRule, Noise, OrgHits, RuleHitCounts};
use wardwatch_detect::RuleNumber;
use wardwatch_model::{OrgId, Outcome, RuleId, Timestamp};
use wardwatch_store::{RuleClosings, RuleSums, TenantScope};

use super::super::problem::Problem;
use super::text;
use crate::app::App;
use crate::rules::Rules;

const DAY_MICROS: i64 = 86_400 * 1_000_000;
/// Organisations whose hits a rule in a list names; of one rule, all.
pub const ORGS_LISTED: usize = 50;

/// What was counted of rules, within a scope.
pub struct Counted {
    hits: HashMap<RuleId, RuleHitCounts>,
    noise: HashMap<RuleId, Noise>,
}

impl Counted {
    /// Reads the counts.
    pub async fn read(app: &App, scope: &TenantScope) -> Result<Self, Problem> {
        let ago = |days: i64| Timestamp { micros: app.now().micros - days * DAY_MICROS };
        let mut hits: HashMap<RuleId, RuleHitCounts> = HashMap::new();
        let sums = app.state.rule_sums(scope, ago(1), ago(7)).await?;
        for RuleSums { rule, org, outcome, short: day, long: week } in &*sums {
            let counts = hits.entry(rule.clone()).or_default();
            let (outcome, day, week) = (*outcome, *day, *week);
            if matches!(outcome, Outcome::Live | Outcome::Suppressed) {
                counts.day += day;
                counts.week += week;
            }
            counts.by_org.push(OrgHits { org: org.clone(), outcome, day, week });
        }
        let closings = app.state.rule_closings(scope, ago(30)).await?;
        let noise = closings.iter().map(|RuleClosings { rule, closed, no_attack }| {
            (rule.clone(), Noise { closed: *closed, no_attack: *no_attack })
        });
        Ok(Counted { hits, noise: noise.collect() })
    }
}

/// A rule for a caller; `org` is where it is looked at.
pub fn listed(
    scope: &TenantScope,
    rules: &Rules,
    number: RuleNumber,
    org: Option<&OrgId>,
    counted: &Counted,
    orgs: usize,
) -> Option<ListedRule> {
    let set = rules.engine.rules();
    let head = set.head(number)?;
    let (level, status) = match org {
        Some(org) => {
            let at = rules.policy.at(org, number);
            (at.level(head.level), at.status())
        }
        None => (head.level, over_all(scope, rules, number)),
    };
    let mut hits = counted.hits.get(&head.id).cloned().unwrap_or_default();
    hits.by_org.truncate(orgs);
    let owner = rules.policy.owner(number);
    let file = rules.papers.sheets.get(&head.id).map(|sheet| sheet.file.as_str());
    Some(ListedRule {
        id: head.id.clone(),
        title: head.title.clone(),
        level,
        tags: head.tags.clone(),
        logsource: head.logsource.clone(),
        correlation: number.0 as usize >= set.rules.len(),
        org: owner.cloned(),
        file: file.map(|file| text::file(scope, file)).unwrap_or_default(),
        status,
        hits,
        noise: counted.noise.get(&head.id).copied().unwrap_or_default(),
    })
}

/// The status over all of the caller's organisations: off when it is off in all of them, canary when
/// it is live in some and not in others for a canary, else live.
fn over_all(scope: &TenantScope, rules: &Rules, number: RuleNumber) -> Outcome {
    let (mut live, mut canary) = (false, false);
    // Most rules nobody has decided anything about.
    let decided = rules.policy.is_decided(number);
    for org in scope.orgs().filter(|org| rules.policy.goes_for(number, org)) {
        match rules.policy.at(org, number).status() {
            Outcome::Canary => canary = true,
            Outcome::Off => {}
            _ => live = true,
        }
        if !decided || (live && canary) {
            break;
        }
    }
    match (canary, live) {
        (true, _) => Outcome::Canary,
        (false, true) => Outcome::Live,
        (false, false) => Outcome::Off,
    }
}
