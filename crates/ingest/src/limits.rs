//! What each door takes at most. Every number has a default that suits one machine.

use std::path::PathBuf;
use std::time::Duration;

/// Limits and intervals of all doors.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest request body as it comes, packed or not.
    pub body_bytes: usize,
    /// Largest request body unpacked.
    pub unpacked_bytes: usize,
    /// Longest record; a longer one is refused, its neighbours are not.
    pub record_bytes: usize,
    /// Bytes after which a batch goes to the log while more is on its way.
    pub batch_bytes: usize,
    /// Most records of one request.
    pub records: usize,
    /// Memory that all requests and connections may hold together.
    pub room_bytes: usize,
    /// Time that a request's body may take to arrive.
    pub body_timeout: Duration,
    /// What a refused sender is told to wait.
    pub retry_after: Duration,
    /// What a door without words for "busy" waits itself before it tries again.
    pub retry_pause: Duration,
    /// Times that a datagram is tried again before it is given up.
    pub datagram_tries: u32,
    /// Most connections of one listener at a time.
    pub connections: usize,
    /// Time that a TLS handshake may take.
    pub handshake: Duration,
    /// Time after which a silent connection is closed.
    pub idle_timeout: Duration,
    /// Most events of one Lumberjack window.
    pub window_events: u32,
    /// Largest packed Lumberjack frame.
    pub frame_bytes: usize,
    /// Most acknowledgement channels of one HEC token; beyond, the one longest unused goes.
    pub hec_channels: usize,
    /// How long records may be missing between others before that is a gap.
    pub gap_grace: Duration,
    /// Whether HEC gives acknowledgement ids.
    pub hec_acknowledge: bool,
    /// Largest file of an upload, as it comes.
    pub upload_bytes: u64,
    /// Most uploads at a time.
    pub uploads: usize,
    /// Where uploads lie while they are read; the system's folder for such when `None`.
    pub upload_dir: Option<PathBuf>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 16 << 20,
            unpacked_bytes: 64 << 20,
            record_bytes: 1 << 20,
            batch_bytes: 4 << 20,
            records: 200_000,
            room_bytes: 256 << 20,
            body_timeout: Duration::from_secs(60),
            retry_after: Duration::from_secs(5),
            retry_pause: Duration::from_millis(250),
            datagram_tries: 4,
            connections: 1_024,
            handshake: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(900),
            window_events: 100_000,
            frame_bytes: 16 << 20,
            hec_channels: 256,
            gap_grace: Duration::from_secs(60),
            hec_acknowledge: true,
            upload_bytes: 1 << 30,
            uploads: 4,
            upload_dir: None,
        }
    }
}

impl Limits {
    /// Seconds for a `Retry-After` header.
    pub(crate) fn retry_after_seconds(&self) -> u64 {
        self.retry_after.as_secs().max(1)
    }
}
