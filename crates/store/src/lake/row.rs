//! One event at rest.

use std::sync::Arc;

use wardwatch_model::{Columns, EventId, OrgId, Timestamp};

/// One event at rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LakeRow {
    /// Whose it is.
    pub org: OrgId,
    /// Its first log source, such as `windows/process_creation/sysmon`.
    pub class: Arc<str>,
    /// When it happened.
    pub time: Timestamp,
    /// When it was received.
    pub received: Timestamp,
    /// Its device; empty when not known.
    pub device: String,
    /// Its identity.
    pub event: EventId,
    /// Door and stream.
    pub source: Arc<str>,
    /// Its record within that.
    pub record: u64,
    /// What is asked for most often.
    pub columns: Columns,
    /// Its fields, as flat JSON.
    pub body: String,
}

impl LakeRow {
    /// Bytes of memory that it holds.
    pub fn held_bytes(&self) -> usize {
        let texts = self.device.capacity() + self.body.capacity() + self.columns.held_bytes();
        size_of::<LakeRow>() + texts
    }
}
