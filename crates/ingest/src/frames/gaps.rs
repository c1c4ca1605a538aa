//! Gaps as records of our own: what never came becomes an event of the organisation that it was
//! of.
//!
//! In: what the ledger finds missing. Out: one record for each gap, in the log, under the log source
//! `wardwatch`/`coverage`, which rules can see. Never: a gap reported twice; its number stands in
//! the log beside it.

use wardwatch_model::{LogSource, Timestamp};
use wardwatch_normalise::block::Shape;
use wardwatch_store::{Batch, BatchKey};

use super::ledger::Gap;
use crate::counters::Counters;
use crate::gate::Gate;

/// The source of such records, for people.
const SOURCE: &str = "wardwatch:coverage";

/// Reports what is due; gives how many gaps. What cannot be kept now is due again next time.
pub async fn report_gaps<G: Gate>(gate: &G, counters: &Counters) -> usize {
    let mut reported = 0;
    for gap in gate.ledger().due(gate.now()) {
        match gate.take(&gap.sender, batch(&gap, gate.now())).await {
            Ok(()) => {
                gate.ledger().reported(&gap, gate.now());
                counters.gap(gap.until - gap.from + 1);
                reported += 1;
            }
            Err(refused) => {
                tracing::warn!(%refused, "a gap in a sender's numbering cannot be reported yet");
                break;
            }
        }
    }
    reported
}

/// The record of a gap.
fn batch(gap: &Gap, now: Timestamp) -> Batch {
    let records = gap.until - gap.from + 1;
    let record = serde_json::json!({
        "wardwatch": "coverage",
        "kind": "gap",
        "time": now,
        "device": gap.device,
        "boot": gap.boot,
        "from": gap.from,
        "until": gap.until,
        "count": records,
        "sender": gap.sender.name(),
    });
    Batch {
        shape: Shape::JsonLines,
        source: SOURCE.to_owned(),
        bytes: format!("{record}\n").into_bytes(),
        first: gap.from,
        logsource: Some(LogSource::new("wardwatch", "", "coverage")),
        key: Some(BatchKey {
            device: gap.device.clone(),
            boot: gap.boot,
            sequence: gap.from,
            records,
            base: gap.base,
            missing: true,
        }),
    }
}
