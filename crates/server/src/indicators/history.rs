//! History searched for the new indicators of a list.
//!
//! In: a list whose latest version was not searched for. Out: sightings, handed to the detection
//! loop, and progress in the state, day by day from the latest back. Never: a day that counts as
//! searched before its hits are stored; an event of an organisation that the list does not go for.

use std::sync::Arc;

use anyhow::{Result, bail};
use tokio::sync::watch;
use wardwatch_detect::indicator::{Builder, Matcher, Scratch};
use wardwatch_model::{Sighting, Timestamp};
use wardwatch_store::{IndicatorHunt, Lake, LakeFile, LakeRow, ListReach, StoreError, SystemScope};

use super::row::{self, Row};
use super::sight::{self, Place};
use crate::app::App;

/// How far back events are searched.
pub const HISTORY_MICROS: i64 = 30 * 24 * 3600 * 1_000_000;
/// Sightings that are handed over at once.
const PART: usize = 500;
/// How often a day is begun again when its files were merged meanwhile.
const ATTEMPTS: u32 = 5;

/// What searches history.
pub struct History {
    /// State, clock, and the way to the loop that publishes.
    pub app: App,
    /// The right to work for all organisations.
    pub system: Arc<SystemScope>,
    /// Lake.
    pub lake: Lake,
}

impl History {
    /// Searches for one list that waits for it; false when none does.
    ///
    /// # Errors
    /// When state or lake fail; what was done stays done.
    pub async fn step(&self, stop: &watch::Receiver<bool>) -> Result<bool> {
        let lists = self.app.state.all_indicator_lists(&self.system).await?;
        let Some(reach) = lists.into_iter().find(|reach| reach.list.hunted < reach.list.version)
        else {
            return Ok(false);
        };
        self.search(&reach, stop).await?;
        Ok(true)
    }

    async fn search(&self, reach: &ListReach, stop: &watch::Receiver<bool>) -> Result<()> {
        self.app.indicators.refresh(&self.app.state, &self.system).await?;
        // Events that met an older matcher are in the lake after this, all others met this list.
        self.app.indicators.settled().await;
        let list = &reach.list;
        let matcher = Arc::new(self.new_of(reach).await?);
        let now = self.app.now();
        let mut hunt = match &list.hunt {
            Some(hunt) if hunt.version == list.version && hunt.ended.is_none() => hunt.clone(),
            _ => IndicatorHunt {
                version: list.version,
                from: Timestamp { micros: now.micros.saturating_sub(HISTORY_MICROS) },
                started: now,
                ended: None,
                days: 0,
                days_done: 0,
                last_day: None,
                events: 0,
                hits: 0,
            },
        };
        let days = match matcher.is_empty() {
            true => Vec::new(),
            false => self.days(&hunt).await?,
        };
        hunt.days = hunt.days_done + days.len() as u64;
        for day in days {
            if *stop.borrow() {
                return Ok(());
            }
            self.search_day(reach, &matcher, &day, &mut hunt).await?;
            hunt.days_done += 1;
            hunt.last_day = Some(day);
            if !self.app.state.keep_hunt(&self.system, list.id, &hunt).await? {
                return Ok(());
            }
        }
        hunt.ended = Some(self.app.now());
        self.app.state.keep_hunt(&self.system, list.id, &hunt).await?;
        Ok(())
    }

    /// A matcher of what came into the list after the version that was searched for.
    async fn new_of(&self, reach: &ListReach) -> Result<Matcher> {
        let list = &reach.list;
        let mut builder = Builder::default();
        let number = builder.list(list.id, &list.name, reach.orgs.clone());
        let mut last = None;
        loop {
            let part = self
                .app
                .state
                .indicators(&self.system, list.id, list.version, list.hunted, last.as_ref())
                .await?;
            last = part.last().cloned();
            if last.is_none() {
                return Ok(builder.build());
            }
            for indicator in part {
                builder.add(number, indicator);
            }
        }
    }

    /// The days that are still to be searched, the latest first.
    async fn days(&self, hunt: &IndicatorHunt) -> Result<Vec<String>> {
        let files = self.app.state.lake_files(&self.system, Some(hunt.from), None).await?;
        let mut days: Vec<String> = files.into_iter().map(|file| file.day).collect();
        days.sort_unstable_by(|one, other| other.cmp(one));
        days.dedup();
        days.retain(|day| hunt.last_day.as_ref().is_none_or(|last| day < last));
        Ok(days)
    }

    async fn search_day(
        &self,
        reach: &ListReach,
        matcher: &Arc<Matcher>,
        day: &str,
        hunt: &mut IndicatorHunt,
    ) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let files = self.app.state.lake_files(&self.system, Some(hunt.from), None).await?;
            let files: Vec<LakeFile> = files.into_iter().filter(|file| file.day == day).collect();
            let (mut events, mut hits, mut merged) = (0, 0, false);
            for file in &files {
                let scope =
                    self.app.state.search_scope(&self.system, reach, self.app.now()).await?;
                let rows = match self.lake.read(&scope, file).await {
                    Ok(rows) => rows,
                    // Merged with others and removed meanwhile: the day is listed again.
                    Err(StoreError::File { .. }) => {
                        merged = true;
                        break;
                    }
                    Err(error) => return Err(error.into()),
                };
                events += rows.len() as u64;
                let found = self.search_rows(matcher, rows, hunt.from).await?;
                hits += found.len() as u64;
                self.hand_over(found).await?;
            }
            if !merged {
                hunt.events += events;
                hunt.hits += hits;
                return Ok(());
            }
        }
        bail!("the files of day {day} change faster than they can be searched")
    }

    async fn search_rows(
        &self,
        matcher: &Arc<Matcher>,
        rows: Vec<LakeRow>,
        from: Timestamp,
    ) -> Result<Vec<Sighting>> {
        let matcher = matcher.clone();
        let searched = tokio::task::spawn_blocking(move || {
            let mut scratch = Scratch::default();
            let mut found = Vec::new();
            for row in rows.iter().filter(|row| row.time >= from) {
                search_row(&matcher, row, &mut scratch, &mut found);
            }
            found
        });
        Ok(searched.await?)
    }

    async fn hand_over(&self, mut found: Vec<Sighting>) -> Result<()> {
        while !found.is_empty() {
            let rest = found.split_off(found.len().min(PART));
            if !self.app.indicators.inbox.hand_over(found).await {
                bail!("the detection loop took over no more");
            }
            found = rest;
        }
        Ok(())
    }
}

/// Adds what a row holds.
fn search_row(matcher: &Matcher, row: &LakeRow, scratch: &mut Scratch, found: &mut Vec<Sighting>) {
    let Some(read) = Row::read(&row.body) else { return };
    let fields = read.fields();
    let event = row::event(&fields, &row.device, row.time);
    let mut hits = Vec::new();
    matcher.look_up(&event, &row.org, row.time, scratch, &mut hits);
    let place = Place {
        org: &row.org,
        event: row.event,
        device: &row.device,
        time: row.time,
        received: row.received,
    };
    sight::add(matcher, &hits, &event, place, found);
}
