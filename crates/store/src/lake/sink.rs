//! Sorted batches to one durable file.
//!
//! In: batches in the order of the lake. Out: a file under its final name, whole and synced, and
//! what the catalogue says of it. Never: a half file under its final name; a row group that mixes
//! a large organisation with others.

use std::fs::File;
use std::path::PathBuf;
use std::sync::PoisonError;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use parquet::arrow::ArrowWriter;
use wardwatch_model::Timestamp;

use crate::error::StoreError;
use crate::lake::{Lake, LakeFile, schema};
use crate::secret;

/// A row group with so many rows ends where the organisation does, so that readers of one
/// organisation pass over the others'.
const GROUP_LEAST: usize = 16 << 10;

/// A file that is being written.
pub(super) struct Sink {
    lake: Lake,
    day: String,
    path: String,
    part: PathBuf,
    writer: ArrowWriter<File>,
    last_org: String,
    in_group: usize,
    rows: u64,
    times: Option<(i64, i64)>,
}

impl Sink {
    /// Starts a file of a day, under a name that readers do not take.
    pub fn new(lake: &Lake, day: &str) -> Result<Sink, StoreError> {
        let name: String = secret::id()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = format!("day={day}/{name}.parquet");
        let unfinished = format!("{path}.part");
        let folder = lake.dir.join(format!("day={day}"));
        let failed = |error| StoreError::file(&folder, error);
        if !folder.exists() {
            std::fs::create_dir_all(&folder).map_err(failed)?;
            File::open(&lake.dir).and_then(|dir| dir.sync_all()).map_err(failed)?;
        }
        lake.keep_from_sweep([path.clone(), unfinished.clone()]);
        let part = lake.dir.join(&unfinished);
        let made = Self::writer(&part);
        if made.is_err() {
            lake.forget_fresh([&path, &unfinished]);
        }
        Ok(Sink {
            lake: lake.clone(),
            day: day.to_owned(),
            path,
            part,
            writer: made?,
            last_org: String::new(),
            in_group: 0,
            rows: 0,
            times: None,
        })
    }

    fn writer(part: &PathBuf) -> Result<ArrowWriter<File>, StoreError> {
        let file = File::create(part).map_err(|error| StoreError::file(part, error))?;
        schema::properties()
            .and_then(|properties| ArrowWriter::try_new(file, schema(), Some(properties)))
            .map_err(|error| StoreError::Parquet { path: part.clone(), reason: error.to_string() })
    }

    /// Adds a batch that comes after all before it.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        let orgs = batch.column(0).as_string::<i32>();
        let times = batch.column(2).as_primitive::<TimestampMicrosecondType>();
        for time in times.values() {
            let (first, last) = self.times.unwrap_or((*time, *time));
            self.times = Some((first.min(*time), last.max(*time)));
        }
        let rows = batch.num_rows();
        let (mut written, mut from) = (0, 0);
        while from < rows {
            let org = orgs.value(from);
            let in_group = self.in_group + (from - written);
            if org != self.last_org {
                org.clone_into(&mut self.last_org);
                if in_group >= GROUP_LEAST {
                    self.add(&batch.slice(written, from - written))?;
                    written = from;
                    self.writer.flush().map_err(|error| self.bad(&error))?;
                    self.in_group = 0;
                }
            }
            from += (from..rows).take_while(|at| orgs.value(*at) == org).count();
        }
        self.add(&batch.slice(written, rows - written))?;
        self.rows += rows as u64;
        Ok(())
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        self.writer.write(batch).map_err(|error| self.bad(&error))?;
        self.in_group = self.writer.in_progress_rows();
        Ok(())
    }

    fn bad(&self, error: &parquet::errors::ParquetError) -> StoreError {
        StoreError::Parquet { path: self.part.clone(), reason: error.to_string() }
    }

    /// How many rows there are so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Syncs, renames, syncs the folder. It is not published yet.
    pub fn finish(self) -> Result<LakeFile, StoreError> {
        let Sink { lake, day, path, part, writer, rows, times, .. } = self;
        let done = close(&lake, &path, &part, writer);
        let unfinished = format!("{path}.part");
        lake.forget_fresh([&unfinished]);
        if done.is_err() {
            lake.forget_fresh([&path]);
        }
        let (first, last) = times.unwrap_or_default();
        Ok(LakeFile {
            path,
            day,
            rows,
            bytes: done?,
            first: Timestamp { micros: first },
            last: Timestamp { micros: last },
        })
    }

    /// Gives the file up; the next sweep removes what is there of it.
    pub fn give_up(self) {
        self.lake.forget_fresh([&self.path, &format!("{}.part", self.path)]);
    }
}

fn close(
    lake: &Lake,
    path: &str,
    part: &PathBuf,
    writer: ArrowWriter<File>,
) -> Result<u64, StoreError> {
    let path = lake.dir.join(path);
    let failed = |error| StoreError::file(&path, error);
    let file = writer
        .into_inner()
        .map_err(|error| StoreError::Parquet { path: path.clone(), reason: error.to_string() })?;
    file.sync_all().map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    std::fs::rename(part, &path).map_err(failed)?;
    let folder = path.parent().unwrap_or(&lake.dir);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(bytes)
}

impl Lake {
    /// A sweep leaves these alone until they are published or given up.
    fn keep_from_sweep(&self, paths: [String; 2]) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).extend(paths);
    }

    fn forget_fresh<const N: usize>(&self, paths: [&String; N]) {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        for path in paths {
            fresh.remove(path);
        }
    }
}
