//! Lists loaded, events found live and in history: once, and in the right organisation alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tempfile::TempDir;
use tokio::sync::watch;
use wardwatch_detect::Documents;
use wardwatch_feeds::indicators::Format;
use wardwatch_model::{
    OrgId, OrgKind, Organisation, Permission, PersonId, Role, Sighting, Timestamp,
};
use wardwatch_normalise::Normaliser;
use wardwatch_normalise::block::Shape;
use wardwatch_store::{
    Batch, DetectionFilter, Lake, Log, LogLimits, NewPerson, Page, Sender, State, SystemScope,
    TenantScope,
};

use super::{History, LoadError, Upload};
use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::loops::detect::{Detect, Memory};
use crate::loops::figures::Figures;
use crate::rules::{Given, RuleBook};

const NOW: Timestamp = Timestamp { micros: 1_494_583_200_000_000 };
const RULE: &str = "title: Never\nid: never\nlogsource: {product: windows}\n\
                    detection: {s: {Image: never}, condition: s}\n";

fn org(code: &str) -> OrgId {
    code.parse().unwrap()
}

/// Two trusts below a centre, and the loop that detects.
struct House {
    app: App,
    system: Arc<SystemScope>,
    lake: Lake,
    detect: Detect,
    memory: Memory,
    root: PersonId,
    senders: BTreeMap<&'static str, Sender>,
    time: Arc<AtomicI64>,
    _folder: TempDir,
}

async fn scope(state: &State, person: PersonId, permission: Permission) -> TenantScope {
    let principal = state.principal(person, NOW).await.unwrap().unwrap();
    principal.scope(permission).unwrap()
}

impl House {
    async fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let (state, system) = State::open(&folder.path().join("state.db")).await.unwrap();
        let log = Log::open(&folder.path().join("log"), LogLimits::default()).await.unwrap();
        let lake = Lake::open(&folder.path().join("lake")).unwrap();
        let below = |code, parent: Option<&str>, kind| Organisation {
            code: org(code),
            parent: parent.map(org),
            name: code.to_owned(),
            kind,
            closed: None,
            successor: None,
        };
        let centre = below("ZZ0", None, OrgKind::Centre);
        let root = state.first_start(&system, centre, "root", "none", NOW).await.unwrap();
        let administer = scope(&state, root, Permission::Administer).await;
        let trusts = vec![
            below("ZZ1", Some("ZZ0"), OrgKind::Trust),
            below("ZZ2", Some("ZZ0"), OrgKind::Trust),
        ];
        state.import_organisations(&administer, trusts, false, NOW).await.unwrap();
        let administer = scope(&state, root, Permission::Administer).await;
        let mut senders = BTreeMap::new();
        for code in ["ZZ1", "ZZ2"] {
            let made = state.create_sender(&administer, code, &org(code), NOW).await.unwrap();
            senders.insert(code, state.sender(&made.1, NOW).await.unwrap().unwrap());
        }
        let time = Arc::new(AtomicI64::new(NOW.micros));
        let app = App::new(state, log, Clock::Hand(time.clone()), Settings::default());
        let system = Arc::new(system);
        let normaliser = Arc::new(Normaliser::new(None));
        let rules =
            || Ok(Given { documents: Documents::parse("rule.yml", RULE), ..Given::default() });
        let rules = RuleBook::open(Box::new(rules), normaliser.clone(), &[]).unwrap();
        let detect = Detect {
            app: app.clone(),
            system: system.clone(),
            lake: lake.clone(),
            rules: Arc::new(rules),
            normaliser,
            figures: Arc::new(Figures::default()),
            threads: 2,
        };
        let memory = detect.resume().await.unwrap();
        House { app, system, lake, detect, memory, root, senders, time, _folder: folder }
    }

    /// What a trust sends, worked through and published.
    async fn sends(&mut self, code: &str, lines: &str) {
        let batch = Batch {
            shape: Shape::JsonLines,
            source: "test".to_owned(),
            bytes: lines.as_bytes().to_vec(),
            first: 1,
            logsource: None,
            key: None,
        };
        self.app.log.append(&self.senders[code], batch, self.app.now()).await.unwrap();
        while self.detect.step(&mut self.memory).await.unwrap() {}
        self.detect.publish(&mut self.memory).await.unwrap();
    }

    /// A person of a trust who may load lists, as a scope.
    async fn engineer(&self, code: &str) -> TenantScope {
        let administer = scope(&self.app.state, self.root, Permission::Administer).await;
        let new = NewPerson {
            name: format!("engineer {code} {}", self.time.fetch_add(1, Ordering::Relaxed)),
            org: org(code),
            role: Role::DetectionEngineer,
            password_hash: "none".to_owned(),
        };
        let person = self.app.state.create_person(&administer, new, NOW).await.unwrap();
        scope(&self.app.state, person, Permission::WriteRules).await
    }

    async fn load(&self, code: &str, name: &str, list: &str) -> super::Loaded {
        let scope = self.engineer(code).await;
        let upload = Upload {
            org: &org(code),
            name,
            format: Format::Auto,
            bytes: list.as_bytes().to_vec().into(),
        };
        self.app
            .indicators
            .load(self.app.indicators.room().unwrap(), &self.app.state, &scope, upload, NOW)
            .await
            .unwrap()
    }

    /// Searches history for all that waits for it, while the loop goes on.
    async fn search(&mut self) {
        let history =
            History { app: self.app.clone(), system: self.system.clone(), lake: self.lake.clone() };
        let (_stop, stopped) = watch::channel(false);
        let searching = tokio::spawn(async move { while history.step(&stopped).await.unwrap() {} });
        while !searching.is_finished() {
            self.detect.step(&mut self.memory).await.unwrap();
            self.time.fetch_add(2_000_000, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
        searching.await.unwrap();
    }

    async fn found(&self) -> Vec<Sighting> {
        let scope = scope(&self.app.state, self.root, Permission::ReadFindings).await;
        let page = Page { after: None, limit: 1_000 };
        let filter = DetectionFilter::default();
        self.app.state.detections(&scope, &filter, &page).await.unwrap().items
    }

    async fn refresh(&self) {
        self.app.indicators.refresh(&self.app.state, &self.system).await.unwrap();
    }
}

fn connection(device: &str, address: &str) -> String {
    let event = serde_json::json!({
        "EventID": 3,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": device,
        "Image": "C:\\a.exe",
        "DestinationIp": address,
        "DestinationHostname": "c2.zz-evil.net",
        "TimeCreated": "2017-05-12T09:00:00Z",
    });
    format!("{event}\n")
}

fn told(found: &[Sighting]) -> Vec<String> {
    let mut told: Vec<String> = found
        .iter()
        .map(|one| format!("{} {} {}", one.org, one.device, one.matched.last().unwrap().1))
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn history_first_and_the_list_afterwards_gives_each_hit_once_where_it_belongs() {
    let mut house = House::new().await;
    for code in ["ZZ1", "ZZ2"] {
        house.sends(code, &connection(&format!("{code}-PC1"), "45.9.148.20")).await;
        house.sends(code, &connection(&format!("{code}-PC2"), "45.9.148.99")).await;
    }
    assert_eq!(told(&house.found().await), [""; 0]);
    house.load("ZZ1", "c2", "45.9.148.20\n").await;
    house.search().await;
    assert_eq!(told(&house.found().await), ["ZZ1 ZZ1-PC1 45.9.148.20"]);
    let reader = scope(&house.app.state, house.root, Permission::ReadFindings).await;
    let lists = house.app.state.indicator_lists(&reader).await.unwrap();
    let hunt = lists[0].hunt.clone().unwrap();
    assert_eq!((hunt.days, hunt.days_done, hunt.events, hunt.hits), (1, 1, 2, 1));
    assert_eq!(lists[0].hunted, 1);

    // The same list again: nothing is new, so nothing is searched, and nothing is there twice.
    house.load("ZZ1", "c2", "45.9.148.20\n").await;
    house.search().await;
    assert_eq!(house.found().await.len(), 1);
    // A value more: only that one is searched for.
    house.load("ZZ1", "c2", "45.9.148.20\n45.9.148.99\n").await;
    house.search().await;
    assert_eq!(told(&house.found().await), ["ZZ1 ZZ1-PC1 45.9.148.20", "ZZ1 ZZ1-PC2 45.9.148.99"]);
    // The centre's list goes for all below it.
    house.load("ZZ0", "all", "c2.zz-evil.net\n").await;
    house.search().await;
    let orgs = house.found().await.iter().filter(|one| one.org == org("ZZ2")).count();
    assert_eq!((house.found().await.len(), orgs), (6, 2));
}

#[tokio::test]
async fn what_comes_in_is_found_at_once_and_history_finds_no_more() {
    let mut house = House::new().await;
    house.load("ZZ1", "c2", "45.9.148.20\nc2.zz-evil.net\n").await;
    house.refresh().await;
    for code in ["ZZ1", "ZZ2"] {
        house.sends(code, &connection(&format!("{code}-PC1"), "45.9.148.20")).await;
    }
    let live = house.found().await;
    assert_eq!(told(&live), ["ZZ1 ZZ1-PC1 45.9.148.20", "ZZ1 ZZ1-PC1 c2.zz-evil.net"]);
    let one = live.iter().find(|one| one.rule_id.0.ends_with(":45.9.148.20")).unwrap();
    assert_eq!(one.rule_title, "An address of the list 'c2' was seen");
    assert_eq!(one.matched[0], ("DestinationIp".to_owned(), "45.9.148.20".to_owned()));
    assert!(one.entities.iter().any(|entity| entity.value == "45.9.148.20"));
    house.search().await;
    assert_eq!(house.found().await, live, "history found the same, by the same identities");

    // A list that is gone is looked for no more.
    let scope = house.engineer("ZZ1").await;
    let reader = scope.clone();
    let id = house.app.state.all_indicator_lists(&house.system).await.unwrap()[0].list.id;
    assert!(house.app.state.delete_indicator_list(&reader, id, NOW).await.unwrap());
    house.refresh().await;
    assert!(house.app.indicators.current().is_empty());
}

#[tokio::test]
async fn a_search_that_was_broken_off_goes_on() {
    let mut house = House::new().await;
    house.sends("ZZ1", &connection("ZZ1-PC1", "45.9.148.20")).await;
    house.load("ZZ1", "c2", "45.9.148.20\n").await;
    house.refresh().await;
    // The loop says that nothing waits to be published.
    house.detect.step(&mut house.memory).await.unwrap();
    let history =
        History { app: house.app.clone(), system: house.system.clone(), lake: house.lake.clone() };
    let (_stop, stopped) = watch::channel(true);
    assert!(history.step(&stopped).await.unwrap());
    let list = &house.app.state.all_indicator_lists(&house.system).await.unwrap()[0].list;
    assert_eq!((list.hunted, house.found().await.len()), (0, 0));
    house.search().await;
    let list = &house.app.state.all_indicator_lists(&house.system).await.unwrap()[0].list;
    assert_eq!((list.hunted, house.found().await.len()), (1, 1));
}

#[tokio::test]
async fn lists_are_taken_two_at_a_time() {
    let house = House::new().await;
    let (one, two) = (house.app.indicators.room(), house.app.indicators.room());
    assert!(one.is_ok() && two.is_ok());
    assert!(matches!(house.app.indicators.room(), Err(LoadError::Busy)));
    drop(one);
    assert!(house.app.indicators.room().is_ok());
}

#[tokio::test]
async fn hits_of_two_organisations_are_one_campaign() {
    let mut house = House::new().await;
    for code in ["ZZ1", "ZZ2"] {
        house.sends(code, &connection(&format!("{code}-PC1"), "45.9.148.20")).await;
    }
    house.load("ZZ0", "all", "type,value,confidence\nip,45.9.148.20,90\n").await;
    house.search().await;
    assert_eq!(house.found().await.len(), 2);
    let since = Timestamp { micros: 0 };
    let campaigns = house.app.state.recent_campaigns(&house.system, since).await.unwrap();
    assert_eq!(campaigns.len(), 1, "{campaigns:?}");
    let orgs: Vec<&str> = campaigns[0].parts.iter().map(|part| part.org.as_str()).collect();
    assert_eq!(orgs, ["ZZ1", "ZZ2"]);
}

#[tokio::test]
async fn a_list_that_is_refused_leaves_the_old_one() {
    let house = House::new().await;
    house.load("ZZ1", "c2", "45.9.148.20\n").await;
    let scope = house.engineer("ZZ1").await;
    let upload =
        Upload { org: &org("ZZ1"), name: "c2", format: Format::Stix, bytes: "{".as_bytes().into() };
    let room = || house.app.indicators.room().unwrap();
    let refused = house.app.indicators.load(room(), &house.app.state, &scope, upload, NOW).await;
    assert!(matches!(refused, Err(LoadError::List(_))), "{refused:?}");
    let page = Upload {
        org: &org("ZZ1"),
        name: "c2",
        format: Format::Auto,
        bytes: "<html>\n<p>Log in first</p>\n".as_bytes().into(),
    };
    let refused = house.app.indicators.load(room(), &house.app.state, &scope, page, NOW).await;
    assert!(matches!(refused, Err(LoadError::Nothing { .. })), "{refused:?}");
    house.refresh().await;
    assert_eq!(house.app.indicators.current().len(), 1);
}
