//! Which support dates are for a system: names of releases ("cycles") as endoflife.date has them.
//!
//! In: facts, or a distribution with its release. Out: the product and the cycles that fit, one
//! when the edition is known. Never: a date.

use wardwatch_model::inventory::Architecture;
use wardwatch_model::landscape::Channel;

use super::Support;
use super::family::{Facts, Family};

use Family::{
    Eight, EightOne, Eleven, Rt, Rt81, Server2003, Server2008, Server2008R2, Server2012,
    Server2012R2, Server2016, Server2019, Server2022, Server2025, ServerAnnual, Seven, Ten, Vista,
    Windows2000, Xp,
};

/// Cycles of product `windows` from Windows 10 on.
const CLIENTS: [&str; 41] = [
    "11-26h1-e",
    "11-26h1-w",
    "11-25h2-e",
    "11-25h2-w",
    "11-24h2-iot-lts",
    "11-24h2-e-lts",
    "11-24h2-e",
    "11-24h2-w",
    "11-23h2-e",
    "11-23h2-w",
    "11-22h2-e",
    "11-22h2-w",
    "11-21h2-e",
    "11-21h2-w",
    "10-22h2",
    "10-21h2-iot-lts",
    "10-21h2-e-lts",
    "10-21h2-e",
    "10-21h2-w",
    "10-21h1",
    "10-20h2-e",
    "10-20h2-w",
    "10-2004",
    "10-1909-e",
    "10-1909-w",
    "10-1903",
    "10-1809-e-lts",
    "10-1809-e",
    "10-1809-w",
    "10-1803-e",
    "10-1803-w",
    "10-1709-e",
    "10-1709-w",
    "10-1703-e",
    "10-1703-w",
    "10-1607-e-lts",
    "10-1607-e",
    "10-1607-w",
    "10-1511",
    "10-1507-e-lts",
    "10-1507",
];

/// The channel of an edition, as the registry or a name calls it.
pub(super) fn channel(edition: &str, name: &str) -> Option<Channel> {
    let (edition, name) = (edition.to_lowercase(), name.to_lowercase());
    let long = edition.ends_with("enterprises") || edition.ends_with("enterprisesn");
    match edition.as_str() {
        _ if name.contains("embedded") || name.contains("posready") || edition == "embedded" => {
            Some(Channel::Embedded)
        }
        text if long && text.starts_with("iot") => Some(Channel::IotLongTerm),
        _ if long => Some(Channel::LongTerm),
        text if text.starts_with("enterprise")
            || text.starts_with("education")
            || text.starts_with("iotenterprise") =>
        {
            Some(Channel::EnterpriseEducation)
        }
        text if text.starts_with("pro") || text.starts_with("core") || text.starts_with("home") => {
            Some(Channel::HomePro)
        }
        _ => None,
    }
}

/// The support dates of a system of Microsoft's.
pub(super) fn support(facts: &Facts) -> Option<Support> {
    let family = facts.family?;
    let release = facts.release.as_deref().unwrap_or_default().to_lowercase();
    let windows = |cycle: &str| support_of("windows", vec![cycle.to_owned()]);
    let server = |cycle: &str| support_of("windows-server", vec![cycle.to_owned()]);
    match family {
        _ if facts.channel == Some(Channel::Embedded) => embedded(family),
        Windows2000 => server("2000"),
        // Each service pack has its own end. Where it is not known, all may be.
        Xp if facts.architecture == Some(Architecture::X64) => match facts.pack {
            // The 64-bit edition of Windows XP has no third one.
            Some(0 | 1) => windows("5-x64"),
            Some(_) => windows("5-sp3"),
            None => packs("windows", &["5-x64", "5-sp3"], None),
        },
        Xp => packs("windows", &["5", "5-sp1", "5-sp2", "5-sp3"], facts.pack),
        Vista => packs("windows", &["6", "6-sp1", "6-sp2"], facts.pack),
        Seven => packs("windows", &["7", "7-sp1"], facts.pack),
        Eight | Rt => windows("8"),
        EightOne | Rt81 => windows("8.1"),
        Ten => client("10", &release, facts.channel),
        Eleven => client("11", &release, facts.channel),
        Server2003 => packs("windows-server", &["2003", "2003-sp1", "2003-sp2"], facts.pack),
        // It came with its first service pack.
        Server2008 => {
            let pack = facts.pack.map(|pack| pack.saturating_sub(1));
            packs("windows-server", &["2008-sp1", "2008-sp2"], pack)
        }
        Server2008R2 => packs("windows-server", &["2008-r2", "2008-r2-sp1"], facts.pack),
        Server2012 => server("2012"),
        Server2012R2 => server("2012-r2"),
        Server2016 => server("2016"),
        Server2019 => server("2019"),
        Server2022 => server("2022"),
        Server2025 => server("2025"),
        ServerAnnual if release == "23h2" => server("23h2-ac"),
        ServerAnnual if release.is_empty() => None,
        ServerAnnual => server(&format!("{release}-sac")),
    }
}

/// The cycle of a service pack; all of them when it is not known, the last for one that is none.
fn packs(product: &str, cycles: &[&str], pack: Option<u8>) -> Option<Support> {
    let cycles = match pack {
        None => cycles,
        Some(pack) => {
            let place = usize::from(pack).min(cycles.len().saturating_sub(1));
            cycles.get(place..=place).unwrap_or_default()
        }
    };
    support_of(product, cycles.iter().map(|&cycle| cycle.to_owned()).collect())
}

fn embedded(family: Family) -> Option<Support> {
    let cycles: &[&str] = match family {
        Seven => &["standard-7-sp1", "posready-7"],
        EightOne => &["8.1-industry", "8.1-pro"],
        _ => return None,
    };
    support_of("windows-embedded", cycles.iter().map(|&cycle| cycle.to_owned()).collect())
}

fn client(family: &str, release: &str, channel: Option<Channel>) -> Option<Support> {
    let base = format!("{family}-{release}");
    // For each channel the endings in the order of fitness; the first that exists counts.
    let endings: &[&[&str]] = match channel {
        Some(Channel::EnterpriseEducation) => &[&["-e", ""]],
        Some(Channel::HomePro) => &[&["-w", ""]],
        Some(Channel::LongTerm) => &[&["-e-lts"]],
        Some(Channel::IotLongTerm) => &[&["-iot-lts", "-e-lts"]],
        _ => &[&["-e", ""], &["-w", ""]],
    };
    let mut cycles: Vec<String> = endings
        .iter()
        .filter_map(|endings| {
            let mut names = endings.iter().map(|ending| format!("{base}{ending}"));
            names.find(|name| CLIENTS.contains(&name.as_str()))
        })
        .collect();
    cycles.dedup();
    support_of("windows", cycles)
}

fn support_of(product: &str, cycles: Vec<String>) -> Option<Support> {
    (!cycles.is_empty()).then(|| Support { product: product.to_owned(), cycles })
}

/// The support dates of a distribution of Linux: its id and version as in `/etc/os-release`.
pub(super) fn distribution(id: &str, release: &str) -> Option<Support> {
    let whole = release.trim();
    let major = whole.split('.').next().unwrap_or_default();
    let (product, cycle) = match id {
        "debian" => ("debian", debian(whole).unwrap_or(major)),
        "ubuntu" => ("ubuntu", whole),
        "rhel" => ("rhel", major),
        "centos" if major.parse::<u8>().is_ok_and(|major| major > 8) => ("centos-stream", major),
        "centos" => ("centos", major),
        "rocky" => ("rocky-linux", major),
        "almalinux" => ("almalinux", major),
        "sles" | "sled" => ("sles", whole),
        "opensuse-leap" | "opensuse" => ("opensuse", whole),
        _ => return None,
    };
    support_of(
        product,
        Some(cycle.to_owned()).filter(|cycle| !cycle.is_empty()).into_iter().collect(),
    )
}

/// Debian's releases by their word.
fn debian(word: &str) -> Option<&'static str> {
    let word = word.split('/').next().unwrap_or_default();
    let names = [
        ("trixie", "13"),
        ("bookworm", "12"),
        ("bullseye", "11"),
        ("buster", "10"),
        ("stretch", "9"),
        ("jessie", "8"),
        ("wheezy", "7"),
    ];
    names.iter().find(|(name, _)| *name == word).map(|&(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_by_edition() {
        let told = |family, release: &str, channel| {
            let facts = Facts {
                family: Some(family),
                release: Some(release.to_owned()),
                channel,
                ..Facts::default()
            };
            let found = support(&facts).map(|support| support.cycles).unwrap_or_default();
            found.join(" ")
        };
        let enterprise = channel("Enterprise", "");
        assert_eq!(told(Ten, "1809", enterprise), "10-1809-e");
        assert_eq!(told(Ten, "1809", channel("EnterpriseS", "")), "10-1809-e-lts");
        assert_eq!(told(Ten, "1809", channel("IoTEnterpriseS", "")), "10-1809-e-lts");
        assert_eq!(told(Ten, "21H2", channel("IoTEnterpriseS", "")), "10-21h2-iot-lts");
        assert_eq!(told(Ten, "1809", channel("Professional", "")), "10-1809-w");
        assert_eq!(told(Ten, "1809", None), "10-1809-e 10-1809-w");
        assert_eq!(told(Ten, "22H2", None), "10-22h2");
        assert_eq!(told(Xp, "", None), "5 5-sp1 5-sp2 5-sp3");
        assert_eq!(
            told(Seven, "", channel("", "Windows Embedded Standard")),
            "standard-7-sp1 posready-7"
        );
        assert_eq!(told(ServerAnnual, "1903", None), "1903-sac");
        assert_eq!(told(Server2012R2, "", None), "2012-r2");
    }

    #[test]
    fn each_service_pack_has_its_own_end() {
        let told = |family, pack, architecture| {
            let facts = Facts { family: Some(family), pack, architecture, ..Facts::default() };
            support(&facts).map(|support| support.cycles.join(" ")).unwrap_or_default()
        };
        let x64 = Some(Architecture::X64);
        for (family, pack, architecture, cycles) in [
            (Xp, Some(0), None, "5"),
            (Xp, Some(2), Some(Architecture::X86), "5-sp2"),
            (Xp, Some(3), None, "5-sp3"),
            (Xp, Some(1), x64, "5-x64"),
            (Xp, Some(2), x64, "5-sp3"),
            (Vista, Some(1), x64, "6-sp1"),
            (Vista, None, None, "6 6-sp1 6-sp2"),
            (Seven, Some(0), None, "7"),
            (Seven, Some(1), x64, "7-sp1"),
            (Server2003, Some(1), None, "2003-sp1"),
            (Server2008, Some(1), None, "2008-sp1"),
            (Server2008, Some(2), None, "2008-sp2"),
            (Server2008R2, Some(0), x64, "2008-r2"),
        ] {
            assert_eq!(told(family, pack, architecture), cycles, "{family:?} {pack:?}");
        }
    }

    #[test]
    fn distributions() {
        for (id, release, told) in [
            ("debian", "12.5", Some("debian 12")),
            ("debian", "bookworm/sid", Some("debian 12")),
            ("ubuntu", "22.04", Some("ubuntu 22.04")),
            ("rhel", "9.3", Some("rhel 9")),
            ("centos", "9", Some("centos-stream 9")),
            ("sles", "15.5", Some("sles 15.5")),
            ("zz", "1", None),
        ] {
            let found = distribution(id, release);
            let found = found.map(|found| format!("{} {}", found.product, found.cycles[0]));
            assert_eq!(found.as_deref(), told, "{id} {release}");
        }
    }
}
