//! A threshold that does not flicker: once crossed, it holds until the value has fallen well below.
//!
//! In: whether it held, the value now, the threshold. Out: whether it holds. Never: a change for a
//! value between four fifths of the threshold and the threshold.

/// Whether a probability (in millionths) counts as above a threshold, given whether it did before.
/// It is crossed at the threshold and left below four fifths of it, so that values that move about
/// the threshold do not change ranks every day.
pub fn above(before: bool, probability: u32, threshold: u32) -> bool {
    let leave = u64::from(threshold) * 4 / 5;
    probability >= threshold || (before && u64::from(probability) >= leave)
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn a_crossed_threshold_holds_until_four_fifths_of_it() {
        let mut state = false;
        let mut story = Vec::new();
        for value in [90_000, 100_000, 95_000, 81_000, 80_000, 79_999, 95_000, 100_001] {
            state = above(state, value, 100_000);
            story.push(state);
        }
        assert_eq!(story, [false, true, true, true, true, false, false, true]);
    }
}
