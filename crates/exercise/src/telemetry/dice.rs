//! Chance from a seed (SplitMix64, Steele, Lea and Flood 2014), so that a story depends on nothing else.

use crate::estate::draw::{STEP, mix};

/// The state.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// Others, for the part of the work that a number names.
    pub fn fork(&self, number: u64) -> Self {
        let mut other = Dice(self.0 ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Dice(other.bits())
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let bits = mix(self.0);
        self.0 = self.0.wrapping_add(STEP);
        bits
    }

    /// From `low` up to, but not including, `high`; `low` when there is none.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.bits().checked_rem(high.saturating_sub(low)).unwrap_or(0)
    }

    /// One of several; none of none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(usize::try_from(self.between(0, items.len() as u64)).unwrap_or(0))
    }

    /// Hexadecimal digits, at most 16.
    pub fn hex(&mut self, digits: usize) -> String {
        let mut all = format!("{:016x}", self.bits());
        all.truncate(digits);
        all
    }

    /// An identifier as Windows writes them, in braces.
    pub fn guid(&mut self) -> String {
        let (a, b) = (self.hex(16), self.hex(16));
        format!("{{{}-{}-{}-{}-{}}}", &a[..8], &a[8..12], &a[12..], &b[..4], &b[4..])
    }
}
