//! Which feeds lie where.
//!
//! In: words such as `https://feeds.example/kev.json`, `kev https://…` or `kev=https://…`, or a list
//! of them with one a line and remarks behind `#`. Out: places, each with a name of its own. Never: a
//! line left out in silence: every fault of a list is told.

use std::str::FromStr;

use crate::fetch::{Reach, shown};
use crate::landscape::FEEDS;

/// Bytes of a list.
pub const MAX_LIST_BYTES: u64 = 1 << 20;
/// Addresses of a list.
pub const MAX_PLACES: usize = 256;
/// Characters of a name.
const MAX_NAME_CHARS: usize = 100;

/// Where a feed lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name in reports, which also helps to tell what it is: `kev.json`.
    pub name: String,
    /// The feed that must lie there, when the list says so.
    pub feed: Option<&'static str>,
    /// Its address.
    pub address: String,
}

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ListError {
    /// A word or line is no place.
    #[error("'{0}' names no address: write 'https://…', or 'NAME https://…'")]
    NoAddress(String),
    /// The name cannot be used.
    #[error(
        "the name '{0}' has other letters than a-z, A-Z, 0-9, '.', '-' and '_', or is too long"
    )]
    BadName(String),
    /// The address ends in no name.
    #[error("the address '{0}' ends in no name: give it one, 'NAME {0}'")]
    NoName(String),
    /// Two have one name.
    #[error("two feeds are called '{0}': give one of them another name, 'NAME https://…'")]
    Twice(String),
    /// There are too many.
    #[error("there are more than {MAX_PLACES} addresses")]
    TooMany,
    /// There are none.
    #[error("no address is given")]
    None,
}

impl FromStr for Place {
    type Err = ListError;

    fn from_str(text: &str) -> Result<Place, ListError> {
        let text = text.trim();
        let nowhere = || ListError::NoAddress(shown(text));
        let scheme = text.find("://").ok_or_else(nowhere)?;
        let start = text[..scheme].rfind(|c: char| c == '=' || c.is_whitespace());
        let (word, address) = match start {
            Some(at) => (text[..at].trim(), text[at..].trim_start_matches('=').trim()),
            None => ("", text),
        };
        if address.contains(char::is_whitespace) || word.contains(char::is_whitespace) {
            return Err(nowhere());
        }
        let feed = FEEDS.into_iter().find(|feed| feed.eq_ignore_ascii_case(word));
        let name = match (word, feed) {
            ("", _) => ending(address).ok_or_else(|| ListError::NoName(shown(address)))?,
            (word, None) => word.to_owned(),
            (_, Some(feed)) => ending(address).unwrap_or_else(|| feed.to_owned()),
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if name.len() > MAX_NAME_CHARS || !name.chars().all(fits) {
            return Err(ListError::BadName(shown(&name)));
        }
        Ok(Place { name, feed, address: address.to_owned() })
    }
}

/// The last part of an address's path, as a name.
fn ending(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let path = rest.split(['?', '#']).next()?;
    let (_, path) = path.split_once('/')?;
    let last = path.rsplit('/').next().filter(|last| !last.is_empty())?;
    let fits = |c: char| if c.is_ascii_alphanumeric() || ".-".contains(c) { c } else { '_' };
    Some(last.chars().map(fits).take(MAX_NAME_CHARS).collect())
}

/// The places of a list; all its faults, each with its line, when there are any.
pub fn parse_list(text: &str) -> Result<Vec<Place>, Vec<(usize, ListError)>> {
    let mut faults = Vec::new();
    let mut places = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.split(" #").next().unwrap_or_default().trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        match text.parse() {
            Ok(place) => places.push(place),
            Err(fault) => faults.push((line, fault)),
        }
    }
    if faults.is_empty() { Ok(places) } else { Err(faults) }
}

/// Whether places can be used together, and may be reached as far as that can be told.
///
/// # Errors
/// What stands against it.
pub fn fit_together(places: Vec<Place>, reach: &Reach) -> Result<Vec<Place>, String> {
    let fault = |error: ListError| Err(error.to_string());
    if places.is_empty() {
        return fault(ListError::None);
    }
    if places.len() > MAX_PLACES {
        return fault(ListError::TooMany);
    }
    let mut names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return fault(ListError::Twice(pair[0].to_owned()));
    }
    for place in &places {
        reach.check(&place.address).map_err(|error| error.to_string())?;
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (String, Option<&'static str>, String) {
        let place: Place = text.parse().unwrap();
        (place.name, place.feed, place.address)
    }

    #[test]
    fn an_address_with_or_without_a_name() {
        let kev = "https://zz.example/a/kev.json";
        assert_eq!(told(kev), ("kev.json".to_owned(), None, kev.to_owned()));
        assert_eq!(
            told(&format!("KEV={kev}")),
            ("kev.json".to_owned(), Some("kev"), kev.to_owned())
        );
        assert_eq!(told(&format!(" kev \t {kev} ")).1, Some("kev"));
        assert_eq!(told(&format!("mine.json={kev}")).0, "mine.json");
        let query = "https://zz.example/get?token=secret&x=https://y/z";
        assert_eq!(told(query), ("get".to_owned(), None, query.to_owned()));
        assert_eq!(told("epss https://zz.example/").0, "epss");
        assert_eq!(told("https://zz.example/a%20b").0, "a_20b");
    }

    #[test]
    fn every_fault_is_told() {
        let text = "# feeds\nkev https://zz.example/kev.json # daily\n\nnonsense\nhttps://zz.example\n\
                    a/b https://zz.example/x\none two https://zz.example/x\n";
        let faults = parse_list(text).unwrap_err();
        let lines: Vec<usize> = faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 5, 6, 7]);
        assert_eq!(parse_list("\u{feff}kev https://zz.example/k\r\n").unwrap().len(), 1);
        let said = ["https://a:secret@zz.example?token=secret", "x?secret"]
            .map(|text| text.parse::<Place>().unwrap_err().to_string());
        assert!(said.iter().all(|said| !said.contains("secret")), "{said:?}");
    }

    #[test]
    fn places_fit_together() {
        let together = |texts: &[&str]| {
            let places = texts.iter().map(|text| text.parse().unwrap()).collect();
            fit_together(places, &Reach::default()).map(|places| places.len())
        };
        assert_eq!(together(&["https://zz.example/a", "https://zz.example/b"]), Ok(2));
        let twice = together(&["https://zz.example/a", "https://zz.example/b/a"]).unwrap_err();
        assert!(twice.contains("two feeds are called 'a'"), "{twice}");
        assert!(together(&["http://zz.example/a"]).unwrap_err().contains("not https"));
        assert!(together(&[]).unwrap_err().contains("no address"));
        let many: Vec<String> = (0..257).map(|n| format!("https://zz.example/{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(together(&many).unwrap_err().contains("more than 256"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: String, word in "[a-z= \u{e4}]{0,9}") {
            let _ = parse_list(&text);
            let _ = format!("{word}://{text}").parse::<Place>();
        }
    }
}
