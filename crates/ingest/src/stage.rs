//! For tests: a gate that remembers what it took, and a client that speaks over a real socket.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use wardwatch_model::Timestamp;
use wardwatch_store::{Batch, Sender};

use crate::frames::ledger::Ledger;
use crate::gate::{Certified, EnrolError, Enrolled, Gate, Refused, Unavailable};
use crate::limits::Limits;
use crate::stream::Post;
use crate::{Counters, http_router};

/// Secrets of senders of two organisations.
pub(crate) const ONE: &str = "wt_one";
pub(crate) const OTHER: &str = "wt_other";

/// A sender of an organisation.
pub(crate) fn sender(org: &str) -> Sender {
    wardwatch_store::testing::sender(&org.parse().unwrap(), "zz-shipper")
}

struct Inner {
    taken: Mutex<Vec<(String, Batch)>>,
    codes: Mutex<HashMap<String, String>>,
    arrived: Notify,
    /// Batches that are taken before one is refused.
    spare: AtomicUsize,
    /// Batches that are refused then.
    busy: AtomicUsize,
    /// Whether they are refused because the disk is nearly full.
    full: AtomicBool,
    ledger: Arc<Ledger>,
    /// Seconds since 1970.
    seconds: AtomicI64,
}

impl Default for Inner {
    fn default() -> Self {
        Inner {
            taken: Mutex::default(),
            codes: Mutex::default(),
            arrived: Notify::default(),
            spare: AtomicUsize::default(),
            busy: AtomicUsize::default(),
            full: AtomicBool::default(),
            ledger: Arc::new(Ledger::new(Duration::from_secs(60))),
            seconds: AtomicI64::default(),
        }
    }
}

/// Remembers batches in memory.
#[derive(Clone, Default)]
pub(crate) struct FakeGate(Arc<Inner>);

impl FakeGate {
    /// Refuses `busy` batches after `spare` were taken.
    pub(crate) fn refuse(&self, spare: usize, busy: usize) {
        self.0.spare.store(spare, Ordering::SeqCst);
        self.0.busy.store(busy, Ordering::SeqCst);
    }

    /// As [`FakeGate::refuse`], because the disk is nearly full.
    pub(crate) fn refuse_as_full(&self, spare: usize, busy: usize) {
        self.0.full.store(true, Ordering::SeqCst);
        self.refuse(spare, busy);
    }

    /// Sets the clock.
    pub(crate) fn set_time(&self, seconds: i64) {
        self.0.seconds.store(seconds, Ordering::SeqCst);
    }

    /// All batches, with their organisations.
    pub(crate) fn batches(&self) -> Vec<(String, Batch)> {
        self.0.taken.lock().unwrap().clone()
    }

    /// Lets a code be redeemed once.
    pub(crate) fn add_code(&self, code: &str, token: &str) {
        self.0.codes.lock().unwrap().insert(code.to_owned(), token.to_owned());
    }

    /// `ORG SHAPE SOURCE FIRST: TEXT` of every batch.
    pub(crate) fn told(&self) -> Vec<String> {
        let taken = self.0.taken.lock().unwrap();
        let tell = |(org, batch): &(String, Batch)| {
            let text = String::from_utf8_lossy(&batch.bytes);
            let text = text.trim_end().replace('\n', " | ");
            format!("{org} {:?} {} {}: {text}", batch.shape, batch.source, batch.first)
        };
        taken.iter().map(tell).collect()
    }

    /// Lines of every batch, of whatever organisation and shape.
    pub(crate) fn lines(&self) -> Vec<String> {
        let taken = self.0.taken.lock().unwrap();
        let text = |batch: &Batch| String::from_utf8_lossy(&batch.bytes).into_owned();
        let lines = |batch: &Batch| text(batch).lines().map(str::to_owned).collect::<Vec<_>>();
        taken.iter().flat_map(|(_, batch)| lines(batch)).collect()
    }

    /// Waits until so many lines were taken.
    pub(crate) async fn wait_for(&self, lines: usize) {
        let wait = async {
            loop {
                let arrived = self.0.arrived.notified();
                if self.lines().len() >= lines {
                    return;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap();
    }
}

impl Gate for FakeGate {
    async fn sender(&self, secret: &str) -> Result<Option<Sender>, Unavailable> {
        match secret {
            ONE => Ok(Some(sender("ZZ1"))),
            OTHER => Ok(Some(sender("ZZ2"))),
            "wt_ill" => Err(Unavailable("the state is closed".to_owned())),
            _ => Ok(None),
        }
    }

    async fn take(&self, sender: &Sender, batch: Batch) -> Result<(), Refused> {
        let less = |count: &AtomicUsize| {
            count
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                .is_ok()
        };
        if !less(&self.0.spare) && less(&self.0.busy) {
            let full = self.0.full.load(Ordering::SeqCst);
            return Err(if full { Refused::Full } else { Refused::Busy });
        }
        self.0.taken.lock().unwrap().push((sender.org().to_string(), batch));
        self.0.arrived.notify_waiters();
        Ok(())
    }

    async fn certified(&self, fingerprint: &[u8; 32]) -> Result<Option<Sender>, Unavailable> {
        Ok((*fingerprint == [2; 32]).then(|| sender("ZZ2")))
    }

    async fn redeem(
        &self,
        code: &str,
        request: Option<&str>,
    ) -> Result<Option<Enrolled>, EnrolError> {
        if request == Some("no request") {
            return Err(EnrolError::Request("it is none".to_owned()));
        }
        let certificate = request
            .map(|request| Certified { chain: format!("for {request}"), ca: "ca".to_owned() });
        let token = self.0.codes.lock().unwrap().remove(code);
        Ok(token.map(|token| Enrolled { token, certificate }))
    }

    fn ledger(&self) -> &Arc<Ledger> {
        &self.0.ledger
    }

    fn now(&self) -> Timestamp {
        Timestamp { micros: self.0.seconds.load(Ordering::SeqCst) * 1_000_000 }
    }
}

/// Limits that are soon reached.
pub(crate) fn small_limits() -> Limits {
    Limits {
        body_bytes: 20_000,
        unpacked_bytes: 40_000,
        record_bytes: 4_000,
        records: 50,
        room_bytes: 1 << 20,
        retry_pause: Duration::from_millis(1),
        retry_after: Duration::from_secs(7),
        idle_timeout: Duration::from_secs(20),
        upload_bytes: 300_000,
        ..Limits::default()
    }
}

/// A server of all HTTP doors.
pub(crate) struct Served {
    pub(crate) gate: FakeGate,
    pub(crate) counters: Arc<Counters>,
    address: SocketAddr,
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header's first value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Serves with `limits`.
pub(crate) async fn serve(limits: Limits) -> Served {
    let (gate, counters) = (FakeGate::default(), Arc::new(Counters::default()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = http_router(gate.clone(), limits, counters.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Served { gate, counters, address }
}

impl Served {
    /// One request with these header lines.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: impl AsRef<[u8]>,
    ) -> Answer {
        let body = body.as_ref();
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: zz\r\nConnection: close\r\n");
        for header in headers {
            head.push_str(header);
            head.push_str("\r\n");
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        // A server that refuses early closes before it has read everything.
        let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: answer[end + 4..].to_vec() }
    }

    /// A POST with a token of the first organisation.
    pub(crate) async fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.ask("POST", path, &[&format!("Authorization: Bearer {ONE}")], body).await
    }

    /// A number of a door, from the Prometheus text.
    pub(crate) fn number(&self, part: &str, door: &str) -> u64 {
        number(&self.counters, part, door)
    }
}

/// A number of a door, from the Prometheus text.
pub(crate) fn number(counters: &Counters, part: &str, door: &str) -> u64 {
    let start = format!("wardwatch_door_{part}_total{{door=\"{door}\"}} ");
    let text = counters.prometheus();
    text.lines().find_map(|line| line.strip_prefix(&start)).unwrap().parse().unwrap()
}

/// A post of the second organisation.
pub(crate) fn post(limits: Limits) -> (Post<FakeGate>, FakeGate, Arc<Counters>) {
    let (gate, counters) = (FakeGate::default(), Arc::new(Counters::default()));
    (Post::new(gate.clone(), sender("ZZ2"), limits, counters.clone()), gate, counters)
}
