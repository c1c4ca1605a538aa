//! Sorted files of a day to one sorted file, or to none.
//!
//! In: files, and which rows are kept. Out: one file with the kept rows in the order of the lake.
//! Never: more than a few batches of each file in memory.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_select::interleave::interleave_record_batch;

use crate::error::StoreError;
use crate::lake::batch::{BATCH_BYTES, BATCH_ROWS};
use crate::lake::read::{self, Batches};
use crate::lake::sink::Sink;
use crate::lake::{Lake, LakeFile};

/// Which rows are kept, by organisation, class and microsecond of receipt.
pub(super) type Keep<'k> = &'k (dyn Fn(&str, &str, i64) -> bool + Send + Sync);

/// Merges files of one day into one that is not yet published; none when no row is kept.
pub(super) fn merge(
    lake: &Lake,
    files: &[LakeFile],
    keep: Keep<'_>,
) -> Result<Option<LakeFile>, StoreError> {
    let Some(first) = files.first() else { return Ok(None) };
    let mut sink = Sink::new(lake, &first.day)?;
    match fill(lake, files, keep, &mut sink) {
        Ok(()) if sink.rows() > 0 => sink.finish().map(Some),
        Ok(()) => {
            sink.give_up();
            Ok(None)
        }
        Err(error) => {
            sink.give_up();
            Err(error)
        }
    }
}

fn fill(
    lake: &Lake,
    files: &[LakeFile],
    keep: Keep<'_>,
    sink: &mut Sink,
) -> Result<(), StoreError> {
    let mut inputs = Vec::new();
    for file in files {
        inputs.extend(Input::open(read::open(&lake.path_of(file)?)?)?);
    }
    let mut taken = Taken::default();
    while !inputs.is_empty() {
        let (least, next) = two_least(&inputs);
        // Files of different moments overlap little, so whole runs come from one of them.
        while next.is_none_or(|next| inputs[least].cmp(&inputs[next]) != Ordering::Greater) {
            let (org, class, _) = inputs[least].key();
            if keep(org, class, inputs[least].received()) {
                taken.take(&inputs[least]);
                if taken.is_full() {
                    taken.give(sink)?;
                }
            }
            inputs[least].at += 1;
            if inputs[least].at == inputs[least].batch.num_rows() && !inputs[least].refill()? {
                inputs.swap_remove(least);
                break;
            }
        }
    }
    taken.give(sink)
}

/// The input that goes first, and the one that goes next.
fn two_least(inputs: &[Input]) -> (usize, Option<usize>) {
    let (mut least, mut next) = (0, None);
    for at in 1..inputs.len() {
        if inputs[at].cmp(&inputs[least]) == Ordering::Less {
            (least, next) = (at, Some(least));
        } else if next.is_none_or(|next: usize| inputs[at].cmp(&inputs[next]) == Ordering::Less) {
            next = Some(at);
        }
    }
    (least, next)
}

/// A file, and the row of it that is next.
struct Input {
    batches: Batches,
    batch: RecordBatch,
    at: usize,
}

impl Input {
    /// None when the file has no rows.
    fn open(mut batches: Batches) -> Result<Option<Input>, StoreError> {
        for batch in batches.by_ref() {
            let batch = batch?;
            if batch.num_rows() > 0 {
                return Ok(Some(Input { batches, batch, at: 0 }));
            }
        }
        Ok(None)
    }

    /// The next batch; false when there is none.
    fn refill(&mut self) -> Result<bool, StoreError> {
        for batch in self.batches.by_ref() {
            self.batch = batch?;
            self.at = 0;
            if self.batch.num_rows() > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn key(&self) -> (&str, &str, i64) {
        let text = |column: usize| self.batch.column(column).as_string::<i32>().value(self.at);
        let times = self.batch.column(2).as_primitive::<TimestampMicrosecondType>();
        (text(0), text(1), times.value(self.at))
    }

    fn received(&self) -> i64 {
        self.batch.column(3).as_primitive::<TimestampMicrosecondType>().value(self.at)
    }

    fn event(&self) -> &[u8] {
        self.batch.column(5).as_fixed_size_binary().value(self.at)
    }

    fn cmp(&self, other: &Input) -> Ordering {
        self.key().cmp(&other.key()).then_with(|| self.event().cmp(other.event()))
    }

    fn body_bytes(&self) -> usize {
        let bodies = self.batch.column(self.batch.num_columns() - 1).as_string::<i32>();
        bodies.value(self.at).len()
    }
}

/// Rows on their way into the file.
#[derive(Default)]
struct Taken {
    batches: Vec<RecordBatch>,
    rows: Vec<(usize, usize)>,
    bytes: usize,
}

impl Taken {
    fn take(&mut self, input: &Input) {
        // Few batches are held, and the one in use was mostly taken from just before.
        let known = self
            .batches
            .iter()
            .rposition(|held| Arc::ptr_eq(held.column(0), input.batch.column(0)));
        let batch = known.unwrap_or_else(|| {
            self.batches.push(input.batch.clone());
            self.batches.len() - 1
        });
        self.rows.push((batch, input.at));
        self.bytes += input.body_bytes();
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    fn give(&mut self, sink: &mut Sink) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let batch = interleave_record_batch(&batches, &self.rows)
            .map_err(|error| StoreError::damaged("rows of the lake", error))?;
        *self = Taken::default();
        sink.write(&batch)
    }
}
