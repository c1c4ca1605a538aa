//! A sector with two trusts side by side, and people at the centre and at each.

use tempfile::TempDir;
use wardwatch_model::{
    Advice, Campaign, CampaignId, DetectionId, Entity, EntityKind, EventId, Incident, IncidentId,
    IncidentState, Level, OrgId, OrgKind, Organisation, Permission, PersonId, Role, RuleId,
    Sighting, Timestamp, incident::Part,
};
use wardwatch_store::{Commit, LogPosition, NewPerson, State, SystemScope, TenantScope};

pub struct Sector {
    pub state: State,
    pub system: SystemScope,
    pub administrator: PersonId,
    pub one: PersonId,
    pub two: PersonId,
    pub dir: TempDir,
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp { micros: 1_494_583_200_000_000 + seconds * 1_000_000 }
}

pub fn org(code: &str) -> OrgId {
    code.parse().unwrap()
}

pub fn organisation(code: &str, parent: Option<&str>, kind: OrgKind) -> Organisation {
    Organisation {
        code: org(code),
        parent: parent.map(org),
        name: format!("Organisation {code}"),
        kind,
        closed: None,
        successor: None,
    }
}

impl Sector {
    pub async fn new() -> Sector {
        let dir = tempfile::tempdir().unwrap();
        let (state, system) = State::open(&dir.path().join("state.db")).await.unwrap();
        let centre = organisation("ZZC", None, OrgKind::Centre);
        let administrator =
            state.first_start(&system, centre, "root", "hash-root", at(0)).await.unwrap();
        let mut sector =
            Sector { state, system, administrator, one: administrator, two: administrator, dir };
        let scope = sector.scope(administrator, Permission::Administer).await;
        let trusts = vec![
            organisation("ZZ1", Some("ZZC"), OrgKind::Trust),
            organisation("ZZ2", Some("ZZC"), OrgKind::Trust),
            organisation("ZZ1S", Some("ZZ1"), OrgKind::Site),
        ];
        let report = sector.state.import_organisations(&scope, trusts, false, at(0)).await.unwrap();
        assert_eq!(report.problems, [""; 0]);
        sector.one = sector.person("ann", "ZZ1", Role::Analyst).await;
        sector.two = sector.person("bob", "ZZ2", Role::Analyst).await;
        sector
    }

    pub async fn person(&self, name: &str, at_org: &str, role: Role) -> PersonId {
        let scope = self.scope(self.administrator, Permission::Administer).await;
        let password_hash = format!("hash-{name}");
        let new = NewPerson { name: name.to_owned(), org: org(at_org), role, password_hash };
        self.state.create_person(&scope, new, at(0)).await.unwrap()
    }

    /// A person's scope; panics when the person may do this nowhere.
    pub async fn scope(&self, person: PersonId, permission: Permission) -> TenantScope {
        let principal = self.state.principal(person, at(10)).await.unwrap().unwrap();
        principal.scope(permission).unwrap()
    }

    pub async fn read(&self, person: PersonId) -> TenantScope {
        self.scope(person, Permission::ReadFindings).await
    }
}

pub fn id(org: &str, number: u8) -> [u8; 16] {
    let mut id = [0; 16];
    id[..org.len()].copy_from_slice(org.as_bytes());
    id[15] = number;
    id
}

pub fn sighting(code: &str, number: u8) -> Sighting {
    Sighting {
        id: DetectionId(id(code, number)),
        org: org(code),
        time: at(i64::from(number)),
        received: at(i64::from(number) + 1),
        rule_id: RuleId(format!("rule-{}", number % 2)),
        rule_title: "Shadow copies deleted".to_owned(),
        level: if number.is_multiple_of(3) { Level::Critical } else { Level::Medium },
        tags: vec!["attack.t1490".to_owned()],
        device: format!("{code}-PC{}", number % 4),
        event: EventId(id(code, number)),
        entities: vec![Entity { kind: EntityKind::Device, value: format!("{code}-PC1") }],
        matched: vec![("Image".to_owned(), r"C:\vssadmin.exe".to_owned())],
        advice: Advice::default(),
    }
}

pub fn incident(code: &str, number: u8) -> Incident {
    Incident {
        id: IncidentId(id(code, number)),
        org: org(code),
        state: IncidentState::Open,
        title: "Ransomware".to_owned(),
        story: "Files are being encrypted. Stop it.".to_owned(),
        level: Level::High,
        score: u32::from(number % 3) * 10,
        reasons: Vec::new(),
        first: at(i64::from(number)),
        last: at(i64::from(number) + 5),
        updated: at(i64::from(number) + 6),
        count: 1,
        detections: vec![DetectionId(id(code, number))],
        rules: Vec::new(),
        entities: Vec::new(),
        devices: vec![format!("{code}-PC1")],
        path: Vec::new(),
        proposals: Vec::new(),
        owner: None,
        notes: Vec::new(),
        closing: None,
        campaign: None,
        merged_into: None,
    }
}

pub fn campaign(number: u8, orgs: &[&str]) -> Campaign {
    let part = |code: &&str| Part {
        org: org(code),
        incidents: vec![IncidentId(id(code, number))],
        first: at(1),
        devices: 2,
        legacy_devices: 1,
    };
    Campaign {
        id: CampaignId(id("ZZ", number)),
        title: "A worm".to_owned(),
        level: Level::Critical,
        rules: Vec::new(),
        indicators: Vec::new(),
        first: at(1),
        last: at(i64::from(number)),
        parts: orgs.iter().map(part).collect(),
    }
}

pub fn commit(offset: u64) -> Commit {
    Commit::empty(LogPosition { segment: 1, offset })
}
