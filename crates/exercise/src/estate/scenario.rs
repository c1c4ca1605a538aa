//! Which sector is made: the year that it shows, and how much of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wardwatch_model::Day;

/// The word names no scenario or no scale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{word}' is none of {known}")]
pub struct UnknownName {
    word: String,
    known: String,
}

macro_rules! named {
    ($name:ident: $($variant:ident = $word:literal,)*) => {
        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word used in every input and output.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(word: &str) -> Result<Self, UnknownName> {
                let found = $name::ALL.iter().find(|one| one.as_str().eq_ignore_ascii_case(word));
                found.copied().ok_or_else(|| UnknownName {
                    word: word.chars().take(64).collect(),
                    known: [$($word),*].join(", "),
                })
            }
        }
    };
}

/// The moment that a sector shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scenario {
    /// The day of the worm, 2017-05-12.
    #[serde(rename = "may2017")]
    May2017,
    /// The months after, 2018-01-31.
    #[serde(rename = "jan2018")]
    Jan2018,
    /// Half a year before Windows 7 ended, 2019-06-30.
    #[serde(rename = "jun2019")]
    Jun2019,
    /// The month of its end, 2020-01-31.
    #[serde(rename = "jan2020")]
    Jan2020,
    /// Windows 10 nearly everywhere, 2023-08-31.
    #[serde(rename = "aug2023")]
    Aug2023,
    /// Windows 11 nearly everywhere, 2026-06-30.
    #[serde(rename = "2026")]
    Y2026,
}

named! { Scenario:
    May2017 = "may2017", Jan2018 = "jan2018", Jun2019 = "jun2019",
    Jan2020 = "jan2020", Aug2023 = "aug2023", Y2026 = "2026",
}

impl Scenario {
    /// The day that it shows.
    pub fn today(self) -> Day {
        let (year, month, day) = match self {
            Scenario::May2017 => (2017, 5, 12),
            Scenario::Jan2018 => (2018, 1, 31),
            Scenario::Jun2019 => (2019, 6, 30),
            Scenario::Jan2020 => (2020, 1, 31),
            Scenario::Aug2023 => (2023, 8, 31),
            Scenario::Y2026 => (2026, 6, 30),
        };
        Day::new(year, month, day).unwrap_or(Day::MIN)
    }

    /// Whether bodies are counted as of today (2023 and later) or as of 2017.
    pub fn recent(self) -> bool {
        self >= Scenario::Aug2023
    }

    /// Devices of trusts, practices, care boards and support units in the whole sector: 1.37 M, or
    /// 2.1 M and 0.3 M unmanaged.
    pub fn nhs_devices(self) -> u32 {
        if self.recent() { 2_400_000 } else { 1_370_000 }
    }
}

/// How much of the sector is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scale {
    /// One trust of 6,000 devices, twelve practices, a council, six care homes.
    #[serde(rename = "demo")]
    Demo,
    /// One in a hundred.
    S,
    /// One in ten.
    M,
    /// All.
    L,
}

named! { Scale: Demo = "demo", S = "S", M = "M", L = "L", }

impl Scale {
    /// One in how many; none for the demo, whose numbers are fixed.
    pub fn one_in(self) -> Option<u32> {
        match self {
            Scale::Demo => None,
            Scale::S => Some(100),
            Scale::M => Some(10),
            Scale::L => Some(1),
        }
    }
}
