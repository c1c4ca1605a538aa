//! The chart of the timeline: a bar for each stretch of time, its colours by level.
//!
//! In: bars. Out: a figure with a picture in SVG and a sentence that says the same. Positions
//! across are in percent and heights in pixels, so that letters keep their size on any screen.
//! Never a colour without its word.

use std::io::{self, Write};

use wardwatch_model::Level;

use super::histogram::Bars;
use crate::output::tally::{ByLevel, Tally};
use crate::output::words;

/// Pixels from the top to the highest line of the scale.
const TOP: f64 = 26.0;
/// Pixels from the top to the foot of the bars.
const FOOT: f64 = 206.0;
/// Pixels of the whole picture.
const HEIGHT: f64 = 232.0;
/// Places for bars that there are at least, so that one bar alone is no wall.
const MIN_PLACES: usize = 12;
/// Pixels that a part of a bar has at least: one critical among thousands must be seen.
const MIN_PART: f64 = 3.0;

/// Writes the figure; a sentence alone when no detection says its time.
pub fn figure(page: &mut impl Write, bars: Option<Bars>, tally: &Tally) -> io::Result<()> {
    let Some(bars) = bars else {
        return writeln!(page, "<p>None of the detections says when it happened.</p>");
    };
    writeln!(page, "<figure>")?;
    legend(page, tally)?;
    picture(page, &bars)?;
    let sentence = sentence(&bars, tally);
    writeln!(page, "<figcaption id=\"chart-text\">{sentence}</figcaption>\n</figure>")
}

fn legend(page: &mut impl Write, tally: &Tally) -> io::Result<()> {
    write!(page, "<ul class=\"legend\" aria-label=\"Levels in the chart\">")?;
    for level in Level::ALL.into_iter().rev() {
        let count = tally.by_level[level as usize];
        if count > 0 {
            let count = words::number(count);
            write!(page, "<li><span class=\"swatch {level}\"></span>{level}: {count}</li>")?;
        }
    }
    writeln!(page, "</ul>")
}

fn picture(page: &mut impl Write, bars: &Bars) -> io::Result<()> {
    writeln!(
        page,
        "<svg class=\"chart\" width=\"100%\" height=\"{HEIGHT}\" role=\"img\" \
         aria-label=\"Bar chart of detections by time\" aria-describedby=\"chart-text\">"
    )?;
    let most = bars.counts.iter().map(|counts| counts.iter().sum()).max().unwrap_or(0);
    let scale_top = round_up(most);
    let places = bars.counts.len().max(MIN_PLACES);
    for (number, counts) in bars.counts.iter().enumerate() {
        bar(page, bars, number, counts, places, scale_top)?;
    }
    scale(page, scale_top)?;
    moments(page, bars, places)?;
    writeln!(page, "</svg>")
}

fn bar(
    page: &mut impl Write,
    bars: &Bars,
    number: usize,
    counts: &ByLevel,
    places: usize,
    scale_top: u64,
) -> io::Result<()> {
    if counts.iter().all(|count| *count == 0) {
        return Ok(());
    }
    let place = 100.0 / places as f64;
    let (x, width) = ((number as f64 + 0.1) * place, 0.8 * place);
    let from = words::moment(Some(bars.start_of(number)));
    let name = format!("{from} UTC and the {} after: {}", bars.width_name, words::levels(counts));
    write!(page, "<g><title>{name}</title>")?;
    let mut y = FOOT;
    for level in Level::ALL.into_iter().rev() {
        let count = counts[level as usize];
        if count > 0 {
            let height = ((FOOT - TOP) * count as f64 / scale_top as f64).max(MIN_PART);
            y = (y - height).max(0.0);
            write!(
                page,
                "<rect class=\"{level}\" x=\"{x:.2}%\" y=\"{y:.1}\" width=\"{width:.2}%\" \
                 height=\"{height:.1}\"/>"
            )?;
        }
    }
    writeln!(page, "</g>")
}

/// Lines across at the top, at half and at the foot, with what they stand for.
fn scale(page: &mut impl Write, top: u64) -> io::Result<()> {
    let mut line = |y: f64, label: &str| {
        writeln!(
            page,
            "<line x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>\
             <text x=\"0\" y=\"{}\">{label}</text>",
            y - 5.0
        )
    };
    line(TOP, &words::count(top, "detection"))?;
    if top.is_multiple_of(2) {
        line((TOP + FOOT) / 2.0, &words::number(top / 2))?;
    }
    line(FOOT, "")
}

/// Times under the bars: at the start, in the middle and at the end.
fn moments(page: &mut impl Write, bars: &Bars, places: usize) -> io::Result<()> {
    let y = FOOT + 18.0;
    let label = |number: usize| {
        let text = words::moment(Some(bars.start_of(number)));
        // Seconds are said only where bars are that narrow.
        let chars = match bars.width_s {
            86_400.. => 10,
            60.. => 16,
            _ => 19,
        };
        text.get(..chars).unwrap_or(&text).to_owned()
    };
    writeln!(page, "<text x=\"0\" y=\"{y}\">{}</text>", label(0))?;
    if places.is_multiple_of(2) {
        let middle = label(places / 2);
        writeln!(page, "<text class=\"middle\" x=\"50%\" y=\"{y}\">{middle}</text>")?;
    }
    writeln!(page, "<text class=\"end\" x=\"100%\" y=\"{y}\">{} UTC</text>", label(places))
}

/// What the picture shows, in words.
fn sentence(bars: &Bars, tally: &Tally) -> String {
    let total = |counts: &ByLevel| counts.iter().sum::<u64>();
    let drawn: u64 = bars.counts.iter().map(total).sum();
    let one = if bars.width_name.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "one " };
    let mut text = format!(
        "Each bar is {one}{}; its height is the number of detections in that time. {} from {} to \
         {} UTC.",
        bars.width_name,
        words::count(drawn, "detection"),
        words::moment(Some(bars.start)),
        words::moment(Some(bars.start_of(bars.counts.len()))),
    );
    let busiest = bars.counts.iter().enumerate().rev().max_by_key(|(_, counts)| total(counts));
    if let Some((number, counts)) = busiest {
        text += &format!(
            " The most in one bar: {} from {} UTC ({}).",
            words::number(total(counts)),
            words::moment(Some(bars.start_of(number))),
            words::levels(counts)
        );
    }
    for (count, place) in [(bars.before, "long before"), (bars.after, "long after")] {
        if count > 0 {
            text += &format!(" Not drawn: {} {place}.", words::count(count, "detection"));
        }
    }
    if tally.untimed > 0 {
        let untimed = words::count(tally.untimed, "detection");
        text += &format!(" Not drawn: {untimed} whose record says no time.");
    }
    text
}

/// The next number at or above `n` that is easy to read on a scale.
fn round_up(n: u64) -> u64 {
    let mut power: u64 = 1;
    loop {
        for step in [1, 2, 3, 4, 5, 6, 8] {
            if step * power >= n {
                return step * power;
            }
        }
        match power.checked_mul(10) {
            Some(next) if next < u64::MAX / 10 => power = next,
            _ => return n,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::histogram::Histogram;
    use super::*;
    use crate::output::tally::sample;

    #[test]
    fn scales_end_at_easy_numbers() {
        let numbers = [0, 1, 3, 7, 9, 41, 1_000, 10_001];
        assert_eq!(numbers.map(round_up), [1, 1, 3, 8, 10, 50, 1_000, 20_000]);
        assert_eq!(round_up(u64::MAX), u64::MAX);
    }

    #[test]
    fn the_sentence_says_what_the_picture_shows() {
        let (mut tally, mut histogram) = (Tally::default(), Histogram::default());
        for detection in sample::four() {
            tally.add(&detection);
            histogram.add(detection.time, detection.level);
        }
        let mut page = Vec::new();
        figure(&mut page, histogram.bars(), &tally).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert_eq!(page.matches("<rect class=\"critical\"").count(), 1);
        assert_eq!(page.matches("<rect class=\"medium\"").count(), 2);
        insta::assert_snapshot!(sentence(&histogram.bars().unwrap(), &tally), @r#"
Each bar is 5 minutes; its height is the number of detections in that time. 3 detections from 2017-05-12 08:00:00 to 2017-05-12 09:05:00 UTC. The most in one bar: 2 from 2017-05-12 08:00:00 UTC (1 critical and 1 medium). Not drawn: 1 detection whose record says no time.
"#);
    }
}
