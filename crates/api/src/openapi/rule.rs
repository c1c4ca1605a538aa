//! The document's part on rules.

mod backtest;

use serde_json::{Value, json};
use wardwatch_model::{Outcome, Permission};

use super::schema::{
    answer, count, id, list, maybe, org, page, reference, request, text, text_up_to, time, words,
    yes_or_no,
};
use super::{Operation, Schemas};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    let read = Access::Needs(Permission::ReadFindings);
    let write = Access::Needs(Permission::WriteRules);
    let mut all = vec![
        Operation::new("get", "/api/v1/rules", read, "rules_list", "List rules in use.")
            .query("org", org(), "As they stand in this organisation, with hits there and below.")
            .query("text", text(), "Only with this text in title, id or tags, whatever the case.")
            .query("level", reference("Level"), "Only at this level or above.")
            .query("status", outcome(), "Only with this status.")
            .or_problem(404)
            .paged()
            .gives(200, "RulePage", "In order of their ids."),
        Operation::new(
            "post",
            "/api/v1/rules",
            write,
            "rules_add",
            "Add a rule of an organisation, or put another text in its place.",
        )
        .body("NewRule")
        .or_problem(404)
        .or_problem(409)
        .gives(200, "AddedRule", "It was only checked, or it is refused: see its problems.")
        .gives(201, "AddedRule", "It is in use."),
        Operation::new(
            "get",
            "/api/v1/rules/problems",
            read,
            "rules_problems",
            "How loading went the last time, and what is wrong in rule files.",
        )
        .gives(200, "RuleProblems", "How it went."),
        Operation::new(
            "get",
            "/api/v1/rules/coverage",
            read,
            "rules_coverage",
            "Rules that no log source heard could ever trigger, and ATT&CK techniques covered.",
        )
        .query("org", org(), "Of this organisation and those below it.")
        .query("days", count(), "Log sources heard in so many days; 30 unless given.")
        .or_problem(404)
        .or_problem(422)
        .gives(200, "Coverage", "What rules could see."),
        Operation::new(
            "post",
            "/api/v1/rules/reload",
            write,
            "rules_reload",
            "Load the rules again; for who writes rules at the top of the tree.",
        )
        .gives(200, "Reloaded", "What came of it; when refused the rules in use stay."),
    ];
    all.extend(backtest::operations());
    all.extend([
        Operation::new("get", "/api/v1/rules/{id}", read, "rules_get", "One rule.").gives(
            200,
            "RulePaper",
            "The rule, its text, and what was decided about it.",
        ),
        Operation::new(
            "delete",
            "/api/v1/rules/{id}",
            write,
            "rules_remove",
            "Take a rule of an organisation away.",
        )
        .or_problem(409)
        .gives_nothing("It is in use no more."),
        Operation::new(
            "post",
            "/api/v1/rules/{id}/level",
            write,
            "rules_level",
            "Set a rule's level in an organisation and below, or turn it off there.",
        )
        .body("NewLevel")
        .or_problem(409)
        .gives(200, "RuleSet", "What is set then."),
        Operation::new(
            "post",
            "/api/v1/rules/{id}/canary",
            write,
            "rules_canary",
            "Make a rule live only in chosen organisations; elsewhere its hits are only counted.",
        )
        .body("NewCanary")
        .or_problem(409)
        .gives(200, "RuleSet", "What is set then."),
        Operation::new(
            "post",
            "/api/v1/rules/{id}/filters",
            write,
            "rules_filter",
            "Lay a filter over a rule in an organisation and below, until a date.",
        )
        .body("NewFilter")
        .or_problem(409)
        .gives(201, "RuleFilter", "The filter."),
        Operation::new(
            "delete",
            "/api/v1/filters/{id}",
            write,
            "rules_unfilter",
            "Take a filter away.",
        )
        .gives_nothing("Hits count again."),
    ]);
    all
}

fn outcome() -> Value {
    words(Outcome::ALL.map(Outcome::as_str))
}

fn set_level() -> Value {
    words(["informational", "low", "medium", "high", "critical", "off"])
}

pub fn schemas() -> Schemas {
    let mut all = listed();
    all.extend(decided());
    all.extend(loaded());
    all.extend(covered());
    all.extend(backtest::schemas());
    all
}

fn listed() -> Schemas {
    let logsource = answer(
        &[],
        &[
            ("product", text(), "Operating system, appliance or cloud."),
            ("category", text(), "Kind of event across products."),
            ("service", text(), "Log within a product."),
        ],
    );
    let org_hits = answer(
        &[
            ("org", org(), "The organisation."),
            ("outcome", outcome(), "What became of them."),
            ("day", count(), "In the last 24 hours."),
            ("week", count(), "In the last seven days."),
        ],
        &[],
    );
    let hits = answer(
        &[
            ("day", count(), "Detections of the last 24 hours, suppressed ones too."),
            ("week", count(), "Detections of the last seven days, suppressed ones too."),
            ("by_org", list(reference("OrgHits")), "By organisation and what became of them."),
        ],
        &[],
    );
    let noise = answer(
        &[
            ("closed", count(), "Incidents with a detection of it closed in the last 30 days."),
            ("no_attack", count(), "Of these, as a false alarm or as expected."),
        ],
        &[],
    );
    let rule = answer(
        &[
            ("id", text(), "Its identity."),
            ("title", text(), "Its title."),
            ("level", reference("Level"), "Its level; that of the organisation asked for."),
            ("tags", list(text()), "Its tags."),
            ("logsource", reference("LogSource"), "Where its events come from."),
            ("correlation", yes_or_no(), "Whether it is a correlation."),
            ("org", maybe(org()), "The organisation that wrote it; null for the server's own."),
            ("file", text(), "The file that it came from."),
            ("status", outcome(), "Whether it is live, a canary or off."),
            ("hits", reference("RuleHitCounts"), "Hits in the caller's organisations."),
            ("noise", reference("Noise"), "How its incidents were closed."),
        ],
        &[],
    );
    let paper = answer(
        &[
            ("rule", reference("Rule"), "As in the list."),
            ("text", text(), "Its text."),
            ("line", count(), "Its line in the file, from 1."),
            ("advice", reference("Advice"), "What it means and what to do."),
            ("problems", list(reference("RuleProblem")), "What is odd about it."),
            ("settings", list(reference("RuleSetting")), "What the caller's organisations set."),
            ("filters", list(reference("RuleFilter")), "Their filters; those that ended too."),
        ],
        &[],
    );
    vec![
        ("LogSource", logsource),
        ("OrgHits", org_hits),
        ("RuleHitCounts", hits),
        ("Noise", noise),
        ("Rule", rule),
        ("RulePage", page(reference("Rule"))),
        ("RulePaper", paper),
    ]
}

fn decided() -> Schemas {
    let setting = answer(
        &[
            ("org", org(), "Where it goes, and below."),
            ("rule", text(), "The rule."),
            ("level", maybe(set_level()), "Its level there."),
            ("live_in", maybe(list(org())), "Where alone the rule is live; null when everywhere."),
            ("reason", text(), "Why."),
            ("by", text(), "Who set it last."),
            ("time", time(), "When."),
        ],
        &[],
    );
    let contains = request(
        &[
            ("field", text_up_to(1_024), "The field's native name."),
            ("text", text_up_to(1_024), "What stands anywhere in it, whatever the case."),
        ],
        &[],
    );
    let filter = answer(
        &[
            ("id", id(), "Its identity."),
            ("org", org(), "Where it goes, and below."),
            ("rule", text(), "The rule."),
            ("excludes", list(reference("Contains")), "Hits with all of these do not count."),
            ("sigma", maybe(text()), "A Sigma filter: hits count where its condition is true."),
            ("reason", text(), "Why."),
            ("owner", text(), "Who answers for it."),
            ("created", time(), "When it was made."),
            ("until", time(), "When it ends by itself."),
        ],
        &[],
    );
    let new_rule = request(
        &[
            ("org", org(), "Where it goes, and below."),
            ("text", text(), "Sigma: a rule, or a correlation with the rules that it stands on."),
        ],
        &[("dry_run", yes_or_no(), "Only check it.")],
    );
    let added = answer(
        &[
            ("id", maybe(text()), "The id that it has in use; null when it is refused."),
            ("problems", list(reference("RuleProblem")), "Why it is refused."),
        ],
        &[],
    );
    let new_level = request(
        &[
            ("org", org(), "Where, and below."),
            ("level", maybe(set_level()), "The level; null leaves it to the text again."),
            ("reason", text_up_to(1_000), "Why."),
        ],
        &[],
    );
    let new_canary = request(
        &[
            ("org", org(), "Where it goes, and below."),
            ("live_in", maybe(list(org())), "Where alone the rule is live; null for everywhere."),
            ("reason", text_up_to(1_000), "Why."),
        ],
        &[],
    );
    let new_filter = request(
        &[("org", org(), "Where it goes, and below."), ("reason", text_up_to(1_000), "Why.")],
        &[
            ("excludes", list(reference("Contains")), "Hits with all of these do not count."),
            ("sigma", maybe(text()), "A Sigma filter instead."),
            ("until", maybe(time()), "When it ends; in 90 days when null."),
        ],
    );
    let set = answer(
        &[("setting", maybe(reference("RuleSetting")), "What is set; null for nothing.")],
        &[],
    );
    vec![
        ("RuleSetting", setting),
        ("Contains", contains),
        ("RuleFilter", filter),
        ("NewRule", new_rule),
        ("AddedRule", added),
        ("NewLevel", new_level),
        ("NewCanary", new_canary),
        ("NewFilter", new_filter),
        ("RuleSet", set),
    ]
}

fn loaded() -> Schemas {
    let problem = answer(
        &[
            ("file", text(), "The file."),
            ("line", count(), "The line, from 1."),
            ("error", yes_or_no(), "Whether the rule is not loaded for it."),
            ("code", text(), "Stable code, such as W104."),
            ("message", text(), "What is wrong."),
            ("hint", text(), "What to do about it; may be empty."),
        ],
        &[],
    );
    let problems = answer(
        &[
            ("loaded", count(), "How many rules are in use."),
            ("time", maybe(time()), "When they were last asked to be loaded again."),
            ("refused", maybe(text()), "Why the rules in use stayed then."),
            ("problems", list(reference("RuleProblem")), "What was found wrong."),
        ],
        &[],
    );
    let reloaded = answer(
        &[
            ("replaced", yes_or_no(), "Whether the rules in use were replaced."),
            ("loaded", count(), "How many are in use now."),
            ("refused", maybe(text()), "Why they were not replaced."),
            ("problems", list(reference("RuleProblem")), "What was found wrong."),
        ],
        &[],
    );
    vec![("RuleProblem", problem), ("RuleProblems", problems), ("Reloaded", reloaded)]
}

fn covered() -> Schemas {
    let heard = answer(
        &[("logsource", reference("LogSource"), "Which."), ("events", count(), "How many events.")],
        &[],
    );
    let blind_rule = answer(
        &[
            ("id", text(), "Its identity."),
            ("title", text(), "Its title."),
            ("level", reference("Level"), "Its level."),
        ],
        &[],
    );
    let blind = answer(
        &[
            ("missing", reference("LogSource"), "The log source that was not heard."),
            ("rules", list(reference("BlindRule")), "The rules."),
        ],
        &[],
    );
    let technique = answer(
        &[
            ("id", json!({ "type": "string", "pattern": "^T[0-9.]+$" }), "Its number."),
            ("rules", count(), "Rules for it."),
            ("seeing", count(), "Of these, rules that something heard could trigger."),
        ],
        &[],
    );
    let coverage = answer(
        &[
            ("days", count(), "How many days were looked at."),
            ("heard", list(reference("HeardSource")), "Log sources that were heard."),
            ("rules", count(), "Rules that are live in these organisations."),
            ("blind", list(reference("BlindRules")), "Rules that nothing heard could trigger."),
            ("techniques", list(reference("Technique")), "How far techniques are covered."),
        ],
        &[],
    );
    vec![
        ("HeardSource", heard),
        ("BlindRule", blind_rule),
        ("BlindRules", blind),
        ("Technique", technique),
        ("Coverage", coverage),
    ]
}
