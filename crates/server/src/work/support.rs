//! Whether a device runs a system out of support, as its events tell.
//!
//! In: an event, and the time. Out: yes, no, or that the event does not say. Never: a guess from a
//! version's number: Windows 10 and 11, and editions with longer support, share numbers.

use wardwatch_model::{Event, Timestamp};

/// Fields in which shippers write a system's name with its version.
const FIELDS: [&str; 2] = ["host.os.full", "host.os.name"];

/// Beginnings of names, the more special before the more general, and the day on which the maker's
/// support for everybody ended, or ends (Microsoft's product lifecycle; none: it goes on).
const SYSTEMS: [(&str, Option<&str>); 19] = [
    ("windows 2000", Some("2010-07-13")),
    ("windows xp", Some("2014-04-08")),
    ("windows server 2003", Some("2015-07-14")),
    ("windows vista", Some("2017-04-11")),
    ("windows 7", Some("2020-01-14")),
    ("windows server 2008", Some("2020-01-14")),
    ("windows 8.1", Some("2023-01-10")),
    ("windows 8", Some("2016-01-12")),
    ("windows server 2012", Some("2023-10-10")),
    ("windows 10 enterprise ltsc 2016", Some("2026-10-13")),
    ("windows 10 enterprise ltsc 2019", Some("2029-01-09")),
    ("windows 10 enterprise ltsc 2021", Some("2027-01-12")),
    ("windows 10 enterprise 2016 ltsb", Some("2026-10-13")),
    ("windows 10 enterprise 2015 ltsb", Some("2025-10-14")),
    ("windows 10", Some("2025-10-14")),
    ("windows 11", None),
    ("windows server 2016", Some("2027-01-12")),
    ("windows server 2019", Some("2029-01-09")),
    ("windows server 2022", Some("2031-10-14")),
];

/// What an event says of its device's support at a time.
pub fn legacy(event: &Event<'_>, now: Timestamp) -> Option<bool> {
    FIELDS.iter().find_map(|field| of_name(&event.get(field)?.text(), now))
}

fn of_name(name: &str, now: Timestamp) -> Option<bool> {
    let name = name.trim().to_ascii_lowercase();
    let name = name.strip_prefix("microsoft ").unwrap_or(&name);
    let (_, end) = SYSTEMS.iter().find(|(start, _)| {
        // "windows 8" is not "windows 80", and "windows 10 enterprise" not "… enterprises".
        name.strip_prefix(start)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    })?;
    let Some(end) = end else { return Some(false) };
    let end = Timestamp::parse(&format!("{end}T23:59:59Z"))?;
    Some(now > end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_out_of_support_after_its_last_day() {
        let at = |day: &str| Timestamp::parse(&format!("{day}T12:00:00Z")).unwrap();
        for (name, day, expected) in [
            ("Windows 7 Professional", "2020-01-14", Some(false)),
            ("Windows 7 Professional", "2020-01-15", Some(true)),
            ("Microsoft Windows XP", "2026-03-02", Some(true)),
            ("Windows Server 2008 R2 Standard", "2026-03-02", Some(true)),
            ("Windows 8.1 Pro", "2020-01-01", Some(false)),
            ("Windows 8 Pro", "2020-01-01", Some(true)),
            ("Windows 10 Pro", "2026-03-02", Some(true)),
            ("Windows 10 Enterprise LTSC 2021", "2026-03-02", Some(false)),
            ("Windows 11 Enterprise", "2026-03-02", Some(false)),
            ("Windows Server 2022 Datacenter", "2026-03-02", Some(false)),
            ("Windows", "2026-03-02", None),
            ("Debian GNU/Linux", "2026-03-02", None),
            ("Windows 80", "2026-03-02", None),
        ] {
            assert_eq!(of_name(name, at(day)), expected, "{name} {day}");
        }
        for (_, end) in SYSTEMS {
            assert!(end.is_none_or(|end| Timestamp::parse(&format!("{end}T00:00:00Z")).is_some()));
        }
    }
}
