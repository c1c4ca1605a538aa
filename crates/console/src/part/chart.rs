//! Charts that the server draws: bars with a scale and a unit. A sentence beside each says the same.

use maud::{Markup, html};

use super::count::number;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 22.0;

/// One bar.
pub struct Bar {
    /// What stands below it; empty for none.
    pub label: String,
    /// Its height.
    pub value: u64,
    /// How much of it is serious, drawn in another colour from the bottom.
    pub serious: u64,
    /// What is told on hover.
    pub told: String,
}

/// Bars side by side. `sentence` says what the picture shows; `unit` what the scale counts.
pub fn bars(bars: &[Bar], unit: &str, sentence: &str) -> Markup {
    let top = nice(bars.iter().map(|bar| bar.value).max().unwrap_or(0));
    let step = (WIDTH - LEFT) / bars.len().max(1) as f64;
    let height = |value: u64| (HEIGHT - BOTTOM - 14.0) * value as f64 / top as f64;
    let floor = HEIGHT - BOTTOM;
    html! {
        figure {
            div.drawn tabindex="0" role="group" aria-label={ "Picture of " (unit) } {
                svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(sentence) {
                    text x="0" y="11" { (unit) }
                    text x=(LEFT - 6.0) y=(floor) text-anchor="end" { "0" }
                    text x=(LEFT - 6.0) y="26" text-anchor="end" { (number(top)) }
                    line.axis x1=(LEFT) x2=(WIDTH) y1=(floor) y2=(floor) {}
                    @for (place, bar) in bars.iter().enumerate() {
                        @let x = LEFT + step * place as f64;
                        @let tall = height(bar.value);
                        @let serious = height(bar.serious);
                        g {
                            title { (bar.told) }
                            rect.bar x=(at(x + step * 0.08)) y=(at(floor - tall)) width=(at(step * 0.84)) height=(at(tall)) {}
                            @if bar.serious > 0 {
                                rect.serious x=(at(x + step * 0.08)) y=(at(floor - serious)) width=(at(step * 0.84)) height=(at(serious)) {}
                            }
                        }
                        @if !bar.label.is_empty() {
                            text x=(at(x)) y=(HEIGHT - 6.0) { (bar.label) }
                        }
                    }
                }
            }
            figcaption { (sentence) }
        }
    }
}

fn at(value: f64) -> String {
    format!("{value:.1}")
}

/// A round number at or above a value, for the top of a scale.
fn nice(value: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        let found = [1, 2, 5].into_iter().find_map(|factor| {
            let round = unit.checked_mul(factor)?;
            (round >= value).then_some(round)
        });
        match (found, unit.checked_mul(10)) {
            (Some(round), _) => return round,
            (None, Some(next)) => unit = next,
            (None, None) => return value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number() {
        assert_eq!([0, 1, 3, 7, 100, 101, 4_999].map(nice), [1, 1, 5, 10, 100, 200, 5_000]);
        assert_eq!(nice(u64::MAX), u64::MAX);
    }
}
