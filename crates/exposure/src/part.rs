//! Whether what a host has closes one part of a hole.
//!
//! In: the rows of a hole that name the same part of a product. Out: the row whose update closes it,
//! or the updates that are still needed. Of several updates any one does, as a roll-up and the
//! update of its month alone; but where a bulletin of old names no part and lists updates by
//! themselves on the same day, each mends another piece: all of them are needed, until a roll-up that
//! came later takes them in. Never: such a hole taken as closed by half of its updates.

use smallvec::SmallVec;
use wardwatch_model::landscape::{Fix, Track};

use crate::catalogue::Catalogue;
use crate::patches::{Cover, Patches};

/// Places of updates: there are seldom more.
pub(crate) type Few = SmallVec<[u32; 4]>;

/// How a part stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Closed, by this update, in this way.
    Closed(u32, Cover),
    /// Open: any one of these updates would close it.
    AnyOf(Few),
    /// Open: of updates that are all needed, these are not there.
    AllOf(Few),
}

/// Looks at the rows of one part. Invariant: they are of one product, hole and component.
pub(crate) fn stands(catalogue: &Catalogue, patches: &Patches, rows: &[Fix]) -> Part {
    let rolled_up = |row: &Fix| {
        let later = |update: &u32| catalogue.published(*update) > row.published;
        patches.cumulative().filter(later)
    };
    // Every roll-up has all that was mended in Internet Explorer before it.
    let cover = |row: &Fix| {
        patches.cover(catalogue, row.update).or_else(|| {
            let by = rolled_up(row).filter(|_| catalogue.is_browser(row.component))?;
            Some(Cover::Later { by })
        })
    };
    let alone = |row: &Fix| catalogue.track(row.update) == Track::Standalone;
    let companions = |row: &Fix| -> Few {
        let same = |other: &&Fix| {
            other.published == row.published && alone(other) && !related(catalogue, row, other)
        };
        let open = |other: &&Fix| cover(other).is_none();
        rows.iter().filter(same).filter(open).map(|row| row.update).collect()
    };
    // A row that closes by itself: of a line, or without a companion that is not there.
    let whole = |row: &Fix| {
        !alone(row)
            || rolled_up(row).is_some()
            || !catalogue.component(row.component).is_empty()
            || companions(row).is_empty()
    };
    let mut closed = rows.iter().filter_map(|row| Some((row, cover(row)?))).peekable();
    let Some(&(first, _)) = closed.peek() else {
        return Part::AnyOf(rows.iter().map(|row| row.update).collect());
    };
    match closed.find(|(row, _)| whole(row)) {
        Some((row, cover)) => Part::Closed(row.update, cover),
        None => Part::AllOf(companions(first)),
    }
}

/// Whether one of two updates replaces the other.
fn related(catalogue: &Catalogue, one: &Fix, other: &Fix) -> bool {
    catalogue.replaces().reaches(one.update, other.update)
        || catalogue.replaces().reaches(other.update, one.update)
}
