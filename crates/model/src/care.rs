//! What depends on devices: care classes and services.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::organisation::OrgId;

/// How careful one must be with a device. There is no default: a device that nobody has classified
/// has no class, which is shown as such and counts, for whatever would change a machine, as
/// [`CareClass::Passive`]. It may be the pump at somebody's bed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CareClass {
    /// May be changed under the usual rules.
    Normal,
    /// Care depends on it: two people must approve a change.
    Critical,
    /// Never touched by us.
    Passive,
}

impl CareClass {
    /// All classes.
    pub const ALL: [CareClass; 3] = [CareClass::Normal, CareClass::Critical, CareClass::Passive];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            CareClass::Normal => "normal",
            CareClass::Critical => "critical",
            CareClass::Passive => "passive",
        }
    }
}

impl fmt::Display for CareClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no care class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCareClass(pub String);

impl fmt::Display for UnknownCareClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no care class: use normal, critical or passive", self.0)
    }
}

impl std::error::Error for UnknownCareClass {}

impl FromStr for CareClass {
    type Err = UnknownCareClass;

    fn from_str(word: &str) -> Result<Self, UnknownCareClass> {
        CareClass::ALL
            .into_iter()
            .find(|class| class.as_str() == word)
            .ok_or_else(|| UnknownCareClass(word.chars().take(64).collect()))
    }
}

/// Code of a service within its organisation: one to 32 small letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ServiceCode(String);

impl ServiceCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is no code of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAServiceCode(pub String);

impl fmt::Display for NotAServiceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no code of a service: 1 to 32 letters, digits and hyphens", self.0)
    }
}

impl std::error::Error for NotAServiceCode {}

impl FromStr for ServiceCode {
    type Err = NotAServiceCode;

    /// Capital letters are taken as small ones.
    fn from_str(text: &str) -> Result<Self, NotAServiceCode> {
        let fits = (1..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if fits {
            Ok(ServiceCode(text.to_ascii_lowercase()))
        } else {
            Err(NotAServiceCode(text.chars().take(64).collect()))
        }
    }
}

impl<'de> Deserialize<'de> for ServiceCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Something that care or business is done with, such as radiology or payroll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The organisation that runs it.
    pub org: OrgId,
    /// Its code there.
    pub code: ServiceCode,
    /// Its name.
    pub name: String,
    /// The sites where it is run.
    #[serde(default)]
    pub sites: Vec<OrgId>,
    /// The services of the same organisation that it depends on.
    #[serde(default)]
    pub depends_on: Vec<ServiceCode>,
}

/// What people say of a device: how careful to be with it, and what it serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceCare {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// Its care class; none while nobody has classified it.
    #[serde(default)]
    pub care_class: Option<CareClass>,
    /// The service of its organisation that depends on it.
    #[serde(default)]
    pub service: Option<ServiceCode>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_print_and_parse_back_and_none_is_no_class() {
        for class in CareClass::ALL {
            assert_eq!(class.to_string().parse(), Ok(class));
            assert_eq!(serde_json::to_string(&class).unwrap(), format!("\"{class}\""));
        }
        assert!("".parse::<CareClass>().is_err() && "unknown".parse::<CareClass>().is_err());
    }

    #[test]
    fn codes_of_services_are_small_letters_digits_and_hyphens() {
        assert_eq!("ED-Triage".parse::<ServiceCode>().unwrap().as_str(), "ed-triage");
        for wrong in ["", "ed triage", "é", &"x".repeat(33), "../etc"] {
            assert!(wrong.parse::<ServiceCode>().is_err(), "{wrong}");
        }
    }
}
