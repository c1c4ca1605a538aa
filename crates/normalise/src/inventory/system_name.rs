//! What a system's name says besides: edition, server or not, with a desktop or without.
//!
//! In: a name in any language, as `Microsoft Windows 7 Entreprise N`. Out: those fields of the
//! claim. Never: the product; an edition for a word that is not in the table.

use wardwatch_model::inventory::SystemClaim;

/// Words of names, small letters, and the edition's id as Windows' registry has it; the first that
/// fits counts, so that the longer ones stand first.
const CLIENTS: [(&str, &[&str]); 12] = [
    (
        "ProfessionalWorkstation",
        &["pro for workstations", "工作站", "workstation", "рабочих станций"],
    ),
    ("ProfessionalEducation", &["pro education", "专业教育版"]),
    (
        "CoreSingleLanguage",
        &["single language", "для одного языка", "单语言", "unilingue", "monolingua"],
    ),
    ("CoreCountrySpecific", &["家庭中文版", "china"]),
    (
        "HomePremium",
        &["home premium", "édition familiale premium", "家庭高级版", "домашняя расширенная"],
    ),
    ("HomeBasic", &["home basic", "édition familiale basique", "家庭普通版", "домашняя базовая"]),
    ("Ultimate", &["ultimate", "intégrale", "旗舰版", "旗艦版", "максимальная"]),
    ("Business", &["business", "professionnel avec"]),
    ("Education", &["education", "éducation", "教育版", "для образовательных"]),
    (
        "Professional",
        &["pro", "professionnel", "专业版", "專業版", "профессиональная", "pró", "profesional"],
    ),
    ("Starter", &["starter", "начальная", "简易版", "débutant", "edition starter"]),
    ("Core", &["home", "famille", "familiale", "家庭版", "家用版", "домашняя"]),
];

/// Words for Enterprise, which alone has long-term releases.
const ENTERPRISE: [&str; 7] =
    ["enterprise", "entreprise", "企业版", "企業版", "корпоративная", "empresa", "엔터프라이즈"];

/// Editions of servers.
const SERVERS: [(&str, &[&str]); 7] = [
    ("ServerDatacenter", &["datacenter", "数据中心"]),
    ("ServerEnterprise", &["enterprise", "entreprise", "企业版"]),
    ("ServerWeb", &["web"]),
    ("ServerSolution", &["essentials"]),
    ("ServerFoundation", &["foundation"]),
    ("ServerStorage", &["storage"]),
    ("ServerStandard", &["standard", "标准", "стандарт", "estándar"]),
];

/// What only systems of workplaces are called, besides their editions.
const WORKPLACES: [&str; 10] =
    ["2000", "xp", "vista", "7", "8", "8.1", "10", "11", "rt", "embedded"];

/// Fills in what the claim's name tells and the claim does not yet say.
pub(super) fn describe(claim: &mut SystemClaim) {
    let Some(name) = claim.name.as_ref().map(|name| name.to_lowercase()) else { return };
    let hypervisor = name.contains("hyper-v server") || name.contains("azure stack");
    if name.contains("windows") || hypervisor {
        let server = name.contains("server") || hypervisor;
        // "Windows" alone may be either.
        let told = server
            || WORKPLACES.iter().any(|word| has_word(&name, word))
            || edition(&name, false).is_some();
        claim.server = claim.server.or(told.then_some(server));
    }
    if name.contains("server core") || name.contains("core installation") || hypervisor {
        claim.core = claim.core.or(Some(true));
    }
    if claim.edition.is_none() {
        claim.edition = edition(&name, claim.server == Some(true)).map(str::to_owned);
    }
}

fn edition(name: &str, server: bool) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|word| has_word(name, word));
    if server {
        return SERVERS.iter().find(|(_, words)| has(words)).map(|&(edition, _)| edition);
    }
    let long_term = name.contains("ltsc") || name.contains("ltsb");
    match (long_term, name.contains("iot"), has(&ENTERPRISE)) {
        (true, true, _) => Some("IoTEnterpriseS"),
        (true, false, _) => Some("EnterpriseS"),
        (false, true, true) => Some("IoTEnterprise"),
        (false, false, true) => Some("Enterprise"),
        _ => CLIENTS.iter().find(|(_, words)| has(words)).map(|&(edition, _)| edition),
    }
}

/// Whether a name has a word; `pro` counts at a word's start only when nothing Latin follows,
/// except in `professional` and its like.
fn has_word(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(place, _)| {
        let before = name[..place].chars().next_back();
        let after = name[place + word.len()..].chars().next();
        let whole = !after.is_some_and(|c| c.is_ascii_alphabetic());
        let starts = !before.is_some_and(|c| c.is_ascii_alphabetic());
        let professional = word == "pro" && name[place..].starts_with("profes");
        !word.is_ascii() || (starts && (whole || professional || word.len() > 4))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_editions() {
        for (name, edition, server, core) in [
            ("Microsoft Windows 7 Entreprise N", Some("Enterprise"), Some(false), None),
            ("Microsoft Windows 10 企业版 LTSC", Some("EnterpriseS"), Some(false), None),
            ("Microsoft Windows 10 IoT Enterprise LTSC", Some("IoTEnterpriseS"), Some(false), None),
            ("Microsoft Windows 10 Pro", Some("Professional"), Some(false), None),
            ("Майкрософт Windows 10 Профессиональная", Some("Professional"), Some(false), None),
            (
                "Microsoft Windows 10 Pro for Workstations",
                Some("ProfessionalWorkstation"),
                Some(false),
                None,
            ),
            (
                "Microsoft Windows 11 Home Single Language",
                Some("CoreSingleLanguage"),
                Some(false),
                None,
            ),
            ("Microsoft Windows 10 家庭版", Some("Core"), Some(false), None),
            ("Microsoft Windows XP Professional", Some("Professional"), Some(false), None),
            ("Microsoft Windows 8.1", None, Some(false), None),
            (
                "Microsoft Windows Server 2016 Datacenter",
                Some("ServerDatacenter"),
                Some(true),
                None,
            ),
            (
                "Microsoft(R) Windows(R) Server 2003, Standard Edition",
                Some("ServerStandard"),
                Some(true),
                None,
            ),
            ("Microsoft Hyper-V Server 2016", None, Some(true), Some(true)),
            ("", None, None, None),
        ] {
            let mut claim = SystemClaim { name: Some(name.to_owned()), ..SystemClaim::default() };
            describe(&mut claim);
            let told = (claim.edition.as_deref(), claim.server, claim.core);
            assert_eq!(told, (edition, server, core), "{name}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(name in any::<String>()) {
            describe(&mut SystemClaim { name: Some(name), ..SystemClaim::default() });
        }
    }
}
