//! `/etc/os-release`, and the single line of `/etc/debian_version`.
//!
//! In: text. Out: an inventory with the distribution and its release. Never: packages.

use wardwatch_model::inventory::{Inventory, ReportKind};

use super::error::InventoryError;
use super::limits::some;

/// Reads the file; `None` when it is neither.
pub(super) fn read(text: &str) -> Option<Result<Vec<Inventory>, InventoryError>> {
    let mut inventory = Inventory::new(ReportKind::OsRelease);
    let system = &mut inventory.system;
    let value = |name: &str| {
        let found = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
        found.and_then(|value| some(value.trim().trim_matches(['"', '\''])))
    };
    if let Some(id) = value("ID") {
        system.distribution = Some(id.to_lowercase());
        system.name = value("PRETTY_NAME").or_else(|| value("NAME"));
        system.release = value("VERSION_ID").or_else(|| value("VERSION_CODENAME"));
    } else if let Some(release) = debian(text.trim()) {
        system.distribution = Some("debian".to_owned());
        system.name = Some(format!("Debian GNU/Linux {release}"));
        system.release = Some(release.to_owned());
    } else {
        return None;
    }
    Some(Ok(vec![inventory]))
}

/// `12.5` or `trixie/sid`.
fn debian(line: &str) -> Option<&str> {
    let (major, minor) = line.split_once('.').unwrap_or((line, "0"));
    let digits = |part: &str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let testing = line
        .strip_suffix("/sid")
        .is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()));
    let numbered = line.contains('.') && digits(major) && digits(minor);
    (testing || numbered).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn distributions() {
        let told = |text: &str| {
            let found = read(text).and_then(Result::ok).unwrap_or_default();
            let system = found.into_iter().next().map(|found| found.system).unwrap_or_default();
            [system.distribution, system.release, system.name]
                .map(Option::unwrap_or_default)
                .join("|")
        };
        let text = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n";
        assert_eq!(told(text), "debian|12|Debian GNU/Linux 12 (bookworm)");
        assert_eq!(told("12.5\n"), "debian|12.5|Debian GNU/Linux 12.5");
        assert_eq!(told("trixie/sid\n"), "debian|trixie/sid|Debian GNU/Linux trixie/sid");
        assert_eq!(told("twelve"), "||");
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
