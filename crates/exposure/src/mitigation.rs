//! Settings that close a way in while a hole is not fixed.
//!
//! In: what a report says of settings, a vulnerability and the part that it sits in. Out: the
//! sentence and the evidence, when there is any. Never: a setting that only makes an attack harder.

use wardwatch_model::CveId;
use wardwatch_model::inventory::{Setting, SettingName};

use crate::verdict::Reason;

/// A setting that closes holes.
struct Mitigation {
    setting: SettingName,
    /// The value that closes.
    on: bool,
    what: &'static str,
    /// The holes by number: year and number.
    cves: &'static [(u16, u32)],
    /// The holes by the part that they sit in, as a piece of its name in small letters.
    component: Option<&'static str>,
}

/// MS17-010 (Microsoft, 2017-03-14): all six are in the server of SMB version 1.
const MS17_010: &[(u16, u32)] =
    &[(2017, 143), (2017, 144), (2017, 145), (2017, 146), (2017, 147), (2017, 148)];

/// Remote Desktop before log-in: 2019-0708 and the two of August 2019.
const REMOTE_DESKTOP: &[(u16, u32)] = &[(2019, 708), (2019, 1181), (2019, 1182)];

/// Microsoft names each of these in its advisory as a way to be safe until the update is in.
const MITIGATIONS: [Mitigation; 5] = [
    Mitigation {
        setting: SettingName::SmbV1Server,
        on: false,
        what: "the SMB version 1 server is off",
        cves: MS17_010,
        component: None,
    },
    Mitigation {
        setting: SettingName::OpenPort(445),
        on: false,
        what: "TCP port 445 answers nobody",
        cves: MS17_010,
        component: None,
    },
    Mitigation {
        setting: SettingName::RemoteDesktop,
        on: false,
        what: "Remote Desktop is off",
        cves: REMOTE_DESKTOP,
        component: None,
    },
    Mitigation {
        setting: SettingName::NetworkLevelAuthentication,
        on: true,
        what: "Remote Desktop asks for a log-in before it opens a session",
        cves: REMOTE_DESKTOP,
        component: None,
    },
    Mitigation {
        setting: SettingName::PrintSpooler,
        on: false,
        what: "the print spooler is off",
        cves: &[(2021, 34527), (2021, 1675)],
        component: Some("print spooler"),
    },
];

/// The setting that closes a hole on this host, if a report tells of one.
pub fn mitigation(settings: &[Setting], cve: CveId, component: &str) -> Option<Reason> {
    if settings.is_empty() {
        return None;
    }
    MITIGATIONS.iter().find_map(|mitigation| {
        // The cheap questions first: they are asked for every hole of a host.
        let set = settings
            .iter()
            .find(|set| set.name == mitigation.setting && set.on == mitigation.on)?;
        let by_number = mitigation.cves.contains(&(cve.year, cve.number));
        let by_part = || {
            let has = |part| component.to_ascii_lowercase().contains(part);
            mitigation.component.is_some_and(has)
        };
        if !(by_number || by_part()) {
            return None;
        }
        // Two reports that disagree close nothing.
        let against = settings
            .iter()
            .any(|other| other.name == mitigation.setting && other.on != mitigation.on);
        (!against)
            .then(|| Reason::Setting { what: mitigation.what, evidence: set.evidence.clone() })
    })
}
