//! How likely things are to occur in ordinary events: guesses that steer speed, never results.
//!
//! In: a run of bytes, or a predicate. Out: a weight; more is more likely.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::predicate::{Compare, Operator, Place, Predicate};

/// Text as it stands in most events of healthy machines; its runs of four are poor witnesses.
const ORDINARY: &[&str] = &[
    r"c:\windows\system32\svchost.exe -k netsvcs -p -s wuauserv",
    r"c:\windows\system32\windowspowershell\v1.0\powershell.exe -noprofile -command ",
    r"c:\windows\syswow64\ c:\windows\explorer.exe c:\windows\servicing\trustedinstaller.exe",
    r"c:\program files\common files\microsoft shared\ c:\program files (x86)\google\chrome\application\chrome.exe",
    r#""c:\windows\system32\cmd.exe" /c "c:\users\administrator\appdata\local\temp\"#,
    r"c:\users\public\documents\ c:\users\user\appdata\roaming\microsoft\windows\start menu\programs\",
    r"c:\programdata\microsoft\windows defender\platform\msmpeng.exe",
    r"hklm\system\currentcontrolset\services\tcpip\parameters\interfaces\{",
    r"hklm\software\microsoft\windows nt\currentversion\ hklm\software\microsoft\windows\currentversion\run\",
    r"hkcu\software\classes\ hku\s-1-5-21-1234567890-1234567890-1234567890-1001\software\",
    r"hklm\software\wow6432node\microsoft\ \registry\machine\system\controlset001\control\",
    r"nt authority\system nt authority\network service nt authority\local service workgroup",
    "microsoft corporation microsoft windows operating system (winbuild.160101.0800) 10.0.",
    "c:\\windows\\system32\\ntdll.dll+9c584|c:\\windows\\system32\\kernelbase.dll+305fe|unknown",
    "sha1=0123456789abcdef,md5=0123456789abcdef,sha256=0123456789abcdef,imphash=0123456789abcdef",
    ".dll .exe .sys .tmp .log .dat .xml .txt .ini .lnk --type=renderer --lang=en-gb",
    "services.exe lsass.exe winlogon.exe wmiprvse.exe taskhostw.exe conhost.exe 0xffffffff rundll32.exe",
    "/usr/bin/ /usr/sbin/ /bin/sh -c /usr/lib/systemd/systemd /etc/ /var/log/ /home/ session opened for user root",
    "function param( $null write-host write-output if (-not ($_. foreach-object { return } [string] system.",
    "2026-11-24t03:05:00.000z 127.0.0.1 10.0.0.1 192.168.0.1 fe80::",
];

/// How often a run of four bytes stands in ordinary text, with a little for common letters.
pub(crate) fn gram_weight(run: &[u8]) -> u64 {
    static COUNTS: OnceLock<FxHashMap<[u8; 4], u64>> = OnceLock::new();
    let counts = COUNTS.get_or_init(|| {
        let mut counts: FxHashMap<[u8; 4], u64> = FxHashMap::default();
        for text in ORDINARY {
            for window in text.as_bytes().windows(4) {
                if let Some(run) = window.first_chunk::<4>() {
                    *counts.entry(*run).or_default() += 40;
                }
            }
        }
        counts
    });
    let known = run.first_chunk::<4>().and_then(|run| counts.get(run)).copied().unwrap_or(0);
    known + run.iter().map(|byte| byte_weight(*byte)).sum::<u64>()
}

fn byte_weight(byte: u8) -> u64 {
    match byte {
        b'e' | b's' | b't' | b'i' | b'o' | b'r' | b'n' | b'a' | b'\\' | b' ' => 4,
        b'c' | b'd' | b'l' | b'm' | b'w' | b'p' | b'.' | b'0'..=b'9' | b'-' => 3,
        b'a'..=b'z' => 2,
        _ => 1,
    }
}

/// Programs that start all the time.
const FREQUENT_PROGRAMS: &[&str] = &[
    "cmd.exe",
    "powershell.exe",
    "svchost.exe",
    "explorer.exe",
    "rundll32.exe",
    "services.exe",
    "conhost.exe",
    "wmiprvse.exe",
    "lsass.exe",
    "msiexec.exe",
    "chrome.exe",
    "regsvr32.exe",
    "reg.exe",
    "net.exe",
    "net1.exe",
    "sc.exe",
    "taskhostw.exe",
    "dllhost.exe",
    "mmc.exe",
    "pwsh.exe",
    "bash",
    "sh",
    "python",
    "systemd",
    "wscript.exe",
    "cscript.exe",
    "schtasks.exe",
];

/// Chance, from 0 to 1 in millionths, that a predicate is true of an event of its log source.
pub(crate) fn predicate_weight(predicate: &Predicate) -> u64 {
    match &predicate.operator {
        Operator::Text { literal, place, .. } => text_weight(literal, *place),
        Operator::Glob { glob, .. } => {
            glob.longest_literal().map_or(900_000, |literal| text_weight(literal, Place::Anywhere))
        }
        Operator::Number(Compare::Equal, _) => 60_000,
        Operator::Number(..) => 600_000,
        _ => 900_000,
    }
}

/// Chance in millionths that a literal stands at a place in a field's text.
pub(crate) fn text_weight(literal: &str, place: Place) -> u64 {
    let name = literal.trim_start_matches(['\\', '/']);
    if FREQUENT_PROGRAMS.contains(&name) {
        return 80_000;
    }
    match (place, literal.len()) {
        (Place::Whole, 0..=5) => 150_000,
        (Place::Whole, _) => 3_000,
        (_, 0..=1) => 900_000,
        (_, 2) => 500_000,
        (_, 3) => 200_000,
        (_, len) => {
            let ordinary = ORDINARY.iter().any(|text| text.contains(literal));
            let rare = 40_000 / len as u64;
            if ordinary { 300_000 + rare } else { rare }
        }
    }
}
