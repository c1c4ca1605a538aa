//! Stories of notifications: to a receiver that checks signatures and is down at first, and to a
//! server of mail that keeps what it gets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wardwatch_model::{
    Incident, IncidentId, IncidentState, Level, NotifyEvent, OrgId, OrgKind, Organisation,
    Permission, PersonId, Role, Timestamp,
};
use wardwatch_store::{
    Commit, Log, LogLimits, LogPosition, NewPerson, NewSubscription, State, Subscription,
    SubscriptionKind, SystemScope, TenantScope,
};

use super::{ATTEMPTS, Notify, after};
use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::notify::mail::{Encryption, Mailer, Smtp};

const NOW: Timestamp = Timestamp { micros: 1_494_583_200_000_000 };

struct Story {
    notify: Notify,
    state: State,
    system: Arc<SystemScope>,
    root: PersonId,
    time: Arc<AtomicI64>,
    position: u64,
    folder: tempfile::TempDir,
}

fn org(code: &str) -> OrgId {
    code.parse().unwrap()
}

fn incident(code: &str, n: u8) -> Incident {
    Incident {
        id: IncidentId([n; 16]),
        org: org(code),
        state: IncidentState::Open,
        title: "Backups are being deleted".into(),
        story: "robin deleted them".into(),
        level: Level::High,
        score: 60,
        reasons: vec![],
        first: NOW,
        last: NOW,
        updated: NOW,
        count: 1,
        detections: vec![],
        rules: vec![],
        entities: vec![],
        devices: vec![],
        path: vec![],
        proposals: vec![],
        owner: None,
        notes: vec![],
        closing: None,
        campaign: None,
        merged_into: None,
    }
}

impl Story {
    async fn new(settings: Settings, mailer: Option<Mailer>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (state, system) = State::open(&folder.path().join("state.db")).await.unwrap();
        let log = Log::open(&folder.path().join("log"), LogLimits::default()).await.unwrap();
        let place = |code: &str, parent: Option<&str>, kind| Organisation {
            code: org(code),
            parent: parent.map(org),
            name: code.into(),
            kind,
            closed: None,
            successor: None,
        };
        let centre = place("ZZ0", None, OrgKind::Centre);
        let root = state.first_start(&system, centre, "root", "hash", NOW).await.unwrap();
        let system = Arc::new(system);
        let time = Arc::new(AtomicI64::new(NOW.micros));
        let app = App::new(state.clone(), log, Clock::Hand(Arc::clone(&time)), settings);
        let notify = Notify::new(app, Arc::clone(&system), mailer);
        let story = Story { notify, state, system, root, time, position: 0, folder };
        let below = ["ZZ1", "ZZ2"].map(|code| place(code, Some("ZZ0"), OrgKind::Trust)).to_vec();
        story.state.import_organisations(&story.scope().await, below, false, NOW).await.unwrap();
        story
    }

    async fn scope(&self) -> TenantScope {
        let root = self.state.principal(self.root, NOW).await.unwrap().unwrap();
        root.scope(Permission::Administer).unwrap()
    }

    async fn subscribe(
        &self,
        kind: SubscriptionKind,
        address: &str,
        person: Option<PersonId>,
    ) -> String {
        let new = NewSubscription {
            kind,
            org: org("ZZ1"),
            name: "duty".into(),
            address: address.to_owned(),
            person,
            events: NotifyEvent::ALL.to_vec(),
            level: Level::High,
        };
        let made = self.state.create_subscription(&self.scope().await, new, NOW).await.unwrap();
        made.1.unwrap_or_default()
    }

    async fn opens(&mut self, incidents: Vec<Incident>) {
        self.position += 1;
        let mut commit = Commit::empty(LogPosition { segment: 1, offset: self.position });
        commit.incidents = incidents;
        self.state.commit(&self.system, commit).await.unwrap();
    }

    async fn shown(&self, kind: SubscriptionKind) -> Subscription {
        self.state.subscriptions(&self.scope().await, kind).await.unwrap().remove(0)
    }

    fn later(&self, seconds: i64) {
        self.time.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }
}

fn local() -> Settings {
    Settings { local_targets: true, ..Settings::default() }
}

/// Answers requests with these statuses in turn; tells what it got: head and body.
fn receiver(statuses: Vec<u16>) -> (String, mpsc::Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/ward", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for status in statuses {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = format!(
                "HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\
                 connection: close\r\n\r\n"
            );
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
            tell.send((head, String::from_utf8(body).unwrap())).unwrap();
        }
    });
    (address, told)
}

fn header<'h>(head: &'h str, name: &str) -> &'h str {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .unwrap()
}

/// What a receiver does to know that a request is ours.
fn is_signed(key: &str, head: &str, body: &str) -> bool {
    let (time, hex) = header(head, "wardwatch-signature").split_once(",v1=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(format!("{}.{body}", time.strip_prefix("t=").unwrap()).as_bytes());
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
        .collect();
    mac.verify_slice(&bytes).is_ok()
}

#[tokio::test]
async fn a_webhook_that_was_down_gets_its_news_signed_and_once() {
    let mut story = Story::new(local(), None).await;
    let (address, told) = receiver(vec![503, 302, 200, 200]);
    let key = story.subscribe(SubscriptionKind::Webhook, &address, None).await;
    story.opens(vec![incident("ZZ1", 1), incident("ZZ2", 2)]).await;
    story.opens(vec![incident("ZZ1", 3)]).await;
    let mut ids = Vec::new();
    for (wait, why) in [(0, "the answer was 503"), (10, "the answer was 302")] {
        story.later(wait);
        story.notify.round().await.unwrap();
        // Nothing more until the time for the next attempt has come.
        story.notify.round().await.unwrap();
        let (head, body) = told.try_recv().unwrap();
        assert!(told.try_recv().is_err());
        assert!(is_signed(&key, &head, &body) && !is_signed("wh_other", &head, &body));
        ids.push(header(&head, "wardwatch-id").to_owned());
        let shown = story.shown(SubscriptionKind::Webhook).await;
        assert!(shown.last_error.unwrap().starts_with(why));
        assert_eq!(shown.waiting, 2, "one of each incident of ZZ1, none of ZZ2's");
    }
    // A restart loses nothing.
    story.state.close().await;
    let path = story.folder.path().join("state.db");
    let (state, system) = State::open(&path).await.unwrap();
    story.notify.app.state = state.clone();
    story.state = state;
    story.system = Arc::new(system);
    story.later(30);
    story.notify.round().await.unwrap();
    let (head, body) = told.recv().unwrap();
    ids.push(header(&head, "wardwatch-id").to_owned());
    assert_eq!(ids, vec![ids[0].clone(); 3], "the same for every attempt");
    assert!(is_signed(&key, &head, &body));
    assert_eq!(header(&head, "wardwatch-event"), "incident.opened");
    insta::assert_snapshot!(body, @r#"{"id":"b718c62db8b52117ff446940b3b8f530","event":"incident.opened","time":"2017-05-12T10:00:00Z","organisations":["ZZ1"],"level":"high","title":"Backups are being deleted","object":"01010101010101010101010101010101"}"#);
    assert_ne!(header(&told.recv().unwrap().0, "wardwatch-id"), ids[0]);
    let shown = story.shown(SubscriptionKind::Webhook).await;
    assert_eq!((shown.waiting, shown.given_up), (0, 0));
}

#[tokio::test]
async fn what_is_inside_is_refused_unless_allowed_also_by_name() {
    let mut story = Story::new(Settings::default(), None).await;
    // As if it had been allowed before: the check is made again with each request.
    story.subscribe(SubscriptionKind::Webhook, "https://localhost:1/", None).await;
    story.opens(vec![incident("ZZ1", 1)]).await;
    story.notify.round().await.unwrap();
    let shown = story.shown(SubscriptionKind::Webhook).await;
    assert!(shown.last_error.unwrap().contains("is this machine or a private network"));
    assert_eq!(shown.waiting, 1);
}

#[tokio::test]
async fn after_a_day_it_is_given_up_and_shown() {
    let mut story = Story::new(local(), None).await;
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", nowhere.local_addr().unwrap());
    drop(nowhere);
    story.subscribe(SubscriptionKind::Webhook, &address, None).await;
    story.opens(vec![incident("ZZ1", 1)]).await;
    let start = story.notify.app.now();
    for attempt in 0..ATTEMPTS {
        story.notify.round().await.unwrap();
        let shown = story.shown(SubscriptionKind::Webhook).await;
        let last = attempt + 1 == ATTEMPTS;
        assert_eq!((shown.waiting, shown.given_up), (u64::from(!last), u64::from(last)));
        let now = story.notify.app.now();
        if !last {
            story.later((after(attempt, now).micros - now.micros) / 1_000_000);
        }
    }
    let hours = (story.notify.app.now().micros - start.micros) / 3_600_000_000;
    assert!((23..=24).contains(&hours), "{hours}");
    story.later(31 * 86_400);
    story.notify.round().await.unwrap();
    assert_eq!(story.shown(SubscriptionKind::Webhook).await.given_up, 0);
}

/// A server of mail for so many mails; tells what it got: envelope and letter.
fn mail_server(mails: usize) -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for _ in 0..mails {
            let (stream, _) = listener.accept().unwrap();
            tell.send(take_mail(stream)).unwrap();
        }
    });
    (port, told)
}

fn take_mail(stream: TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut all, mut letter) = (String::new(), false);
    reader.get_mut().write_all(b"220 mail.example ready\r\n").unwrap();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 {
            return all;
        }
        all.push_str(&line);
        let answer = match line.trim_end() {
            "." if letter => {
                letter = false;
                "250 taken"
            }
            _ if letter => continue,
            "DATA" => {
                letter = true;
                "354 go on"
            }
            "QUIT" => {
                reader.get_mut().write_all(b"221 bye\r\n").unwrap();
                return all;
            }
            other if other.starts_with("EHLO") => "250 mail.example",
            _ => "250 well",
        };
        reader.get_mut().write_all(format!("{answer}\r\n").as_bytes()).unwrap();
    }
}

fn mailer(port: u16) -> Option<Mailer> {
    let smtp = Smtp {
        host: "127.0.0.1".into(),
        port,
        encryption: Encryption::None,
        from: "Wardwatch <ward@ward.example>".into(),
        login: None,
    };
    Some(Mailer::new(&smtp).unwrap())
}

#[tokio::test]
async fn mail_comes_as_a_letter_then_as_a_digest_and_not_too_often() {
    let (port, told) = mail_server(2);
    let mut story = Story::new(Settings::default(), mailer(port)).await;
    story.subscribe(SubscriptionKind::Mail, "duty@ward.example", None).await;
    story.opens(vec![incident("ZZ1", 1), incident("ZZ2", 2)]).await;
    story.notify.round().await.unwrap();
    let shown = story.shown(SubscriptionKind::Mail).await;
    assert_eq!((shown.last_error, shown.waiting), (None, 0));
    story.opens((3..=5).map(|n| incident("ZZ1", n)).collect()).await;
    story.later(59);
    story.notify.round().await.unwrap();
    assert_eq!(story.shown(SubscriptionKind::Mail).await.waiting, 3, "not within a minute");
    story.later(1);
    story.notify.round().await.unwrap();
    assert_eq!(story.shown(SubscriptionKind::Mail).await.waiting, 0);
    // The connections end with whoever sends.
    drop(story);
    let letters: Vec<String> =
        told.iter().collect::<Vec<_>>().concat().split("DATA\r\n").map(str::to_owned).collect();
    let all = letters.concat();
    assert!(all.contains("RCPT TO:<duty@ward.example>"), "{all}");
    assert!(all.contains("Subject: Wardwatch: high incident opened in ZZ1"), "{all}");
    assert!(all.contains("Subject: Wardwatch: 3 notifications, the most serious high"), "{all}");
    assert!(!all.contains("ZZ2") && !all.contains("robin"), "{all}");
}

#[tokio::test]
async fn whoever_may_no_longer_read_is_no_longer_told() {
    let mut story = Story::new(Settings::default(), mailer(1)).await;
    let new = NewPerson {
        name: "ann".into(),
        org: org("ZZ1"),
        role: Role::Analyst,
        password_hash: "none".into(),
    };
    let ann = story.state.create_person(&story.scope().await, new, NOW).await.unwrap();
    story.subscribe(SubscriptionKind::Mail, "ann@ward.example", Some(ann)).await;
    let root = story.state.principal(story.root, NOW).await.unwrap().unwrap();
    story.state.set_disabled(&root, ann, true, NOW).await.unwrap();
    story.opens(vec![incident("ZZ1", 1)]).await;
    story.notify.round().await.unwrap();
    let shown = story.shown(SubscriptionKind::Mail).await;
    assert_eq!((shown.waiting, shown.given_up), (0, 1));
    assert!(shown.last_error.unwrap().contains("may no longer read"));
}
