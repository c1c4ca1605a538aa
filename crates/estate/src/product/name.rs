//! Words of names to facts: of a system, of a file, of a host.
//!
//! In: `Microsoft(R) Windows(R) Server 2003 Standard x64 Edition`, `xp_sp3_x86.txt`,
//! `SRV2K3R2SP2X64`. Out: what the words say. Never: a fact from a name that only happens to hold
//! a number.

use wardwatch_model::inventory::Architecture;
use wardwatch_model::landscape::Channel;

use super::builds::BUILDS;
use super::family::{Facts, Family};
use super::lifecycle;

use Family::{
    Eight, EightOne, Eleven, Rt, Rt81, Server2003, Server2008, Server2008R2, Server2012,
    Server2012R2, Server2016, Server2019, Server2022, Server2025, ServerAnnual, Seven, Ten, Vista,
    Windows2000, Xp,
};

/// Years of servers as names write them.
const SERVERS: [(&str, Family); 20] = [
    ("2003", Server2003),
    ("2k3", Server2003),
    ("03", Server2003),
    ("2008", Server2008),
    ("2k8", Server2008),
    ("08", Server2008),
    ("2012", Server2012),
    ("2k12", Server2012),
    ("12", Server2012),
    ("2016", Server2016),
    ("2k16", Server2016),
    ("16", Server2016),
    ("2019", Server2019),
    ("2k19", Server2019),
    ("19", Server2019),
    ("2022", Server2022),
    ("2k22", Server2022),
    ("22", Server2022),
    ("2025", Server2025),
    ("25", Server2025),
];

/// Clients as names write them, longer ones first.
const CLIENTS: [(&str, Family); 9] = [
    ("vista", Vista),
    ("8.1", EightOne),
    ("81", EightOne),
    ("xp", Xp),
    ("11", Eleven),
    ("10", Ten),
    ("2k", Windows2000),
    ("7", Seven),
    ("8", Eight),
];

/// What the name of a system, or of a product of the catalogue, says.
pub(super) fn facts(name: &str) -> Facts {
    let mut text = name.to_lowercase();
    for (mark, plain) in [
        ("(r)", ""),
        ("(tm)", ""),
        ("®", ""),
        ("™", ""),
        ("microsoftr ", "microsoft "),
        ("serverr ", "server "),
        ("windowsr ", "windows "),
        ("vistat ", "vista "),
        ("\u{a0}", " "),
    ] {
        text = text.replace(mark, plain);
    }
    let words: Vec<&str> =
        text.split([' ', ',', '(', ')', '_']).filter(|word| !word.is_empty()).collect();
    let pair = |one: &str, two: &str| words.windows(2).any(|words| words == [one, two]);
    Facts {
        family: family(&text, &words),
        release: release(&words),
        pack: words.windows(3).find_map(|words| match words {
            ["service", "pack", number] => number.parse().ok().filter(|&pack: &u8| pack < 10),
            _ => None,
        }),
        architecture: words.iter().find_map(|word| architecture(word)),
        core: (pair("server", "core")).then_some(true),
        channel: None,
    }
}

fn family(text: &str, words: &[&str]) -> Option<Family> {
    let has = |word: &str| words.contains(&word);
    let hypervisor = text.contains("hyper-v server");
    if !(has("windows") || hypervisor) {
        return None;
    }
    if has("server") {
        let year = SERVERS.iter().find(|(year, _)| year.len() == 4 && has(year));
        return match year.map(|&(_, family)| family) {
            Some(Server2022) if has("23h2") => Some(ServerAnnual),
            Some(family) => Some(second_release(family, has("r2"))),
            None if has("2000") => Some(Windows2000),
            None => release(words).map(|_| ServerAnnual),
        };
    }
    let place = words.iter().position(|&word| word == "windows")?;
    let near = |word: &str| words[place..].iter().take(4).any(|near| *near == word);
    match () {
        () if near("rt") && near("8.1") => Some(Rt81),
        () if near("rt") => Some(Rt),
        () if near("2000") => Some(Windows2000),
        // Embedded systems: POSReady 7, Embedded Standard 7, Embedded 8.1 Industry.
        () if near("embedded") && near("standard") && words.len() <= place + 3 => None,
        () => CLIENTS.iter().find(|(word, _)| near(word) && *word != "2k").map(|found| found.1),
    }
}

/// Whether a name is that of a half-yearly server as the system itself tells it: an edition and no
/// year, `Windows Server Datacenter`. A bare `Windows Server` may be any, so it is none.
pub(super) fn is_yearless_server(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split_whitespace().skip_while(|word| *word != "server").skip(1);
    let edition = matches!(words.next(), Some("standard" | "datacenter"));
    edition && name.contains("windows server") && facts(&name).family.is_none()
}

fn second_release(family: Family, second: bool) -> Family {
    match (family, second) {
        (Server2008, true) => Server2008R2,
        (Server2012, true) => Server2012R2,
        _ => family,
    }
}

/// The first word that is a release, as the table of builds writes it.
fn release(words: &[&str]) -> Option<String> {
    let known = |word: &&str| {
        let releases = BUILDS.iter().flat_map(|known| [known.client, known.server]).flatten();
        releases.map(|(_, release)| release).find(|release| release.eq_ignore_ascii_case(word))
    };
    words.iter().filter(|word| word.len() == 4).find_map(known).map(str::to_owned)
}

fn architecture(word: &str) -> Option<Architecture> {
    match word {
        "x64" | "x64-based" | "amd64" | "x86_64" | "64-bit" => Some(Architecture::X64),
        "x86" | "32-bit" | "x86-based" | "i386" => Some(Architecture::X86),
        "arm64" | "arm64-based" => Some(Architecture::Arm64),
        "ia64" | "itanium" | "itanium-based" => Some(Architecture::Ia64),
        _ => None,
    }
}

/// What the words of a file's name say: `srv_2012r2_u1_qfe.txt`, `7_sp1_x64_enterprise.txt`.
pub(super) fn file_facts(file: &str) -> Facts {
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file).to_lowercase();
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, end)| {
        if end.len() <= 4 && !end.starts_with(|c: char| c.is_ascii_digit()) { stem } else { &file }
    });
    let words: Vec<&str> =
        stem.split(['_', '-', ' ', '+']).filter(|word| !word.is_empty()).collect();
    let mut facts = Facts {
        release: None,
        pack: words.iter().find_map(|word| pack(word)),
        architecture: words.iter().find_map(|word| architecture(word)),
        core: words.contains(&"core").then_some(true),
        ..Facts::default()
    };
    let mut words = words.iter().copied();
    let mut first = words.next().unwrap_or_default();
    let mut server = false;
    if matches!(first, "win" | "windows" | "w" | "ms") {
        first = words.next().unwrap_or_default();
    }
    if matches!(first, "srv" | "server" | "ws" | "winsrv") {
        server = true;
        first = words.next().unwrap_or_default();
    }
    let second = first.ends_with("r2") || words.clone().next() == Some("r2");
    let year = first.strip_suffix("r2").unwrap_or(first);
    facts.family = match server {
        true => SERVERS.iter().find(|found| found.0 == year).map(|found| found.1),
        false => CLIENTS.iter().find(|found| found.0 == first).map(|found| found.1),
    };
    facts.family = facts.family.map(|family| second_release(family, second));
    if server && facts.family.is_none() {
        facts.family = release(&[first]).map(|_| ServerAnnual);
        facts.release = release(&[first]);
    }
    if facts.family.is_none() {
        return stem
            .split(['_', '.', ' '])
            .map(host_facts)
            .find(|found| !found.is_empty())
            .unwrap_or_default();
    }
    let rest: Vec<&str> = words.collect();
    // A number may be that of a ward, a server or a day: a second word must say that it is a system.
    let year = server && year.len() == 4;
    if !(year || second || first == "xp" || first == "vista" || rest.iter().any(|word| tells(word)))
    {
        return Facts::default();
    }
    if matches!(facts.family, Some(Ten | Eleven)) {
        facts.release = release(&rest);
        facts.channel = match rest.iter().any(|word| matches!(*word, "ltsc" | "ltsb")) {
            true => Some(Channel::LongTerm),
            false => rest.iter().find_map(|word| lifecycle::channel(word, "")),
        };
        if facts.family == Some(Ten) && rest.contains(&"rtm") {
            facts.release = facts.release.or_else(|| Some("1507".to_owned()));
        }
    }
    unnumbered(&mut facts, rest.contains(&"rtm"));
    facts
}

/// Whether a word beside a number says that the number is a system's.
fn tells(word: &str) -> bool {
    const EDITIONS: [&str; 9] = [
        "rtm",
        "pro",
        "professional",
        "home",
        "enterprise",
        "education",
        "standard",
        "datacenter",
        "ultimate",
    ];
    pack(word).is_some()
        || architecture(word).is_some()
        || release(&[word]).is_some()
        || EDITIONS.contains(&word)
}

/// `rtm` is the first release: no service pack, but of Server 2008, which came with its first.
fn unnumbered(facts: &mut Facts, first_release: bool) {
    if first_release && facts.pack.is_none() {
        facts.pack = Some(u8::from(facts.family == Some(Server2008)));
    }
    if facts.family == Some(Server2008) && facts.pack == Some(0) {
        facts.pack = Some(1);
    }
}

fn pack(word: &str) -> Option<u8> {
    let number = word.strip_prefix("sp")?;
    number.parse().ok().filter(|&pack: &u8| number.len() == 1 && pack < 6)
}

/// What the name of a host says, when all of it is such words: `WIN7SP1X64`, `SRV2K3R2SP2X64-02`.
pub(super) fn host_facts(host: &str) -> Facts {
    let host = host.to_lowercase();
    let start = host.split(['-', '.', ' ']).next().unwrap_or_default();
    read_host(start).unwrap_or_default()
}

fn read_host(start: &str) -> Option<Facts> {
    let (rest, windows) = strip(start, &["windows", "win"]);
    let (rest, server) = strip(rest, &["server", "srv"]);
    if !(windows || server) {
        return None;
    }
    let list: &[(&str, Family)] = if server { &SERVERS } else { &CLIENTS };
    let (word, family) = list.iter().find(|(word, _)| rest.starts_with(word))?;
    let (rest, second) = strip(rest.strip_prefix(word)?, &["r2"]);
    let second = second && server;
    let (mut rest, _) = strip(rest, &["u1"]);
    let mut facts = Facts { family: Some(second_release(*family, second)), ..Facts::default() };
    if let Some(found) = rest.get(..3).and_then(pack) {
        facts.pack = Some(found);
        rest = &rest[3..];
    }
    for word in ["x64", "x86", "ia64"] {
        if let Some(after) = rest.strip_prefix(word) {
            facts.architecture = architecture(word);
            rest = after;
        }
    }
    // `SRV12` is as likely the twelfth server.
    let told = second || facts.pack.is_some() || facts.architecture.is_some();
    if !rest.is_empty() || (server && word.len() == 2 && !told) {
        return None;
    }
    unnumbered(&mut facts, false);
    Some(facts)
}

/// What follows the first of these words, and whether one of them was there.
fn strip<'a>(text: &'a str, words: &[&str]) -> (&'a str, bool) {
    match words.iter().find_map(|word| text.strip_prefix(word)) {
        Some(rest) => (rest, true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_systems() {
        for (name, told) in [
            ("Microsoftr Windows Serverr 2008 Standard ", "Windows Server 2008"),
            ("Microsoftr Windows VistaT Enterprise ", "Windows Vista"),
            ("Microsoft® Windows Vista™ Business", "Windows Vista"),
            ("Microsoft(R) Windows(R) Server 2003 Standard x64 Edition", "Windows Server 2003 x64"),
            ("Майкрософт Windows 10 Pro", "Windows 10"),
            ("Microsoft Windows 8.1 Single Language", "Windows 8.1"),
            ("Windows Server 2012 R2 (Server Core installation)", "Windows Server 2012 R2"),
            ("Microsoft Hyper-V Server 2016", "Windows Server 2016"),
            ("Windows Server, version 1903", "Windows Server 1903"),
            ("Linux 10", ""),
        ] {
            assert_eq!(facts(name).label(), told, "{name}");
        }
    }

    #[test]
    fn names_of_files() {
        for (name, told) in [
            ("xp_sp3_x86_professional_en-us_qfe.txt", "Windows XP Service Pack 3 x86"),
            ("xp_rtm_x86.txt", "Windows XP without a service pack x86"),
            ("srv_2012r2_u1_qfe.txt", "Windows Server 2012 R2"),
            ("srv_2008_rtm_x86_standard.txt", "Windows Server 2008 Service Pack 1 x86"),
            ("srv_2008_r2_sp1_x64.txt", "Windows Server 2008 R2 Service Pack 1 x64"),
            ("7_sp1_x64_enterprise_en-us_B_qfe.txt", "Windows 7 Service Pack 1 x64"),
            ("server-19.txt", ""),
            ("7_wards.csv", ""),
            ("11_03_2026_qfe.txt", ""),
            ("server_2016_list.txt", "Windows Server 2016"),
            ("10_1809_x64_pro_20190307_qfe.txt", "Windows 10 1809 x64"),
            ("10_rtm_x64_pro.txt", "Windows 10 1507 without a service pack x64"),
            ("8.1_x64_pro_systeminfo", "Windows 8.1 x64"),
            ("a/b/vista_x64_sp2_qfe.txt", "Windows Vista Service Pack 2 x64"),
            ("zz_win7sp1x64.txt", "Windows 7 Service Pack 1 x64"),
            ("report 10.txt", ""),
            ("systeminfo.txt", ""),
        ] {
            assert_eq!(file_facts(name).label(), told, "{name}");
        }
    }

    #[test]
    fn editions_in_names_of_files_say_whose_dates_count() {
        for (name, told) in [
            ("10_1809_x64_education_en-us_qfe.txt", Some(Channel::EnterpriseEducation)),
            ("10_1803_x64_proforworkstations_updates.txt", Some(Channel::HomePro)),
            ("11_22H2_x64_home-single-language.txt", Some(Channel::HomePro)),
            ("10_1809_x64_enterprise_ltsc.txt", Some(Channel::LongTerm)),
            ("10_1809_x64.txt", None),
            ("7_sp1_x64_enterprise.txt", None),
        ] {
            assert_eq!(file_facts(name).channel, told, "{name}");
        }
    }

    #[test]
    fn names_of_hosts() {
        for (name, told) in [
            ("WIN7SP1X64", "Windows 7 Service Pack 1 x64"),
            ("SRV2K3R2SP2X64", "Windows Server 2003 Service Pack 2 x64"),
            ("WINSRV2K3SP0X86", "Windows Server 2003 without a service pack x86"),
            ("SRV12R2U1X64", "Windows Server 2012 R2 x64"),
            ("WINXPSP0", "Windows XP without a service pack"),
            ("WIN-O863JARO7CM", ""),
            ("WINSTON7", ""),
            ("DESKTOP-10", ""),
            ("SRV1", ""),
            ("SRV12", ""),
        ] {
            assert_eq!(host_facts(name).label(), told, "{name}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (facts(&text), file_facts(&text), host_facts(&text));
        }
    }
}
