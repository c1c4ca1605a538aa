//! Indicators: single values that outside knowledge calls signs of an attack.
//!
//! One kind of value, one spelling: [`spelling`] says which, so that what a list says and what an
//! event holds can be compared letter by letter.

pub mod spelling;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What an indicator's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    /// A file's SHA-256, 64 hexadecimal digits.
    Sha256,
    /// A file's SHA-1, 40 hexadecimal digits.
    Sha1,
    /// A file's MD5, 32 hexadecimal digits.
    Md5,
    /// An address, or a range of addresses as `address/prefix`.
    Address,
    /// A domain name, which stands for all below it too.
    Domain,
    /// A web address.
    Url,
}

impl IndicatorKind {
    /// All kinds.
    pub const ALL: [IndicatorKind; 6] = [
        IndicatorKind::Sha256,
        IndicatorKind::Sha1,
        IndicatorKind::Md5,
        IndicatorKind::Address,
        IndicatorKind::Domain,
        IndicatorKind::Url,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            IndicatorKind::Sha256 => "sha256",
            IndicatorKind::Sha1 => "sha1",
            IndicatorKind::Md5 => "md5",
            IndicatorKind::Address => "address",
            IndicatorKind::Domain => "domain",
            IndicatorKind::Url => "url",
        }
    }
}

impl fmt::Display for IndicatorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no kind of indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownIndicatorKind(pub String);

impl fmt::Display for UnknownIndicatorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = IndicatorKind::ALL.iter().map(|kind| kind.as_str()).collect();
        write!(f, "'{}' is no kind of indicator: use one of {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownIndicatorKind {}

impl FromStr for IndicatorKind {
    type Err = UnknownIndicatorKind;

    fn from_str(word: &str) -> Result<Self, UnknownIndicatorKind> {
        IndicatorKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownIndicatorKind(word.chars().take(64).collect()))
    }
}

/// A value that outside knowledge calls a sign of an attack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// What the value is.
    pub kind: IndicatorKind,
    /// The value in its one spelling.
    pub value: String,
    /// Who says so: a name within the list, empty when the list does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Its identity at the source, empty when it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// From when on the source holds it to be true. Says nothing of what happened earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// From when on it no longer is; events at or after it do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// How sure the source is, from 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    /// The source's own tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// What the source says about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Indicator {
    /// A value about which nothing else is known.
    pub fn bare(kind: IndicatorKind, value: impl Into<String>) -> Self {
        Indicator {
            kind,
            value: value.into(),
            source: String::new(),
            id: String::new(),
            valid_from: None,
            valid_until: None,
            confidence: None,
            labels: Vec::new(),
            note: String::new(),
        }
    }
}

/// What lies at the address that a list is pulled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A TAXII 2.1 server: discovery or an API root.
    Taxii,
    /// The folder of a MISP feed, with its manifest.
    Misp,
    /// A file in any format of lists.
    File,
}

impl SourceKind {
    /// All kinds.
    pub const ALL: [SourceKind; 3] = [SourceKind::Taxii, SourceKind::Misp, SourceKind::File];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceKind::Taxii => "taxii",
            SourceKind::Misp => "misp",
            SourceKind::File => "file",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The word is no kind of source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSourceKind(pub String);

impl fmt::Display for UnknownSourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no kind of source: use one of taxii, misp, file", self.0)
    }
}

impl std::error::Error for UnknownSourceKind {}

impl FromStr for SourceKind {
    type Err = UnknownSourceKind;

    fn from_str(word: &str) -> Result<Self, UnknownSourceKind> {
        SourceKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownSourceKind(word.chars().take(64).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_print_and_parse_back() {
        for kind in IndicatorKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert!("ip".parse::<IndicatorKind>().is_err());
    }

    #[test]
    fn what_is_not_known_is_not_written() {
        let bare = Indicator::bare(IndicatorKind::Domain, "c2.zz-evil.net");
        let text = serde_json::to_string(&bare).unwrap();
        assert_eq!(text, r#"{"kind":"domain","value":"c2.zz-evil.net"}"#);
        assert_eq!(serde_json::from_str::<Indicator>(&text).unwrap(), bare);
    }
}
