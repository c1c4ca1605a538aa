//! A packed frame, unpacked piece by piece.
//!
//! In: its bytes. Out: the events in it, each handed on before the next is unpacked. Never: a
//! frame within it that is packed itself, or more unpacked bytes than the limit.

use std::io::Read;

use flate2::read::ZlibDecoder;
use tokio::io::AsyncWrite;

use super::frames::{Frame, FrameError, FrameLimits, parse};
use super::session::Session;
use super::{Closed, READ_BYTES};
use crate::gate::Gate;

/// Hands every frame in `packed` to the session.
pub(super) async fn read<S: AsyncWrite + Unpin + Send, G: Gate>(
    packed: &[u8],
    limits: &FrameLimits,
    unpacked_bytes: usize,
    session: &mut Session<'_, S, G>,
) -> Result<(), Closed> {
    let mut decoder = ZlibDecoder::new(packed);
    let mut pending = Vec::new();
    let mut total = 0;
    loop {
        let read = decoder.by_ref().take(READ_BYTES as u64).read_to_end(&mut pending);
        let count = read.map_err(|error| FrameError::Packed(error.to_string()))?;
        total += count;
        if total > unpacked_bytes {
            Err(FrameError::TooLarge {
                what: "packed frame in unpacked bytes",
                size: total as u64,
                limit: unpacked_bytes as u64,
            })?;
        }
        let mut at = 0;
        while let Some((frame, used)) = parse(pending.get(at..).unwrap_or_default(), limits)? {
            match frame {
                Frame::Packed(_) => Err(FrameError::Nested(b'C'))?,
                frame => session.take(frame).await?,
            }
            at += used;
        }
        pending.drain(..at);
        if count == 0 {
            return match pending.is_empty() {
                true => Ok(()),
                false => Err(FrameError::CutOff.into()),
            };
        }
    }
}
