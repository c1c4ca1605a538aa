//! Patterns of STIX 2.1, reduced to single values where that keeps their meaning.
//!
//! In: a pattern. Out: [`Reduced`]: values of which each alone makes the pattern true, and the parts
//! that cannot be reduced, each with the reason. Never: a value out of a part that asks for more
//! than that value.

mod token;

use wardwatch_model::IndicatorKind;

use super::super::value::shown;
use token::{Token, Tokens};

/// Longest pattern.
const MAX_BYTES: usize = 64 * 1024;
/// How deep brackets may be nested.
const MAX_DEPTH: u32 = 64;

/// What a pattern comes down to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reduced {
    /// Each alone makes it true.
    pub values: Vec<(IndicatorKind, String)>,
    /// Parts that cannot be reduced, and why.
    pub left: Vec<String>,
}

/// The pattern is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is too long.
    #[error("it is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// Brackets are nested too deep.
    #[error("its brackets are nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// Something else was expected.
    #[error("at byte {at}: {expected} is expected")]
    Expected {
        /// Where.
        at: usize,
        /// What.
        expected: &'static str,
    },
}

/// Reduces a pattern.
pub fn reduce(pattern: &str) -> Result<Reduced, PatternError> {
    if pattern.len() > MAX_BYTES {
        return Err(PatternError::TooLong);
    }
    let mut parser = Parser { tokens: Tokens::new(pattern)?, depth: 0 };
    let reduced = parser.observations()?;
    match parser.tokens.peek() {
        Token::End => Ok(reduced),
        _ => Err(parser.expected("AND, OR, FOLLOWEDBY or the end")),
    }
}

struct Parser {
    tokens: Tokens,
    depth: u32,
}

impl Parser {
    fn expected(&self, expected: &'static str) -> PatternError {
        PatternError::Expected { at: self.tokens.at(), expected }
    }

    fn must(&mut self, token: &Token, expected: &'static str) -> Result<(), PatternError> {
        if self.tokens.peek() != token {
            return Err(self.expected(expected));
        }
        self.tokens.next();
        Ok(())
    }

    fn deeper(&mut self) -> Result<(), PatternError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(PatternError::TooDeep) } else { Ok(()) }
    }

    /// `a FOLLOWEDBY b`, which binds least.
    fn observations(&mut self) -> Result<Reduced, PatternError> {
        let mut all = self.either()?;
        while self.tokens.takes("FOLLOWEDBY") {
            self.either()?;
            all = left("FOLLOWEDBY asks for several events in order, not for one value");
        }
        Ok(all)
    }

    fn either(&mut self) -> Result<Reduced, PatternError> {
        let mut all = self.together()?;
        while self.tokens.takes("OR") {
            all.join(self.together()?);
        }
        Ok(all)
    }

    fn together(&mut self) -> Result<Reduced, PatternError> {
        let mut all = self.observation()?;
        while self.tokens.takes("AND") {
            self.observation()?;
            all = left("AND asks for several events together, not for one value");
        }
        Ok(all)
    }

    /// `[…]` or `(…)`, with what limits it.
    fn observation(&mut self) -> Result<Reduced, PatternError> {
        self.deeper()?;
        let mut found = match self.tokens.next() {
            Token::Open('[') => {
                let found = self.comparisons()?;
                self.must(&Token::Close(']'), "]")?;
                found
            }
            Token::Open('(') => {
                let found = self.observations()?;
                self.must(&Token::Close(')'), ")")?;
                found
            }
            _ => return Err(self.tokens.before("[ or (")),
        };
        self.depth -= 1;
        while let Some(reason) = self.qualifier()? {
            found = left(reason);
        }
        Ok(found)
    }

    fn qualifier(&mut self) -> Result<Option<&'static str>, PatternError> {
        if self.tokens.takes("WITHIN") {
            self.literal()?;
            self.tokens.takes("SECONDS");
            Ok(Some("WITHIN asks for a stretch of time, not for one value"))
        } else if self.tokens.takes("REPEATS") {
            self.literal()?;
            self.tokens.takes("TIMES");
            Ok(Some("REPEATS asks for several events, not for one value"))
        } else if self.tokens.takes("START") {
            self.literal()?;
            if !self.tokens.takes("STOP") {
                return Err(self.expected("STOP"));
            }
            self.literal()?;
            Ok(Some("START … STOP asks for a stretch of time, not for one value"))
        } else {
            Ok(None)
        }
    }

    /// `a OR b`, which binds less than AND.
    fn comparisons(&mut self) -> Result<Reduced, PatternError> {
        let mut all = self.all_of()?;
        while self.tokens.takes("OR") {
            all.join(self.all_of()?);
        }
        Ok(all)
    }

    fn all_of(&mut self) -> Result<Reduced, PatternError> {
        let mut all = self.comparison()?;
        while self.tokens.takes("AND") {
            self.comparison()?;
            all = left("AND asks for several things of one event, not for one value");
        }
        Ok(all)
    }

    fn comparison(&mut self) -> Result<Reduced, PatternError> {
        if self.tokens.peek() == &Token::Open('(') {
            self.deeper()?;
            self.tokens.next();
            let found = self.comparisons()?;
            self.must(&Token::Close(')'), ")")?;
            self.depth -= 1;
            return Ok(found);
        }
        if self.tokens.takes("EXISTS") {
            self.path()?;
            return Ok(left("EXISTS names no value"));
        }
        if self.tokens.takes("NOT") {
            self.comparison()?;
            return Ok(left("NOT names what must not be, not a value"));
        }
        let path = self.path()?;
        let negated = self.tokens.takes("NOT");
        let operator = match self.tokens.next() {
            Token::Operator(operator) => operator.to_owned(),
            Token::Word(word) => word.to_ascii_uppercase(),
            _ => return Err(self.tokens.before("a comparison such as =")),
        };
        let values = match operator.as_str() {
            "IN" => self.set()?,
            "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" | "LIKE" | "MATCHES"
            | "ISSUBSET" | "ISSUPERSET" => vec![self.literal()?],
            _ => return Err(self.tokens.before("a comparison such as =")),
        };
        Ok(compare(&path, &operator, negated, values))
    }

    fn path(&mut self) -> Result<String, PatternError> {
        match self.tokens.next() {
            Token::Path(path) => Ok(path),
            _ => Err(self.tokens.before("an object path such as file:hashes.'SHA-256'")),
        }
    }

    fn literal(&mut self) -> Result<String, PatternError> {
        match self.tokens.next() {
            Token::Text(text) | Token::Number(text) => Ok(text),
            Token::Word(word) if matches!(word.as_str(), "true" | "false") => Ok(word),
            _ => Err(self.tokens.before("a value")),
        }
    }

    fn set(&mut self) -> Result<Vec<String>, PatternError> {
        self.must(&Token::Open('('), "(")?;
        let mut values = vec![self.literal()?];
        loop {
            match self.tokens.next() {
                Token::Comma => values.push(self.literal()?),
                Token::Close(')') => return Ok(values),
                _ => return Err(self.tokens.before(", or )")),
            }
        }
    }
}

impl Reduced {
    fn join(&mut self, other: Reduced) {
        self.values.extend(other.values);
        self.left.extend(other.left);
    }
}

fn left(reason: impl Into<String>) -> Reduced {
    Reduced { values: Vec::new(), left: vec![reason.into()] }
}

/// A comparison as single values, where that keeps its meaning.
fn compare(path: &str, operator: &str, negated: bool, values: Vec<String>) -> Reduced {
    if negated || matches!(operator, "!=" | "<>") {
        return left(format!("{}: NOT names what must not be, not a value", shown(path)));
    }
    let Some(kind) = kind_of(path) else {
        return left(format!(
            "{} is nothing that is looked for: hashes of files, addresses, domains and web \
             addresses are",
            shown(path)
        ));
    };
    let fits = match operator {
        "=" | "==" | "IN" => true,
        "ISSUBSET" => kind == IndicatorKind::Address,
        _ => false,
    };
    if !fits {
        return left(format!("{operator} on {} cannot be reduced to one value", shown(path)));
    }
    Reduced { values: values.into_iter().map(|value| (kind, value)).collect(), left: Vec::new() }
}

/// What the values of a path are.
fn kind_of(path: &str) -> Option<IndicatorKind> {
    let (object, property) = path.split_once(':')?;
    match (object, property) {
        ("ipv4-addr" | "ipv6-addr", "value") => return Some(IndicatorKind::Address),
        ("domain-name", "value") => return Some(IndicatorKind::Domain),
        ("url", "value") => return Some(IndicatorKind::Url),
        ("network-traffic", "src_ref.value" | "dst_ref.value") => {
            return Some(IndicatorKind::Address);
        }
        _ => {}
    }
    let property = match object {
        "file" => property,
        "process" => {
            property.strip_prefix("image_ref.").or_else(|| property.strip_prefix("binary_ref."))?
        }
        _ => return None,
    };
    let name: String = property
        .strip_prefix("hashes.")?
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match name.as_str() {
        "sha256" => Some(IndicatorKind::Sha256),
        "sha1" => Some(IndicatorKind::Sha1),
        "md5" => Some(IndicatorKind::Md5),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(pattern: &str) -> Vec<String> {
        let reduced = reduce(pattern).unwrap();
        assert_eq!(reduced.left, [""; 0], "{pattern}");
        reduced.values.into_iter().map(|(kind, value)| format!("{kind} {value}")).collect()
    }

    fn left_of(pattern: &str) -> String {
        let reduced = reduce(pattern).unwrap();
        assert_eq!(reduced.values, [], "{pattern}");
        reduced.left.join("; ")
    }

    #[test]
    fn what_each_alone_makes_true_is_taken() {
        for (pattern, expected) in [
            ("[file:hashes.'SHA-256' = 'ab']", vec!["sha256 ab"]),
            ("[file:hashes.MD5 = 'ab' OR file:hashes.\"SHA-1\" = 'cd']", vec!["md5 ab", "sha1 cd"]),
            ("[ipv4-addr:value ISSUBSET '45.9.0.0/24']", vec!["address 45.9.0.0/24"]),
            (
                "[domain-name:value IN ('a.net', 'b\\'s.net')]",
                vec!["domain a.net", "domain b's.net"],
            ),
            (
                "([url:value = 'http://a.net/x'] OR [ipv6-addr:value = '2a00::1'])",
                vec!["url http://a.net/x", "address 2a00::1"],
            ),
            (
                "[(domain-name:value='a.net')]OR[network-traffic:dst_ref.value = '45.9.0.1']",
                vec!["domain a.net", "address 45.9.0.1"],
            ),
            ("[process:image_ref.hashes.'SHA-256' = 'ab']", vec!["sha256 ab"]),
        ] {
            assert_eq!(values(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn what_asks_for_more_is_named() {
        for (pattern, word) in [
            ("[file:hashes.MD5 = 'ab' AND file:size = 3]", "AND"),
            ("[ipv4-addr:value = '1'] AND [domain-name:value = 'a']", "AND"),
            ("[ipv4-addr:value = '1'] FOLLOWEDBY [domain-name:value = 'a']", "FOLLOWEDBY"),
            ("[domain-name:value LIKE '%.a.net']", "LIKE"),
            ("[url:value MATCHES '^http']", "MATCHES"),
            ("[domain-name:value != 'a.net']", "NOT"),
            ("[domain-name:value NOT IN ('a.net')]", "NOT"),
            ("[EXISTS url:value]", "EXISTS"),
            ("[ipv4-addr:value ISSUPERSET '1.2.3.4']", "ISSUPERSET"),
            ("[ipv4-addr:value = '1'] REPEATS 5 TIMES", "REPEATS"),
            ("[ipv4-addr:value = '1'] WITHIN 10 SECONDS", "WITHIN"),
            (
                "[url:value = '1'] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'",
                "START",
            ),
            ("[email-addr:value = 'a@b']", "email-addr:value"),
            ("[windows-registry-key:values[*].data = 'x']", "windows-registry-key"),
            ("[file:extensions.'windows-pebinary-ext'.sections[0].entropy > 7.0]", "file:ext"),
        ] {
            let said = left_of(pattern);
            assert!(said.contains(word), "{pattern}: {said}");
        }
    }

    #[test]
    fn of_a_choice_what_can_be_reduced_is_taken() {
        let reduced =
            reduce("[ipv4-addr:value = '1' OR (url:value = 'x' AND url:value = 'y')]").unwrap();
        assert_eq!((reduced.values.len(), reduced.left.len()), (1, 1));
        let reduced = reduce("[ipv4-addr:value = '1'] OR ([a:b = 1] AND [a:c = 2])").unwrap();
        assert_eq!((reduced.values.len(), reduced.left.len()), (1, 1));
    }

    #[test]
    fn what_is_no_pattern_is_an_error_that_says_where() {
        for wrong in
            ["", "[", "[]", "[a]", "[a:b]", "[a:b =]", "[a:b = 'x", "[a:b = 'x'] x", "a:b = 1"]
        {
            assert!(reduce(wrong).is_err(), "{wrong}");
        }
        assert_eq!(reduce("[a:b = ]").unwrap_err().to_string(), "at byte 7: a value is expected");
        assert_eq!(reduce(&"(".repeat(100)), Err(PatternError::TooDeep));
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = reduce(&text);
        }

        #[test]
        fn nearly_right_ones_do_not_panic(
            parts in prop::collection::vec(prop::sample::select(vec![
                "[", "]", "(", ")", "ipv4-addr:value", "file:hashes.'SHA-256'", "=", "!=", "IN",
                "'a'", "AND", "OR", "FOLLOWEDBY", "NOT", "EXISTS", ",", "1", "t'2020'", "WITHIN",
                "é", "x[*].y:",
            ]), 0..24),
        ) {
            let _ = reduce(&parts.join(" "));
        }
    }
}
