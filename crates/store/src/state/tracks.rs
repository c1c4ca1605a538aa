//! What agents sent, by sender, device and start: kept with the position of the log.
//!
//! In: ranges of records from entries that were worked through. Out: tracks as they were kept, for
//! the next start. Never: more tracks of a sender than [`MAX_DEVICES`] and [`MAX_BOOTS`] allow; the
//! ones longest unheard of are forgotten, their gaps stay counted.

use std::collections::{HashMap, HashSet};

use sqlx::{Row, SqliteConnection};
use wardwatch_model::{Timestamp, TokenId};

use crate::error::StoreError;
use crate::log::Entry;
use crate::ranges::Ranges;
use crate::scope::{Sender, SystemScope};
use crate::state::{State, row};
use crate::track::{MAX_BOOTS, MAX_DEVICES, Track};

/// Records of a device that were worked through, or found missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its sender.
    pub sender: TokenId,
    /// The device.
    pub device: String,
    /// Number of its start.
    pub boot: u64,
    /// Where its track begins, when it is new.
    pub base: u64,
    /// Number of the first record.
    pub from: u64,
    /// Number of the last record.
    pub until: u64,
    /// Whether they are missing.
    pub missing: bool,
    /// When it was taken.
    pub time: Timestamp,
}

/// A track as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTrack {
    /// Whose.
    pub sender: Sender,
    /// The device.
    pub device: String,
    /// Number of its start.
    pub boot: u64,
    /// What is known.
    pub track: Track,
    /// When it was last heard of.
    pub last_seen: Timestamp,
    /// Whether other tracks of this sender were forgotten.
    pub others_forgotten: bool,
}

impl Received {
    /// What an entry of the log says of records that its sender numbers.
    pub fn of(entry: &Entry) -> Option<Received> {
        let key = entry.batch.key.as_ref()?;
        Some(Received {
            sender: entry.sender,
            device: key.device.clone(),
            boot: key.boot,
            base: key.base,
            from: key.sequence,
            until: key.sequence.saturating_add(key.records.checked_sub(1)?),
            missing: key.missing,
            time: entry.received,
        })
    }
}

impl State {
    /// All tracks of senders that are not revoked.
    pub async fn tracks(&self, _: &SystemScope) -> Result<Vec<KeptTrack>, StoreError> {
        let rows = sqlx::query(
            "SELECT tokens.id, tokens.org, tokens.name, device, boot, base, accepted, missing,
             tracks.gaps, tracks.last_seen, tracks_forgotten
             FROM tracks JOIN tokens ON tokens.id = tracks.sender
             WHERE revoked IS NULL ORDER BY tracks.last_seen",
        )
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|found| {
                let token = TokenId(row::id(found, 0)?);
                let (accepted, missing): (String, String) = (found.try_get(6)?, found.try_get(7)?);
                Ok(KeptTrack {
                    sender: Sender::new(row::word(found, 1)?, token, found.try_get(2)?),
                    device: found.try_get(3)?,
                    boot: row::count(found, 4)?,
                    track: track(
                        row::count(found, 5)?,
                        &accepted,
                        &missing,
                        row::count(found, 8)?,
                    )?,
                    last_seen: row::time(found, 9)?,
                    others_forgotten: row::count(found, 10)? > 0,
                })
            })
            .collect()
    }
}

fn track(base: u64, accepted: &str, missing: &str, gaps: u64) -> Result<Track, StoreError> {
    let accepted: Ranges = row::body("accepted ranges", accepted)?;
    let missing: Ranges = row::body("missing ranges", missing)?;
    Ok(Track::kept(base, accepted, missing, gaps))
}

/// Stores what was received, in one go for each track.
pub(super) async fn receive(
    connection: &mut SqliteConnection,
    received: &[Received],
) -> Result<(), StoreError> {
    let mut by_track: HashMap<(TokenId, &str, u64), Vec<&Received>> = HashMap::new();
    for one in received {
        by_track.entry((one.sender, &one.device, one.boot)).or_default().push(one);
    }
    let mut grown = HashSet::new();
    for ((sender, device, boot), all) in by_track {
        let found = sqlx::query(
            "SELECT base, accepted, missing, gaps FROM tracks
             WHERE sender = ? AND device = ? AND boot = ?",
        )
        .bind(sender.0.as_slice())
        .bind(device)
        .bind(row::stored(boot))
        .fetch_optional(&mut *connection)
        .await?;
        let new = found.is_none();
        let mut kept = match found {
            Some(found) => {
                let (accepted, missing): (String, String) = (found.try_get(1)?, found.try_get(2)?);
                track(row::count(&found, 0)?, &accepted, &missing, row::count(&found, 3)?)?
            }
            None => Track::starting_at(all.iter().map(|one| one.base).min().unwrap_or(1)),
        };
        for one in &all {
            match one.missing {
                true => kept.report(one.from, one.until),
                false => kept.accept(one.from, one.until),
            }
        }
        let seen = all.iter().map(|one| one.time).max().unwrap_or(Timestamp { micros: 0 });
        put(connection, (sender, device, boot), &kept, seen).await?;
        if new {
            forget_boots(connection, sender, device).await?;
            grown.insert(sender);
        }
    }
    for sender in grown {
        forget_devices(connection, sender).await?;
    }
    Ok(())
}

async fn put(
    connection: &mut SqliteConnection,
    (sender, device, boot): (TokenId, &str, u64),
    track: &Track,
    seen: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tracks (sender, device, boot, base, accepted, missing, gaps, last_seen)
         SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM tokens WHERE id = ?1
         ON CONFLICT (sender, device, boot) DO UPDATE SET
         base = excluded.base, accepted = excluded.accepted, missing = excluded.missing,
         gaps = excluded.gaps, last_seen = max(last_seen, excluded.last_seen)",
    )
    .bind(sender.0.as_slice())
    .bind(device)
    .bind(row::stored(boot))
    .bind(row::stored(track.base()))
    .bind(row::to_body("accepted ranges", track.accepted())?)
    .bind(row::to_body("missing ranges", track.missing())?)
    .bind(row::stored(track.gaps()))
    .bind(seen.micros)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets starts of a device beyond the limit.
async fn forget_boots(
    connection: &mut SqliteConnection,
    sender: TokenId,
    device: &str,
) -> Result<(), StoreError> {
    let gone = sqlx::query(
        "DELETE FROM tracks WHERE sender = ?1 AND device = ?2 AND boot IN
         (SELECT boot FROM tracks WHERE sender = ?1 AND device = ?2
          ORDER BY last_seen DESC, boot DESC LIMIT -1 OFFSET ?3) RETURNING gaps",
    )
    .bind(sender.0.as_slice())
    .bind(device)
    .bind(MAX_BOOTS as i64)
    .fetch_all(&mut *connection)
    .await?;
    let mut gaps = 0;
    for one in &gone {
        gaps += row::count(one, 0)?;
    }
    count_forgotten(connection, sender, gaps, false).await
}

/// Forgets devices of a sender beyond the limit, a tenth at a time.
async fn forget_devices(
    connection: &mut SqliteConnection,
    sender: TokenId,
) -> Result<(), StoreError> {
    let devices: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT device) FROM tracks WHERE sender = ?")
            .bind(sender.0.as_slice())
            .fetch_one(&mut *connection)
            .await?;
    if devices <= MAX_DEVICES as i64 {
        return Ok(());
    }
    let gone = sqlx::query(
        "DELETE FROM tracks WHERE sender = ?1 AND device IN
         (SELECT device FROM tracks WHERE sender = ?1 GROUP BY device
          ORDER BY max(last_seen) LIMIT ?2) RETURNING gaps",
    )
    .bind(sender.0.as_slice())
    .bind(MAX_DEVICES as i64 / 10)
    .fetch_all(&mut *connection)
    .await?;
    let mut gaps = 0;
    for one in &gone {
        gaps += row::count(one, 0)?;
    }
    count_forgotten(connection, sender, gaps, true).await
}

async fn count_forgotten(
    connection: &mut SqliteConnection,
    sender: TokenId,
    gaps: u64,
    devices: bool,
) -> Result<(), StoreError> {
    if gaps > 0 || devices {
        sqlx::query(
            "UPDATE tokens SET gaps = gaps + ?, tracks_forgotten = tracks_forgotten + ?
             WHERE id = ?",
        )
        .bind(row::stored(gaps))
        .bind(i64::from(devices))
        .bind(sender.0.as_slice())
        .execute(connection)
        .await?;
    }
    Ok(())
}
