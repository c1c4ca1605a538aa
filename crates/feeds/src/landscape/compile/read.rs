//! One text to facts: told what it is, parsed, taken when it holds as a whole.

use std::io::Read;

use super::Making;
use crate::landscape::error::FeedError;
use crate::landscape::kind::{Kind, recognise};
use crate::landscape::report::{FileReport, RefusedRow, Yield, shortened};
use crate::landscape::text::Text;
use crate::landscape::{csaf, cve, debian, epss, kev, lifecycle, microsoft, osv, table};

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
            Ok(told) => self.taken(name, kind.feed(), told),
            Err(error) => self.failed(name, Some(kind.feed()), error.to_string()),
        }
    }

    /// Parses a text and takes it.
    fn parsed(&mut self, name: &str, kind: Kind, text: Text<'_>) -> Result<Yield<()>, FeedError> {
        let facts = &mut self.facts;
        let told = match kind {
            Kind::Microsoft => {
                let told = microsoft::csv(text.reader())?;
                for kb in &told.records.self_loops {
                    self.report.notes.push(format!("{name}: {kb} supersedes itself, left out"));
                }
                told.map(|rows| facts.microsoft(rows))
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
            Kind::LifecyclePage => lifecycle::page(name, &text.whole()?)?
                .map(|product| facts.lifecycle(product.name, product.releases)),
            Kind::LifecycleJson => lifecycle::json(name, &text.whole()?)?
                .map(|product| facts.lifecycle(product.name, product.releases)),
            Kind::Cve => cve::json(text.reader())?.map(|records| facts.records(records)),
            Kind::Csaf => csaf::json(&text.whole()?)?.map(|advisory| facts.advisory(advisory)),
            Kind::Osv => osv::json(&text.whole()?)?.map(|fixes| facts.packages(fixes)),
            Kind::Debian => debian::json(text.reader())?.map(|fixes| facts.packages(fixes)),
            Kind::Table => table::csv(name, text.reader())?.map(|table| facts.table(table)),
        };
        Ok(told)
    }

    /// Notes what a file gave.
    pub fn taken(&mut self, name: &str, feed: &'static str, told: Yield<()>) {
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
        self.status(&file, told.newest);
        self.report.file(file);
    }
}
