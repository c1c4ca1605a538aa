//! Rows to files.
//!
//! In: rows in any order. Out: a durable file for each day, sorted by organisation, class and
//! time. Never: more folders than a broken clock could make.

use std::collections::HashMap;

use crate::error::StoreError;
use crate::lake::sink::Sink;
use crate::lake::{Lake, LakeFile, LakeRow, batch};

/// So many folders may one call make by event time. A sender with a broken clock, or an ill will,
/// must not make a file for each event.
const MAX_DAYS: usize = 32;
/// Microseconds of a day.
const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// Writes rows into files by day.
pub(super) fn write(lake: &Lake, rows: &[LakeRow]) -> Result<Vec<LakeFile>, StoreError> {
    let order = batch::order(rows);
    by_day(rows, order)
        .into_iter()
        .map(|(day, order)| write_day(lake, &day, rows, &order))
        .collect()
}

/// The order cut by day, days in order.
fn by_day(rows: &[LakeRow], order: Vec<u32>) -> Vec<(String, Vec<u32>)> {
    let mut names: HashMap<i64, String> = HashMap::new();
    let mut days: HashMap<String, Vec<u32>> = HashMap::new();
    let mut last: (Option<i64>, Vec<u32>) = (None, Vec::new());
    let mut name_of = |row: &LakeRow| {
        let day = row.time.micros.div_euclid(DAY_MICROS);
        let name = names.entry(day).or_insert_with(|| {
            day_of(row.time).or_else(|| day_of(row.received)).unwrap_or_else(epoch)
        });
        name.clone()
    };
    let mut keep = |run: Vec<u32>| {
        let Some(first) = run.first().map(|at| &rows[*at as usize]) else { return };
        let mut day = name_of(first);
        if days.len() >= MAX_DAYS && !days.contains_key(&day) {
            day = day_of(first.received).unwrap_or_else(epoch);
        }
        days.entry(day).or_default().extend(run);
    };
    // Rows of one day mostly stand together, so whole runs are handed over.
    for at in order {
        let day = Some(rows[at as usize].time.micros.div_euclid(DAY_MICROS));
        if day != last.0 {
            keep(std::mem::replace(&mut last, (day, Vec::new())).1);
        }
        last.1.push(at);
    }
    keep(last.1);
    let mut days: Vec<(String, Vec<u32>)> = days.into_iter().collect();
    days.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    days
}

/// The day in UTC as `2017-05-12`; none for years that are not of four digits.
fn day_of(time: wardwatch_model::Timestamp) -> Option<String> {
    let text = time.to_string();
    let (day, _) = text.split_once('T')?;
    (day.len() == 10 && !day.starts_with('-')).then(|| day.to_owned())
}

fn epoch() -> String {
    "1970-01-01".to_owned()
}

/// Writes one file of a day.
fn write_day(
    lake: &Lake,
    day: &str,
    rows: &[LakeRow],
    order: &[u32],
) -> Result<LakeFile, StoreError> {
    let mut sink = Sink::new(lake, day)?;
    for part in batch::parts(rows, order) {
        let written = batch::batch(rows, part)
            .map_err(|error| StoreError::damaged("rows for the lake", error.to_string()))
            .and_then(|batch| sink.write(&batch));
        if let Err(error) = written {
            sink.give_up();
            return Err(error);
        }
    }
    sink.finish()
}
