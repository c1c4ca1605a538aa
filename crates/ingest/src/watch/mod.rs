//! Folders that are looked at again and again: files dropped there are taken and put away.
//!
//! In: a folder, an interval, one sender. Out: the content of each file as batches; the file moved
//! to `done/` or `failed/` beside where it lay, where it is never read again. Names of folders
//! never decide whose a file is. A file is taken once its size and time have not changed between
//! two looks, so one that is still being written is left alone. Links are not followed.

mod find;
mod place;
mod settle;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::counters::Door;
use crate::file::{FileReading, FileReport, FileSource, Wanted};
use crate::gate::{Gate, Refused};
use crate::gather::named;
use crate::stream::Post;
use find::{Found, Layout, find};
use place::Fate;
use settle::Settling;

/// What is watched.
#[derive(Debug, Clone)]
pub struct Watch {
    /// The folder.
    pub dir: PathBuf,
    /// Time between two looks.
    pub interval: Duration,
}

/// Takes every file that is dropped into a folder or one below it, until `shutdown`.
pub async fn watch_folder<G: Gate>(
    watch: Watch,
    post: Post<G>,
    shutdown: impl Future<Output = ()> + Send,
) {
    run(watch, Layout::Any, post, shutdown).await;
}

/// Takes every `Report.wer` below folders named `ReportQueue` or `ReportArchive`, until
/// `shutdown`. Nothing else there is opened: no dump is ever read.
pub async fn watch_reports<G: Gate>(
    watch: Watch,
    post: Post<G>,
    shutdown: impl Future<Output = ()> + Send,
) {
    run(watch, Layout::Reports, post, shutdown).await;
}

/// Takes every report of hosts that is dropped into a folder or one below it, until `shutdown`. A
/// report that names no host is that of the host after which its file is called.
pub async fn watch_inventories<G: Gate>(
    watch: Watch,
    post: Post<G>,
    shutdown: impl Future<Output = ()> + Send,
) {
    run(watch, Layout::Inventories, post, shutdown).await;
}

async fn run<G: Gate>(
    watch: Watch,
    layout: Layout,
    post: Post<G>,
    shutdown: impl Future<Output = ()> + Send,
) {
    let mut ticks = tokio::time::interval(watch.interval.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watcher = Watcher { dir: watch.dir, layout, post, settling: Settling::default() };
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            _ = ticks.tick() => {}
        }
        tokio::select! {
            () = &mut shutdown => return,
            () = watcher.look() => {}
        }
    }
}

struct Watcher<G> {
    dir: PathBuf,
    layout: Layout,
    post: Post<G>,
    settling: Settling,
}

impl<G: Gate> Watcher<G> {
    fn door(&self) -> Door {
        match self.layout {
            Layout::Any => Door::Folder,
            Layout::Reports => Door::Reports,
            Layout::Inventories => Door::Inventories,
        }
    }

    /// Looks once, and takes what has settled.
    async fn look(&mut self) {
        let (dir, layout) = (self.dir.clone(), self.layout);
        let found = match tokio::task::spawn_blocking(move || find(&dir, layout)).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                tracing::warn!(dir = %self.dir.display(), %error, "folder cannot be read");
                return;
            }
            Err(error) => {
                tracing::warn!(dir = %self.dir.display(), %error, "folder was not read");
                return;
            }
        };
        for file in self.settling.settled(found) {
            self.take(&file).await;
        }
    }

    /// Takes one file and puts it away.
    async fn take(&mut self, file: &Found) {
        let door = self.door();
        self.post.counters.request(door);
        let name = file.path.strip_prefix(&self.dir).unwrap_or(&file.path);
        let source = FileSource {
            source: named(door.word(), &name.to_string_lossy()),
            device: file.device.clone(),
            wanted: match self.layout {
                Layout::Any => Wanted::Logs,
                Layout::Reports => Wanted::CrashReports,
                Layout::Inventories => Wanted::Inventories,
            },
            batch_bytes: self.post.limits.batch_bytes,
        };
        let (fate, reasons) = match self.read(door, &file.path, source).await {
            Err(refused) => (Fate::Failed, vec![refused.to_string()]),
            Ok(report) if report.unknown => {
                (Fate::Failed, vec!["of no kind that is read".to_owned()])
            }
            Ok(report) => {
                self.post.counters.invalid(door, report.problem_count);
                let nothing = report.batches == 0 && report.problem_count > 0;
                (if nothing { Fate::Failed } else { Fate::Done }, report.problems)
            }
        };
        if fate == Fate::Failed {
            self.post.counters.refused(door);
        }
        self.put_away(&file.path, fate, reasons).await;
    }

    async fn read(
        &self,
        door: Door,
        path: &Path,
        source: FileSource,
    ) -> Result<FileReport, Refused> {
        let mut reading = FileReading::start(path, source);
        while let Some(gathered) = reading.next().await {
            self.post.keep(door, &gathered).await?;
        }
        Ok(reading.finish().await)
    }

    async fn put_away(&mut self, path: &Path, fate: Fate, reasons: Vec<String>) {
        let owned = path.to_owned();
        let work = move || place::put_away(&owned, fate, &reasons);
        let outcome = match tokio::task::spawn_blocking(work).await {
            Ok(outcome) => outcome,
            Err(error) => Err(std::io::Error::other(error)),
        };
        if let Err(error) = outcome {
            // It stays where it is, and must not be read again and again.
            tracing::error!(file = %path.display(), %error, "file cannot be put away");
            self.settling.ignore(path);
        }
    }
}

#[cfg(test)]
mod tests;
