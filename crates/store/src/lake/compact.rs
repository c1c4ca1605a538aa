//! Many small files of a day to few large ones.
//!
//! In: the catalogue. Out: larger files, published in place of small ones in one transaction.
//! Never: a large file written again for the sake of a small one; a file removed that the
//! catalogue still names (the next sweep removes what it does not).

use crate::error::StoreError;
use crate::lake::{Lake, LakeFile, blocking, merge};
use crate::scope::SystemScope;
use crate::state::State;

/// A file of this size is large enough to be left alone.
const LARGE_BYTES: u64 = 128 << 20;
/// Of such a size on, files are of a higher tier, and four times larger for each next one.
const TIER_BYTES: u64 = 1 << 20;
/// So much is merged at once.
const MERGE_BYTES: u64 = 256 << 20;
/// So many rows are merged at once.
const MERGE_ROWS: u64 = 4 << 20;
/// So many files are merged at once: of each a part is in memory.
const MERGE_FILES: usize = 64;

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// How many files were replaced.
    pub replaced: u64,
    /// By how many.
    pub made: u64,
}

impl Lake {
    /// Merges the small files of every day that has at least `at_least` of about one size.
    pub async fn compact(
        &self,
        state: &State,
        scope: &SystemScope,
        at_least: usize,
    ) -> Result<Compacted, StoreError> {
        let mut done = Compacted::default();
        let files = state.lake_files(scope, None, None).await?;
        let mut small: Vec<LakeFile> =
            files.into_iter().filter(|file| file.bytes < LARGE_BYTES).collect();
        let kind = |file: &LakeFile| (file.day.clone(), tier(file.bytes));
        small.sort_by_cached_key(|file| (kind(file), file.first));
        for alike in small.chunk_by(|one, other| kind(one) == kind(other)) {
            if alike.len() < at_least.max(2) {
                continue;
            }
            for group in groups(alike) {
                if self.merge(state, scope, group.to_vec()).await? {
                    done.replaced += group.len() as u64;
                    done.made += 1;
                }
            }
        }
        Ok(done)
    }

    /// Merges files of one day; false when another change of them was faster.
    async fn merge(
        &self,
        state: &State,
        scope: &SystemScope,
        old: Vec<LakeFile>,
    ) -> Result<bool, StoreError> {
        let (lake, files) = (self.clone(), old.clone());
        let new = blocking(move || merge::merge(&lake, &files, &|_, _, _| true)).await?;
        self.replace(state, scope, &old, new).await
    }

    /// Publishes a file, or none, in place of others.
    pub(super) async fn replace(
        &self,
        state: &State,
        scope: &SystemScope,
        old: &[LakeFile],
        new: Option<LakeFile>,
    ) -> Result<bool, StoreError> {
        let new: Vec<LakeFile> = new.into_iter().collect();
        let replaced = state.replace_files(scope, old, &new).await;
        match replaced {
            Ok(true) => self.give_up(old),
            Ok(false) | Err(_) => self.give_up(&new),
        }
        replaced
    }
}

/// The tier of a size.
fn tier(bytes: u64) -> u32 {
    (bytes / TIER_BYTES).checked_ilog(4).map_or(0, |tier| tier + 1)
}

/// Neighbours that may be merged at once; a file that is left alone is in no group.
fn groups(day: &[LakeFile]) -> Vec<&[LakeFile]> {
    let mut groups = Vec::new();
    let (mut start, mut bytes, mut rows) = (0, 0, 0);
    for (at, file) in day.iter().enumerate() {
        let full = bytes + file.bytes > MERGE_BYTES || rows + file.rows > MERGE_ROWS;
        if full || at - start == MERGE_FILES {
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
        let many = vec![file(1); MERGE_FILES + 2];
        let sizes: Vec<usize> = groups(&many).into_iter().map(<[LakeFile]>::len).collect();
        assert_eq!(sizes, [MERGE_FILES, 2]);
    }

    #[test]
    fn a_tier_is_four_times_the_one_below() {
        let sizes = [0, TIER_BYTES - 1, TIER_BYTES, 4 * TIER_BYTES - 1, 4 * TIER_BYTES];
        assert_eq!(sizes.map(tier), [0, 0, 1, 1, 2]);
    }
}
