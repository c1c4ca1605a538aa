//! What of rules the log sources that were heard could trigger.
//!
//! In: rules, and sets of log sources with how many events. Out: rules that nothing heard could ever
//! trigger, and how far ATT&CK techniques are covered. Never: a rule counted as seeing that is off.

use std::collections::{BTreeMap, HashMap, HashSet};

use wardwatch_api::rule::{BlindRule, BlindRules, Coverage, HeardSource, Technique};
use wardwatch_detect::RuleNumber;
use wardwatch_model::{LogSource, OrgId, RuleHead};

use super::{Rules, heads};

/// For organisations that are looked at together: a rule counts when it goes for any of them and is
/// live there.
pub fn coverage(rules: &Rules, orgs: &[OrgId], heard: &[(String, u64)], days: u32) -> Coverage {
    let sources = by_source(heard);
    let live: Vec<(RuleNumber, &RuleHead)> = heads(rules.engine.rules())
        .filter(|(number, _)| {
            orgs.iter().any(|org| {
                rules.policy.goes_for(*number, org)
                    && rules.policy.at(org, *number).status() == wardwatch_model::Outcome::Live
            })
        })
        .collect();
    let seen = seeing(rules, &live, &sources);
    let mut blind: BTreeMap<LogSource, Vec<BlindRule>> = BTreeMap::new();
    let mut techniques: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (number, head) in &live {
        let sees = seen.contains(number);
        if !sees {
            let missing = missing(rules, *number, &seen);
            let rule =
                BlindRule { id: head.id.clone(), title: head.title.clone(), level: head.level };
            blind.entry(missing).or_default().push(rule);
        }
        for technique in head.tags.iter().filter_map(|tag| technique(tag)) {
            let (all, seeing) = techniques.entry(technique).or_default();
            *all += 1;
            *seeing += u64::from(sees);
        }
    }
    let techniques = techniques.into_iter();
    Coverage {
        days,
        heard: sources
            .into_iter()
            .map(|(logsource, events)| HeardSource { logsource, events })
            .collect(),
        rules: live.len() as u64,
        blind: blind.into_iter().map(|(missing, rules)| BlindRules { missing, rules }).collect(),
        techniques: techniques
            .map(|(id, (rules, seeing))| Technique { id, rules, seeing })
            .collect(),
    }
}

/// Log sources by themselves, with the events of all sets that they are in.
fn by_source(heard: &[(String, u64)]) -> BTreeMap<LogSource, u64> {
    let mut sources = BTreeMap::new();
    for (set, events) in heard {
        for source in set.split(' ').filter(|source| !source.is_empty()) {
            *sources.entry(parse(source)).or_default() += *events;
        }
    }
    sources
}

/// A log source as it prints: three parts with slashes between, `-` for one that is absent.
fn parse(text: &str) -> LogSource {
    let mut parts = text.splitn(3, '/').map(|part| if part == "-" { "" } else { part });
    let mut next = || parts.next().unwrap_or_default();
    LogSource::new(next(), next(), next())
}

/// The rules that something heard could trigger; of correlations those with a rule below that it
/// could.
fn seeing(
    rules: &Rules,
    live: &[(RuleNumber, &RuleHead)],
    sources: &BTreeMap<LogSource, u64>,
) -> HashSet<RuleNumber> {
    let set = rules.engine.rules();
    let mut answers: HashMap<&LogSource, bool> = HashMap::new();
    let mut seen = HashSet::new();
    for (number, head) in heads(set).filter(|(number, _)| (number.0 as usize) < set.rules.len()) {
        let wanted = &head.logsource;
        let sees = *answers.entry(wanted).or_insert_with(|| match wanted.is_empty() {
            true => !sources.is_empty(),
            false => sources.keys().any(|source| wanted.covers(source)),
        });
        if sees {
            seen.insert(number);
        }
    }
    // Chains: as often as one correlation may stand on another.
    let above = live.iter().filter(|(number, _)| number.0 as usize >= set.rules.len());
    let above: Vec<RuleNumber> = above.map(|(number, _)| *number).collect();
    loop {
        let before = seen.len();
        for number in &above {
            let mut members = set.correlations.members(number.reference());
            if members.any(|member| seen.contains(&RuleNumber(member.0))) {
                seen.insert(*number);
            }
        }
        if seen.len() == before {
            return seen;
        }
    }
}

/// The log source for want of which a rule sees nothing; of a correlation that of the first rule
/// below it that sees nothing.
fn missing(rules: &Rules, number: RuleNumber, seen: &HashSet<RuleNumber>) -> LogSource {
    let set = rules.engine.rules();
    let (mut open, mut known) = (vec![number], HashSet::new());
    while let Some(number) = open.pop() {
        if let Some(rule) = set.rules.get(number.0 as usize) {
            return rule.head.logsource.clone();
        }
        if known.insert(number) {
            let members = set.correlations.members(number.reference());
            open.extend(members.map(|m| RuleNumber(m.0)).filter(|member| !seen.contains(member)));
        }
    }
    LogSource::default()
}

/// The number of an ATT&CK technique in a tag such as `attack.t1021.002`.
fn technique(tag: &str) -> Option<String> {
    let number = tag.strip_prefix("attack.")?;
    let digits = number.strip_prefix('t')?;
    let fits = digits.len() >= 4 && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    fits.then(|| number.to_uppercase())
}

#[cfg(test)]
mod tests {
    use wardwatch_detect::{Documents, Placeholders, RuleSet};
    use wardwatch_normalise::Normaliser;

    use super::*;

    const RULES: &str = "title: A\nid: a\nname: a\ntags: [attack.t1021.002, attack.impact]\n\
        logsource: {product: windows, category: process_creation}\n\
        detection: {s: {A: b}, condition: s}\n---\n\
        title: B\nid: b\nname: b\ntags: [attack.t1021.002]\n\
        logsource: {product: linux, service: auditd}\n\
        detection: {s: {A: b}, condition: s}\n---\n\
        title: C\nid: c\ncorrelation: {type: event_count, rules: [b], timespan: 1h, \
        condition: {gte: 2}, generate: true}\n---\n\
        title: D\nid: d\ncorrelation: {type: temporal, rules: [a, b], timespan: 1h, \
        generate: true}\n";

    #[test]
    fn rules_without_a_source_are_named_by_what_is_missing() {
        let documents = Documents::parse("r.yml", RULES);
        let set = RuleSet::load(documents, &Placeholders::default());
        assert_eq!(set.diagnostics, []);
        let rules = Rules::alone(set, &Normaliser::new(None));
        let heard = [("windows/process_creation/sysmon windows/-/x".to_owned(), 3)];
        let org: OrgId = "ZZ1".parse().unwrap();
        let found = coverage(&rules, std::slice::from_ref(&org), &heard, 30);
        assert_eq!((found.rules, found.heard.len()), (4, 2));
        let [blind] = found.blind.as_slice() else { panic!("{:?}", found.blind) };
        assert_eq!(blind.missing.to_string(), "linux/-/auditd");
        let ids: Vec<&str> = blind.rules.iter().map(|rule| rule.id.0.as_str()).collect();
        assert_eq!(ids, ["b", "c"]);
        let technique = Technique { id: "T1021.002".into(), rules: 2, seeing: 1 };
        assert_eq!(found.techniques, [technique]);
        let nothing = coverage(&rules, &[org], &[], 30);
        assert_eq!(nothing.blind.iter().map(|blind| blind.rules.len()).sum::<usize>(), 4);
    }
}
