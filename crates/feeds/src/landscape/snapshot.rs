//! A landscape as bytes, and back.
//!
//! In: a landscape. Out: a file: the magic `WARDLAND`, the version, the length unpacked (both
//! little-endian), a BLAKE3 sum of what follows, then postcard packed with Zstandard. The same
//! landscape gives the same bytes. Never: a snapshot of another version, or a damaged one, read.

use std::io::Read;

use wardwatch_model::landscape::FeedStatus;
use wardwatch_model::{Day, Landscape};

/// What every snapshot begins with.
pub const MAGIC: &[u8; 8] = b"WARDLAND";
/// The form that is written and read; changes with the model.
pub const VERSION: u32 = 4;
/// Bytes before the packed part: magic, version, length, sum.
const HEAD_BYTES: usize = 8 + 4 + 8 + 32;
/// Bytes that a snapshot may unpack to.
const MAX_BYTES: u64 = 2 << 30;
/// How hard it is packed: more gains little here.
const LEVEL: i32 = 6;

/// Why a snapshot is not read or written.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is something else.
    #[error("this is no snapshot of a landscape")]
    NotOne,
    /// It is of another version.
    #[error(
        "the snapshot is of form {found}, this program reads form {VERSION}: make it anew from the feeds"
    )]
    OtherVersion {
        /// Its version.
        found: u32,
    },
    /// It is damaged.
    #[error("the snapshot is damaged: {0}")]
    Damaged(&'static str),
    /// It is too large.
    #[error("the snapshot unpacks to {bytes} bytes, {MAX_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// It cannot be written.
    #[error("the landscape cannot be written: {0}")]
    Unwritable(String),
}

/// A landscape as bytes.
///
/// # Errors
/// When it is too large.
pub fn write(landscape: &Landscape) -> Result<Vec<u8>, SnapshotError> {
    let unwritable = |error: &dyn std::fmt::Display| SnapshotError::Unwritable(error.to_string());
    let plain = postcard::to_stdvec(landscape).map_err(|error| unwritable(&error))?;
    let bytes = plain.len() as u64;
    if bytes > MAX_BYTES {
        return Err(SnapshotError::TooLarge { bytes });
    }
    let packed = zstd::bulk::compress(&plain, LEVEL).map_err(|error| unwritable(&error))?;
    let mut out = Vec::with_capacity(HEAD_BYTES + packed.len());
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend(bytes.to_le_bytes());
    out.extend(blake3::hash(&packed).as_bytes());
    out.extend(packed);
    Ok(out)
}

/// A landscape from bytes.
///
/// # Errors
/// When they are no snapshot of this version, or a damaged one.
pub fn read(bytes: &[u8]) -> Result<Landscape, SnapshotError> {
    let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(SnapshotError::NotOne)?;
    if magic != MAGIC {
        return Err(SnapshotError::NotOne);
    }
    let short = SnapshotError::Damaged("it breaks off");
    let Some((version, rest)) = rest.split_first_chunk::<4>() else { return Err(short) };
    let found = u32::from_le_bytes(*version);
    if found != VERSION {
        return Err(SnapshotError::OtherVersion { found });
    }
    let Some((length, rest)) = rest.split_first_chunk::<8>() else { return Err(short) };
    let Some((sum, packed)) = rest.split_first_chunk::<32>() else { return Err(short) };
    let length = u64::from_le_bytes(*length);
    if length > MAX_BYTES {
        return Err(SnapshotError::TooLarge { bytes: length });
    }
    if blake3::hash(packed).as_bytes() != sum {
        return Err(SnapshotError::Damaged("its sum is wrong, it was changed or breaks off"));
    }
    let damaged = || SnapshotError::Damaged("its content is not as its head says");
    let decoder = zstd::stream::read::Decoder::new(packed).map_err(|_| damaged())?;
    let mut plain = Vec::new();
    decoder.take(length + 1).read_to_end(&mut plain).map_err(|_| damaged())?;
    if plain.len() as u64 != length {
        return Err(damaged());
    }
    match postcard::take_from_bytes(&plain) {
        Ok((landscape, [])) if holds(&landscape) => Ok(landscape),
        _ => Err(damaged()),
    }
}

/// Whether every place that a landscape's rows name is there.
fn holds(landscape: &Landscape) -> bool {
    let within = |place: u32, length: usize| (place as usize) < length;
    let updates = landscape.updates.len();
    let products = landscape.products.len();
    landscape.fixes.iter().all(|fix| {
        within(fix.vulnerability, landscape.vulnerabilities.len())
            && within(fix.update, updates)
            && within(u32::from(fix.component), landscape.components.len())
    }) && landscape.updates.iter().all(|update| {
        update.supersedes.iter().all(|old| within(*old, updates))
            && update.builds.iter().all(|(product, _)| within(*product, products))
    }) && landscape.products.iter().all(|product| {
        let end = product.fixes.end as usize;
        product.fixes.start <= product.fixes.end && end <= landscape.fixes.len()
    }) && landscape.medical.iter().all(|advisory| {
        let mut places = advisory.remedies.iter().flat_map(|remedy| &remedy.products);
        places.all(|place| within(*place, advisory.products.len()))
    })
}

/// A feed that is older than the present one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlderFeed {
    /// The feed.
    pub feed: String,
    /// Its newest day in what is offered; none when it is not there.
    pub offered: Option<Day>,
    /// Its newest day now.
    pub present: Option<Day>,
}

/// Feeds of which an offered landscape knows less than the present one, by their newest days.
pub fn older_feeds(offered: &[FeedStatus], present: &[FeedStatus]) -> Vec<OlderFeed> {
    let offered_newest = |feed: &str| {
        offered.iter().filter(|one| one.feed == feed).filter_map(|one| one.newest).max()
    };
    present
        .iter()
        .filter(|one| one.feed != "starter" && one.newest > offered_newest(&one.feed))
        .map(|one| OlderFeed {
            feed: one.feed.clone(),
            offered: offered_newest(&one.feed),
            present: one.newest,
        })
        .collect()
}

/// Whether an offered landscape may take the present one's place: no feed is older, one is newer.
pub fn is_newer_than(offered: &[FeedStatus], present: &[FeedStatus]) -> bool {
    older_feeds(offered, present).is_empty() && !older_feeds(present, offered).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(days: &[(&str, i32)]) -> Vec<FeedStatus> {
        let status = |(feed, day): &(&str, i32)| FeedStatus {
            feed: (*feed).to_owned(),
            origin: String::new(),
            newest: Some(Day(*day)),
            read: Day(0),
            records: 1,
            dropped: 0,
            refused: 0,
        };
        days.iter().map(status).collect()
    }

    #[test]
    fn there_and_back() {
        let landscape = crate::landscape::starter();
        let bytes = write(&landscape).unwrap();
        assert_eq!(read(&bytes).unwrap(), landscape);
        assert_eq!(write(&read(&bytes).unwrap()).unwrap(), bytes);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let good = write(&Landscape::default()).unwrap();
        let said = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = good.clone();
            change(&mut bytes);
            read(&bytes).unwrap_err().to_string()
        };
        assert!(said(&|bytes| bytes[0] = b'X').contains("no snapshot"));
        assert!(said(&|bytes| bytes.truncate(4)).contains("no snapshot"));
        assert!(said(&|bytes| bytes[8] = 9).contains("form 9"));
        assert!(said(&|bytes| bytes[17] = 255).contains("unpacks to"));
        assert!(said(&|bytes| bytes[12] = 255).contains("not as its head says"));
        assert!(said(&|bytes| bytes[30] ^= 1).contains("sum is wrong"));
        assert!(said(&|bytes| bytes.truncate(bytes.len() - 1)).contains("breaks off"));
        assert!(said(&|bytes| bytes.truncate(20)).contains("breaks off"));
    }

    #[test]
    fn an_older_snapshot_is_told_from_a_newer() {
        let present = dated(&[("kev", 10), ("microsoft", 10)]);
        assert!(is_newer_than(&dated(&[("kev", 11), ("microsoft", 10)]), &present));
        assert!(!is_newer_than(&present, &present));
        let mixed = dated(&[("kev", 11), ("microsoft", 9)]);
        assert!(!is_newer_than(&mixed, &present));
        assert_eq!(older_feeds(&mixed, &present)[0].feed, "microsoft");
        assert_eq!(older_feeds(&dated(&[("kev", 11)]), &present)[0].offered, None);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>) {
            let _ = read(&bytes);
            let mut whole = write(&Landscape::default()).unwrap();
            whole.truncate(HEAD_BYTES);
            whole.extend(&bytes);
            whole[20..52].copy_from_slice(blake3::hash(&bytes).as_bytes());
            let _ = read(&whole);
        }
    }
}
