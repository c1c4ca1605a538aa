//! The page around the findings: its head, the verdict, what was looked at, and its foot.
//!
//! In: the figures of a scan. Out: markup. Never shows what was not read as clean.

use std::cmp::Reverse;
use std::io::{self, Write};

use wardwatch_model::Level;

use super::escape::{safe, safe_short};
use crate::output::tally::Tally;
use crate::output::words;
use crate::summary::Summary;

const STYLE: &str = include_str!("page.css");
/// Log sources that have a row of their own.
const MAX_SOURCES: usize = 50;
/// Problems that are listed.
const MAX_PROBLEMS: usize = 200;
/// Skipped files that are listed.
const MAX_SKIPPED: usize = 50;
/// Characters shown of a line about a file.
const MAX_LINE_CHARS: usize = 400;

/// Writes everything before the first heading.
pub fn head(page: &mut impl Write) -> io::Result<()> {
    write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>What was found in the logs – Wardwatch</title>\n<style>\n{STYLE}</style>\n\
         </head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the findings</a>\n\
         <header><p class=\"brand\">Wardwatch</p></header>\n<main id=\"main\" tabindex=\"-1\">\n"
    )
}

/// Writes the verdict, the contents, and what was looked at.
pub fn overview(page: &mut impl Write, tally: &Tally, summary: &Summary) -> io::Result<()> {
    let worst = Level::ALL.into_iter().rev().find(|level| tally.by_level[*level as usize] > 0);
    let class = worst.map_or("none", Level::as_str);
    writeln!(
        page,
        "<h1>What was found in the logs</h1>\n\
         <div class=\"verdict {class}\"><p><strong>{}</strong></p>\n<p>{}</p></div>",
        safe(&words::verdict(tally, summary)),
        safe(&words::coverage(summary).join(" "))
    )?;
    contents(page, tally.total() > 0)?;
    writeln!(page, "<section id=\"looked\">\n<h2>What we looked at</h2>\n<dl class=\"figures\">")?;
    let (events, not_read) = (&summary.events, summary.events.unparsed);
    for (name, figure, is_gap) in [
        ("Events", events.read, false),
        ("Log sources", words::known_sources(summary), false),
        ("Files", summary.files, false),
        ("Rules", summary.rules.loaded, false),
        ("Records that could not be read", not_read, not_read > 0),
    ] {
        let class = if is_gap { " class=\"gap\"" } else { "" };
        writeln!(page, "<div{class}><dt>{name}</dt><dd>{}</dd></div>", words::number(figure))?;
    }
    writeln!(page, "</dl>\n</section>")
}

fn contents(page: &mut impl Write, has_findings: bool) -> io::Result<()> {
    write!(page, "<nav aria-label=\"Contents\"><ul>")?;
    for (id, name, is_finding) in [
        ("looked", "What we looked at", false),
        ("do", "What to do first", true),
        ("first", "What happened first", true),
        ("timeline", "Timeline", true),
        ("devices", "By device", true),
        ("rules", "By rule", true),
        ("sources", "Log sources", false),
        ("unread", "What could not be read", false),
    ] {
        if has_findings || !is_finding {
            write!(page, "<li><a href=\"#{id}\">{name}</a></li>")?;
        }
    }
    writeln!(page, "</ul></nav>")
}

/// Writes how many events of each log source were read.
pub fn sources(page: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let mut sources: Vec<(&String, &u64)> = summary.events.by_logsource.iter().collect();
    if sources.is_empty() {
        return Ok(());
    }
    sources.sort_by_key(|(name, count)| (Reverse(**count), *name));
    writeln!(
        page,
        "<section id=\"sources\">\n<h2>Log sources</h2>\n<table>\n<caption>Events by log source</caption>\n<thead><tr>\
         <th scope=\"col\">Log source (product/category/service)</th>\
         <th scope=\"col\" class=\"number\">Events</th></tr></thead>\n<tbody>"
    )?;
    let (shown, rest) = sources.split_at(sources.len().min(MAX_SOURCES));
    for (name, count) in shown {
        let count = words::number(**count);
        writeln!(
            page,
            "<tr><th scope=\"row\" class=\"name\">{}</th><td class=\"number\">{count}</td></tr>",
            safe_short(name, MAX_LINE_CHARS)
        )?;
    }
    if !rest.is_empty() {
        let (more, sum) = (rest.len() as u64, rest.iter().map(|(_, count)| **count).sum());
        writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td></tr>",
            words::count(more, "more log source"),
            words::number(sum)
        )?;
    }
    writeln!(page, "</tbody>\n</table>\n</section>")
}

/// Writes what could not be read, or that there was nothing of the kind.
pub fn unread(page: &mut impl Write, summary: &Summary) -> io::Result<()> {
    writeln!(page, "<section id=\"unread\">\n<h2>What could not be read</h2>")?;
    writeln!(page, "<p>{}</p>", words::unread(summary))?;
    list(page, "What went wrong", "problem", &summary.problems, MAX_PROBLEMS)?;
    list(
        page,
        "Files that are no log of a kind that is read",
        "file",
        &summary.skipped,
        MAX_SKIPPED,
    )?;
    writeln!(page, "</section>")
}

fn list(
    page: &mut impl Write,
    title: &str,
    noun: &str,
    lines: &[String],
    max: usize,
) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(page, "<h3>{title}: {}</h3>\n<ul class=\"lines\">", words::listed(lines, noun))?;
    for line in lines.iter().take(max) {
        writeln!(page, "<li>{}</li>", safe_short(line, MAX_LINE_CHARS))?;
    }
    if lines.len() > max {
        writeln!(page, "<li>and {} more</li>", words::number((lines.len() - max) as u64))?;
    }
    writeln!(page, "</ul>")
}

/// Writes the figures at the foot, and ends the page.
pub fn foot(page: &mut impl Write, summary: &Summary) -> io::Result<()> {
    writeln!(
        page,
        "</main>\n<footer><p>All times are in UTC. {} loaded, {} could not be loaded. {} read in \
         {:.1} seconds. Wardwatch {}.</p></footer>\n</body>\n</html>",
        words::count(summary.rules.loaded, "rule"),
        words::number(summary.rules.failed),
        words::count(summary.events.read, "event"),
        summary.elapsed_s,
        env!("CARGO_PKG_VERSION")
    )
}
