//! How figures are taken and printed.

use std::time::Instant;

/// Rounds of which the fastest counts: the others met some disturbance.
pub const ROUNDS: usize = 7;

/// Seconds that one run takes.
pub fn seconds(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

/// The fastest of several runs of each of two things, taken in turn, so that both meet the same
/// disturbances.
pub fn in_turn(mut ours: impl FnMut(), mut theirs: impl FnMut()) -> (f64, f64) {
    let mut best = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        best.0 = best.0.min(seconds(&mut ours));
        best.1 = best.1.min(seconds(&mut theirs));
    }
    best
}

/// The fastest of several runs.
pub fn best(mut run: impl FnMut()) -> f64 {
    (0..ROUNDS).map(|_| seconds(&mut run)).fold(f64::MAX, f64::min)
}

/// A table's title.
pub fn title(text: &str) {
    println!("\n{text}\n{}", "-".repeat(text.chars().count()));
}
