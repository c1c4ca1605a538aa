//! Rules of a running server: the list, one, own ones, levels, filters, canaries, coverage.

use serde::{Deserialize, Serialize};
use wardwatch_model::{
    Advice, Contains, Level, LogSource, OrgId, Outcome, RuleFilter, RuleId, RuleSetting, SetLevel,
    Timestamp,
};

/// Which rules: `GET /api/v1/rules`. In order of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleQuery {
    /// As they stand in this organisation, with the hits of it and those below.
    pub org: Option<OrgId>,
    /// Only with this text in title, id or tags, whatever the case.
    pub text: Option<String>,
    /// Only at this level or above.
    pub level: Option<Level>,
    /// Only with this status.
    pub status: Option<Outcome>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// A rule in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListedRule {
    /// Its identity.
    pub id: RuleId,
    /// Its title.
    pub title: String,
    /// Its level, where an organisation was asked for as it stands there.
    pub level: Level,
    /// Its tags.
    pub tags: Vec<String>,
    /// Where its events come from; empty for a correlation.
    pub logsource: LogSource,
    /// Whether it is a correlation.
    pub correlation: bool,
    /// The organisation that wrote it; none for a rule of the server.
    pub org: Option<OrgId>,
    /// The file that it came from.
    pub file: String,
    /// `live`, `canary` or `off` where an organisation was asked for, else `live`, or `canary`
    /// where any organisation of the caller's has it so.
    pub status: Outcome,
    /// Hits of the last 24 hours and seven days.
    pub hits: RuleHitCounts,
    /// How its incidents of the last 30 days were closed.
    pub noise: Noise,
}

/// Hits of a rule in the caller's organisations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleHitCounts {
    /// Detections of the last 24 hours, suppressed ones too.
    pub day: u64,
    /// Detections of the last seven days, suppressed ones too.
    pub week: u64,
    /// By organisation and what became of them; hits that made no detection too.
    pub by_org: Vec<OrgHits>,
}

/// Hits of a rule in one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgHits {
    /// The organisation.
    pub org: OrgId,
    /// What became of them.
    pub outcome: Outcome,
    /// In the last 24 hours.
    pub day: u64,
    /// In the last seven days.
    pub week: u64,
}

/// How a rule's incidents were closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noise {
    /// Incidents with a detection of it that were closed.
    pub closed: u64,
    /// Of these, as a false alarm or as expected.
    pub no_attack: u64,
}

/// One rule with all that is known of it: `GET /api/v1/rules/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RulePaper {
    /// As in the list.
    pub rule: ListedRule,
    /// Its text.
    pub text: String,
    /// Its line in the file, from 1.
    pub line: u32,
    /// What it means and what to do.
    pub advice: Advice,
    /// What is odd about it.
    pub problems: Vec<RuleProblem>,
    /// What the caller's organisations set.
    pub settings: Vec<RuleSetting>,
    /// Filters of the caller's organisations, those that ended too.
    pub filters: Vec<RuleFilter>,
}

/// A finding in a rule file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleProblem {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// Whether the rule is not loaded for it; else it is only odd.
    pub error: bool,
    /// Stable code, such as `W104`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

/// How loading went: `GET /api/v1/rules/problems`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleProblems {
    /// How many rules are in use.
    pub loaded: usize,
    /// When they were last asked to be loaded again; none since the start.
    pub time: Option<Timestamp>,
    /// Why the rules in use stayed then; none when they were replaced.
    pub refused: Option<String>,
    /// What was found wrong.
    pub problems: Vec<RuleProblem>,
}

/// What came of loading: `POST /api/v1/rules/reload`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reloaded {
    /// Whether the rules in use were replaced.
    pub replaced: bool,
    /// How many are in use now.
    pub loaded: usize,
    /// Why they were not replaced.
    pub refused: Option<String>,
    /// What was found wrong.
    pub problems: Vec<RuleProblem>,
}

/// A rule to be: `POST /api/v1/rules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// Where it goes, and below.
    pub org: OrgId,
    /// Sigma, as YAML: a rule, or a correlation with the rules that it stands on.
    pub text: String,
    /// Only check it.
    #[serde(default)]
    pub dry_run: bool,
}

/// What came of a new rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedRule {
    /// The id that it has in use; none when it is refused.
    pub id: Option<RuleId>,
    /// Why it is refused; empty when it is not.
    pub problems: Vec<RuleProblem>,
}

/// A level to be: `POST /api/v1/rules/{id}/level`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLevel {
    /// Where, and below.
    pub org: OrgId,
    /// The level, or `off`; null leaves it to the rule's text again.
    pub level: Option<SetLevel>,
    /// Why.
    pub reason: String,
}

/// A canary to be: `POST /api/v1/rules/{id}/canary`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCanary {
    /// Where it goes, and below.
    pub org: OrgId,
    /// Where alone, within that, the rule is live; null makes it live everywhere.
    pub live_in: Option<Vec<OrgId>>,
    /// Why.
    pub reason: String,
}

/// A filter to be: `POST /api/v1/rules/{id}/filters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFilter {
    /// Where it goes, and below.
    pub org: OrgId,
    /// Hits of events with all of these do not count.
    #[serde(default)]
    pub excludes: Vec<Contains>,
    /// A Sigma filter instead: hits count where its condition is true.
    #[serde(default)]
    pub sigma: Option<String>,
    /// Why.
    pub reason: String,
    /// When it ends; in 90 days when none.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// What stands about a rule in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSet {
    /// The setting; none when nothing is set any more.
    pub setting: Option<RuleSetting>,
}

/// What of rules an organisation's log sources could trigger: `GET /api/v1/rules/coverage`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageQuery {
    /// Of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Log sources that were heard in so many days; 30 unless given.
    pub days: Option<u32>,
}

/// What rules could see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// How many days were looked at.
    pub days: u32,
    /// Log sources that were heard, with how many events; an event of several counts for each.
    pub heard: Vec<HeardSource>,
    /// Rules that go for these organisations and are not off.
    pub rules: u64,
    /// Rules that no log source heard could ever trigger, by what is missing.
    pub blind: Vec<BlindRules>,
    /// ATT&CK techniques of the rules, with how many of these could be triggered.
    pub techniques: Vec<Technique>,
}

/// A log source that was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeardSource {
    /// Which.
    pub logsource: LogSource,
    /// How many events.
    pub events: u64,
}

/// Rules that nothing could trigger, for want of the same log source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindRules {
    /// The log source that was not heard.
    pub missing: LogSource,
    /// The rules.
    pub rules: Vec<BlindRule>,
}

/// A rule that nothing could trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindRule {
    /// Its identity.
    pub id: RuleId,
    /// Its title.
    pub title: String,
    /// Its level.
    pub level: Level,
}

/// How far a technique is covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Technique {
    /// Its number, such as `T1021.002`.
    pub id: String,
    /// Rules for it.
    pub rules: u64,
    /// Of these, rules that something heard could trigger.
    pub seeing: u64,
}
