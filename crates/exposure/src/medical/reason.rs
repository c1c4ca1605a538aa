//! What a verdict on a medical device rests on.

use std::fmt;

use wardwatch_model::landscape::MedicalStatus;

/// A product of an advisory that speaks of the device, or may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The advisory.
    pub advisory: String,
    /// Vendor, product and versions, as the advisory writes them.
    pub product: String,
    /// Its versions.
    pub versions: String,
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.versions.trim() {
            "" | "vers:all/*" => write!(f, "{}: '{}', all versions", self.advisory, self.product),
            versions => write!(f, "{}: '{}', versions '{versions}'", self.advisory, self.product),
        }
    }
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The advisory says it of this version.
    Said {
        /// What it says.
        status: MedicalStatus,
        /// Where.
        leaf: Leaf,
    },
    /// The device's version lies outside of all affected ones.
    Outside {
        /// Where.
        leaf: Leaf,
    },
    /// Only other single versions are named.
    OtherVersions {
        /// Where.
        leaf: Leaf,
    },
    /// It lies outside of the versions of which this is said.
    NotSaid {
        /// What is said of the others.
        status: MedicalStatus,
        /// Where.
        leaf: Leaf,
    },
    /// The versions cannot be compared.
    NotComparable {
        /// Where.
        leaf: Leaf,
    },
    /// The device's version is not known.
    NoVersion {
        /// Where.
        leaf: Leaf,
    },
    /// The names are not the same: one holds the other.
    MayBe {
        /// Where.
        leaf: Leaf,
    },
}

fn word(status: MedicalStatus) -> &'static str {
    match status {
        MedicalStatus::Affected => "affected",
        MedicalStatus::Fixed => "fixed",
        MedicalStatus::NotAffected => "not affected",
        MedicalStatus::UnderInvestigation => "being looked into",
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Said { status, leaf } => {
                write!(
                    f,
                    "the vendor's product is {} by {leaf} (same vendor, same product name)",
                    word(*status)
                )
            }
            Reason::Outside { leaf } => {
                write!(f, "the version lies outside of those that are affected by {leaf}")
            }
            Reason::OtherVersions { leaf } => {
                write!(
                    f,
                    "only other versions are named by {leaf}: whether this one has it is not known"
                )
            }
            Reason::NotSaid { status, leaf } => {
                write!(f, "the version lies outside of those that are {} by {leaf}", word(*status))
            }
            Reason::NotComparable { leaf } => {
                write!(f, "the version cannot be compared with {leaf}")
            }
            Reason::NoVersion { leaf } => {
                write!(f, "the device's version is not known, which decides by {leaf}")
            }
            Reason::MayBe { leaf } => {
                write!(
                    f,
                    "the device may be what is named by {leaf}: the vendor is the same, of the \
                           product's names one holds the other"
                )
            }
        }
    }
}
