//! Everything that is asked of one field, answered in one look at its value.
//!
//! In: a folded value. Out: the targets that are true of it. A target is a predicate's number
//! within the program.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::Local;
use super::gram::{self, Entry, GramIndex};
use super::prefilter::Prefilter;
use crate::predicate::{Compare, Place};

/// What is to be asked of a field, while it is collected.
#[derive(Debug, Default)]
pub(crate) struct FieldPlan {
    /// True whenever the field is there.
    pub presence: Vec<Local>,
    /// Rules to wake whenever the field is there.
    pub wake: Vec<u32>,
    /// Texts at places.
    pub texts: Vec<(String, Place, Local)>,
    /// Comparisons of numbers.
    pub numbers: Vec<(Compare, f64, Local)>,
}

impl FieldPlan {
    /// Takes out what need not be looked for in every event, given what is needed to wake rules:
    /// everything else when little is needed (a prefilter then spares most values), otherwise
    /// targets with a literal of a class of short ones, each of which costs a pass over the text,
    /// when none of the class is needed. Returns the targets taken out.
    pub fn defer(&mut self, is_needed: &impl Fn(Local) -> bool) -> BTreeSet<Local> {
        let needed = self.texts.iter().filter(|(_, _, target)| is_needed(*target)).count();
        let mut kept_classes = [false; 4];
        kept_classes[class_of_len(gram::LONG)] = true;
        for (literal, place, target) in &self.texts {
            kept_classes[class_of_len(literal.len())] |=
                *place == Place::Anywhere && is_needed(*target);
        }
        let deferred: BTreeSet<Local> = self
            .texts
            .iter()
            .filter(|(literal, place, target)| {
                let in_kept_pass =
                    *place != Place::Anywhere || kept_classes[class_of_len(literal.len())];
                !is_needed(*target) && (needed <= FEW_NEEDED || !in_kept_pass)
            })
            .map(|(_, _, target)| *target)
            .collect();
        self.texts.retain(|(_, _, target)| !deferred.contains(target));
        deferred
    }
}

/// With up to so many literals that wake rules, a prefilter can be made of them.
const FEW_NEEDED: usize = super::prefilter::MAX_RUNS;

/// Literals of one class are looked for in the same pass.
fn class_of_len(len: usize) -> usize {
    match len {
        gram::LONG.. => 0,
        gram::MIDDLE.. => 1,
        4 => 2,
        _ => 3,
    }
}

/// Literals with their targets, by hash.
#[derive(Debug, Default)]
struct Exact {
    /// Bit `n` is set when a literal of `n` bytes is in the map; 127 stands for longer ones.
    lengths: u128,
    targets: FxHashMap<Box<[u8]>, Vec<Local>>,
}

impl Exact {
    fn insert(&mut self, literal: &[u8], target: Local) {
        self.lengths |= 1 << literal.len().min(127);
        self.targets.entry(literal.into()).or_default().push(target);
    }

    #[inline]
    fn look_up(&self, text: &[u8], hit: &mut impl FnMut(Local)) {
        if self.lengths & (1 << text.len().min(127)) != 0
            && let Some(targets) = self.targets.get(text)
        {
            targets.iter().for_each(|target| hit(*target));
        }
    }

    fn non_empty(self) -> Option<Self> {
        (!self.targets.is_empty()).then_some(self)
    }
}

/// The compiled form of a [`FieldPlan`].
#[derive(Debug)]
pub(crate) struct FieldMatcher {
    presence: Vec<Local>,
    pub wake: Vec<u32>,
    /// Tells of long values that they cannot match.
    pub prefilter: Option<Prefilter>,
    whole: Option<Exact>,
    /// `\name.exe` at the end, filed by what follows the last backslash.
    after_backslash: Option<Exact>,
    /// `/name` at the end, filed by what follows the last slash.
    after_slash: Option<Exact>,
    grams: Option<GramIndex>,
    equal: FxHashMap<u64, Vec<Local>>,
    compare: Vec<(Compare, f64, Local)>,
}

impl FieldMatcher {
    /// Compiles what is asked of a field.
    pub fn new(plan: FieldPlan) -> Self {
        let (mut whole, mut backslash, mut slash) =
            (Exact::default(), Exact::default(), Exact::default());
        let mut entries = Vec::new();
        let prefilter = if plan.numbers.is_empty() {
            Prefilter::new(plan.texts.iter().map(|(literal, place, _)| (&**literal, *place)))
        } else {
            None
        };
        for (literal, place, target) in plan.texts {
            match (place, lone_name(&literal, '\\'), lone_name(&literal, '/')) {
                (Place::Whole, _, _) => whole.insert(literal.as_bytes(), target),
                (Place::End, Some(name), _) => backslash.insert(name.as_bytes(), target),
                (Place::End, _, Some(name)) => slash.insert(name.as_bytes(), target),
                _ => entries.push(Entry { literal: literal.into_bytes().into(), place, target }),
            }
        }
        let mut equal: FxHashMap<u64, Vec<Local>> = FxHashMap::default();
        let mut compare = Vec::new();
        for (how, number, target) in plan.numbers {
            match how {
                Compare::Equal => equal.entry(key(number)).or_default().push(target),
                _ => compare.push((how, number, target)),
            }
        }
        FieldMatcher {
            presence: plan.presence,
            wake: plan.wake,
            prefilter,
            whole: whole.non_empty(),
            after_backslash: backslash.non_empty(),
            after_slash: slash.non_empty(),
            grams: (!entries.is_empty()).then(|| GramIndex::new(entries)),
            equal,
            compare,
        }
    }

    /// Whether the value's text matters, not only that it is there.
    pub fn reads_text(&self) -> bool {
        self.whole.is_some()
            || self.after_backslash.is_some()
            || self.after_slash.is_some()
            || self.grams.is_some()
            || self.has_numbers()
    }

    fn has_numbers(&self) -> bool {
        !self.equal.is_empty() || !self.compare.is_empty()
    }

    /// Targets that are true because the field is there.
    pub fn present(&self, hit: &mut impl FnMut(Local)) {
        self.presence.iter().for_each(|target| hit(*target));
    }

    /// Targets that are true of the folded text. `numeric` is false for truth values.
    #[inline]
    pub fn scan(&self, bytes: &[u8], numeric: bool, hit: &mut impl FnMut(Local)) {
        if let Some(whole) = &self.whole {
            whole.look_up(bytes, hit);
        }
        if let Some(names) = &self.after_backslash
            && let Some(at) = memchr::memrchr(b'\\', bytes)
        {
            names.look_up(&bytes[at + 1..], hit);
        }
        if let Some(names) = &self.after_slash
            && let Some(at) = memchr::memrchr(b'/', bytes)
        {
            names.look_up(&bytes[at + 1..], hit);
        }
        if let Some(grams) = &self.grams {
            grams.scan(bytes, hit);
        }
        if numeric && self.has_numbers() {
            self.scan_number(bytes, hit);
        }
    }

    fn scan_number(&self, text: &[u8], hit: &mut impl FnMut(Local)) {
        let Some(number) = parse(text) else { return };
        if let Some(targets) = self.equal.get(&key(number)) {
            targets.iter().for_each(|target| hit(*target));
        }
        for (how, expected, target) in &self.compare {
            if how.holds(number, *expected) {
                hit(*target);
            }
        }
    }
}

/// Equal numbers have equal keys: minus zero is zero.
fn key(number: f64) -> u64 {
    (number + 0.0).to_bits()
}

/// As `str::parse::<f64>`, with a short way for what most numbers in events are.
fn parse(bytes: &[u8]) -> Option<f64> {
    if !bytes.is_empty() && bytes.len() <= 9 && bytes.iter().all(u8::is_ascii_digit) {
        let whole = bytes.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        return Some(f64::from(whole));
    }
    std::str::from_utf8(bytes).ok()?.parse::<f64>().ok()
}

/// What follows the separator that a literal starts with, when it has no other.
fn lone_name(literal: &str, separator: char) -> Option<&str> {
    literal.strip_prefix(separator).filter(|name| !name.contains(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_as_written_in_any_form() {
        let plan = FieldPlan {
            numbers: vec![
                (Compare::Equal, 4688.0, 0),
                (Compare::Greater, 10.0, 1),
                (Compare::Equal, 0.0, 2),
            ],
            ..FieldPlan::default()
        };
        let matcher = FieldMatcher::new(plan);
        let hits = |text: &str| {
            let mut found = Vec::new();
            matcher.scan(text.as_bytes(), true, &mut |target| found.push(target));
            found
        };
        assert_eq!(hits("4688"), [0, 1]);
        assert_eq!(hits("4688.0"), [0, 1]);
        assert_eq!(hits("-0"), [2]);
        assert_eq!(hits("0x10"), Vec::<u32>::new());
        assert_eq!(hits(""), Vec::<u32>::new());
        assert_eq!(hits("12345678901"), [1]);
    }
}
