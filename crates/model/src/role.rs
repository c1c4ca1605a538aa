//! What people and machines may be, each over a subtree of organisations.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A role; each is given for an organisation and all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Watches detections and works on incidents.
    Analyst,
    /// Runs an organisation's computers.
    ItManager,
    /// Looks after clinical devices.
    ClinicalEngineer,
    /// Runs a care home.
    CareHomeUser,
    /// Answers for an organisation.
    Board,
    /// Writes rules.
    DetectionEngineer,
    /// Sets up organisations, people and tokens.
    Administrator,
}

/// Something that one may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// See organisations, devices, detections, incidents and campaigns.
    ReadFindings,
    /// See events themselves.
    ReadEvents,
    /// Assign, note, merge, split and close incidents.
    HandleIncidents,
    /// Say which care class devices have and which services there are.
    ClassifyDevices,
    /// Change rules.
    WriteRules,
    /// Change organisations, people, tokens and codes; read the audit.
    Administer,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 7] = [
        Role::Analyst,
        Role::ItManager,
        Role::ClinicalEngineer,
        Role::CareHomeUser,
        Role::Board,
        Role::DetectionEngineer,
        Role::Administrator,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Analyst => "analyst",
            Role::ItManager => "it_manager",
            Role::ClinicalEngineer => "clinical_engineer",
            Role::CareHomeUser => "care_home_user",
            Role::Board => "board",
            Role::DetectionEngineer => "detection_engineer",
            Role::Administrator => "administrator",
        }
    }

    /// Whether the role may do this in the organisations it is given for.
    pub fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::ReadFindings => true,
            Permission::ReadEvents => {
                matches!(self, Role::Analyst | Role::ItManager | Role::DetectionEngineer)
            }
            Permission::HandleIncidents => matches!(self, Role::Analyst | Role::ItManager),
            Permission::ClassifyDevices => {
                matches!(self, Role::ItManager | Role::ClinicalEngineer | Role::Administrator)
            }
            Permission::WriteRules => matches!(self, Role::DetectionEngineer),
            Permission::Administer => matches!(self, Role::Administrator),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRole(pub String);

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        write!(f, "'{}' is no role: use one of {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownRole {}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        Role::ALL
            .into_iter()
            .find(|role| role.as_str() == word)
            .ok_or_else(|| UnknownRole(word.chars().take(64).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_print_and_parse_back() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert!("root".parse::<Role>().is_err());
    }
}
