//! Where an indicator is found: texts by their hash, networks by length and prefix.
//!
//! A place holds the first entry; entries with the same place follow each other by number, so a
//! table takes 16 bytes an indicator however many lists name it.

use std::hash::Hasher;
use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHasher};

/// No entry follows.
pub const NONE: u32 = u32::MAX;

/// Sorts of texts that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Hashes of files.
    Hash,
    /// Domain names.
    Domain,
    /// Web addresses without their scheme.
    Url,
}

/// Texts by their hash. A place may hold entries of other texts: compare before use.
#[derive(Debug, Default)]
pub struct Names(FxHashMap<u64, u32>);

impl Names {
    fn place(sort: Sort, text: &[u8]) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write_u8(sort as u8);
        hasher.write(text);
        hasher.finish()
    }

    /// Puts an entry at the front of its place; gives the one that follows it.
    pub fn put(&mut self, sort: Sort, text: &str, entry: u32) -> u32 {
        self.0.insert(Names::place(sort, text.as_bytes()), entry).unwrap_or(NONE)
    }

    /// The first entry of a text's place.
    pub fn first(&self, sort: Sort, text: &str) -> u32 {
        self.0.get(&Names::place(sort, text.as_bytes())).copied().unwrap_or(NONE)
    }
}

/// Networks by the length of their prefix; only lengths that occur are looked at.
#[derive(Debug, Default)]
pub struct Networks {
    v4: Vec<(u8, FxHashMap<u32, u32>)>,
    v6: Vec<(u8, FxHashMap<u128, u32>)>,
}

/// The first `length` bits.
fn prefix_v4(bits: u32, length: u8) -> u32 {
    if length == 0 { 0 } else { bits & (u32::MAX << (32 - u32::from(length.min(32)))) }
}

fn prefix_v6(bits: u128, length: u8) -> u128 {
    if length == 0 { 0 } else { bits & (u128::MAX << (128 - u32::from(length.min(128)))) }
}

fn of_length<K>(tables: &mut Vec<(u8, FxHashMap<K, u32>)>, length: u8) -> &mut FxHashMap<K, u32> {
    let at = match tables.iter().position(|(known, _)| *known == length) {
        Some(at) => at,
        None => {
            tables.push((length, FxHashMap::default()));
            tables.len() - 1
        }
    };
    &mut tables[at].1
}

impl Networks {
    /// Puts an entry at the front of its place; gives the one that follows it.
    pub fn put(&mut self, address: IpAddr, length: u8, entry: u32) -> u32 {
        let before = match address {
            IpAddr::V4(v4) => {
                let prefix = prefix_v4(v4.to_bits(), length);
                of_length(&mut self.v4, length).insert(prefix, entry)
            }
            IpAddr::V6(v6) => {
                let prefix = prefix_v6(v6.to_bits(), length);
                of_length(&mut self.v6, length).insert(prefix, entry)
            }
        };
        before.unwrap_or(NONE)
    }

    /// The first entry of each place that holds the address.
    pub fn first(&self, address: IpAddr, mut found: impl FnMut(u32)) {
        match address {
            IpAddr::V4(v4) => {
                for (length, table) in &self.v4 {
                    table
                        .get(&prefix_v4(v4.to_bits(), *length))
                        .copied()
                        .into_iter()
                        .for_each(&mut found);
                }
            }
            IpAddr::V6(v6) => {
                for (length, table) in &self.v6 {
                    table
                        .get(&prefix_v6(v6.to_bits(), *length))
                        .copied()
                        .into_iter()
                        .for_each(&mut found);
                }
            }
        }
    }
}
