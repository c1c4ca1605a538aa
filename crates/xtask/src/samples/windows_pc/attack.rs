//! What the worm does on PC-017: it arrives, spreads, encrypts, and clears the log.

use super::{Process, SYSTEM, connection, event, file_written, name_asked, process, security};
use super::{service_manager, sysmon};
use crate::samples::cast::{
    CONTROLLER, DOMAIN, FILES, KILL_SWITCH, PC_017, PC_031, STAFF, WARD_PCS,
};
use crate::samples::json::Object;
use crate::samples::random::Random;
use crate::samples::story;
use crate::samples::timeline::Timeline;

/// The worm's arrival, its spreading, the encryption, and the clearing of the log.
pub fn push(timeline: &mut Timeline<Object>, random: &mut Random) {
    arrival(timeline, random);
    spreading(timeline, random);
    encryption(timeline, random);
    let cleared = event(story::LOG_CLEARED, "Security", "Microsoft-Windows-Eventlog", 1102)
        .text("SubjectUserSid", "S-1-5-18")
        .text("SubjectUserName", format!("{}$", PC_017.name))
        .text("SubjectDomainName", DOMAIN)
        .text("SubjectLogonId", "0x3e7");
    timeline.push(story::LOG_CLEARED, cleared);
}

fn arrival(timeline: &mut Timeline<Object>, random: &mut Random) {
    let start = story::WORM_ARRIVES;
    let worm = "C:\\Windows\\mssecsvc.exe";

    let image = "C:\\Windows\\System32\\lsass.exe";
    let dropped = file_written(random, start, image, SYSTEM, worm);
    timeline.push(start, dropped);

    let at = start.plus_ms(210);
    let (parent, parent_command) = (image, "C:\\Windows\\system32\\lsass.exe");
    let first = Process { image: worm, command: worm, parent, parent_command, user: SYSTEM };
    timeline.push(at, process(random, at, &first));

    let at = start.plus_ms(480);
    timeline.push(at, name_asked(random, at, worm, SYSTEM, KILL_SWITCH, ""));

    let at = start.plus_ms(900);
    let installed = service_manager(at, 7045)
        .text("ServiceName", "mssecsvc2.0")
        .text("ImagePath", "C:\\Windows\\mssecsvc.exe -m security")
        .text("ServiceType", "user mode service")
        .text("StartType", "auto start")
        .text("AccountName", "LocalSystem");
    timeline.push(at, installed);

    let at = start.plus_ms(1_400);
    let services = "C:\\Windows\\System32\\services.exe";
    let service = Process {
        image: worm,
        command: "C:\\Windows\\mssecsvc.exe -m security",
        parent: services,
        parent_command: "C:\\Windows\\system32\\services.exe",
        user: SYSTEM,
    };
    timeline.push(at, process(random, at, &service));

    let at = start.plus_ms(2_100);
    let locker = "C:\\Windows\\tasksche.exe";
    timeline.push(at, file_written(random, at, worm, SYSTEM, locker));

    let at = start.plus_ms(2_600);
    let command = "C:\\Windows\\tasksche.exe /i";
    let lock = Process { image: locker, command, parent: worm, parent_command: worm, user: SYSTEM };
    timeline.push(at, process(random, at, &lock));

    let at = start.plus_ms(3_300);
    let from = security(at, 4624)
        .text("EventType", "AUDIT_SUCCESS")
        .text("SubjectUserSid", "S-1-0-0")
        .text("SubjectUserName", "-")
        .text("TargetUserSid", "S-1-5-7")
        .text("TargetUserName", "ANONYMOUS LOGON")
        .text("TargetDomainName", "NT AUTHORITY")
        .number("LogonType", 3)
        .text("LogonProcessName", "NtLmSsp ")
        .text("AuthenticationPackageName", "NTLM")
        .text("LmPackageName", "NTLM V1")
        .text("WorkstationName", PC_031.name)
        .text("IpAddress", PC_031.address)
        .number("IpPort", random.client_port());
    timeline.push(at, from);

    let at = start.plus_ms(6_000);
    let blinded = event(
        at,
        "Microsoft-Windows-Windows Defender/Operational",
        "Microsoft-Windows-Windows Defender",
        5001,
    )
    .text("Product Name", "Microsoft Defender Antivirus")
    .text("Product Version", "4.18.25090.3009");
    timeline.push(at, blinded);
}

fn spreading(timeline: &mut Timeline<Object>, random: &mut Random) {
    let worm = "C:\\Windows\\mssecsvc.exe";
    let targets = WARD_PCS.iter().chain([&FILES, &CONTROLLER]);
    for (step, host) in (0..).zip(targets) {
        let at = story::WORM_SPREADS.plus_ms(step * 350);
        let to = (host.full_name(), host.address, 445);
        timeline.push(at, connection(random, at, worm, SYSTEM, (&to.0, to.1, to.2)));
    }
}

/// Commands that the ransomware runs, with the program that runs each.
const COMMANDS: [(&str, &str); 8] = [
    ("C:\\Windows\\SysWOW64\\attrib.exe", "attrib +h ."),
    ("C:\\Windows\\SysWOW64\\icacls.exe", "icacls . /grant Everyone:F /T /C /Q"),
    ("C:\\Windows\\SysWOW64\\taskkill.exe", "taskkill.exe /f /im sqlserver.exe"),
    (
        "C:\\Windows\\SysWOW64\\cmd.exe",
        "cmd.exe /c vssadmin delete shadows /all /quiet & wmic shadowcopy delete & bcdedit /set {default} bootstatuspolicy ignoreallfailures & bcdedit /set {default} recoveryenabled no & wbadmin delete catalog -quiet",
    ),
    ("C:\\Windows\\System32\\vssadmin.exe", "vssadmin delete shadows /all /quiet"),
    ("C:\\Windows\\System32\\wbem\\WMIC.exe", "wmic shadowcopy delete"),
    ("C:\\Windows\\System32\\bcdedit.exe", "bcdedit /set {default} recoveryenabled no"),
    ("C:\\Windows\\System32\\wbadmin.exe", "wbadmin delete catalog -quiet"),
];

fn encryption(timeline: &mut Timeline<Object>, random: &mut Random) {
    let locker = "C:\\Windows\\tasksche.exe";
    for (step, (image, command)) in (0..).zip(COMMANDS) {
        let at = story::FILES_ENCRYPTED.plus_ms(step * 800);
        let (parent, parent_command) = (locker, "C:\\Windows\\tasksche.exe /i");
        let run = Process { image, command, parent, parent_command, user: SYSTEM };
        timeline.push(at, process(random, at, &run));
    }
    let at = story::FILES_ENCRYPTED.plus_ms(7_000);
    let autostart = sysmon(at, 13)
        .text("EventType", "SetValue")
        .text("ProcessGuid", format!("{{{}}}", random.guid()))
        .number("ProcessId", random.between(1_000, 16_000) & !3)
        .text("Image", "C:\\Windows\\SysWOW64\\reg.exe")
        .text(
            "TargetObject",
            "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\zqfjrvmyhw318",
        )
        .text("Details", "\"C:\\Windows\\tasksche.exe\"")
        .text("User", SYSTEM);
    timeline.push(at, autostart);

    for step in 0..12 {
        let at = story::FILES_ENCRYPTED.plus_ms(8_000 + step * 240);
        let person = *random.pick(&STAFF);
        let number = random.between(1, 90);
        let target =
            format!("C:\\Users\\{person}\\Documents\\Ward 7\\Handover {number}.docx.WNCRY");
        timeline.push(at, file_written(random, at, locker, SYSTEM, &target));
    }
    let at = story::FILES_ENCRYPTED.plus_ms(11_500);
    let note = "C:\\Users\\Public\\Desktop\\@Please_Read_Me@.txt";
    timeline.push(at, file_written(random, at, locker, SYSTEM, note));
}
