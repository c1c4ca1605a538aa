//! Documents in Elastic's Common Schema that are not winlogbeat's.
//!
//! In: a flattened draft with dotted names. Out: the same with Sigma's names, and time, device
//! and log sources. Never: a native field changed.
//! Format: Elastic Common Schema 8, field reference.

use bumpalo::collections::String as BumpString;
use wardwatch_model::{RawTime, Value};

use crate::aliases::{self, concat, first_text};
use crate::draft::Draft;
use crate::error::RecordError;

mod names;
mod sources;

pub use sources::EcsSources;
use sources::{Kind, Product};

/// Hash members by ECS name and the name that Sigma's `Hashes` has.
const HASHES: [(&str, &str); 4] =
    [("md5", "MD5"), ("sha1", "SHA1"), ("sha256", "SHA256"), ("imphash", "IMPHASH")];

/// Whether the record is such a document.
pub fn recognise(draft: &Draft<'_>) -> bool {
    let (mut version, mut stamp, mut event) = (false, false, false);
    for field in &draft.fields {
        match field.name {
            "ecs.version" => version = true,
            "@timestamp" => stamp = true,
            "event.category" | "event.kind" => event = true,
            name if name.starts_with("winlog.") => return false,
            _ => {}
        }
    }
    version || stamp && event
}

/// Adds Sigma's names; sets time, device and log sources. False when nothing in the document says
/// what it is about.
///
/// # Errors
/// When the event has too many fields.
pub fn finish<'b>(draft: &mut Draft<'b>, sources: &EcsSources) -> Result<bool, RecordError> {
    let kinds = kinds(draft);
    let product = product(draft);
    aliases::add(draft, names::alias)?;
    if let Some(name) = user(draft) {
        draft.push_text("User", name)?;
    }
    if draft.get("CommandLine").is_none()
        && let Some(line) = joined(draft, "process.args")
    {
        draft.push_text("CommandLine", line)?;
    }
    if let Some(hashes) = hashes(draft) {
        draft.push_text("Hashes", hashes)?;
    }
    if let Some(initiated) = initiated(draft) {
        draft.push_text("Initiated", initiated)?;
    }
    let log = log(draft, sources);
    draft.sources = log.unwrap_or_else(|| sources.host(product, kinds));
    let device = ["host.name", "host.hostname", "agent.name", "observer.name"];
    draft.device = device.into_iter().find_map(|name| draft.get(name)).unwrap_or(Value::Null);
    draft.time = draft.get("@timestamp").map_or(RawTime::Missing, RawTime::Written);
    Ok(log.is_some() || kinds != Kind::Other)
}

/// Whether one of a field's values is one of `words`.
fn has(draft: &Draft<'_>, name: &str, words: &[&str]) -> bool {
    let mut values = draft.fields.iter().filter(|field| field.name == name);
    values.any(|field| match field.value {
        Value::Text(text) => words.iter().any(|word| text.eq_ignore_ascii_case(word)),
        _ => false,
    })
}

/// What the event is about, by `event.category` and `event.type`.
fn kinds(draft: &Draft<'_>) -> Kind {
    let category = |word: &str| has(draft, "event.category", &[word]);
    let of_type = |words: &[&str]| has(draft, "event.type", words);
    let action = |words: &[&str]| has(draft, "event.action", words);
    if draft.get("dns.question.name").is_some() {
        return Kind::Dns;
    }
    if category("process") {
        return match () {
            () if of_type(&["start"]) || action(&["exec", "fork", "start"]) => Kind::ProcessStart,
            () if of_type(&["end"]) => Kind::ProcessEnd,
            () => Kind::Other,
        };
    }
    if category("registry") {
        return match () {
            () if of_type(&["deletion"]) => Kind::RegistryDelete,
            () if of_type(&["access"]) => Kind::Registry,
            () => Kind::RegistrySet,
        };
    }
    if category("file") {
        return match () {
            () if of_type(&["deletion"]) => Kind::FileDelete,
            () if action(&["rename"]) => Kind::FileRename,
            () if of_type(&["access"]) => Kind::FileAccess,
            () => Kind::File,
        };
    }
    match () {
        () if category("driver") => Kind::Driver,
        () if category("library") => Kind::Library,
        () if category("network") => Kind::Network,
        () if category("authentication") || category("session") => Kind::Authentication,
        () => Kind::Other,
    }
}

/// The operating system.
fn product(draft: &Draft<'_>) -> Product {
    let names = ["host.os.type", "host.os.platform", "host.os.family", "host.os.name"];
    let os = names.into_iter().find_map(|name| first_text(draft, name)).unwrap_or_default();
    match os.get(..3).unwrap_or_default().to_ascii_lowercase().as_str() {
        "win" => Product::Windows,
        "mac" | "dar" => Product::Macos,
        "" => Product::Unknown,
        _ => Product::Linux,
    }
}

/// The set of a log that a module reads, such as `zeek.conn`.
fn log(draft: &Draft<'_>, sources: &EcsSources) -> Option<wardwatch_model::SourceSet> {
    let dataset = first_text(draft, "event.dataset").unwrap_or_default();
    let module = first_text(draft, "event.module");
    let module = module.or(dataset.split('.').next()).unwrap_or_default();
    sources.module(module, dataset, kinds(draft) == Kind::ProcessStart)
}

/// `DOMAIN\name`, or the name alone.
fn user<'b>(draft: &Draft<'b>) -> Option<&'b str> {
    let name = first_text(draft, "user.name")?;
    if draft.get("User").is_some() {
        return None;
    }
    Some(match first_text(draft, "user.domain").filter(|domain| !domain.is_empty()) {
        Some(domain) => concat(draft, &[domain, "\\", name]),
        None => name,
    })
}

/// All values of a field, joined by blanks.
fn joined<'b>(draft: &Draft<'b>, name: &str) -> Option<&'b str> {
    let mut out = BumpString::new_in(draft.arena);
    for (at, field) in draft.fields.iter().filter(|field| field.name == name).enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(&field.value.text());
    }
    (!out.is_empty()).then(|| out.into_bump_str())
}

/// `MD5=…,SHA256=…` of the process, or else of the file, library or driver.
fn hashes<'b>(draft: &Draft<'b>) -> Option<&'b str> {
    let subjects = ["dll.", "file.", "process."];
    let subject = subjects.into_iter().find(|subject| {
        let mut names = draft.fields.iter().filter_map(|field| field.name.strip_prefix(subject));
        names.any(|rest| rest.starts_with("hash."))
    })?;
    let mut out = BumpString::new_in(draft.arena);
    for (member, label) in HASHES {
        let value = draft.fields.iter().find(|field| {
            let rest = field.name.strip_prefix(subject);
            rest.and_then(|rest| rest.strip_prefix("hash.").or(rest.strip_prefix("pe.")))
                == Some(member)
        });
        if let Some(value) = value.filter(|field| !field.value.is_null()) {
            if !out.is_empty() {
                out.push(',');
            }
            out.push_str(label);
            out.push('=');
            out.push_str(&value.value.text());
        }
    }
    (!out.is_empty()).then(|| out.into_bump_str())
}

/// Whether the host opened the connection, as `true` or `false`.
fn initiated(draft: &Draft<'_>) -> Option<&'static str> {
    match first_text(draft, "network.direction")? {
        "egress" | "outbound" | "outgoing" => Some("true"),
        "ingress" | "inbound" | "incoming" => Some("false"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
