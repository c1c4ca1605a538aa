//! How often anybody may try to log in: by name and by address, with bounded memory.
//!
//! In: a name, an address, a time. Out: yes, or how long to wait. Also which codes of
//! authenticators were used, so that none is used twice. Never: a name or address itself; only a
//! keyed number of each is kept.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use wardwatch_model::{PersonId, Timestamp};

/// Seconds that attempts are counted for.
pub const WINDOW_SECONDS: i64 = 15 * 60;
/// Attempts for one name within a window.
pub const PER_NAME: u32 = 10;
/// Attempts from one address within a window: a whole practice may sit behind one.
pub const PER_ADDRESS: u32 = 60;
/// Names and addresses that are counted at once.
const MAX_COUNTED: usize = 20_000;
/// People whose last code is kept.
const MAX_CODES: usize = 20_000;

/// Attempts to log in.
#[derive(Default)]
pub struct Logins {
    keys: RandomState,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    windows: HashMap<u64, Window>,
    codes: HashMap<PersonId, u64>,
}

#[derive(Clone, Copy)]
struct Window {
    since: Timestamp,
    attempts: u32,
}

impl Logins {
    /// Counts an attempt.
    ///
    /// # Errors
    /// When there were too many: the seconds to wait.
    pub fn attempt(&self, name: &str, address: Option<IpAddr>, now: Timestamp) -> Result<(), u64> {
        let keys = [
            (self.name_key(name), PER_NAME),
            (self.keys.hash_one(("address", address.map(network))), PER_ADDRESS),
        ];
        let mut inner = self.lock();
        for (key, most) in keys {
            if let Some(window) = inner.windows.get(&key)
                && window.attempts >= most
                && let Some(left) = window.seconds_left(now)
            {
                return Err(left);
            }
        }
        for (key, _) in keys {
            inner.count(key, now);
        }
        Ok(())
    }

    /// Forgets the attempts for a name: its owner is in.
    pub fn succeeded(&self, name: &str) {
        let key = self.name_key(name);
        self.lock().windows.remove(&key);
    }

    /// Whether a code's time step is later than the last one that this person used; from then on
    /// it is used.
    pub fn use_code(&self, person: PersonId, step: u64) -> bool {
        let mut inner = self.lock();
        if inner.codes.get(&person).is_some_and(|used| step <= *used) {
            return false;
        }
        if inner.codes.len() >= MAX_CODES {
            // Codes last 90 seconds at most, so that old steps protect nothing.
            inner.codes.retain(|_, used| *used + 3 >= step);
        }
        inner.codes.insert(person, step);
        true
    }

    fn name_key(&self, name: &str) -> u64 {
        self.keys.hash_one(Named(&name.to_lowercase()))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Counts are whole between any two statements.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Told apart from addresses.
#[derive(Hash)]
struct Named<'n>(&'n str);

/// An address, or for IPv6 the network of 64 bits that one customer has.
fn network(address: IpAddr) -> [u8; 8] {
    let mut first = [0; 8];
    match address.to_canonical() {
        IpAddr::V4(four) => first[..4].copy_from_slice(&four.octets()),
        IpAddr::V6(six) => first.copy_from_slice(&six.octets()[..8]),
    }
    first
}

impl Window {
    fn seconds_left(self, now: Timestamp) -> Option<u64> {
        let end = self.since.micros.saturating_add(WINDOW_SECONDS * 1_000_000);
        // A clock that was put back must not lock anybody out for longer than a window.
        let left = end.saturating_sub(now.micros).min(WINDOW_SECONDS * 1_000_000);
        (left > 0).then(|| (left as u64).div_ceil(1_000_000))
    }
}

impl Inner {
    fn count(&mut self, key: u64, now: Timestamp) {
        if self.windows.len() >= MAX_COUNTED && !self.windows.contains_key(&key) {
            self.make_room(now);
        }
        let fresh = Window { since: now, attempts: 0 };
        let window = self.windows.entry(key).or_insert(fresh);
        if window.seconds_left(now).is_none() {
            *window = fresh;
        }
        window.attempts = window.attempts.saturating_add(1);
    }

    /// Drops windows that are over; when there are none, the half with the fewest attempts, so that
    /// many names tried once do not drive out one that is tried often.
    fn make_room(&mut self, now: Timestamp) {
        self.windows.retain(|_, window| window.seconds_left(now).is_some());
        if self.windows.len() < MAX_COUNTED {
            return;
        }
        let mut attempts: Vec<u32> = self.windows.values().map(|window| window.attempts).collect();
        attempts.sort_unstable();
        let middle = attempts[attempts.len() / 2];
        let mut surplus = attempts.len() / 2;
        self.windows.retain(|_, window| {
            let goes = surplus > 0 && window.attempts <= middle;
            surplus -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp { micros: seconds * 1_000_000 }
    }

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn a_name_may_be_tried_so_often_from_anywhere() {
        let logins = Logins::default();
        for n in 0..PER_NAME {
            assert_eq!(logins.attempt("sam", address(n as u8), at(0)), Ok(()));
        }
        assert_eq!(logins.attempt("SAM", address(99), at(60)), Err(14 * 60));
        assert_eq!(logins.attempt("kim", address(99), at(60)), Ok(()));
        assert_eq!(logins.attempt("sam", address(99), at(WINDOW_SECONDS)), Ok(()));
    }

    #[test]
    fn an_address_may_try_so_many_names() {
        let logins = Logins::default();
        for n in 0..PER_ADDRESS {
            assert_eq!(logins.attempt(&format!("name {n}"), address(1), at(0)), Ok(()));
        }
        assert!(logins.attempt("another", address(1), at(0)).is_err());
        assert_eq!(logins.attempt("another", address(2), at(0)), Ok(()));
    }

    #[test]
    fn whoever_gets_in_starts_anew() {
        let logins = Logins::default();
        for _ in 0..5 * PER_NAME {
            assert_eq!(logins.attempt("sam", None, at(0)), Ok(()));
            logins.succeeded("Sam");
        }
    }

    #[test]
    fn ipv6_counts_by_network() {
        let six = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, last, 0, 0, 1]);
        assert_eq!(network(six(1)), network(six(2)));
        assert_ne!(network(six(1)), network(IpAddr::from([0x2001, 0xdb8, 0, 2, 1, 0, 0, 1])));
    }

    #[test]
    fn many_names_do_not_drive_out_one_that_is_tried_often() {
        let logins = Logins::default();
        for n in 0..PER_NAME {
            assert_eq!(logins.attempt("sam", address(n as u8), at(0)), Ok(()));
        }
        for n in 0..3 * MAX_COUNTED as u32 {
            let from = Some(IpAddr::from(n.to_be_bytes()));
            assert_eq!(logins.attempt(&format!("name {n}"), from, at(1)), Ok(()));
        }
        assert!(logins.lock().windows.len() <= MAX_COUNTED);
        assert!(logins.attempt("sam", address(99), at(1)).is_err());
    }

    #[test]
    fn a_code_is_used_once() {
        let (logins, sam) = (Logins::default(), PersonId([1; 16]));
        assert!(logins.use_code(sam, 10));
        assert!(!logins.use_code(sam, 10));
        assert!(!logins.use_code(sam, 9));
        assert!(logins.use_code(PersonId([2; 16]), 10));
        assert!(logins.use_code(sam, 11));
    }

    #[test]
    fn a_clock_that_is_put_back_locks_nobody_out_for_longer() {
        let logins = Logins::default();
        for _ in 0..PER_NAME {
            assert_eq!(logins.attempt("sam", None, at(1_000_000)), Ok(()));
        }
        let wait = logins.attempt("sam", None, at(0)).unwrap_err();
        assert!(wait <= WINDOW_SECONDS as u64);
    }
}
