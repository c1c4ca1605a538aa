//! The agents' door: frames of numbered records.
//!
//! In: frames (crate `wire`), over HTTP/1.1 or HTTP/2. Out: their records as batches that say which
//! numbers they hold; a receipt once they are durable. A record that was acknowledged is not kept
//! again when its frame comes twice; frames may come in any order; what is missing between them is
//! found by [`report_gaps`].

mod batch;
pub mod gaps;
pub mod ledger;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use wardwatch_store::Sender;
use wardwatch_wire::limits::MAX_PACKED_BYTES;
use wardwatch_wire::{
    FRAME_MEDIA_TYPE, FRAMES_PATH, Frame, RECEIPT_MEDIA_TYPE, Receipt, WireError, unpacked_bytes,
};

use crate::counters::Door;
use crate::gate::{Gate, Refused};
use crate::http::{BodyError, Caller, Shared, problem, read_small, with_retry_after};
use crate::room::Held;
use ledger::Begin;

const DOOR: Door = Door::Wire;

/// Frames from this size on are unpacked on a thread of their own.
const ASIDE_BYTES: usize = 64 << 10;

/// `POST /wire/v1/frames`.
pub(crate) fn router<G: Gate>() -> Router<Shared<G>> {
    Router::new().route(FRAMES_PATH, post(take::<G>))
}

async fn take<G: Gate>(State(doors): State<Shared<G>>, caller: Caller, body: Body) -> Response {
    let limits = &doors.limits;
    let sender = match doors.admit(DOOR, &caller).await {
        Ok(sender) => sender,
        Err(denied) => return denied.into_problem(limits),
    };
    let (frame, held) = match read(&doors, &caller, body).await {
        Ok(read) => read,
        Err(unread) => return unread.respond(&doors),
    };
    // On a task of its own: a client that goes away must not leave what it sent half noted.
    let settling = tokio::spawn(settle(doors.clone(), sender, frame, held));
    match settling.await {
        Ok((receipt, None)) => receipt_answer(StatusCode::OK, receipt),
        Ok((receipt, Some(refused))) => refused_answer(&doors, receipt, &refused),
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "not kept: the server has a problem"),
    }
}

/// Why a frame was not read.
enum Unread {
    Media,
    Body(BodyError),
    Frame(WireError),
}

async fn read<G: Gate>(
    doors: &Shared<G>,
    caller: &Caller,
    body: Body,
) -> Result<(Frame, Held), Unread> {
    let media = caller.get(header::CONTENT_TYPE).map(|value| value.as_bytes());
    if media != Some(FRAME_MEDIA_TYPE.as_bytes()) || caller.contains_key(header::CONTENT_ENCODING) {
        return Err(Unread::Media);
    }
    let mut held = doors.room.holder();
    let most = MAX_PACKED_BYTES.min(doors.limits.body_bytes);
    let packed = read_small(body, caller, most, &doors.limits, &mut held).await;
    let packed = packed.map_err(Unread::Body)?;
    let bytes = unpacked_bytes(&packed).map_err(Unread::Frame)?;
    // Its records are held a second time as batches.
    held.grow(bytes * 2).map_err(|_| Unread::Body(BodyError::NoRoom))?;
    let work = move || Frame::decode(&packed).map_err(Unread::Frame);
    let frame = match bytes >= ASIDE_BYTES {
        false => work()?,
        true => match tokio::task::spawn_blocking(work).await {
            Ok(frame) => frame?,
            Err(error) => return Err(Unread::Body(BodyError::Broken(error.to_string()))),
        },
    };
    Ok((frame, held))
}

impl Unread {
    fn respond<G: Gate>(self, doors: &Shared<G>) -> Response {
        let too_large = |reason: &str| problem(StatusCode::PAYLOAD_TOO_LARGE, reason);
        match self {
            Unread::Body(BodyError::NoRoom) => {
                doors.counters.refused(DOOR);
                return refused_answer(doors, Receipt::default(), &Refused::Busy);
            }
            Unread::Body(BodyError::TooLarge { .. }) => doors.counters.refused(DOOR),
            _ => doors.counters.invalid(DOOR, 1),
        }
        match self {
            Unread::Media => {
                let reason = format!("a body of the type {FRAME_MEDIA_TYPE} was expected");
                problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, &reason)
            }
            Unread::Body(error) => error.into_problem(&doors.limits),
            Unread::Frame(
                error @ (WireError::PackedTooLarge { .. }
                | WireError::TooLarge { .. }
                | WireError::TooManyRecords { .. }
                | WireError::RecordTooLong { .. }),
            ) => too_large(&error.to_string()),
            Unread::Frame(error) => problem(StatusCode::BAD_REQUEST, &error.to_string()),
        }
    }
}

/// Keeps what is new of a frame.
async fn settle<G: Gate>(
    doors: Shared<G>,
    sender: Sender,
    frame: Frame,
    held: Held,
) -> (Receipt, Option<Refused>) {
    let ledger = doors.gate.ledger().clone();
    let through = || ledger.through(&sender, &frame.device, frame.boot);
    let Some(last) = frame.last() else {
        return (Receipt { accepted_through: through(), ..Receipt::default() }, None);
    };
    let mut flight = loop {
        let now = doors.gate.now();
        match ledger.begin(&sender, &frame.device, frame.boot, (frame.sequence, last), now) {
            Begin::Known => {
                let accepted_through = through();
                return (Receipt { accepted_through, duplicate: true, retry_after: 0 }, None);
            }
            // The same records are on their way to the disk: whether they arrive decides.
            Begin::Wait(mut landed) => {
                let _ = landed.changed().await;
            }
            Begin::Take(flight) => break flight,
        }
    };
    let mut refused = None;
    'parts: for (from, until) in flight.parts() {
        let (runs, invalid) = batch::runs(&frame, from, until, flight.base());
        doors.counters.invalid(DOOR, invalid);
        for (gathered, from, until) in runs {
            if let Err(reason) = doors.keep(DOOR, &sender, gathered).await {
                refused = Some(reason);
                break 'parts;
            }
            flight.landed(from, until, doors.gate.now());
        }
    }
    drop(flight);
    drop(held);
    (Receipt { accepted_through: through(), ..Receipt::default() }, refused)
}

fn receipt_answer(status: StatusCode, receipt: Receipt) -> Response {
    (status, [(header::CONTENT_TYPE, RECEIPT_MEDIA_TYPE)], receipt.encode()).into_response()
}

fn refused_answer<G: Gate>(doors: &Shared<G>, receipt: Receipt, refused: &Refused) -> Response {
    let status = match refused {
        Refused::Busy => StatusCode::TOO_MANY_REQUESTS,
        Refused::Full => StatusCode::INSUFFICIENT_STORAGE,
        Refused::TooLarge { .. } | Refused::Broken(_) => {
            return refused.clone().into_problem(&doors.limits);
        }
    };
    let seconds = doors.limits.retry_after_seconds();
    let retry_after = u32::try_from(seconds).unwrap_or(u32::MAX);
    with_retry_after(receipt_answer(status, Receipt { retry_after, ..receipt }), &doors.limits)
}

#[cfg(test)]
mod tests;
