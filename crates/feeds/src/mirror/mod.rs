//! Feeds that lie at addresses, kept up on a disk.
//!
//! In: a list of addresses, a folder for their last good bytes, what may be reached, the day. Out:
//! those bytes as sources of a landscape, and what became of every address. Never: bytes that give
//! no feed, or an older one, in the place of good ones; a file read again that has not changed; one
//! address that keeps the others from being read.

mod cache;
mod check;
mod list;

use std::path::Path;

use wardwatch_model::Day;
use wardwatch_model::landscape::FeedStatus;

pub use cache::{Cache, CacheError};
pub use list::{ListError, MAX_LIST_BYTES, MAX_PLACES, Place, fit_together, parse_list};

use crate::fetch::{Credentials, Fetcher, MAX_FEED_BYTES, Reach, Refreshed};
use crate::landscape::{Content, Source};
use cache::Kept;

/// What became of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was read: so many bytes.
    New(u64),
    /// It has not changed.
    Same,
    /// Its last good bytes stay in use.
    Last {
        /// Why nothing newer was taken.
        why: String,
        /// The day on which the server last gave them, or said that they are the newest.
        since: Day,
    },
    /// There is nothing of it.
    Nothing {
        /// Why not.
        why: String,
    },
}

/// How addresses are asked.
#[derive(Debug, Clone)]
pub struct Asking {
    /// What may be reached.
    pub reach: Reach,
    /// The day.
    pub today: Day,
    /// Whether an older file may take a newer one's place.
    pub force: bool,
}

/// Asks every address, one after the other, and keeps what is good.
pub fn refresh(places: &[Place], cache: &Cache, asking: &Asking) -> Vec<Outcome> {
    places.iter().map(|place| one(place, cache, asking)).collect()
}

fn one(place: &Place, cache: &Cache, asking: &Asking) -> Outcome {
    let kept = cache.find(place);
    let why = match ask(place, cache, kept.as_ref(), asking) {
        Ok(outcome) => return outcome,
        Err(why) => why,
    };
    match kept {
        Some(kept) => Outcome::Last { why, since: kept.mark.confirmed },
        None => Outcome::Nothing { why },
    }
}

fn ask(
    place: &Place,
    cache: &Cache,
    kept: Option<&Kept>,
    asking: &Asking,
) -> Result<Outcome, String> {
    // One for each address: what a slow server takes is not taken from the others' time.
    let fetcher = Fetcher::new(asking.reach.clone(), Credentials::None);
    let known = kept.and_then(|kept| kept.mark.etag.as_deref());
    let answer = fetcher.refresh(&place.address, known, MAX_FEED_BYTES);
    let (bytes, etag) = match answer.map_err(|error| error.to_string())? {
        Refreshed::NotModified => {
            let kept = kept.ok_or("it has not changed, and nothing of it is kept")?;
            let mark = kept.mark.confirmed(kept.mark.etag.clone(), asking.today);
            cache.put(place, &mark).map_err(|error| error.to_string())?;
            return Ok(Outcome::Same);
        }
        Refreshed::Body { bytes, etag } => (bytes, etag),
    };
    let written = cache.write(place, &bytes).map_err(|error| error.to_string())?;
    if let Some(kept) = kept.filter(|kept| kept.path == written.path) {
        let mark = kept.mark.confirmed(etag, asking.today);
        cache.put(place, &mark).map_err(|error| error.to_string())?;
        return Ok(Outcome::Same);
    }
    let size = bytes.len() as u64;
    let feeds = check::good(place, Source::new(&place.name, bytes), asking.today);
    let newer = feeds.and_then(|feeds| match kept.filter(|_| !asking.force) {
        Some(kept) => check::not_older(&feeds, &kept.mark.feeds).map(|()| feeds),
        None => Ok(feeds),
    });
    match newer {
        Ok(feeds) => cache
            .keep(place, written, etag, feeds, asking.today)
            .map(|()| Outcome::New(size))
            .map_err(|error| error.to_string()),
        Err(why) => {
            cache.drop(&written);
            Err(why)
        }
    }
}

/// What is kept of every address, in the order of the list; each is read when it is its turn.
pub fn sources<'a>(places: &'a [Place], cache: &'a Cache) -> impl Iterator<Item = Source> + 'a {
    places.iter().filter_map(|place| {
        let kept = cache.find(place)?;
        let content = read(&kept.path).map_or_else(Content::Unreadable, Content::Bytes);
        Some(Source { name: place.name.clone(), content })
    })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| error.to_string())
}

/// Gives feeds whose server was not heard now the day on which it last was.
pub fn date(feeds: &mut [FeedStatus], places: &[Place], outcomes: &[Outcome], cache: &Cache) {
    for (place, outcome) in places.iter().zip(outcomes) {
        let (Outcome::Last { since, .. }, Some(kept)) = (outcome, cache.find(place)) else {
            continue;
        };
        let of = |feed: &FeedStatus| kept.mark.feeds.iter().any(|known| known.feed == feed.feed);
        feeds.iter_mut().filter(|feed| of(feed)).for_each(|feed| {
            feed.read = feed.read.min(*since);
        });
    }
}
