//! How well a body keeps its estate.
//!
//! In: its draws, whether it is a laggard. Out: maturity, latency, reachability, links. Shares are
//! those of the sector's surveys where there are any, else assumptions.

use serde::{Deserialize, Serialize};

use super::draw::{Draw, Field};
use super::kind::Kind;
use super::math::{beta22_quantile, ln};
use super::network::Link;
use super::scenario::Scenario;

/// How a body keeps its estate. Shares are in thousandths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posture {
    /// Maturity, Beta(2, 2).
    pub maturity_permille: u32,
    /// Whether it is one of the 15 % of trusts and of practices that did not act on MS17-010.
    pub laggard: bool,
    /// Devices without MS17-010, where it is a laggard and the scenario is the worm's day.
    pub missing_permille: u32,
    /// Half of the devices are patched after so many days: 35 × (1.6 - 1.2 × maturity).
    pub median_latency_days: u32,
    /// Devices that are never patched: 0.02 + 0.10 × (1 - maturity).
    pub never_permille: u32,
    /// Medical devices that stand in segments of their own.
    pub segregated_permille: u32,
    /// Whether any segment reaches any other.
    pub routes_any_to_any: bool,
    /// Whether port 445 is stopped between it and others.
    pub boundary_stops_445: bool,
    /// Whether some of its devices answer on port 445 to the internet.
    pub internet_exposed_445: bool,
    /// Days by which it defers feature updates: Gamma, shape 2, mean 120.
    pub deferral_days: u32,
    /// Its link to the rest.
    pub link: Link,
    /// Whether its way to the web is a proxy, so that a sinkhole is out of the worm's reach.
    pub proxy: bool,
    /// Whether that proxy opens TLS.
    pub tls_inspection: bool,
}

/// How the body with these draws keeps its estate.
pub fn posture(kind: Kind, scenario: Scenario, laggard: bool, draw: Draw) -> Posture {
    let maturity = beta22_quantile(draw.inner_share(Field::Maturity));
    let (least, most) = if kind.is_trust() { (250, 700) } else { (300, 900) };
    let missing = least + draw.below(Field::MissingShare, most - least + 1);
    let exponential = |field| -60.0 * ln(draw.inner_share(field));
    let deferral = exponential(Field::Deferral) + exponential(Field::DeferralSecond);
    let proxy = kind.is_trust() && draw.chance(Field::Proxy, 700);
    Posture {
        maturity_permille: (maturity * 1000.0) as u32,
        laggard,
        missing_permille: if laggard && scenario == Scenario::May2017 { missing } else { 0 },
        median_latency_days: (35.0 * (1.6 - 1.2 * maturity) + 0.5) as u32,
        never_permille: (20.0 + 100.0 * (1.0 - maturity) + 0.5) as u32,
        segregated_permille: segregated(draw),
        routes_any_to_any: laggard && draw.chance(Field::CoreRouting, 600),
        boundary_stops_445: draw.chance(Field::Boundary, 800),
        internet_exposed_445: laggard && draw.chance(Field::ExposedSmb, 600),
        deferral_days: (deferral + 0.5) as u32,
        link: Link::draw(kind, scenario, draw),
        proxy,
        tls_inspection: proxy && draw.chance(Field::Inspection, 250),
    }
}

/// 27 % of bodies segregate none of their medical devices, 13 % 1 to 60 in a hundred, 30 % 61 to
/// 99, 30 % all.
fn segregated(draw: Draw) -> u32 {
    let within =
        |least: u32, most: u32| least + draw.below(Field::SegregationShare, most - least + 1);
    match draw.below(Field::Segregation, 100) {
        0..=26 => 0,
        27..=39 => within(10, 600),
        40..=69 => within(610, 990),
        _ => 1000,
    }
}
