//! Ranks of holes whose decision is known by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardwatch_model::CveId;
use wardwatch_model::landscape::{KnownExploited, Ssvc, TechnicalImpact};

use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn eternal() -> Vulnerability {
    let mut hole = Vulnerability::new(CveId { year: 2017, number: 144 });
    hole.kev =
        Some(KnownExploited { added: day("2022-02-10"), due: day("2022-08-10"), ransomware: true });
    hole
}

#[test]
fn what_is_exploited_has_three_days_and_says_why() {
    let rank = rank(
        &Tables::new(&wardwatch_model::Landscape::default()),
        &eternal(),
        Severity::Critical,
        &Surroundings::default(),
        Some(day("2017-03-14")),
    );
    assert_eq!(rank.clock, Clock::ThreeDaysForensics);
    assert_eq!(rank.due, Some(day("2022-02-13")));
    let reasons = rank.grounds.sentences();
    assert!(reasons.iter().any(|reason| reason.contains("estimated")), "{rank:?}");
    assert!(reasons.iter().any(|reason| reason.contains("ransomware")), "{rank:?}");
}

#[test]
fn an_attack_lifts_a_hole_above_all_that_is_calm() {
    let mut quiet = Vulnerability::new(CveId { year: 2026, number: 1 });
    quiet.ssvc = Some(Ssvc {
        exploitation: wardwatch_model::landscape::Exploitation::None,
        automatable: true,
        impact: TechnicalImpact::Total,
        estimated: false,
    });
    let ranked = |around: &Surroundings| {
        rank(
            &Tables::new(&wardwatch_model::Landscape::default()),
            &quiet,
            Severity::Important,
            around,
            Some(day("2026-01-13")),
        )
    };
    let calm = ranked(&Surroundings::default());
    assert_eq!((calm.clock, calm.due), (Clock::SixtyDays, Some(day("2026-03-14"))));
    let attack =
        Attack { name: "Campaign 7".to_owned(), organisations: 2, since: day("2026-02-01") };
    let attacked = ranked(&Surroundings {
        attacks: Arc::new(BTreeMap::from([(quiet.cve, attack)])),
        ..Surroundings::default()
    });
    assert_eq!(
        (attacked.clock, attacked.due),
        (Clock::ThreeDaysForensics, Some(day("2026-02-04")))
    );
    assert!(attacked.order < calm.order);
    assert!(
        attacked.grounds.sentences()[0].contains("Campaign 7 in 2 organisations"),
        "{attacked:?}"
    );
}

#[test]
fn every_set_of_answers_has_a_place_of_its_own() {
    let mut places = std::collections::BTreeSet::new();
    let mut bod = std::collections::BTreeSet::new();
    for inputs in Inputs::all() {
        places.insert(inputs.deployer_place());
        bod.insert(inputs.bod_place());
    }
    assert_eq!((places.len(), places.last()), (72, Some(&71)));
    assert_eq!((bod.len(), bod.last()), (16, Some(&15)));
}
