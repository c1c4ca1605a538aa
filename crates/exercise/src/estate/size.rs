//! How many devices each body has, so that the sum is what was counted.
//!
//! In: a draw for each body. Out: sizes, and how far the sum is from its target. Never: a sum that
//! is off by more than 5 % without the figure to say so.

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::math::lognormal_quantile;
use super::scenario::{Scale, Scenario};

/// The sum of the health service's devices against what was counted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CheckSum {
    /// Devices that were counted in public, at this scale; none for the demo.
    pub target: Option<u32>,
    /// Devices that were made.
    pub made: u32,
    /// What medians were multiplied with to come near, in thousandths.
    pub factor_permille: u32,
    /// How far `made` is from the target, in tenths of a thousandth of it; nought without one.
    pub residual_per_10k: i64,
}

impl CheckSum {
    /// Within 5 % of the target.
    pub fn holds(&self) -> bool {
        self.residual_per_10k.abs() <= 500
    }
}

/// Rounds of rescaling after which the residual stands as it is.
const ROUNDS: u32 = 40;

/// Sizes of bodies by kind and share drawn, in the order given.
pub fn sizes(bodies: &[(Kind, f64)], scenario: Scenario, scale: Scale) -> (Vec<u32>, CheckSum) {
    let at = |factor: f64| -> (Vec<u32>, u32) {
        let sizes: Vec<u32> = bodies
            .iter()
            .map(|&(kind, share)| match scale {
                Scale::Demo => demo_size(kind, share, scenario),
                _ => size(kind, share, factor, scenario),
            })
            .collect();
        let nhs = bodies.iter().zip(&sizes).filter(|((kind, _), _)| kind.is_nhs());
        let sum = nhs.map(|(_, size)| *size).sum();
        (sizes, sum)
    };
    let Some(part) = scale.one_in() else {
        let (sizes, made) = at(1.0);
        let sum = CheckSum { target: None, made, factor_permille: 1000, residual_per_10k: 0 };
        return (sizes, sum);
    };
    let target = scenario.nhs_devices() / part;
    let mut factor = 1.0;
    let (mut best, mut made) = at(factor);
    for _ in 0..ROUNDS {
        if residual(made, target).abs() <= 20 {
            break;
        }
        factor = factor * f64::from(target) / f64::from(made.max(1));
        (best, made) = at(factor);
    }
    let factor_permille = (factor * 1000.0) as u32;
    let residual_per_10k = residual(made, target);
    (best, CheckSum { target: Some(target), made, factor_permille, residual_per_10k })
}

fn residual(made: u32, target: u32) -> i64 {
    (i64::from(made) - i64::from(target)) * 10_000 / i64::from(target.max(1))
}

fn size(kind: Kind, share: f64, factor: f64, scenario: Scenario) -> u32 {
    let rule = kind.size(scenario);
    let factor = if kind.is_nhs() { factor } else { 1.0 };
    let drawn = lognormal_quantile(share, rule.median * factor, rule.sigma);
    let whole = (drawn.clamp(rule.least, rule.most) + 0.5) as u32;
    match kind {
        // Two, and one for every seven beds.
        Kind::CareHome => (2 + (whole + 3) / 7).clamp(1, 30),
        _ => whole,
    }
}

fn demo_size(kind: Kind, share: f64, scenario: Scenario) -> u32 {
    match kind {
        Kind::Centre => 40,
        Kind::Acute => 6_000,
        _ => size(kind, share, 1.0, scenario),
    }
}
