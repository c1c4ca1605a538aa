//! What happens on PC-017 on any afternoon.

use super::service_manager;
use super::{Process, SYSTEM, connection, file_written, name_asked, process, security};
use crate::samples::cast::{DOMAIN, DOMAIN_SID, PC_017, PROXY, RECORDS, SITES, STAFF};
use crate::samples::json::Object;
use crate::samples::moment::Moment;
use crate::samples::random::Random;

/// One event of an ordinary afternoon.
pub fn event(random: &mut Random, at: Moment) -> Object {
    let person = *random.pick(&STAFF);
    match random.between(0, 100) {
        0..25 => everyday_process(random, at, person),
        25..45 => everyday_connection(random, at, person),
        45..60 => everyday_file(random, at, person),
        60..70 => everyday_name(random, at),
        70..82 => logon(random, at, person),
        82..92 => logoff(random, at, person),
        _ => service_state(random, at),
    }
}

/// Programs that staff use, each with the program that starts it.
const PROGRAMS: [(&str, &str, &str); 6] = [
    (
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
        " /n \"C:\\Users\\{person}\\Documents\\Handover.docx\" /o \"\"",
        "C:\\Windows\\explorer.exe",
    ),
    (
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE",
        " \"C:\\Users\\{person}\\Documents\\Rota.xlsx\"",
        "C:\\Windows\\explorer.exe",
    ),
    (
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE",
        "",
        "C:\\Windows\\explorer.exe",
    ),
    ("C:\\Program Files\\Kestrel Records\\Kestrel.exe", " --ward 7", "C:\\Windows\\explorer.exe"),
    (
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
        " --profile-directory=Default",
        "C:\\Windows\\explorer.exe",
    ),
    ("C:\\Windows\\splwow64.exe", " 8192", "C:\\Program Files\\Kestrel Records\\Kestrel.exe"),
];

fn everyday_process(random: &mut Random, at: Moment, person: &str) -> Object {
    if random.chance(30) {
        return system_process(random, at);
    }
    let (image, arguments, parent) = random.pick(&PROGRAMS);
    let command = format!("\"{image}\"{}", arguments.replace("{person}", person));
    let user = format!("{DOMAIN}\\{person}");
    let run = Process { image, command: &command, parent, parent_command: parent, user: &user };
    process(random, at, &run)
}

fn system_process(random: &mut Random, at: Moment) -> Object {
    let commands = [
        "-k netsvcs -p -s Schedule",
        "-k netsvcs -p -s wuauserv",
        "-k LocalService -p -s EventSystem",
    ];
    let image = "C:\\Windows\\System32\\svchost.exe";
    let command = format!("C:\\Windows\\system32\\svchost.exe {}", random.pick(&commands));
    let parent = "C:\\Windows\\System32\\services.exe";
    let parent_command = "C:\\Windows\\system32\\services.exe";
    process(random, at, &Process { image, command: &command, parent, parent_command, user: SYSTEM })
}

fn everyday_connection(random: &mut Random, at: Moment, person: &str) -> Object {
    let user = format!("{DOMAIN}\\{person}");
    let (image, host, port) = match random.between(0, 3) {
        0 => ("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", &PROXY, 8_080),
        1 => ("C:\\Program Files\\Kestrel Records\\Kestrel.exe", &RECORDS, 443),
        _ => ("C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE", &PROXY, 8_080),
    };
    connection(random, at, image, &user, (&host.full_name(), host.address, port))
}

fn everyday_file(random: &mut Random, at: Moment, person: &str) -> Object {
    let (image, _, _) = random.pick(&PROGRAMS[..2]);
    let number = random.between(1, 90);
    let target = format!("C:\\Users\\{person}\\Documents\\Ward 7\\Handover {number}.docx");
    file_written(random, at, image, &format!("{DOMAIN}\\{person}"), &target)
}

fn everyday_name(random: &mut Random, at: Moment) -> Object {
    let (name, address) = *random.pick(&SITES);
    let user = format!("{DOMAIN}\\{}", random.pick(&STAFF));
    let image = "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe";
    name_asked(random, at, image, &user, name, address)
}

fn logon(random: &mut Random, at: Moment, person: &str) -> Object {
    let kind = *random.pick(&[2, 7, 11]);
    security(at, 4624)
        .text("EventType", "AUDIT_SUCCESS")
        .text("SubjectUserSid", "S-1-5-18")
        .text("SubjectUserName", format!("{}$", PC_017.name))
        .text("SubjectDomainName", DOMAIN)
        .text("SubjectLogonId", "0x3e7")
        .text("TargetUserSid", format!("{DOMAIN_SID}-{}", random.between(1_100, 1_900)))
        .text("TargetUserName", person)
        .text("TargetDomainName", DOMAIN)
        .text("TargetLogonId", format!("0x{}", random.hex(5)))
        .number("LogonType", kind)
        .text("LogonProcessName", "User32 ")
        .text("AuthenticationPackageName", "Negotiate")
        .text("WorkstationName", PC_017.name)
        .text("ProcessName", "C:\\Windows\\System32\\svchost.exe")
        .text("IpAddress", "127.0.0.1")
        .text("IpPort", "0")
}

fn logoff(random: &mut Random, at: Moment, person: &str) -> Object {
    security(at, 4634)
        .text("EventType", "AUDIT_SUCCESS")
        .text("TargetUserSid", format!("{DOMAIN_SID}-{}", random.between(1_100, 1_900)))
        .text("TargetUserName", person)
        .text("TargetDomainName", DOMAIN)
        .text("TargetLogonId", format!("0x{}", random.hex(5)))
        .number("LogonType", 2)
}

fn service_state(random: &mut Random, at: Moment) -> Object {
    let service = *random.pick(&[
        "Windows Update",
        "Print Spooler",
        "Background Intelligent Transfer Service",
    ]);
    let state = *random.pick(&["running", "stopped"]);
    service_manager(at, 7036).text("param1", service).text("param2", state)
}
