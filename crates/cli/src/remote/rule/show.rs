//! What is told of rules, for people.

use std::io::{self, Write};

use wardwatch_api::Paged;
use wardwatch_api::rule::{
    AddedRule, Coverage, ListedRule, Reloaded, RulePaper, RuleProblem, RuleProblems, RuleSet,
};
use wardwatch_model::RuleSetting;

use crate::output::words::number;
use crate::remote::show::{moment, more, shown, table, whole};

/// Writes the list.
pub fn list(page: &Paged<ListedRule>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|rule| {
        let noise = match rule.noise.closed {
            0 => String::new(),
            closed => format!("{} of {}", number(rule.noise.no_attack), number(closed)),
        };
        [
            rule.id.0.clone(),
            rule.level.to_string(),
            rule.status.as_str().to_owned(),
            source(rule),
            number(rule.hits.day),
            number(rule.hits.week),
            noise,
            rule.title.clone(),
        ]
    });
    let head = ["Rule", "Level", "Status", "Log source", "24 h", "7 d", "No attack", "What"];
    table(out, head, rows, "There is no such rule.")?;
    more(out, page.next.as_ref(), page.items.len())
}

fn source(rule: &ListedRule) -> String {
    if rule.correlation { "correlation".to_owned() } else { rule.logsource.to_string() }
}

/// Writes one rule.
pub fn paper(paper: &RulePaper, out: &mut dyn Write) -> io::Result<()> {
    let rule = &paper.rule;
    writeln!(out, "{}  ({}, {})", whole(&rule.title), rule.level, rule.status.as_str())?;
    let whose = rule.org.as_ref().map_or_else(String::new, |org| format!(", of {org}"));
    writeln!(out, "Rule {}{whose}; {}:{}.", shown(&rule.id.0), shown(&rule.file), paper.line)?;
    writeln!(out, "{}", whole(&paper.advice.why))?;
    writeln!(out, "{}", whole(&paper.advice.r#do))?;
    write_problems(&paper.problems, out)?;
    for setting in &paper.settings {
        writeln!(out, "{}", said(setting))?;
    }
    for filter in &paper.filters {
        let parts: Vec<String> = filter
            .excludes
            .iter()
            .map(|part| format!("{} contains {}", part.field, part.text))
            .collect();
        let what = if parts.is_empty() { "a Sigma filter".to_owned() } else { parts.join(" and ") };
        let (id, until) = (filter.id, moment(filter.until));
        let why = shown(&filter.reason);
        writeln!(out, "Filter {id} in {}: {}, until {until} UTC: {why}", filter.org, shown(&what))?;
    }
    let hits = rule.hits.by_org.iter().map(|hits| {
        let outcome = hits.outcome.as_str().to_owned();
        [hits.org.to_string(), outcome, number(hits.day), number(hits.week)]
    });
    table(out, ["Organisation", "Hits", "24 h", "7 d"], hits, "It hit nothing in seven days.")?;
    writeln!(out)?;
    paper.text.lines().try_for_each(|line| writeln!(out, "{}", whole(line)))
}

fn said(setting: &RuleSetting) -> String {
    let mut parts = Vec::new();
    parts.extend(setting.level.map(|level| format!("level {level}")));
    if let Some(orgs) = &setting.live_in {
        let orgs: Vec<String> = orgs.iter().map(ToString::to_string).collect();
        let names = if orgs.is_empty() { "nowhere".to_owned() } else { orgs.join(", ") };
        parts.push(format!("live in {names} only"));
    }
    let by = format!("{}, {} UTC", shown(&setting.by), moment(setting.time));
    format!("In {}: {} ({by}): {}", setting.org, parts.join(", "), shown(&setting.reason))
}

/// Writes what is set.
pub fn set(set: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    match &set.setting {
        Some(setting) => writeln!(out, "{}", said(setting)),
        None => writeln!(out, "Nothing is set there any more."),
    }
}

fn write_problems(problems: &[RuleProblem], out: &mut dyn Write) -> io::Result<()> {
    for found in problems {
        let severity = if found.error { "error" } else { "warning" };
        let hint = match found.hint.is_empty() {
            true => String::new(),
            false => format!(" (hint: {})", found.hint),
        };
        let text = format!(
            "{}:{}: {severity}[{}]: {}{hint}",
            found.file, found.line, found.code, found.message
        );
        writeln!(out, "{}", whole(&text))?;
    }
    Ok(())
}

/// Writes how loading went.
pub fn problems(told: &RuleProblems, out: &mut dyn Write) -> io::Result<()> {
    write_problems(&told.problems, out)?;
    let loaded = number(told.loaded as u64);
    match (&told.time, &told.refused) {
        (_, Some(reason)) => {
            writeln!(out, "The rules in use stayed: {}. {loaded} are in use.", whole(reason))
        }
        (Some(time), None) => writeln!(out, "{loaded} rules, loaded at {} UTC.", moment(*time)),
        (None, None) => writeln!(out, "{loaded} rules, loaded at the start."),
    }
}

/// Writes what came of loading.
pub fn reloaded(done: &Reloaded, out: &mut dyn Write) -> io::Result<()> {
    write_problems(&done.problems, out)?;
    let loaded = number(done.loaded as u64);
    match &done.refused {
        Some(reason) => {
            writeln!(out, "The rules in use stay: {}. {loaded} are in use.", whole(reason))
        }
        None => writeln!(out, "{loaded} rules are in use now."),
    }
}

/// Writes what came of a new rule.
pub fn added(added: &AddedRule, dry_run: bool, out: &mut dyn Write) -> io::Result<()> {
    write_problems(&added.problems, out)?;
    match &added.id {
        None => writeln!(out, "It is refused."),
        Some(id) if dry_run => writeln!(out, "It would be in use as {}.", shown(&id.0)),
        Some(id) => writeln!(out, "It is in use as {}.", shown(&id.0)),
    }
}

/// Writes what rules could see.
pub fn coverage(found: &Coverage, out: &mut dyn Write) -> io::Result<()> {
    let heard = found.heard.iter();
    let rows = heard.map(|one| [one.logsource.to_string(), number(one.events)]);
    table(out, ["Heard", "Events"], rows, "No log source was heard.")?;
    let all: usize = found.blind.iter().map(|blind| blind.rules.len()).sum();
    writeln!(
        out,
        "\n{} of {} rules could see nothing in {} days:",
        number(all as u64),
        number(found.rules),
        found.days
    )?;
    let rows = found.blind.iter().map(|blind| {
        let titles: Vec<&str> =
            blind.rules.iter().take(3).map(|rule| rule.title.as_str()).collect();
        [blind.missing.to_string(), number(blind.rules.len() as u64), titles.join("; ")]
    });
    table(out, ["Missing", "Rules", "Such as"], rows, "Every rule could see something.")?;
    let seen = found.techniques.iter().filter(|technique| technique.seeing > 0).count();
    writeln!(
        out,
        "\n{} of {} ATT&CK techniques of the rules are covered.",
        number(seen as u64),
        number(found.techniques.len() as u64)
    )
}
