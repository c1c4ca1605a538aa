//! Columns to values of the model and back.
//!
//! In: a row. Out: typed values, or an error that says what is damaged. Never: a default for
//! something that cannot be read.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Row};
use wardwatch_model::{Level, Timestamp};

use crate::error::StoreError;

/// A 16-byte identifier.
pub(crate) fn id<I: ColumnIndex<SqliteRow>>(
    row: &SqliteRow,
    column: I,
) -> Result<[u8; 16], StoreError> {
    let bytes: Vec<u8> = row.try_get(column)?;
    <[u8; 16]>::try_from(bytes.as_slice())
        .map_err(|_| StoreError::damaged("identifier", format!("{} bytes", bytes.len())))
}

/// A moment.
pub(crate) fn time<I: ColumnIndex<SqliteRow>>(
    row: &SqliteRow,
    column: I,
) -> Result<Timestamp, StoreError> {
    Ok(Timestamp { micros: row.try_get(column)? })
}

/// A moment that may be absent.
pub(crate) fn time_or_none<I: ColumnIndex<SqliteRow>>(
    row: &SqliteRow,
    column: I,
) -> Result<Option<Timestamp>, StoreError> {
    let micros: Option<i64> = row.try_get(column)?;
    Ok(micros.map(|micros| Timestamp { micros }))
}

/// A count.
pub(crate) fn count<I: ColumnIndex<SqliteRow>>(
    row: &SqliteRow,
    column: I,
) -> Result<u64, StoreError> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|reason| StoreError::damaged("count", reason))
}

/// A word that the model parses, such as a code or a role.
pub(crate) fn word<T, I>(row: &SqliteRow, column: I) -> Result<T, StoreError>
where
    T: FromStr,
    T::Err: ToString,
    I: ColumnIndex<SqliteRow>,
{
    let text: String = row.try_get(column)?;
    text.parse().map_err(|reason: T::Err| StoreError::damaged("word", reason))
}

/// A word that may be absent.
pub(crate) fn word_or_none<T, I>(row: &SqliteRow, column: I) -> Result<Option<T>, StoreError>
where
    T: FromStr,
    T::Err: ToString,
    I: ColumnIndex<SqliteRow>,
{
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse())
        .transpose()
        .map_err(|reason: T::Err| StoreError::damaged("word", reason))
}

/// A JSON body.
pub(crate) fn body<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|reason| StoreError::damaged(what, reason))
}

/// A value as JSON body.
pub(crate) fn to_body<T: Serialize>(what: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|reason| StoreError::damaged(what, reason))
}

/// A level as a number that sorts like it.
pub(crate) fn rank(level: Level) -> i64 {
    level as i64
}

/// A count as SQLite stores it.
pub(crate) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A level from its number.
pub(crate) fn level<I: ColumnIndex<SqliteRow>>(
    row: &SqliteRow,
    column: I,
) -> Result<Level, StoreError> {
    let rank: i64 = row.try_get(column)?;
    let found = Level::ALL.into_iter().find(|level| self::rank(*level) == rank);
    found.ok_or_else(|| StoreError::damaged("level", rank))
}
