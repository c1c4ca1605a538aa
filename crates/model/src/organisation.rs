//! Organisations: legal bodies in a tree, under codes that never change.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::time::Timestamp;

/// Code of an organisation or site, shaped like an ODS code: two to twelve capital letters and
/// digits. Stable for ever.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct OrgId(String);

/// The text is no code of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnOrgId(pub String);

impl fmt::Display for NotAnOrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no code of an organisation: 2 to 12 letters and digits", self.0)
    }
}

impl std::error::Error for NotAnOrgId {}

impl OrgId {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for OrgId {
    type Err = NotAnOrgId;

    /// Small letters are taken as capital ones.
    fn from_str(text: &str) -> Result<Self, NotAnOrgId> {
        let fits =
            (2..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits {
            Ok(OrgId(text.to_ascii_uppercase()))
        } else {
            Err(NotAnOrgId(text.chars().take(64).collect()))
        }
    }
}

impl<'de> Deserialize<'de> for OrgId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What kind of body an organisation is; may change while the code stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgKind {
    /// The centre that watches over all.
    Centre,
    /// A region.
    Region,
    /// An integrated care board, formerly a clinical commissioning group.
    CareBoard,
    /// A hospital trust.
    Trust,
    /// A support unit that works for others.
    SupportUnit,
    /// A practice.
    Practice,
    /// A local authority.
    Council,
    /// A care home.
    CareHome,
    /// A place where an organisation's devices stand.
    Site,
}

impl OrgKind {
    /// All kinds.
    pub const ALL: [OrgKind; 9] = [
        OrgKind::Centre,
        OrgKind::Region,
        OrgKind::CareBoard,
        OrgKind::Trust,
        OrgKind::SupportUnit,
        OrgKind::Practice,
        OrgKind::Council,
        OrgKind::CareHome,
        OrgKind::Site,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            OrgKind::Centre => "centre",
            OrgKind::Region => "region",
            OrgKind::CareBoard => "care_board",
            OrgKind::Trust => "trust",
            OrgKind::SupportUnit => "support_unit",
            OrgKind::Practice => "practice",
            OrgKind::Council => "council",
            OrgKind::CareHome => "care_home",
            OrgKind::Site => "site",
        }
    }
}

impl fmt::Display for OrgKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no kind of organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownOrgKind(pub String);

impl fmt::Display for UnknownOrgKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = OrgKind::ALL.iter().map(|kind| kind.as_str()).collect();
        write!(f, "'{}' is no kind of organisation: use one of {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownOrgKind {}

impl FromStr for OrgKind {
    type Err = UnknownOrgKind;

    fn from_str(word: &str) -> Result<Self, UnknownOrgKind> {
        OrgKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownOrgKind(word.chars().take(64).collect()))
    }
}

/// A legal body, or a site of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its code.
    pub code: OrgId,
    /// What it belongs to; none only for the centre.
    pub parent: Option<OrgId>,
    /// Its name.
    pub name: String,
    /// What kind of body it is now.
    pub kind: OrgKind,
    /// When it closed or merged; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
    /// What took over from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<OrgId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_capital_letters_and_digits() {
        assert_eq!("zz1".parse::<OrgId>().unwrap().as_str(), "ZZ1");
        for wrong in ["", "Z", "ZZ-1", "ZZ 1", "ZZ1234567890X", "../etc"] {
            assert!(wrong.parse::<OrgId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn kinds_print_and_parse_back() {
        for kind in OrgKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
    }
}
