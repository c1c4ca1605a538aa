//! Packed files, unpacked within limits.
//!
//! In: a file's name and bytes. Out: each text in it by name, as a stream. Told by content, not by
//! name: zip (APPNOTE 6.3), gzip (RFC 1952), Zstandard (RFC 8878). Never: an entry whose name leads
//! out of its folder; more bytes than the limits, whatever an archive promises; a file written.

use std::io::{self, BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;
use memchr::memmem;

use super::error::FeedError;

/// Bytes that one text may unpack to.
pub const MAX_TEXT_BYTES: u64 = 1 << 30;
/// Bytes that all texts of one archive may unpack to together.
pub const MAX_ARCHIVE_BYTES: u64 = 8 << 30;
/// Entries of one archive.
pub const MAX_ENTRIES: usize = 400_000;
/// How many times its size a packed text may grow. Real catalogues grow fifty times.
const MAX_RATIO: u64 = 250;
/// Below this size the ratio does not matter.
const RATIO_FLOOR: u64 = 16 << 20;

/// What is done with each text: its name, and its bytes or why there are none.
pub type Visit<'a> = dyn FnMut(&str, Result<&mut dyn Read, FeedError>) + 'a;

/// Hands on each text that a file holds.
pub fn each(name: &str, bytes: &[u8], visit: &mut Visit<'_>) {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        if let Err(error) = archive(name, bytes, visit) {
            visit(name, Err(error));
        }
        return;
    }
    one(name, bytes, visit);
}

/// Hands on a text that is packed by itself or not at all.
fn one(name: &str, bytes: &[u8], visit: &mut Visit<'_>) {
    let limit = (bytes.len() as u64).saturating_mul(MAX_RATIO).max(RATIO_FLOOR);
    let limit = limit.min(MAX_TEXT_BYTES);
    match bytes {
        [0x1f, 0x8b, ..] => {
            visit(name, Ok(&mut Bounded::new(MultiGzDecoder::new(bytes), limit)));
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => match zstd::stream::read::Decoder::new(bytes) {
            Ok(mut decoder) => match decoder.window_log_max(27) {
                Ok(()) => visit(name, Ok(&mut Bounded::new(decoder, limit))),
                Err(error) => visit(name, Err(error.into())),
            },
            Err(error) => visit(name, Err(error.into())),
        },
        plain => visit(name, Ok(&mut Bounded::new(plain, MAX_TEXT_BYTES))),
    }
}

fn archive(name: &str, bytes: &[u8], visit: &mut Visit<'_>) -> Result<(), FeedError> {
    // Counted before the list of entries is read, because that is held in memory.
    if memmem::find_iter(bytes, b"PK\x01\x02").nth(MAX_ENTRIES).is_some() {
        return Err(FeedError::TooMuch { limit: MAX_ENTRIES as u64, what: "entries" });
    }
    let bad = |error: zip::result::ZipError| FeedError::Packed(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    let mut left = MAX_ARCHIVE_BYTES;
    for place in 0..archive.len() {
        let mut entry = match archive.by_index(place) {
            Ok(entry) => entry,
            Err(error) => {
                visit(&format!("{name}/entry {place}"), Err(bad(error)));
                continue;
            }
        };
        if entry.is_dir() {
            continue;
        }
        let inner = match entry.name() {
            Ok(name) => name.into_owned(),
            Err(error) => {
                visit(&format!("{name}/entry {place}"), Err(bad(error)));
                continue;
            }
        };
        let full = format!("{name}/{inner}");
        if !keeps_inside(&inner) {
            let why = "its name leads out of the archive".to_owned();
            visit(&full, Err(FeedError::Packed(why)));
            continue;
        }
        let limit = entry.compressed_size().saturating_mul(MAX_RATIO).max(RATIO_FLOOR);
        let limit = limit.min(MAX_TEXT_BYTES).min(left);
        let mut reader = Bounded::new(&mut entry, limit);
        let mut start = Vec::new();
        if let Err(error) = reader.by_ref().take(4).read_to_end(&mut start) {
            left -= limit - reader.left;
            visit(&full, Err(error.into()));
            continue;
        }
        let packed = matches!(start[..], [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd]);
        let nested = start.starts_with(b"PK\x03\x04");
        if nested {
            let why = "it is an archive within an archive: unpack it first".to_owned();
            visit(&full, Err(FeedError::Packed(why)));
        } else if packed {
            let mut held = start;
            let read = reader.read_to_end(&mut held);
            left -= limit - reader.left;
            match read {
                Ok(_) => {
                    let mut counted =
                        |name: &str, text: Result<&mut dyn Read, FeedError>| match text {
                            Ok(text) => {
                                let mut text = Bounded::new(text, left);
                                visit(name, Ok(&mut text));
                                left = text.left;
                            }
                            Err(error) => visit(name, Err(error)),
                        };
                    one(&full, &held, &mut counted);
                }
                Err(error) => visit(&full, Err(error.into())),
            }
            continue;
        } else {
            visit(&full, Ok(&mut Cursor::new(start).chain(BufReader::new(&mut reader))));
        }
        left -= limit - reader.left;
    }
    Ok(())
}

/// Whether an entry's name stays below the folder in which it is unpacked.
fn keeps_inside(name: &str) -> bool {
    let rooted = name.starts_with(['/', '\\']) || name.contains(':') || name.contains('\0');
    !rooted && !name.split(['/', '\\']).any(|part| part == "..")
}

/// A reader that fails after so many bytes, where others would end.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Bounded<R> {
    fn new(inner: R, limit: u64) -> Self {
        Bounded { inner, left: limit }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            // Only the end of the text may come now.
            let more = self.inner.read(&mut [0; 1])?;
            return match more {
                0 => Ok(0),
                _ => Err(io::Error::other("it unpacks to more than is allowed for its size")),
            };
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(&mut buffer[..room])?;
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn texts(name: &str, bytes: &[u8]) -> Vec<(String, Result<usize, String>)> {
        let mut all = Vec::new();
        each(name, bytes, &mut |name, text| {
            let result = text.map_err(|error| error.to_string()).and_then(|text| {
                io::copy(text, &mut io::sink())
                    .map(|count| count as usize)
                    .map_err(|error| error.to_string())
            });
            all.push((name.to_owned(), result));
        });
        all
    }

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn unpacks_whatever_it_is_called() {
        let packed = zstd::encode_all(&b"some text"[..], 3).unwrap();
        assert_eq!(texts("a", b"some text"), [("a".to_owned(), Ok(9))]);
        assert_eq!(texts("a", &packed), [("a".to_owned(), Ok(9))]);
        assert_eq!(
            texts("z", &zipped(&[("b", b"text"), ("c", &packed)])),
            [("z/b".to_owned(), Ok(4)), ("z/c".to_owned(), Ok(9))]
        );
    }

    #[test]
    fn refuses_names_that_lead_out_and_keeps_the_neighbours() {
        for name in ["../x", "a/../../x", "/etc/x", "C:\\x", "..\\x"] {
            let all = texts("z", &zipped(&[(name, b"bad"), ("good", b"good")]));
            assert!(all[0].1.as_ref().unwrap_err().contains("leads out"), "{all:?}");
            assert_eq!(all[1], ("z/good".to_owned(), Ok(4)));
        }
    }

    #[test]
    fn a_bomb_is_cut() {
        let zeros = vec![0; 64 << 20];
        let packed = zstd::encode_all(&zeros[..], 3).unwrap();
        for all in [texts("a", &packed), texts("z", &zipped(&[("b", &zeros), ("c", b"ok")]))] {
            assert!(all[0].1.as_ref().unwrap_err().contains("more than is allowed"), "{all:?}");
            assert!(all.get(1).is_none_or(|next| next.1.is_ok()), "{all:?}");
        }
    }

    #[test]
    fn a_truncated_file_says_so() {
        let text: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let packed = zstd::encode_all(&text[..], 3).unwrap();
        assert!(texts("a", &packed[..packed.len() / 2])[0].1.is_err());
        let zip = zipped(&[("b", &text)]);
        assert!(texts("z", &zip[..zip.len() / 2])[0].1.is_err());
        assert!(texts("z", &zipped(&[("in.zip", &zip)]))[0].1.is_err());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(head in 0..4_usize, bytes: Vec<u8>) {
            let heads: [&[u8]; 4] =
                [b"", b"PK\x03\x04", &[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd]];
            let _ = texts("x", &[heads[head], &bytes[..]].concat());
        }
    }
}
