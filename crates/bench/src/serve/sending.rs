//! Parcels sent by several senders at once, as fast as they are taken or at a steady rate.
//!
//! In: a server, tokens, parcels. Out: how many records were acknowledged, and how often a sender was
//! told to wait. Never: a parcel sent twice.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::doors::Parcel;
use crate::server::Server;

/// Requests that are on their way at the same time.
const SENDERS: usize = 8;

/// What came of it.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sent {
    /// Records that were acknowledged.
    pub records: u64,
    /// Times that a sender was told to wait.
    pub waits: u64,
}

/// Sends all parcels; at most so many records a second when a rate is given.
pub fn send(
    server: &Server,
    tokens: &[String],
    parcels: &[Parcel],
    rate: Option<f64>,
) -> Result<Sent> {
    let (next, taken, waits) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let starts = starts(parcels, rate);
    let start = Instant::now();
    let work = |nth: usize| -> Result<()> {
        while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed))
            && let Some((parcel, due)) = parcels.get(at).zip(starts.get(at))
        {
            std::thread::sleep(due.saturating_sub(start.elapsed()));
            while !server.send(&tokens[nth % tokens.len()], parcel)? {
                waits.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(50));
            }
            taken.fetch_add(parcel.records, Ordering::Relaxed);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let work = &work;
        let handles: Vec<_> = (0..SENDERS).map(|nth| scope.spawn(move || work(nth))).collect();
        handles.into_iter().try_for_each(|handle| match handle.join() {
            Ok(result) => result,
            Err(_) => anyhow::bail!("a sender panicked"),
        })
    })?;
    let records = taken.load(Ordering::Relaxed);
    Ok(Sent { records, waits: waits.load(Ordering::Relaxed) })
}

/// When each parcel is to go, from the start.
fn starts(parcels: &[Parcel], rate: Option<f64>) -> Vec<Duration> {
    let mut before = 0_u64;
    let mut start = |parcel: &Parcel| {
        let due = rate.map_or(0.0, |rate| before as f64 / rate);
        before += parcel.records;
        Duration::from_secs_f64(due)
    };
    parcels.iter().map(&mut start).collect()
}
