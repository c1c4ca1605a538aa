//! Acknowledgement ids of HEC channels.
//!
//! In: that a request of a channel is durable, or a question about ids. Out: the request's id, or
//! which ids are durable. An id is given only once its request is durable, so every id that was
//! given is acknowledged at once and only the next id of each channel has to be remembered. What
//! is forgotten (after a restart, or a channel long unused) is answered with "not yet", and the
//! sender sends it again. Bounded: so many channels for each token.

use std::collections::HashMap;

use wardwatch_model::TokenId;

/// Longest name of a channel; clients use UUIDs.
const MAX_NAME_BYTES: usize = 64;

/// Whether text may be the name of a channel.
pub fn is_channel(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_NAME_BYTES).contains(&name.len()) && name.bytes().all(letter)
}

/// Channels of all tokens.
#[derive(Debug)]
pub struct Channels {
    most: usize,
    uses: u64,
    tokens: HashMap<TokenId, HashMap<String, Channel>>,
}

#[derive(Debug, Default)]
struct Channel {
    next: u64,
    last_use: u64,
}

impl Channels {
    /// At most `most` channels for each token.
    pub fn new(most: usize) -> Self {
        Channels { most: most.max(1), uses: 0, tokens: HashMap::new() }
    }

    /// The id of a request that is durable now.
    pub fn give(&mut self, token: TokenId, channel: &str) -> u64 {
        self.uses += 1;
        let channels = self.tokens.entry(token).or_default();
        if !channels.contains_key(channel) && channels.len() >= self.most {
            let eldest = channels.iter().min_by_key(|(_, known)| known.last_use);
            if let Some(name) = eldest.map(|(name, _)| name.clone()) {
                channels.remove(&name);
            }
        }
        let known = channels.entry(channel.to_owned()).or_default();
        known.last_use = self.uses;
        known.next += 1;
        known.next - 1
    }

    /// Whether the request with this id is durable.
    pub fn is_durable(&self, token: TokenId, channel: &str, id: u64) -> bool {
        let known = self.tokens.get(&token).and_then(|channels| channels.get(channel));
        known.is_some_and(|known| id < known.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: TokenId = TokenId([1; 16]);
    const OTHER: TokenId = TokenId([2; 16]);

    #[test]
    fn ids_count_by_token_and_channel() {
        let mut channels = Channels::new(8);
        assert_eq!((channels.give(ONE, "a"), channels.give(ONE, "a")), (0, 1));
        assert_eq!((channels.give(ONE, "b"), channels.give(OTHER, "a")), (0, 0));
        assert!(channels.is_durable(ONE, "a", 1));
        assert!(!channels.is_durable(ONE, "a", 2), "not given yet");
        assert!(!channels.is_durable(OTHER, "a", 1), "another token's");
        assert!(!channels.is_durable(OTHER, "b", 0));
    }

    #[test]
    fn the_channel_longest_unused_goes() {
        let mut channels = Channels::new(2);
        for name in ["a", "b", "a", "c"] {
            channels.give(ONE, name);
        }
        assert!(channels.is_durable(ONE, "a", 0));
        assert!(!channels.is_durable(ONE, "b", 0));
        assert!(channels.is_durable(ONE, "c", 0));
    }

    #[test]
    fn names_are_short_and_plain() {
        assert!(is_channel("FE0ECFAD-13D5-401B-847D-77833BD77131"));
        for name in ["", "a b", "é", &"x".repeat(65)] {
            assert!(!is_channel(name), "{name}");
        }
    }
}
