//! A request's body, read and unpacked within limits.
//!
//! In: the body as it comes. Out: its bytes unpacked. Never: more memory than the limits allow
//! and the shared room has; a body that arrives for ever.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};

use crate::limits::Limits;
use crate::room::Held;
use crate::unpack::{Packing, UnpackError, unpack};

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("request body is too large: at most {limit} bytes")]
    TooLarge { limit: usize },
    #[error("too much is on its way at once: try again later")]
    NoRoom,
    #[error("request body did not arrive in time")]
    Slow,
    #[error("content encoding '{0}' is not read: gzip, deflate, zstd and identity are")]
    Encoding(String),
    #[error("request body: {0}")]
    Broken(String),
}

/// Packed bodies from this size on are unpacked on a thread of their own.
const ASIDE_BYTES: usize = 64 << 10;
/// Most bytes that memory is asked for at once because a header promises them. What does not come
/// is never touched.
const AT_FIRST_BYTES: usize = 4 << 20;

/// Reads a body whole and unpacks it as its headers say.
pub(crate) async fn read_body(
    body: Body,
    headers: &HeaderMap,
    limits: &Limits,
    mut held: Held,
) -> Result<(Vec<u8>, Held), BodyError> {
    let packing = packing(headers)?;
    let most = match packing {
        Packing::None => limits.unpacked_bytes.min(limits.body_bytes),
        _ => limits.body_bytes,
    };
    let bytes = read_small(body, headers, most, limits, &mut held).await?;
    let (bytes, mut held) = match packing {
        Packing::None => (bytes, held),
        packing => unpack_body(packing, bytes, limits.unpacked_bytes, held).await?,
    };
    // Its records are held a second time as batches.
    held.grow(bytes.len()).map_err(|_| BodyError::NoRoom)?;
    Ok((bytes, held))
}

async fn unpack_body(
    packing: Packing,
    bytes: Vec<u8>,
    limit: usize,
    mut held: Held,
) -> Result<(Vec<u8>, Held), BodyError> {
    let aside = bytes.len() >= ASIDE_BYTES;
    let work = move || {
        let unpacked = unpack(packing, &bytes, limit, &mut |more| held.grow(more).is_ok());
        drop(bytes);
        let unpacked = unpacked.map_err(|error| match error {
            UnpackError::TooLarge { limit } => BodyError::TooLarge { limit },
            UnpackError::NoRoom => BodyError::NoRoom,
            UnpackError::Broken(reason) => BodyError::Broken(reason),
        })?;
        Ok((unpacked, held))
    };
    if !aside {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => Err(BodyError::Broken(error.to_string())),
    }
}

/// Reads a body of at most `limit` bytes as it comes.
pub(crate) async fn read_small(
    body: Body,
    headers: &HeaderMap,
    limit: usize,
    limits: &Limits,
    held: &mut Held,
) -> Result<Vec<u8>, BodyError> {
    if size_hint(headers).is_some_and(|size| size > limit) {
        return Err(BodyError::TooLarge { limit });
    }
    let room = size_hint(headers).unwrap_or(0).min(AT_FIRST_BYTES);
    let read = collect(body, room, limit, held);
    match tokio::time::timeout(limits.body_timeout, read).await {
        Ok(outcome) => outcome,
        Err(_) => Err(BodyError::Slow),
    }
}

async fn collect(
    mut body: Body,
    room: usize,
    limit: usize,
    held: &mut Held,
) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = next_chunk(&mut body).await? {
        if bytes.len() + chunk.len() > limit {
            return Err(BodyError::TooLarge { limit });
        }
        if held.grow(chunk.len()).is_err() {
            let left = limit - bytes.len() - chunk.len();
            drop(bytes);
            let _ = held.resize(0);
            pass_over(&mut body, left).await?;
            return Err(BodyError::NoRoom);
        }
        if bytes.is_empty() {
            bytes.reserve(room);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads the rest of a body without keeping it: many clients read no answer before they have sent
/// all, and an answer that comes earlier ends for them in a broken connection.
async fn pass_over(body: &mut Body, limit: usize) -> Result<(), BodyError> {
    let mut passed = 0;
    while let Some(chunk) = next_chunk(body).await? {
        passed += chunk.len();
        if passed > limit {
            return Err(BodyError::TooLarge { limit });
        }
    }
    Ok(())
}

/// The next bytes of a body; `None` at its end.
pub(crate) async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, BodyError> {
    loop {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            None => return Ok(None),
            Some(Err(error)) => return Err(BodyError::Broken(error.to_string())),
            Some(Ok(frame)) => {
                if let Ok(chunk) = frame.into_data() {
                    return Ok(Some(chunk));
                }
            }
        }
    }
}

fn packing(headers: &HeaderMap) -> Result<Packing, BodyError> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(Packing::None) };
    let word = value.to_str().unwrap_or_default();
    Packing::of(word).ok_or_else(|| BodyError::Encoding(word.chars().take(40).collect()))
}

fn size_hint(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
