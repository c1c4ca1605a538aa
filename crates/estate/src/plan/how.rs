//! How things are done on each system: commands and places that are there.
//!
//! In: a family. Out: words for whoever does it. Never: a command that the system has not.

use wardwatch_model::Kb;
use wardwatch_model::inventory::SettingName;

use super::{Family, Verification};

/// Letting `inward` in and switching on the system's own firewall, in this order: the other way
/// round care stops in between.
pub fn firewall(family: Family, inward: &str) -> String {
    match family {
        Family::Xp | Family::Server2003 => format!(
            "let in {inward}: netsh firewall add portopening PROTOCOL PORT NAME ENABLE CUSTOM \
             ADDRESS for each, then netsh firewall set opmode mode=ENABLE; what goes outward is \
             not filtered"
        ),
        Family::Embedded => {
            format!("only the maker can: ask for the firewall to be on and to let in {inward}")
        }
        _ => format!(
            "let in {inward}: netsh advfirewall firewall add rule name=NAME dir=in action=allow \
             protocol=PROTOCOL localport=PORT remoteip=ADDRESS for each, then netsh advfirewall \
             set allprofiles state on"
        ),
    }
}

/// Closing SMB version 1 on the system itself, and how that is proven; none where it cannot be.
pub fn smb_v1(family: Family) -> Option<(&'static str, Verification)> {
    let off = Verification::SettingReported { name: SettingName::SmbV1Server, on: false };
    match family {
        Family::Xp | Family::Server2003 | Family::Embedded => None,
        Family::Vista | Family::Seven | Family::Server2008 => Some((
            "HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters: SMB1 (DWORD) 0, \
             then restart",
            off,
        )),
        Family::Eight | Family::LockedTen => {
            Some(("PowerShell: Set-SmbServerConfiguration -EnableSMB1Protocol $false", off))
        }
    }
}

/// Taking away what is not needed.
pub fn strip(family: Family) -> &'static str {
    match family {
        Family::Xp | Family::Server2003 => {
            "services.msc: disable Remote Registry, Messenger, Telnet, and Print Spooler if it never \
             prints. AutoRun off: gpedit.msc, Administrative Templates, System, Turn off Autoplay. \
             No mail, no browsing, no administrator for daily work."
        }
        Family::Embedded => "Remove keyboards and sticks that nobody needs; lock its ports.",
        _ => {
            "services.msc: disable Remote Registry, and Print Spooler if it never prints. AutoRun off: \
             gpedit.msc, Administrative Templates, Windows Components, AutoPlay Policies. No mail, \
             no browsing, no administrator for daily work."
        }
    }
}

/// Where crash reports are switched on.
pub fn crash_reports(family: Family) -> &'static str {
    match family {
        Family::Xp | Family::Server2003 => {
            "Group Policy, Computer Configuration, Administrative Templates, System, Error \
             Reporting, Configure Error Reporting: corporate upload file path, a share of the \
             collector"
        }
        Family::Embedded => "Ask the maker for its error log",
        _ => {
            "Group Policy, Windows Error Reporting, Configure Corporate Windows Error Reporting: \
             the collector, port 1273"
        }
    }
}

/// The port of the collector to which crash reports go: a share, or the port that the policy
/// proposes; none where there is no such policy.
pub fn collector_port(family: Family) -> Option<u16> {
    match family {
        Family::Xp | Family::Server2003 => Some(445),
        Family::Embedded => None,
        _ => Some(1273),
    }
}

/// Late updates against flaws that worms use, in the order of their days: MS17-010 (May 2017), the
/// SMB update that replaces it (June 2017), BlueKeep (May 2019). All were made after the end of
/// support but Vista's: its own for MS17-010 came in March 2017, a month before.
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
