//! What people read: titles, stories, reasons and proposals.

use wardwatch_model::{EntityKind, Incident, Level};

use super::made::*;

fn ransomware() -> Incident {
    let seen = [
        sighting(1, "ZZPC01")
            .level(Level::High)
            .rule("zz-dump")
            .tags(&["attack.credential-access"])
            .says("Passwords were copied from memory"),
        sighting(2, "ZZPC02")
            .level(Level::High)
            .rule("zz-move")
            .tags(&["attack.lateral-movement", "attack.t1021.002"])
            .says("A program was started from another computer")
            .when(20 * MINUTE),
        sighting(3, "ZZPC02")
            .level(Level::Critical)
            .rule("zz-lock")
            .tags(&["attack.impact"])
            .says("Files are being locked.")
            .with(EntityKind::Address, "203.0.113.9")
            .with(EntityKind::Hash, &"ab".repeat(32))
            .when(95 * MINUTE),
    ]
    .map(|one| one.with(EntityKind::User, r"zztrust\ngrant"));
    folded(&seen).remove(0)
}

#[test]
fn a_story_of_two_plain_sentences() {
    let incident = ransomware();
    assert_eq!(incident.title, "Files are being locked on 2 devices");
    let expected = "On 2026-11-24 between 10:00 and 11:35 UTC there were 3 detections on 2 devices \
                    (ZZPC01 and ZZPC02); the most serious one says “Files are being locked”. It \
                    looks as if someone is stealing passwords, then moving from one computer to \
                    the next and then damaging files or stopping computers: treat it as an attack \
                    until you know better.";
    assert_eq!(incident.story, expected);
}

#[test]
fn a_score_with_every_reason_stated() {
    let incident = ransomware();
    let told: Vec<_> = incident
        .reasons
        .iter()
        .map(|reason| format!("{} {}", reason.points, reason.text))
        .collect();
    let expected = [
        "40 Its most serious detection has the level critical.",
        "15 A rule fired that hardly ever fires without an attack.",
        "10 It shows 3 different steps of an attack.",
        "10 It moves from one computer to the next.",
        "5 It has reached 2 devices.",
        "3 It has gone on for more than an hour.",
    ];
    assert_eq!(told, expected);
    assert_eq!(incident.score, 83);
}

#[test]
fn proposals_never_stop_care() {
    let incident = ransomware();
    let texts: Vec<_> = incident.proposals.iter().map(|proposal| proposal.text.as_str()).collect();
    let expected = [
        "Ask who did it. If a device helps to treat patients, phone clinical engineering first and \
         leave it running until they agree.",
        "Take these devices off the network and leave them switched on. If a device helps to treat \
         patients, phone clinical engineering first and leave it running until they agree.",
        "Ask your network team to close file sharing (port 445) and remote desktop (port 3389) \
         between computers that do not need them. If a device helps to treat patients, phone \
         clinical engineering first and leave it running until they agree.",
        "Check that your backups are whole and out of reach of the network.",
        "Change the passwords that were used on these devices. Do it from another computer, and \
         start with administrators.",
        "Ask your network team whether care needs 203.0.113.9. If not, block it at the firewall.",
        "Look for the same file, by its hash, on all other devices.",
    ];
    assert_eq!(texts, expected);
    assert_eq!(incident.proposals[1].devices, ["ZZPC01", "ZZPC02"]);
}

#[test]
fn one_small_thing_is_told_as_small() {
    let incident = folded(&[sighting(1, "ZZPC01").level(Level::Low)]).remove(0);
    let expected = "On 2026-11-24 at 10:00 UTC there was 1 detection on ZZPC01; it says “Something \
                    odd ran”. It does not show what anyone wants: find out whether it was planned \
                    work.";
    assert_eq!(incident.story, expected);
    assert_eq!(incident.score, 5);
}

#[test]
fn a_rule_without_plain_words_lends_its_title() {
    let incident = folded(&[sighting(1, "").says(" ")]).remove(0);
    assert_eq!(incident.title, "Invented Rule");
}
