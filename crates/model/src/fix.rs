//! What holes and their fixes are called: CVE numbers, KB numbers, builds of Windows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A vulnerability by its CVE number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CveId {
    /// The year in its name.
    pub year: u16,
    /// The number in its name.
    pub number: u32,
}

/// A Microsoft update by its number in the knowledge base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kb(pub u32);

/// A version of Windows or of a part of it: up to four numbers, missing ones are nought.
/// `10.0.19045.3803` has the update's revision (UBR) last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Build(pub [u32; 4]);

impl Build {
    /// Reads up to four numbers between dots. Doubled dots (`10.0.20348..2762`) stand in public
    /// data and count as one.
    pub fn parse(text: &str) -> Option<Build> {
        let mut parts = [0; 4];
        let mut count = 0;
        for part in text.trim().split('.').filter(|part| !part.is_empty()) {
            let plain = part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
            *parts.get_mut(count)? = part.parse().ok().filter(|_| plain)?;
            count += 1;
        }
        (count >= 2).then_some(Build(parts))
    }

    /// Major and minor version and build number, without the revision.
    pub fn branch(self) -> [u32; 3] {
        [self.0[0], self.0[1], self.0[2]]
    }

    /// The update's revision (UBR); `None` when nought, which means that it is not known.
    pub fn revision(self) -> Option<u32> {
        Some(self.0[3]).filter(|&revision| revision > 0)
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, build, revision] = self.0;
        match revision {
            0 => f.pad(&format!("{major}.{minor}.{build}")),
            _ => f.pad(&format!("{major}.{minor}.{build}.{revision}")),
        }
    }
}

impl fmt::Display for CveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("CVE-{}-{:04}", self.year, self.number))
    }
}

impl fmt::Display for Kb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("KB{}", self.0))
    }
}

/// The text names nothing of this kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAName {
    text: String,
    wanted: &'static str,
}

impl NotAName {
    fn new(text: &str, wanted: &'static str) -> Self {
        NotAName { text: text.chars().take(64).collect(), wanted }
    }
}

impl fmt::Display for NotAName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no {}", self.text, self.wanted)
    }
}

impl std::error::Error for NotAName {}

impl FromStr for CveId {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let parse = || {
            let rest = text.trim();
            let rest = rest.strip_prefix("CVE-").or_else(|| rest.strip_prefix("cve-"))?;
            let (year, number) = rest.split_once('-')?;
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            let fits = year.len() == 4 && (4..=9).contains(&number.len());
            if !(fits && digits(year) && digits(number)) {
                return None;
            }
            Some(CveId { year: year.parse().ok()?, number: number.parse().ok()? })
        };
        parse().ok_or_else(|| NotAName::new(text, "CVE number: write it like CVE-2017-0144"))
    }
}

impl FromStr for Kb {
    type Err = NotAName;

    /// Reads `KB4012598`, `kb4012598` and `4012598`: four to nine digits.
    fn from_str(text: &str) -> Result<Self, NotAName> {
        let rest = text.trim();
        let rest = match rest.get(..2) {
            Some(start) if start.eq_ignore_ascii_case("kb") => &rest[2..],
            _ => rest,
        };
        let fits = (4..=9).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit());
        rest.parse()
            .ok()
            .filter(|_| fits)
            .map(Kb)
            .ok_or_else(|| NotAName::new(text, "number of an update: write it like KB4012598"))
    }
}

impl FromStr for Build {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        Build::parse(text)
            .ok_or_else(|| NotAName::new(text, "build: write it like 10.0.19045.3803"))
    }
}

/// Text for people, numbers for snapshots.
macro_rules! serialized {
    ($($name:ident as $numbers:ty: $take:expr, $make:expr;)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    let take: fn(&$name) -> $numbers = $take;
                    take(self).serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                } else {
                    let make: fn($numbers) -> $name = $make;
                    <$numbers>::deserialize(deserializer).map(make)
                }
            }
        }
    )*};
}

serialized! {
    CveId as (u16, u32): |id| (id.year, id.number), |(year, number)| CveId { year, number };
    Kb as u32: |kb| kb.0, Kb;
    Build as [u32; 4]: |build| build.0, Build;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_names_and_refuses_what_is_none() {
        assert_eq!("CVE-2017-0144".parse(), Ok(CveId { year: 2017, number: 144 }));
        assert_eq!(CveId { year: 2017, number: 144 }.to_string(), "CVE-2017-0144");
        assert_eq!("kb4012598".parse(), Ok(Kb(4_012_598)));
        assert_eq!("KB936929-v3".parse::<Kb>().ok(), None);
        assert_eq!(Build::parse("10.0.20348..2762"), Some(Build([10, 0, 20348, 2762])));
        assert_eq!(Build::parse("5.1.2600").unwrap().to_string(), "5.1.2600");
        assert!(Build::parse("10.0.19045.100") < Build::parse("10.0.19045.3803"));
        for text in ["", "10", "1.2.3.4.5", "ten.0", "10.0.99999999999"] {
            assert_eq!(Build::parse(text), None, "{text}");
        }
        for text in ["CVE-17-0144", "CVE-2017-", "2017-0144", "CVE-2017-14x4"] {
            assert!(text.parse::<CveId>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (Build::parse(&text), text.parse::<Kb>(), text.parse::<CveId>());
        }
    }
}
