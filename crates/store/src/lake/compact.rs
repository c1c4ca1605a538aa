//! Many small files of a day to few large ones.
//!
//! In: the catalogue. Out: larger files, published in place of small ones in one transaction.
//! Never: more than so many bytes in memory; a file removed that the catalogue still names (the
//! next sweep removes what it does not).

use crate::error::StoreError;
use crate::lake::{Lake, LakeFile, blocking, read, write};
use crate::scope::SystemScope;
use crate::state::State;

/// A file of this size is large enough to be left alone.
const LARGE_BYTES: u64 = 32 << 20;
/// So much is merged at once. It is compressed; in memory it is about ten times as large.
const MERGE_BYTES: u64 = 48 << 20;
/// So many rows are merged at once.
const MERGE_ROWS: u64 = 1 << 20;

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// How many files were replaced.
    pub replaced: u64,
    /// By how many.
    pub made: u64,
}

impl Lake {
    /// Merges the small files of every day that has at least `at_least` of them.
    pub async fn compact(
        &self,
        state: &State,
        scope: &SystemScope,
        at_least: usize,
    ) -> Result<Compacted, StoreError> {
        let mut done = Compacted::default();
        let files = state.lake_files(scope, None, None).await?;
        let small: Vec<LakeFile> =
            files.into_iter().filter(|file| file.bytes < LARGE_BYTES).collect();
        // Paths begin with the day, so the files of a day stand together.
        for day in small.chunk_by(|one, other| one.day == other.day) {
            if day.len() < at_least.max(2) {
                continue;
            }
            for group in groups(day) {
                if self.merge(state, scope, group.to_vec()).await? {
                    done.replaced += group.len() as u64;
                    done.made += 1;
                }
            }
        }
        Ok(done)
    }

    /// Merges files of one day; false when another compaction was faster.
    async fn merge(
        &self,
        state: &State,
        scope: &SystemScope,
        old: Vec<LakeFile>,
    ) -> Result<bool, StoreError> {
        let (lake, files) = (self.clone(), old.clone());
        let new = blocking(move || {
            let mut rows = Vec::new();
            for file in &files {
                rows.extend(read::read(&lake.path_of(file)?, &|_| true)?);
            }
            let day = files.first().map(|file| file.day.clone()).unwrap_or_default();
            write::write_day(&lake, &day, rows)
        })
        .await?;
        let new = [new];
        let replaced = state.replace_files(scope, &old, &new).await;
        match replaced {
            Ok(true) => self.give_up(&old),
            Ok(false) | Err(_) => self.give_up(&new),
        }
        replaced
    }
}

/// Neighbours that may be merged at once; a file that is left alone is in no group.
fn groups(day: &[LakeFile]) -> Vec<&[LakeFile]> {
    let mut groups = Vec::new();
    let (mut start, mut bytes, mut rows) = (0, 0, 0);
    for (at, file) in day.iter().enumerate() {
        if bytes + file.bytes > MERGE_BYTES || rows + file.rows > MERGE_ROWS {
            groups.push(&day[start..at]);
            (start, bytes, rows) = (at, 0, 0);
        }
        bytes += file.bytes;
        rows += file.rows;
    }
    groups.push(&day[start..]);
    groups.retain(|group| group.len() > 1);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardwatch_model::Timestamp;

    fn file(rows: u64) -> LakeFile {
        let nothing = Timestamp { micros: 0 };
        let (path, day) = ("p".to_owned(), "d".to_owned());
        LakeFile { path, day, rows, bytes: 10, first: nothing, last: nothing }
    }

    #[test]
    fn groups_stay_below_the_limits_and_hold_at_least_two() {
        let day = [file(MERGE_ROWS - 5), file(5), file(1), file(2), file(MERGE_ROWS)];
        let rows: Vec<Vec<u64>> = groups(&day)
            .into_iter()
            .map(|group| group.iter().map(|file| file.rows).collect())
            .collect();
        assert_eq!(rows, [vec![MERGE_ROWS - 5, 5], vec![1, 2]]);
    }
}
