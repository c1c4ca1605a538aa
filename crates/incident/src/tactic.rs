//! ATT&CK's tactics: which ones a rule's tags name, and what each means in plain words.
//!
//! In: tags such as `attack.lateral-movement`. Out: tactics. Never: techniques, groups, software.

/// A tactic and what somebody does who follows it, after "someone is".
const TACTICS: [(&str, &str); 16] = [
    ("reconnaissance", "looking for ways in"),
    ("resource-development", "getting tools ready"),
    ("initial-access", "getting in from outside"),
    ("execution", "running programs"),
    ("persistence", "making sure to be able to come back"),
    ("privilege-escalation", "getting more rights"),
    ("defense-evasion", "hiding or switching protection off"),
    ("stealth", "hiding"),
    ("defense-impairment", "switching protection off"),
    ("credential-access", "stealing passwords"),
    ("discovery", "looking around"),
    ("lateral-movement", "moving from one computer to the next"),
    ("collection", "gathering files"),
    ("command-and-control", "taking orders from outside"),
    ("exfiltration", "taking data away"),
    ("impact", "damaging files or stopping computers"),
];

/// The tactics that tags name, under the names of ATT&CK.
pub(crate) fn of(tags: &[String]) -> impl Iterator<Item = &'static str> {
    tags.iter().filter_map(|tag| named(tag))
}

fn named(tag: &str) -> Option<&'static str> {
    let (space, name) = tag.split_once('.')?;
    let same = |tactic: &str| {
        tactic.len() == name.len()
            && tactic.bytes().zip(name.bytes()).all(|(one, other)| match other {
                b'_' => one == b'-',
                other => one == other.to_ascii_lowercase(),
            })
    };
    let found = TACTICS.iter().find(|(tactic, _)| same(tactic));
    found.filter(|_| space.eq_ignore_ascii_case("attack")).map(|(tactic, _)| *tactic)
}

/// Where a tactic stands in ATT&CK's order.
pub(crate) fn rank(tactic: &str) -> usize {
    TACTICS.iter().position(|(name, _)| *name == tactic).unwrap_or(TACTICS.len())
}

/// What somebody does who follows the tactic.
pub(crate) fn words(tactic: &str) -> Option<&'static str> {
    TACTICS.iter().find(|(name, _)| *name == tactic).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tactics_are_told_from_techniques_and_other_tags() {
        let tags = [
            "attack.lateral-movement",
            "attack.Credential_Access",
            "attack.t1021.002",
            "attack.g0007",
            "cve.2017-0144",
            "attack.",
            "impact",
            "tlp.impact",
        ]
        .map(str::to_owned);
        let found: Vec<_> = of(&tags).collect();
        assert_eq!(found, ["lateral-movement", "credential-access"]);
    }
}
