//! What a host has installed, seen with the catalogue's eyes.
//!
//! In: installed numbers, the host's product and build. Out: which updates are covered, and by which
//! installed one. Never: an update counted as installed that is neither installed nor replaced by
//! one that is.

use rustc_hash::FxHashMap;
use wardwatch_model::landscape::Track;
use wardwatch_model::{Build, Day, Kb};

use crate::catalogue::Catalogue;

/// How an update is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// It is installed.
    Installed,
    /// An installed one replaces it, by the vendor's word.
    Replaced {
        /// The installed one.
        by: u32,
    },
    /// A later update of a line whose every update contains the ones before is installed.
    Later {
        /// The installed one.
        by: u32,
    },
}

/// The patches of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patches {
    /// The host's build, with a revision where the report has one.
    pub build: Option<Build>,
    /// Covered updates, by place: the installed one that covers it, itself when installed.
    covered: FxHashMap<u32, u32>,
    /// The latest installed update of the product's cumulative line, with its day.
    cumulative: Option<(Day, u32)>,
    /// The latest installed cumulative update of Internet Explorer for the product, with its day.
    browser: Option<(Day, u32)>,
    /// Installed numbers that the catalogue does not know.
    pub unknown: Vec<Kb>,
}

impl Patches {
    /// Looks a host's updates up.
    pub fn new(
        catalogue: &Catalogue,
        product: u32,
        build: Option<Build>,
        installed: impl IntoIterator<Item = Kb>,
    ) -> Self {
        let mut unknown = Vec::new();
        let mut places = Vec::new();
        for kb in installed {
            match catalogue.update(kb) {
                Some(place) => places.push(place),
                None => unknown.push(kb),
            }
        }
        unknown.sort_unstable();
        unknown.dedup();
        Patches::of_places(catalogue, product, build, places, unknown)
    }

    /// The same from places of updates. Only an update with rows for the host's product counts for
    /// the cumulative line.
    pub(crate) fn of_places(
        catalogue: &Catalogue,
        product: u32,
        build: Option<Build>,
        places: Vec<u32>,
        unknown: Vec<Kb>,
    ) -> Self {
        let mut covered: FxHashMap<u32, u32> = places.iter().map(|&place| (place, place)).collect();
        let mut cumulative: Option<(Day, u32)> = None;
        let mut browser: Option<(Day, u32)> = None;
        for place in places {
            for &older in catalogue.replaces().of(place) {
                covered.entry(older).or_insert(place);
            }
            if !catalogue.is_for(place, product) {
                continue;
            }
            let found = Some((catalogue.published(place), place));
            if in_line(catalogue.track(place)) {
                cumulative = cumulative.max(found);
            } else if catalogue.track(place) == Track::InternetExplorer {
                browser = browser.max(found);
            }
        }
        Patches { build, covered, cumulative, browser, unknown }
    }

    /// Whether an update is covered, and how.
    pub fn cover(&self, catalogue: &Catalogue, update: u32) -> Option<Cover> {
        if let Some(&by) = self.covered.get(&update) {
            return Some(if by == update { Cover::Installed } else { Cover::Replaced { by } });
        }
        let (track, published) = (catalogue.track(update), catalogue.published(update));
        let later = |&(day, _): &(Day, u32)| published <= day;
        let system = self.cumulative.filter(later).filter(|_| contained(track));
        let browser = self.browser.filter(later).filter(|_| track == Track::InternetExplorer);
        system.or(browser).map(|(_, by)| Cover::Later { by })
    }

    /// The latest installed update of the product's cumulative line.
    pub fn cumulative(&self) -> Option<u32> {
        self.cumulative.map(|(_, place)| place)
    }
}

/// Whether what is in an update is also in every later one of the cumulative line: a month's roll-up
/// has all that the update of that month alone has, and that of Internet Explorer.
pub(crate) fn contained(track: Track) -> bool {
    in_line(track) || matches!(track, Track::SecurityOnly | Track::InternetExplorer)
}

/// Whether an update of a line contains all earlier ones of it.
pub(crate) fn in_line(track: Track) -> bool {
    matches!(track, Track::Cumulative | Track::Hotpatch)
}
