//! Segment files: their names, their head, and what is done to them when the log is opened.
//!
//! In: the log's folder. Out: the last segment, ready to be written on. Never: a byte thrown away;
//! a torn end is kept in a file beside.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::log::frame::{self, Found};
use crate::log::{LogError, LogPosition, Torn};

const MAGIC: &[u8; 8] = b"wwlog001";
/// Bytes before the first record.
pub(super) const HEAD: u64 = MAGIC.len() as u64;

/// The last segment.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: File,
    pub(super) segment: u64,
    pub(super) offset: u64,
    /// End of the last record, which may lie in the segment before.
    pub(super) end: LogPosition,
    pub(super) torn: Option<Torn>,
}

/// A segment's file.
pub(super) fn path(dir: &Path, segment: u64) -> PathBuf {
    dir.join(format!("{segment:012}.seg"))
}

/// Keeps other processes out as long as the file is open.
pub(super) fn lock(dir: &Path) -> Result<File, LogError> {
    let path = dir.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| LogError::file(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LogError::InUse(dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(LogError::file(&path, error)),
    }
}

/// The numbers of all segments, in order.
pub(super) fn list(dir: &Path) -> Result<Vec<u64>, LogError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|error| LogError::file(dir, error))? {
        let name = entry.map_err(|error| LogError::file(dir, error))?.file_name();
        let number: Option<u64> =
            name.to_str().and_then(|name| name.strip_suffix(".seg")?.parse().ok());
        found.extend(number);
    }
    found.sort_unstable();
    Ok(found)
}

/// Makes a segment with nothing but its head, durable with its name.
pub(super) fn create(dir: &Path, segment: u64) -> Result<File, LogError> {
    let path = path(dir, segment);
    let make = || {
        let mut file =
            OpenOptions::new().create(true).truncate(true).read(true).write(true).open(&path)?;
        file.write_all(MAGIC)?;
        file.sync_all()?;
        File::open(dir)?.sync_all()?;
        Ok(file)
    };
    make().map_err(|error| LogError::file(&path, error))
}

/// A segment for reading and its length; its head is read already.
pub(super) fn open(dir: &Path, segment: u64) -> Result<(File, u64), LogError> {
    let path = path(dir, segment);
    let at = LogPosition { segment, offset: 0 };
    let mut file = match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(LogError::Missing(at));
        }
        opened => opened.map_err(|error| LogError::file(&path, error))?,
    };
    let length = file.metadata().map_err(|error| LogError::file(&path, error))?.len();
    let mut magic = [0; MAGIC.len()];
    match file.read_exact(&mut magic) {
        Ok(()) if magic == *MAGIC => Ok((file, length)),
        _ => Err(LogError::Damaged { at, reason: "its segment is none of this version" }),
    }
}

/// Opens the last segment for writing and cuts off what is no whole record.
pub(super) fn open_last(dir: &Path) -> Result<Opened, LogError> {
    let segments = list(dir)?;
    let Some(&segment) = segments.last() else {
        let file = create(dir, 1)?;
        let end = LogPosition { segment: 1, offset: HEAD };
        return Ok(Opened { file, segment: 1, offset: HEAD, end, torn: None });
    };
    let path = path(dir, segment);
    let length = std::fs::metadata(&path).map_err(|error| LogError::file(&path, error))?.len();
    if length < HEAD {
        // Made, but cut short before its head was durable: nothing can be in it.
        create(dir, segment)?;
    }
    let offset = whole_until(dir, segment)?;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|error| LogError::file(&path, error))?;
    let torn = if length > offset { Some(cut(&path, &mut file, segment, offset)?) } else { None };
    let before = segments.len().checked_sub(2).map(|at| segments[at]);
    let end = match before {
        Some(before) if offset == HEAD => {
            LogPosition { segment: before, offset: open(dir, before)?.1 }
        }
        _ => LogPosition { segment, offset },
    };
    Ok(Opened { file, segment, offset, end, torn })
}

/// Up to where a segment holds whole records.
fn whole_until(dir: &Path, segment: u64) -> Result<u64, LogError> {
    let (file, length) = open(dir, segment)?;
    let mut stream = BufReader::with_capacity(1 << 20, file);
    let mut offset = HEAD;
    let error = |error| LogError::file(&path(dir, segment), error);
    while let Found::Record(record) =
        frame::read(&mut stream, length.saturating_sub(offset)).map_err(error)?
    {
        offset += (frame::BEFORE + record.len()) as u64;
    }
    Ok(offset)
}

/// Keeps the end of a segment in a file of its own, then cuts it off.
fn cut(path: &Path, file: &mut File, segment: u64, offset: u64) -> Result<Torn, LogError> {
    let kept = path.with_extension(format!("torn-{offset}"));
    let mut cut_off = || {
        file.seek(SeekFrom::Start(offset))?;
        let mut beside = File::create(&kept)?;
        let bytes = std::io::copy(file, &mut beside)?;
        beside.sync_all()?;
        file.set_len(offset)?;
        file.sync_all()?;
        Ok(bytes)
    };
    let bytes = cut_off().map_err(|error| LogError::file(path, error))?;
    Ok(Torn { at: LogPosition { segment, offset }, bytes, kept })
}

/// Removes the segments below a number.
pub(super) fn forget_before(dir: &Path, segment: u64) -> Result<(), LogError> {
    for number in list(dir)?.into_iter().filter(|number| *number < segment) {
        let path = path(dir, number);
        std::fs::remove_file(&path).map_err(|error| LogError::file(&path, error))?;
    }
    Ok(())
}

/// How many bytes of records lie between two places.
pub(super) fn bytes_between(
    dir: &Path,
    from: LogPosition,
    to: LogPosition,
) -> Result<u64, LogError> {
    let mut sum = 0;
    for segment in list(dir)?.into_iter().filter(|n| (from.segment..=to.segment).contains(n)) {
        let path = path(dir, segment);
        let length = match std::fs::metadata(&path) {
            Ok(found) => found.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(LogError::file(&path, error)),
        };
        let end = if segment == to.segment { to.offset } else { length };
        let start = if segment == from.segment { from.offset } else { HEAD };
        sum += end.saturating_sub(start.max(HEAD));
    }
    Ok(sum)
}
