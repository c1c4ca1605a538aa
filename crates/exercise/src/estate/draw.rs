//! Draws by counter: each is a function of seed, organisation, device and field, of nothing else.
//!
//! In: those four. Out: 64 bits, a share, a whole number below another. Never: a state.
//!
//! The mixing function is SplitMix64's finaliser (Steele, Lea and Flood 2014, "Fast splittable
//! pseudorandom number generators"), applied once for each part of the key.

/// What a draw is for. The numbers are part of the format: never change one, only add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Field {
    Size = 1,
    Maturity = 2,
    Laggard = 3,
    MissingShare = 4,
    CoreRouting = 5,
    Boundary = 6,
    ExposedSmb = 7,
    Segregation = 8,
    SegregationShare = 9,
    Deferral = 10,
    DeferralSecond = 11,
    Link = 12,
    Proxy = 13,
    Inspection = 14,
    Sites = 15,
    Sharing = 16,
    Partner = 17,
    Branch = 18,
    Class = 101,
    System = 102,
    Build = 103,
    Latency = 104,
    NeverPatched = 105,
    ImageMonth = 106,
    Missing = 107,
    SmbV1 = 108,
    Managed = 109,
    Dormant = 110,
    LastSeen = 111,
    Care = 112,
    Service = 113,
    Site = 114,
    Segregated = 115,
    Classified = 116,
}

/// The key of one device, or of an organisation itself.
#[derive(Debug, Clone, Copy)]
pub struct Draw(u64);

/// The index under which an organisation draws for itself.
const ITSELF: u64 = u64::MAX;

/// SplitMix64's increment: 2^64 over the golden ratio.
pub(crate) const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Draw {
    /// The draws of an organisation for itself.
    pub fn of_org(seed: u64, code: &str) -> Draw {
        Draw(mix(org_key(seed, code) ^ mix(ITSELF)))
    }

    /// The draws of one of its devices.
    pub fn of_device(org_key: u64, index: u32) -> Draw {
        Draw(mix(org_key ^ mix(u64::from(index))))
    }

    /// 64 bits.
    pub fn bits(self, field: Field) -> u64 {
        mix(self.0 ^ mix(field as u64))
    }

    /// A share that is neither nought nor one.
    pub fn inner_share(self, field: Field) -> f64 {
        ((self.bits(field) >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
    }

    /// A whole number below `bound`; nought when `bound` is.
    pub fn below(self, field: Field, bound: u32) -> u32 {
        ((u128::from(self.bits(field)) * u128::from(bound)) >> 64) as u32
    }

    /// True in `permille` of 1,000 cases.
    pub fn chance(self, field: Field, permille: u32) -> bool {
        self.below(field, 1000) < permille
    }
}

/// The key of an organisation's devices.
pub fn org_key(seed: u64, code: &str) -> u64 {
    code.bytes().fold(mix(seed), |key, byte| mix(key ^ u64::from(byte)))
}

/// SplitMix64: the step, and then its finaliser.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SplitMix64 from state 0 gives this first, by its authors' reference code.
    #[test]
    fn the_finaliser_is_splitmix64s() {
        assert_eq!(mix(0), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn shares_fill_the_unit_evenly() {
        let key = org_key(20_170_512, "ZZT001");
        let mut tenths = [0u32; 10];
        for index in 0..10_000 {
            let share = Draw::of_device(key, index).inner_share(Field::Latency);
            tenths[(share * 10.0) as usize] += 1;
        }
        assert!(tenths.iter().all(|&count| (900..1100).contains(&count)), "{tenths:?}");
    }
}
