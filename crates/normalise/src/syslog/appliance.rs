//! Syslog messages of network appliances: FortiGate's pairs, and routers' message codes.
//!
//! In: program and message of a syslog line. Out: the pairs as native fields and the
//! appliance's log sources. Never: a guess; a message that is not marked stays Linux's.

use wardwatch_model::{RawTime, Value};

use crate::aliases::{concat, number_or_text};
use crate::draft::Draft;
use crate::error::RecordError;
use crate::sources_network::NetworkSources;

/// Adds what an appliance's message holds; returns whether it is one.
///
/// # Errors
/// When the event has too many fields.
pub(super) fn push<'b>(
    program: &str,
    message: &'b str,
    draft: &mut Draft<'b>,
    sources: &NetworkSources,
) -> Result<bool, RecordError> {
    if let Some(huawei) = message.strip_prefix("%%") {
        let known = huawei.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with("BGP");
        if known {
            draft.sources = sources.huawei();
        }
        return Ok(known);
    }
    if let Some(facility) = cisco_facility(message) {
        draft.sources = sources.cisco(facility);
        return Ok(true);
    }
    if program == "rpd" {
        draft.sources = sources.juniper();
        return Ok(true);
    }
    if message.starts_with("date=") && message.contains(" devid=") {
        push_fortigate(message, draft, sources)?;
        return Ok(true);
    }
    Ok(false)
}

/// The facility of `%FACILITY-severity-MNEMONIC:`.
fn cisco_facility(message: &str) -> Option<&str> {
    let (code, _) = message.strip_prefix('%')?.split_once(':')?;
    let (front, _mnemonic) = code.rsplit_once('-')?;
    let (facility, severity) = front.rsplit_once('-')?;
    let number = severity.len() == 1 && severity.bytes().all(|byte| byte.is_ascii_digit());
    let word =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    (number && !facility.is_empty() && facility.bytes().all(word)).then_some(facility)
}

/// FortiGate's `name=value name="value"`, with the names of Sigma's firewall category beside.
fn push_fortigate<'b>(
    message: &'b str,
    draft: &mut Draft<'b>,
    sources: &NetworkSources,
) -> Result<(), RecordError> {
    let (mut kind, mut subtype, mut date, mut clock) = ("", "", "", "");
    let mut rest = message;
    while let Some((name, tail)) = rest.trim_start().split_once('=') {
        let (value, behind) = match tail.strip_prefix('"') {
            Some(inside) => inside.split_once('"').unwrap_or((inside, "")),
            None => tail.split_once(' ').unwrap_or((tail, "")),
        };
        match name {
            "type" => kind = value,
            "subtype" => subtype = value,
            "date" => date = value,
            "time" => clock = value,
            "devname" => draft.device = Value::Text(value),
            _ => {}
        }
        draft.push(name, number_or_text(value))?;
        rest = behind;
    }
    draft.alias("src_ip", "srcip")?;
    draft.alias("dst_ip", "dstip")?;
    draft.alias("src_port", "srcport")?;
    draft.alias("dst_port", "dstport")?;
    if !date.is_empty() && !clock.is_empty() {
        draft.time = RawTime::Written(Value::Text(concat(draft, &[date, "T", clock])));
    }
    draft.sources = sources.fortigate(kind, subtype);
    Ok(())
}
