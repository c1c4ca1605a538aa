//! The release that a device moves to, and what of it that release does not take.
//!
//! In: a product's name, an inventory, what is known not to run. Out: the target, and what blocks the device.
//! Never: a lack that no report tells of.
//!
//! Sources: Microsoft, "Windows 11 system requirements" (4 GB of memory, 64 GB of disk, TPM 2.0) and "Hardware
//! requirements for Windows Server" (2 GB with a desktop, 32 GB of disk).

use wardwatch_model::inventory::{Hardware, Inventory, Software};
use wardwatch_model::landscape::{Incompatible, IncompatibleKind};

use super::Blocker;

/// MiB of memory that a system of so many GB may not see: graphics take them.
const UNSEEN_MIB: u32 = 512;
/// MiB of a GB as makers of memory count.
const MIB_A_GB: u32 = 1_024;
/// MiB of a GB as makers of disks count.
const DISK_MIB_A_GB: u32 = 953;

/// A release that devices move to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// GB of memory that it asks for.
    memory_gb: u32,
    /// GB of disk.
    disk_gb: u32,
    /// Whether it asks for a security chip, and of which version.
    tpm: Option<u8>,
}

const ELEVEN: Target = Target { name: "Windows 11", memory_gb: 4, disk_gb: 64, tpm: Some(2) };
const SERVER: Target = Target { name: "Windows Server 2025", memory_gb: 2, disk_gb: 32, tpm: None };

impl Target {
    /// Where a device moves that runs a product, by the catalogue's name; none of other systems than Windows.
    pub fn of(product: &str) -> Option<Target> {
        let name = product.to_lowercase();
        let windows = name.contains("windows");
        windows.then_some(if name.contains("server") { SERVER } else { ELEVEN })
    }
}

/// What keeps a device from its target, as far as it is reported, in order.
pub fn blockers(target: Target, inventory: &Inventory, known: &[Incompatible]) -> Vec<Blocker> {
    let mut found = lacks(target, &inventory.hardware);
    for one in known.iter().filter(|one| one.target.eq_ignore_ascii_case(target.name)) {
        let (name, supplier) = (one.name.clone(), one.supplier.clone());
        match one.kind {
            IncompatibleKind::Application => {
                if inventory.software.iter().any(|program| is_one(program, one)) {
                    found.push(Blocker::Application { name, supplier });
                }
            }
            IncompatibleKind::Machine => {
                let model = inventory.hardware.model.as_deref();
                if model.is_some_and(|model| begins(model, &one.name)) {
                    found.push(Blocker::Driver { hardware: name, supplier });
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn lacks(target: Target, hardware: &Hardware) -> Vec<Blocker> {
    let Target { memory_gb, disk_gb, tpm, .. } = target;
    let less = |has: Option<u32>, needed: u32| has.is_some_and(|has| has < needed);
    let mut found = Vec::new();
    if less(hardware.memory_mib, memory_gb * MIB_A_GB - UNSEEN_MIB) {
        found.push(Blocker::Memory { needed_gb: memory_gb });
    }
    if less(hardware.disk_mib, disk_gb * DISK_MIB_A_GB) {
        found.push(Blocker::Disk { needed_gb: disk_gb });
    }
    if let (Some(needed), Some(has)) = (tpm, hardware.tpm)
        && has < needed
    {
        found.push(Blocker::Tpm);
    }
    found
}

/// Whether a program is one that does not run there: by its name, and of a version below the first that does.
/// A version that is not told, or cannot be compared, counts as below.
fn is_one(program: &Software, one: &Incompatible) -> bool {
    let old = match (&one.below, program.version.as_deref()) {
        (None, _) | (_, None) => true,
        (Some(first), Some(version)) => match (numbers(version), numbers(first)) {
            (Some(version), Some(first)) => version < first,
            _ => true,
        },
    };
    old && begins(&program.name, &one.name)
}

/// `7.10.2` as numbers, without noughts at its end; none when it is written otherwise.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let parts: Result<Vec<u64>, _> = version.trim().split('.').map(str::parse).collect();
    let mut parts = parts.ok()?;
    while parts.last() == Some(&0) {
        parts.pop();
    }
    Some(parts)
}

/// Whether a name is another one, or that one and more words.
fn begins(name: &str, with: &str) -> bool {
    let (name, with) = (name.trim().to_lowercase(), with.trim().to_lowercase());
    let rest = name.strip_prefix(&with).filter(|_| !with.is_empty());
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wardwatch_model::Day;
    use wardwatch_model::inventory::ReportKind;

    use super::*;

    fn of(hardware: Hardware) -> Inventory {
        Inventory { hardware, ..Inventory::new(ReportKind::Table) }
    }

    fn known(kind: IncompatibleKind, name: &str, below: Option<&str>) -> Incompatible {
        Incompatible {
            target: "Windows 11".into(),
            kind,
            name: name.into(),
            below: below.map(str::to_owned),
            supplier: Some("Lumen Path".into()),
            day: Day(20_000),
        }
    }

    #[test]
    fn where_systems_move() {
        let name = |product| Target::of(product).map(|target| target.name);
        assert_eq!(name("Windows XP Service Pack 3"), Some("Windows 11"));
        assert_eq!(name("Windows 10 Version 22H2 for x64-based Systems"), Some("Windows 11"));
        assert_eq!(name("Windows Server 2012 R2"), Some("Windows Server 2025"));
        assert_eq!(name("Debian 12"), None);
    }

    #[test]
    fn what_a_machine_lacks_is_told_and_silence_is_no_lack() {
        let small = Hardware {
            memory_mib: Some(2_048),
            disk_mib: Some(61_000),
            tpm: Some(1),
            ..Hardware::default()
        };
        let told = |target, hardware: &Hardware| blockers(target, &of(hardware.clone()), &[]);
        assert_eq!(told(ELEVEN, &Hardware::default()), []);
        assert_eq!(told(ELEVEN, &small), [Blocker::Memory { needed_gb: 4 }, Blocker::Tpm]);
        assert_eq!(told(SERVER, &small), [], "it asks for less");
        let none = Hardware { tpm: Some(0), disk_mib: Some(30_000), ..small };
        let disk = Blocker::Disk { needed_gb: 64 };
        assert_eq!(told(ELEVEN, &none), [disk, Blocker::Memory { needed_gb: 4 }, Blocker::Tpm]);
        // A machine of 4 GB whose graphics take some.
        let fits = Hardware { memory_mib: Some(3_975), tpm: Some(2), ..Hardware::default() };
        assert_eq!(told(ELEVEN, &fits), []);
    }

    #[test]
    fn programs_and_machines_that_do_not_run_there() {
        let list = [
            known(IncompatibleKind::Application, "Path Viewer", Some("7.10")),
            known(IncompatibleKind::Machine, "ZZ Scan 300", None),
        ];
        let blocked = |name: &str, version: Option<&str>, model: &str| {
            let hardware = Hardware { model: Some(model.to_owned()), ..Hardware::default() };
            let program = Software {
                vendor: None,
                name: name.to_owned(),
                version: version.map(str::to_owned),
            };
            blockers(ELEVEN, &Inventory { software: vec![program], ..of(hardware) }, &list)
        };
        let program = |name: &str, version| !blocked(name, version, "").is_empty();
        assert!(program("path viewer (64-bit)", Some("7.9.4")));
        assert!(!program("Path Viewer", Some("7.10")));
        assert!(!program("Path Viewer", Some("7.10.0.0")));
        assert!(!program("Path Viewer 8", Some("8.1")));
        assert!(program("Path Viewer", None), "which version it is is not told");
        assert!(program("Path Viewer", Some("seven")));
        assert!(!program("Path Viewers' Club", Some("1")) && !program("Path", Some("1")));
        let machine = blocked("", None, "ZZ Scan 300 rev B");
        let supplier = Some("Lumen Path".to_owned());
        assert_eq!(machine, [Blocker::Driver { hardware: "ZZ Scan 300".into(), supplier }]);
        assert_eq!(blocked("", None, "ZZ Scan 3000"), []);
    }

    proptest! {
        #[test]
        fn never_panics(name: String, version: String, other: String) {
            let one = known(IncompatibleKind::Application, &other, Some(&version));
            let _ = is_one(&Software { vendor: None, name, version: Some(other) }, &one);
        }
    }
}
