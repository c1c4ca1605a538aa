//! Names of products and components: one number and one spelling for each.
//!
//! In: names as written. Out: numbers; the spelling that is written most often, of equals the
//! first by letters. Names that differ in case or blanks only are one.

use rustc_hash::FxHashMap;

/// Ways of writing one name that are kept; further ones count for the name all the same.
const MAX_SPELLINGS: usize = 16;

/// Names by number.
#[derive(Debug, Default)]
pub struct Names {
    /// As written, to its number; so that a name seen before costs one look.
    written: FxHashMap<String, u32>,
    /// In one form, to its number.
    keys: FxHashMap<String, u32>,
    /// Each name's spellings and how often each was written.
    spellings: Vec<Vec<(String, u64)>>,
    /// How many ways of writing each name are kept in `written`.
    ways: Vec<usize>,
}

impl Names {
    /// The number of a name.
    pub fn add(&mut self, text: &str) -> u32 {
        self.add_times(text, 1)
    }

    /// The number of a name that was written so often.
    pub fn add_times(&mut self, text: &str, times: u64) -> u32 {
        let number = match self.written.get(text) {
            Some(number) => *number,
            None => {
                let next = u32::try_from(self.spellings.len()).unwrap_or(u32::MAX);
                let number = *self.keys.entry(key(text)).or_insert(next);
                if number == next {
                    self.spellings.push(Vec::new());
                    self.ways.push(0);
                }
                if let Some(ways) = self.ways.get_mut(number as usize)
                    && *ways < MAX_SPELLINGS
                {
                    *ways += 1;
                    self.written.insert(text.to_owned(), number);
                }
                number
            }
        };
        let Some(spellings) = self.spellings.get_mut(number as usize) else { return number };
        let tidy = |spelling: &(String, u64)| is_tidy(&spelling.0, text);
        let room = spellings.len() < MAX_SPELLINGS;
        match spellings.iter_mut().find(|spelling| tidy(spelling)) {
            Some((_, count)) => *count += times,
            None if room => spellings.push((tidied(text), times)),
            None => {}
        }
        number
    }

    /// The number of a name that is there, however written.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.keys.get(&key(text)).copied()
    }

    /// The usual spelling of a name.
    pub fn get(&self, number: u32) -> &str {
        let spellings = self.spellings.get(number as usize).map(Vec::as_slice).unwrap_or_default();
        let most = spellings.iter().min_by_key(|(text, count)| (u64::MAX - count, text));
        most.map_or("", |(text, _)| text)
    }

    /// How many names.
    pub fn len(&self) -> usize {
        self.spellings.len()
    }

    /// Takes all names of another; out come their numbers here.
    pub fn absorb(&mut self, other: &Names) -> Vec<u32> {
        let add = |spellings: &Vec<(String, u64)>| {
            let numbers = spellings.iter().map(|(text, count)| self.add_times(text, *count));
            numbers.last().unwrap_or(u32::MAX)
        };
        other.spellings.iter().map(add).collect()
    }
}

/// Blanks are one blank between words. The first release of Windows 10 has its name without a
/// version in the catalogue, and with one in tables made by hand.
fn tidied(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.strip_prefix("Windows 10 Version 1507 for ") {
        Some(rest) => format!("Windows 10 for {rest}"),
        None => text,
    }
}

fn is_tidy(spelling: &str, text: &str) -> bool {
    spelling == text || spelling == tidied(text)
}

/// The form in which names are compared.
fn key(text: &str) -> String {
    tidied(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_for_all_spellings() {
        let mut names = Names::default();
        for text in ["Lamp  for x64", "Lamp for X64", "Lamp for X64 ", "lamp for x64"] {
            assert_eq!(names.add(text), 0, "{text}");
        }
        assert_eq!(names.get(0), "Lamp for X64");
        assert_eq!(names.add("Windows 10 Version 1507 for x64-based Systems"), 1);
        assert_eq!(names.find("windows 10 for x64-based systems"), Some(1));
        let mut more = Names::default();
        more.add("Other");
        assert_eq!(more.absorb(&names), [1, 2]);
        assert_eq!((more.len(), more.get(1)), (3, "Lamp for X64"));
    }

    #[test]
    fn spellings_without_end_are_one_name_and_little_memory() {
        let mut names = Names::default();
        for blanks in 1..500 {
            let blank = " ".repeat(blanks);
            assert_eq!(names.add(&format!("Lamp{blank}for x64")), 0);
            let spelt: String = "lamps and fans for x64"
                .chars()
                .enumerate()
                .map(|(at, c)| if blanks >> (at % 9) & 1 == 1 { c.to_ascii_uppercase() } else { c })
                .collect();
            assert_eq!(names.add(&spelt), 1);
        }
        assert_eq!((names.len(), names.get(0)), (2, "Lamp for x64"));
        assert!(names.written.len() <= 2 * MAX_SPELLINGS, "{}", names.written.len());
        assert!(names.spellings.iter().all(|all| all.len() <= MAX_SPELLINGS));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(texts: Vec<String>) {
            let mut names = Names::default();
            for text in &texts {
                let number = names.add(text);
                assert_eq!(names.find(text), Some(number));
            }
        }
    }
}
