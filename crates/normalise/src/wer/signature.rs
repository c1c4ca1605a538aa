//! What the parameters of a crash's signature mean.
//!
//! In: kind of event, position and name of a parameter. Out: the name that all reports share.
//! English names are known; in other languages, or where names are numbered or missing (`P1`),
//! the position says it.

/// Positions in the signature of a crash of a program.
const CRASH: [&str; 8] = [
    "AppName",
    "AppVersion",
    "AppTimestamp",
    "FaultModuleName",
    "FaultModuleVersion",
    "FaultModuleTimestamp",
    "ExceptionCode",
    "ExceptionOffset",
];

/// Positions where data execution prevention or a buffer check ended the program: offset and
/// code change places.
const BUFFER_EXCEPTION: [&str; 9] = [
    "AppName",
    "AppVersion",
    "AppTimestamp",
    "FaultModuleName",
    "FaultModuleVersion",
    "FaultModuleTimestamp",
    "ExceptionOffset",
    "ExceptionCode",
    "ExceptionData",
];

/// Positions where a .NET program ended with an exception.
const MANAGED: [&str; 9] = [
    "AppName",
    "AppVersion",
    "AppTimestamp",
    "FaultModuleName",
    "FaultModuleVersion",
    "FaultModuleTimestamp",
    "FaultMethod",
    "ExceptionOffset",
    "ExceptionCode",
];

/// Positions where a program does not answer.
const HANG: [&str; 5] = ["AppName", "AppVersion", "AppTimestamp", "HangSignature", "HangType"];

/// Names of parameters that nothing is known of but their position.
const NUMBERED: [&str; 10] = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10"];

/// The shared name of a parameter in the signature proper; its number where it has neither a
/// name nor a known meaning.
pub(super) fn fixed(event_type: &str, position: usize, name: &str) -> Option<&'static str> {
    by_name(name).or_else(|| {
        let kind = event_type.as_bytes();
        let is = |start: &str| {
            kind.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        };
        let positions: &[&str] = match () {
            () if is("APPCRASH") => &CRASH,
            () if is("BEX") => &BUFFER_EXCEPTION,
            () if is("CLR20") => &MANAGED,
            () if is("AppHang") => &HANG,
            () => &[],
        };
        let numbered = if name.is_empty() { NUMBERED.as_slice() } else { &[] };
        positions.get(position).or(numbered.get(position)).copied()
    })
}

/// The shared name of a parameter of the machine; Windows numbers these from 1.
pub(super) fn dynamic(position: usize, name: &str) -> Option<&'static str> {
    by_name(name).or(match position {
        1 => Some("OsVersion"),
        2 => Some("LocaleId"),
        _ => None,
    })
}

fn by_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "Application Name" => "AppName",
        "Application Version" => "AppVersion",
        "Application Timestamp" => "AppTimestamp",
        "Fault Module Name" => "FaultModuleName",
        "Fault Module Version" => "FaultModuleVersion",
        "Fault Module Timestamp" => "FaultModuleTimestamp",
        "Exception Code" => "ExceptionCode",
        "Exception Offset" => "ExceptionOffset",
        "Exception Data" => "ExceptionData",
        "Hang Signature" => "HangSignature",
        "Hang Type" => "HangType",
        "OS Version" => "OsVersion",
        "Locale ID" => "LocaleId",
        _ => return None,
    })
}
