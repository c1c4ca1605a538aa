//! One start of a device while it is in memory: its track, what is on its way, how old its holes
//! are.

use tokio::sync::watch;
use wardwatch_model::Timestamp;
use wardwatch_store::Track;
use wardwatch_store::ranges::{Range, Ranges};

/// Something that is missing, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) from: u64,
    pub(super) until: u64,
    pub(super) since: Timestamp,
}

#[derive(Debug)]
pub(super) struct Open {
    track: Track,
    flying: Ranges,
    landing: Option<watch::Sender<()>>,
    holes: Vec<Hole>,
    seen: Timestamp,
}

impl Open {
    pub(super) fn starting_at(base: u64, now: Timestamp) -> Self {
        Open::with(Track::starting_at(base), now)
    }

    /// As the state kept it. Its holes get a new grace: who was cut off by the restart comes back.
    pub(super) fn kept(track: Track, seen: Timestamp, now: Timestamp) -> Self {
        let mut open = Open::with(track, seen);
        open.look(now);
        open
    }

    fn with(track: Track, seen: Timestamp) -> Self {
        Open { track, flying: Ranges::default(), landing: None, holes: Vec::new(), seen }
    }

    pub(super) fn base(&self) -> u64 {
        self.track.base()
    }

    pub(super) fn through(&self) -> u64 {
        self.track.through()
    }

    pub(super) fn seen(&self) -> Timestamp {
        self.seen
    }

    pub(super) fn heard(&mut self, now: Timestamp) {
        self.seen = self.seen.max(now);
    }

    pub(super) fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// What of a range was not taken yet.
    pub(super) fn new_parts(&self, from: u64, until: u64) -> Vec<Range> {
        self.track.accepted().missing(from, until)
    }

    /// Whom to wait for when some of a range is on its way.
    pub(super) fn wait_for(&self, from: u64, until: u64) -> Option<watch::Receiver<()>> {
        let landing = self.landing.as_ref()?;
        self.flying.overlaps(from, until).then(|| landing.subscribe())
    }

    pub(super) fn depart(&mut self, parts: &[Range]) {
        parts.iter().for_each(|(from, until)| self.flying.insert(*from, *until));
        self.landing.get_or_insert_with(|| watch::Sender::new(()));
    }

    /// These parts are no longer on their way, whether they landed or not.
    pub(super) fn arrive(&mut self, parts: &[Range]) {
        parts.iter().for_each(|(from, until)| self.flying.remove(*from, *until));
        if let Some(landing) = &self.landing {
            landing.send_replace(());
        }
        if self.flying.is_empty() {
            self.landing = None;
        }
    }

    pub(super) fn accept(&mut self, from: u64, until: u64, now: Timestamp) {
        self.track.accept(from, until);
        self.look(now);
    }

    pub(super) fn report(&mut self, from: u64, until: u64, now: Timestamp) {
        self.track.report(from, until);
        self.look(now);
    }

    /// Looks for holes. One that is left of an older one is as old as that.
    fn look(&mut self, now: Timestamp) {
        let before = std::mem::take(&mut self.holes);
        let since = |from: u64, until: u64| {
            let same = before.iter().filter(|hole| hole.from <= until && hole.until >= from);
            same.map(|hole| hole.since).min().unwrap_or(now)
        };
        let holes = self.track.holes().into_iter();
        self.holes =
            holes.map(|(from, until)| Hole { from, until, since: since(from, until) }).collect();
    }
}
