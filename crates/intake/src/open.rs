//! A file opened, unpacked as often as it was packed, and its kind told.
//!
//! In: an input. Out: a stream of its content with the kind of that content. Limits: unpacked
//! twice at most; what unpacks to more than [`MAX_RATIO`] times its size is a bomb and is cut off
//! with an error.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wardwatch_normalise::sniff::{Kind, SNIFF_BYTES, sniff};

/// Times that content may be packed within packed content.
const MAX_NESTING: usize = 2;
/// Unpacked bytes for each packed byte beyond which a file is a bomb.
pub const MAX_RATIO: u64 = 500;
/// Unpacked bytes that are allowed whatever the ratio.
pub const FREE_BYTES: u64 = 64 << 20;

/// Content ready to be cut into blocks.
pub struct Content {
    /// What it is.
    pub kind: Kind,
    /// Its bytes from the start.
    pub stream: Box<dyn BufRead + Send>,
    /// Whether it was packed.
    pub packed: bool,
}

/// Opens an input. `seen` counts the bytes read from the file, for the progress bar.
///
/// # Errors
/// When it cannot be read, or is packed too often.
pub fn open(path: &Path, seen: &Arc<AtomicU64>) -> io::Result<Content> {
    let raw: Box<dyn Read + Send> =
        if path.as_os_str() == "-" { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
    let packed_bytes = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: raw, counters: [seen.clone(), packed_bytes.clone()] };
    let mut stream: Box<dyn BufRead + Send> =
        Box::new(BufReader::with_capacity(256 << 10, counted));
    let mut packed = false;
    for nesting in 0.. {
        let (kind, whole) = peek(stream)?;
        stream = whole;
        let unpacked: Box<dyn Read + Send> = match kind {
            Kind::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(stream)),
            Kind::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(stream)?;
                // Windows of more than 128 MiB would let a small file take that much memory.
                decoder.window_log_max(27)?;
                Box::new(decoder)
            }
            kind => return Ok(Content { kind, stream, packed }),
        };
        if nesting >= MAX_NESTING {
            return Err(io::Error::other("packed more than twice: unpack it first"));
        }
        packed = true;
        let guarded = Guarded { inner: unpacked, packed_bytes: packed_bytes.clone(), out: 0 };
        stream = Box::new(BufReader::with_capacity(256 << 10, guarded));
    }
    Err(io::Error::other("packed more than twice: unpack it first"))
}

/// Looks at the first bytes and puts them back.
fn peek(mut stream: Box<dyn BufRead + Send>) -> io::Result<(Kind, Box<dyn BufRead + Send>)> {
    let mut head = Vec::new();
    stream.by_ref().take(SNIFF_BYTES as u64).read_to_end(&mut head)?;
    let kind = sniff(&head);
    Ok((kind, Box::new(BufReader::with_capacity(256 << 10, io::Cursor::new(head).chain(stream)))))
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    counters: [Arc<AtomicU64>; 2],
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for counter in &self.counters {
            counter.fetch_add(read as u64, Ordering::Relaxed);
        }
        Ok(read)
    }
}

/// Ends in an error when more comes out than can be honest.
struct Guarded<R> {
    inner: R,
    packed_bytes: Arc<AtomicU64>,
    out: u64,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.out += read as u64;
        let allowed = FREE_BYTES + MAX_RATIO * self.packed_bytes.load(Ordering::Relaxed);
        if self.out > allowed {
            return Err(io::Error::other(format!(
                "unpacks to more than {MAX_RATIO} times its size: not read further (a decompression bomb?)"
            )));
        }
        Ok(read)
    }
}
