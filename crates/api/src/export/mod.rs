//! Detections in the words of others, for partners' systems.
//!
//! In: a sighting. Out: JSON. What their words cannot say is kept under a name of ours.

pub mod ecs;
pub mod ocsf;

/// Tactics and techniques among a rule's tags: `attack.lateral_movement` → `lateral-movement`,
/// `attack.t1021.002` → `T1021.002`.
fn attacks(tags: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut tactics, mut techniques) = (Vec::new(), Vec::new());
    for tag in tags.iter().filter_map(|tag| tag.strip_prefix("attack.")) {
        let mut letters = tag.chars();
        let number = letters.next() == Some('t')
            && letters.next().is_some_and(|letter| letter.is_ascii_digit());
        if number {
            techniques.push(tag.to_uppercase());
        } else if is_tactic(tag) {
            tactics.push(tag.replace('_', "-"));
        }
    }
    (tactics, techniques)
}

/// Groups (`g0001`) and software (`s0001`) are tags too.
fn is_tactic(tag: &str) -> bool {
    !tag.is_empty()
        && tag.chars().all(|letter| letter.is_ascii_alphabetic() || "-_".contains(letter))
}

#[cfg(test)]
pub(crate) mod sample {
    use wardwatch_model::{
        Advice, DetectionId, Entity, EntityKind, EventId, Level, RuleId, Sighting, Timestamp,
    };

    /// A detection with something of every kind.
    pub fn sighting() -> Sighting {
        let entity = |kind, value: &str| Entity { kind, value: value.to_owned() };
        Sighting {
            id: DetectionId([1; 16]),
            org: "ZZ1".parse().unwrap(),
            time: Timestamp { micros: 1_494_583_200_250_000 },
            received: Timestamp { micros: 1_494_583_201_000_000 },
            rule_id: RuleId("copies".into()),
            rule_title: "Shadow Copies Deleted".into(),
            level: Level::High,
            tags: vec![
                "attack.impact".into(),
                "attack.t1490".into(),
                "attack.g0032".into(),
                "cve.2017.0144".into(),
            ],
            device: "ZZ1-PC1".into(),
            event: EventId([2; 16]),
            entities: vec![
                entity(EntityKind::Device, "ZZ1-PC1"),
                entity(EntityKind::User, "zz1\\sam"),
                entity(EntityKind::Process, "{a-b}"),
                entity(EntityKind::Hash, "ab12"),
                entity(EntityKind::Address, "192.0.2.1"),
                entity(EntityKind::Domain, "evil.example"),
            ],
            matched: vec![("CommandLine".into(), "vssadmin delete shadows".into())],
            advice: Advice {
                title: "Backups are being deleted".into(),
                why: "This comes before encryption.".into(),
                r#do: "Take the device off the network.".into(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_apart() {
        let tags = ["attack.lateral_movement", "attack.t1021.002", "attack.s0002", "attack.", "x"];
        let (tactics, techniques) = attacks(&tags.map(str::to_owned));
        assert_eq!(
            (tactics, techniques),
            (vec!["lateral-movement".into()], vec!["T1021.002".into()])
        );
    }
}
