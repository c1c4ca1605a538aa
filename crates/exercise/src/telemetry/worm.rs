//! An outbreak of a worm like that of May 2017: one device, then its neighbours, then another body.
//!
//! It is told by what devices would log: nothing here can do anything to anybody.

use wardwatch_model::Timestamp;

use super::Record;
use super::cast::{Body, Cast, Member};
use super::dice::Dice;
use super::record::{Draft, SYSTEM, Start};
use super::scene::{Nature, Scene};

/// Seconds of the story at which each body is reached.
const REACHED: [u64; 2] = [180, 300];
/// Seconds in which the number of devices doubles.
const DOUBLING: u64 = 40;
/// Devices of each body at most.
const DEVICES: [usize; 2] = [24, 10];
/// Seconds in which a device that was reached does what the worm does.
const COURSE: u64 = 8;

/// The name that the worm asks for before it spreads.
const KILL_SWITCH: &str = "www.iuqerfsodp9ifjaposdfjhgosurijfaewrwergwea.com";

/// What is true of it.
pub fn scenes(cast: &Cast) -> Vec<Scene> {
    (0..2)
        .map(|which| {
            let body = &cast.bodies[cast.hit[which]];
            Scene {
                name: "worm over old file sharing",
                nature: Nature::Attack,
                org: body.code.clone(),
                from_second: REACHED[which],
                devices: reached(body, which)
                    .into_iter()
                    .map(|device| device.name.clone())
                    .collect(),
            }
        })
        .collect()
}

/// Devices in the order in which they are reached: those that are open to it, or any when none is.
fn reached(body: &Body, which: usize) -> Vec<&Member> {
    let open: Vec<&Member> = body.devices.iter().filter(|device| device.open_to_worm).collect();
    let found = if open.len() < 3 { body.devices.iter().collect() } else { open };
    found.into_iter().take(DEVICES[which]).collect()
}

/// The second in which a device is reached: one at the start, then twice as many each time.
fn second_of(place: usize, start: u64) -> u64 {
    let generation = u64::from((place + 1).ilog2());
    let in_generation = (place + 1) as u64 - (1 << generation);
    start + generation * DOUBLING + in_generation * DOUBLING / (1 << generation)
}

/// What of it happens in one second.
pub fn second(cast: &Cast, second: u64, at: Timestamp, seed: u64, records: &mut Vec<Record>) {
    for (which, start) in REACHED.into_iter().enumerate() {
        let body = &cast.bodies[cast.hit[which]];
        let devices = reached(body, which);
        for (place, device) in devices.iter().enumerate() {
            let Some(step) = second.checked_sub(second_of(place, start)) else { continue };
            if step < COURSE {
                let dice =
                    Dice::new(seed).fork(1_000_000 + (which * 1_000 + place) as u64).fork(step);
                course(body, &devices, place, device, at, step, dice, records);
            }
        }
    }
}

const WORM: &str = "C:\\Windows\\mssecsvc.exe";
const LOCKER: &str = "C:\\Windows\\tasksche.exe";
/// The worm, as the service that spreads it.
const SERVICE: &str = "C:\\Windows\\mssecsvc.exe -m security";

/// The identifier of a process: the same whenever it is asked for.
fn identifier(device: &Member, process: &str) -> String {
    let bytes = device.name.bytes().chain([0]).chain(process.bytes());
    // FNV-1a, 64 bits.
    let seed = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    Dice::new(seed).guid()
}

#[allow(clippy::too_many_arguments, reason = "each is a part of where and when")]
fn course(
    body: &Body,
    devices: &[&Member],
    place: usize,
    device: &Member,
    at: Timestamp,
    step: u64,
    mut dice: Dice,
    records: &mut Vec<Record>,
) {
    let dice = &mut dice;
    let later = |millis: i64| Timestamp { micros: at.micros + millis * 1_000 };
    let services = "C:\\Windows\\System32\\services.exe";
    // A process has the same identifier in all its events; of each program runs one, but for the worm's service.
    let of = |draft: Draft<'_>, process: &str| {
        draft.with("ProcessGuid", identifier(device, process)).done()
    };
    let run = |dice: &mut Dice, millis: i64, image: &str, command: &str, parent: &str| {
        let parent_image = if parent == SERVICE { WORM } else { parent };
        let start = Start { image, command, parent: parent_image, user: SYSTEM };
        let draft = Draft::process(body, device, later(millis), dice, &start)
            .with("ParentProcessGuid", identifier(device, parent));
        of(draft, if command == SERVICE { SERVICE } else { image })
    };
    match step {
        0 => {
            let lsass = "C:\\Windows\\System32\\lsass.exe";
            records.push(of(Draft::file(body, device, later(0), dice, lsass, WORM), lsass));
            records.push(run(dice, 210, WORM, WORM, lsass));
            records.push(of(Draft::name(body, device, later(480), dice, WORM, KILL_SWITCH), WORM));
            let installed = Draft::services(body, device, later(900), 7045)
                .with("ServiceName", "mssecsvc2.0")
                .with("ImagePath", SERVICE)
                .with("ServiceType", "user mode service")
                .with("StartType", "auto start")
                .with("AccountName", "LocalSystem");
            records.push(installed.done());
        }
        1 => {
            records.push(run(dice, 100, WORM, SERVICE, services));
            records.push(of(Draft::file(body, device, later(500), dice, WORM, LOCKER), SERVICE));
            records.push(run(dice, 700, LOCKER, "C:\\Windows\\tasksche.exe /i", SERVICE));
        }
        2..=4 => {
            for near in devices.iter().skip(place + 1).take(6) {
                let to = near.ip.to_string();
                let millis = dice.between(0, 900) as i64;
                let to = (to.as_str(), 445);
                let draft = Draft::connection(body, device, later(millis), dice, WORM, to);
                records.push(of(draft, SERVICE));
            }
        }
        5 => {
            for (millis, image, command) in [
                (0, "C:\\Windows\\System32\\vssadmin.exe", "vssadmin delete shadows /all /quiet"),
                (200, "C:\\Windows\\System32\\wbem\\WMIC.exe", "wmic shadowcopy delete"),
                (
                    400,
                    "C:\\Windows\\System32\\bcdedit.exe",
                    "bcdedit /set {default} recoveryenabled no",
                ),
                (600, "C:\\Windows\\System32\\wbadmin.exe", "wbadmin delete catalog -quiet"),
            ] {
                records.push(run(dice, millis, image, command, LOCKER));
            }
        }
        _ => {
            for millis in [0, 250, 500, 750] {
                let number = dice.between(1, 90);
                let target =
                    format!("C:\\Users\\Public\\Documents\\Ward 7\\Handover {number}.docx.WNCRY");
                let draft = Draft::file(body, device, later(millis), dice, LOCKER, &target);
                records.push(of(draft, LOCKER));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::second_of;

    #[test]
    fn the_number_of_devices_doubles() {
        let seconds: Vec<u64> = (0..15).map(|place| second_of(place, 180)).collect();
        assert_eq!(seconds[..7], [180, 220, 240, 260, 270, 280, 290]);
        let by = |second: u64| seconds.iter().filter(|one| **one < second).count();
        assert_eq!([220, 260, 300, 340].map(by), [1, 3, 7, 15]);
    }
}
