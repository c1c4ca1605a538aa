//! Scores and decision inputs of a record's `metrics`.

use serde_json::Value;
use wardwatch_model::landscape::{Cvss, Exploitation, Ssvc, TechnicalImpact};

use super::{list, text};

/// Longest vector that is kept; the longest of CVSS 4 has some 200 characters.
const MAX_VECTOR_CHARS: usize = 300;

/// A score of CVSS 3.x or 4.
pub fn cvss(metric: &Value) -> Option<Cvss> {
    let names = ["cvssV3_1", "cvssV3_0", "cvssV4_0"];
    let found = names.iter().find_map(|name| metric.get(name))?;
    let vector = text(found, "vectorString");
    let score = found.get("baseScore")?.as_f64().filter(|score| (0.0..=10.0).contains(score))?;
    let fits = vector.starts_with("CVSS:") && vector.len() <= MAX_VECTOR_CHARS;
    fits.then(|| Cvss { vector: vector.to_owned(), score: (score * 10.0).round() as u8 })
}

/// Decision inputs that a publisher gives; words in any case.
pub fn ssvc(metric: &Value) -> Option<Ssvc> {
    let other = metric.get("other").filter(|other| text(other, "type") == "ssvc")?;
    let options: Vec<&Value> = list(other.get("content")?, "options").collect();
    let find = |name: &str| {
        let word = options.iter().find_map(|option| option.get(name)?.as_str())?;
        Some(word.trim().to_lowercase())
    };
    Some(Ssvc {
        exploitation: match find("Exploitation")?.as_str() {
            "none" => Exploitation::None,
            "poc" | "public poc" => Exploitation::PublicPoc,
            "active" => Exploitation::Active,
            _ => return None,
        },
        automatable: match find("Automatable")?.as_str() {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
        impact: match find("Technical Impact")?.as_str() {
            "partial" => TechnicalImpact::Partial,
            "total" => TechnicalImpact::Total,
            _ => return None,
        },
        estimated: false,
    })
}

/// Decision inputs out of a vector: an attack can be made automatic when it needs the network only
/// (AV:N, AC:L, PR:N, UI:N; right in 96 of 100 records of CISA's), and gives all of a system when
/// it takes both its secrets and its integrity (C:H, I:H; right in 94).
pub fn estimated(vector: &str) -> Option<Ssvc> {
    let has = |part: &str| vector.split('/').any(|one| one == part);
    if !(vector.starts_with("CVSS:3") || vector.starts_with("CVSS:4")) {
        return None;
    }
    let total = (has("C:H") && has("I:H")) || (has("VC:H") && has("VI:H"));
    Some(Ssvc {
        exploitation: Exploitation::None,
        automatable: ["AV:N", "AC:L", "PR:N", "UI:N"].iter().all(|part| has(part)),
        impact: if total { TechnicalImpact::Total } else { TechnicalImpact::Partial },
        estimated: true,
    })
}
