//! One row of a management tool's table to an inventory.
//!
//! In: cells, and what the columns stand for. Out: an inventory, or why the row cannot be read.
//! Never: a version that is none of Windows as one of Windows; a day whose month is in doubt.

use wardwatch_model::inventory::{
    Architecture, Hardware, InstalledUpdate, Inventory, ReportKind, Software, SystemClaim,
};
use wardwatch_model::{Build, Day};

use super::super::limits::{MAX_COLUMNS, MAX_PACKAGES, MAX_UPDATES, some};
use super::super::{date, kb, size, system_name};
use super::column::{self, Column};

/// Names of distributions in tables, small letters, and their ids as `os-release` has them.
const DISTRIBUTIONS: [(&str, &str); 9] = [
    ("ubuntu", "ubuntu"),
    ("debian", "debian"),
    ("red hat", "rhel"),
    ("rhel", "rhel"),
    ("centos", "centos"),
    ("rocky", "rocky"),
    ("alma", "almalinux"),
    ("suse", "sles"),
    ("fedora", "fedora"),
];

/// What tools write where they know nothing.
const NOTHING: [&str; 6] = ["", "-", "n/a", "null", "none", "unknown"];

/// Which places of a row stand for what, the surest first.
#[derive(Debug)]
pub(super) struct Layout {
    columns: Vec<(Column, usize)>,
    width: usize,
}

impl Layout {
    /// The layout that headings tell.
    pub(super) fn of(headings: &[String]) -> Layout {
        let meaning = |(place, heading): (usize, &String)| {
            column::meaning(heading).map(|(column, rank)| (column, rank, place))
        };
        let mut found: Vec<_> =
            headings.iter().enumerate().take(MAX_COLUMNS).filter_map(meaning).collect();
        found.sort_unstable();
        let columns = found.into_iter().map(|(column, _, place)| (column, place)).collect();
        Layout { columns, width: headings.len() }
    }

    /// The first cell of that column with anything in it.
    pub(super) fn cell<'a>(&self, column: Column, cells: &'a [String]) -> Option<&'a str> {
        let places = self.columns.iter().filter(|(found, _)| *found == column);
        let texts = places.filter_map(|&(_, place)| cells.get(place));
        texts.into_iter().find_map(|text| said(text))
    }
}

/// What a cell says; none when it only holds the place of something.
pub(super) fn said(cell: &str) -> Option<&str> {
    let text = cell.trim();
    let nothing = NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word));
    (!nothing).then_some(text)
}

/// Reads one row.
///
/// # Errors
/// Why it cannot be read: it is broken off, is wider than its headings, or has no host or no system.
pub(super) fn read(
    layout: &Layout,
    cells: &[String],
    order: Option<date::Order>,
) -> Result<Inventory, &'static str> {
    if cells.is_empty() {
        return Err("a quote in it does not close");
    }
    if cells.iter().skip(layout.width).any(|cell| !cell.is_empty()) {
        return Err("it has more cells than the table has headings");
    }
    let cell = |column: Column| layout.cell(column, cells);
    let host = cell(Column::Host).ok_or("it names no host")?;
    let mut inventory = Inventory::new(ReportKind::Table);
    inventory.host = some(host.trim_end_matches('$'));
    inventory.taken = cell(Column::LastSeen).and_then(|text| seen(text, order));
    inventory.system = system(&cell);
    if inventory.system.name.is_none() && inventory.system.version.is_none() {
        return Err("it tells nothing of the operating system");
    }
    inventory.hardware = hardware(&cell);
    inventory.software = programs(cell(Column::Software).unwrap_or_default());
    let words = cell(Column::Updates).unwrap_or_default();
    let numbers = words.split(|c: char| !c.is_alphanumeric()).filter_map(kb::of_word);
    let updates = numbers.map(|kb| InstalledUpdate { kb, installed: None });
    inventory.updates = updates.take(MAX_UPDATES + 1).collect();
    Ok(inventory)
}

fn hardware<'a>(cell: &dyn Fn(Column) -> Option<&'a str>) -> Hardware {
    Hardware {
        model: cell(Column::Model).and_then(some),
        memory_mib: cell(Column::Memory).and_then(|text| size::mib(text, size::MEMORY)),
        disk_mib: cell(Column::Disk).and_then(|text| size::mib(text, size::DISK)),
        tpm: cell(Column::Tpm).and_then(chip),
    }
}

/// `2.0`, `2.0, 0, 1.38`, `1.2`; nought where the cell says that there is none.
fn chip(text: &str) -> Option<u8> {
    let word = text.split([',', '.', ' ']).next()?.to_lowercase();
    match word.as_str() {
        "no" | "not" | "false" | "absent" | "0" => Some(0),
        number => number.parse().ok().filter(|number| (1..=3).contains(number)),
    }
}

/// Programs with semicolons or line ends between them; a last word of digits is the version.
fn programs(text: &str) -> Vec<Software> {
    let listed = text.split([';', '\n']).filter_map(some);
    let program = |text: String| match text.rsplit_once(' ') {
        Some((name, version)) if is_version(version) => {
            Software { vendor: None, name: name.trim().to_owned(), version: some(version) }
        }
        _ => Software { vendor: None, name: text, version: None },
    };
    listed.map(program).take(MAX_PACKAGES + 1).collect()
}

/// `7.9.4`; a lone number belongs to the name, as in `Viewer 8`.
fn is_version(word: &str) -> bool {
    word.contains('.')
        && word
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The day of a last contact; directories also write it as a count of 100 ns since 1601.
pub(super) fn seen(text: &str, order: Option<date::Order>) -> Option<Day> {
    match text.parse::<u64>() {
        Ok(units) if text.len() == 18 => date::filetime(units),
        _ => date::day(text, order),
    }
}

fn system<'a>(cell: &dyn Fn(Column) -> Option<&'a str>) -> SystemClaim {
    let mut system = SystemClaim::default();
    let name = cell(Column::System);
    let lower = name.unwrap_or_default().to_lowercase();
    let windows = name.is_none() || lower.starts_with("win") || lower.contains("windows");
    system.name = name.and_then(some);
    let (version, build) = (cell(Column::Version), cell(Column::Build));
    let known = |id: &(&str, &'static str)| lower.contains(id.0);
    system.distribution = DISTRIBUTIONS.iter().find(|id| known(id)).map(|id| id.1.to_owned());
    if !windows {
        system.release = version.or(build).and_then(some);
        return system;
    }
    system.version = version
        .and_then(full)
        .or_else(|| build.and_then(full))
        .or_else(|| build.or(version).and_then(bare))
        .or_else(|| name.and_then(full));
    // A version without a revision may have it in the column of builds.
    if let (Some(told), Some(more)) =
        (system.version, build.and_then(|build| full(build).or(bare(build))))
        && told.revision().is_none()
        && told.branch() == more.branch()
    {
        system.version = Some(more);
    }
    system.release = version.and_then(release).or_else(|| build.and_then(release));
    let packs = || version.and_then(named_pack).or_else(|| name.and_then(named_pack));
    system.service_pack = cell(Column::ServicePack).and_then(pack).or_else(packs);
    system.architecture = cell(Column::Architecture).or(name).and_then(architecture);
    if let Some(edition) = cell(Column::Edition) {
        let mut named = SystemClaim {
            name: Some(format!("{} {edition}", name.unwrap_or("Windows"))),
            ..SystemClaim::default()
        };
        system_name::describe(&mut named);
        system.edition = named.edition.or_else(|| some(edition));
    }
    let own = system.edition.take();
    system_name::describe(&mut system);
    // `Microsoft Windows NT Workstation 10.0` is no edition for workstations.
    let told = system.edition.take().filter(|_| !lower.contains("windows nt "));
    system.edition = own.or(told);
    system
}

/// `10.0 (19045)`, `10.0.19045.3803`, `6.1.7601 Service Pack 1`, `Windows 10 (10.0.19045)`.
fn full(text: &str) -> Option<Build> {
    let numbers = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let words: Vec<&str> = text
        .split([' ', '(', ')', '\u{a0}', ','])
        .filter(|word| !word.is_empty() && numbers(word))
        .collect();
    words.iter().enumerate().find_map(|(place, word)| {
        let told = Build::parse(word)?;
        match told.0 {
            [major, minor, 0, 0] => {
                let build = bare(words.get(place + 1)?)?;
                plausible(Build([major, minor, build.0[2], build.0[3]]))
            }
            _ => plausible(told),
        }
    })
}

/// `19045`, `19045.3803`, by a build's number alone, which tells the first two.
fn bare(text: &str) -> Option<Build> {
    let (build, revision) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let (build, revision): (u32, u32) = (build.parse().ok()?, revision.parse().ok()?);
    let [major, minor] = match build {
        2195 => [5, 0],
        2600 => [5, 1],
        3790 => [5, 2],
        6000..=6003 => [6, 0],
        7600..=7601 => [6, 1],
        9200 => [6, 2],
        9600 => [6, 3],
        10240..100_000 => [10, 0],
        _ => return None,
    };
    Some(Build([major, minor, build, revision]))
}

/// A version that Windows has had.
fn plausible(version: Build) -> Option<Build> {
    let [major, minor, build] = version.branch();
    let known = matches!((major, minor), (5, 0..=2) | (6, 0..=3) | (10, 0));
    (known && (2000..100_000).contains(&build)).then_some(version)
}

/// `22H2`, `Version 1809`.
fn release(text: &str) -> Option<String> {
    let is_release = |word: &&str| {
        let halves = word.len() == 4 && word[..2].bytes().all(|byte| byte.is_ascii_digit());
        halves && (word.ends_with("H1") || word.ends_with("H2") || ("1507"..="2009").contains(word))
    };
    let ascii = |word: &&str| word.is_ascii();
    let words = text.split([' ', '(', ')', ',']).filter(ascii);
    words.into_iter().find(is_release).map(str::to_owned)
}

/// `Service Pack 1`, `SP1`, `1`.
fn pack(text: &str) -> Option<u8> {
    let digits = text.rsplit([' ', 'P', 'p', 'k']).next()?;
    digits.split('.').next()?.parse().ok().filter(|&pack| pack < 10)
}

/// The pack in a system's own name: `Microsoft Windows XP Service Pack 3`, `Windows 7 SP1`.
fn named_pack(name: &str) -> Option<u8> {
    let words: Vec<&str> = name.split([' ', '\u{a0}', ',', '(', ')']).collect();
    let short = |word: &str| {
        let digits = word.strip_prefix("SP").or_else(|| word.strip_prefix("sp"))?;
        digits.parse().ok().filter(|&pack| pack < 10)
    };
    let long = |words: &[&str]| match words {
        [service, word, number]
            if service.eq_ignore_ascii_case("service") && word.eq_ignore_ascii_case("pack") =>
        {
            pack(number)
        }
        _ => None,
    };
    words.windows(3).find_map(long).or_else(|| words.into_iter().find_map(short))
}

/// `x64`, `64-bit`, `64 Bit`, `X64-based PC`, `Windows 7 32-bit`.
fn architecture(text: &str) -> Option<Architecture> {
    let text = text.to_lowercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    match () {
        () if has(&["arm64", "aarch64"]) => Some(Architecture::Arm64),
        () if has(&["itanium", "ia64"]) => Some(Architecture::Ia64),
        () if has(&["x64", "amd64", "x86_64", "x86-64"]) => Some(Architecture::X64),
        // ARM has 64 bits too, but no tool calls it by these alone.
        () if has(&["64-bit", "64 bit", "64bit"]) => Some(Architecture::X64),
        () if has(&["x86", "i386", "32-bit", "32 bit", "32bit"]) => Some(Architecture::X86),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_as_tools_write_them() {
        for (text, version) in [
            ("10.0 (19045)", "10.0.19045"),
            ("10.0.19045.3803", "10.0.19045.3803"),
            ("6.1 (7601)", "6.1.7601"),
            ("6.1.7601 Service Pack 1", "6.1.7601"),
            ("Windows 10 (10.0.19045)", "10.0.19045"),
            ("10.0", ""),
            ("17.1.2", ""),
            ("22H2", ""),
        ] {
            let read = full(text).map(|version| version.to_string()).unwrap_or_default();
            assert_eq!(read, version, "{text}");
        }
        assert_eq!(bare("19045.3803"), Some(Build([10, 0, 19045, 3803])));
        assert_eq!((bare("7601"), bare("8")), (Some(Build([6, 1, 7601, 0])), None));
        let named =
            ["Microsoft Windows XP Service Pack 3", "Windows 7 SP1", "Windows Sport", "Windows 10"];
        assert_eq!(named.map(named_pack), [Some(3), Some(1), None, None]);
        let packs = ["Service Pack 1", "SP3", "2", "0", "", "none"].map(pack);
        assert_eq!(packs, [Some(1), Some(3), Some(2), Some(0), None, None]);
        assert_eq!(release("Version 22H2"), Some("22H2".to_owned()));
        assert_eq!(release("10.0.1909"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), digits in "[0-9. ()HSP]{0,20}") {
            for text in [&text, &digits] {
                let _ = (full(text), bare(text), release(text), pack(text), architecture(text));
                let _ = seen(text, None);
            }
        }
    }
}
