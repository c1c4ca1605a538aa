//! Windows events in every shape that shippers write them, to one: native field names, log
//! sources, time, device and record number.
//!
//! In: flat fields of a JSON record. Out: the same draft, completed. Shapes: flat (NXLog, OTRF),
//! Winlogbeat (`winlog.event_data.*`), `evtx_dump` (`Event.System`, unwrapped by
//! [`crate::json`]), and ECS documents that carry a `winlog` part. Native names stay beside the
//! ones that are added.

use wardwatch_model::{Field, RawTime, Value};

use crate::draft::Draft;
use crate::error::RecordError;
use crate::json::Wrapping;
use crate::sources_windows::{ALIASES_4688, ALIASES_ANTIVIRUS, Special, WindowsSources};

/// Winlogbeat's names for what Windows has in `System`.
const WINLOG: &[(&str, &str)] = &[
    ("winlog.channel", "Channel"),
    ("winlog.event_id", "EventID"),
    ("winlog.computer_name", "Computer"),
    ("winlog.provider_name", "Provider_Name"),
    ("winlog.record_id", "EventRecordID"),
    ("winlog.task", "Task"),
    ("winlog.opcode", "Opcode"),
    ("winlog.process.pid", "Execution_ProcessID"),
    ("winlog.process.thread.id", "Execution_ThreadID"),
    ("winlog.user.identifier", "Security_UserID"),
];

/// Where the parts of an event are found, from one look at its fields.
#[derive(Default)]
struct Parts<'b> {
    channel: Option<Value<'b>>,
    event_id: Option<Value<'b>>,
    computer: Option<Value<'b>>,
    hostname: Option<Value<'b>>,
    provider: Option<Value<'b>>,
    source_name: Option<Value<'b>>,
    record: Option<Value<'b>>,
    time: Option<Value<'b>>,
    /// Less sure than `time`: when a shipper read the event.
    received: Option<Value<'b>>,
    utc_time: Option<Value<'b>>,
    event_type: Option<Value<'b>>,
    winlog: bool,
}

impl<'b> Parts<'b> {
    fn of(fields: &[Field<'b>]) -> Self {
        let mut parts = Parts::default();
        for field in fields {
            let slot = match field.name {
                "Channel" => &mut parts.channel,
                "EventID" | "EventId" | "event_id" => &mut parts.event_id,
                "Computer" | "ComputerName" => &mut parts.computer,
                "Hostname" | "HostName" => &mut parts.hostname,
                "Provider_Name" | "ProviderName" | "Provider.Name" => &mut parts.provider,
                "SourceName" => &mut parts.source_name,
                "EventRecordID" | "RecordNumber" | "RecordID" => &mut parts.record,
                "TimeCreated" | "TimeCreated_SystemTime" | "SystemTime" => &mut parts.time,
                "@timestamp" | "EventTime" => &mut parts.received,
                "UtcTime" => &mut parts.utc_time,
                "EventTypeOrignal" => &mut parts.event_type,
                name => {
                    parts.winlog |= name.starts_with("winlog.");
                    continue;
                }
            };
            if slot.is_none() && !field.value.is_null() {
                *slot = Some(field.value);
            }
        }
        parts
    }
}

/// Whether the fields are those of a Windows event; if so, completes the draft.
///
/// # Errors
/// When the event has too many fields.
pub fn finish<'b>(
    draft: &mut Draft<'b>,
    sources: &WindowsSources,
    wrapping: Wrapping,
) -> Result<bool, RecordError> {
    let mut parts = Parts::of(&draft.fields);
    if parts.winlog {
        unwrap_winlog(draft)?;
        parts = Parts::of(&draft.fields);
    }
    // Events of tracing sessions have no channel.
    let channel = match parts.channel {
        Some(channel) => channel,
        None if wrapping == Wrapping::WindowsEvent => Value::Text(""),
        None => return Ok(false),
    };
    if parts.event_id.is_none() && draft.get("EventType").is_none() {
        return Ok(false);
    }
    let id_text = parts.event_id.unwrap_or(Value::Text("")).text();
    let event_id: u32 = id_text.trim().parse().unwrap_or(0);
    if let Some(original) = parts.event_type {
        draft.push("EventType", original)?;
    }
    let (set, special) = {
        let types = draft.fields.iter().filter(|f| f.name == "EventType").map(|f| f.value.text());
        sources.look_up(&channel.text(), event_id, types)
    };
    draft.sources = set;
    draft.device = parts.computer.or(parts.hostname).unwrap_or(Value::Null);
    if let (None, Some(hostname)) = (parts.computer, parts.hostname) {
        draft.push("Computer", hostname)?;
    }
    if let (None, Some(name)) = (parts.provider, parts.source_name) {
        draft.push("Provider_Name", name)?;
    }
    if let Some(record) = parts.record.and_then(|value| value.text().trim().parse().ok()) {
        draft.record = record;
    }
    let time = parts.time.or(parts.received).or(parts.utc_time);
    draft.time = time.map_or(RawTime::Missing, RawTime::Written);
    match special {
        Special::None => {}
        Special::ProcessCreation => name_as_sysmon(draft)?,
        Special::Antivirus => {
            for (alias, name) in ALIASES_ANTIVIRUS {
                draft.alias(alias, name)?;
            }
        }
    }
    Ok(true)
}

/// Adds Windows' own names beside Winlogbeat's.
fn unwrap_winlog(draft: &mut Draft<'_>) -> Result<(), RecordError> {
    for at in 0..draft.fields.len() {
        let field = draft.fields[at];
        let Some(rest) = field.name.strip_prefix("winlog.") else { continue };
        let data = rest.strip_prefix("event_data.").or_else(|| {
            // User data has one element around its values in some versions.
            rest.strip_prefix("user_data.").map(|name| name.rsplit('.').next().unwrap_or(name))
        });
        if let Some(name) = data {
            draft.push(name, field.value)?;
        } else if let Some((_, name)) = WINLOG.iter().find(|(from, _)| *from == field.name) {
            draft.push(name, field.value)?;
        }
    }
    draft.alias("EventID", "event.code")?;
    draft.alias("Computer", "host.name")
}

/// Gives a Security 4688 the names that Sysmon has for the same things.
fn name_as_sysmon(draft: &mut Draft<'_>) -> Result<(), RecordError> {
    for (alias, name) in ALIASES_4688 {
        draft.alias(alias, name)?;
    }
    if draft.get("User").is_none()
        && let Some(user) = draft.get("SubjectUserName")
    {
        let user = match draft.get("SubjectDomainName") {
            Some(domain) => Value::Text(draft.keep(&format!("{}\\{}", domain.text(), user.text()))),
            None => user,
        };
        draft.push("User", user)?;
    }
    let level = draft.get("MandatoryLabel").and_then(|label| match &*label.text() {
        "S-1-16-0" => Some("Untrusted"),
        "S-1-16-4096" => Some("Low"),
        "S-1-16-8192" | "S-1-16-8448" => Some("Medium"),
        "S-1-16-12288" => Some("High"),
        "S-1-16-16384" => Some("System"),
        _ => None,
    });
    match level {
        Some(level) if draft.get("IntegrityLevel").is_none() => {
            draft.push_text("IntegrityLevel", level)
        }
        _ => Ok(()),
    }
}
