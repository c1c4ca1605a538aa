//! What titles of updates say of the system they are for, and what most of them agree on.
//!
//! In: `2019-02 Update for Windows 10 Version 1803 for x64-based Systems (KB4487017)`, in any
//! language that keeps the product's name. Out: a claim of the system. Never: a field on which
//! titles do not agree.

use std::collections::BTreeMap;

use wardwatch_model::inventory::{Architecture, SystemClaim};

/// What one title says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    name: String,
    release: Option<String>,
    service_pack: Option<u8>,
    architecture: Option<Architecture>,
}

/// What most titles agree on.
pub(super) fn agreed<'a>(titles: impl Iterator<Item = &'a str>) -> SystemClaim {
    let said: Vec<Said> = titles.filter_map(said).collect();
    let name = most(said.iter().map(|said| said.name.clone()));
    let same = || said.iter().filter(|said| Some(&said.name) == name.as_ref());
    let server = name.as_ref().map(|name| name.contains("Server"));
    SystemClaim {
        release: most(same().filter_map(|said| said.release.clone())),
        service_pack: most(same().filter_map(|said| said.service_pack)),
        architecture: most(same().filter_map(|said| said.architecture)),
        server,
        name,
        ..SystemClaim::default()
    }
}

/// The value with more than half of the votes.
fn most<T: Ord>(votes: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for vote in votes {
        *counts.entry(vote).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    counts.into_iter().find(|&(_, count)| count * 2 > all).map(|(value, _)| value)
}

fn said(title: &str) -> Option<Said> {
    let words: Vec<&str> =
        title.split([' ', '(', ')', ',', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    let mut found: Option<(usize, Said)> = None;
    for place in 0..words.len() {
        let Some((next, named)) = system(&words, place) else { continue };
        match &found {
            Some((_, known)) if known.name != named.name => return None,
            Some(_) => {}
            None => found = Some((next, named)),
        }
    }
    let (next, mut said) = found?;
    let rest = &words[next..];
    said.service_pack = rest.windows(3).find_map(|words| match words {
        ["Service", "Pack", number] => number.parse().ok(),
        _ => None,
    });
    said.architecture = rest.iter().find_map(|word| architecture(word));
    Some(said)
}

/// The system named at a place, and the place behind its name.
fn system(words: &[&str], place: usize) -> Option<(usize, Said)> {
    let word = |ahead: usize| words.get(place + ahead).copied().unwrap_or_default();
    let release = |from: usize| {
        let near = words.get(place + from..)?.iter().take(2);
        near.copied().find(|word| is_release(word)).map(str::to_owned)
    };
    let named = |length: usize, name: String, release: Option<String>| {
        let said = Said { name, release, ..Said::default() };
        Some(((place + length).min(words.len()), said))
    };
    if word(0).eq_ignore_ascii_case("server") && word(1) == "operating" && word(2) == "system" {
        let release = release(3)?;
        let name = match release.as_str() {
            "21H2" => "Windows Server 2022",
            "23H2" => "Windows Server 2022, 23H2 Edition",
            "24H2" => "Windows Server 2025",
            _ => return None,
        };
        return named(5, name.to_owned(), Some(release));
    }
    if word(0) != "Windows" {
        return None;
    }
    match (word(1), word(2), word(3)) {
        ("Server", year @ ("2008" | "2012"), "R2") => {
            named(4, format!("Windows Server {year} R2"), None)
        }
        ("Server", year, _) if year.len() == 4 && year.starts_with("20") => {
            named(3, format!("Windows Server {year}"), None)
        }
        ("Server", _, _) => named(4, "Windows Server".to_owned(), Some(release(2)?)),
        ("RT", "8.1", _) => named(3, "Windows RT 8.1".to_owned(), None),
        (name @ ("10" | "11"), _, _) => named(2, format!("Windows {name}"), release(2)),
        (name @ ("2000" | "XP" | "Vista" | "7" | "8" | "8.1" | "RT"), _, _) => {
            named(2, format!("Windows {name}"), None)
        }
        _ => None,
    }
}

fn is_release(word: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    word.len() == 4
        && match word.split_once('H') {
            Some((year, half)) => digits(year) && matches!(half, "1" | "2"),
            None => digits(word) && ("1507"..="2009").contains(&word),
        }
}

fn architecture(word: &str) -> Option<Architecture> {
    let word = word.to_ascii_lowercase();
    let starts = |marks: &[&str]| marks.iter().any(|mark| word.starts_with(mark));
    match () {
        () if starts(&["x64", "amd64"]) => Some(Architecture::X64),
        () if starts(&["arm64"]) => Some(Architecture::Arm64),
        () if starts(&["ia64", "itanium"]) => Some(Architecture::Ia64),
        () if starts(&["x86", "32-bit"]) => Some(Architecture::X86),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn titles_and_what_they_say() {
        let read = |title| {
            said(title).map(|said| {
                let architecture = said.architecture.map_or("-", Architecture::as_str);
                let (release, pack) = (said.release.unwrap_or_default(), said.service_pack);
                format!("{}|{release}|{}|{architecture}", said.name, pack.unwrap_or(0))
            })
        };
        for (title, told) in [
            (
                "2018-10 Update for Windows 10 Version 1803 for x64-based Systems (KB4100347)",
                "Windows 10|1803|0|x64",
            ),
            (
                "Kumulatives Update für Windows 11, Version 22H2 für ARM64-basierte Systeme",
                "Windows 11|22H2|0|arm64",
            ),
            (
                "Czech Language Pack - Windows 7 Service Pack 1 for x64-based Systems (KB2483139)",
                "Windows 7||1|x64",
            ),
            ("Security Update for Windows XP (KB2115168)", "Windows XP||0|-"),
            (
                "Preview of Monthly Quality Rollup for Windows Server 2012 R2 for x64-based Systems",
                "Windows Server 2012 R2||0|x64",
            ),
            (
                "Cumulative Update for Microsoft server operating system version 21H2 for x64-based Systems",
                "Windows Server 2022|21H2|0|x64",
            ),
            (
                "Update for Windows Server, version 1903 for x64-based Systems",
                "Windows Server|1903|0|x64",
            ),
        ] {
            assert_eq!(read(title).as_deref(), Some(told), "{title}");
        }
        for title in [
            "Windows Malicious Software Removal Tool x64 - February 2019 (KB890830)",
            "Update for Microsoft Office 2016 (KB4461435) 64-Bit Edition",
            "Security Update for Windows Server 2003 and Windows XP",
        ] {
            assert_eq!(read(title), None, "{title}");
        }
    }

    #[test]
    fn only_what_most_agree_on() {
        let titles = [
            "Windows 7 Service Pack 1 for x64-based Systems",
            "Windows 7 for x64-based Systems",
            "Windows 7 for x86-based Systems",
            "Windows 10 Version 1803 for x64-based Systems",
        ];
        let claim = agreed(titles.into_iter());
        assert_eq!(claim.name.as_deref(), Some("Windows 7"));
        assert_eq!((claim.service_pack, claim.architecture), (Some(1), Some(Architecture::X64)));
        let claim = agreed(titles[2..].iter().copied());
        assert_eq!(claim, SystemClaim::default());
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = agreed([text.as_str()].into_iter());
        }
    }
}
