//! Rows that are to go: what is too old, and all of one organisation.
//!
//! In: a rule that says which rows stay. Out: files without the others, and how many went. Never:
//! a file written again that loses nothing; a row that a reader outside the catalogue still finds
//! after the next sweep.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;

use crate::error::StoreError;
use crate::lake::{Lake, LakeFile, blocking, merge, read};
use crate::scope::SystemScope;
use crate::state::State;

/// Which rows stay, by organisation, class and microsecond of receipt. Event times do not count: old
/// logs may be sent today, and clocks may be wrong.
pub type Stays = Arc<dyn Fn(&str, &str, i64) -> bool + Send + Sync>;

/// What went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// How many rows.
    pub rows: u64,
    /// Files that went as a whole.
    pub files: u64,
    /// Files that were written again without them.
    pub rewritten: u64,
    /// Files that changed meanwhile; their rows are still there.
    pub missed: u64,
}

impl Lake {
    /// Takes out of these files all rows that do not stay.
    pub async fn expire(
        &self,
        state: &State,
        scope: &SystemScope,
        files: Vec<LakeFile>,
        stays: &Stays,
    ) -> Result<Expired, StoreError> {
        let mut done = Expired::default();
        for file in files {
            let (lake, asked, rule) = (self.clone(), file.clone(), Arc::clone(stays));
            let made = blocking(move || without(&lake, &asked, &rule)).await;
            let (going, new) = match made {
                Ok(Some(made)) => made,
                Ok(None) => continue,
                // Replaced and removed since the catalogue was read.
                Err(StoreError::File { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound =>
                {
                    done.missed += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let whole = new.is_none();
            if !self.replace(state, scope, &[file], new).await? {
                done.missed += 1;
                continue;
            }
            done.rows += going;
            done.files += u64::from(whole);
            done.rewritten += u64::from(!whole);
        }
        Ok(done)
    }
}

/// How many rows of a file go, and the file without them; none when all stay.
fn without(
    lake: &Lake,
    file: &LakeFile,
    stays: &Stays,
) -> Result<Option<(u64, Option<LakeFile>)>, StoreError> {
    let going = going(lake, file, stays)?;
    if going == 0 {
        return Ok(None);
    }
    if going == file.rows {
        return Ok(Some((going, None)));
    }
    let keep = |org: &str, class: &str, received| stays(org, class, received);
    Ok(Some((going, merge::merge(lake, std::slice::from_ref(file), &keep)?)))
}

fn going(lake: &Lake, file: &LakeFile, stays: &Stays) -> Result<u64, StoreError> {
    let mut going = 0;
    let path = lake.path_of(file)?;
    for batch in read::open_some(&path, &["org", "class", "received"])? {
        let batch = batch?;
        let text = |column: usize| batch.column(column).as_string::<i32>();
        let (orgs, classes) = (text(0), text(1));
        let times = batch.column(2).as_primitive::<TimestampMicrosecondType>();
        let rows = 0..batch.num_rows();
        let leaves = |at: &usize| !stays(orgs.value(*at), classes.value(*at), times.value(*at));
        going += rows.filter(leaves).count() as u64;
    }
    Ok(going)
}
