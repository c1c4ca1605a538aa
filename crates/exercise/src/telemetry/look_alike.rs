//! What looks like an attack and is none: a scan for vulnerabilities, a transfer of many pictures, a
//! script of the IT department. Who cries wolf at these is switched off.

use wardwatch_model::Timestamp;

use super::Record;
use super::cast::{Body, Cast, Member};
use super::dice::Dice;
use super::record::{Draft, SYSTEM, Start};
use super::scene::{Nature, Scene};
use crate::estate::Class;

/// Seconds of the story at which each begins, and how long it lasts.
const SCAN: (u64, u64) = (45, 60);
const PICTURES: (u64, u64) = (80, 60);
const SCRIPT: (u64, u64) = (115, 40);

/// The address of the council's scanner, which belongs to no device.
const SCANNER: &str = "10.255.0.9";
/// Devices of each.
const DEVICES: usize = 30;

/// What is true of them.
pub fn scenes(cast: &Cast) -> Vec<Scene> {
    let scene = |name, body: &Body, from_second, devices: Vec<&Member>| Scene {
        name,
        nature: Nature::LooksLikeOne,
        org: body.code.clone(),
        from_second,
        devices: devices.into_iter().map(|device| device.name.clone()).collect(),
    };
    let [first, second] = cast.hit.map(|place| &cast.bodies[place]);
    vec![
        scene("vulnerability scan", second, SCAN.0, scanned(second)),
        scene("mass transfer of pictures", first, PICTURES.0, imaging(first)),
        scene("deployment by script", first, SCRIPT.0, scripted(first)),
    ]
}

fn scanned(body: &Body) -> Vec<&Member> {
    body.devices.iter().rev().take(DEVICES).collect()
}

fn imaging(body: &Body) -> Vec<&Member> {
    let found: Vec<&Member> = body.of_class(Class::MedicalWorkstation).take(4).collect();
    if found.is_empty() { body.devices.iter().take(2).collect() } else { found }
}

fn scripted(body: &Body) -> Vec<&Member> {
    body.of_class(Class::ClinicPc).filter(|device| !device.open_to_worm).take(DEVICES).collect()
}

/// What of them happens in one second.
pub fn second(cast: &Cast, second: u64, at: Timestamp, mut dice: Dice, records: &mut Vec<Record>) {
    let [first, other] = cast.hit.map(|place| &cast.bodies[place]);
    if let Some(step) = within(SCAN, second) {
        for device in share(&scanned(other), step, SCAN.1) {
            scan(other, device, at, records);
        }
    }
    if within(PICTURES, second).is_some() {
        for device in imaging(first) {
            picture(first, device, at, &mut dice, records);
        }
    }
    if let Some(step) = within(SCRIPT, second) {
        for device in share(&scripted(first), step, SCRIPT.1) {
            script(first, device, at, &mut dice, records);
        }
    }
}

fn within((from, length): (u64, u64), second: u64) -> Option<u64> {
    (from..from + length).contains(&second).then(|| second - from)
}

/// The devices whose turn it is in a step of so many.
fn share<'d>(devices: &[&'d Member], step: u64, steps: u64) -> Vec<&'d Member> {
    let count = devices.len() as u64;
    let (from, until) = (count * step / steps, count * (step + 1) / steps);
    devices.iter().skip(from as usize).take((until - from) as usize).copied().collect()
}

fn scan(body: &Body, device: &Member, at: Timestamp, records: &mut Vec<Record>) {
    for (step, port) in [22, 80, 135, 139, 443, 445, 3_389, 5_985].into_iter().enumerate() {
        let time = Timestamp { micros: at.micros + step as i64 * 40_000 };
        let allowed = Draft::security(body, device, time, 5156)
            .with("Direction", "%%14592")
            .with("SourceAddress", SCANNER)
            .with("SourcePort", 40_000 + step as u64)
            .with("DestAddress", device.ip.to_string())
            .with("DestPort", port)
            .with("Protocol", "6");
        records.push(allowed.done());
    }
    let time = Timestamp { micros: at.micros + 400_000 };
    let logon = Draft::security(body, device, time, 4624)
        .with("TargetUserName", "svc.scan")
        .with("TargetDomainName", body.domain())
        .with("LogonType", 3)
        .with("AuthenticationPackageName", "Kerberos")
        .with("IpAddress", SCANNER);
    records.push(logon.done());
}

fn picture(
    body: &Body,
    device: &Member,
    at: Timestamp,
    dice: &mut Dice,
    records: &mut Vec<Record>,
) {
    let image = "C:\\Program Files\\Lumen Imaging\\Send.exe";
    for step in 0..4 {
        let time = Timestamp { micros: at.micros + step * 200_000 };
        records
            .push(Draft::connection(body, device, time, dice, image, ("10.0.0.40", 11_112)).done());
        let target = format!("D:\\Pictures\\{}\\{}.dcm", dice.between(1, 400), dice.hex(12));
        records.push(Draft::file(body, device, time, dice, image, &target).done());
    }
}

fn script(body: &Body, device: &Member, at: Timestamp, dice: &mut Dice, records: &mut Vec<Record>) {
    let power = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
    let agent = "C:\\Windows\\CCM\\CcmExec.exe";
    let share = format!("\\\\{}-deploy\\packages\\kestrel", body.domain().to_lowercase());
    let starts = [
        (power, format!("powershell.exe -NoProfile -File {share}\\update-kestrel.ps1"), agent),
        (
            "C:\\Windows\\System32\\msiexec.exe",
            format!("msiexec.exe /i {share}\\kestrel.msi /qn /norestart"),
            power,
        ),
    ];
    for (step, (image, command, parent)) in starts.iter().enumerate() {
        let time = Timestamp { micros: at.micros + step as i64 * 300_000 };
        let start = Start { image, command, parent, user: SYSTEM };
        records.push(Draft::process(body, device, time, dice, &start).done());
    }
    let time = Timestamp { micros: at.micros + 800_000 };
    let installed = Draft::services(body, device, time, 7045)
        .with("ServiceName", "Kestrel Update Service")
        .with("ImagePath", "\"C:\\Program Files\\Kestrel Records\\Update.exe\"")
        .with("ServiceType", "user mode service")
        .with("StartType", "auto start")
        .with("AccountName", "LocalSystem");
    records.push(installed.done());
}
