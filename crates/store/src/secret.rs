//! Secrets: made from the system's random numbers, given out once, kept as hashes.
//!
//! In: nothing, or a secret's text. Out: new secrets and identifiers, hashes. Never: a stored
//! secret. A plain hash is enough since each has at least 60 random bits; the short ones (codes)
//! expire and work once.

use crate::error::StoreError;

/// What a secret is for: its first letters say so to people and to scanners of leaked secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Session,
    Api,
    Sender,
    Webhook,
}

impl Purpose {
    fn prefix(self) -> &'static str {
        match self {
            Purpose::Session => "ws_",
            Purpose::Api => "wa_",
            Purpose::Sender => "wt_",
            Purpose::Webhook => "wh_",
        }
    }
}

/// Letters of codes: none that are mistaken for another when read from paper.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LETTERS: usize = 12;

/// A new secret of 256 bits.
pub(crate) fn create(purpose: Purpose) -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    let mut text = purpose.prefix().to_owned();
    for byte in bytes {
        text.push_str(&format!("{byte:02x}"));
    }
    Ok(text)
}

/// A secret's hash, or none when its text has not the form of that purpose.
pub(crate) fn hash(purpose: Purpose, secret: &str) -> Option<Vec<u8>> {
    let hex = secret.strip_prefix(purpose.prefix())?;
    let fits = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| blake3::hash(secret.to_ascii_lowercase().as_bytes()).as_bytes().to_vec())
}

/// A new code of 60 bits, in groups of four letters.
pub(crate) fn create_code() -> Result<String, StoreError> {
    let mut bytes = [0; CODE_LETTERS];
    getrandom::fill(&mut bytes)?;
    let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// A code as typed to the form that it was given out in; none when it cannot be one.
pub(crate) fn clean_code(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let letters: Vec<char> = typed
        .chars()
        .filter(|letter| !matches!(letter, '-' | ' '))
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let known = |letter: &char| letter.is_ascii() && LETTERS.contains(&(*letter as u8));
    if letters.len() != CODE_LETTERS || !letters.iter().all(known) {
        return None;
    }
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Some(groups.join("-"))
}

/// A code's hash.
pub(crate) fn hash_code(clean: &str) -> Vec<u8> {
    blake3::hash(clean.as_bytes()).as_bytes().to_vec()
}

/// A new identifier.
pub(crate) fn id() -> Result<[u8; 16], StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_secret_hashes_only_for_its_own_purpose() {
        let secret = create(Purpose::Api).unwrap();
        assert!(secret.starts_with("wa_"));
        assert!(hash(Purpose::Api, &secret).is_some());
        assert!(hash(Purpose::Sender, &secret).is_none());
        assert_ne!(secret, create(Purpose::Api).unwrap());
    }

    #[test]
    fn a_code_may_be_typed_in_any_fashion() {
        let code = create_code().unwrap();
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(clean_code(&typed), Some(code));
        assert_eq!(clean_code("ABCD-EFGH-IJKL"), None, "no letter I");
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = clean_code(&text);
            let _ = hash(Purpose::Session, &text);
        }
    }
}
