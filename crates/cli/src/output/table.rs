//! Detections for a person at a terminal: a verdict, a table of rules, and what to do.
//!
//! In: detections, kept as counts only. Out: everything at the end, within the terminal's width.
//! Never says that all is well without saying what was looked at; never lets text from a log
//! steer the terminal.

use std::io::{self, Write};

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Width,
};
use wardwatch_model::{Detection, Level};

use super::Writer;
use super::tally::{RuleTally, Tally};
use super::visible::{shorten, visible};
use super::words;
use crate::summary::Summary;

/// Width when nobody says another and there is no terminal.
const DEFAULT_WIDTH: usize = 100;
/// Below this a table cannot be read; longer lines are the lesser evil.
const MIN_WIDTH: usize = 60;
/// Kinds of detection for which the steps are printed.
const MAX_ADVICE: usize = 5;
/// Problems that are listed.
const MAX_PROBLEMS: usize = 20;
/// Characters of a title, a device's name or an example that are shown.
const MAX_CHARS: usize = 120;

/// Writes a report in plain text.
pub struct Table<W: Write> {
    stream: W,
    width: Option<usize>,
    colour: bool,
    tally: Tally,
}

impl<W: Write> Table<W> {
    /// A writer to `stream`, `width` columns wide; without one, as wide as the terminal. Colours
    /// only where `colour` says so.
    pub fn new(stream: W, width: Option<usize>, colour: bool) -> Self {
        Table { stream, width, colour, tally: Tally::default() }
    }

    fn width(&self) -> usize {
        let terminal = || {
            let columns = if self.colour { comfy_table::Table::new().width() } else { None };
            columns.map(usize::from)
        };
        self.width.or_else(terminal).unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH)
    }

    fn lines(&mut self, text: &str, indent: &str) -> io::Result<()> {
        let width = self.width() - indent.len();
        for line in wrap(text, width.min(100)) {
            writeln!(self.stream, "{indent}{line}")?;
        }
        Ok(())
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        match self.colour {
            true => writeln!(self.stream, "\n\x1b[1m{text}\x1b[0m"),
            false => writeln!(self.stream, "\n{text}"),
        }
    }

    fn rules(&mut self) -> io::Result<()> {
        let mut table = comfy_table::Table::new();
        table.load_preset(UTF8_HORIZONTAL_ONLY);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(self.width()).unwrap_or(u16::MAX));
        match self.colour {
            true => table.enforce_styling(),
            false => table.force_no_tty(),
        };
        let narrow = self.width() < 100;
        let how_often = if narrow { "How\noften" } else { "How often" };
        table.set_header(["Level", "What", how_often, "Devices", "First seen (UTC)", "Rule"]);
        for number in self.tally.rules_by_weight() {
            let rule = &self.tally.rules[number];
            table.add_row(vec![
                level_cell(rule.level),
                Cell::new(shown(rule.plain_title())),
                Cell::new(words::number(rule.count)).set_alignment(CellAlignment::Right),
                Cell::new(devices(&self.tally, rule, narrow)),
                Cell::new(words::moment(rule.span.first)),
                Cell::new(shown(technical_name(rule))),
            ]);
        }
        give_room(&mut table, self.width());
        // Padding at the end of lines is for terminals of exactly this width only.
        let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        writeln!(self.stream, "\n{}", lines.join("\n"))
    }

    fn advice(&mut self) -> io::Result<()> {
        self.heading("What to do")?;
        let mut told: Vec<usize> = Vec::new();
        for number in self.tally.rules_by_weight() {
            let rule = &self.tally.rules[number];
            let same = |other: &usize| {
                let other = &self.tally.rules[*other].advice;
                (&other.why, &other.r#do) == (&rule.advice.why, &rule.advice.r#do)
            };
            if told.len() == MAX_ADVICE {
                break;
            }
            if told.iter().any(same) || rule.advice.r#do.is_empty() {
                continue;
            }
            told.push(number);
            let head = format!("{}. {} ({})", told.len(), shown(rule.plain_title()), rule.level);
            let why = visible(&rule.advice.why).into_owned();
            let steps = visible(&rule.advice.r#do).into_owned();
            let example = example(rule);
            self.lines(&head, "")?;
            self.lines(&why, "   ")?;
            self.lines(&format!("Do: {steps}"), "   ")?;
            self.lines(&example, "   ")?;
        }
        Ok(())
    }

    fn unread(&mut self, summary: &Summary) -> io::Result<()> {
        if !summary.problems.is_empty() {
            self.heading("What could not be read")?;
            for problem in summary.problems.iter().take(MAX_PROBLEMS) {
                self.lines(&visible(&shorten(problem, 4 * MAX_CHARS)), "  ")?;
            }
            let more = summary.problems.len().saturating_sub(MAX_PROBLEMS) as u64;
            if more > 0 {
                writeln!(self.stream, "  and {} more", words::number(more))?;
            }
        }
        if !summary.skipped.is_empty() {
            let text = format!(
                "Not looked at, because they are no log of a kind that is read: {}.",
                words::listed(&summary.skipped, "file")
            );
            writeln!(self.stream)?;
            self.lines(&text, "")?;
        }
        Ok(())
    }
}

impl<W: Write> Writer for Table<W> {
    fn detection(&mut self, detection: &Detection) -> io::Result<()> {
        self.tally.add(detection);
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let verdict = words::verdict(&self.tally, summary);
        self.lines(&verdict, "")?;
        self.lines(&words::coverage(summary).join(" "), "")?;
        if self.tally.total() > 0 {
            self.rules()?;
            self.advice()?;
        }
        self.unread(summary)?;
        self.stream.flush()
    }
}

/// Names of some devices; one a line where there is little room.
fn devices(tally: &Tally, rule: &RuleTally, narrow: bool) -> String {
    let names = words::places(tally, rule);
    let names = visible(&names);
    if narrow { names.replace(", ", "\n").replace(" and ", "\nand ") } else { names.into() }
}

/// Gives the plain words a fair share of a narrow terminal, and times one line where they fit.
fn give_room(table: &mut comfy_table::Table, width: usize) {
    let least: [u16; 6] = match width {
        120.. => [0, 30, 0, 16, 20, 24],
        100.. => [0, 26, 0, 14, 11, 18],
        _ => [0, 20, 0, 16, 11, 13],
    };
    for (column, least) in table.column_iter_mut().zip(least) {
        column.set_padding((0, 1));
        if least > 0 && width >= 80 {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        }
    }
}

fn shown(text: &str) -> String {
    visible(&shorten(text, MAX_CHARS)).into_owned()
}

/// The author's title; the id where the title already stands under "What".
fn technical_name(rule: &RuleTally) -> &str {
    if rule.plain_title() == rule.title { &rule.id.0 } else { &rule.title }
}

fn level_cell(level: Level) -> Cell {
    let cell = Cell::new(level.as_str());
    match level {
        Level::Critical => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Level::High => cell.fg(Color::Red),
        Level::Medium => cell.fg(Color::Yellow),
        Level::Low => cell.fg(Color::Blue),
        Level::Informational => cell,
    }
}

/// One line with what made a rule true, for whoever checks.
fn example(rule: &RuleTally) -> String {
    match words::fields(&rule.example) {
        fields if fields.is_empty() => fields,
        fields => format!("Seen: {}", visible(&fields)),
    }
}

/// Lines of at most `width` characters, broken at spaces; a longer word is broken anywhere.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split_whitespace() {
        let mut word = word;
        let mut length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        while length > width {
            let (head, tail) =
                word.split_at(word.char_indices().nth(width).map_or(word.len(), |(at, _)| at));
            lines.push(head.to_owned());
            word = tail;
            length -= width;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    if used > 0 {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::tally::sample;
    use super::*;

    fn written(detections: &[Detection], summary: &Summary, width: usize, colour: bool) -> String {
        let mut bytes = Vec::new();
        let mut writer = Table::new(&mut bytes, Some(width), colour);
        for detection in detections {
            writer.detection(detection).unwrap();
        }
        writer.finish(summary).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn summary() -> Summary {
        let mut summary = Summary { files: 3, ..Summary::default() };
        summary.rules.loaded = 60;
        summary.events.read = 1_234;
        summary.events.unparsed = 2;
        summary.events.by_logsource.insert("windows/process_creation/-".to_owned(), 1_234);
        summary.problems.push("logs/ward9.evtx: chunk 3: cut off at byte 1,024".to_owned());
        summary.skipped.push("logs/photo.jpg".to_owned());
        summary
    }

    #[test]
    fn a_report_fits_eighty_columns() {
        let text = written(&sample::four(), &summary(), 80, false);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text, @r#"
1 critical and 3 medium detections on 2 devices (1 with no device named).
Looked at 1,234 events of 1 log source from 3 files, with 60 rules. 2 records
could not be read: an attack in there would not be seen. What went wrong is
listed at the end.

────────────────────────────────────────────────────────────────────────────────
Level     What                 How    Devices          First seen  Rule
                               often                   (UTC)
════════════════════════════════════════════════════════════════════════════════
critical  Something of kind        1  WARD7-PC2        2017-05-12  Shadow
          copies happened                              08:01:05    Copies
                                                                   Deleted,
                                                                   "Quietly"
────────────────────────────────────────────────────────────────────────────────
medium    Something of kind        3  WARD7-PC1        2017-05-12  Rule tool
          tool happened               WARD7-PC2        08:00:05
────────────────────────────────────────────────────────────────────────────────

What to do
1. Something of kind copies happened (critical)
   Kind copies is how attacks go on.
   Do: Phone your IT support about copies.
   Seen: Image = C:\Windows\System32\vssadmin.exe
2. Something of kind tool happened (medium)
   Kind tool is how attacks go on.
   Do: Phone your IT support about tool.
   Seen: Image = C:\Windows\System32\vssadmin.exe

What could not be read
  logs/ward9.evtx: chunk 3: cut off at byte 1,024

Not looked at, because they are no log of a kind that is read: 1 file.
"#);
    }

    #[test]
    fn nothing_found_still_says_what_was_looked_at() {
        insta::assert_snapshot!(written(&[], &summary(), 80, false), @r#"
No attack found in 1,234 events, but not everything could be checked.
Looked at 1,234 events of 1 log source from 3 files, with 60 rules. 2 records
could not be read: an attack in there would not be seen. What went wrong is
listed at the end.

What could not be read
  logs/ward9.evtx: chunk 3: cut off at byte 1,024

Not looked at, because they are no log of a kind that is read: 1 file.
"#);
    }

    #[test]
    fn logs_can_not_steer_the_terminal() {
        let mut detection = sample::four().remove(0);
        detection.device = "PC\x1b[2J\u{202e}".to_owned();
        detection.matched[0].1 = "a\x1b]0;owned\x07\nb".to_owned();
        detection.advice.title = "T\x1b[8m".to_owned();
        let mut summary = summary();
        summary.problems.push("file \x1b[31m.evtx".to_owned());
        let text = written(&[detection], &summary, 80, false);
        assert!(!text.contains('\x1b') && !text.contains('\x07') && !text.contains('\u{202e}'));
        assert!(text.contains(r"a\u{1b}]0;owned\u{7}␊b"), "{text}");
    }

    #[test]
    fn colour_is_used_only_where_it_is_asked_for() {
        assert!(written(&sample::four(), &summary(), 80, true).contains("\x1b["));
        assert!(!written(&sample::four(), &summary(), 80, false).contains('\x1b'));
    }

    #[test]
    fn long_lists_are_cut_and_say_so() {
        let detections: Vec<Detection> =
            (0..9).map(|n| sample::detection("worm", Level::High, &format!("PC{n}"), n)).collect();
        let mut summary = summary();
        summary.problems = (0..25).map(|n| format!("problem {n}")).collect();
        let text = written(&detections, &summary, 200, false);
        assert!(text.contains("PC0, PC1, PC2 and 6 more"), "{text}");
        assert!(text.contains("problem 19\n  and 5 more"), "{text}");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("", 4), [""; 0]);
    }
}
