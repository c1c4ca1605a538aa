//! Which records of one start of a device were taken, and which are missing.
//!
//! In: ranges that were taken or found missing. Out: the same as values to keep, and what lies
//! between. Pure and bounded: beyond [`MAX_RANGES`] the lowest range is forgotten, which costs a
//! second copy in the log when it is sent again, never a record.

use crate::ranges::{Range, Ranges};

/// Most ranges of a track.
pub const MAX_RANGES: usize = 64;
/// Most starts of a device that are remembered.
pub const MAX_BOOTS: usize = 4;
/// Most devices of a sender that are remembered.
pub const MAX_DEVICES: usize = 20_000;

/// What is known of one start of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// What lies below is not looked at any more.
    base: u64,
    /// What was taken.
    accepted: Ranges,
    /// What is known to be missing, and was said to be.
    missing: Ranges,
    /// Gaps that were said and whose place was forgotten.
    forgotten: u64,
}

impl Track {
    /// A track that begins at a number: what lies below it is not missed.
    pub fn starting_at(base: u64) -> Self {
        Track {
            base: base.max(1),
            accepted: Ranges::default(),
            missing: Ranges::default(),
            forgotten: 0,
        }
    }

    /// As it was kept.
    pub(crate) fn kept(base: u64, accepted: Ranges, missing: Ranges, gaps: u64) -> Self {
        let forgotten = gaps.saturating_sub(missing.len() as u64);
        Track { base, accepted, missing, forgotten }
    }

    /// Where it begins.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// What was taken.
    pub fn accepted(&self) -> &Ranges {
        &self.accepted
    }

    /// What was said to be missing and still is.
    pub(crate) fn missing(&self) -> &Ranges {
        &self.missing
    }

    /// Takes a range.
    pub fn accept(&mut self, from: u64, until: u64) {
        self.accepted.insert(from, until);
        self.missing.remove(from, until);
        while self.accepted.len() > MAX_RANGES
            && let Some((_, end)) = self.accepted.pop_first()
        {
            self.base = self.base.max(end.saturating_add(1));
        }
        self.bound_missing();
    }

    /// Notes that a range was said to be missing.
    pub fn report(&mut self, from: u64, until: u64) {
        for (from, until) in self.accepted.missing(from, until) {
            self.missing.insert(from, until);
        }
        self.bound_missing();
    }

    fn bound_missing(&mut self) {
        while self.missing.len() > MAX_RANGES && self.missing.pop_first().is_some() {
            self.forgotten += 1;
        }
    }

    /// What is missing between what was taken, and was not said to be yet.
    pub fn holes(&self) -> Vec<Range> {
        let Some(last) = self.accepted.last() else { return Vec::new() };
        let missing = self.accepted.missing(self.base, last);
        missing.into_iter().flat_map(|(from, until)| self.missing.missing(from, until)).collect()
    }

    /// Everything from its beginning up to this number was taken.
    pub fn through(&self) -> u64 {
        let below = self.base - 1;
        let covering =
            self.accepted.iter().find(|(from, until)| *from <= self.base && *until >= below);
        covering.map_or(below, |(_, until)| until.max(below))
    }

    /// How many gaps were said and are still open.
    pub fn gaps(&self) -> u64 {
        self.missing.len() as u64 + self.forgotten
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_said_once_and_closed_by_what_comes_late() {
        let mut track = Track::starting_at(1);
        assert_eq!((track.through(), track.holes()), (0, vec![]));
        track.accept(1, 100);
        track.accept(151, 200);
        track.accept(301, 400);
        assert_eq!((track.through(), track.holes()), (100, vec![(101, 150), (201, 300)]));
        track.report(101, 150);
        assert_eq!((track.gaps(), track.holes()), (1, vec![(201, 300)]));
        track.accept(121, 130);
        assert_eq!((track.gaps(), track.holes()), (2, vec![(201, 300)]));
        track.accept(101, 150);
        assert_eq!((track.gaps(), track.through()), (0, 200));
    }

    #[test]
    fn what_lies_below_the_beginning_is_not_missed() {
        let mut track = Track::starting_at(500);
        track.accept(500, 600);
        assert_eq!((track.through(), track.holes()), (600, vec![]));
        track.accept(10, 20);
        assert_eq!((track.through(), track.holes()), (600, vec![]));
    }

    #[test]
    fn many_holes_are_bounded_and_nothing_is_claimed_that_was_not_taken() {
        let mut track = Track::starting_at(1);
        let taken: Vec<u64> = (0..1_000).map(|n| n * 2 + 2).collect();
        for number in &taken {
            track.accept(*number, *number);
            for (from, until) in track.holes() {
                track.report(from, until);
            }
        }
        assert!(track.accepted.len() <= MAX_RANGES && track.missing.len() <= MAX_RANGES);
        assert_eq!(track.gaps(), 1_000);
        assert!(track.accepted.iter().all(|(from, until)| from == until && taken.contains(&from)));
    }
}
