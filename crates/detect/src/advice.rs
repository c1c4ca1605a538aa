//! What to tell people of a rule: its own plain words, else what its ATT&CK tactic means.

use rsigma_parser::SigmaRule;
use wardwatch_model::Advice;

/// Advice from a rule's `plain_title`, `plain_why` and `plain_do`; where it lacks any, from the
/// first tactic among its tags.
pub fn advice(title: &str, tags: &[String], own: impl Fn(&str) -> Option<String>) -> Advice {
    let (why, action) = by_tactic(tags);
    Advice {
        title: own("plain_title").unwrap_or_else(|| title.to_owned()),
        why: own("plain_why").unwrap_or_else(|| why.to_owned()),
        r#do: own("plain_do").unwrap_or_else(|| action.to_owned()),
    }
}

/// A custom text of a rule.
pub fn own_text(rule: &SigmaRule, key: &str) -> Option<String> {
    rule.custom_attributes
        .get(key)
        .and_then(|value| value.as_str())
        .map(|text| text.trim().to_owned())
}

/// Why a tactic matters and what to do about it. Order is that of the ATT&CK matrix, so that a
/// rule with several tactics gets the words of the one furthest into an attack.
const TACTICS: &[(&str, &str, &str)] = &[
    (
        "reconnaissance",
        "Someone is looking for ways in.",
        "Check who did it. If nobody here meant to, tell your IT support.",
    ),
    (
        "resource-development",
        "Someone may be getting tools ready for an attack.",
        "Tell your IT support and keep this record.",
    ),
    (
        "initial-access",
        "Someone may have found a way into this computer.",
        "Ask the person who uses it what they opened or clicked. Tell your IT support today.",
    ),
    (
        "execution",
        "A program ran in a way that attackers often use.",
        "Ask who started it. If nobody knows it, tell your IT support now.",
    ),
    (
        "persistence",
        "Something was set up to start again by itself. Attackers do this to stay.",
        "Check whether someone installed new software. If not, tell your IT support.",
    ),
    (
        "privilege-escalation",
        "Someone may be trying to get more rights on this computer.",
        "Check who was signed in. If it was not planned work, tell your IT support now.",
    ),
    (
        "defense-evasion",
        "Someone may be hiding what they do, or switching protection off.",
        "Check that virus protection is on. Tell your IT support now.",
    ),
    (
        "stealth",
        "Someone may be hiding what they do.",
        "Check that virus protection is on. Tell your IT support now.",
    ),
    (
        "defense-impairment",
        "Someone may be switching protection off.",
        "Check that virus protection is on. Tell your IT support now.",
    ),
    (
        "credential-access",
        "Someone may be stealing passwords.",
        "Tell your IT support now. Change the passwords used on this computer from another one.",
    ),
    (
        "discovery",
        "Someone is finding out what is on this computer or network.",
        "Check whether your IT support did it. If not, tell them.",
    ),
    (
        "lateral-movement",
        "An attack may be moving from one computer to another.",
        "Tell your IT support now. If this is not a clinical device, unplug its network cable.",
    ),
    (
        "collection",
        "Someone may be gathering files to take away.",
        "Check who used these files. Tell your IT support and your data protection lead.",
    ),
    (
        "command-and-control",
        "This computer may be taking orders from an attacker.",
        "Tell your IT support now. If this is not a clinical device, unplug its network cable.",
    ),
    (
        "exfiltration",
        "Data may be leaving your organisation.",
        "Tell your IT support and your data protection lead now.",
    ),
    (
        "impact",
        "Someone may be damaging files or stopping computers from working.",
        "Act now: tell your IT support. If this is not a clinical device, unplug its network cable.",
    ),
];

fn by_tactic(tags: &[String]) -> (&'static str, &'static str) {
    TACTICS
        .iter()
        .rev()
        .find(|(tactic, _, _)| {
            tags.iter().any(|tag| {
                tag.strip_prefix("attack.").is_some_and(|name| name.replace('_', "-") == *tactic)
            })
        })
        .map_or(
            (
                "This is unusual and can be a sign of an attack.",
                "Check whether someone here meant to do this. If not, tell your IT support.",
            ),
            |(_, why, action)| (why, action),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_words_come_first_then_the_furthest_tactic() {
        let tags = ["attack.execution".to_owned(), "attack.lateral_movement".to_owned()];
        let found = advice("T", &tags, |key| (key == "plain_title").then(|| "Mine".to_owned()));
        assert_eq!(found.title, "Mine");
        assert!(found.why.contains("moving from one computer"));
        assert!(advice("T", &[], |_| None).why.contains("unusual"));
    }
}
