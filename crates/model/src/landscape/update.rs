//! Microsoft's products, updates, and which update fixes what.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{Build, CveId, Day, Kb};

/// The line of updates that an update belongs to: those of a line replace each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    /// The month's cumulative update, or the monthly roll-up of older systems.
    Cumulative,
    /// The month's update without the earlier ones.
    SecurityOnly,
    /// A cumulative update that needs no restart.
    Hotpatch,
    /// .NET.
    DotNet,
    /// The part that installs updates.
    ServicingStack,
    /// The cumulative update of Internet Explorer.
    InternetExplorer,
    /// Flash, as a part of Windows.
    Flash,
    /// The keys that a start is checked with.
    SecureBoot,
    /// A service pack or feature update.
    ServicePack,
    /// One fix by itself.
    Standalone,
}

/// How bad a vendor calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Not said.
    Unknown,
    /// Low.
    Low,
    /// Moderate.
    Moderate,
    /// Important.
    Important,
    /// Critical.
    Critical,
}

/// A product of the catalogue: a system of one architecture and service pack, or a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The catalogue's name, as `Windows 10 Version 1809 for x64-based Systems`; blanks at its end
    /// and differences of case are made one.
    pub name: String,
    /// Its rows in [`crate::landscape::Landscape::fixes`].
    pub fixes: Range<u32>,
}

/// An update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// Its number.
    pub kb: Kb,
    /// Its title, as `Security Update for Microsoft Windows SMB Server`.
    pub title: String,
    /// Its line.
    pub track: Track,
    /// The first day on which the catalogue has it.
    pub published: Day,
    /// Updates that it replaces by the vendor's word, by place in
    /// [`crate::landscape::Landscape::updates`]; never itself; not their closure.
    pub supersedes: Vec<u32>,
    /// The build that it brings a product to, where feeds tell: the product's place in
    /// [`crate::landscape::Landscape::products`], in order, and the build.
    pub builds: Vec<(u32, Build)>,
}

/// One row of the catalogue: this update fixes this vulnerability in that part of this product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fix {
    /// Place in [`crate::landscape::Landscape::vulnerabilities`].
    pub vulnerability: u32,
    /// Place in [`crate::landscape::Landscape::updates`].
    pub update: u32,
    /// Place in [`crate::landscape::Landscape::components`].
    pub component: u16,
    /// How bad the vendor calls it there.
    pub severity: Severity,
    /// The day of the row.
    pub published: Day,
    /// The build from which on the product is fixed, where a feed tells.
    pub fixed_build: Option<Build>,
}

/// An advisory that closes several vulnerabilities with the same updates, where the catalogue lists
/// only some of them for a product: MS17-010 on Windows XP stands under one of its six.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// Its name: `MS17-010`.
    pub name: String,
    /// Its vulnerabilities.
    pub vulnerabilities: Vec<CveId>,
}
