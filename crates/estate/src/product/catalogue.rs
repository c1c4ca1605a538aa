//! Facts to names of Microsoft's catalogue, and such names back to facts.
//!
//! In: facts. Out: the catalogue's names for what they leave open, the usual spelling first. The
//! names and their spellings are those of the catalogue itself, up to 2026-06.

use wardwatch_model::inventory::Architecture;

use super::builds::releases;
use super::family::{Facts, Family};
use super::name;

use Architecture::{Arm64, Ia64, X64, X86};
use Family::{
    Eight, EightOne, Eleven, Rt, Rt81, Server2003, Server2008, Server2008R2, Server2022,
    ServerAnnual, Seven, Ten, Vista, Windows2000, Xp,
};

/// Every way to complete facts that leave something open.
pub(super) fn complete(facts: &Facts) -> Vec<Facts> {
    let Some(family) = facts.family else { return Vec::new() };
    let open = |known: bool, all: usize| if known || all == 0 { 1 } else { all };
    let (kinds, all) = (family.architectures(), releases(family));
    let parted = matches!(family, Ten | Eleven | ServerAnnual);
    let packs = usize::from(family.last_pack()) + usize::from(family.last_pack() > 0);
    let mut found = Vec::new();
    for release in 0..open(facts.release.is_some() || !parted, all.len()) {
        for pack in 0..open(facts.pack.is_some(), packs) {
            for kind in 0..open(facts.architecture.is_some(), kinds.len()) {
                let mut full = facts.clone();
                if parted && full.release.is_none() {
                    full.release = all.get(release).map(|&release| release.to_owned());
                }
                full.pack = full.pack.or(u8::try_from(pack).ok());
                full.architecture = full.architecture.or(kinds.get(kind).copied());
                let fits = |kind| kinds.is_empty() || family.fits(kind, full.pack);
                // Server 2008 came with its first service pack.
                let fits = fits(full.architecture.unwrap_or(X64))
                    && (facts.pack.is_some() || family != Server2008 || full.pack != Some(0));
                if fits {
                    found.push(full);
                }
            }
        }
    }
    found
}

/// The names of a system whose facts are complete: the one with most rows, then other spellings.
pub(super) fn names(facts: &Facts) -> Vec<String> {
    let Some(family) = facts.family else { return Vec::new() };
    let kind = facts.architecture.unwrap_or(X64);
    let pack = match facts.pack {
        Some(pack) if pack > 0 => format!(" Service Pack {pack}"),
        _ => String::new(),
    };
    let release = facts.release.as_deref().unwrap_or_default();
    let based = match kind {
        X86 => "32-bit Systems",
        X64 => "x64-based Systems",
        Ia64 => "Itanium-Based Systems",
        Arm64 => "ARM64-based Systems",
    };
    let found = match family {
        Windows2000 => vec![format!("Microsoft Windows 2000{pack}")],
        Xp => match (kind, facts.pack) {
            (X64, Some(2)) => {
                vec!["Microsoft Windows XP Professional x64 Edition Service Pack 2".to_owned()]
            }
            (X64, _) => vec!["Microsoft Windows XP Professional x64 Edition".to_owned()],
            _ => vec![format!("Microsoft Windows XP{pack}")],
        },
        Server2003 => server_2003(kind, facts.pack, &pack),
        Vista if kind == X64 => vec![format!("Windows Vista x64 Edition{pack}")],
        Vista => vec![format!("Windows Vista{pack}")],
        // Its first service pack is the first release, which the catalogue names without one.
        Server2008 if facts.pack == Some(1) => vec![
            format!("Windows Server 2008 for {based}"),
            format!("Windows Server 2008 for {based}{pack}"),
        ],
        Seven | Server2008R2 | Server2008 => vec![format!("{} for {based}{pack}", family.label())],
        Eight => vec![format!("Windows 8 for {based}")],
        EightOne => vec![
            format!("Windows 8.1 for {}", based.replace("Systems", "systems")),
            format!("Windows 8.1 for {based}"),
        ],
        Ten if release == "1507" => {
            vec![format!("Windows 10 for {based}"), format!("Windows 10 Version 1507 for {based}")]
        }
        Ten => vec![format!("Windows 10 Version {release} for {based}")],
        Eleven => eleven(release, kind, based),
        ServerAnnual if release == "23H2" => {
            return vec!["Windows Server 2022, 23H2 Edition (Server Core installation)".to_owned()];
        }
        // The catalogue has no rows of it: its updates are those of Server 2019.
        ServerAnnual if release == "1809" => {
            return vec![
                "Windows Server, version 1809 (Server Core installation)".to_owned(),
                "Windows Server 2019 (Server Core installation)".to_owned(),
            ];
        }
        ServerAnnual => {
            let word = match release {
                "1709" | "1803" | "20H2" => "Installation",
                _ => "installation",
            };
            return vec![format!("Windows Server, version {release} (Server Core {word})")];
        }
        _ => vec![family.label().to_owned()],
    };
    let core = facts.core == Some(true) && family >= Server2008 && family.server() == Some(true);
    match core {
        true => found.iter().map(|name| format!("{name} (Server Core installation)")).collect(),
        false => found,
    }
}

fn server_2003(kind: Architecture, number: Option<u8>, pack: &str) -> Vec<String> {
    let start = "Microsoft Windows Server 2003";
    match (kind, number) {
        (X64, Some(2)) => vec![
            format!("{start} x64 Edition{pack}"),
            "Windows Server 2003 R2 x64 Edition Service Pack 2".to_owned(),
        ],
        // The 64-bit edition came with the first service pack.
        (X64, _) => vec![format!("{start} x64 Edition{pack}"), format!("{start} x64 Edition")],
        (Ia64, _) => vec![format!("{start} for Itanium-based Systems{pack}")],
        (_, Some(2)) => {
            vec![format!("{start}{pack}"), "Windows Server 2003 R2 Service Pack 2".to_owned()]
        }
        _ => vec![format!("{start}{pack}")],
    }
}

fn eleven(release: &str, kind: Architecture, based: &str) -> Vec<String> {
    match (release, kind) {
        ("21H2", _) => {
            vec![format!("Windows 11 version 21H2 for {based}"), format!("Windows 11 for {based}")]
        }
        ("25H2", Arm64) => vec![
            format!("Windows 11 Version 25H2 for {based}"),
            "Windows 11 Version 25H2 for ARM systems".to_owned(),
        ],
        ("26H1", X64) => vec![format!("Windows 11 version 26H1 for {based}")],
        _ => vec![format!("Windows 11 Version {release} for {based}")],
    }
}

/// The facts of a name of the catalogue; `None` when it is none of a system.
pub(super) fn facts(product: &str) -> Option<Facts> {
    let product = product.trim();
    let mut found = name::facts(product);
    let family = found.family?;
    let kinds = family.architectures();
    if matches!(family, Xp | Server2003 | Vista) {
        found.architecture = found.architecture.or(Some(X86));
    }
    if family == Server2008 && found.pack.is_none() {
        found.pack = Some(1);
    }
    found.pack = found.pack.or(Some(0));
    if family == Ten {
        found.release = found.release.or_else(|| Some("1507".to_owned()));
    } else if family == Eleven {
        found.release = found.release.or_else(|| Some("21H2".to_owned()));
    } else if matches!(family, Rt | Rt81 | Server2022) || kinds.is_empty() {
        found.architecture = None;
    }
    let same = |name: &String| name.eq_ignore_ascii_case(product);
    names(&found).iter().any(same).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_to_facts_and_back() {
        for name in [
            "Microsoft Windows XP",
            "Microsoft Windows XP Service Pack 1",
            "Microsoft Windows XP Service Pack 3",
            "Microsoft Windows XP Professional x64 Edition Service Pack 2",
            "Microsoft Windows Server 2003",
            "Microsoft Windows Server 2003 x64 Edition Service Pack 1",
            "Microsoft Windows Server 2003 x64 Edition Service Pack 2",
            "Microsoft Windows Server 2003 for Itanium-based Systems Service Pack 2",
            "Windows Vista",
            "Windows Vista x64 Edition Service Pack 2",
            "Windows Server 2008 for 32-bit Systems",
            "Windows Server 2008 for x64-based Systems Service Pack 2",
            "Windows Server 2008 for x64-based Systems Service Pack 2 (Server Core installation)",
            "Windows Server 2008 R2 for x64-based Systems Service Pack 1",
            "Windows 7 for x64-based Systems Service Pack 1",
            "Windows 7 for 32-bit Systems",
            "Windows 8 for 32-bit Systems",
            "Windows 8.1 for x64-based systems",
            "Windows RT 8.1",
            "Windows 10 for x64-based Systems",
            "Windows 10 Version 1803 for x64-based Systems",
            "Windows 10 Version 22H2 for ARM64-based Systems",
            "Windows 11 version 21H2 for x64-based Systems",
            "Windows 11 Version 24H2 for x64-based Systems",
            "Windows 11 version 26H1 for x64-based Systems",
            "Windows 11 Version 26H1 for ARM64-based Systems",
            "Windows Server 2012",
            "Windows Server 2012 R2",
            "Windows Server 2012 R2 (Server Core installation)",
            "Windows Server 2016",
            "Windows Server 2025",
            "Windows Server, version 1709 (Server Core Installation)",
            "Windows Server, version 1903 (Server Core installation)",
            "Windows Server 2022, 23H2 Edition (Server Core installation)",
        ] {
            let told = facts(name).unwrap_or_default();
            assert_eq!(names(&told).first().map(String::as_str), Some(name), "{told:?}");
            assert!(complete(&told).contains(&told), "{name}");
        }
        for name in [
            "Windows Admin Center",
            "Microsoft Windows XP Media Center Edition 2005",
            "Internet Explorer 8 on Windows XP Service Pack 3",
            "Windows 10 HLK version 20H2",
            "",
        ] {
            assert_eq!(facts(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_open_gives_several() {
        let open = |family, pack| {
            let facts = Facts { family: Some(family), pack, ..Facts::default() };
            complete(&facts)
                .iter()
                .filter_map(|full| names(full).first().cloned())
                .collect::<Vec<_>>()
        };
        assert_eq!(open(Xp, Some(3)), ["Microsoft Windows XP Service Pack 3"]);
        assert_eq!(
            open(Xp, Some(2)),
            [
                "Microsoft Windows XP Service Pack 2",
                "Microsoft Windows XP Professional x64 Edition Service Pack 2"
            ]
        );
        assert_eq!(open(Seven, None).len(), 4);
        assert_eq!(open(Server2008, None).len(), 6);
        assert_eq!(open(Eleven, Some(0)).len(), 12);
    }
}
