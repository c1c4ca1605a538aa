//! How an organisation stands, as one number with its reasons.

use serde::{Deserialize, Serialize};

/// What a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PosturePart {
    /// Devices that are silent, or have not said what they run.
    Reporting,
    /// A hole that is open and known to be exploited.
    Exploited,
    /// Devices without support.
    Support,
    /// Serious incidents that are open.
    Incidents,
    /// Alerts of the centre that were not answered in time.
    Alerts,
}

impl PosturePart {
    /// All of them.
    pub const ALL: [PosturePart; 5] = [
        PosturePart::Reporting,
        PosturePart::Exploited,
        PosturePart::Support,
        PosturePart::Incidents,
        PosturePart::Alerts,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            PosturePart::Reporting => "reporting",
            PosturePart::Exploited => "exploited",
            PosturePart::Support => "support",
            PosturePart::Incidents => "incidents",
            PosturePart::Alerts => "alerts",
        }
    }
}

/// What takes points away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostureReason {
    /// What it is about.
    pub part: PosturePart,
    /// Points that it takes away.
    pub points: u64,
    /// Why, with its counts.
    pub text: String,
}

/// How an organisation stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Posture {
    /// From 0 to 100; none when nothing is known.
    pub score: Option<u64>,
    /// What is taken from a hundred, most first.
    pub reasons: Vec<PostureReason>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_in_json_and_text() {
        for part in PosturePart::ALL {
            assert_eq!(serde_json::to_value(part).unwrap(), part.as_str());
        }
    }
}
