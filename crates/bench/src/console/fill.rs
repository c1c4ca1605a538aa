//! A state filled as months of work would: devices, their reports, incidents, detections, campaigns.
//!
//! In: a state of which no server is in use, a sector, the time. Out: what was put there. Never: the same
//! twice for two runs; all of it is counted, nothing drawn.

use std::path::Path;

use anyhow::{Context, Result};
use wardwatch_exercise::estate::{Device, Sector, to_inventory};
use wardwatch_model::incident::{Closing, Part, Reason};
use wardwatch_model::{
    Advice, Campaign, CampaignId, CloseReason, DetectionId, Entity, EntityKind, EventId, Incident,
    IncidentId, IncidentState, Level, OrgId, RuleId, Sighting, Timestamp,
};
use wardwatch_store::{Commit, DeviceSeen, KeptInventory, State};

use crate::serve::Parcel;

/// Incidents of a sector, however large.
const INCIDENTS: u64 = 100_000;
/// One incident in so many is open.
const OPEN: u64 = 10;
/// Detections of each.
const DETECTIONS: u64 = 3;
/// One incident in so many is part of a campaign.
const IN_CAMPAIGN: u64 = 50;
/// Over so long they happened.
const SPAN_MICROS: i64 = 90 * DAY_MICROS;
const DAY_MICROS: i64 = 86_400_000_000;
/// What is put there at once.
const AT_ONCE: usize = 5_000;

/// What was put there.
#[derive(Debug)]
pub struct Filled {
    /// Organisations with devices.
    pub organisations: usize,
    /// Devices.
    pub devices: u64,
    /// How many of them reported what they run.
    pub reports: u64,
    /// Incidents.
    pub incidents: u64,
    /// Detections.
    pub detections: u64,
    /// One of the incidents.
    pub incident: IncidentId,
    /// One of the campaigns.
    pub campaign: CampaignId,
    /// A device that runs Windows XP.
    pub legacy: (OrgId, String),
}

/// One event, as a shipper sends it.
pub fn one_event() -> Parcel {
    Parcel {
        path: "/_bulk",
        media_type: "application/x-ndjson",
        bytes: b"{\"index\":{}}\n{\"message\":\"the first\"}\n".to_vec(),
        records: 1,
    }
}

/// Fills it.
pub async fn fill(path: &Path, sector: &Sector, now: Timestamp) -> Result<Filled> {
    let (state, system) = State::open(path).await?;
    let position = state.position(&system).await?.context("the log has no beginning")?;
    let mut commit = Commit::empty(position);
    let (mut devices, mut reports, mut legacy) = (0, 0, None);
    let mut named: Vec<(OrgId, String)> = Vec::new();
    for org in &sector.organisations {
        for device in sector.devices(org) {
            if legacy.is_none() && device.product.is_some_and(|name| name.contains("XP")) {
                legacy = Some((org.code.clone(), device.name.clone()));
            }
            if u64::is_multiple_of(devices, 7) {
                named.push((org.code.clone(), device.name.clone()));
            }
            devices += 1;
            reports += u64::from(device.product.is_some());
            add(&mut commit, &device, now);
            if commit.seen.len() >= AT_ONCE {
                state
                    .commit(&system, std::mem::replace(&mut commit, Commit::empty(position)))
                    .await?;
            }
        }
    }
    state.commit(&system, std::mem::replace(&mut commit, Commit::empty(position))).await?;
    let mut campaign: Option<Campaign> = None;
    for n in 0..INCIDENTS {
        let (org, device) = &named[(n as usize).wrapping_mul(7_919) % named.len()];
        let of = n.is_multiple_of(IN_CAMPAIGN).then(|| campaign_id(n / IN_CAMPAIGN / 40));
        put(&mut commit, n, org, device, of, now);
        if let Some(id) = of {
            let next = join(campaign.take().filter(|known| known.id == id), id, org, n, now);
            commit.campaigns.retain(|known| known.id != id);
            commit.campaigns.push(next.clone());
            campaign = Some(next);
        }
        if commit.incidents.len() >= AT_ONCE {
            state.commit(&system, std::mem::replace(&mut commit, Commit::empty(position))).await?;
        }
    }
    state.commit(&system, commit).await?;
    Ok(Filled {
        organisations: sector.organisations.len(),
        devices,
        reports,
        incidents: INCIDENTS,
        detections: INCIDENTS * DETECTIONS,
        incident: IncidentId(id(1, 0)),
        campaign: campaign_id(0),
        legacy: legacy.context("nobody runs Windows XP")?,
    })
}

fn add(commit: &mut Commit, device: &Device, now: Timestamp) {
    let ago = i64::from(device.last_seen_days) * DAY_MICROS;
    let time = Timestamp { micros: now.micros - ago };
    commit.seen.push(DeviceSeen {
        org: device.org.clone(),
        device: device.name.clone(),
        time,
        events: 1_000,
        legacy: None,
        crashes: None,
    });
    if device.product.is_some() {
        commit.inventories.push(KeptInventory {
            org: device.org.clone(),
            device: device.name.clone(),
            received: time,
            inventory: to_inventory(device),
        });
    }
}

/// Sixteen bytes for the number `n` of a kind.
fn id(kind: u8, n: u64) -> [u8; 16] {
    let mut bytes = [kind; 16];
    bytes[8..].copy_from_slice(&n.to_be_bytes());
    bytes
}

fn campaign_id(n: u64) -> CampaignId {
    CampaignId(id(2, n))
}

/// Of a hundred incidents 2 are critical, 10 high, 38 medium, the others low.
fn level(n: u64) -> Level {
    match n % 100 {
        0..2 => Level::Critical,
        2..12 => Level::High,
        12..50 => Level::Medium,
        _ => Level::Low,
    }
}

fn put(
    commit: &mut Commit,
    n: u64,
    org: &OrgId,
    device: &str,
    campaign: Option<CampaignId>,
    now: Timestamp,
) {
    let open = n.is_multiple_of(OPEN);
    // Open ones are of the last days.
    let span = if open { SPAN_MICROS / 30 } else { SPAN_MICROS };
    let back = (n as i64).wrapping_mul(7_919_000_000).rem_euclid(span);
    let last = Timestamp { micros: now.micros - back };
    let rule = RuleId(format!("made-{}", n % 400));
    let entities = vec![
        Entity { kind: EntityKind::Device, value: device.to_owned() },
        Entity { kind: EntityKind::User, value: format!("{org}\\user{}", n % 5_000) },
    ];
    let mut detections = Vec::new();
    for of in 0..DETECTIONS {
        let detection = DetectionId(id(3, n * DETECTIONS + of));
        let time = Timestamp { micros: last.micros - of as i64 * 1_000_000 };
        detections.push(detection);
        commit.detection_incident.push((detection, IncidentId(id(1, n))));
        commit.sightings.push(Sighting {
            id: detection,
            org: org.clone(),
            time,
            received: time,
            rule_id: rule.clone(),
            rule_title: format!("Made-up rule {}", n % 400),
            level: level(n),
            tags: vec!["attack.execution".into()],
            device: device.to_owned(),
            event: EventId(detection.0),
            entities: entities.clone(),
            matched: vec![("Image".into(), "C:\\Windows\\System32\\cmd.exe".into())],
            advice: Advice::default(),
        });
    }
    let closing = Closing { time: now, by: "ana".into(), reason: CloseReason::Resolved };
    let score = 20 + (n % 80) as u32;
    commit.incidents.push(Incident {
        id: IncidentId(id(1, n)),
        org: org.clone(),
        state: if open { IncidentState::Open } else { IncidentState::Closed },
        title: format!(
            "A program was started that should not have been, as made-up rule {}",
            n % 400
        ),
        story: format!("It happened on {device}. Nobody has looked yet."),
        level: level(n),
        score,
        reasons: vec![Reason { points: score, text: "made up".into() }],
        first: Timestamp { micros: last.micros - 60_000_000 },
        last,
        updated: last,
        count: DETECTIONS,
        detections,
        rules: vec![rule],
        entities,
        devices: vec![device.to_owned()],
        path: vec![],
        proposals: vec![],
        owner: n.is_multiple_of(3).then(|| "ana".to_owned()),
        notes: vec![],
        closing: (!open).then_some(closing),
        campaign,
        merged_into: None,
    });
}

/// The campaign with one more incident.
fn join(known: Option<Campaign>, id_: CampaignId, org: &OrgId, n: u64, now: Timestamp) -> Campaign {
    let mut campaign = known.unwrap_or_else(|| Campaign {
        id: id_,
        title: "One made-up attack".into(),
        level: Level::Medium,
        rules: vec![RuleId("made-0".into())],
        indicators: vec![],
        first: Timestamp { micros: now.micros - SPAN_MICROS },
        last: now,
        parts: vec![],
    });
    campaign.level = campaign.level.max(level(n));
    let incident = IncidentId(id(1, n));
    match campaign.parts.iter_mut().find(|part| part.org == *org) {
        Some(part) => part.incidents.push(incident),
        None => campaign.parts.push(Part {
            org: org.clone(),
            incidents: vec![incident],
            first: now,
            devices: 1,
            legacy_devices: 0,
        }),
    }
    campaign
}
