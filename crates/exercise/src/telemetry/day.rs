//! An ordinary day: people log on, open programs, read and write; systems look after themselves.

use wardwatch_model::Timestamp;

use super::Record;
use super::cast::{Body, Cast, Member};
use super::dice::Dice;
use super::record::{Draft, SYSTEM, Start};

/// Programs that staff use, with what stands behind them in a command line.
const PROGRAMS: [(&str, &str); 5] = [
    ("C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE", " /n \"Handover.docx\""),
    ("C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE", " \"Rota.xlsx\""),
    ("C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE", ""),
    ("C:\\Program Files\\Kestrel Records\\Kestrel.exe", " --ward 7"),
    ("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", " --profile-directory=Default"),
];

/// Outside names that staff use.
const SITES: [&str; 4] =
    ["www.bulletin.example", "formulary.example", "learning.example", "updates.vendor.example"];

/// So many records of a second, over all bodies by how large they are.
pub fn second(cast: &Cast, at: Timestamp, mut dice: Dice, count: u32) -> Vec<Record> {
    let all: u64 = cast.bodies.iter().map(|body| body.devices.len() as u64).sum();
    let mut records = Vec::new();
    for _ in 0..count {
        let mut place = dice.between(0, all);
        for body in &cast.bodies {
            let size = body.devices.len() as u64;
            if place < size {
                let time = Timestamp { micros: at.micros + dice.between(0, 1_000) as i64 * 1_000 };
                let person = dice.pick(&cast.staff).cloned().unwrap_or_default();
                if let Some(device) = body.devices.get(place as usize) {
                    records.push(ordinary(body, device, time, &mut dice, &person));
                }
                break;
            }
            place -= size;
        }
    }
    records
}

fn ordinary(
    body: &Body,
    device: &Member,
    time: Timestamp,
    dice: &mut Dice,
    person: &str,
) -> Record {
    let user = format!("{}\\{person}", body.domain());
    let (image, behind) = dice.pick(&PROGRAMS).copied().unwrap_or(PROGRAMS[0]);
    match dice.between(0, 100) {
        0..25 => {
            let command = format!("\"{image}\"{behind}");
            let parent = "C:\\Windows\\explorer.exe";
            let start = Start { image, command: &command, parent, user: &user };
            Draft::process(body, device, time, dice, &start).done()
        }
        25..40 => {
            let image = "C:\\Windows\\System32\\svchost.exe";
            let command = "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule";
            let parent = "C:\\Windows\\System32\\services.exe";
            let start = Start { image, command, parent, user: SYSTEM };
            Draft::process(body, device, time, dice, &start).done()
        }
        40..55 => Draft::connection(body, device, time, dice, image, ("10.0.0.20", 8_080)).done(),
        55..65 => {
            let number = dice.between(1, 90);
            let target = format!("C:\\Users\\{person}\\Documents\\Ward 7\\Handover {number}.docx");
            Draft::file(body, device, time, dice, image, &target).done()
        }
        65..75 => {
            let site = dice.pick(&SITES).copied().unwrap_or(SITES[0]);
            Draft::name(body, device, time, dice, image, site).done()
        }
        75..90 => Draft::security(body, device, time, 4624)
            .with("SubjectUserSid", "S-1-5-18")
            .with("TargetUserName", person)
            .with("TargetDomainName", body.domain())
            .with("LogonType", 2)
            .with("AuthenticationPackageName", "Negotiate")
            .with("WorkstationName", device.name.as_str())
            .with("IpAddress", "127.0.0.1")
            .done(),
        90..96 => Draft::security(body, device, time, 4634)
            .with("TargetUserName", person)
            .with("TargetDomainName", body.domain())
            .with("LogonType", 2)
            .done(),
        _ => Draft::services(body, device, time, 7036)
            .with("param1", "Windows Update")
            .with("param2", "running")
            .done(),
    }
}
