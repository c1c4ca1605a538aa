//! How an organisation stands, as one number that anybody can work out again.
//!
//! In: counts. Out: a score from 0 to 100 and what each part takes away, with its sentence. Never: a score where
//! nothing is known; what is not known taken for good.
//!
//! The measure is ours: each part takes points away in proportion to the devices that it concerns, or once. It moves
//! when and only when one of its counts does.

use wardwatch_model::CveId;
use wardwatch_model::posture::{Posture, PosturePart, PostureReason};

/// Points that each part takes away at most; together a hundred.
const REPORTING: u64 = 25;
const EXPLOITED: u64 = 30;
const SUPPORT: u64 = 15;
const INCIDENTS: u64 = 20;
const ALERTS: u64 = 10;

/// What is counted of an organisation and those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Devices that were ever heard from.
    pub devices: u64,
    /// Those of them that are silent, or never reported what they run.
    pub blind: u64,
    /// The hole that is known to be exploited and open on most devices, and on how many.
    pub exploited: Option<(CveId, u64)>,
    /// Devices without support.
    pub ended: u64,
    /// Open incidents at level critical.
    pub critical: u64,
    /// Open incidents at level high.
    pub high: u64,
    /// Open incidents of both levels that nobody works on.
    pub unowned: u64,
    /// Alerts of the centre that were not answered in time.
    pub overdue: u64,
}

/// The score.
pub fn posture(counts: &Counts) -> Posture {
    let Counts { devices, blind, exploited, ended, critical, high, unowned, overdue } = *counts;
    if devices == 0 {
        return Posture { score: None, reasons: Vec::new() };
    }
    let mut reasons = Vec::new();
    let mut take = |part, points: u64, text: String| {
        if points > 0 {
            reasons.push(PostureReason { part, points, text });
        }
    };
    let share = |some: u64, points: u64| (some.min(devices) * points).div_ceil(devices);
    let of = |some: u64| format!("{} of {} devices", number(some), number(devices));
    let text = format!("{} are silent, or have not said what they run", of(blind));
    take(PosturePart::Reporting, share(blind, REPORTING), text);
    if let Some((cve, open)) = exploited {
        let text = format!("{} are open to {cve}, which is exploited", of(open));
        take(PosturePart::Exploited, share(open, EXPLOITED), text);
    }
    take(PosturePart::Support, share(ended, SUPPORT), format!("{} are without support", of(ended)));
    let serious = match (critical, high) {
        (0, 0) => 0,
        (0, _) => INCIDENTS / 2,
        _ => INCIDENTS * 3 / 4,
    };
    let points = serious + if unowned > 0 { INCIDENTS / 4 } else { 0 };
    let text = format!(
        "{critical} critical and {high} high incidents are open, {unowned} of them nobody works on"
    );
    take(PosturePart::Incidents, points, text);
    let points = if overdue > 0 { ALERTS } else { 0 };
    take(
        PosturePart::Alerts,
        points,
        format!("{overdue} alerts of the centre were not answered in time"),
    );
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
    let taken: u64 = reasons.iter().map(|reason| reason.points).sum();
    Posture { score: Some(100_u64.saturating_sub(taken)), reasons }
}

/// A count with marks between its thousands.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cve() -> CveId {
        "CVE-2017-0144".parse().expect("it is one")
    }

    #[test]
    fn nothing_known_has_no_score_and_all_well_has_all_points() {
        assert_eq!(posture(&Counts::default()).score, None);
        let well = Counts { devices: 8, ..Counts::default() };
        assert_eq!(posture(&well), Posture { score: Some(100), reasons: Vec::new() });
    }

    #[test]
    fn each_part_takes_away_by_its_share() {
        let counts = Counts {
            devices: 200,
            blind: 50,
            exploited: Some((cve(), 100)),
            ended: 1,
            critical: 0,
            high: 2,
            unowned: 1,
            overdue: 1,
        };
        let told = posture(&counts);
        let points: Vec<_> = told.reasons.iter().map(|one| (one.part, one.points)).collect();
        assert_eq!(
            points,
            [
                (PosturePart::Exploited, 15),
                (PosturePart::Incidents, 15),
                (PosturePart::Alerts, 10),
                (PosturePart::Reporting, 7),
                (PosturePart::Support, 1),
            ]
        );
        assert_eq!(told.score, Some(52));
        assert_eq!([999, 1_000, 1_585_150].map(number), ["999", "1,000", "1,585,150"]);
        assert!(told.reasons[0].text.contains("100 of 200 devices are open to CVE-2017-0144"));
        let worst =
            Counts { blind: 200, ended: 200, critical: 1, exploited: Some((cve(), 200)), ..counts };
        assert_eq!(posture(&worst).score, Some(0));
    }

    proptest! {
        #[test]
        fn it_never_rises_when_something_gets_worse(
            devices in 1..10_000_u64,
            numbers in prop::array::uniform7(0..12_000_u64),
            more in 0..7_usize,
        ) {
            let of = |numbers: [u64; 7]| Counts {
                devices,
                blind: numbers[0],
                exploited: Some((cve(), numbers[1])),
                ended: numbers[2],
                critical: numbers[3],
                high: numbers[4],
                unowned: numbers[5],
                overdue: numbers[6],
            };
            let before = posture(&of(numbers));
            let mut worse = numbers;
            worse[more] += 1;
            let after = posture(&of(worse));
            prop_assert!(after.score <= before.score);
            let taken: u64 = before.reasons.iter().map(|one| one.points).sum();
            prop_assert_eq!(before.score, Some(100 - taken));
        }
    }
}
