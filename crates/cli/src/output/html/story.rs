//! What happened first, and what to do first, in plain words.
//!
//! In: counts by rule. Out: two short ordered lists. Repeats of a rule are one step. Never more
//! than a person reads standing up: the rest is in the sections that follow.

use std::io::{self, Write};

use wardwatch_model::Level;

use super::escape::{safe, safe_short};
use crate::output::tally::{RuleTally, Tally};
use crate::output::words;

/// Steps of the story.
const MAX_STEPS: usize = 10;
/// Kinds of detection for which the steps stand at the top.
const MAX_ADVICE: usize = 3;
/// Characters shown of a title.
const MAX_TITLE_CHARS: usize = 160;

/// Writes what to do for the most serious rules.
pub fn steps(page: &mut impl Write, tally: &Tally) -> io::Result<()> {
    let mut told: Vec<usize> = Vec::new();
    for number in tally.rules_by_weight() {
        let advice = &tally.rules[number].advice;
        let is_told = told.iter().any(|other| tally.rules[*other].advice.r#do == advice.r#do);
        if !is_told && !advice.r#do.is_empty() && told.len() < MAX_ADVICE {
            told.push(number);
        }
    }
    writeln!(page, "<section id=\"do\">\n<h2>What to do first</h2>\n<ol class=\"steps\">")?;
    for number in told {
        let rule = &tally.rules[number];
        writeln!(
            page,
            "<li><p><span class=\"level {level}\">{level}</span> \
             <a href=\"#rule-{number}\">{}</a></p><p>{}</p></li>",
            safe_short(rule.plain_title(), MAX_TITLE_CHARS),
            safe_short(&rule.advice.r#do, 1_000),
            level = rule.level,
        )?;
    }
    writeln!(page, "</ol>\n</section>")
}

/// Writes the first detections of each rule in the order of time.
pub fn first_events(page: &mut impl Write, tally: &Tally) -> io::Result<()> {
    let serious = tally.rules.iter().any(|rule| rule.level >= Level::Medium);
    let least = if serious { Level::Medium } else { Level::Informational };
    let mut rules: Vec<(usize, &RuleTally)> = tally
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.level >= least && rule.span.first.is_some())
        .collect();
    rules.sort_by_key(|(_, rule)| (rule.span.first, std::cmp::Reverse(rule.level), &rule.id));
    writeln!(page, "<section id=\"first\">\n<h2>What happened first</h2>")?;
    if rules.is_empty() {
        writeln!(page, "<p>The records do not say when it happened, so no order is known.</p>")?;
        return writeln!(page, "</section>");
    }
    writeln!(page, "<ol class=\"story\">")?;
    for (number, rule) in rules.iter().take(MAX_STEPS) {
        step(page, tally, *number, rule)?;
    }
    writeln!(page, "</ol>")?;
    let more = rules.len().saturating_sub(MAX_STEPS) as u64;
    if more > 0 {
        let kinds = words::count(more, "more kind");
        writeln!(page, "<p class=\"more\">After these came {kinds}; see “By rule”.</p>")?;
    }
    if serious && tally.rules.iter().any(|rule| rule.level < least) {
        writeln!(
            page,
            "<p class=\"more\">Low and informational detections are left out here.</p>"
        )?;
    }
    writeln!(page, "</section>")
}

fn step(page: &mut impl Write, tally: &Tally, number: usize, rule: &RuleTally) -> io::Result<()> {
    writeln!(
        page,
        "<li><p class=\"when\">{} UTC <span class=\"level {level}\">{level}</span></p>\
         <p><a href=\"#rule-{number}\">{}</a>, on <strong class=\"name\">{}</strong>.</p>",
        words::moment(rule.span.first),
        safe_short(rule.plain_title(), MAX_TITLE_CHARS),
        safe(tally.device_name(rule.first_place)),
        level = rule.level,
    )?;
    if rule.count > 1 {
        let (devices, and_more) = rule.device_count();
        let spread = match devices {
            0 | 1 => String::new(),
            _ => format!(" on {}", words::devices(devices, and_more)),
        };
        write!(
            page,
            "<p class=\"more\">{} times in all{spread}, the last at {} UTC.</p>",
            words::number(rule.count),
            words::moment(rule.span.last)
        )?;
    }
    writeln!(page, "</li>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::tally::sample;

    fn story(tally: &Tally) -> String {
        let mut page = Vec::new();
        first_events(&mut page, tally).unwrap();
        String::from_utf8(page).unwrap()
    }

    #[test]
    fn repeats_are_one_step_and_steps_are_in_order_of_time() {
        let mut tally = Tally::default();
        for detection in sample::four() {
            tally.add(&detection);
        }
        let story = story(&tally);
        assert_eq!(story.matches("<li>").count(), 2);
        let tool = story.find("kind tool").unwrap();
        assert!(tool < story.find("kind copies").unwrap());
        assert!(story.contains("3 times in all on 2 devices, the last at 2017-05-12 09:00:00 UTC"));
    }

    #[test]
    fn a_long_story_is_cut_and_minor_matters_left_out() {
        let mut tally = Tally::default();
        for n in 0..14 {
            let level = if n < 2 { Level::Low } else { Level::High };
            tally.add(&sample::detection(&format!("r{n:02}"), level, "PC", n));
        }
        let story = story(&tally);
        assert_eq!(story.matches("<li>").count(), MAX_STEPS);
        assert!(story.contains("After these came 2 more kinds"), "{story}");
        assert!(!story.contains("kind r01") && story.contains("are left out here"));
    }
}
