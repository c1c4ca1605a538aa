//! Examples of what is said of rules, back-tests and suppressions.

use serde_json::{Value, to_value};
use wardwatch_model::{
    Advice, BacktestId, Contains, FilterId, Level, LogSource, Outcome, RuleFilter, RuleId,
    RuleSetting, SetLevel, Suppression, SuppressionId,
};

use super::{entity, org, sighting, time};
use crate::Paged;
use crate::backtest::{Backtest, BacktestState, DayCount, DeviceCount, NewBacktest, OrgCount};
use crate::rule::{
    AddedRule, BlindRule, BlindRules, Coverage, HeardSource, ListedRule, NewCanary, NewFilter,
    NewLevel, NewRule, Noise, OrgHits, Reloaded, RuleHitCounts, RulePaper, RuleProblem,
    RuleProblems, RuleSet, Technique,
};
use crate::suppression::{NewSuppression, SuppressionCount};

fn rule() -> RuleId {
    RuleId("copies".into())
}

fn logsource() -> LogSource {
    LogSource::new("windows", "process_creation", "sysmon")
}

fn problem() -> RuleProblem {
    RuleProblem {
        file: "r.yml".into(),
        line: 3,
        error: true,
        code: "W104".into(),
        message: "x".into(),
        hint: String::new(),
    }
}

fn hits() -> RuleHitCounts {
    let one = OrgHits { org: org(), outcome: Outcome::Canary, day: 1, week: 2 };
    RuleHitCounts { day: 1, week: 2, by_org: vec![one] }
}

fn listed() -> ListedRule {
    ListedRule {
        id: rule(),
        title: "Copies".into(),
        level: Level::High,
        tags: vec![],
        logsource: logsource(),
        correlation: false,
        org: Some(org()),
        file: "r.yml".into(),
        status: Outcome::Live,
        hits: hits(),
        noise: Noise { closed: 2, no_attack: 1 },
    }
}

fn setting() -> RuleSetting {
    RuleSetting {
        org: org(),
        rule: rule(),
        level: Some(SetLevel::Off),
        live_in: Some(vec![org()]),
        reason: "x".into(),
        by: "sam".into(),
        time: time(),
    }
}

fn contains() -> Contains {
    Contains { field: "Image".into(), text: "a.exe".into() }
}

fn filter() -> RuleFilter {
    RuleFilter {
        id: FilterId([6; 16]),
        org: org(),
        rule: rule(),
        excludes: vec![contains()],
        sigma: None,
        reason: "x".into(),
        owner: "sam".into(),
        created: time(),
        until: time(),
    }
}

fn blind() -> BlindRule {
    BlindRule { id: rule(), title: "Copies".into(), level: Level::High }
}

fn backtest() -> Backtest {
    Backtest {
        id: BacktestId([7; 16]),
        state: BacktestState::Cut,
        reason: Some("x".into()),
        rule: rule(),
        title: "Copies".into(),
        from: time(),
        until: time(),
        started: time(),
        ended: None,
        files: 2,
        files_read: 1,
        rows: 3,
        unreadable: 0,
        hits: 1,
        by_org: vec![OrgCount { org: org(), hits: 1 }],
        by_device: vec![DeviceCount { org: org(), device: "PC1".into(), hits: 1 }],
        by_day: vec![DayCount { day: "2017-05-12".into(), hits: 1 }],
        alerts_a_day: 0.5,
        samples: vec![sighting()],
    }
}

fn suppression() -> Suppression {
    Suppression {
        id: SuppressionId([8; 16]),
        org: org(),
        rule: Some(rule()),
        entity: Some(entity()),
        reason: "x".into(),
        owner: "sam".into(),
        created: time(),
        until: time(),
        ended: None,
    }
}

/// One example of every named schema of these nouns, as serde writes it.
pub fn examples() -> Vec<(&'static str, Value)> {
    fn as_json(value: impl serde::Serialize) -> Value {
        to_value(value).unwrap()
    }
    let page = |item: Value| as_json(Paged { items: vec![item], next: None });
    let counted = SuppressionCount { suppression: suppression(), running: true, detections: 2 };
    let coverage = Coverage {
        days: 30,
        heard: vec![HeardSource { logsource: logsource(), events: 5 }],
        rules: 2,
        blind: vec![BlindRules { missing: logsource(), rules: vec![blind()] }],
        techniques: vec![Technique { id: "T1021.002".into(), rules: 2, seeing: 1 }],
    };
    let paper = RulePaper {
        rule: listed(),
        text: "title: Copies".into(),
        line: 1,
        advice: Advice::default(),
        problems: vec![problem()],
        settings: vec![setting()],
        filters: vec![filter()],
    };
    let problems = RuleProblems {
        loaded: 2,
        time: Some(time()),
        refused: Some("x".into()),
        problems: vec![problem()],
    };
    let reloaded =
        Reloaded { replaced: false, loaded: 2, refused: None, problems: vec![problem()] };
    let new_filter = NewFilter {
        org: org(),
        excludes: vec![contains()],
        sigma: None,
        reason: "x".into(),
        until: Some(time()),
    };
    let new_suppression = NewSuppression {
        org: org(),
        rule: None,
        entity: Some(entity()),
        reason: "x".into(),
        until: None,
    };
    let level = NewLevel { org: org(), level: Some(SetLevel::To(Level::Low)), reason: "x".into() };
    let canary = NewCanary { org: org(), live_in: None, reason: "x".into() };
    vec![
        ("LogSource", as_json(logsource())),
        ("OrgHits", as_json(&hits().by_org[0])),
        ("RuleHitCounts", as_json(hits())),
        ("Noise", as_json(listed().noise)),
        ("Rule", as_json(listed())),
        ("RulePage", page(as_json(listed()))),
        ("RulePaper", as_json(paper)),
        ("RuleSetting", as_json(setting())),
        ("Contains", as_json(contains())),
        ("RuleFilter", as_json(filter())),
        ("NewRule", as_json(NewRule { org: org(), text: "x".into(), dry_run: true })),
        ("AddedRule", as_json(AddedRule { id: Some(rule()), problems: vec![problem()] })),
        ("NewLevel", as_json(level)),
        ("NewCanary", as_json(canary)),
        ("NewFilter", as_json(new_filter)),
        ("RuleSet", as_json(RuleSet { setting: Some(setting()) })),
        ("RuleProblem", as_json(problem())),
        ("RuleProblems", as_json(problems)),
        ("Reloaded", as_json(reloaded)),
        ("HeardSource", as_json(&coverage.heard[0])),
        ("BlindRule", as_json(blind())),
        ("BlindRules", as_json(&coverage.blind[0])),
        ("Technique", as_json(&coverage.techniques[0])),
        ("Coverage", as_json(coverage)),
        ("NewBacktest", as_json(NewBacktest { id: Some(rule()), ..NewBacktest::default() })),
        ("OrgCount", as_json(&backtest().by_org[0])),
        ("DeviceCount", as_json(&backtest().by_device[0])),
        ("DayCount", as_json(&backtest().by_day[0])),
        ("Backtest", as_json(backtest())),
        ("Suppression", as_json(suppression())),
        ("NewSuppression", as_json(new_suppression)),
        ("SuppressionCount", as_json(counted.clone())),
        ("SuppressionPage", page(as_json(counted))),
    ]
}
