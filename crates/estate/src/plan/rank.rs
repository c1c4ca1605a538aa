//! Which device first: by how far an attacker can reach it, not by its age.
//!
//! In: devices, a day. Out: the same, the most reachable first, with reasons. Never: what is not known
//! ranked as safe.

use serde::{Deserialize, Serialize};

use wardwatch_model::Day;

use super::{Reach, Subject};

/// Days after a crash in which it counts: an attack that fails makes an old system crash.
const LATELY_DAYS: i32 = 30;

/// A device in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Its name.
    pub device: String,
    /// Higher is first: ten for each ring of [`Reach`], five when port 445 answers, four when that
    /// is not known, two when it crashed lately.
    pub score: u32,
    /// Why.
    pub reasons: Vec<String>,
}

/// The devices, the most reachable first; the same score by name.
pub fn rank<'a>(subjects: impl IntoIterator<Item = &'a Subject>, today: Day) -> Vec<Ranked> {
    let mut ranked: Vec<Ranked> =
        subjects.into_iter().map(|subject| weigh(subject, today)).collect();
    ranked.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.device.cmp(&b.device)));
    ranked
}

/// How far an attacker can reach a device, as of a day.
pub fn weigh(subject: &Subject, today: Day) -> Ranked {
    let (rings, reach) = match subject.reach {
        Reach::Internet => (4, "the internet reaches it"),
        Reach::WholeNetwork => (3, "the whole network reaches it"),
        Reach::NothingKnown => (3, "who reaches it is not known: counted as the whole network"),
        Reach::Segment => (2, "its segment reaches it"),
        Reach::Peers => (1, "only listed peers reach it"),
    };
    let (port, smb) = match subject.smb_open {
        Some(true) => (5, "port 445 answers"),
        None => (4, "whether port 445 answers is not known"),
        Some(false) => (0, "port 445 does not answer"),
    };
    let mut reasons = vec![reach.to_owned(), smb.to_owned()];
    let lately = |day: &Day| *day > today.plus(-LATELY_DAYS);
    let crashed = subject.last_crash.filter(lately);
    if let Some(day) = crashed {
        reasons.push(format!("it crashed on {day}"));
    }
    let score = rings * 10 + port + if crashed.is_some() { 2 } else { 0 };
    Ranked { device: subject.device.clone(), score, reasons }
}
