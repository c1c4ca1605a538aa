//! JSON of a source that is not known: the user says what it is, or nothing is claimed.

use wardwatch_model::{RawTime, SourceSet, Value};

use crate::draft::Draft;

/// Names under which sources keep the time, in order of trust.
const TIMES: &[&str] =
    &["@timestamp", "timestamp", "time", "eventTime", "TimeCreated", "ts", "date"];
/// Names under which sources keep the device.
const DEVICES: &[&str] = &["Computer", "Hostname", "hostname", "host.name", "host", "device"];

/// Completes a draft with the log source that the user gave.
pub fn finish(draft: &mut Draft<'_>, given: Option<SourceSet>) {
    draft.sources = given.unwrap_or(SourceSet::UNKNOWN);
    let time = TIMES.iter().find_map(|name| draft.get(name));
    draft.time = time.map_or(RawTime::Missing, RawTime::Written);
    draft.device = DEVICES.iter().find_map(|name| draft.get(name)).unwrap_or(Value::Null);
}
