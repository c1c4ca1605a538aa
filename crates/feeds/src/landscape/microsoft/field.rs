//! Single fields of the catalogue, with the dirt that real ones have.

use wardwatch_model::landscape::{Severity, Track};
use wardwatch_model::{CveId, Kb};

/// A vulnerability; none for an advisory (`ADV200011`), an empty field or a service pack.
pub fn vulnerability(text: &str) -> Result<Option<CveId>, String> {
    match text.parse::<CveId>() {
        Ok(cve) => Ok(Some(cve)),
        Err(error) if text.len() > 4 && text.get(..4) == Some("CVE-") => Err(error.to_string()),
        Err(_) => Ok(None),
    }
}

/// How bad; what is no word for it (`None`, `System.Object[]`) says nothing.
pub fn severity(text: &str) -> Severity {
    let words = [
        ("low", Severity::Low),
        ("moderate", Severity::Moderate),
        ("important", Severity::Important),
        ("critical", Severity::Critical),
    ];
    let found = words.iter().find(|(word, _)| text.trim().eq_ignore_ascii_case(word));
    found.map_or(Severity::Unknown, |(_, severity)| *severity)
}

/// Numbers of updates in a field: parted by `;`, `<br>`, blanks or line ends. What is no number of
/// an update (`None`, `2.41.0`, a service pack's mark) is left out.
pub fn updates(text: &str) -> impl Iterator<Item = Kb> {
    text.split([';', ',', '<', '>', ' ', '\n', '\r', '\t']).filter_map(|part| part.parse().ok())
}

/// Updates of the keys that a start is checked with (revocation lists, DBX): their rows look like
/// those of any other update.
const SECURE_BOOT: [Kb; 3] = [Kb(4_524_244), Kb(4_535_680), Kb(5_012_170)];

/// Whether an update changes the keys that a start is checked with.
pub fn is_secure_boot(kb: Kb) -> bool {
    SECURE_BOOT.contains(&kb)
}

/// The line that a row's words name.
pub fn hint(named: &str, product: &str, component: &str, title: &str) -> Option<Track> {
    let starts = |text: &str, starts: &[&str]| {
        starts.iter().any(|start| {
            text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
        })
    };
    if named.starts_with("SP") {
        Some(Track::ServicePack)
    } else if [product, component, title].iter().any(|text| text.contains("Flash Player")) {
        Some(Track::Flash)
    } else if [component, title].iter().any(|text| {
        ["Servicing Stack", "Windows Update Stack", "Windows Modules Installer"]
            .iter()
            .any(|words| text.contains(words))
    }) {
        Some(Track::ServicingStack)
    } else if [product, component, title].iter().any(|text| text.contains(".NET Framework")) {
        Some(Track::DotNet)
    } else if starts(
        product,
        &["Internet Explorer", "Microsoft Internet Explorer", "Windows Internet Explorer"],
    ) || starts(title, &["Cumulative Security Update for Internet Explorer"])
    {
        Some(Track::InternetExplorer)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dirt_in_supersedence_is_left_out() {
        let read = |text| updates(text).map(|kb| kb.0).collect::<Vec<_>>();
        assert_eq!(read("3118389<br><br>4022173"), [3_118_389, 4_022_173]);
        assert_eq!(read("4471987;3142037\n"), [4_471_987, 3_142_037]);
        for text in ["None", "2.41.0", "System.Object[]", ";", "", "SP81X86", "20.0.1"] {
            assert!(read(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn words_name_lines() {
        let hint = |product, component, title| hint("CVE-2999-0001", product, component, title);
        assert_eq!(
            hint("Windows 10 for x64-based Systems", "Adobe Flash Player", ""),
            Some(Track::Flash)
        );
        assert_eq!(hint("Microsoft .NET Framework 4.8 on Windows 7", "", ""), Some(Track::DotNet));
        assert_eq!(
            hint("Internet Explorer 11 on Windows 7", "", ""),
            Some(Track::InternetExplorer)
        );
        assert_eq!(hint("Windows 7", "", "Lamp"), None);
        assert_eq!(super::hint("SP7X86SP1", "Windows 7", "", ""), Some(Track::ServicePack));
    }

    #[test]
    fn what_is_no_vulnerability_is_told_from_what_is_a_bad_one() {
        assert_eq!(vulnerability("ADV200011"), Ok(None));
        assert_eq!(vulnerability("CVE"), Ok(None));
        assert!(vulnerability("CVE-2019-").is_err());
    }
}
