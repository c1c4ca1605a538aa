//! What people do with incidents: give, note, close, reopen, merge, split.
//!
//! In: incidents as they are stored, who acts, and when. Out: incidents as they are to be stored,
//! each with a later `updated`. Never: storing, or asking who may.

use std::collections::HashSet;

use thiserror::Error;
use wardwatch_model::incident::{Closing, MAX_LISTED, Note};
use wardwatch_model::{
    CloseReason, DetectionId, Entity, EntityKind, Incident, IncidentId, IncidentState, Level,
    Sighting, Timestamp,
};

use crate::case::{self, Head};
use crate::facts::Facts;
use crate::{common, hash, story};

/// Longest note in characters.
pub const LONGEST_NOTE: usize = 4_000;
/// Longest name of an owner in characters.
pub const LONGEST_NAME: usize = 128;
/// How a note starts that says where an incident was split from. Invariant: the identity follows,
/// then a full stop; triage reads it to keep the two apart.
const SPLIT: &str = "Split from incident ";

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HandlingError {
    /// Only open incidents can be worked on.
    #[error("incident {incident} is {}, not open", state.as_str())]
    NotOpen {
        /// Which.
        incident: IncidentId,
        /// What it is.
        state: IncidentState,
    },
    /// Only closed incidents can be opened again.
    #[error("incident {incident} is {}, not closed", state.as_str())]
    NotClosed {
        /// Which.
        incident: IncidentId,
        /// What it is.
        state: IncidentState,
    },
    /// A note without text.
    #[error("a note needs text")]
    EmptyNote,
    /// A note beyond the limit.
    #[error("a note has at most {LONGEST_NOTE} characters, this one has {length}")]
    LongNote {
        /// How long it is.
        length: usize,
    },
    /// No more notes.
    #[error("incident {incident} has {MAX_LISTED} notes, no more can be added")]
    ManyNotes {
        /// Which.
        incident: IncidentId,
    },
    /// An owner without a name, or with one beyond the limit.
    #[error("an owner's name has 1 to {LONGEST_NAME} characters")]
    WrongName,
    /// An incident cannot be merged with itself.
    #[error("incident {incident} cannot be merged into itself")]
    SameIncident {
        /// Which.
        incident: IncidentId,
    },
    /// Organisations share nothing.
    #[error("incident {incident} belongs to another organisation")]
    OtherOrganisation {
        /// Which.
        incident: IncidentId,
    },
    /// A split needs detections on both sides.
    #[error("a split needs detections above informational on both sides")]
    EmptySide,
    /// A split names a detection twice.
    #[error("detection {detection} is named twice")]
    NamedTwice {
        /// Which.
        detection: DetectionId,
    },
    /// A split names a detection of something else.
    #[error("detection {detection} does not belong to incident {incident}")]
    NotInIncident {
        /// Which detection.
        detection: DetectionId,
        /// Which incident.
        incident: IncidentId,
    },
}

/// Two incidents merged.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// Has the detections of both.
    pub into: Incident,
    /// Is merged into that one.
    pub from: Incident,
}

/// An incident split in two.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// What is left of it.
    pub stays: Incident,
    /// A new incident.
    pub leaves: Incident,
}

/// Gives an incident to somebody, or to nobody.
///
/// # Errors
/// When the incident is not open or the name has no fitting length.
pub fn assign(
    mut incident: Incident,
    owner: Option<&str>,
    by: &str,
    now: Timestamp,
) -> Result<Incident, HandlingError> {
    require_open(&incident)?;
    let owner = owner.map(|name| story::plain(name, usize::MAX));
    if owner.as_ref().is_some_and(|name| !(1..=LONGEST_NAME).contains(&name.chars().count())) {
        return Err(HandlingError::WrongName);
    }
    let text = match &owner {
        Some(name) => format!("Given to {name}."),
        None => "Given to nobody.".to_owned(),
    };
    incident.owner = owner;
    record(&mut incident, text, by, now);
    Ok(changed(incident, now))
}

/// Adds a note, whatever state the incident is in.
///
/// # Errors
/// When the text is empty or too long, or there are too many notes.
pub fn note(
    mut incident: Incident,
    text: &str,
    by: &str,
    now: Timestamp,
) -> Result<Incident, HandlingError> {
    let text = text.trim();
    let length = text.chars().count();
    if text.is_empty() {
        return Err(HandlingError::EmptyNote);
    }
    if length > LONGEST_NOTE {
        return Err(HandlingError::LongNote { length });
    }
    if incident.notes.len() >= MAX_LISTED {
        return Err(HandlingError::ManyNotes { incident: incident.id });
    }
    let keep = |letter: &char| matches!(letter, '\n' | '\t') || !letter.is_control();
    let mut text: String = text.chars().filter(keep).collect();
    if text.starts_with(SPLIT) {
        // Only a split says so of itself.
        text.insert_str(0, "Note: ");
    }
    record(&mut incident, text, by, now);
    Ok(changed(incident, now))
}

/// Closes an incident: it takes no more detections, and the same again opens a new one.
///
/// # Errors
/// When the incident is not open.
pub fn close(
    mut incident: Incident,
    reason: CloseReason,
    by: &str,
    now: Timestamp,
) -> Result<Incident, HandlingError> {
    require_open(&incident)?;
    incident.state = IncidentState::Closed;
    incident.closing = Some(Closing { time: now, by: by.to_owned(), reason });
    Ok(changed(incident, now))
}

/// Opens a closed incident again.
///
/// # Errors
/// When the incident is not closed.
pub fn reopen(mut incident: Incident, by: &str, now: Timestamp) -> Result<Incident, HandlingError> {
    if incident.state != IncidentState::Closed {
        let (incident, state) = (incident.id, incident.state);
        return Err(HandlingError::NotClosed { incident, state });
    }
    let before = incident.closing.take();
    let reason = before.map(|closing| format!(" It was closed as {}.", closing.reason));
    incident.state = IncidentState::Open;
    record(&mut incident, format!("Opened again.{}", reason.unwrap_or_default()), by, now);
    Ok(changed(incident, now))
}

/// Folds one open incident into another of the same organisation.
///
/// # Errors
/// When they are the same, of different organisations, or not both open.
pub fn merge(
    into: Incident,
    mut from: Incident,
    by: &str,
    now: Timestamp,
) -> Result<Merged, HandlingError> {
    if into.id == from.id {
        return Err(HandlingError::SameIncident { incident: from.id });
    }
    if into.org != from.org {
        return Err(HandlingError::OtherOrganisation { incident: from.id });
    }
    require_open(&into)?;
    require_open(&from)?;
    let mut head = Head::of(&into);
    let other = Head::of(&from);
    head.absorb(&other);
    // What was kept apart no longer is.
    head.notes.retain(|note| split_origin(note) != Some(from.id));
    from.notes.retain(|note| split_origin(note) != Some(into.id));
    head.notes.retain(|note| split_origin(note) != Some(into.id));
    let mut facts = resumed(&into);
    let theirs = resumed(&from);
    let links: Vec<&Entity> = theirs.links.iter().map(|link| &**link).collect();
    facts.list_links(&links);
    facts.absorb(theirs);
    let mut into = case::incident(&head, &facts);
    record(&mut into, format!("Incident {} was merged into this one.", from.id), by, now);
    from.state = IncidentState::Merged;
    from.merged_into = Some(into.id);
    record(&mut from, format!("Merged into incident {}.", into.id), by, now);
    Ok(Merged { into: changed(into, now), from: changed(from, now) })
}

/// Splits detections off an open incident into a new one. Both are made afresh from their
/// detections; owner, notes and campaign stay with the old one. What the two share joins them no
/// more.
///
/// # Errors
/// When the incident is not open, a side has no detection above informational, or a detection
/// belongs elsewhere or is named twice.
pub fn split(
    incident: Incident,
    leaving: &[Sighting],
    staying: &[Sighting],
    by: &str,
    now: Timestamp,
) -> Result<Split, HandlingError> {
    require_open(&incident)?;
    let listed: HashSet<DetectionId> = incident.detections.iter().copied().collect();
    let all_listed = incident.count <= listed.len() as u64;
    let mut named = HashSet::new();
    for sighting in leaving.iter().chain(staying) {
        let (detection, incident) = (sighting.id, &incident);
        if sighting.org != incident.org || all_listed && !listed.contains(&detection) {
            return Err(HandlingError::NotInIncident { detection, incident: incident.id });
        }
        if !named.insert(detection) {
            return Err(HandlingError::NamedTwice { detection });
        }
    }
    let mut left = gathered(leaving).ok_or(HandlingError::EmptySide)?;
    let mut kept = gathered(staying).ok_or(HandlingError::EmptySide)?;
    left.updated = now;
    kept.updated = incident.updated;
    kept.count = incident.count.saturating_sub(left.count).max(kept.count);
    let first = leaving.iter().map(|sighting| sighting.id).min();
    let id = hash::split_from(incident.id, first.ok_or(HandlingError::EmptySide)?);
    let mut stays = case::incident(&Head::of(&incident), &kept);
    record(&mut stays, format!("Incident {id} was split from this one."), by, now);
    let mut leaves = case::incident(&Head::new(id, incident.org.clone()), &left);
    record(&mut leaves, format!("{SPLIT}{}.", incident.id), by, now);
    Ok(Split { stays: changed(stays, now), leaves: changed(leaves, now) })
}

/// The incident that a note says this one was split from.
pub(crate) fn split_origin(note: &Note) -> Option<IncidentId> {
    note.text.strip_prefix(SPLIT)?.strip_suffix('.')?.parse().ok()
}

/// The facts of detections; none when none is above informational.
fn gathered(sightings: &[Sighting]) -> Option<Facts> {
    let opening = sightings.iter().position(|one| one.level > Level::Informational)?;
    let mut facts: Option<Facts> = None;
    let rest = sightings.iter().enumerate().filter(|(at, _)| *at != opening);
    for sighting in sightings.get(opening).into_iter().chain(rest.map(|(_, one)| one)) {
        let links: Vec<&Entity> =
            sighting.entities.iter().filter(|one| common::joins(one)).collect();
        let touched = links.iter().any(|one| one.kind == EntityKind::Device);
        let device = Some(sighting.device.trim())
            .filter(|name| !name.is_empty() && (touched || sighting.entities.is_empty()));
        match &mut facts {
            Some(facts) => facts.add(sighting, device, sighting.received),
            None => facts = Some(Facts::opened_by(sighting, device, sighting.received)),
        }
        if let Some(facts) = facts.as_mut().filter(|_| sighting.level > Level::Informational) {
            facts.list_links(&links);
        }
    }
    facts
}

/// The facts of a stored incident, its entities among them.
fn resumed(incident: &Incident) -> Facts {
    let mut facts = Facts::resumed(incident);
    let links: Vec<&Entity> = incident.entities.iter().collect();
    facts.list_links(&links);
    facts
}

fn require_open(incident: &Incident) -> Result<(), HandlingError> {
    match incident.state {
        IncidentState::Open => Ok(()),
        state => Err(HandlingError::NotOpen { incident: incident.id, state }),
    }
}

/// Writes down what was done, while there is room for notes.
fn record(incident: &mut Incident, text: String, by: &str, now: Timestamp) {
    if incident.notes.len() < MAX_LISTED {
        incident.notes.push(Note { time: now, by: by.to_owned(), text });
    }
}

/// Invariant: `updated` grows with every change, so that of two changes to one state the second
/// can be refused.
fn changed(mut incident: Incident, now: Timestamp) -> Incident {
    let next = Timestamp { micros: incident.updated.micros.saturating_add(1) };
    incident.updated = now.max(next);
    incident
}
