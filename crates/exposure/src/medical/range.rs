//! Which versions an advisory means.
//!
//! In: versions as an advisory writes them: `vers:all/*`, `<= 4.2`, `>= 1.0 | < 2`, `3.0 | 3.1`, `6.x`,
//! `2.3.6 and below`; and a device's version. Out: whether that is among them, as far as anybody can
//! say. Source of `vers:` and `|`: the version range specifier (VERS). Pure. Never: a remark beside a
//! version left out, for it may be a condition.

use super::version::{Stand, Version};

/// Single versions and bounds of one text.
const MAX_TERMS: usize = 64;
/// Words behind a version that make a bound of it.
const DOWN: [&str; 6] =
    ["and below", "and earlier", "and prior", "and lower", "or earlier", "or below"];
/// Words behind a version that make a lower bound of it.
const UP: [&str; 4] = ["and above", "and later", "and newer", "or later"];

/// The versions that a text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// Each.
    All,
    /// Those of single terms and between bounds.
    Some(Vec<Term>),
    /// The text is not understood.
    Unclear,
}

/// A part of what is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// One version.
    One(Version),
    /// All that begin so: `6.x`.
    Begin(Version),
    /// All between two bounds, of which one may be missing.
    Between(Option<Bound>, Option<Bound>),
}

/// The end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    version: Version,
    /// Whether the version itself is meant.
    itself: bool,
    /// Whether all that begins so is the version itself: `<= 12.2.x`.
    whole: bool,
}

/// Whether a device's version is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is.
    In,
    /// It lies outside the bounds.
    Out,
    /// Only other single versions are named.
    Others,
    /// Nobody can say.
    Unclear,
}

/// A term as it is written.
enum Written {
    One(Version),
    Begin(Version),
    Low(Bound),
    High(Bound),
}

impl Versions {
    /// What a text means.
    pub fn parse(text: &str) -> Versions {
        let text = text.trim().to_lowercase();
        let text = match text.strip_prefix("vers:").map(|rest| rest.split_once('/')) {
            None => text.as_str(),
            Some(Some((_, terms))) => terms.trim(),
            Some(None) => return Versions::Unclear,
        };
        if matches!(text, "" | "*" | "all" | "all versions") {
            return Versions::All;
        }
        let mut written = Vec::new();
        for term in text.split('|') {
            match term_of(term.trim()) {
                Some(term) if written.len() < MAX_TERMS => written.push(term),
                _ => return Versions::Unclear,
            }
        }
        paired(written).map_or(Versions::Unclear, Versions::Some)
    }

    /// Whether a device's version is meant.
    pub fn place(&self, version: &Version) -> Place {
        let Versions::Some(terms) = self else {
            return if *self == Versions::All { Place::In } else { Place::Unclear };
        };
        let places: Vec<Place> = terms.iter().map(|term| term.place(version)).collect();
        let any = |place: Place| places.contains(&place);
        [Place::In, Place::Unclear, Place::Others]
            .into_iter()
            .find(|place| any(*place))
            .unwrap_or(Place::Out)
    }
}

impl Term {
    fn place(&self, version: &Version) -> Place {
        match self {
            Term::One(one) => match version.stand(one) {
                Stand::Same => Place::In,
                Stand::Around => Place::Unclear,
                _ => Place::Others,
            },
            Term::Begin(begin) => match version.stand(begin) {
                Stand::Same | Stand::Within => Place::In,
                Stand::Around => Place::Unclear,
                _ => Place::Others,
            },
            Term::Between(low, high) => {
                let sides = [
                    low.as_ref().map_or(Place::In, |bound| bound.above(version)),
                    high.as_ref().map_or(Place::In, |bound| bound.below(version)),
                ];
                let any = |place: Place| sides.contains(&place);
                [Place::Out, Place::Unclear]
                    .into_iter()
                    .find(|place| any(*place))
                    .unwrap_or(Place::In)
            }
        }
    }
}

impl Bound {
    /// Whether a version lies below this upper bound.
    fn below(&self, version: &Version) -> Place {
        match version.stand(&self.version) {
            Stand::Before => Place::In,
            Stand::After => Place::Out,
            Stand::Same if self.itself => Place::In,
            Stand::Same => Place::Out,
            // `4.2.1` below `4.2` it is not; whether `<= 4.2` means it too, nobody can say.
            Stand::Within if self.itself && self.whole => Place::In,
            Stand::Within if !self.itself => Place::Out,
            Stand::Within | Stand::Around | Stand::Apart => Place::Unclear,
        }
    }

    /// Whether a version lies above this lower bound.
    fn above(&self, version: &Version) -> Place {
        match version.stand(&self.version) {
            Stand::After => Place::In,
            Stand::Before => Place::Out,
            Stand::Same | Stand::Within if self.itself => Place::In,
            Stand::Same => Place::Out,
            Stand::Within if self.whole => Place::Out,
            Stand::Within | Stand::Around | Stand::Apart => Place::Unclear,
        }
    }
}

fn term_of(text: &str) -> Option<Written> {
    let bound = |rest: &str, itself: bool| {
        let (version, whole) = version(rest)?;
        Some(Bound { version, itself, whole })
    };
    if let Some(rest) = text.strip_prefix("<=").or_else(|| text.strip_prefix('≤')) {
        return bound(rest, true).map(Written::High);
    }
    if let Some(rest) = text.strip_prefix(">=").or_else(|| text.strip_prefix('≥')) {
        return bound(rest, true).map(Written::Low);
    }
    if let Some(rest) = text.strip_prefix('<') {
        return bound(rest, false).map(Written::High);
    }
    if let Some(rest) = text.strip_prefix('>') {
        return bound(rest, false).map(Written::Low);
    }
    let ending = |words: &[&str]| words.iter().find_map(|word| ends(text, word));
    if let Some(rest) = ending(&DOWN) {
        return bound(rest, true).map(Written::High);
    }
    if let Some(rest) = ending(&UP) {
        return bound(rest, true).map(Written::Low);
    }
    let text = text.strip_prefix("==").or_else(|| text.strip_prefix('=')).unwrap_or(text);
    let (version, whole) = version(text)?;
    Some(if whole { Written::Begin(version) } else { Written::One(version) })
}

/// What stands before words, between which any spaces may stand.
fn ends<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    words.rsplit(' ').try_fold(text, |rest, word| {
        rest.strip_suffix(word).filter(|rest| rest.ends_with(' ')).map(str::trim_end)
    })
}

/// A version, and whether an `x` at its end stands for anything.
fn version(text: &str) -> Option<(Version, bool)> {
    let mut text = text.trim();
    let whole = text.len();
    while let Some(rest) = text.strip_suffix(".x").or_else(|| text.strip_suffix(".*")) {
        text = rest;
    }
    Some((Version::parse(text)?, text.len() < whole))
}

/// Bounds in pairs, a lower one with the upper one behind it; none when they do not pair.
fn paired(written: Vec<Written>) -> Option<Vec<Term>> {
    let mut terms = Vec::with_capacity(written.len());
    let mut low: Option<Bound> = None;
    let mut bounded = false;
    for one in written {
        match one {
            Written::Low(bound) if low.is_none() => low = Some(bound),
            Written::High(high) => match low.take() {
                Some(low) => {
                    let stand = low.version.stand(&high.version);
                    if !matches!(stand, Stand::Before | Stand::Same | Stand::Around | Stand::Within)
                    {
                        return None;
                    }
                    terms.push(Term::Between(Some(low), Some(high)));
                    bounded = true;
                }
                // An upper bound alone begins the list: a second one says nothing clear.
                None if bounded => return None,
                None => {
                    terms.push(Term::Between(None, Some(high)));
                    bounded = true;
                }
            },
            _ if low.is_some() => return None,
            Written::One(version) => terms.push(Term::One(version)),
            Written::Begin(version) => terms.push(Term::Begin(version)),
            Written::Low(_) => return None,
        }
    }
    terms.extend(low.map(|low| Term::Between(Some(low), None)));
    Some(terms)
}

#[cfg(test)]
mod tests;
