//! A small random generator (SplitMix64, Steele et al. 2014), so that samples depend on nothing
//! but their seed.

/// The generator's state.
pub struct Random(u64);

impl Random {
    /// A generator that always gives the same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// Another generator, for the part of the work that `number` names.
    pub fn fork(&self, number: u64) -> Self {
        let mut other = Random(self.0 ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Random(other.next())
    }

    /// The next 64 random bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from `low` up to, but not including, `high`; `low` when there is none.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next().checked_rem(high.saturating_sub(low)).unwrap_or(0)
    }

    /// One of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = usize::try_from(self.between(0, items.len() as u64)).unwrap_or(0);
        &items[at]
    }

    /// True `percent` times out of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.between(0, 100) < percent
    }

    /// A port as clients choose them.
    pub fn client_port(&mut self) -> u64 {
        self.between(49_152, 65_535)
    }

    /// `digits` random hexadecimal digits, at most 16.
    pub fn hex(&mut self, digits: usize) -> String {
        let all = format!("{:016x}", self.next());
        all[..digits.min(16)].to_owned()
    }

    /// A random GUID without braces.
    pub fn guid(&mut self) -> String {
        let (a, b) = (format!("{:016x}", self.next()), format!("{:016x}", self.next()));
        format!("{}-{}-{}-{}-{}", &a[..8], &a[8..12], &a[12..], &b[..4], &b[4..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_published_generator() {
        let mut random = Random::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new(1);
        assert!((0..1_000).all(|_| (3..9).contains(&random.between(3, 9))));
        assert_eq!(random.between(5, 5), 5);
        assert_eq!(random.guid().len(), 36);
        assert_eq!(random.hex(8).len(), 8);
    }
}
