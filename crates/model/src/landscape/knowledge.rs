//! What is known of a vulnerability, whatever product has it.

use serde::{Deserialize, Serialize};

use crate::{CveId, Day};

/// An entry of the catalogue of known exploited vulnerabilities (KEV, CISA).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownExploited {
    /// The day of its entry.
    pub added: Day,
    /// The day by which the catalogue wants it closed.
    pub due: Day,
    /// Whether ransomware is known to use it.
    pub ransomware: bool,
}

/// Probability of exploitation within 30 days (EPSS, FIRST), in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epss {
    /// The probability, 0 to 1,000,000.
    pub probability: u32,
    /// Share of vulnerabilities with a smaller one, 0 to 1,000,000.
    pub percentile: u32,
    /// The probability that counts where holes are put in order; it stays while the day's is near it.
    pub ranked: u32,
}

impl Epss {
    /// A probability of which none is known of an earlier day.
    pub fn first(probability: u32, percentile: u32) -> Self {
        Epss { probability, percentile, ranked: probability }
    }

    /// The same after an earlier one: what counts follows a rise by a quarter, and a fall below 80 %
    /// of it. Lists would otherwise change their order each day over nothing.
    #[must_use]
    pub fn after(self, earlier: Epss) -> Self {
        let (now, then) = (u64::from(self.probability), u64::from(earlier.ranked));
        let near = now * 5 >= then * 4 && now * 4 <= then * 5;
        Epss { ranked: if near { earlier.ranked } else { self.probability }, ..self }
    }
}

/// Whether anybody exploits it (SSVC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exploitation {
    /// No sign.
    None,
    /// A way to do it is public.
    PublicPoc,
    /// Attackers do.
    Active,
}

/// How much of the system an attacker gets (SSVC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TechnicalImpact {
    /// A part.
    Partial,
    /// All of it.
    Total,
}

/// Inputs of decisions about a vulnerability (SSVC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ssvc {
    /// Whether anybody exploits it.
    pub exploitation: Exploitation,
    /// Whether an attack can be made automatic.
    pub automatable: bool,
    /// How much an attacker gets.
    pub impact: TechnicalImpact,
    /// Whether this was worked out from the CVSS vector, not said by anybody.
    pub estimated: bool,
}

/// A score of severity (CVSS 3.x or 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cvss {
    /// The vector as published: `CVSS:3.1/AV:N/…`.
    pub vector: String,
    /// The base score in tenths, 0 to 100.
    pub score: u8,
}

/// A vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vulnerability {
    /// Its number.
    pub cve: CveId,
    /// A short title, empty when no feed has one.
    pub title: String,
    /// The first day on which a feed tells of it.
    pub published: Option<Day>,
    /// Its entry in the catalogue of known exploited vulnerabilities.
    pub kev: Option<KnownExploited>,
    /// Its probability of exploitation.
    pub epss: Option<Epss>,
    /// Inputs of decisions.
    pub ssvc: Option<Ssvc>,
    /// Its severity.
    pub cvss: Option<Cvss>,
    /// Whether a feed links to a way to exploit it.
    pub exploit_public: bool,
}

impl Vulnerability {
    /// A vulnerability of which nothing is known but its number.
    pub fn new(cve: CveId) -> Self {
        Vulnerability {
            cve,
            title: String::new(),
            published: None,
            kev: None,
            epss: None,
            ssvc: None,
            cvss: None,
            exploit_public: false,
        }
    }
}
