//! Settings in the registry that close a way in, or leave it open.
//!
//! In: keys. Out: settings, each with the value that says so; a policy counts before the setting
//! that it overrides. Never: a default for a value that the report has not.

use wardwatch_model::inventory::{Inventory, Setting, SettingName};

use super::super::limits::doubt;
use super::source::Key;

/// Whether a number means on.
type On = fn(u64) -> bool;

/// How a path ends, the value's name, what it sets, when that is on. The first that is there
/// counts.
const TABLE: [(&str, &str, SettingName, On); 8] = [
    (r"\services\lanmanserver\parameters", "SMB1", SettingName::SmbV1Server, |number| number != 0),
    (r"\services\mrxsmb10", "Start", SettingName::SmbV1Client, |start| start != DISABLED),
    (
        r"\policies\microsoft\windows nt\terminal services",
        "fDenyTSConnections",
        SettingName::RemoteDesktop,
        |denied| denied == 0,
    ),
    (r"\control\terminal server", "fDenyTSConnections", SettingName::RemoteDesktop, |denied| {
        denied == 0
    }),
    (
        r"\policies\microsoft\windows nt\terminal services",
        "UserAuthentication",
        SettingName::NetworkLevelAuthentication,
        |asked| asked != 0,
    ),
    (
        r"\winstations\rdp-tcp",
        "UserAuthentication",
        SettingName::NetworkLevelAuthentication,
        |asked| asked != 0,
    ),
    (r"\services\spooler", "Start", SettingName::PrintSpooler, |start| start != DISABLED),
    (
        r"\windows\currentversion\policies\explorer",
        "NoDriveTypeAutoRun",
        SettingName::AutoRun,
        |drives| drives & EVERY_DRIVE != EVERY_DRIVE,
    ),
];
/// A service's start: never.
const DISABLED: u64 = 4;
/// All kinds of drives.
const EVERY_DRIVE: u64 = 0xff;
/// Profiles of the firewall, the name of Windows XP for two of them last.
const PROFILES: [&str; 4] = ["domainprofile", "publicprofile", "privateprofile", "standardprofile"];

/// Adds what the keys set.
pub(super) fn read(keys: &[Key], inventory: &mut Inventory) {
    for (place, name, setting, on) in &TABLE {
        let known = inventory.settings.iter().any(|known| known.name == *setting);
        let mut there = keys.iter().filter(|key| key.path.ends_with(place) && !known);
        let Some((key, number)) = there.find_map(|key| Some((key, key.number(name)?))) else {
            continue;
        };
        inventory.settings.push(Setting {
            name: setting.clone(),
            on: on(number),
            evidence: evidence(key, name, number),
        });
    }
    firewall(keys, inventory);
}

/// The firewall is on when every profile told of says so; one profile alone proves nothing.
fn firewall(keys: &[Key], inventory: &mut Inventory) {
    let told = |place: &str, profile: &str| {
        let path = format!(r"{place}\{profile}");
        let key = keys.iter().find(|key| key.path.ends_with(&path))?;
        key.number("EnableFirewall").map(|number| (number, evidence(key, "EnableFirewall", number)))
    };
    let profiles = PROFILES.iter().filter_map(|profile| {
        told(r"\policies\microsoft\windowsfirewall", profile)
            .or_else(|| told(r"\parameters\firewallpolicy", profile))
    });
    let (numbers, told): (Vec<u64>, Vec<String>) = profiles.unzip();
    let on = numbers.iter().all(|&number| number != 0);
    match numbers.len() {
        0 => {}
        1 if on => {
            let text = format!("only one profile of the firewall is told of: {}", told[0]);
            doubt(&mut inventory.doubts, text);
        }
        _ => inventory.settings.push(Setting {
            name: SettingName::Firewall,
            on,
            evidence: told.join("; "),
        }),
    }
}

/// `LanmanServer\Parameters SMB1 = 0`.
fn evidence(key: &Key, name: &str, number: u64) -> String {
    let parts: Vec<&str> = key.written.rsplitn(3, '\\').take(2).collect();
    let above = parts.get(1).copied().unwrap_or_default();
    format!(r"{above}\{} {name} = {number}", key.name())
}
