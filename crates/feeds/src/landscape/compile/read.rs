//! One text to facts: told what it is, parsed, taken when it holds as a whole.

use std::io::Read;

use super::Making;
use crate::landscape::error::FeedError;
use crate::landscape::kind::{Kind, recognise};
use crate::landscape::report::{FileReport, RefusedRow, Yield, shortened};
use crate::landscape::taken::Taken;
use crate::landscape::text::Text;
use crate::landscape::{
    compatibility, csaf, cve, debian, epss, kev, lifecycle, microsoft, osv, table,
};

impl Making {
    /// Reads a text and takes what it gives.
    pub fn text(&mut self, name: &str, stream: &mut dyn Read) {
        let text = match Text::open(stream) {
            Ok(text) => text,
            // Pictures, programs and the like: no feed.
            Err(FeedError::NotText) => return self.report.ignore(name),
            Err(error) => return self.failed(name, None, error.to_string()),
        };
        let Some(kind) = recognise(name, text.start()) else {
            return self.report.ignore(name);
        };
        match self.parsed(name, kind, text) {
            Ok(told) => {
                if let Some(note) = told.records.note() {
                    self.report.note(&format!("{}: {note}", shortened(name)));
                }
                let used = told.records.used();
                self.gave(name, kind.feed(), told.map(|_| ()), used);
            }
            Err(error) => self.failed(name, Some(kind.feed()), error.to_string()),
        }
    }

    /// Parses a text and takes it.
    fn parsed(
        &mut self,
        name: &str,
        kind: Kind,
        text: Text<'_>,
    ) -> Result<Yield<Taken>, FeedError> {
        let facts = &mut self.facts;
        let told = match kind {
            Kind::Microsoft => {
                let told = microsoft::csv(text.reader())?;
                let (name, more) = (shortened(name), told.records.more_self_loops);
                for kb in &told.records.self_loops {
                    self.report.note(&format!("{name}: {kb} supersedes itself, left out"));
                }
                if more > 0 {
                    let text = format!("{name}: {more} more rows supersede themselves, left out");
                    self.report.note(&text);
                }
                told.map(|rows| facts.microsoft(rows)).map(whole)
            }
            Kind::KevJson | Kind::KevCsv => {
                let told = match kind {
                    Kind::KevJson => kev::json(text)?,
                    _ => kev::csv(text.reader())?,
                };
                let newest = told.newest;
                told.map(|entries| facts.kev(entries, newest))
            }
            Kind::Epss => {
                let told = epss::csv(name, text.reader())?;
                let newest = told.newest;
                told.map(|scores| facts.epss(scores, newest))
            }
            Kind::LifecyclePage => lifecycle::page(name, &text.whole(lifecycle::BOUNDS.bytes)?)?
                .map(|product| facts.dates.take(name, product)),
            Kind::LifecycleJson => lifecycle::json(name, &text.whole(lifecycle::BOUNDS.bytes)?)?
                .map(|product| facts.dates.take(name, product)),
            Kind::Cve => cve::json(text.reader())?.map(|records| facts.records(records)).map(whole),
            Kind::Csaf => csaf::json(&text.whole(csaf::BOUNDS.bytes)?)?
                .map(|advisory| facts.advisory(advisory))
                .map(whole),
            Kind::Osv => osv::json(&text.whole(osv::BOUNDS.bytes)?)?
                .map(|fixes| facts.packages(fixes))
                .map(whole),
            Kind::Debian => debian::json(&text.whole(debian::BOUNDS.bytes)?)?
                .map(|fixes| facts.packages(fixes))
                .map(whole),
            Kind::Compatibility => {
                let told = compatibility::csv(text.reader())?;
                let newest = told.newest;
                told.map(|rows| facts.incompatible(rows, newest))
            }
            Kind::Table => {
                table::csv(name, text.reader())?.map(|table| facts.table(table)).map(whole)
            }
        };
        Ok(told)
    }

    /// Notes what a file gave.
    pub fn taken(&mut self, name: &str, feed: &'static str, told: Yield<()>) {
        self.gave(name, feed, told, true);
    }

    /// Notes what a file gave. One that was not used says nothing of its feed's state.
    fn gave(&mut self, name: &str, feed: &'static str, told: Yield<()>, used: bool) {
        let row =
            |(place, reason): (String, String)| RefusedRow { file: shortened(name), place, reason };
        let file = FileReport {
            file: shortened(name),
            feed: Some(feed),
            records: told.count,
            dropped: told.dropped,
            refused: told.refused.count,
            rows: told.refused.listed.into_iter().map(row).collect(),
            failed: None,
        };
        if used {
            self.status(&file, told.newest);
        }
        self.report.file(file);
    }
}

/// What is taken as it is.
fn whole((): ()) -> Taken {
    Taken::Whole
}
