//! What the decision tables ask, answered for one hole on one device.
//!
//! In: facts of the vulnerability and of the device. Out: the tables' words, and what was
//! estimated. Never: silence about an answer that was.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardwatch_model::landscape::{Exploitation, Severity, TechnicalImpact, Vulnerability};
use wardwatch_model::{CareClass, CveId, Day};

/// How far others can reach the device (SSVC's system exposure).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SystemExposure {
    /// Alone, or in a segment that lets only named peers in.
    Small,
    /// Within an organisation's network.
    Controlled,
    /// From the internet, or from everywhere in the sector.
    Open,
}

impl SystemExposure {
    /// All, the smallest first.
    pub const ALL: [SystemExposure; 3] =
        [SystemExposure::Small, SystemExposure::Controlled, SystemExposure::Open];

    /// The table's word.
    pub fn as_str(self) -> &'static str {
        match self {
            SystemExposure::Small => "small",
            SystemExposure::Controlled => "controlled",
            SystemExposure::Open => "open",
        }
    }
}

/// What a failure does to people (SSVC's human impact).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HumanImpact {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Very high.
    VeryHigh,
}

impl HumanImpact {
    /// All, the lowest first.
    pub const ALL: [HumanImpact; 4] =
        [HumanImpact::Low, HumanImpact::Medium, HumanImpact::High, HumanImpact::VeryHigh];

    /// The table's word.
    pub fn as_str(self) -> &'static str {
        match self {
            HumanImpact::Low => "low",
            HumanImpact::Medium => "medium",
            HumanImpact::High => "high",
            HumanImpact::VeryHigh => "very high",
        }
    }

    /// From a device's care class and whether a service depends on it. A device that nobody has
    /// classified counts as one at somebody's bed.
    pub fn of(class: Option<CareClass>, serves: bool) -> Self {
        match (class, serves) {
            (Some(CareClass::Normal), false) => HumanImpact::Low,
            (Some(CareClass::Normal), true) => HumanImpact::Medium,
            (Some(CareClass::Critical), _) | (None, false) => HumanImpact::High,
            (Some(CareClass::Passive), _) | (None, true) => HumanImpact::VeryHigh,
        }
    }
}

/// An attack that uses the vulnerability, seen in the sector now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attack {
    /// The campaign's name.
    pub name: String,
    /// Organisations in which it was seen.
    pub organisations: u32,
    /// The day of its first sign.
    pub since: Day,
}

/// Attacks that are seen now, by the vulnerability that they use; shared, since all devices have the
/// same.
pub type Attacks = Arc<BTreeMap<CveId, Attack>>;

/// Where a device stands, what depends on it, and what is happening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether the internet reaches it; `None` when nobody has said.
    pub internet: Option<bool>,
    /// How far others reach it.
    pub exposure: SystemExposure,
    /// What a failure does to people.
    pub impact: HumanImpact,
    /// Attacks that are seen now, by the vulnerability that they use.
    pub attacks: Attacks,
}

impl Default for Surroundings {
    /// A device of which nothing is known: within an organisation's network, of medium impact.
    fn default() -> Self {
        Surroundings {
            internet: None,
            exposure: SystemExposure::Controlled,
            impact: HumanImpact::Medium,
            attacks: Attacks::default(),
        }
    }
}

/// Answers for the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inputs {
    pub internet: bool,
    pub exploited: bool,
    pub exploitation: Exploitation,
    pub automatable: bool,
    pub impact: TechnicalImpact,
    pub exposure: SystemExposure,
    pub human: HumanImpact,
}

impl Inputs {
    pub fn gather(
        vulnerability: &Vulnerability,
        severity: Severity,
        around: &Surroundings,
    ) -> (Self, Option<Estimate>) {
        let exploited =
            vulnerability.kev.is_some() || around.attacks.contains_key(&vulnerability.cve);
        let (automatable, impact, estimate) = match vulnerability.ssvc {
            Some(ssvc) => (ssvc.automatable, ssvc.impact, ssvc.estimated.then_some(Estimate::Cvss)),
            None => without_ssvc(exploited, severity),
        };
        let said = vulnerability.ssvc.map_or(Exploitation::None, |ssvc| ssvc.exploitation);
        let exploitation = match (exploited, vulnerability.exploit_public) {
            (true, _) => Exploitation::Active,
            (false, true) => said.max(Exploitation::PublicPoc),
            (false, false) => said,
        };
        let inputs = Inputs {
            internet: around.internet == Some(true),
            exploited,
            exploitation,
            automatable,
            impact,
            exposure: around.exposure,
            human: around.impact,
        };
        (inputs, estimate)
    }

    /// Every set of answers that any table tells apart.
    pub fn all() -> impl Iterator<Item = Inputs> {
        (0usize..576).map(|number| Inputs {
            internet: number & 1 > 0,
            exploited: number & 2 > 0,
            automatable: number & 4 > 0,
            impact: [TechnicalImpact::Partial, TechnicalImpact::Total][number >> 3 & 1],
            human: HumanImpact::ALL[number >> 4 & 3],
            exposure: SystemExposure::ALL[(number >> 6) % 3],
            exploitation: [Exploitation::None, Exploitation::PublicPoc, Exploitation::Active]
                [(number >> 6) / 3 % 3],
        })
    }

    /// Place among the 16 sets of answers of BOD 26-04.
    pub fn bod_place(&self) -> usize {
        let total = self.impact == TechnicalImpact::Total;
        [self.exploited, self.internet, self.automatable, total]
            .iter()
            .fold(0, |place, &answer| place << 1 | usize::from(answer))
    }

    /// Place among the 72 sets of answers of the deployer's tree.
    pub fn deployer_place(&self) -> usize {
        let place = self.exploitation as usize * 3 + self.exposure as usize;
        (place << 1 | usize::from(self.automatable)) << 2 | self.human as usize
    }

    pub fn impact_word(&self) -> &'static str {
        match self.impact {
            TechnicalImpact::Partial => "partial",
            TechnicalImpact::Total => "total",
        }
    }

    pub fn exploitation_word(&self) -> &'static str {
        match self.exploitation {
            Exploitation::None => "none",
            Exploitation::PublicPoc => "public poc",
            Exploitation::Active => "active",
        }
    }

    /// The CVSS score, or what stands for the vendor's word, in tenths from 0 to 100.
    pub fn severity_tenths(&self, vulnerability: &Vulnerability, severity: Severity) -> u8 {
        let said = match severity {
            Severity::Critical => 90,
            Severity::Important => 70,
            Severity::Moderate => 50,
            Severity::Low => 30,
            Severity::Unknown => 0,
        };
        vulnerability.cvss.as_ref().map_or(said, |cvss| cvss.score.min(100))
    }
}

/// What stands for an answer that nobody has given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Estimate {
    Cvss,
    Exploitation,
    Severity,
}

impl Estimate {
    pub fn sentence(self) -> &'static str {
        match self {
            Estimate::Cvss => "automatable and impact are estimated from CVSS",
            Estimate::Exploitation => {
                "nobody has said whether an attack can be automatic: it is exploited, so taken as yes, \
                 with total impact (estimated)"
            }
            Estimate::Severity => "automatable and impact are estimated from the vendor's severity",
        }
    }
}

/// Without anybody's word: what is exploited counts as the worst; the rest goes by the vendor's
/// severity.
fn without_ssvc(exploited: bool, severity: Severity) -> (bool, TechnicalImpact, Option<Estimate>) {
    if exploited {
        return (true, TechnicalImpact::Total, Some(Estimate::Exploitation));
    }
    let (automatable, impact) = match severity {
        Severity::Critical => (true, TechnicalImpact::Total),
        Severity::Important => (false, TechnicalImpact::Total),
        Severity::Moderate | Severity::Low | Severity::Unknown => (false, TechnicalImpact::Partial),
    };
    (automatable, impact, Some(Estimate::Severity))
}
