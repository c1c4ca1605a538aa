//! The lake's catalogue.
//!
//! In: lake files. Out: those that are published. Never: the files themselves.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wardwatch_model::Timestamp;

use crate::error::StoreError;
use crate::lake::LakeFile;
use crate::scope::SystemScope;
use crate::state::{State, row};

impl State {
    /// The published files that may hold events of this stretch of time (its end not included);
    /// without bounds, all. In order of their paths.
    pub async fn lake_files(
        &self,
        _: &SystemScope,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Vec<LakeFile>, StoreError> {
        self.files_between(from, until).await
    }

    pub(crate) async fn files_between(
        &self,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Vec<LakeFile>, StoreError> {
        let rows = sqlx::query(
            "SELECT path, day, rows, bytes, first_time, last_time FROM lake_files
             WHERE (?1 IS NULL OR last_time >= ?1) AND (?2 IS NULL OR first_time < ?2)
             ORDER BY path",
        )
        .bind(from.map(|time| time.micros))
        .bind(until.map(|time| time.micros))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(file).collect()
    }

    /// Publishes files in place of others, all or nothing. False when one of those is not
    /// published any more; then nothing is changed.
    pub async fn replace_files(
        &self,
        _: &SystemScope,
        old: &[LakeFile],
        new: &[LakeFile],
    ) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        for file in old {
            let done = sqlx::query("DELETE FROM lake_files WHERE path = ?")
                .bind(&file.path)
                .execute(&mut *tx)
                .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
        }
        for file in new {
            insert(&mut tx, file).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// Publishes a file.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    file: &LakeFile,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO lake_files (path, day, rows, bytes, first_time, last_time)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(&file.path)
    .bind(&file.day)
    .bind(row::stored(file.rows))
    .bind(row::stored(file.bytes))
    .bind(file.first.micros)
    .bind(file.last.micros)
    .execute(connection)
    .await?;
    Ok(())
}

fn file(found: &SqliteRow) -> Result<LakeFile, StoreError> {
    Ok(LakeFile {
        path: found.try_get(0)?,
        day: found.try_get(1)?,
        rows: row::count(found, 2)?,
        bytes: row::count(found, 3)?,
        first: row::time(found, 4)?,
        last: row::time(found, 5)?,
    })
}
