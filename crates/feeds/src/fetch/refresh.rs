//! Reading a file again only when it changed.
//!
//! In: an address and the mark (ETag, RFC 9110 8.8.3) under which its file was last read. Out: that
//! it is the same, or its bytes and new mark. Never: more bytes than the limit; a mark sent on that
//! could break the head of a request.

use ureq::http::header;

use super::{FetchError, Fetcher, body};

/// Bytes that one feed may have as it comes over the wire.
pub const MAX_FEED_BYTES: u64 = 512 << 20;
/// Characters of a mark that are kept.
const MAX_MARK_CHARS: usize = 512;

/// What asking again gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The file is the one that was read before.
    NotModified,
    /// The file.
    Body {
        /// Its bytes, packed or not.
        bytes: Vec<u8>,
        /// Its mark, for the next time.
        etag: Option<String>,
    },
}

impl Fetcher {
    /// Reads the file at an address unless it still has the mark `etag`; at most `limit` bytes, see
    /// [`MAX_FEED_BYTES`].
    ///
    /// # Errors
    /// When nothing can be read there, or it is larger.
    pub fn refresh(
        &self,
        address: &str,
        etag: Option<&str>,
        limit: u64,
    ) -> Result<Refreshed, FetchError> {
        let known = etag.filter(|mark| is_mark(mark));
        let (mut answer, host) = self.ask(address, "*/*", known)?;
        if known.is_some() && answer.status() == ureq::http::StatusCode::NOT_MODIFIED {
            return Ok(Refreshed::NotModified);
        }
        let etag = answer.headers().get(header::ETAG).and_then(|value| value.to_str().ok());
        let etag = etag.filter(|mark| is_mark(mark)).map(str::to_owned);
        Ok(Refreshed::Body { bytes: body(&mut answer, &host, limit)?, etag })
    }
}

fn is_mark(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_MARK_CHARS
        && text.bytes().all(|byte| (0x21..0x7f).contains(&byte))
}
