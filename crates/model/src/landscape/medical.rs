//! Advisories for medical devices (CSAF 2.0).

use serde::{Deserialize, Serialize};

use crate::{CveId, Day};

/// What an advisory says of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MedicalStatus {
    /// Known to be affected.
    Affected,
    /// Fixed.
    Fixed,
    /// Known not to be affected.
    NotAffected,
    /// Being looked into.
    UnderInvestigation,
}

/// A way out that an advisory names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// CSAF's category: `vendor_fix`, `mitigation`, `workaround`, `none_available`, `no_fix_planned`.
    pub category: String,
    /// What to do.
    pub details: String,
    /// Where to find it.
    pub url: Option<String>,
    /// Products it is for, by place in [`MedicalAdvisory::products`]; empty: all of them.
    pub products: Vec<u32>,
}

/// A product and its versions, as one leaf of the product tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicalProduct {
    /// Who makes it.
    pub vendor: String,
    /// Its name.
    pub name: String,
    /// Its versions as written: `<= 4.2`, `vers:all/*`, `A.01.07`.
    pub versions: String,
    /// What is said of it for each vulnerability.
    pub statuses: Vec<(CveId, MedicalStatus)>,
}

/// An advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicalAdvisory {
    /// Its id: `ICSMA-17-250-01`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The day of its present version.
    pub updated: Option<Day>,
    /// Products it speaks of.
    pub products: Vec<MedicalProduct>,
    /// Ways out.
    pub remedies: Vec<Remedy>,
}
