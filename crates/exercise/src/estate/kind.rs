//! Kinds of bodies: how many there are and how many devices they have.
//!
//! The numbers are those of the sector's published counts of 2017 and 2024; where none is
//! published, an assumption.

use serde::{Deserialize, Serialize};
use wardwatch_model::OrgKind;

use super::scenario::{Scale, Scenario};

/// A kind of body, finer than [`OrgKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The centre.
    Centre,
    /// An acute trust.
    Acute,
    /// A mental health trust.
    MentalHealth,
    /// A community trust.
    Community,
    /// An ambulance trust.
    Ambulance,
    /// A care board; in 2017 a commissioning group.
    CareBoard,
    /// A support unit.
    SupportUnit,
    /// A practice.
    Practice,
    /// A council; only devices of social care.
    Council,
    /// A care home.
    CareHome,
}

/// How many devices a body of some kind has: lognormal, cut at both ends.
#[derive(Debug, Clone, Copy)]
pub struct SizeRule {
    pub median: f64,
    pub sigma: f64,
    pub least: f64,
    pub most: f64,
}

impl Kind {
    /// All, in the order in which bodies are made.
    pub const ALL: [Kind; 10] = [
        Kind::Centre,
        Kind::Acute,
        Kind::MentalHealth,
        Kind::Community,
        Kind::Ambulance,
        Kind::CareBoard,
        Kind::SupportUnit,
        Kind::Practice,
        Kind::Council,
        Kind::CareHome,
    ];

    /// What it is to the rest of the house.
    pub fn org_kind(self) -> OrgKind {
        match self {
            Kind::Centre => OrgKind::Centre,
            Kind::CareBoard => OrgKind::CareBoard,
            Kind::SupportUnit => OrgKind::SupportUnit,
            Kind::Practice => OrgKind::Practice,
            Kind::Council => OrgKind::Council,
            Kind::CareHome => OrgKind::CareHome,
            _ => OrgKind::Trust,
        }
    }

    /// Whether it is a trust.
    pub fn is_trust(self) -> bool {
        self.org_kind() == OrgKind::Trust
    }

    /// Whether its devices count in the check-sum of the health service.
    pub fn is_nhs(self) -> bool {
        !matches!(self, Kind::Centre | Kind::Council | Kind::CareHome)
    }

    /// The letter of its codes, after `ZZ`.
    pub fn letter(self) -> char {
        match self {
            Kind::Centre => 'C',
            Kind::Acute => 'T',
            Kind::MentalHealth => 'M',
            Kind::Community => 'K',
            Kind::Ambulance => 'A',
            Kind::CareBoard => 'G',
            Kind::SupportUnit => 'U',
            Kind::Practice => 'P',
            Kind::Council => 'L',
            Kind::CareHome => 'H',
        }
    }

    /// How many there are.
    pub fn count(self, scenario: Scenario, scale: Scale) -> u32 {
        let (then, now, demo) = match self {
            Kind::Centre => return 1,
            Kind::Acute => (152, 130, 1),
            Kind::MentalHealth => (54, 46, 0),
            Kind::Community => (20, 19, 0),
            Kind::Ambulance => (10, 10, 0),
            Kind::CareBoard => (207, 42, 0),
            Kind::SupportUnit => (6, 4, 0),
            Kind::Practice => (7_400, 6_277, 12),
            Kind::Council => (151, 151, 1),
            Kind::CareHome => (16_197, 15_000, 6),
        };
        let all = if scenario.recent() { now } else { then };
        match scale.one_in() {
            None => demo,
            Some(part) => (all + part / 2) / part,
        }
    }

    /// How many devices each has.
    pub fn size(self, scenario: Scenario) -> SizeRule {
        let rule = |median, sigma, least, most| SizeRule { median, sigma, least, most };
        match self {
            Kind::Centre => rule(4_000.0, 0.0, 1.0, 4_000.0),
            Kind::Acute => rule(5_000.0, 0.55, 1_200.0, 22_000.0),
            Kind::MentalHealth => rule(3_000.0, 0.45, 400.0, 12_000.0),
            Kind::Community => rule(2_000.0, 0.45, 300.0, 8_000.0),
            Kind::Ambulance => rule(1_500.0, 0.45, 300.0, 6_000.0),
            Kind::CareBoard if scenario.recent() => rule(600.0, 0.5, 100.0, 3_000.0),
            Kind::CareBoard => rule(120.0, 0.5, 20.0, 800.0),
            Kind::SupportUnit => rule(1_200.0, 0.3, 400.0, 4_000.0),
            Kind::Practice => rule(22.0, 0.55, 4.0, 140.0),
            // 18 % of a council's devices, median 3,200, serve social care.
            Kind::Council => rule(576.0, 0.6, 60.0, 3_600.0),
            // Beds; devices follow from them.
            Kind::CareHome => rule(23.0, 0.82, 1.0, 300.0),
        }
    }
}
