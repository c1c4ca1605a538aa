//! A program run on an event.

use wardwatch_model::{Event, Value};

use super::{EAGER, Kind, Local, Program};
use crate::fold::FoldBuffer;
use crate::rule::RuleNumber;
use crate::ruleset::RuleSet;

/// No field of the program has this number.
const NOT_ASKED: u32 = u32::MAX;

/// Working memory of one thread, used again from event to event.
#[derive(Debug, Default)]
pub struct Scratch {
    bits: Vec<u64>,
    touched: Vec<Local>,
    /// For predicates evaluated when asked for: 0 not yet, 1 false, 2 true.
    answers: Vec<u8>,
    answered: Vec<Local>,
    woken_bits: Vec<u64>,
    woken: Vec<u32>,
    fold: FoldBuffer,
    /// Matchers of fields that were looked at on demand.
    looked: Vec<u32>,
    shape: Vec<(String, u32)>,
    shape_of: Option<usize>,
}

impl Scratch {
    fn prepare(&mut self, program: &Program) {
        let words = program.predicates.len().div_ceil(64);
        if self.bits.len() < words {
            self.bits.resize(words, 0);
            self.answers.resize(words * 64, 0);
        }
        let words = program.rules.len().div_ceil(64);
        if self.woken_bits.len() < words {
            self.woken_bits.resize(words, 0);
        }
        let identity = std::ptr::from_ref(program).addr();
        if self.shape_of != Some(identity) {
            self.shape_of = Some(identity);
            self.shape.clear();
        }
    }

    fn clear(&mut self) {
        self.looked.clear();
        for local in self.touched.drain(..) {
            self.bits[local as usize >> 6] = 0;
        }
        for local in self.answered.drain(..) {
            self.answers[local as usize] = 0;
        }
        for rule in self.woken.drain(..) {
            self.woken_bits[rule as usize >> 6] = 0;
        }
    }
}

/// Marks of one event: split from the fold buffer so that both can be borrowed.
struct Marks<'s> {
    program: &'s Program,
    bits: &'s mut [u64],
    touched: &'s mut Vec<Local>,
    woken_bits: &'s mut [u64],
    woken: &'s mut Vec<u32>,
}

impl Marks<'_> {
    #[inline]
    fn set(&mut self, local: Local) {
        let (word, bit) = (local as usize >> 6, 1u64 << (local & 63));
        if self.bits[word] & bit != 0 {
            return;
        }
        self.bits[word] |= bit;
        self.touched.push(local);
        let (start, end) = self.program.wakes[local as usize];
        for rule in &self.program.woken[start as usize..end as usize] {
            wake(self.woken_bits, self.woken, *rule);
        }
    }
}

/// Equality for short texts, without a call: words that overlap are compared.
#[inline]
fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    match (a.first_chunk::<8>(), b.first_chunk::<8>(), a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(a1), Some(b1), Some(a2), Some(b2)) if a.len() <= 16 => a1 == b1 && a2 == b2,
        _ => a == b,
    }
}

#[inline]
fn wake(bits: &mut [u64], woken: &mut Vec<u32>, rule: u32) {
    let (word, bit) = (rule as usize >> 6, 1u64 << (rule & 63));
    if bits[word] & bit == 0 {
        bits[word] |= bit;
        woken.push(rule);
    }
}

/// Answers a woken rule's questions.
struct Asked<'s, 'e> {
    program: &'s Program,
    set: &'s RuleSet,
    event: &'s Event<'e>,
    bits: &'s mut [u64],
    touched: &'s mut Vec<Local>,
    answers: &'s mut [u8],
    answered: &'s mut Vec<Local>,
    fold: &'s mut FoldBuffer,
    looked: &'s mut Vec<u32>,
}

impl Asked<'_, '_> {
    #[inline]
    fn holds(&mut self, local: Local) -> bool {
        let at = local as usize;
        let kind = self.program.kinds[at];
        if kind == Kind::Open {
            return self.answer(local);
        }
        let late = self.program.late[at];
        if late != EAGER && !self.looked.contains(&late) {
            self.look(late);
        }
        let bit = self.bits[at >> 6] & (1 << (local & 63)) != 0;
        bit && (kind == Kind::Bit || self.answer(local))
    }

    /// Looks at a field that no rule is woken by.
    #[cold]
    fn look(&mut self, late: u32) {
        self.looked.push(late);
        let matcher = &self.program.matchers[late as usize];
        let name = &*self.program.names[late as usize];
        for field in self.event.fields.iter().filter(|field| field.name == name) {
            let Some(text) = self.fold.fold(field.value) else { continue };
            let (bits, touched) = (&mut *self.bits, &mut *self.touched);
            let mut set = |local: Local| {
                bits[local as usize >> 6] |= 1 << (local & 63);
                touched.push(local);
            };
            matcher.present(&mut set);
            let numeric = !matches!(field.value, Value::Bool(_));
            matcher.scan(text, numeric, &mut set);
        }
    }

    /// Evaluates a predicate plainly, once for an event.
    fn answer(&mut self, local: Local) -> bool {
        let answer = &mut self.answers[local as usize];
        if *answer == 0 {
            let id = self.program.predicates[local as usize];
            *answer = 1 + u8::from(self.set.predicate(id).holds(self.event));
            self.answered.push(local);
        }
        *answer == 2
    }
}

impl Program {
    /// Adds to `hits` the rules that are true of the event, in order of their numbers.
    pub fn run(
        &self,
        set: &RuleSet,
        event: &Event<'_>,
        scratch: &mut Scratch,
        hits: &mut Vec<RuleNumber>,
    ) {
        scratch.prepare(self);
        self.mark(event, scratch);
        let start = hits.len();
        let Scratch { bits, touched, answers, answered, woken, fold, looked, .. } = &mut *scratch;
        let mut asked =
            Asked { program: self, set, event, bits, touched, answers, answered, fold, looked };
        for at in self.always.iter().chain(woken.iter()) {
            let rule = &self.rules[*at as usize];
            if rule.condition.is_true(&mut |local| asked.holds(*local)) {
                hits.push(rule.number);
            }
        }
        hits[start..].sort_unstable();
        scratch.clear();
    }

    /// Sets the bits of all predicates that the event's fields make true.
    fn mark(&self, event: &Event<'_>, scratch: &mut Scratch) {
        let Scratch { bits, touched, woken_bits, woken, fold, shape, .. } = scratch;
        let mut marks = Marks { program: self, bits, touched, woken_bits, woken };
        let no_keyword = self
            .keyword_prefilter
            .as_ref()
            .is_some_and(|filter| filter.rules_out_event(event, fold.buffer()));
        let keywords_asked = self.keywords.as_ref().filter(|_| !no_keyword);
        for (at, field) in event.fields.iter().enumerate() {
            if field.value.is_null() {
                continue;
            }
            let number = self.matcher_of(field.name, at, shape);
            let keywords = keywords_asked.filter(|_| field.value.is_string());
            let matcher = self.matchers.get(number as usize);
            let mut text = None;
            if let Some(matcher) = matcher {
                matcher.present(&mut |local| marks.set(local));
                for rule in &matcher.wake {
                    wake(marks.woken_bits, marks.woken, *rule);
                }
                let ruled_out = keywords.is_none()
                    && matcher
                        .prefilter
                        .as_ref()
                        .is_some_and(|filter| filter.rules_out(field.value, fold.buffer()));
                if (matcher.reads_text() && !ruled_out) || keywords.is_some() {
                    text = fold.fold(field.value);
                }
                if let Some(text) = text {
                    let numeric = !matches!(field.value, Value::Bool(_));
                    matcher.scan(text, numeric, &mut |local| marks.set(local));
                }
            }
            if let Some(keywords) = keywords {
                let text = match text {
                    Some(text) => Some(text),
                    None => fold.fold(field.value),
                };
                if let Some(text) = text {
                    keywords.scan(text, true, &mut |local| marks.set(local));
                }
            }
        }
    }

    /// The matcher of a field. Events of one source mostly have the same fields in the same
    /// order, so the field at the same place in the last event is tried first.
    #[inline]
    fn matcher_of(&self, name: &str, at: usize, shape: &mut Vec<(String, u32)>) -> u32 {
        if let Some((known, number)) = shape.get(at)
            && same_name(known, name)
        {
            return *number;
        }
        let number = self.by_name.get(name).copied().unwrap_or(NOT_ASKED);
        if let Some((known, slot)) = shape.get_mut(at) {
            known.clear();
            known.push_str(name);
            *slot = number;
        } else if shape.len() == at {
            shape.push((name.to_owned(), number));
        }
        number
    }
}
