//! What a made-up device is built of, and which made-up programs are on it: what blocks a newer release.
//!
//! In: a device. Out: hardware and programs, told by its name alone, so that they are the same wherever it is made;
//! and a list of what does not run on newer releases, as a centre would keep it. Never: a real product.

use wardwatch_model::inventory::{Hardware, Software};

use super::device::{Class, Device};

/// What does not run on newer releases, in the form of the feed `compatibility`.
pub const COMPATIBILITY: &str = "target,kind,name,below,supplier,day\n\
    Windows 11,application,ZZ Path Viewer,7.10,Lumen Path,2026-03-31\n\
    Windows 11,machine,ZZ Scan 300,,Lumen Imaging,2026-04-14\n\
    Windows Server 2025,application,ZZ Bed Board,4.0,Amber Software,2026-05-20\n";

/// MiB of a GB of memory.
const GB: u32 = 1_024;
/// MiB of a GB as makers of disks count.
const DISK_GB: u32 = 953;
/// The first build of a client that asks for a security chip of version 2.
const ELEVEN: [u32; 3] = [10, 0, 22_000];

/// A number from 0 to 99 of a device's own, for a question.
fn of_hundred(device: &Device, question: u8) -> u64 {
    // FNV-1a, 64 bits; its low bits alone are too alike for names that differ in a digit.
    let hash =
        device.name.bytes().chain([question]).fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
    (hash >> 33) % 100
}

/// What it is built of.
pub fn hardware(device: &Device) -> Hardware {
    let eleven = device.build.is_some_and(|build| build.branch() >= ELEVEN);
    let (memory, disk) = match device.class {
        Class::Server => (if of_hundred(device, 1) < 10 { 8 } else { 32 }, 500),
        Class::MedicalWorkstation | Class::Kiosk => {
            (if of_hundred(device, 1) < 40 { 2 } else { 4 }, 120)
        }
        Class::ThinClient | Class::CareTablet => {
            (4, if of_hundred(device, 2) < 30 { 32 } else { 128 })
        }
        _ => (
            match of_hundred(device, 1) {
                0..8 => 2,
                8..40 => 4,
                _ => 16,
            },
            256,
        ),
    };
    // What runs Windows 11 already has what it asks for.
    let (memory, disk) = if eleven { (memory.max(4), disk.max(128)) } else { (memory, disk) };
    let tpm = match (device.class, eleven, of_hundred(device, 3)) {
        (Class::Server, ..) => None,
        (_, true, _) => Some(2),
        (_, false, 0..30) => Some(1),
        (_, false, 30..40) => Some(0),
        (_, false, _) => Some(2),
    };
    let model = match device.class {
        Class::MedicalWorkstation if of_hundred(device, 4) < 35 => "ZZ Scan 300",
        Class::MedicalWorkstation => "ZZ Lab 20",
        Class::Server => "ZZ Rack 2",
        _ => "ZZ Desk 5",
    };
    Hardware {
        model: Some(model.to_owned()),
        memory_mib: Some(memory * GB),
        disk_mib: Some(disk * DISK_GB),
        tpm,
    }
}

/// Programs that are on it, of those that a list speaks of.
pub fn software(device: &Device) -> Vec<Software> {
    let program = |name: &str, version: &str| {
        vec![Software { vendor: None, name: name.to_owned(), version: Some(version.to_owned()) }]
    };
    match (device.class, of_hundred(device, 5)) {
        (Class::ClinicPc, 0..9) => program("ZZ Path Viewer", "7.9.4"),
        (Class::ClinicPc, 9..20) => program("ZZ Path Viewer", "7.10.2"),
        (Class::Server, 0..15) => program("ZZ Bed Board", "3.6"),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::{Scale, Scenario, Sector};

    #[test]
    fn what_runs_windows_11_has_what_it_asks_for_and_others_are_mixed() {
        let sector = Sector::new(Scenario::Y2026, Scale::Demo, 20_170_512);
        let (mut small, mut old_chip, mut blocked) = (0, 0, 0);
        for org in &sector.organisations {
            for device in sector.devices(org) {
                let built = hardware(&device);
                assert_eq!(built, hardware(&device));
                if device.build.is_some_and(|build| build.branch() >= ELEVEN)
                    && device.class != Class::Server
                {
                    assert!(built.tpm == Some(2) && built.memory_mib >= Some(4 * GB), "{device:?}");
                }
                small += u32::from(built.memory_mib < Some(4 * GB));
                old_chip += u32::from(built.tpm < Some(2) && built.tpm.is_some());
                blocked += u32::from(
                    software(&device).iter().any(|one| one.version.as_deref() == Some("7.9.4")),
                );
            }
        }
        assert!(small > 0 && old_chip > 0 && blocked > 0, "{small} {old_chip} {blocked}");
    }
}
