//! Users' names as they leave an organisation: keyed pseudonyms.
//!
//! In: a key, and what an organisation's own people read. Out: the same without users' names.
//! Never: a name that could be had back without the key; the same name in two organisations looks
//! different.

use std::collections::HashMap;

use wardwatch_model::{Entity, EntityKind, Incident, OrgId, Sighting};

use crate::entities;

/// Names shorter than this are too likely to be a word.
const SHORTEST_NAME: usize = 2;
/// What stands before a user's folder, in lower case.
const HOMES: [&str; 3] = [r"\users\", r"\documents and settings\", "/home/"];

/// What stands for a user above its organisation. Stable for one key; case does not matter.
pub fn pseudonym(key: &[u8; 32], org: &OrgId, user: &str) -> String {
    let mut hasher = blake3::Hasher::new_keyed(key);
    let org = org.as_str().as_bytes();
    hasher.update(&(org.len() as u64).to_le_bytes());
    hasher.update(org);
    hasher.update(user.to_lowercase().as_bytes());
    let hash = hasher.finalize().to_hex();
    format!("user-{}", &hash.as_str()[..16])
}

/// The incident for readers above its organisation: users' names replaced among its entities and
/// in what people wrote. Its title, story, reasons and proposals hold none.
pub fn above(incident: &Incident, key: &[u8; 32]) -> Incident {
    let names = Names::of(&incident.org, &incident.entities, key);
    let mut incident = incident.clone();
    names.replace_entities(&mut incident.entities);
    for note in &mut incident.notes {
        note.text = names.replace(&note.text);
    }
    incident
}

/// The sighting for readers above its organisation: users' names replaced among its entities and
/// in its matched fields, users' folders included.
pub fn above_sighting(sighting: &Sighting, key: &[u8; 32]) -> Sighting {
    let names = Names::of(&sighting.org, &sighting.entities, key);
    let mut sighting = sighting.clone();
    names.replace_entities(&mut sighting.entities);
    for (name, value) in &mut sighting.matched {
        let replaced = names.replace(value);
        *value = if !entities::is_user(name) {
            names.replace_homes(&replaced)
        } else if value.is_empty() || names.is_alias(&replaced) {
            replaced
        } else {
            pseudonym(key, &sighting.org, value)
        };
    }
    sighting
}

/// A text of an event for readers above its organisation: the event's own user replaced, and the
/// names of users' folders.
pub fn above_text(key: &[u8; 32], org: &OrgId, user: Option<&str>, text: &str) -> String {
    let user = user.map(|user| Entity { kind: EntityKind::User, value: user.to_lowercase() });
    let names = Names::of(org, user.as_slice(), key);
    names.replace_homes(&names.replace(text))
}

/// Users of one organisation and what stands for them.
struct Names<'a> {
    key: &'a [u8; 32],
    org: &'a OrgId,
    /// By their first letter, in lower case, longest first, so that `zztrust\ngrant` goes before
    /// `ngrant`.
    known: HashMap<char, Vec<(String, String)>>,
}

impl<'a> Names<'a> {
    fn of(org: &'a OrgId, entities: &[Entity], key: &'a [u8; 32]) -> Self {
        let mut known = Vec::new();
        for user in entities.iter().filter(|entity| entity.kind == EntityKind::User) {
            let full = user.value.to_lowercase();
            let alias = pseudonym(key, org, &full);
            let after_domain = full.rsplit('\\').next().unwrap_or(&full);
            let bare = after_domain.split('@').next().unwrap_or(after_domain).to_owned();
            for name in [full, bare] {
                if name.chars().count() >= SHORTEST_NAME {
                    known.push((name, alias.clone()));
                }
            }
        }
        known.sort_by(|one, other| {
            (other.0.len(), &one.0, &one.1).cmp(&(one.0.len(), &other.0, &other.1))
        });
        known.dedup_by(|one, other| one.0 == other.0);
        let mut by_letter: HashMap<char, Vec<(String, String)>> = HashMap::new();
        for (name, alias) in known {
            let first = name.chars().next().unwrap_or_default();
            by_letter.entry(first).or_default().push((name, alias));
        }
        Names { key, org, known: by_letter }
    }

    fn replace_entities(&self, entities: &mut [Entity]) {
        for user in entities.iter_mut().filter(|entity| entity.kind == EntityKind::User) {
            user.value = pseudonym(self.key, self.org, &user.value);
        }
    }

    /// Replaces names that stand in a text as whole words.
    fn replace(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut inside_word = false;
        while let Some(next) = rest.chars().next() {
            let found = if inside_word { None } else { self.at_front(rest, next) };
            if let Some((end, alias)) = found {
                out.push_str(alias);
                rest = &rest[end..];
                inside_word = true;
            } else {
                out.push(next);
                rest = &rest[next.len_utf8()..];
                inside_word = is_word(next);
            }
        }
        out
    }

    /// The name that a text begins with: where it ends, and what stands for it.
    fn at_front(&self, text: &str, first: char) -> Option<(usize, &str)> {
        let lower = first.to_lowercase().next()?;
        self.known.get(&lower)?.iter().find_map(|(name, alias)| {
            let end = match_lower(text, name)?;
            let ends = text[end..].chars().next().is_none_or(|after| !is_word(after));
            ends.then_some((end, alias.as_str()))
        })
    }

    fn is_alias(&self, text: &str) -> bool {
        self.known.values().flatten().any(|(_, alias)| alias == text)
    }

    /// Replaces the names of users' folders, whoever they are.
    fn replace_homes(&self, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        while let Some((start, end)) = next_home(&lower, from) {
            out.push_str(&text[from..start]);
            let name = &text[start..end];
            let shared = matches!(&lower[start..end], "public" | "default" | "all users");
            if shared || name.is_empty() || self.is_alias(name) {
                out.push_str(name);
            } else {
                out.push_str(&pseudonym(self.key, self.org, name));
            }
            from = end;
        }
        out.push_str(&text[from..]);
        out
    }
}

/// Where the next name of a user's folder starts and ends.
fn next_home(lower: &str, from: usize) -> Option<(usize, usize)> {
    let rest = &lower[from..];
    let start =
        HOMES.iter().filter_map(|home| rest.find(home).map(|at| from + at + home.len())).min()?;
    // A folder's name may hold blanks; rather too much is hidden than too little.
    let ends = |letter: char| letter.is_control() || r#"\/"'<>|:*?;,&"#.contains(letter);
    let length = lower[start..].find(ends);
    Some((start, length.map_or(lower.len(), |length| start + length)))
}

/// How much of `text` is `name`, which is in lower case.
fn match_lower(text: &str, name: &str) -> Option<usize> {
    let mut wanted = name.chars().peekable();
    for (at, letter) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(at);
        }
        for lower in letter.to_lowercase() {
            if wanted.next() != Some(lower) {
                return None;
            }
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
