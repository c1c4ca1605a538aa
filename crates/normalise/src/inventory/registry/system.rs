//! The system and the host's name in the registry.
//!
//! In: keys. Out: those fields of the inventory. Builds decide between Windows 10 and 11, which
//! name themselves alike here. Never: a version made of a part that the report has not.

use wardwatch_model::Build;
use wardwatch_model::inventory::{Architecture, Inventory, SystemClaim};

use super::super::limits::{doubt, some};
use super::super::system_name;
use super::source::Key;

/// The first build of Windows 11, which still calls itself Windows 10 in the registry.
const ELEVEN: u32 = 22000;
/// A key with so many values was listed as a whole: a service pack that is not there is none.
const WHOLE_KEY: usize = 6;

/// Fills in the system and the host.
pub(super) fn read(keys: &[Key], inventory: &mut Inventory) {
    let named = |ends: &str| keys.iter().find(|key| key.path.ends_with(ends));
    let current = named(r"\microsoft\windows nt\currentversion");
    let system = &mut inventory.system;
    if let Some(key) = current {
        claim(key, system);
    }
    let environment = named(r"\control\session manager\environment");
    let processor = environment.and_then(|key| key.text("PROCESSOR_ARCHITECTURE"));
    system.architecture = processor.and_then(|word| architecture(&word)).or(system.architecture);
    let product = named(r"\control\productoptions").and_then(|key| key.text("ProductType"));
    system.server = system.server.or(product.map(|product| !product.eq_ignore_ascii_case("WinNT")));
    system_name::describe(system);
    inventory.host = [
        (r"\control\computername\activecomputername", "ComputerName"),
        (r"\control\computername\computername", "ComputerName"),
        (r"\services\tcpip\parameters", "Hostname"),
    ]
    .iter()
    .find_map(|(key, value)| named(key)?.text(value).and_then(|name| some(&name)));
    if current.is_some() && inventory.system.version.is_none() {
        doubt(&mut inventory.doubts, r"Windows NT\CurrentVersion has no whole version");
    }
}

fn claim(key: &Key, system: &mut SystemClaim) {
    let text = |name: &str| key.text(name).and_then(|text| some(&text));
    system.version = version(key);
    system.name = text("ProductName").map(|name| match system.version {
        Some(Build([10, 0, build, _])) if build >= ELEVEN && !name.contains("Server") => {
            name.replacen("Windows 10", "Windows 11", 1)
        }
        _ => name,
    });
    system.service_pack = match text("CSDVersion") {
        Some(pack) => pack.rsplit(' ').next().and_then(|number| number.parse().ok()),
        None if key.len() >= WHOLE_KEY => Some(0),
        None => None,
    };
    system.release = text("DisplayVersion").or_else(|| text("ReleaseId"));
    system.edition = text("EditionID");
    if let Some(kind) = text("InstallationType").map(|kind| kind.to_lowercase()) {
        let server = kind.contains("server");
        system.server = (server || kind == "client").then_some(server);
        system.core = server.then_some(kind != "server");
    }
    let label = text("BuildLabEx").or_else(|| text("BuildLab")).unwrap_or_default();
    system.architecture = label.split('.').find_map(architecture);
}

/// Windows 10 and later have their first numbers apart, and still write 6.3 where older ones do.
fn version(key: &Key) -> Option<Build> {
    let number = |name: &str| key.number(name).and_then(|number| u32::try_from(number).ok());
    let build = number("CurrentBuildNumber").or_else(|| number("CurrentBuild"))?;
    let first = match (number("CurrentMajorVersionNumber"), number("CurrentMinorVersionNumber")) {
        (Some(major), minor) => [major, minor.unwrap_or(0)],
        (None, _) => {
            let told = Build::parse(&key.text("CurrentVersion")?)?;
            match told.0 {
                // The two apart were not asked for; no build of 6.3 is as high.
                [6, 3, ..] if build > 9600 => [10, 0],
                [major, minor, ..] => [major, minor],
            }
        }
    };
    Some(Build([first[0], first[1], build, number("UBR").unwrap_or(0)]))
}

/// `AMD64`, `amd64fre`, `x86fre`.
fn architecture(word: &str) -> Option<Architecture> {
    let word = word.to_ascii_lowercase();
    match word.strip_suffix("fre").or(word.strip_suffix("chk")).unwrap_or(&word) {
        "amd64" | "x64" => Some(Architecture::X64),
        "x86" | "i386" => Some(Architecture::X86),
        "ia64" => Some(Architecture::Ia64),
        "arm64" => Some(Architecture::Arm64),
        _ => None,
    }
}
