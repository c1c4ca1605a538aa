//! A list from its bytes to the matcher.
//!
//! In: bytes and where the list belongs, or what was pulled. Out: what was loaded. Never: an async
//! thread held up by the reading; more indicators than the matcher may hold.

use std::collections::HashSet;

use wardwatch_feeds::indicators::{self, Format, ListError, Parsed, Problem};
use wardwatch_feeds::pull::Pulled;
use wardwatch_model::{IndicatorKind, OrgId, Timestamp};
use wardwatch_store::{
    IndicatorList, IndicatorSource, ListProblem, LoadedList, State, StoreError, SystemScope,
    TenantScope,
};

use super::{Indicators, Room};

/// Why a list was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It was refused whole.
    #[error(transparent)]
    List(#[from] ListError),
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not one line of it is an indicator: a page in place of a list, most likely.
    #[error("nothing of the list was taken, the old one stays; {place}: {reason}")]
    Nothing {
        /// Where the first problem is.
        place: String,
        /// What it is.
        reason: String,
    },
    /// Others are being read.
    #[error("other lists are being read: try again in a moment")]
    Busy,
}

/// A list to be loaded.
#[derive(Debug)]
pub struct Upload<'u> {
    /// The organisation that it is to belong to.
    pub org: &'u OrgId,
    /// Its name.
    pub name: &'u str,
    /// What it is written in.
    pub format: Format,
    /// Its bytes.
    pub bytes: axum::body::Bytes,
}

/// What was loaded.
#[derive(Debug)]
pub struct Loaded {
    /// The list as it is now.
    pub list: IndicatorList,
    /// What of it was not taken; the first of them.
    pub problems: Vec<ListProblem>,
    /// Values that stood there more than once.
    pub repeated: u64,
    /// Things that are no indicators and were not meant to be.
    pub others: u64,
}

impl Indicators {
    /// Loads a list and searches new events for it from then on.
    ///
    /// # Errors
    /// When it is refused, or cannot be stored.
    pub async fn load(
        &self,
        room: Room<'_>,
        state: &State,
        scope: &TenantScope,
        upload: Upload<'_>,
        now: Timestamp,
    ) -> Result<Loaded, LoadError> {
        let Upload { org, name, format, bytes } = upload;
        let limits = self.limits;
        let parse = move || indicators::parse(&bytes, format, &limits, now);
        let read = tokio::task::spawn_blocking(parse).await.map_err(|_| StoreError::Ending)?;
        drop(room);
        let _alone = self.made.lock().await;
        let read = something(read?)?;
        let Parsed { format, indicators, problems, problem_count, repeated, others, .. } = read;
        let loaded = LoadedList {
            org: org.clone(),
            name: name.to_owned(),
            format: format.to_string(),
            indicators,
            problems: problems.into_iter().map(kept).collect(),
            problem_count,
        };
        let problems = loaded.problems.clone();
        let list = state.load_indicators(scope, loaded, now).await?;
        self.tell();
        Ok(Loaded { list, problems, repeated, others })
    }

    /// Loads what was pulled from a source.
    ///
    /// # Errors
    /// When it cannot be stored, or all lists together would be too long.
    pub async fn load_pulled(
        &self,
        state: &State,
        system: &SystemScope,
        source: &IndicatorSource,
        pulled: Pulled,
        now: Timestamp,
    ) -> Result<(), LoadError> {
        let _alone = self.made.lock().await;
        let Pulled { parsed, whole, .. } = pulled;
        let parsed = something(parsed)?;
        let nothing_new = parsed.indicators.is_empty()
            && parsed.withdrawn.is_empty()
            && parsed.problem_count == 0;
        if !whole && nothing_new {
            return Ok(());
        }
        let (org, name) = (&source.org, source.name.as_str());
        let mut indicators = parsed.indicators;
        if !whole {
            // What was added or taken back replaces what the list holds under the same identity.
            let newer: HashSet<&str> = indicators
                .iter()
                .map(|one| one.id.as_str())
                .chain(parsed.withdrawn.iter().map(String::as_str))
                .filter(|id| !id.is_empty())
                .collect();
            let before = state.indicators_named(system, org, name).await?;
            let stays: Vec<_> =
                before.into_iter().filter(|one| !newer.contains(one.id.as_str())).collect();
            indicators.extend(stays);
            let mut seen: HashSet<(IndicatorKind, String)> = HashSet::new();
            indicators.retain(|one| seen.insert((one.kind, one.value.clone())));
        }
        if indicators.len() > self.limits.indicators {
            return Err(ListError::TooMany(self.limits.indicators).into());
        }
        let loaded = LoadedList {
            org: org.clone(),
            name: name.to_owned(),
            format: parsed.format.to_string(),
            indicators,
            problems: parsed.problems.into_iter().map(kept).collect(),
            problem_count: parsed.problem_count,
        };
        state.load_pulled(system, loaded, now).await?;
        self.tell();
        Ok(())
    }
}

/// A list of lines of which at least one was taken, or that says nothing at all. What has a
/// structure of its own may well hold nothing that is looked for.
fn something(parsed: Parsed) -> Result<Parsed, LoadError> {
    let lines = matches!(parsed.format, Format::Text | Format::Csv);
    match parsed.problems.first() {
        Some(first) if lines && parsed.indicators.is_empty() => {
            Err(LoadError::Nothing { place: first.place.clone(), reason: first.reason.clone() })
        }
        _ => Ok(parsed),
    }
}

fn kept(problem: Problem) -> ListProblem {
    ListProblem { place: problem.place, reason: problem.reason }
}
