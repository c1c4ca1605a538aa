//! What each rule found: what it means, what to do, and what a specialist needs to check it.
//!
//! In: counts by rule. Out: a card for each of the most serious rules, a row for each other.
//! Never more cards than [`MAX_CARDS`].

use std::io::{self, Write};

use super::escape::{safe, safe_short};
use crate::output::tally::{RuleTally, Tally};
use crate::output::words;

/// Rules that are shown in full.
const MAX_CARDS: usize = 200;
/// Characters shown of a title or a tag.
const MAX_TITLE_CHARS: usize = 160;
/// Characters shown of a paragraph of advice.
const MAX_ADVICE_CHARS: usize = 1_000;

/// Writes the section.
pub fn section(page: &mut impl Write, tally: &Tally) -> io::Result<()> {
    let numbers = tally.rules_by_weight();
    let (cards, rows) = numbers.split_at(numbers.len().min(MAX_CARDS));
    writeln!(page, "<section id=\"rules\">\n<h2>By rule</h2>")?;
    for number in cards {
        card(page, tally, *number)?;
    }
    if !rows.is_empty() {
        table(page, tally, rows)?;
    }
    writeln!(page, "</section>")
}

fn card(page: &mut impl Write, tally: &Tally, number: usize) -> io::Result<()> {
    let rule = &tally.rules[number];
    let (devices, and_more) = rule.device_count();
    writeln!(
        page,
        "<article class=\"rule {level}\" id=\"rule-{number}\">\n\
         <h3><span class=\"level {level}\">{level}</span> {}</h3>\n\
         <p class=\"figures\">{} on {}. First {} UTC, last {} UTC.</p>\n<dl>",
        safe_short(rule.plain_title(), MAX_TITLE_CHARS),
        words::count(rule.count, "detection"),
        words::devices(devices, and_more),
        words::moment(rule.span.first),
        words::moment(rule.span.last),
        level = rule.level,
    )?;
    let advice = &rule.advice;
    for (name, text) in [("Why it matters", &advice.why), ("What to do", &advice.r#do)] {
        if !text.is_empty() {
            let text = safe_short(text, MAX_ADVICE_CHARS);
            writeln!(page, "<dt>{name}</dt><dd>{text}</dd>")?;
        }
    }
    let places = words::places(tally, rule);
    writeln!(page, "<dt>Devices</dt><dd class=\"name\">{}</dd>", safe(&places))?;
    example(page, rule)?;
    tags(page, rule)?;
    writeln!(
        page,
        "<dt>Rule</dt><dd>{} <code>{}</code></dd>\n</dl>\n</article>",
        safe_short(&rule.title, MAX_TITLE_CHARS),
        safe_short(&rule.id.0, MAX_TITLE_CHARS)
    )
}

fn example(page: &mut impl Write, rule: &RuleTally) -> io::Result<()> {
    if rule.example.is_empty() {
        return Ok(());
    }
    write!(page, "<dt>One of them</dt><dd>")?;
    for (name, value) in &rule.example {
        write!(page, "<code class=\"field\">{} = {}</code>", safe(name), safe(value))?;
    }
    writeln!(page, "</dd>")
}

/// ATT&CK's names as people write them, then other tags as they are.
fn tags(page: &mut impl Write, rule: &RuleTally) -> io::Result<()> {
    let (attack, other): (Vec<&String>, Vec<&String>) =
        rule.tags.iter().take(40).partition(|tag| tag.starts_with("attack."));
    let attack: Vec<String> = attack.into_iter().map(|tag| attack_name(tag)).collect();
    let other: Vec<String> = other.into_iter().cloned().collect();
    for (name, list) in [("ATT&amp;CK", attack), ("Tags", other)] {
        if !list.is_empty() {
            let list = list.join(", ");
            writeln!(page, "<dt>{name}</dt><dd>{}</dd>", safe_short(&list, 4 * MAX_TITLE_CHARS))?;
        }
    }
    Ok(())
}

/// `attack.t1021.002` as `T1021.002`, `attack.lateral-movement` as `lateral movement`.
fn attack_name(tag: &str) -> String {
    let name = tag.strip_prefix("attack.").unwrap_or(tag);
    let mut chars = name.chars();
    let has_number = chars.next().is_some_and(|c| "tsg".contains(c))
        && chars.next().is_some_and(|c| c.is_ascii_digit());
    if has_number { name.to_uppercase() } else { name.replace(['-', '_'], " ") }
}

fn table(page: &mut impl Write, tally: &Tally, numbers: &[usize]) -> io::Result<()> {
    writeln!(
        page,
        "<table class=\"stack\" role=\"table\">\n<caption>{}</caption>\n\
         <thead role=\"rowgroup\"><tr role=\"row\">\
         <th scope=\"col\" role=\"columnheader\">Level</th>\
         <th scope=\"col\" role=\"columnheader\">What happened</th>\
         <th scope=\"col\" role=\"columnheader\">How often</th></tr></thead>\n\
         <tbody role=\"rowgroup\">",
        words::count(numbers.len() as u64, "more rule")
    )?;
    for number in numbers {
        let rule = &tally.rules[*number];
        let (devices, and_more) = rule.device_count();
        writeln!(
            page,
            "<tr role=\"row\" id=\"rule-{number}\">\
             <td role=\"cell\"><span class=\"level {level}\">{level}</span></td>\
             <td role=\"cell\">{} <span class=\"detail\">{} <code>{}</code></span></td>\
             <td role=\"cell\">{} on {}</td></tr>",
            safe_short(rule.plain_title(), MAX_TITLE_CHARS),
            safe_short(&rule.title, MAX_TITLE_CHARS),
            safe_short(&rule.id.0, MAX_TITLE_CHARS),
            words::count(rule.count, "detection"),
            words::devices(devices, and_more),
            level = rule.level,
        )?;
    }
    writeln!(page, "</tbody>\n</table>")
}

#[cfg(test)]
mod tests {
    use wardwatch_model::Level;

    use super::*;
    use crate::output::tally::sample;

    #[test]
    fn tags_are_written_as_people_know_them() {
        assert_eq!(attack_name("attack.t1021.002"), "T1021.002");
        assert_eq!(attack_name("attack.lateral-movement"), "lateral movement");
        assert_eq!(attack_name("attack.stealth"), "stealth");
        assert_eq!(attack_name("attack.s0002"), "S0002");
        assert_eq!(attack_name("attack.é"), "é");
    }

    #[test]
    fn beyond_the_limit_a_rule_has_a_row() {
        let mut tally = Tally::default();
        for n in 0..MAX_CARDS as i64 + 5 {
            tally.add(&sample::detection(&format!("r{n:03}"), Level::Low, "PC", n));
        }
        let mut page = Vec::new();
        section(&mut page, &tally).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert_eq!(page.matches("<article").count(), MAX_CARDS);
        assert!(page.contains("<caption>5 more rules</caption>"), "{page}");
        assert!(page.contains("<code>r204</code>"));
    }
}
