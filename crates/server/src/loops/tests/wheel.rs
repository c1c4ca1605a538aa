//! A detection loop over storage in a temporary folder: the centre ZZ0, and below it ZZ1 with its
//! site ZZ1S, and ZZ2, each with a sender. Rules come from a text that stories change.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use wardwatch_detect::Documents;
use wardwatch_model::{
    LogSource, OrgId, OrgKind, Organisation, OwnRule, Permission, PersonId, Role, RuleId, Sighting,
    Timestamp,
};
use wardwatch_normalise::Normaliser;
use wardwatch_normalise::block::Shape;
use wardwatch_store::{
    Batch, DetectionFilter, Grant, Lake, Log, LogLimits, Page, Sender, State, SystemScope,
    TenantScope,
};

use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::loops::detect::{Detect, Memory};
use crate::loops::figures::Figures;
use crate::rules::{Desk, Given, RuleBook, Source};

pub const NOW: Timestamp = Timestamp { micros: 1_772_442_845_000_000 };

/// A rule that is true of `evil.exe`.
pub const FOUND: &str = "title: Found\nid: f\nname: found\nlevel: high\n\
    logsource: {product: windows}\n\
    detection: {s: {Image|endswith: '\\evil.exe'}, condition: s}\n";

pub struct Wheel {
    pub detect: Detect,
    pub memory: Memory,
    pub text: Arc<Mutex<String>>,
    pub figures: Arc<Figures>,
    root: PersonId,
    senders: BTreeMap<&'static str, Sender>,
    time: Arc<AtomicI64>,
    _folder: TempDir,
}

pub fn org(code: &str) -> OrgId {
    code.parse().unwrap()
}

/// An event of a device, with a number that makes it that one.
pub fn event(image: &str, number: u64) -> String {
    let seconds = number % 60;
    let event = serde_json::json!({
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": "PC-1",
        "EventRecordID": number,
        "User": "WARD\\sam",
        "Image": format!("C:\\{image}"),
        "TimeCreated": format!("2026-03-02T09:14:{seconds:02}Z"),
    });
    format!("{event}\n")
}

impl Wheel {
    pub async fn new(text: &str) -> Wheel {
        let text = Arc::new(Mutex::new(text.to_owned()));
        let given = Arc::clone(&text);
        let source = move || {
            let text = given.lock().unwrap().clone();
            if text.is_empty() {
                return Err("the folder is not there".to_owned());
            }
            Ok(Given { documents: Documents::parse("rules.yml", &text), ..Given::default() })
        };
        Wheel::over(text, Box::new(source)).await
    }

    /// With rules that are there already.
    pub async fn of(documents: Documents) -> Wheel {
        let source = move || Ok(Given { documents: documents.clone(), ..Given::default() });
        Wheel::over(Arc::default(), Box::new(source)).await
    }

    async fn over(text: Arc<Mutex<String>>, source: Source) -> Wheel {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let (state, system) = State::open(&path.join("state.db")).await.unwrap();
        let system: Arc<SystemScope> = Arc::new(system);
        let log = Log::open(&path.join("log"), LogLimits::default()).await.unwrap();
        let lake = Lake::open(&path.join("lake")).unwrap();
        let place = |code: &str, parent: Option<&str>, kind| Organisation {
            code: org(code),
            parent: parent.map(org),
            name: code.to_owned(),
            kind,
            closed: None,
            successor: None,
        };
        let centre = place("ZZ0", None, OrgKind::Centre);
        let root = state.first_start(&system, centre, "root", "none", NOW).await.unwrap();
        let principal = state.principal(root, NOW).await.unwrap().unwrap();
        let scope = principal.scope(Permission::Administer).unwrap();
        let below = vec![
            place("ZZ1", Some("ZZ0"), OrgKind::Trust),
            place("ZZ1S", Some("ZZ1"), OrgKind::Site),
            place("ZZ2", Some("ZZ0"), OrgKind::Trust),
        ];
        state.import_organisations(&scope, below, false, NOW).await.unwrap();
        let scope = state.principal(root, NOW).await.unwrap().unwrap();
        let scope = scope.scope(Permission::Administer).unwrap();
        let role = Role::DetectionEngineer;
        let grant = Grant { person: root, org: org("ZZ0"), role, from: NOW, until: None };
        state.grant(&scope, &grant, NOW).await.unwrap();
        let mut senders = BTreeMap::new();
        for code in ["ZZ1", "ZZ1S", "ZZ2"] {
            let (_, secret) = state.create_sender(&scope, code, &org(code), NOW).await.unwrap();
            senders.insert(code, state.sender(&secret, NOW).await.unwrap().unwrap());
        }
        let time = Arc::new(AtomicI64::new(NOW.micros));
        let clock = Clock::Hand(Arc::clone(&time));
        let normaliser = Arc::new(Normaliser::new(None));
        let book = RuleBook::open(source, normaliser.clone(), &[]).unwrap();
        let book = Arc::new(book);
        let desk = Desk::new(book.clone(), state.clone(), system.clone(), lake.clone());
        let app = App::new(state, log, clock, Settings::default()).with_rules(desk);
        let figures = Arc::new(Figures::default());
        let detect = Detect {
            app,
            system,
            lake,
            rules: book,
            normaliser,
            figures: figures.clone(),
            threads: 2,
        };
        let memory = detect.resume().await.unwrap();
        Wheel { detect, memory, text, figures, root, senders, time, _folder: folder }
    }

    pub fn later(&self, seconds: i64) {
        self.time.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    pub fn now(&self) -> Timestamp {
        self.detect.app.now()
    }

    pub fn state(&self) -> &State {
        &self.detect.app.state
    }

    /// The right of somebody at the centre who may everything.
    pub async fn scope(&self, permission: Permission) -> TenantScope {
        let root = self.state().principal(self.root, self.now()).await.unwrap().unwrap();
        root.scope(permission).unwrap()
    }

    pub async fn take_as(&self, code: &str, shape: Shape, text: &str) {
        self.take_of(code, shape, None, text).await;
    }

    /// Sends records of a sender, which says what they are of.
    pub async fn take_of(
        &self,
        code: &str,
        shape: Shape,
        logsource: Option<LogSource>,
        text: &str,
    ) {
        let batch = Batch {
            shape,
            source: "test".into(),
            bytes: text.as_bytes().to_vec(),
            first: 1,
            logsource,
            key: None,
        };
        self.detect.app.log.append(&self.senders[code], batch, self.now()).await.unwrap();
    }

    /// Sends records of a sender.
    pub async fn take(&self, code: &str, text: &str) {
        self.take_as(code, Shape::JsonLines, text).await;
    }

    /// Works through all that was sent, and publishes it.
    pub async fn turn(&mut self) {
        while self.detect.step(&mut self.memory).await.unwrap() {}
        self.detect.publish(&mut self.memory).await.unwrap();
    }

    /// Works through all that was sent, and keeps it.
    pub async fn work(&mut self) {
        while self.detect.step(&mut self.memory).await.unwrap() {}
    }

    pub async fn reload(&self) -> Result<usize, String> {
        let done = self.detect.app.desk().unwrap().reload(self.now()).await;
        done.map_err(|error| error.to_string())
    }

    pub async fn add_rule(&self, code: &str, id: &str, text: &str) {
        let rule = OwnRule {
            id: RuleId(format!("{code}.{id}")),
            org: org(code),
            text: text.into(),
            author: "root".into(),
            created: self.now(),
        };
        let scope = self.scope(Permission::WriteRules).await;
        self.state().put_own_rule(&scope, &rule).await.unwrap();
        self.reload().await.unwrap();
    }

    pub async fn all(&self) -> Vec<Sighting> {
        let scope = self.scope(Permission::ReadFindings).await;
        let (mut all, mut page) = (Vec::new(), Page { after: None, limit: 1000 });
        loop {
            let filter = DetectionFilter::default();
            let paged = self.state().detections(&scope, &filter, &page).await.unwrap();
            all.extend(paged.items);
            page.after = paged.next;
            if page.after.is_none() {
                return all;
            }
        }
    }

    /// What was detected, as `organisation rule`, in order.
    pub async fn found(&self) -> Vec<String> {
        let all = self.all().await;
        let mut told: Vec<String> =
            all.iter().map(|found| format!("{} {}", found.org, found.rule_id)).collect();
        told.sort();
        told
    }

    /// Hits by rule, organisation and outcome.
    pub async fn counts(&self) -> Vec<String> {
        let scope = self.scope(Permission::ReadFindings).await;
        let sums = self.state().rule_sums(&scope, NOW, NOW).await.unwrap();
        sums.iter()
            .map(|sum| format!("{} {} {} {}", sum.org, sum.rule, sum.outcome.as_str(), sum.long))
            .collect()
    }
}
