//! Collects what happened in any order and gives it back in order of time.

use super::moment::Moment;
use super::random::Random;

/// Entries with their times.
pub struct Timeline<T> {
    entries: Vec<(Moment, T)>,
}

impl<T> Timeline<T> {
    /// An empty timeline.
    pub fn new() -> Self {
        Timeline { entries: Vec::new() }
    }

    /// Adds one entry.
    pub fn push(&mut self, at: Moment, entry: T) {
        self.entries.push((at, entry));
    }

    /// Adds `count` entries at random times of the afternoon.
    pub fn spread(
        &mut self,
        random: &mut Random,
        count: usize,
        mut make: impl FnMut(&mut Random, Moment) -> T,
    ) {
        let (from, to) = (Moment::at(12, 30, 0), Moment::at(16, 0, 0));
        for _ in 0..count {
            let at = Moment(random.between(from.0, to.0));
            let entry = make(random, at);
            self.push(at, entry);
        }
    }

    /// The entries in order of time; those of the same time in the order they were added.
    pub fn into_order(mut self) -> Vec<(Moment, T)> {
        self.entries.sort_by_key(|(at, _)| *at);
        self.entries
    }
}

impl Timeline<String> {
    /// One line for each entry.
    pub fn into_lines(self) -> String {
        self.into_order().into_iter().map(|(_, line)| line + "\n").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_out_in_order_of_time() {
        let mut timeline = Timeline::new();
        timeline.push(Moment(3), "c".to_owned());
        timeline.push(Moment(1), "a".to_owned());
        timeline.push(Moment(1), "b".to_owned());
        assert_eq!(timeline.into_lines(), "a\nb\nc\n");
    }
}
