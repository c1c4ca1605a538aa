//! What there is in the sector: organisations, findings, an event and a report of each.

use serde_json::json;
use wardwatch_model::incident::{Part, Reason};
use wardwatch_model::{
    Advice, Build, Campaign, CampaignId, Column, Columns, DetectionId, Entity, EntityKind, EventId,
    Incident, IncidentId, IncidentState, Inventory, Level, OrgKind, Organisation, ReportKind,
    RuleId, Sighting,
};
use wardwatch_store::{Commit, DeviceSeen, KeptInventory, LakeRow, LogPosition};

use super::{NOW, org};

pub(super) fn organisation(code: &str, parent: Option<&str>, kind: OrgKind) -> Organisation {
    let name = format!("Organisation {code}");
    Organisation {
        code: org(code),
        parent: parent.map(org),
        name,
        kind,
        closed: None,
        successor: None,
    }
}

fn sighting(code: &str, n: u8) -> Sighting {
    let entity = |kind, value: String| Entity { kind, value };
    Sighting {
        id: DetectionId([n; 16]),
        org: org(code),
        time: NOW,
        received: NOW,
        rule_id: RuleId("copies".into()),
        rule_title: "Shadow Copies Deleted".into(),
        level: Level::High,
        tags: vec!["attack.impact".into()],
        device: format!("{code}-PC1"),
        event: EventId([n; 16]),
        entities: vec![
            entity(EntityKind::Device, format!("{code}-PC1")),
            entity(EntityKind::User, format!("{code}\\robin")),
        ],
        matched: vec![("User".into(), format!("{code}\\robin"))],
        advice: Advice::default(),
    }
}

fn incident(code: &str, n: u8, campaign: CampaignId) -> Incident {
    let sighting = sighting(code, n);
    Incident {
        id: IncidentId([n; 16]),
        org: org(code),
        state: IncidentState::Open,
        title: "Backups are being deleted".into(),
        story: format!("It happened on {code}-PC1."),
        level: Level::High,
        score: 60,
        reasons: vec![Reason { points: 60, text: "level high".into() }],
        first: NOW,
        last: NOW,
        updated: NOW,
        count: 1,
        detections: vec![sighting.id],
        rules: vec![sighting.rule_id],
        entities: sighting.entities,
        devices: vec![sighting.device],
        path: vec![],
        proposals: vec![],
        owner: None,
        notes: vec![],
        closing: None,
        campaign: Some(campaign),
        merged_into: None,
    }
}

fn part(code: &str, incidents: &[u8]) -> Part {
    let incidents = incidents.iter().map(|n| IncidentId([*n; 16])).collect();
    Part { org: org(code), incidents, first: NOW, devices: 1, legacy_devices: 0 }
}

fn campaign(n: u8, parts: Vec<Part>) -> Campaign {
    Campaign {
        id: CampaignId([n; 16]),
        title: "One attack".into(),
        level: Level::High,
        rules: vec![RuleId("copies".into())],
        indicators: vec![],
        first: NOW,
        last: NOW,
        parts,
    }
}

/// A process that the one before it started; the sightings of its organisation are of the second and third.
pub(super) fn event(code: &str, n: u8) -> LakeRow {
    let mut columns = Columns::default();
    columns.set(Column::User, &format!("{code}\\robin"));
    columns.set(Column::CommandLine, &format!("copy {n} C:\\Users\\robin\\{code}.txt"));
    columns.set(Column::Image, &format!("C:\\Users\\robin\\{code}-tool{n}.exe"));
    LakeRow {
        org: org(code),
        class: "windows/process_creation/sysmon".into(),
        time: NOW,
        received: NOW,
        device: format!("{code}-PC1"),
        event: EventId([if code == "ZZ1" { 0x10 } else { 0x20 } + n; 16]),
        source: "bulk".into(),
        record: n.into(),
        columns,
        body: json!({
            "of": code,
            "ProcessGuid": format!("{{{code}-{}}}", n + 1),
            "ParentProcessGuid": format!("{{{code}-{n}}}"),
        })
        .to_string(),
    }
}

/// A report of a device that runs Windows XP without an update.
pub fn inventory(code: &str) -> KeptInventory {
    let mut inventory = Inventory::new(ReportKind::SystemInfo);
    inventory.host = Some(format!("{code}-PC1"));
    inventory.system.name = Some("Microsoft Windows XP Professional".into());
    inventory.system.version = Some(Build([5, 1, 2600, 0]));
    inventory.system.service_pack = Some(3);
    inventory.system.architecture = Some(wardwatch_model::Architecture::X86);
    let device = format!("{code}-PC1");
    KeptInventory { org: org(code), device, received: NOW, inventory }
}

/// What loops would have found: for ZZ1 under ids of 0x1., for ZZ2 under 0x2.; a campaign each, and
/// one that both share.
pub(super) fn findings() -> Commit {
    let mut commit = Commit::empty(LogPosition { segment: 1, offset: 1 });
    for (code, n) in [("ZZ1", 0x10), ("ZZ2", 0x20)] {
        let own = CampaignId([n + 8; 16]);
        commit.sightings.extend([sighting(code, n + 1), sighting(code, n + 2)]);
        commit.incidents.extend([incident(code, n + 1, own), incident(code, n + 2, own)]);
        for at in [n + 1, n + 2] {
            commit.detection_incident.push((DetectionId([at; 16]), IncidentId([at; 16])));
        }
        commit.campaigns.push(campaign(n + 8, vec![part(code, &[n + 1, n + 2])]));
        commit.seen.push(DeviceSeen {
            org: org(code),
            device: format!("{code}-PC1"),
            time: NOW,
            events: 3,
            legacy: None,
            crashes: None,
        });
        commit.inventories.push(inventory(code));
    }
    commit.campaigns.push(campaign(0x30, vec![part("ZZ1", &[0x11]), part("ZZ2", &[0x21])]));
    commit
}
