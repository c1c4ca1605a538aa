//! An event looked up in a matcher.

use std::net::IpAddr;

use wardwatch_model::indicator::spelling;
use wardwatch_model::value::unescape_into;
use wardwatch_model::{Event, IndicatorKind, OrgId, Timestamp, Value};

use super::build::without_scheme;
use super::observable::{self, Observable};
use super::table::{NONE, Sort};
use super::{Entry, EntryNumber, Hit, MOST_HITS, Matcher};

/// Longest value that is looked at.
const LONGEST: usize = 4_096;

/// Buffers that are used again from event to event.
#[derive(Debug, Default)]
pub struct Scratch {
    text: String,
    value: String,
}

/// What one look-up has at hand.
struct Looking<'l> {
    matcher: &'l Matcher,
    org: &'l OrgId,
    time: Timestamp,
    hits: &'l mut Vec<Hit>,
}

impl Matcher {
    /// Adds the indicators that an event of an organisation holds. `time` is when it happened:
    /// indicators that were over by then do not count.
    pub fn look_up(
        &self,
        event: &Event<'_>,
        org: &OrgId,
        time: Timestamp,
        scratch: &mut Scratch,
        hits: &mut Vec<Hit>,
    ) {
        if self.is_empty() {
            return;
        }
        let Scratch { text, value } = scratch;
        let mut looking = Looking { matcher: self, org, time, hits };
        for (at, field) in event.fields.iter().enumerate() {
            let known = self.observables.get(field.name).copied();
            let held = known
                .or_else(|| observable::is_single_hash(field.name).then_some(Observable::Hashes));
            let Some(held) = held.filter(|held| self.cares_for(*held)) else { continue };
            let Some(found) = short(field.value, value) else { continue };
            let found = found.trim();
            match held {
                Observable::Hashes => looking.hashes(at, found, text),
                Observable::Address => looking.address(at, found),
                Observable::Domain => looking.domain(at, found, text),
                Observable::Host => looking.host(at, found, text),
                Observable::Url => looking.url(at, found, text),
                Observable::Path(host) if found.starts_with('/') => {
                    // A second buffer is not needed: hosts hold no escapes.
                    if let Some(Value::Text(host)) = event.get(host)
                        && self.has(IndicatorKind::Url)
                        && spelling::host_and_path(host.trim(), None, found, text)
                    {
                        looking.name(at, Sort::Url, text);
                    }
                }
                Observable::Path(_) => looking.url(at, found, text),
            }
        }
    }

    /// Whether any list holds what such a field may hold.
    fn cares_for(&self, held: Observable) -> bool {
        use IndicatorKind::{Address, Domain, Md5, Sha1, Sha256, Url};
        match held {
            Observable::Hashes => self.has(Sha256) || self.has(Sha1) || self.has(Md5),
            Observable::Address => self.has(Address),
            Observable::Domain => self.has(Domain),
            Observable::Host => self.has(Domain) || self.has(Address),
            Observable::Url | Observable::Path(_) => {
                self.has(Url) || self.has(Domain) || self.has(Address)
            }
        }
    }
}

/// The value as text, decoded into a buffer where that is needed; none where it is too long or no
/// text.
fn short<'v>(value: Value<'v>, buffer: &'v mut String) -> Option<&'v str> {
    match value {
        Value::Text(text) if text.len() <= LONGEST => Some(text),
        Value::Escaped(raw) if raw.len() <= LONGEST => {
            buffer.clear();
            unescape_into(raw, buffer);
            Some(buffer)
        }
        _ => None,
    }
}

impl Looking<'_> {
    fn add(&mut self, at: usize, number: u32, entry: &Entry) {
        let goes_for = self
            .matcher
            .lists
            .get(entry.list as usize)
            .is_some_and(|list| list.orgs.contains(self.org));
        let hit = Hit { entry: EntryNumber(number), field: at };
        if goes_for && self.time < entry.valid_until && self.hits.len() < MOST_HITS {
            self.hits.push(hit);
        }
    }

    /// All entries of a place whose value is this one.
    fn follow(&mut self, at: usize, first: u32, is_it: impl Fn(&Entry) -> bool) {
        let mut number = first;
        while number != NONE {
            let Some(entry) = self.matcher.entries.get(number as usize) else { return };
            if is_it(entry) {
                self.add(at, number, entry);
            }
            number = entry.next;
        }
    }

    fn name(&mut self, at: usize, sort: Sort, text: &str) {
        let first = self.matcher.names.first(sort, text);
        self.follow(at, first, |entry| match (sort, entry.kind) {
            (Sort::Url, IndicatorKind::Url) => without_scheme(&entry.value) == text,
            (Sort::Domain, IndicatorKind::Domain)
            | (Sort::Hash, IndicatorKind::Sha256 | IndicatorKind::Sha1 | IndicatorKind::Md5) => {
                *entry.value == *text
            }
            _ => false,
        });
    }

    /// `SHA256=…,MD5=…` as Sysmon writes it, or one bare hash.
    fn hashes(&mut self, at: usize, text: &str, lower: &mut String) {
        for part in text.split([',', ' ', ';']) {
            let (name, value) = part.split_once(['=', ':']).unwrap_or(("", part));
            // Other kinds, such as IMPHASH, look alike and are not what lists name.
            let is_files = name.is_empty()
                || ["md5", "sha1", "sha256"].iter().any(|kind| name.eq_ignore_ascii_case(kind));
            if is_files && [32, 40, 64].iter().any(|digits| spelling::is_hash(value, *digits)) {
                lower.clear();
                lower.push_str(value);
                lower.make_ascii_lowercase();
                self.name(at, Sort::Hash, lower);
            }
        }
    }

    fn address(&mut self, at: usize, text: &str) {
        let Some(address) = spelling::address(text) else { return };
        self.network(at, address);
    }

    fn network(&mut self, at: usize, address: IpAddr) {
        let matcher = self.matcher;
        matcher.networks.first(address, |first| self.follow(at, first, |_| true));
    }

    /// The name and all that it lies below, but for the top-level domain.
    fn domain(&mut self, at: usize, text: &str, lower: &mut String) {
        if !self.matcher.has(IndicatorKind::Domain) || !spelling::domain(text, lower) {
            return;
        }
        let mut name = lower.as_str();
        while name.contains('.') {
            self.name(at, Sort::Domain, name);
            name = name.split_once('.').map_or("", |(_, rest)| rest);
        }
    }

    fn host(&mut self, at: usize, text: &str, lower: &mut String) {
        match spelling::address(text) {
            Some(address) => self.network(at, address),
            None => self.domain(at, text, lower),
        }
    }

    fn url(&mut self, at: usize, text: &str, lower: &mut String) {
        let Some(parts) = spelling::url_parts(text) else {
            // Where a web address is expected, a bare host stands for itself.
            if !text.contains(['/', ' ']) {
                self.host(at, text, lower);
            }
            return;
        };
        if self.matcher.has(IndicatorKind::Url) && spelling::url_key(text, lower) {
            self.name(at, Sort::Url, lower);
        }
        self.host(at, parts.host, lower);
    }
}
