//! How things are done on each system: commands and places that are there.
//!
//! In: a family. Out: words for whoever does it. Never: a command that the system has not.

use wardwatch_model::Kb;
use wardwatch_model::inventory::SettingName;

use super::{Family, Verification};

/// Switching on the system's own firewall.
pub fn firewall(family: Family) -> &'static str {
    match family {
        Family::Xp | Family::Server2003 => {
            "netsh firewall set opmode mode=ENABLE; open only the ports above: \
             netsh firewall add portopening TCP PORT NAME ENABLE CUSTOM PEER"
        }
        Family::Embedded => {
            "Only the maker can: ask for the firewall to be on, with the ports above"
        }
        _ => {
            "netsh advfirewall set allprofiles state on; one inbound rule for each port above: \
             netsh advfirewall firewall add rule name=NAME dir=in action=allow protocol=TCP \
             localport=PORT remoteip=PEER"
        }
    }
}

/// Closing SMB version 1, and how it is proven when done on the system itself.
pub fn smb_v1(family: Family) -> (&'static str, Option<Verification>) {
    let off = Verification::SettingReported { name: SettingName::SmbV1Server, on: false };
    match family {
        Family::Xp | Family::Server2003 => (
            "This system speaks no other SMB and version 1 cannot be switched off: cut ports 139 \
             and 445 at the segment.",
            None,
        ),
        Family::Vista | Family::Seven | Family::Server2008 => (
            "HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters: SMB1 (DWORD) 0, \
             then restart; cut ports 139 and 445 at the segment meanwhile.",
            Some(off),
        ),
        Family::Eight | Family::LockedTen => (
            "PowerShell: Set-SmbServerConfiguration -EnableSMB1Protocol $false; cut ports 139 and \
             445 at the segment as well.",
            Some(off),
        ),
        Family::Embedded => ("Cut ports 139 and 445 at the segment.", None),
    }
}

/// Taking away what is not needed.
pub fn strip(family: Family) -> &'static str {
    match family {
        Family::Xp | Family::Server2003 => {
            "Services console (services.msc) or: sc config RemoteRegistry start= disabled; the same \
             for Messenger, TlntSvr, Spooler if it never prints. AutoRun off: gpedit.msc, \
             Administrative Templates, System, Turn off Autoplay. No mail, no browsing, no \
             administrator for daily work."
        }
        Family::Embedded => "Remove keyboards and sticks that nobody needs; lock its ports.",
        _ => {
            "services.msc or: sc config RemoteRegistry start= disabled; the same for Spooler if it \
             never prints. AutoRun off: gpedit.msc, Administrative Templates, Windows Components, \
             AutoPlay Policies. No mail, no browsing, no administrator for daily work."
        }
    }
}

/// Where crash reports are switched on.
pub fn crash_reports(family: Family) -> &'static str {
    match family {
        Family::Xp | Family::Server2003 => {
            "System Properties, Advanced, Error Reporting: on, to the organisation's collector"
        }
        Family::Embedded => "Ask the maker for its error log",
        _ => "Group Policy, Windows Error Reporting, Configure Corporate Windows Error Reporting",
    }
}

/// Updates made after the end of support against flaws that worms use, in the order of their days:
/// MS17-010 (May 2017), the SMB update that replaces it (June 2017), BlueKeep (May 2019).
pub fn late_updates(family: Family) -> &'static [Kb] {
    match family {
        Family::Xp | Family::Server2003 => &[Kb(4_012_598), Kb(4_018_466), Kb(4_500_331)],
        Family::Vista => &[Kb(4_012_598)],
        _ => &[],
    }
}

/// Whether `installed` makes `kb` needless: KB4018466 replaces KB4012598.
pub fn covered(kb: Kb, installed: &[Kb]) -> bool {
    installed.contains(&kb) || (kb.0 == 4_012_598 && installed.contains(&Kb(4_018_466)))
}
