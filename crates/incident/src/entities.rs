//! What an event touched: the things that other events may share with it.
//!
//! In: an event. Out: devices, users, processes, hashes, addresses and domains in one spelling
//! each, without those that join nothing. Never: more than [`MOST`], or one longer than
//! [`ENTITY_BYTES`].

use std::borrow::Cow;
use std::net::IpAddr;

use wardwatch_model::{Entity, EntityKind, Event, Value};

use crate::{ENTITY_BYTES, common};

mod field;
mod programs;
#[cfg(test)]
mod tests;

use field::Role;

pub(crate) use field::is_user;

/// How many entities of one event are kept.
pub const MOST: usize = 64;
/// Longest text that is taken apart into several values.
const LONGEST_LIST: usize = 4_096;

/// What an event touched, the device first.
pub fn of(event: &Event<'_>) -> Vec<Entity> {
    let mut found = Found(Vec::new());
    // A sensor's own name says nothing of whom it reports.
    if !event.fields.iter().any(|field| field::is_sensors(field.name)) {
        found.keep(EntityKind::Device, event.device.text().trim().trim_end_matches('.'));
    }
    for named in event.fields {
        if found.0.len() >= MOST {
            break;
        }
        let Some(role) = field::role(named.name) else { continue };
        let text = short_text(named.value);
        let text = text.trim();
        match role {
            Role::User(domain) => found.user(event, domain, text),
            Role::Process => found.keep(EntityKind::Process, text.trim_matches(['{', '}'])),
            Role::Hashes if text.len() <= LONGEST_LIST => found.hashes(event, text),
            Role::Hashes => {}
            Role::Address => found.address(text),
            Role::Domain => found.domain(text),
            Role::Host => match text.parse::<IpAddr>() {
                Ok(_) => found.address(text),
                Err(_) => found.domain(text),
            },
        }
    }
    found.0
}

/// The value as text; nothing where it is too long to be of use.
fn short_text(value: Value<'_>) -> Cow<'_, str> {
    match value {
        Value::Text(text) | Value::Number(text) | Value::Escaped(text)
            if text.len() > LONGEST_LIST =>
        {
            Cow::Borrowed("")
        }
        value => value.text(),
    }
}

struct Found(Vec<Entity>);

impl Found {
    /// Keeps a value in lower case, once, if it joins anything.
    fn keep(&mut self, kind: EntityKind, value: &str) {
        if value.is_empty() || value.len() > ENTITY_BYTES || self.0.len() >= MOST {
            return;
        }
        if value.chars().any(char::is_control) {
            return;
        }
        let entity = Entity { kind, value: value.to_lowercase() };
        if common::joins(&entity) && !self.0.contains(&entity) {
            self.0.push(entity);
        }
    }

    fn user(&mut self, event: &Event<'_>, domain: Option<&str>, name: &str) {
        let domain = domain.and_then(|field| event.get(field)).map(short_text).unwrap_or_default();
        let domain = domain.trim();
        if matches!(domain, "" | "-") || name.contains(['\\', '@']) || name.is_empty() {
            self.keep(EntityKind::User, name);
        } else {
            self.keep(EntityKind::User, &format!("{domain}\\{name}"));
        }
    }

    /// `SHA256=…,MD5=…` as Sysmon writes it, or one bare hash.
    fn hashes(&mut self, event: &Event<'_>, text: &str) {
        if programs::is_of_windows(event) {
            return;
        }
        for part in text.split([',', ' ', ';']) {
            let (name, value) = part.split_once(['=', ':']).unwrap_or(("", part));
            // Other kinds, such as IMPHASH, are shared by files that differ.
            let identifies = ["", "md5", "sha1", "sha256"].contains(&&*name.to_ascii_lowercase());
            let whole = matches!(value.len(), 32 | 40 | 64);
            if identifies && whole && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                self.keep(EntityKind::Hash, value);
            }
        }
    }

    fn address(&mut self, text: &str) {
        let bare = text.split('%').next().unwrap_or_default().trim_matches(['[', ']']);
        if let Ok(address) = bare.parse::<IpAddr>() {
            self.keep(EntityKind::Address, &address.to_canonical().to_string());
        }
    }

    fn domain(&mut self, text: &str) {
        let name = text.trim_end_matches('.');
        let fits = name.contains('.')
            && name.len() <= 253
            && name.parse::<IpAddr>().is_err()
            && !name.contains(|c: char| c.is_whitespace() || "/\\:@,;=".contains(c));
        if fits {
            self.keep(EntityKind::Domain, name);
        }
    }
}
