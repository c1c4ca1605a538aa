//! Files to one landscape.
//!
//! In: files in any order, and the day. Out: a landscape over what is built in (or over an older
//! one), and what became of every file. The same files give the same bytes of a snapshot. A file
//! that fails as a whole changes nothing.

mod builds;
mod read;
mod tables;

use wardwatch_model::landscape::FeedStatus;
use wardwatch_model::{Day, Landscape};

use super::facts::Facts;
use super::report::{FileReport, Report};
use super::source::{Content, Source};
use super::{starter, unpack};

/// Makes a landscape of files, over what is built in.
pub fn compile(sources: impl Iterator<Item = Source>, today: Day) -> (Landscape, Report) {
    let mut made = Making::new(today);
    starter::lay(&mut made);
    made.sources(sources);
    made.finish()
}

/// Makes a landscape of files, over an older one: what the files do not speak of stays.
pub fn compile_over(
    old: &Landscape,
    sources: impl Iterator<Item = Source>,
    today: Day,
) -> (Landscape, Report) {
    let mut made = Making::new(today);
    made.facts.landscape(old);
    made.feeds.clone_from(&old.feeds);
    made.sources(sources);
    made.finish()
}

/// A landscape in the making.
pub struct Making {
    pub facts: Facts,
    pub report: Report,
    pub feeds: Vec<FeedStatus>,
    /// Feeds of which a file was read now: their older status is gone.
    fresh: Vec<&'static str>,
    today: Day,
}

impl Making {
    fn new(today: Day) -> Self {
        let (facts, report) = (Facts::default(), Report::default());
        Making { facts, report, feeds: Vec::new(), fresh: Vec::new(), today }
    }

    fn sources(&mut self, sources: impl Iterator<Item = Source>) {
        for source in sources {
            match &source.content {
                Content::Bytes(bytes) => {
                    unpack::each(&source.name, bytes, &mut |name, text| match text {
                        Ok(stream) => self.text(name, stream),
                        Err(error) => self.failed(name, None, error.to_string()),
                    });
                }
                Content::Unreadable(why) => {
                    self.failed(&source.name, None, format!("it cannot be read: {why}"));
                }
            }
        }
    }

    fn failed(&mut self, name: &str, feed: Option<&'static str>, why: String) {
        let file = name.to_owned();
        self.report.file(FileReport { file, feed, failed: Some(why), ..FileReport::default() });
    }

    /// Adds what a file gave to its feed's status.
    fn status(&mut self, file: &FileReport, newest: Option<Day>) {
        let Some(feed) = file.feed else { return };
        if !self.fresh.contains(&feed) {
            self.fresh.push(feed);
            self.feeds.retain(|one| one.feed != feed);
        }
        let Some(one) = self.feeds.iter_mut().find(|one| one.feed == feed) else {
            self.feeds.push(FeedStatus {
                feed: feed.to_owned(),
                origin: file.file.clone(),
                newest,
                read: self.today,
                records: file.records,
                dropped: file.dropped,
                refused: file.refused,
            });
            return;
        };
        let files = one.origin.strip_suffix(" files").and_then(|count| count.parse().ok());
        one.origin = format!("{} files", files.unwrap_or(1_u64) + 1);
        one.newest = one.newest.max(newest);
        one.records += file.records;
        one.dropped += file.dropped;
        one.refused += file.refused;
    }

    fn finish(mut self) -> (Landscape, Report) {
        let mut landscape = tables::make(self.facts, &mut self.feeds, &mut self.report.notes);
        self.feeds.sort_by(|one, other| one.feed.cmp(&other.feed));
        landscape.feeds = self.feeds;
        (landscape, self.report)
    }
}
