//! What devices of a made sector log: ordinary days, an outbreak, and things that only look like one.
//!
//! In: a sector, a seed, a second of the story. Out: records as shippers send them, and what is true of
//! them. The same second gives the same records, whatever was asked before. Never: code that attacks
//! anything: these are lines of text about invented devices.

mod cast;
mod day;
mod dice;
mod look_alike;
mod record;
mod scene;
mod worm;

pub use scene::{Nature, Scene};

use wardwatch_model::{OrgId, Timestamp};

use crate::estate::Sector;
use cast::Cast;
use dice::Dice;

/// Seconds of the story until everything in it has happened.
pub const STORY_SECONDS: u64 = 600;

/// One record on its way to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose it is.
    pub org: OrgId,
    /// When it happened.
    pub time: Timestamp,
    /// One JSON object on one line, as a shipper of Windows events writes it.
    pub line: String,
}

/// A story that a sector lives through.
pub struct Story {
    cast: Cast,
    seed: u64,
    per_second: u32,
    start: Timestamp,
}

impl Story {
    /// Of a sector, beginning at a moment, with so many ordinary records a second.
    pub fn new(sector: &Sector, seed: u64, start: Timestamp, per_second: u32) -> Story {
        Story { cast: Cast::of(sector, seed), seed, per_second, start }
    }

    /// The records of one second, in order of time.
    pub fn second(&self, second: u64) -> Vec<Record> {
        let mut records =
            day::second(&self.cast, self.at(second), self.dice(second), self.per_second);
        look_alike::second(&self.cast, second, self.at(second), self.dice(second), &mut records);
        worm::second(&self.cast, second, self.at(second), self.seed, &mut records);
        records.sort_by_key(|record| record.time);
        records
    }

    /// What is true of the story: what is an attack and what only looks like one.
    pub fn scenes(&self) -> Vec<Scene> {
        let mut scenes = look_alike::scenes(&self.cast);
        scenes.extend(worm::scenes(&self.cast));
        scenes
    }

    fn at(&self, second: u64) -> Timestamp {
        let micros = i64::try_from(second).unwrap_or(i64::MAX / 2_000_000) * 1_000_000;
        Timestamp { micros: self.start.micros + micros }
    }

    fn dice(&self, second: u64) -> Dice {
        Dice::new(self.seed).fork(second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::{Scale, Scenario};

    fn story() -> Story {
        let sector = Sector::new(Scenario::May2017, Scale::Demo, 20_170_512);
        Story::new(&sector, 7, Timestamp { micros: 1_494_583_200_000_000 }, 20)
    }

    #[test]
    fn any_second_is_the_same_whenever_it_is_asked_for() {
        let (one, other) = (story(), story());
        let all: Vec<Record> = (0..STORY_SECONDS).flat_map(|second| one.second(second)).collect();
        let back: Vec<Vec<Record>> =
            (0..STORY_SECONDS).rev().map(|second| other.second(second)).collect();
        let back: Vec<Record> = back.into_iter().rev().flatten().collect();
        assert_eq!(all, back);
        assert!(all.len() > 12_000, "{}", all.len());
        assert!(all.is_sorted_by_key(|record| record.time.micros / 1_000_000));
    }

    #[test]
    fn every_record_is_one_line_of_json_of_a_device_of_its_body() {
        let story = story();
        for second in [0, 61, 95, 125, 185, 250, 330, 420] {
            for record in story.second(second) {
                let value: serde_json::Value = serde_json::from_str(&record.line).unwrap();
                let host = value["Hostname"].as_str().unwrap();
                assert!(host.starts_with(record.org.as_str()), "{host} of {}", record.org);
                assert!(!record.line.contains('\n'));
            }
        }
    }

    #[test]
    fn the_outbreak_reaches_a_second_body_and_its_truth_says_so() {
        let story = story();
        let scenes = story.scenes();
        let attacks: Vec<&Scene> =
            scenes.iter().filter(|scene| scene.nature == Nature::Attack).collect();
        assert_eq!(attacks.len(), 2, "{scenes:?}");
        assert_ne!(attacks[0].org, attacks[1].org);
        assert!(attacks[0].from_second < attacks[1].from_second);
        assert!(scenes.iter().filter(|scene| scene.nature == Nature::LooksLikeOne).count() >= 3);
        for attack in attacks {
            assert!(attack.devices.len() >= 3, "{attack:?}");
            let worm = (0..STORY_SECONDS)
                .flat_map(|second| story.second(second))
                .filter(|record| record.org == attack.org && record.line.contains("mssecsvc"));
            assert!(worm.count() > attack.devices.len());
        }
    }
}
