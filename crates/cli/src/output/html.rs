//! Detections as one page for a browser or a printer: nothing outside it is needed.
//!
//! In: detections, kept as counts and a few examples. Out: the whole page at the end, in plain
//! words first and technical ones after. Never runs a script, never loads anything, never puts
//! text from a log into the page other than through [`escape`].

mod chart;
mod devices;
mod earliest;
mod escape;
mod frame;
mod histogram;
mod rules;
mod story;

use std::io::{self, Write};

use wardwatch_model::Detection;

use super::Writer;
use super::tally::Tally;
use crate::summary::Summary;
use earliest::Earliest;
use histogram::Histogram;

/// Writes a self-contained page.
pub struct Html<W: Write> {
    stream: W,
    found: Found,
}

/// What of the detections is kept until the end.
#[derive(Default)]
struct Found {
    tally: Tally,
    histogram: Histogram,
    earliest: Earliest,
}

impl<W: Write> Html<W> {
    /// A writer to `stream`, which should be buffered.
    pub fn new(stream: W) -> Self {
        Html { stream, found: Found::default() }
    }
}

impl<W: Write> Writer for Html<W> {
    fn detection(&mut self, detection: &Detection) -> io::Result<()> {
        let (rule, place) = self.found.tally.add(detection);
        self.found.histogram.add(detection.time, detection.level);
        self.found.earliest.add(detection, rule, place);
        Ok(())
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let page = &mut self.stream;
        let found = &mut self.found;
        frame::head(page)?;
        frame::overview(page, &found.tally, summary)?;
        if found.tally.total() > 0 {
            story::steps(page, &found.tally)?;
            story::first_events(page, &found.tally)?;
            writeln!(page, "<section id=\"timeline\">\n<h2>Timeline</h2>")?;
            chart::figure(page, found.histogram.bars(), &found.tally)?;
            found.earliest.table(page, &found.tally)?;
            writeln!(page, "</section>")?;
            devices::section(page, &found.tally)?;
            rules::section(page, &found.tally)?;
        }
        frame::sources(page, summary)?;
        frame::unread(page, summary)?;
        frame::foot(page, summary)?;
        page.flush()
    }
}

#[cfg(test)]
mod tests {
    use wardwatch_model::Level;

    use super::*;
    use crate::output::tally::sample;

    fn page(detections: &[Detection], summary: &Summary) -> String {
        let mut bytes = Vec::new();
        let mut writer = Html::new(&mut bytes);
        for detection in detections {
            writer.detection(detection).unwrap();
        }
        writer.finish(summary).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn summary() -> Summary {
        let mut summary = Summary { files: 3, elapsed_s: 1.25, ..Summary::default() };
        summary.rules.loaded = 60;
        summary.events.read = 1_234;
        summary.events.unparsed = 2;
        summary.events.by_logsource.insert("windows/process_creation/-".to_owned(), 1_234);
        summary.problems.push("logs/ward9.evtx: chunk 3: cut off at byte 1,024".to_owned());
        summary
    }

    #[test]
    fn every_section_is_there_and_says_what_was_found() {
        let page = page(&sample::four(), &summary());
        for part in [
            "<html lang=\"en-GB\">",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
            "1 critical and 3 medium detections on 2 devices (1 with no device named).",
            "Looked at 1,234 events of 1 log source from 3 files, with 60 rules.",
            "2 records could not be read:",
            "<h2>What happened first</h2>",
            "<h2>Timeline</h2>",
            "<h2>By device</h2>",
            "<h2>By rule</h2>",
            "<h2>What could not be read</h2>",
            "Shadow Copies Deleted, &quot;Quietly&quot;",
            "chunk 3: cut off at byte 1,024",
            "T1490",
            "UTC",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }

    #[test]
    fn nothing_outside_the_page_is_named_and_nothing_runs() {
        let page = page(&sample::four(), &summary());
        for part in ["http:", "https:", "<script", "src=", "@import", "url("] {
            assert!(!page.contains(part), "{part}");
        }
    }

    #[test]
    fn tags_open_and_close_in_pairs() {
        for page in [page(&sample::four(), &summary()), page(&[], &summary())] {
            for tag in ["section", "table", "tr", "td", "th", "p", "ol", "ul", "li", "dl", "dd"] {
                let opened = page.matches(&format!("<{tag}>")).count()
                    + page.matches(&format!("<{tag} ")).count();
                assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
            }
        }
    }

    #[test]
    fn text_from_logs_is_inert_everywhere() {
        let evil = "<script>alert('1')</script>\u{202e}&\"\x1b[0m";
        let mut detection = sample::detection("tool", Level::High, evil, 1);
        detection.rule_id.0 = evil.to_owned();
        detection.source = evil.to_owned();
        detection.rule_title = evil.to_owned();
        detection.tags = vec![evil.to_owned(), format!("attack.{evil}")];
        detection.matched = vec![(evil.to_owned(), evil.to_owned())];
        detection.advice.title = evil.to_owned();
        detection.advice.why = evil.to_owned();
        detection.advice.r#do = evil.to_owned();
        let mut summary = summary();
        summary.problems = vec![evil.to_owned()];
        summary.skipped = vec![evil.to_owned()];
        summary.events.by_logsource.insert(evil.to_owned(), 1);
        let page = page(&[detection], &summary);
        assert!(!page.contains("<script") && !page.contains("alert('"), "{page}");
        assert!(!page.contains('\u{202e}') && !page.contains('\x1b'));
        let inert = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\\u{202e}&amp;&quot;\\u{1b}[0m";
        assert!(page.matches(inert).count() >= 12, "{page}");
    }

    #[test]
    fn a_page_does_not_grow_with_what_was_found() {
        let many: Vec<Detection> = (0..20_000)
            .map(|n| {
                let (rule, device) = (format!("rule{}", n % 300), format!("PC{}", n % 15_000));
                let mut detection = sample::detection(&rule, Level::Low, &device, n * 60);
                detection.matched[0].1 = "<".repeat(10_000);
                detection
            })
            .collect();
        let page = page(&many, &summary());
        assert!(page.len() < 2_000_000, "{}", page.len());
        for part in ["20,000 low detections", "10,000+ devices", "19,500 more"] {
            assert!(page.contains(part), "{part}");
        }
    }

    #[test]
    fn nothing_found_is_never_shown_without_what_was_read() {
        let page = page(&[], &summary());
        assert!(page.contains("but not everything could be checked"), "{page}");
        assert!(page.contains("2 records could not be read"));
        assert!(!page.contains("<h2>Timeline</h2>"));
    }
}
