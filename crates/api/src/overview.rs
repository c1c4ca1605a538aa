//! How things stand in few numbers, for the first page that somebody sees.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use wardwatch_model::{Level, OrgId, OrgKind, Timestamp};

/// Hours without an event after which a device, or an organisation, is called silent.
pub const SILENT_HOURS: i64 = 24;
/// Spans of time that the rate is cut into.
pub const SPANS: i64 = 48;
/// Hours that the rate looks back over at most.
pub const MAX_HOURS: u32 = 24 * 31;

/// Organisations that the answer names at most: so many tiles can be looked at.
pub const TILES: usize = 240;
/// Groups that the answer tells of at most.
pub const GROUPS: usize = 60;

/// Of whom, and how far back: `GET /api/v1/overview`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverviewQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Hours of the rate, up to now; 24 unless given.
    pub hours: Option<u32>,
    /// How many organisations to name at most, and none of their groups when it is 0; [`TILES`] unless given.
    pub tiles: Option<u32>,
}

/// Which of them a list of organisations is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgState {
    /// With an open incident at level high or above.
    Risk,
    /// From which nothing is heard, though something should be.
    Silent,
}

impl OrgState {
    /// All of them.
    pub const ALL: [OrgState; 2] = [OrgState::Risk, OrgState::Silent];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            OrgState::Risk => "risk",
            OrgState::Silent => "silent",
        }
    }
}

/// Which organisations: `GET /api/v1/overview/organisations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrgQuery {
    /// Only of this organisation and those below it.
    pub org: Option<OrgId>,
    /// Of none of these and those below them: codes, apart by commas.
    pub not_org: Option<String>,
    /// Only those that stand so.
    pub show: Option<OrgState>,
    /// Only of this kind.
    pub kind: Option<OrgKind>,
    /// None of this kind.
    pub not_kind: Option<OrgKind>,
    /// Only those whose name or code has this in it.
    pub name: Option<String>,
    /// Where the page starts.
    pub after: Option<String>,
    /// How many a page has.
    pub limit: Option<u32>,
}

/// Open incidents by their level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCounts {
    /// Critical.
    pub critical: u64,
    /// High.
    pub high: u64,
    /// Medium.
    pub medium: u64,
    /// Low.
    pub low: u64,
    /// For information.
    pub informational: u64,
    /// Those at high or critical that nobody works on.
    pub unowned: u64,
}

/// An organisation now. Most are only counted: their words are borrowed until one is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgNow<'t> {
    /// Its code.
    pub org: Cow<'t, OrgId>,
    /// Its name.
    pub name: Cow<'t, str>,
    /// Its kind.
    pub kind: OrgKind,
    /// What it lies below.
    pub parent: Option<Cow<'t, OrgId>>,
    /// Whether others lie below it: lists of it hold theirs too.
    pub above_others: bool,
    /// Open incidents.
    pub open: u64,
    /// The most serious of them.
    pub worst: Option<Level>,
    /// Devices that were ever heard from.
    pub devices: u64,
    /// Those of them that were silent for [`SILENT_HOURS`].
    pub silent: u64,
    /// When a device was heard from last; none when none ever was, and then nothing is known.
    pub last_heard: Option<Timestamp>,
}

impl OrgNow<'_> {
    /// The same with words of its own.
    pub fn into_owned(self) -> OrgNow<'static> {
        OrgNow {
            org: Cow::Owned(self.org.into_owned()),
            name: Cow::Owned(self.name.into_owned()),
            parent: self.parent.map(|parent| Cow::Owned(parent.into_owned())),
            ..self
        }
    }

    /// Whether its devices are expected to report: others only have bodies below them, or are a part of
    /// one.
    pub fn is_body(&self) -> bool {
        !matches!(self.kind, OrgKind::Centre | OrgKind::Region | OrgKind::CareBoard | OrgKind::Site)
    }

    /// Whether nothing was heard from it for [`SILENT_HOURS`], or ever.
    pub fn is_silent(&self) -> bool {
        self.devices == self.silent
    }

    /// Whether it has an open incident at level high or above.
    pub fn is_at_risk(&self) -> bool {
        self.worst >= Some(Level::High)
    }

    /// Whether it stands so.
    pub fn stands(&self, state: OrgState) -> bool {
        match state {
            OrgState::Risk => self.is_at_risk(),
            OrgState::Silent => self.is_body() && self.is_silent(),
        }
    }
}

/// Organisations counted, and their devices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgCounts {
    /// Bodies whose devices are expected to report.
    pub bodies: u64,
    /// Organisations with an open incident at level high or above.
    pub at_risk: u64,
    /// Bodies from which nothing was heard for [`SILENT_HOURS`], or ever.
    pub silent: u64,
    /// Of these, those from which nothing was ever heard.
    pub never: u64,
    /// Devices that were ever heard from.
    pub devices: u64,
    /// Those of them that were silent for [`SILENT_HOURS`].
    pub silent_devices: u64,
    /// When a device was heard from last.
    pub last_heard: Option<Timestamp>,
}

impl OrgCounts {
    /// Counts one more.
    pub fn add(&mut self, org: &OrgNow<'_>) {
        self.at_risk += u64::from(org.is_at_risk());
        if org.is_body() {
            self.bodies += 1;
            self.silent += u64::from(org.is_silent());
            self.never += u64::from(org.last_heard.is_none());
        }
        self.devices += org.devices;
        self.silent_devices += org.silent;
        self.last_heard = self.last_heard.max(org.last_heard);
    }
}

/// Bodies with the same parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgGroup {
    /// What they lie below; none for those at the top.
    pub parent: Option<OrgId>,
    /// Its name, where the caller sees it.
    pub name: Option<String>,
    /// All of them counted.
    pub counts: OrgCounts,
    /// The first of them: the most serious, then those that are silent.
    pub first: Vec<OrgNow<'static>>,
}

/// Detections of a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateSpan {
    /// When it begins.
    pub from: Timestamp,
    /// How many.
    pub detections: u64,
    /// How many of them at level high or above.
    pub serious: u64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// When it was counted.
    pub time: Timestamp,
    /// Open incidents.
    pub open: OpenCounts,
    /// The organisation that was asked for; none where all of the caller's were.
    pub own: Option<OrgNow<'static>>,
    /// The caller's organisations that are not closed, counted; with `org` that one and those below it.
    pub all: OrgCounts,
    /// How many organisations that is, bodies or not.
    pub organisations: u64,
    /// Bodies by what they lie below, the most serious group first; at most [`GROUPS`], and as many of each
    /// as [`TILES`] allow.
    pub groups: Vec<OrgGroup>,
    /// Detections over time, every span once.
    pub rate: Vec<RateSpan>,
}

/// Organisations of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgPage {
    /// When they were counted.
    pub time: Timestamp,
    /// How many there are, whatever was asked.
    pub all: u64,
    /// How many of them are meant.
    pub found: u64,
    /// The most serious first, then by their codes.
    pub items: Vec<OrgNow<'static>>,
    /// What to give as `after` for the next page.
    pub next: Option<String>,
}
