//! Many literals searched for in one pass.
//!
//! A literal that must stand at an end is filed under its bytes there and looked up once. One that
//! may stand anywhere is filed under runs of four bytes that are unlikely in ordinary text: a long
//! one under four neighbouring runs, so that only every fourth place of the text has to be looked
//! at, a shorter one under two or one. The text's runs are looked up in a small bitmap; where a
//! bit is set, the few literals filed there are compared. A few short literals in a long text are
//! searched for one by one. In: folded text. Out: the targets of
//! the literals that stand in it. Never: a literal missed; `tests` hold it to a plain search.

use memchr::memmem::Finder;
use rustc_hash::FxHashMap;

use super::weight::gram_weight;
use crate::predicate::Place;

/// From this length on a literal contains four runs at neighbouring places.
pub(crate) const LONG: usize = 7;
/// From this length on a literal contains two.
pub(crate) const MIDDLE: usize = 5;

/// A literal on its way into an index.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub literal: Box<[u8]>,
    pub place: Place,
    pub target: u32,
}

#[derive(Debug, Clone, Copy)]
struct Filed {
    /// Where the literal's bytes stand in `bytes`.
    start: u32,
    len: u32,
    /// Offset of the run within the literal.
    offset: u32,
    target: u32,
}

/// An index over literals.
#[derive(Debug)]
pub(crate) struct GramIndex {
    bytes: Vec<u8>,
    /// Long literals anywhere, looked for at every fourth place.
    long: Option<Runs>,
    /// Literals of five or six bytes anywhere, looked for at every second place.
    middle: Option<Runs>,
    /// Literals of four bytes anywhere, looked for at every place.
    four: Option<Runs>,
    /// Literals of one to three bytes anywhere.
    short: Option<Box<ShortIndex>>,
    /// The literals of `middle`, `four` and `short` once more, each by itself, when they are few.
    few_middle: Few,
    few_four: Few,
    few_short: Few,
    /// Literals at the start, by their first four bytes.
    starts: FxHashMap<u32, Vec<Filed>>,
    /// Literals at the end, by their last four bytes.
    ends: FxHashMap<u32, Vec<Filed>>,
    /// Literals of one to three bytes at either end, or of the whole text.
    tiny_ends: Vec<(Place, Filed)>,
}

/// Literals by runs, behind a bitmap.
#[derive(Debug)]
struct Runs {
    bitmap: Vec<u64>,
    shift: u32,
    by_run: FxHashMap<u32, (u32, u32)>,
    filed: Vec<Filed>,
}

fn run_at(window: &[u8]) -> u32 {
    window.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

impl Runs {
    fn new(mut list: Vec<(u32, Filed)>) -> Option<Self> {
        if list.is_empty() {
            return None;
        }
        list.sort_by_key(|(run, filed)| (*run, filed.start));
        // Thirty-two bits a run, from 512 bytes to 32 KiB.
        let bits = (list.len() * 32).next_power_of_two().clamp(1 << 12, 1 << 18);
        let shift = 32 - bits.trailing_zeros();
        let mut runs = Runs {
            bitmap: vec![0; bits / 64],
            shift,
            by_run: FxHashMap::default(),
            filed: Vec::with_capacity(list.len()),
        };
        for (run, filed) in list {
            let at = runs.filed.len() as u32;
            runs.filed.push(filed);
            runs.by_run.entry(run).or_insert((at, at)).1 = at + 1;
            let bit = runs.bit(run);
            runs.bitmap[bit >> 6] |= 1 << (bit & 63);
        }
        Some(runs)
    }

    #[inline]
    fn bit(&self, run: u32) -> usize {
        (run.wrapping_mul(0x9e37_79b1) >> self.shift) as usize
    }

    #[inline]
    fn may_hold(&self, run: u32) -> bool {
        let bit = self.bit(run);
        self.bitmap[bit >> 6] & (1 << (bit & 63)) != 0
    }

    fn filed(&self, run: u32) -> &[Filed] {
        self.by_run
            .get(&run)
            .map_or(&[], |(start, end)| &self.filed[*start as usize..*end as usize])
    }
}

/// Literals of one to three bytes, by their first two bytes or their only one.
#[derive(Debug)]
struct ShortIndex {
    /// One bit for each pair that a literal starts with.
    pairs: Box<[u64; 1024]>,
    by_pair: FxHashMap<u16, Vec<Filed>>,
    /// Literals of one byte.
    single: Vec<(u8, Filed)>,
}

impl ShortIndex {
    fn insert(&mut self, literal: &[u8], filed: Filed) {
        match literal {
            [only] => self.single.push((*only, filed)),
            [first, second, ..] => {
                let pair = u16::from_le_bytes([*first, *second]);
                self.pairs[usize::from(pair >> 6)] |= 1 << (pair & 63);
                self.by_pair.entry(pair).or_default().push(filed);
            }
            [] => {}
        }
    }
}

/// More literals than this are searched for together.
const MAX_FEW: usize = 8;
/// From so many bytes of text for each literal on, a search by vector instructions for each
/// literal by itself is faster than one pass for all.
const BYTES_FOR_EACH: usize = 64;

/// A few literals, each searched for by itself in a long text.
#[derive(Debug, Default)]
struct Few {
    finders: Vec<(Finder<'static>, u32)>,
    too_many: bool,
}

impl Few {
    fn add(&mut self, entry: &Entry) {
        self.too_many |= self.finders.len() == MAX_FEW;
        if self.too_many {
            self.finders = Vec::new();
        } else {
            self.finders.push((Finder::new(&entry.literal).into_owned(), entry.target));
        }
    }

    /// Whether this is the way to search the text for them.
    #[inline]
    fn fits(&self, text: &[u8]) -> bool {
        !self.finders.is_empty() && text.len() >= self.finders.len() * BYTES_FOR_EACH
    }

    #[inline(never)]
    fn scan(&self, text: &[u8], hit: &mut impl FnMut(u32)) {
        for (finder, target) in &self.finders {
            if finder.find(text).is_some() {
                hit(*target);
            }
        }
    }
}

impl GramIndex {
    /// Files every literal. None may be empty.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut index = GramIndex {
            bytes: Vec::new(),
            long: None,
            middle: None,
            four: None,
            short: None,
            starts: FxHashMap::default(),
            ends: FxHashMap::default(),
            tiny_ends: Vec::new(),
            few_middle: Few::default(),
            few_four: Few::default(),
            few_short: Few::default(),
        };
        let (mut long, mut middle, mut four) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            let filed = index.store(&entry);
            match (entry.place, entry.literal.len()) {
                (Place::Anywhere, LONG..) => {}
                (Place::Anywhere, MIDDLE..) => index.few_middle.add(&entry),
                (Place::Anywhere, 4) => index.few_four.add(&entry),
                (Place::Anywhere, _) => index.few_short.add(&entry),
                _ => {}
            }
            let literal = &*entry.literal;
            match (entry.place, literal.len()) {
                (Place::Anywhere, LONG..) => long.extend(rarest(literal, 4, filed)),
                (Place::Anywhere, MIDDLE..) => middle.extend(rarest(literal, 2, filed)),
                (Place::Anywhere, 4) => four.push((run_at(literal), filed)),
                (Place::Anywhere, _) => index.short().insert(literal, filed),
                (Place::Start, 4..) => {
                    index.starts.entry(run_at(literal)).or_default().push(filed);
                }
                (Place::End, 4..) => {
                    let run = run_at(&literal[literal.len() - 4..]);
                    index.ends.entry(run).or_default().push(filed);
                }
                (place, _) => index.tiny_ends.push((place, filed)),
            }
        }
        index.long = Runs::new(long);
        index.middle = Runs::new(middle);
        index.four = Runs::new(four);
        index
    }

    fn store(&mut self, entry: &Entry) -> Filed {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&entry.literal);
        Filed { start, len: entry.literal.len() as u32, offset: 0, target: entry.target }
    }

    fn short(&mut self) -> &mut ShortIndex {
        self.short.get_or_insert_with(|| {
            Box::new(ShortIndex {
                pairs: Box::new([0; 1024]),
                by_pair: FxHashMap::default(),
                single: Vec::new(),
            })
        })
    }

    /// Calls `hit` with the target of every literal that stands at its place in `text`; with the
    /// same target more than once when it stands there more than once.
    #[inline]
    pub fn scan(&self, text: &[u8], hit: &mut impl FnMut(u32)) {
        if let Some(long) = &self.long {
            for (nth, window) in text.chunks_exact(4).enumerate() {
                let run = run_at(window);
                if long.may_hold(run) {
                    self.compare(long.filed(run), text, nth * 4, hit);
                }
            }
        }
        if self.few_middle.fits(text) {
            self.few_middle.scan(text, hit);
        } else if let Some(middle) = &self.middle {
            for (nth, window) in text.windows(4).step_by(2).enumerate() {
                let run = run_at(window);
                if middle.may_hold(run) {
                    self.compare(middle.filed(run), text, nth * 2, hit);
                }
            }
        }
        if self.few_four.fits(text) {
            self.few_four.scan(text, hit);
        } else if let Some(four) = &self.four {
            for (at, window) in text.windows(4).enumerate() {
                let run = run_at(window);
                if four.may_hold(run) {
                    self.compare(four.filed(run), text, at, hit);
                }
            }
        }
        if self.few_short.fits(text) {
            self.few_short.scan(text, hit);
        } else if let Some(short) = &self.short {
            self.scan_short(short, text, hit);
        }
        self.scan_ends(text, hit);
    }

    fn scan_short(&self, short: &ShortIndex, text: &[u8], hit: &mut impl FnMut(u32)) {
        for (at, window) in text.windows(2).enumerate() {
            let pair = u16::from_le_bytes([window[0], window[1]]);
            if short.pairs[usize::from(pair >> 6)] & (1 << (pair & 63)) != 0
                && let Some(filed) = short.by_pair.get(&pair)
            {
                self.compare(filed, text, at, hit);
            }
        }
        for (byte, filed) in &short.single {
            if memchr::memchr(*byte, text).is_some() {
                hit(filed.target);
            }
        }
    }

    fn scan_ends(&self, text: &[u8], hit: &mut impl FnMut(u32)) {
        if !self.starts.is_empty()
            && let Some(filed) = self.starts.get(&run_at(text))
        {
            self.compare(filed, text, 0, hit);
        }
        if !self.ends.is_empty()
            && let Some(last) = text.last_chunk::<4>()
            && let Some(filed) = self.ends.get(&u32::from_le_bytes(*last))
        {
            for filed in filed.iter().filter(|filed| text.ends_with(self.literal(filed))) {
                hit(filed.target);
            }
        }
        for (place, filed) in &self.tiny_ends {
            let literal = self.literal(filed);
            let holds = match place {
                Place::Start => text.starts_with(literal),
                Place::End => text.ends_with(literal),
                Place::Whole | Place::Anywhere => text == literal,
            };
            if holds {
                hit(filed.target);
            }
        }
    }

    #[inline(never)]
    fn compare(&self, filed: &[Filed], text: &[u8], at: usize, hit: &mut impl FnMut(u32)) {
        for filed in filed {
            if let Some(begin) = at.checked_sub(filed.offset as usize)
                && text.get(begin..begin + filed.len as usize) == Some(self.literal(filed))
            {
                hit(filed.target);
            }
        }
    }

    fn literal(&self, filed: &Filed) -> &[u8] {
        &self.bytes[filed.start as usize..(filed.start + filed.len) as usize]
    }
}

/// So many neighbouring runs of a literal that are together least likely in ordinary text.
fn rarest(literal: &[u8], count: usize, filed: Filed) -> impl Iterator<Item = (u32, Filed)> {
    let start = literal
        .windows(count + 3)
        .enumerate()
        .min_by_key(|(_, part)| part.windows(4).map(gram_weight).sum::<u64>())
        .map_or(0, |(start, _)| start);
    (start..start + count)
        .map(move |at| (run_at(&literal[at..]), Filed { offset: at as u32, ..filed }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> impl Strategy<Value = Place> {
        prop_oneof![Just(Place::Anywhere), Just(Place::Start), Just(Place::End), Just(Place::Whole)]
    }

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            literals in prop::collection::vec(("[abc\\\\. ]{1,10}", place()), 1..40),
            text in "[abc\\\\. ]{0,60}|[abc\\\\. ]{300,700}",
        ) {
            let entries = literals
                .iter()
                .zip(0u32..)
                .map(|((literal, place), target)| Entry {
                    literal: literal.as_bytes().into(),
                    place: *place,
                    target,
                })
                .collect();
            let mut found = Vec::new();
            GramIndex::new(entries).scan(text.as_bytes(), &mut |target| found.push(target));
            found.sort_unstable();
            found.dedup();
            let expected: Vec<u32> = literals
                .iter()
                .zip(0u32..)
                .filter(|((literal, place), _)| place.holds(&text, literal))
                .map(|(_, target)| target)
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
