//! Windows channels and event ids to log sources.
//!
//! Facts from SigmaHQ's `tests/thor.yml` and the channels' own documentation. In: a channel and
//! an event id. Out: the set of log sources that rules may name for it.

use rustc_hash::FxHashMap;
use wardwatch_model::{LogSource, SourceSet, SourceTable};

/// Channel, in lower case, and the service that Sigma calls it.
const CHANNELS: &[(&str, &str)] = &[
    ("application", "application"),
    ("security", "security"),
    ("system", "system"),
    ("microsoft-windows-sysmon/operational", "sysmon"),
    ("microsoft-windows-powershell/operational", "powershell"),
    ("powershellcore/operational", "powershell"),
    ("windows powershell", "powershell-classic"),
    ("microsoft-windows-ntlm/operational", "ntlm"),
    ("microsoft-windows-taskscheduler/operational", "taskscheduler"),
    ("microsoft-windows-wmi-activity/operational", "wmi"),
    ("microsoft-windows-dhcp-server/operational", "dhcp"),
    ("microsoft-windows-printservice/admin", "printservice-admin"),
    ("microsoft-windows-printservice/operational", "printservice-operational"),
    ("microsoft-windows-smbclient/security", "smbclient-security"),
    ("microsoft-windows-smbclient/connectivity", "smbclient-connectivity"),
    ("microsoft-windows-smbserver/connectivity", "smbserver-connectivity"),
    ("microsoft-windows-smbserver/security", "smbserver-security"),
    ("microsoft-windows-smbserver/audit", "smbserver-audit"),
    (
        "microsoft-windows-terminalservices-localsessionmanager/operational",
        "terminalservices-localsessionmanager",
    ),
    (
        "microsoft-windows-terminalservices-remoteconnectionmanager/operational",
        "terminalservices-remoteconnectionmanager",
    ),
    ("microsoft-windows-codeintegrity/operational", "codeintegrity-operational"),
    ("microsoft-windows-applocker/msi and script", "applocker"),
    ("microsoft-windows-applocker/exe and dll", "applocker"),
    ("microsoft-windows-applocker/packaged app-deployment", "applocker"),
    ("microsoft-windows-applocker/packaged app-execution", "applocker"),
    ("msexchange management", "msexchange-management"),
    ("microsoft-windows-windows defender/operational", "windefend"),
    ("microsoft-windows-windows firewall with advanced security/firewall", "firewall-as"),
    ("microsoft-windows-bits-client/operational", "bits-client"),
    ("microsoft-windows-security-mitigations/kernel mode", "security-mitigations"),
    ("microsoft-windows-security-mitigations/user mode", "security-mitigations"),
    ("microsoft-windows-diagnosis-scripted/operational", "diagnosis-scripted"),
    ("microsoft-windows-shell-core/operational", "shell-core"),
    ("openssh/operational", "openssh"),
    ("microsoft-windows-ldap-client/debug", "ldap"),
    ("microsoft-windows-bitlocker/bitlocker management", "bitlocker"),
    ("microsoft-windows-vhdmp/operational", "vhdmp"),
    ("microsoft-windows-vhdmp-operational", "vhdmp"),
    ("microsoft-windows-appxdeploymentserver/operational", "appxdeployment-server"),
    ("microsoft-windows-appxdeployment-server/operational", "appxdeployment-server"),
    ("microsoft-windows-lsa/operational", "lsa-server"),
    ("microsoft-windows-appxpackaging/operational", "appxpackaging-om"),
    ("microsoft-windows-dns client events/operational", "dns-client"),
    ("microsoft-windows-dns-client/operational", "dns-client"),
    ("dns server", "dns-server"),
    ("microsoft-windows-dns-server/audit", "dns-server-audit"),
    ("microsoft-windows-dnsserver/analytical", "dns-server-analytic"),
    ("microsoft-windows-dns-server/analytical", "dns-server-analytic"),
    ("microsoft-windows-appmodel-runtime/admin", "appmodel-runtime"),
    ("microsoft-windows-capi2/operational", "capi2"),
    (
        "microsoft-windows-certificateservicesclient-lifecycle-system/operational",
        "certificateservicesclient-lifecycle-system",
    ),
    ("microsoft-windows-kernel-shimengine/operational", "kernel-shimengine"),
    ("microsoft-windows-kernel-shimengine/diagnostic", "kernel-shimengine"),
    ("microsoft-windows-application-experience/program-telemetry", "application-experience"),
    (
        "microsoft-windows-application-experience/program-compatibility-assistant",
        "application-experience",
    ),
    ("microsoft-windows-ntfs/operational", "ntfs"),
    ("microsoft-windows-hyper-v-worker", "hyper-v-worker"),
    ("microsoft-windows-hyper-v-worker-admin", "hyper-v-worker"),
    ("microsoft-windows-kernel-eventtracing", "kernel-event-tracing"),
    ("microsoft-windows-kernel-eventtracing/admin", "kernel-event-tracing"),
    ("microsoft-windows-sense/operational", "sense"),
    ("microsoft-servicebus-client/admin", "servicebus-client"),
    ("microsoft-servicebus-client/operational", "servicebus-client"),
    ("microsoft-iis-configuration/operational", "iis-configuration"),
    ("microsoft-windows-driverframeworks-usermode/operational", "driver-framework"),
    ("windowserrorreporting", "wer"),
];

/// Sysmon event id, value of its EventType where that matters, and categories.
const SYSMON: &[(u32, &str, &[&str])] = &[
    (1, "", &["process_creation"]),
    (2, "", &["file_change"]),
    (3, "", &["network_connection"]),
    (4, "", &["sysmon_status"]),
    (5, "", &["process_termination"]),
    (6, "", &["driver_load"]),
    (7, "", &["image_load"]),
    (8, "", &["create_remote_thread"]),
    (9, "", &["raw_access_thread"]),
    (10, "", &["process_access"]),
    (11, "", &["file_event"]),
    (12, "", &["registry_event"]),
    (12, "createkey", &["registry_add", "registry_event"]),
    (12, "deletekey", &["registry_delete", "registry_event"]),
    (12, "deletevalue", &["registry_delete", "registry_event"]),
    (13, "", &["registry_set", "registry_event"]),
    (14, "", &["registry_rename", "registry_event"]),
    (15, "", &["create_stream_hash"]),
    (16, "", &["sysmon_status"]),
    (17, "", &["pipe_created"]),
    (18, "", &["pipe_created"]),
    (19, "", &["wmi_event"]),
    (20, "", &["wmi_event"]),
    (21, "", &["wmi_event"]),
    (22, "", &["dns_query"]),
    (23, "", &["file_delete"]),
    (24, "", &["clipboard_change"]),
    (25, "", &["process_tampering"]),
    (26, "", &["file_delete_detected"]),
    (27, "", &["file_block_executable"]),
    (28, "", &["file_block_shredding"]),
    (29, "", &["file_executable_detected"]),
    (255, "", &["sysmon_error"]),
];

/// Service, event id and category outside Sysmon.
const OTHER: &[(&str, u32, &str)] = &[
    ("security", 4688, "process_creation"),
    ("powershell", 4103, "ps_module"),
    ("powershell", 4104, "ps_script"),
    ("powershell-classic", 400, "ps_classic_start"),
    ("powershell-classic", 600, "ps_classic_provider_start"),
    ("powershell-classic", 800, "ps_classic_script"),
    ("windefend", 1006, "antivirus"),
    ("windefend", 1007, "antivirus"),
    ("windefend", 1008, "antivirus"),
    ("windefend", 1009, "antivirus"),
    ("windefend", 1010, "antivirus"),
    ("windefend", 1011, "antivirus"),
    ("windefend", 1012, "antivirus"),
    ("windefend", 1017, "antivirus"),
    ("windefend", 1018, "antivirus"),
    ("windefend", 1019, "antivirus"),
    ("windefend", 1115, "antivirus"),
    ("windefend", 1116, "antivirus"),
    ("wer", 0, "application_crash"),
];

/// Fields that a category names otherwise than the event does: alias, native name.
pub(crate) const ALIASES_4688: &[(&str, &str)] = &[
    ("Image", "NewProcessName"),
    ("ParentImage", "ParentProcessName"),
    ("ParentProcessId", "ProcessId"),
    ("LogonId", "SubjectLogonId"),
];

/// As [`ALIASES_4688`], for Defender's detections.
pub(crate) const ALIASES_ANTIVIRUS: &[(&str, &str)] =
    &[("Signature", "ThreatName"), ("Filename", "Path")];

/// What is special about an event of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Special {
    None,
    /// Security 4688: gets Sysmon's field names.
    ProcessCreation,
    /// Defender found something.
    Antivirus,
}

#[derive(Debug, Default)]
struct Channel {
    plain: SourceSet,
    by_id: FxHashMap<u32, SourceSet>,
    /// Sysmon 12 by its EventType.
    by_type: Vec<(&'static str, SourceSet)>,
    service: &'static str,
}

/// All log sources of Windows events.
#[derive(Debug)]
pub struct WindowsSources {
    channels: FxHashMap<String, Channel>,
    /// For a channel that the table does not name.
    other: SourceSet,
    /// An event of application crash from Windows Error Reporting.
    pub wer: SourceSet,
}

impl WindowsSources {
    /// Numbers every set in the table.
    pub fn intern(table: &mut SourceTable) -> Self {
        let mut channels = FxHashMap::default();
        for (name, service) in CHANNELS {
            let channel = Channel::intern(service, table);
            channels.insert((*name).to_owned(), channel);
        }
        // Spelled as the channels themselves are, so that the usual look-up needs no folding.
        for (spelled, name) in [
            ("Application", "application"),
            ("Security", "security"),
            ("System", "system"),
            ("Microsoft-Windows-Sysmon/Operational", "microsoft-windows-sysmon/operational"),
            (
                "Microsoft-Windows-PowerShell/Operational",
                "microsoft-windows-powershell/operational",
            ),
            ("Windows PowerShell", "windows powershell"),
        ] {
            if let Some((_, service)) = CHANNELS.iter().find(|(known, _)| *known == name) {
                channels.insert(spelled.to_owned(), Channel::intern(service, table));
            }
        }
        WindowsSources {
            channels,
            other: table.intern(vec![LogSource::new("windows", "", "")]),
            wer: table.intern(vec![LogSource::new("windows", "application_crash", "wer")]),
        }
    }

    /// The log sources of an event, and what is special about it. `event_type` is asked for only
    /// where it decides.
    pub(crate) fn look_up<'t>(
        &self,
        channel: &str,
        event_id: u32,
        event_types: impl Iterator<Item = std::borrow::Cow<'t, str>>,
    ) -> (SourceSet, Special) {
        let found = match self.channels.get(channel) {
            Some(found) => Some(found),
            None => self.channels.get(&channel.to_ascii_lowercase()),
        };
        let Some(found) = found else { return (self.other, Special::None) };
        if event_id == 12 && !found.by_type.is_empty() {
            for event_type in event_types {
                for (known, set) in &found.by_type {
                    if event_type.eq_ignore_ascii_case(known) {
                        return (*set, Special::None);
                    }
                }
            }
        }
        let set = found.by_id.get(&event_id).copied().unwrap_or(found.plain);
        let special = match (found.service, event_id) {
            ("security", 4688) => Special::ProcessCreation,
            ("windefend", _) if set != found.plain => Special::Antivirus,
            _ => Special::None,
        };
        (set, special)
    }
}

impl Channel {
    fn intern(service: &'static str, table: &mut SourceTable) -> Self {
        let mut channel = Channel { service, ..Channel::default() };
        let plain = LogSource::new("windows", "", service);
        channel.plain = table.intern(vec![plain]);
        let mut set = |categories: &[&str]| {
            let set =
                categories.iter().map(|category| LogSource::new("windows", category, service));
            table.intern(set.collect())
        };
        if service == "sysmon" {
            for (id, event_type, categories) in SYSMON {
                let number = set(categories);
                if event_type.is_empty() {
                    channel.by_id.insert(*id, number);
                } else {
                    channel.by_type.push((event_type, number));
                }
            }
        }
        for (_, id, category) in OTHER.iter().filter(|(of, _, _)| *of == service) {
            let number = set(&[category]);
            if *id == 0 {
                channel.plain = number;
            } else {
                channel.by_id.insert(*id, number);
            }
        }
        channel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_get_all_their_log_sources() {
        let mut table = SourceTable::default();
        let sources = WindowsSources::intern(&mut table);
        let show = |channel: &str, id: u32, event_type: &'static str| {
            let types = std::iter::once(std::borrow::Cow::Borrowed(event_type));
            let (set, special) = sources.look_up(channel, id, types);
            let names: Vec<_> = table.get(set).iter().map(ToString::to_string).collect();
            (names.join(" "), special)
        };
        let sysmon = "Microsoft-Windows-Sysmon/Operational";
        assert_eq!(show(sysmon, 1, "").0, "windows/process_creation/sysmon");
        assert_eq!(
            show(sysmon, 12, "CreateKey").0,
            "windows/registry_add/sysmon windows/registry_event/sysmon"
        );
        assert_eq!(show(sysmon, 12, "INFO").0, "windows/registry_event/sysmon");
        assert_eq!(
            show("SECURITY", 4688, ""),
            ("windows/process_creation/security".to_owned(), Special::ProcessCreation)
        );
        assert_eq!(show("Security", 4624, "").0, "windows/-/security");
        assert_eq!(show("Some/Other", 1, "").0, "windows/-/-");
    }
}
