//! Programs that every Windows has: their hash is no trace of anybody.
//!
//! In: an event. Out: whether its file is one of them, by folder and name. Never: a guess; a
//! program of the same name elsewhere counts as a stranger.

use wardwatch_model::Event;

/// Fields that name the file whose hash an event holds; the first that is there counts.
const FILES: [&str; 4] = ["ImageLoaded", "TargetFilename", "Image", "process.executable"];
/// Where Windows keeps them.
const FOLDERS: [&str; 4] = [
    r"\windows\system32",
    r"\windows\syswow64",
    r"\windows\system32\wbem",
    r"\windows\system32\windowspowershell\v1.0",
];
/// Those that attacks, and everybody else, use most.
const PROGRAMS: [&str; 72] = [
    "arp",
    "at",
    "attrib",
    "auditpol",
    "bcdedit",
    "bitsadmin",
    "certutil",
    "cipher",
    "cmd",
    "cmdkey",
    "cmstp",
    "conhost",
    "consent",
    "control",
    "cscript",
    "csrss",
    "curl",
    "dism",
    "dllhost",
    "dsquery",
    "esentutl",
    "expand",
    "findstr",
    "forfiles",
    "fsutil",
    "ftp",
    "gpresult",
    "gpupdate",
    "hostname",
    "icacls",
    "ipconfig",
    "klist",
    "lsass",
    "mmc",
    "mshta",
    "msiexec",
    "net",
    "net1",
    "netsh",
    "netstat",
    "nltest",
    "nslookup",
    "odbcconf",
    "ping",
    "powershell",
    "quser",
    "reg",
    "regsvr32",
    "robocopy",
    "rundll32",
    "sc",
    "schtasks",
    "services",
    "setspn",
    "shutdown",
    "svchost",
    "systeminfo",
    "takeown",
    "tar",
    "taskhostw",
    "taskkill",
    "tasklist",
    "userinit",
    "vssadmin",
    "wbadmin",
    "werfault",
    "wevtutil",
    "whoami",
    "winlogon",
    "wmic",
    "wmiprvse",
    "wscript",
];

/// Whether the file that the event's hashes are of belongs to every Windows.
pub(super) fn is_of_windows(event: &Event<'_>) -> bool {
    let Some(path) = FILES.iter().find_map(|name| event.get(name)) else { return false };
    let path = path.text().to_ascii_lowercase();
    let Some((folder, file)) = path.rsplit_once('\\') else { return false };
    let below_drive = folder.get(2..).unwrap_or_default();
    let Some(program) = file.strip_suffix(".exe") else { return false };
    folder.get(1..2) == Some(":")
        && FOLDERS.contains(&below_drive)
        && PROGRAMS.binary_search(&program).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        assert!(PROGRAMS.is_sorted());
    }
}
