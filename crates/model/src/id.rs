//! Typed identifiers of what the server keeps: never mixed up, one form in every output.
//!
//! All are 16 bytes, printed as 32 hexadecimal digits. Those of events and detections are hashes
//! of their content, so that doing the same work twice makes nothing new.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text is not 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnId(pub String);

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no identifier: 32 hexadecimal digits are expected", self.0)
    }
}

impl std::error::Error for NotAnId {}

fn parse(text: &str) -> Result<[u8; 16], NotAnId> {
    let wrong = || NotAnId(text.chars().take(64).collect());
    if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    u128::from_str_radix(text, 16).map(u128::to_be_bytes).map_err(|_| wrong())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", u128::from_be_bytes(self.0))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text).map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An event: hash of its organisation, device, record number and content.
    EventId
    /// A detection: hash of its rule and events.
    DetectionId
    /// An incident of one organisation: hash of the detection that opened it.
    IncidentId
    /// A campaign over several organisations: hash of the incident that opened it.
    CampaignId
    /// A person with an account.
    PersonId
    /// A token of the API or of a sender.
    TokenId
    /// A list of indicators that an organisation loaded.
    IndicatorListId
    /// A place from which a list of indicators is pulled.
    IndicatorSourceId
    /// A filter that an organisation laid over a rule.
    FilterId
    /// A suppression of detections.
    SuppressionId
    /// A rule tried on stored events.
    BacktestId
    /// An alert of the centre.
    AlertId
    /// A hunt, or a saved one.
    HuntId
    /// A webhook, or an address of mail.
    SubscriptionId
    /// A notification: hash of what it tells of.
    NotificationId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_print_and_parse_back() {
        let id = EventId([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff]);
        assert_eq!(id.to_string(), "000102030405060708090a0b0c0d0eff");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""000102030405060708090a0b0c0d0eff""#);
        for wrong in ["", "+00102030405060708090a0b0c0d0eff", "00", "é"] {
            assert!(wrong.parse::<EventId>().is_err(), "{wrong}");
        }
    }
}
