//! Installed packages of Linux: `/var/lib/dpkg/status`, `dpkg -l`, `dpkg-query -W`, `rpm -qa`.
//!
//! In: text. Out: one inventory with packages. The letters of a state count, not the version
//! alone: a version is new as soon as a package is unpacked. Never: a package without a version.

use wardwatch_model::inventory::{Inventory, Package, PackageState, ReportKind};

use super::error::InventoryError;
use super::limits::{MAX_PACKAGES, cut, doubt};

/// Processor families as `rpm` writes them.
const RPM_KINDS: [&str; 12] = [
    "x86_64", "noarch", "i386", "i486", "i586", "i686", "aarch64", "armv7hl", "ppc64le", "s390x",
    "riscv64", "(none)",
];

type Found = Option<Result<Vec<Inventory>, InventoryError>>;

fn packed(kind: ReportKind, packages: Vec<Package>, doubts: Vec<String>) -> Found {
    if packages.is_empty() {
        return Some(Err(InventoryError::Nothing("a list of packages")));
    }
    let mut inventory = Inventory { packages, doubts, ..Inventory::new(kind) };
    if kind == ReportKind::DpkgStatus
        && let Some(release) = debian_release(&inventory.packages)
    {
        inventory.system.distribution = Some("debian".to_owned());
        inventory.system.name = Some(format!("Debian GNU/Linux {release}"));
        inventory.system.release = Some(release);
    }
    Some(Ok(vec![inventory]))
}

/// `/var/lib/dpkg/status`.
pub(super) fn status(text: &str) -> Found {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    if !first.starts_with("Package: ") || !text.contains("\nStatus: ") {
        return None;
    }
    let (mut packages, mut doubts) = (Vec::new(), Vec::new());
    let mut block: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if !line.trim().is_empty() {
            block.push(line);
            continue;
        }
        let field = |name: &str| {
            let found = block.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            found.map(str::trim)
        };
        if let Some(name) = field("Package") {
            match (field("Version"), field("Status")) {
                (Some(version), Some(status)) if packages.len() <= MAX_PACKAGES => {
                    let source = field("Source").unwrap_or(name);
                    let kind = field("Architecture").unwrap_or_default();
                    packages.push(package(name, version, source, kind, status));
                }
                (None, Some(status)) if status.ends_with("not-installed") => {}
                (_, None) | (None, _) => {
                    doubt(&mut doubts, format!("package {name} has no version or no status"));
                }
                _ => {}
            }
        }
        block.clear();
    }
    packed(ReportKind::DpkgStatus, packages, doubts)
}

/// The release of Debian: the package `base-files` bears its number, as `12.4+deb12u9`. Other
/// distributions write theirs otherwise (`12ubuntu4.6`).
fn debian_release(packages: &[Package]) -> Option<String> {
    let base = packages.iter().find(|package| package.name == "base-files")?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let version = base.version.split_once("+deb").map_or(base.version.as_str(), |found| found.0);
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    (base.state != PackageState::Removed && digits(major) && digits(minor))
        .then(|| major.to_owned())
}

/// `Status: install ok installed`: what is wanted, whether there was an error, what is.
fn package(name: &str, version: &str, source: &str, kind: &str, status: &str) -> Package {
    let mut words = status.split_whitespace();
    let (wanted, error, state) = (words.next(), words.next(), words.next());
    let state = match (error, state) {
        (Some("ok"), Some("installed")) => PackageState::Installed,
        (_, Some("config-files" | "not-installed")) => PackageState::Removed,
        _ => PackageState::Broken,
    };
    let (source, source_version) = match source.split_once(" (") {
        Some((source, version)) => (source, version.trim_end_matches(')')),
        None => (source, version),
    };
    Package {
        name: cut(name),
        version: cut(version),
        source: cut(source),
        source_version: cut(source_version),
        architecture: cut(kind),
        state,
        held: wanted == Some("hold"),
    }
}

/// `dpkg -l`, or the two columns of `dpkg-query -W`.
pub(super) fn list(text: &str) -> Found {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let lettered: Vec<[&str; 4]> = lines.iter().filter_map(|line| letters(line)).collect();
    let plain = || lines.iter().filter_map(|line| two(line));
    let found: Vec<Package> = match lettered.is_empty() {
        false if lettered.len() * 2 > lines.len() => lettered
            .iter()
            .map(|[mark, name, version, kind]| by_letters(mark, name, version, kind))
            .collect(),
        true if plain().count() * 10 > lines.len() * 9 => {
            plain().map(|(name, version)| by_letters("ii", name, version, "")).collect()
        }
        _ => return None,
    };
    let mut doubts = Vec::new();
    doubt(
        &mut doubts,
        "the list does not tell source packages, by which trackers go: /var/lib/dpkg/status does",
    );
    packed(ReportKind::DpkgStatus, found.into_iter().take(MAX_PACKAGES + 1).collect(), doubts)
}

fn letters(line: &str) -> Option<[&str; 4]> {
    let mut words = line.split_whitespace();
    let mark = words.next().filter(|mark| (2..=3).contains(&mark.len()))?;
    let known = mark.starts_with(['u', 'i', 'r', 'p', 'h'])
        && mark[1..].starts_with(['n', 'i', 'c', 'u', 'F', 'H', 'W', 't'])
        && mark.is_ascii();
    let (name, version) = (words.next()?, words.next()?);
    let versioned = version.starts_with(|c: char| c.is_ascii_digit());
    (known && versioned).then(|| [mark, name, version, words.next().unwrap_or_default()])
}

fn two(line: &str) -> Option<(&str, &str)> {
    let (name, version) = line.trim_end().split_once('\t')?;
    let named = name.starts_with(|c: char| c.is_ascii_alphanumeric()) && !name.contains(' ');
    let versioned = version.is_empty() || version.starts_with(|c: char| c.is_ascii_digit());
    (named && versioned && !version.contains(['\t', ' ']))
        .then_some((name, version))
        .filter(|(_, version)| !version.is_empty())
}

fn by_letters(mark: &str, name: &str, version: &str, kind: &str) -> Package {
    let (name, from_name) = name.split_once(':').unwrap_or((name, ""));
    let kind = if kind.is_empty() { from_name } else { kind };
    let wanted = if mark.starts_with('h') { "hold" } else { "install" };
    let state = match mark.get(1..2) {
        Some("i") => "installed",
        Some("c" | "n") => "config-files",
        _ => "half-installed",
    };
    let error = if mark.len() > 2 { "reinstreq" } else { "ok" };
    package(name, version, name, kind, &format!("{wanted} {error} {state}"))
}

/// `rpm -qa`: `name-[epoch:]version-release.architecture` a line; behind a blank the file of its source
/// package (`rpm -qa --qf '%{NEVRA} %{SOURCERPM}\n'`).
pub(super) fn rpm(text: &str) -> Found {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (mut packages, mut doubts) = (Vec::new(), Vec::new());
    for line in &lines {
        match rpm_package(line) {
            Some(package) if packages.len() <= MAX_PACKAGES => packages.push(package),
            Some(_) => {}
            None => doubt(&mut doubts, format!("'{}' is no package", cut(line))),
        }
    }
    if packages.is_empty() || packages.len() * 2 < lines.len() {
        return None;
    }
    if packages.iter().all(|package| package.source == package.name) {
        let how = "rpm -qa --qf '%{NEVRA} %{SOURCERPM}\\n' does";
        doubt(
            &mut doubts,
            format!("the list does not tell source packages, by which some trackers go: {how}"),
        );
    }
    packed(ReportKind::RpmList, packages, doubts)
}

fn rpm_package(line: &str) -> Option<Package> {
    let (line, source) = match line.split_once(' ') {
        Some((line, source)) => (line, rpm_source(source.trim())),
        None => (line, None),
    };
    let (rest, kind) = line.rsplit_once('.')?;
    if !RPM_KINDS.contains(&kind) || line.contains(char::is_whitespace) {
        return None;
    }
    let (rest, release) = rest.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    // `epoch:name-version-release.arch` is written so too.
    let (name, version) = match name.split_once(':') {
        Some((epoch, name)) => (name, format!("{epoch}:{version}")),
        None => (name, version.to_owned()),
    };
    let version = version.trim_start_matches("(none):");
    let epoch = version.split_once(':').map(|(epoch, _)| format!("{epoch}:")).unwrap_or_default();
    let version = format!("{version}-{release}");
    // The name of a source package's file has no epoch: it is that of what was built from it.
    let source = source.map_or(name.to_owned(), |(source, of)| format!("{source} ({epoch}{of})"));
    (!name.is_empty()).then(|| package(name, &version, &source, kind, "install ok installed"))
}

/// Name and version of a source package by its file: `bash-5.1.8-9.el9.src.rpm`.
fn rpm_source(file: &str) -> Option<(&str, &str)> {
    let whole = file.strip_suffix(".src.rpm").or_else(|| file.strip_suffix(".nosrc.rpm"))?;
    let (rest, release) = whole.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    let version = whole.get(whole.len() - release.len() - 1 - version.len()..)?;
    (!name.is_empty()).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(found: Found) -> Vec<String> {
        let found = found.and_then(Result::ok).unwrap_or_default();
        let packages = found.into_iter().flat_map(|inventory| inventory.packages);
        let line = |package: Package| {
            let held = if package.held { " held" } else { "" };
            format!(
                "{} {} of {} {} [{}] {:?}{held}",
                package.name,
                package.version,
                package.source,
                package.source_version,
                package.architecture,
                package.state
            )
        };
        packages.map(line).collect()
    }

    #[test]
    fn the_file_of_dpkg() {
        let text = "Package: zz-one\nStatus: install ok installed\nArchitecture: amd64\n\
            Source: zz (1:2.0-1)\nVersion: 2.0-1+b1\nDescription: one\n more\n\n\
            Package: zz-two\nStatus: hold ok half-configured\nArchitecture: all\nVersion: 1.2-1\n\n\
            Package: zz-three\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 3\n\n\
            Package: zz-four\nStatus: install ok installed\n";
        assert_eq!(
            told(status(text)),
            [
                "zz-one 2.0-1+b1 of zz 1:2.0-1 [amd64] Installed",
                "zz-two 1.2-1 of zz-two 1.2-1 [all] Broken held",
                "zz-three 3 of zz-three 3 [all] Removed",
            ]
        );
    }

    #[test]
    fn lists_of_dpkg() {
        let text = "Desired=Unknown/Install\n| Status=Not\n||/ Name  Version  Architecture\n+++-===\n\
            ii  zz-one:amd64  2.0-1  amd64  One\niF  zz-two  1.2-1  all  Two\nhi  zz-three  3  all  T\n\
            rc  zz-four  4  all  Four\nii  zz-five  5  all  Five\n";
        assert_eq!(
            told(list(text)),
            [
                "zz-one 2.0-1 of zz-one 2.0-1 [amd64] Installed",
                "zz-two 1.2-1 of zz-two 1.2-1 [all] Broken",
                "zz-three 3 of zz-three 3 [all] Installed held",
                "zz-four 4 of zz-four 4 [all] Removed",
                "zz-five 5 of zz-five 5 [all] Installed",
            ]
        );
        let text = "zz-one:amd64\t2.0-1\nzz-two\t1:1.2-1\n";
        assert_eq!(
            told(list(text)),
            [
                "zz-one 2.0-1 of zz-one 2.0-1 [amd64] Installed",
                "zz-two 1:1.2-1 of zz-two 1:1.2-1 [] Installed",
            ]
        );
    }

    #[test]
    fn the_package_of_a_release_names_debian_and_no_other() {
        let told = |version: &str| {
            let text = format!("zz-one\t1\nbase-files\t{version}\n");
            let found = list(&text).and_then(Result::ok).unwrap_or_default();
            found.into_iter().next().and_then(|inventory| inventory.system.release)
        };
        assert_eq!(told("12.4+deb12u9").as_deref(), Some("12"));
        assert_eq!(told("13").as_deref(), Some("13"));
        assert_eq!(told("12ubuntu4.6"), None);
        assert_eq!(told("12kali1"), None);
    }

    #[test]
    fn a_list_of_rpm() {
        let text = "zz-one-libs-3.0.7-27.el9.x86_64\nzz-two-1:2.0-1.noarch\n2:zz-three-3-1.i686\n";
        assert_eq!(
            told(rpm(text)),
            [
                "zz-one-libs 3.0.7-27.el9 of zz-one-libs 3.0.7-27.el9 [x86_64] Installed",
                "zz-two 1:2.0-1 of zz-two 1:2.0-1 [noarch] Installed",
                "zz-three 2:3-1 of zz-three 2:3-1 [i686] Installed",
            ]
        );
        let text = "zz-one-libs-3.0.7-27.el9.x86_64 zz-one-3.0.7-27.el9.src.rpm\n\
            zz-two-libs-1:2.0-1.noarch zz-two-2.0-1.src.rpm\ngpg-pubkey-8483c65d-5ccc5b19.(none) (none)\n";
        assert_eq!(
            told(rpm(text)),
            [
                "zz-one-libs 3.0.7-27.el9 of zz-one 3.0.7-27.el9 [x86_64] Installed",
                "zz-two-libs 1:2.0-1 of zz-two 1:2.0-1 [noarch] Installed",
                "gpg-pubkey 8483c65d-5ccc5b19 of gpg-pubkey 8483c65d-5ccc5b19 [(none)] Installed",
            ]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), line in "[a-z0-9:.()\t -]{0,40}") {
            for text in [&text, &line, &format!("Package: {line}\nStatus: {text}")] {
                let _ = (status(text), list(text), rpm(text));
            }
        }
    }
}
