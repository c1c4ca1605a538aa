//! A program run on an event.

use memchr::memmem;
use wardwatch_model::{Event, Value};

use super::shape::{Shape, Shapes};
use super::texts::Texts;
use super::{EAGER, Kind, Local, Program};
use crate::fold::FoldBuffer;
use crate::predicate::{Operator, Place};
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
    texts: Texts,
    decoded: Texts,
    /// Matchers of fields that were looked at on demand.
    looked: Vec<u32>,
    shapes: Shapes,
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
    }

    fn clear(&mut self) {
        self.looked.clear();
        self.texts.clear();
        self.decoded.clear();
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
    texts: &'s mut Texts,
    decoded: &'s mut Texts,
    looked: &'s mut Vec<u32>,
}

impl<'s> Asked<'s, '_> {
    #[inline]
    fn holds(&mut self, local: Local) -> bool {
        let at = local as usize;
        let kind = self.program.kinds[at];
        if matches!(kind, Kind::Open | Kind::Searched) {
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

    /// Evaluates a predicate, once for an event.
    fn answer(&mut self, local: Local) -> bool {
        let answer = self.answers[local as usize];
        if answer != 0 {
            return answer == 2;
        }
        let predicate = self.set.predicate(self.program.predicates[local as usize]);
        let holds = match (&predicate.operator, self.field_of(local)) {
            (Operator::Text { literal, place, cased: false }, Some((number, name))) => {
                let texts = self.texts.folded(number, name, self.event, self.fold);
                texts.iter().any(|text| match place {
                    Place::Anywhere => memmem::find(text.as_bytes(), literal.as_bytes()).is_some(),
                    _ => place.holds(text, literal),
                })
            }
            (Operator::Glob { glob, cased: false }, Some((number, name))) => {
                let texts = self.texts.folded(number, name, self.event, self.fold);
                texts.iter().any(|text| glob.is_match(text))
            }
            (Operator::Regex(pattern), Some((number, name))) => {
                let texts = self.decoded.decoded(number, name, self.event);
                texts.iter().any(|text| pattern.0.is_match(text))
            }
            _ => predicate.holds(self.event),
        };
        self.answers[local as usize] = 1 + u8::from(holds);
        self.answered.push(local);
        holds
    }

    /// Number and name of a predicate's field; none for keywords.
    fn field_of(&self, local: Local) -> Option<(u32, &'s str)> {
        let number = self.program.field_of[local as usize];
        self.program.names.get(number as usize).map(|name| (number, &**name))
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
        let Scratch {
            bits, touched, answers, answered, woken, fold, texts, decoded, looked, ..
        } = &mut *scratch;
        let mut asked = Asked {
            program: self,
            set,
            event,
            bits,
            touched,
            answers,
            answered,
            fold,
            texts,
            decoded,
            looked,
        };
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
        let Scratch { bits, touched, woken_bits, woken, fold, shapes, .. } = scratch;
        let shape = shapes.of(self, event);
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

    /// The matcher of a field, first looked for where the last event of this shape had it.
    #[inline]
    fn matcher_of(&self, name: &str, at: usize, shape: &mut Shape) -> u32 {
        match shape.number(at, name) {
            Some(number) => number,
            None => {
                let number = self.by_name.get(name).copied().unwrap_or(NOT_ASKED);
                shape.remember(at, name, number);
                number
            }
        }
    }
}
