//! Functions of numbers that give the same bits on every machine.
//!
//! In: a number. Out: exponential, logarithm, quantiles. Never: the platform's mathematical library,
//! whose last bits differ. Only `+ - * /` and the square root are used, which IEEE 754 fixes; Rust
//! neither reorders nor fuses them.

use std::f64::consts::LN_2;

/// e to the power of `x`, for `x` between -700 and 700; series of Taylor after halving the argument.
pub fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let twos = (x / LN_2) as i64;
    let rest = x - twos as f64 * LN_2;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..22 {
        term = term * rest / f64::from(n);
        sum += term;
    }
    let factor = f64::from_bits(((1023 + twos) as u64) << 52);
    sum * factor
}

/// The natural logarithm of a positive number: exponent by its bits, the rest by the series of the
/// inverse hyperbolic tangent.
pub fn ln(x: f64) -> f64 {
    let bits = x.max(f64::MIN_POSITIVE).to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as i64 - 1023;
    let part = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | (1023 << 52));
    let s = (part - 1.0) / (part + 1.0);
    let square = s * s;
    let mut power = s;
    let mut sum = 0.0;
    for n in 0..20 {
        sum += power / f64::from(2 * n + 1);
        power *= square;
    }
    2.0 * sum + exponent as f64 * LN_2
}

/// The quantile of the normal distribution at `p`, 0 < p < 1: P. J. Acklam's rational functions,
/// relative error below 1.2e-9.
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e+01,
        2.209460984245205e+02,
        -2.759285104469687e+02,
        1.38357751867269e+02,
        -3.066479806614716e+01,
        2.506628277459239e+00,
    ];
    const B: [f64; 6] = [
        -5.447609879822406e+01,
        1.615858368580409e+02,
        -1.556989798598866e+02,
        6.680131188771972e+01,
        -1.328068155288572e+01,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-03,
        -3.223964580411365e-01,
        -2.400758277161838e+00,
        -2.549732539343734e+00,
        4.374664141464968e+00,
        2.938163982698783e+00,
    ];
    const D: [f64; 5] = [
        7.784695709041462e-03,
        3.224671290700398e-01,
        2.445134137142996e+00,
        3.754408661907416e+00,
        1.0,
    ];
    let tail = |p: f64| {
        let q = (-2.0 * ln(p)).sqrt();
        polynomial(&C, q) / polynomial(&D, q)
    };
    if p < 0.02425 {
        tail(p)
    } else if p > 1.0 - 0.02425 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        polynomial(&A, r) * q / polynomial(&B, r)
    }
}

/// The quantile of a lognormal distribution by its median.
pub fn lognormal_quantile(p: f64, median: f64, sigma: f64) -> f64 {
    median * exp(sigma * normal_quantile(p))
}

/// The quantile of Beta(2, 2) at `p`: the root of 3x² - 2x³ = p, by halving.
pub fn beta22_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if middle * middle * (3.0 - 2.0 * middle) < p { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of tables, to twelve digits where the method has them.
    #[test]
    fn agrees_with_tables() {
        let near = |got: f64, want: f64, part: f64| {
            assert!((got - want).abs() <= part * want.abs().max(1.0), "{got} {want}");
        };
        near(exp(2.0), 7.389_056_098_931, 1e-12);
        near(exp(-20.0), 2.061_153_622_439e-9, 1e-20);
        near(ln(100.0), 4.605_170_185_988, 1e-12);
        near(ln(0.001), -6.907_755_278_982, 1e-12);
        near(normal_quantile(0.975), 1.959_963_985, 2e-9);
        near(normal_quantile(0.001), -3.090_232_306, 2e-9);
        near(normal_quantile(0.5), 0.0, 1e-15);
        near(beta22_quantile(0.5), 0.5, 1e-12);
        near(beta22_quantile(0.156_25), 0.25, 1e-12);
    }

    /// The bits themselves: a machine that gives others would make another sector.
    #[test]
    fn bits_are_fixed() {
        assert_eq!(exp(0.55).to_bits(), 4_610_484_696_818_053_302);
        assert_eq!(normal_quantile(0.75).to_bits(), 4_604_250_483_120_819_265);
    }
}
