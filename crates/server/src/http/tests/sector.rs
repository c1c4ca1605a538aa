//! A small sector in a temporary folder: the centre ZZ0, and below it ZZ1 and ZZ2, each with
//! findings, a device, a sender, a token, a code and people of every role.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use wardwatch_detect::Documents;
use wardwatch_hunt::HuntLimits;
use wardwatch_model::incident::{Part, Reason};
use wardwatch_model::{
    Advice, Alert, AlertId, Build, Campaign, CampaignId, Column, Columns, Contact, Contains, Day,
    DetectionId, Entity, EntityKind, EventId, FilterId, HuntId, Incident, IncidentId,
    IncidentState, Indicator, IndicatorKind, IndicatorListId, IndicatorSourceId, Inventory, Level,
    NotifyEvent, OrgId, OrgKind, Organisation, OwnRule, Permission, PersonId, ReportKind, Role,
    RuleFilter, RuleId, Service, SetLevel, Sighting, SourceKind, SubscriptionId, Suppression,
    SuppressionId, Timestamp, TokenId,
};
use wardwatch_normalise::Normaliser;
use wardwatch_store::{
    Commit, DeviceSeen, KeptInventory, Lake, LakeRow, ListProblem, LoadedList, Log, LogLimits,
    LogPosition, NewHunt, NewIndicatorSource, NewPerson, NewSubscription, SettingChange,
    SourceSecret, State, SubscriptionKind, SystemScope, TenantScope,
};
use zip::ZipArchive;

use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::http::{problem, router};
use crate::hunts::Hunts;
use crate::loops::care::catch_up;
use crate::passwords;
use crate::rules::{Desk, Given, RuleBook};

/// When the story happens.
pub const NOW: Timestamp = Timestamp { micros: 1_494_583_200_000_000 };
/// The password of the centre's administrator.
pub const PASSWORD: &str = "correct horse battery";

/// The rules of the server: one, and one that cannot be loaded.
const RULES: &str = "title: Shadow Copies Deleted\nid: copies\nlevel: high\n\
    tags: [attack.t1490, cve.2008-4250]\nlogsource: {product: windows, category: process_creation}\n\
    detection: {s: {CommandLine|contains: shadows}, condition: s}\n---\n\
    title: Broken\nlogsource: {product: windows}\n\
    detection: {s: {A|nothing: b}, condition: s}\n";

/// What an organisation has, to be asked for by others.
#[derive(Debug, Clone)]
pub struct Belongings {
    pub org: OrgId,
    pub detection: DetectionId,
    pub incidents: [IncidentId; 2],
    pub campaign: CampaignId,
    pub person: PersonId,
    pub sender: TokenId,
    pub token: TokenId,
    pub list: IndicatorListId,
    pub source: IndicatorSourceId,
    pub rule: RuleId,
    pub filter: FilterId,
    pub suppression: SuppressionId,
    pub hunt: HuntId,
    pub saved_hunt: HuntId,
    pub webhook: SubscriptionId,
    pub mail: SubscriptionId,
    pub alert: AlertId,
}

/// The sector, and the server over it.
pub struct Sector {
    pub app: App,
    pub router: Router,
    pub one: Belongings,
    pub two: Belongings,
    pub system: Arc<SystemScope>,
    time: Arc<AtomicI64>,
    _folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn detail(&self) -> String {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        self.json()["detail"].as_str().unwrap().to_owned()
    }
}

pub fn org(code: &str) -> OrgId {
    code.parse().unwrap()
}

fn organisation(code: &str, parent: Option<&str>, kind: OrgKind) -> Organisation {
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
fn event(code: &str, n: u8) -> LakeRow {
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
fn findings() -> Commit {
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

/// All files of an archive, one behind the other: what is in it must be looked at as any other answer.
fn unpacked(archive: &mut ZipArchive<Cursor<&Bytes>>) -> String {
    let mut text = String::new();
    for at in 0..archive.len() {
        archive.by_index(at).unwrap().read_to_string(&mut text).unwrap();
    }
    text
}

/// The login name of who has a role in an organisation.
pub fn login_name(code: &str, role: Role) -> String {
    format!("{code}.{role}")
}

/// A list of indicators and a source, made by the organisation's detection engineer.
async fn outside_knowledge(state: &State, code: &str) -> (IndicatorListId, IndicatorSourceId) {
    let name = login_name(code, Role::DetectionEngineer);
    let known = state.credentials(&name).await.unwrap().unwrap();
    let principal = state.principal(known.person, NOW).await.unwrap().unwrap();
    let scope = principal.scope(Permission::WriteRules).unwrap();
    let list = LoadedList {
        org: org(code),
        name: format!("{code} list"),
        format: "text".into(),
        indicators: vec![Indicator::bare(IndicatorKind::Domain, "c2.zz-evil.net")],
        problems: vec![ListProblem { place: "line 2".into(), reason: format!("{code} no") }],
        problem_count: 1,
    };
    let list = state.load_indicators(&scope, list, NOW).await.unwrap();
    let source = NewIndicatorSource {
        org: org(code),
        name: format!("{code} source"),
        kind: SourceKind::File,
        address: "https://zz-feed.net/list".into(),
        collection: String::new(),
        secret: SourceSecret::Bearer("hidden".into()),
        interval_seconds: 3600,
    };
    let source = state.create_indicator_source(&scope, source, NOW).await.unwrap();
    (list.id, source.id)
}

async fn subscription(
    state: &State,
    scope: &TenantScope,
    name: &str,
    code: &str,
    kind: SubscriptionKind,
) -> SubscriptionId {
    let new = NewSubscription {
        kind,
        org: org(code),
        name: name.to_owned(),
        address: format!("https://{code}.example"),
        person: None,
        // Of these the sector's findings have none, so that nothing waits.
        events: vec![NotifyEvent::IncidentRaised],
        level: Level::High,
    };
    state.create_subscription(scope, new, NOW).await.unwrap().0
}

async fn belongings(state: &State, scope: &TenantScope, code: &str, n: u8) -> Belongings {
    let here = org(code);
    let mut person = None;
    for role in Role::ALL {
        // Nobody logs in by these passwords: sessions are opened by hand.
        let new = NewPerson {
            name: login_name(code, role),
            org: here.clone(),
            role,
            password_hash: "none".into(),
        };
        person = Some(state.create_person(scope, new, NOW).await.unwrap());
    }
    let (list, source) = outside_knowledge(state, code).await;
    let name = format!("{code} shipper");
    let (sender, _) = state.create_sender(scope, &name, &here, NOW).await.unwrap();
    let token = state.create_api_token(scope, &name, &here, Role::Analyst, None, NOW);
    let (token, _) = token.await.unwrap();
    let (rule, filter, suppression) = decisions(state, scope, code).await;
    let until = Timestamp { micros: NOW.micros + 1_000_000 };
    state.create_code(scope, &here, &name, until, NOW).await.unwrap();
    let analyst = state.credentials(&login_name(code, Role::Analyst)).await.unwrap().unwrap();
    let analyst = state.principal(analyst.person, NOW).await.unwrap().unwrap();
    let events = analyst.scope(Permission::ReadEvents).unwrap();
    let sql = format!("SELECT '{code}' FROM events");
    let saved = state.save_hunt(&events, &here, "usual", &sql, NOW).await.unwrap();
    let hunt = NewHunt { org: None, sql, from: NOW, until };
    let hunt = state.start_hunt(&events, &hunt, NOW).await.unwrap();
    let handle = analyst.scope(Permission::HandleIncidents).unwrap();
    Belongings {
        alert: alert(state, &handle, code).await,
        hunt,
        saved_hunt: saved.id,
        org: here,
        detection: DetectionId([n + 1; 16]),
        incidents: [IncidentId([n + 1; 16]), IncidentId([n + 2; 16])],
        campaign: CampaignId([n + 8; 16]),
        person: person.unwrap(),
        sender,
        token,
        list,
        source,
        rule,
        filter,
        suppression,
        webhook: subscription(state, scope, &name, code, SubscriptionKind::Webhook).await,
        mail: subscription(state, scope, &name, code, SubscriptionKind::Mail).await,
    }
}

/// What an organisation decided about rules: by its own detection engineer and analyst.
async fn decisions(
    state: &State,
    scope: &TenantScope,
    code: &str,
) -> (RuleId, FilterId, SuppressionId) {
    let (here, copies) = (org(code), RuleId("copies".into()));
    let right = async |role, permission| {
        let known = state.credentials(&login_name(code, role)).await.unwrap().unwrap();
        let principal = state.principal(known.person, NOW).await.unwrap().unwrap();
        principal.scope(permission).unwrap()
    };
    assert!(scope.covers(&here));
    let write = right(Role::DetectionEngineer, Permission::WriteRules).await;
    let rule = OwnRule {
        id: RuleId(format!("{code}.own")),
        org: here.clone(),
        text: format!(
            "title: Own of {code}\nid: own\nlogsource: {{product: windows}}\n\
             detection: {{s: {{A: b}}, condition: s}}\n"
        ),
        author: code.into(),
        created: NOW,
    };
    state.put_own_rule(&write, &rule).await.unwrap();
    let why = format!("reason of {code}");
    let level = SettingChange::Level(Some(SetLevel::To(Level::Critical)));
    state.change_rule_setting(&write, &here, &copies, level, &why, NOW).await.unwrap();
    let until = Timestamp { micros: NOW.micros + 86_400_000_000 };
    let filter = RuleFilter {
        id: FilterId([0; 16]),
        org: here.clone(),
        rule: copies.clone(),
        excludes: vec![Contains { field: "A".into(), text: code.into() }],
        sigma: None,
        reason: why.clone(),
        owner: code.into(),
        created: NOW,
        until,
    };
    let filter = state.add_rule_filter(&write, filter).await.unwrap().id;
    let handle = right(Role::Analyst, Permission::HandleIncidents).await;
    let suppression = Suppression {
        id: SuppressionId([0; 16]),
        org: here,
        rule: Some(copies),
        entity: Some(Entity { kind: EntityKind::User, value: format!("{code}\\robin") }),
        reason: why,
        owner: code.into(),
        created: NOW,
        until,
        ended: None,
    };
    let suppression = state.add_suppression(&handle, suppression).await.unwrap().id;
    (rule.id, filter, suppression)
}

/// An alert that an organisation issued for itself.
async fn alert(state: &State, scope: &TenantScope, code: &str) -> AlertId {
    let alert = Alert {
        id: AlertId([0; 16]),
        org: org(code),
        title: format!("{code} closes it"),
        text: String::new(),
        cves: vec!["CVE-2017-0144".parse().unwrap()],
        issued: NOW,
        issued_by: code.into(),
        acknowledge_by: NOW,
        act_by: Day::parse("2017-05-26").unwrap(),
        ended: None,
    };
    state.issue_alert(scope, alert).await.unwrap().id
}

impl Sector {
    pub async fn new() -> Self {
        Sector::with(Settings { mail: true, ..Settings::default() }).await
    }

    pub async fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (state, system) = State::open(&folder.path().join("state.sqlite")).await.unwrap();
        let log = Log::open(&folder.path().join("log"), LogLimits::default()).await.unwrap();
        let centre = organisation("ZZ0", None, OrgKind::Centre);
        let hash = passwords::hash(PASSWORD).unwrap();
        let root = state.first_start(&system, centre, "root", &hash, NOW).await.unwrap();
        let principal = state.principal(root, NOW).await.unwrap().unwrap();
        let scope = principal.scope(Permission::Administer).unwrap();
        let below = ["ZZ1", "ZZ2"].map(|code| organisation(code, Some("ZZ0"), OrgKind::Trust));
        state.import_organisations(&scope, below.to_vec(), false, NOW).await.unwrap();
        let principal = state.principal(root, NOW).await.unwrap().unwrap();
        let scope = principal.scope(Permission::Administer).unwrap();
        let care = principal.scope(Permission::ClassifyDevices).unwrap();
        let services = ["ZZ1", "ZZ2"].map(|code| Service {
            org: org(code),
            code: "payroll".parse().unwrap(),
            name: "Payroll".into(),
            sites: vec![],
            depends_on: vec![],
        });
        state.import_services(&care, services.to_vec(), false, NOW).await.unwrap();
        let contacts = ["ZZ0", "ZZ1", "ZZ2"].map(|code| Contact {
            org: org(code),
            name: format!("{code} desk"),
            about: "Day and night".into(),
            phone: "01632 960001".into(),
            mail: format!("desk@{}.example", code.to_lowercase()),
            for_below: true,
        });
        state.import_contacts(&care, contacts.to_vec(), false, NOW).await.unwrap();
        let one = belongings(&state, &scope, "ZZ1", 0x10).await;
        let two = belongings(&state, &scope, "ZZ2", 0x20).await;
        let lake = Lake::open(&folder.path().join("lake")).unwrap();
        let rows = ["ZZ1", "ZZ2"].into_iter().flat_map(|code| (0..3).map(move |n| event(code, n)));
        let files = lake.write(&system, rows.collect()).await.unwrap();
        state.commit(&system, Commit { files, ..findings() }).await.unwrap();
        let time = Arc::new(AtomicI64::new(NOW.micros));
        let source = || {
            let documents = Documents::parse("/folder/rules.yml", RULES);
            Ok(Given { documents, ..Given::default() })
        };
        let own = state.own_rules(&system).await.unwrap();
        let book = RuleBook::open(Box::new(source), Arc::new(Normaliser::new(None)), &own).unwrap();
        let clock = Clock::Hand(Arc::clone(&time));
        let (key, system) = (settings.pseudonym_key, Arc::new(system));
        let desk = Desk::new(Arc::new(book), state.clone(), Arc::clone(&system), lake.clone());
        let limits = HuntLimits::default();
        let hunts =
            Hunts::new(state.clone(), lake, Arc::clone(&system), clock.clone(), key, limits)
                .unwrap();
        let mut app = App::new(state, log, clock, settings).with_rules(desk);
        app.hunts = Some(hunts);
        catch_up(&app, &system).await.unwrap();
        let api = router(app.clone());
        let pages = wardwatch_console::router(api.clone());
        let router = pages.merge(api).fallback(problem::no_such_path);
        Sector { app, router, one, two, system, time, _folder: folder }
    }

    /// Follows what changed in the care wing, as its loop does.
    pub async fn follow(&self) {
        catch_up(&self.app, &self.system).await.unwrap();
    }

    /// A device of ZZ1 reports, as its loop would have stored it.
    pub async fn report(&self, device: &str, inventory: Inventory) {
        let position = self.app.state.position(&self.system).await.unwrap().unwrap();
        let at = LogPosition { offset: position.offset + 1, ..position };
        let (org, device) = (org("ZZ1"), device.to_owned());
        let seen = DeviceSeen {
            org: org.clone(),
            device: device.clone(),
            time: NOW,
            events: 0,
            legacy: None,
            crashes: None,
        };
        let kept = KeptInventory { org, device, received: NOW, inventory };
        let commit = Commit { inventories: vec![kept], seen: vec![seen], ..Commit::empty(at) };
        self.app.state.commit(&self.system, commit).await.unwrap();
    }

    /// Events of ZZ1-PC1 tell this of it, as their loop would have stored it.
    pub async fn hear(&self, seen: DeviceSeen) {
        let position = self.app.state.position(&self.system).await.unwrap().unwrap();
        let commit = Commit { seen: vec![seen], ..Commit::empty(position) };
        self.app.state.commit(&self.system, commit).await.unwrap();
    }

    pub fn later(&self, seconds: i64) {
        self.time.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    /// A session of whoever has this login name.
    pub async fn session(&self, name: &str) -> String {
        let known = self.app.state.credentials(name).await.unwrap().unwrap();
        let until = Timestamp { micros: self.app.now().micros + 86_400_000_000 };
        self.app.state.open_session(known.person, self.app.now(), until).await.unwrap()
    }

    pub async fn session_of(&self, code: &str, role: Role) -> String {
        self.session(&login_name(code, role)).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = match ZipArchive::new(Cursor::new(&bytes)) {
            Ok(mut archive) => unpacked(&mut archive),
            Err(_) => String::from_utf8(bytes.to_vec()).unwrap(),
        };
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Asks with a session or token as bearer; an empty one stands for nobody.
    pub async fn ask(&self, bearer: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.send(request(bearer, method, path, body)).await
    }

    pub async fn get(&self, bearer: &str, path: &str) -> Answer {
        self.ask(bearer, "get", path, None).await
    }

    pub async fn post(&self, bearer: &str, path: &str, body: Value) -> Answer {
        self.ask(bearer, "post", path, Some(body)).await
    }
}

pub fn request(bearer: &str, method: &str, path: &str, body: Option<Value>) -> Request<Body> {
    let mut request = Request::builder().method(method.to_uppercase().as_str()).uri(path);
    if !bearer.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
    }
    match body {
        None => request.body(Body::empty()).unwrap(),
        Some(body) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
    }
}
