//! By when an open hole is to be closed, and why.
//!
//! In: what is known of the vulnerability, where the device stands and what depends on it, attacks
//! seen now. Out: a clock with its day, a deployer's decision, an order, and what it all rests on. Never: an
//! estimate that is not called one; a table's row made up.

mod grounds;
mod inputs;
mod table;

use wardwatch_model::landscape::{Severity, Vulnerability};
use wardwatch_model::{Clock, Day};

pub use grounds::Grounds;
pub use inputs::{Attack, Attacks, HumanImpact, Surroundings, SystemExposure};
pub use table::Tables;

use inputs::Inputs;

/// What a deployer does (SSVC's deployer tree).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// At once.
    Immediate,
    /// Before the next regular time.
    OutOfCycle,
    /// At the next regular time.
    Scheduled,
    /// Not now.
    Defer,
}

impl Decision {
    /// The table's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Immediate => "immediate",
            Decision::OutOfCycle => "out-of-cycle",
            Decision::Scheduled => "scheduled",
            Decision::Defer => "defer",
        }
    }
}

/// The rank of one open hole on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rank {
    /// The time that it leaves.
    pub clock: Clock,
    /// The last day of it; none when it waits for an upgrade or no day is known to count from.
    pub due: Option<Day>,
    /// What a deployer does; none without a table.
    pub decision: Option<Decision>,
    /// Why.
    pub grounds: Grounds,
    /// Sorts the more urgent first.
    pub order: Order,
}

/// What ranks are compared by: smaller is more urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    clock: Clock,
    decision: Option<Decision>,
    /// Not attacked now.
    calm: bool,
    /// Not in the catalogue of known exploited vulnerabilities.
    unexploited: bool,
    /// Not used by ransomware.
    no_ransomware: bool,
    /// Unlikeliness of exploitation by the probability that counts, in millionths.
    unlikely: u32,
    /// Lack of severity.
    mild: u8,
}

/// Ranks an open hole.
pub fn rank(
    tables: &Tables,
    vulnerability: &Vulnerability,
    severity: Severity,
    around: &Surroundings,
    published: Option<Day>,
) -> Rank {
    let (inputs, estimate) = Inputs::gather(vulnerability, severity, around);
    let clock = tables.clock(&inputs);
    let decision = tables.decision(&inputs);
    let attack = around.attacks.get(&vulnerability.cve);
    let from = attack
        .map(|attack| attack.since)
        .or(vulnerability.kev.map(|kev| kev.added))
        .or(published)
        .or(vulnerability.published);
    let due = clock.days().zip(from).map(|(days, from)| from.plus(days));
    let order = Order {
        clock,
        decision,
        calm: attack.is_none(),
        unexploited: vulnerability.kev.is_none(),
        no_ransomware: !vulnerability.kev.is_some_and(|kev| kev.ransomware),
        unlikely: 1_000_000 - vulnerability.epss.map_or(0, |epss| epss.ranked.min(1_000_000)),
        mild: 100 - inputs.severity_tenths(vulnerability, severity),
    };
    let grounds = Grounds {
        attack: attack.cloned(),
        exploited: vulnerability.kev,
        internet_said: around.internet.is_some(),
        estimate,
        inputs,
        clock,
        decision,
    };
    Rank { clock, due, decision, grounds, order }
}

/// The words of the BOD 26-04 table for a clock.
pub fn words(clock: Clock) -> &'static str {
    match clock {
        Clock::ThreeDaysForensics => "3 days & forensic investigation",
        Clock::ThreeDays => "3 days",
        Clock::FourteenDays => "14 days",
        Clock::SixtyDays => "60 days",
        Clock::OnUpgrade => "fix on system upgrade",
    }
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

#[cfg(test)]
mod tests;
