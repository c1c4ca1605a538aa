//! A small sector in a temporary folder: the centre ZZ0, and below it ZZ1 and ZZ2, each with
//! findings, a device, a sender, a token, a code and people of every role.

mod belongings;
mod nouns;

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;
use wardwatch_detect::Documents;
use wardwatch_hunt::HuntLimits;
use wardwatch_model::{
    AlertId, CampaignId, Contact, DetectionId, FilterId, HuntId, IncidentId, IndicatorListId,
    IndicatorSourceId, Inventory, OrgId, OrgKind, Permission, PersonId, Role, RuleId, Service,
    SubscriptionId, SuppressionId, Timestamp, TokenId,
};
use wardwatch_normalise::Normaliser;
use wardwatch_store::{
    Commit, DeviceSeen, KeptInventory, Lake, Log, LogLimits, LogPosition, State, SystemScope,
};
use zip::ZipArchive;

use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::http::{problem, router};
use crate::hunts::Hunts;
use crate::loops::care::catch_up;
use crate::passwords;
use crate::rules::{Desk, Given, RuleBook};

use self::belongings::belongings;
use self::nouns::{event, findings, organisation};

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
