//! Test helper: tells a finished event as text, so that input and outcome stand side by side.

use std::fmt::Write;

use wardwatch_model::SourceTable;

use crate::draft::Draft;

/// The event as lines: its log sources, time and device, then `name=value` for every field.
/// Parts that the event does not have are left out.
pub(crate) fn render(draft: Draft<'_>, table: &SourceTable) -> String {
    let event = draft.finish();
    let mut out = String::new();
    let sources: Vec<String> = table.get(event.sources).iter().map(|set| set.to_string()).collect();
    if !sources.is_empty() {
        let _ = writeln!(out, "sources: {}", sources.join(" "));
    }
    if let Some(time) = event.time.timestamp() {
        let _ = writeln!(out, "time: {time}");
    }
    if !event.device.is_null() {
        let _ = writeln!(out, "device: {}", event.device.text());
    }
    for field in event.fields {
        let value = if field.value.is_null() { "(null)".into() } else { field.value.text() };
        let _ = writeln!(out, "{}={value}", field.name);
    }
    out
}

/// Expected text without its indentation and empty lines.
pub(crate) fn lines(text: &str) -> String {
    let kept = text.lines().map(str::trim_start).filter(|line| !line.is_empty());
    kept.map(|line| format!("{line}\n")).collect()
}
