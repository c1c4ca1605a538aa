//! Passwords: checked for strength, hashed with argon2id, compared without telling who exists.
//!
//! In: passwords and PHC strings. Out: PHC strings and yes or no. Never: a clock, storage, a log.
//! Hashing takes memory and time on purpose: run it where it may block.

pub mod totp;

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use thiserror::Error;

/// Fewest characters of a password.
pub const MIN_CHARS: usize = 12;
/// Most characters of a password.
pub const MAX_CHARS: usize = 256;

/// Kibibytes, rounds and lanes of argon2id: what OWASP's cheat sheet on password storage names as
/// its first choice with little memory.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Letters and digits of made passwords: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789+";

/// What is tried first here; a password is not made of these alone. In small letters.
const TRIED_FIRST: [&str; 24] = [
    "administrator",
    "wardwatch",
    "password",
    "passw0rd",
    "hospital",
    "welcome",
    "letmein",
    "qwerty",
    "changeme",
    "secret",
    "health",
    "practice",
    "trust",
    "ward",
    "admin",
    "nurse",
    "doctor",
    "spring",
    "summer",
    "autumn",
    "winter",
    "1234567890",
    "123456",
    "1234",
];

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Too few characters.
    #[error("the password has fewer than {MIN_CHARS} characters")]
    TooShort,
    /// Too many characters.
    #[error("the password has more than {MAX_CHARS} characters")]
    TooLong,
    /// The name of its owner, or one thing over and over.
    #[error(
        "the password is too easy to guess: it is the name or words that are tried first, or one \
         thing repeated"
    )]
    TooEasy,
    /// The machine gives no random bytes, or no memory.
    #[error("the password cannot be hashed on this machine")]
    Machine,
}

fn argon2() -> Argon2<'static> {
    let (memory, rounds, lanes) = COST;
    let params = Params::new(memory, rounds, lanes, None).expect("the constants are within limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Whether a password may be chosen by whoever has this name.
///
/// # Errors
/// When it is too short, too long, or what anybody would try first.
pub fn check(name: &str, password: &str) -> Result<(), PasswordError> {
    let characters = password.chars().count();
    if characters < MIN_CHARS {
        return Err(PasswordError::TooShort);
    }
    if characters > MAX_CHARS {
        return Err(PasswordError::TooLong);
    }
    let lower = password.to_lowercase();
    let period = (1..=4).any(|period| {
        let letters: Vec<char> = lower.chars().collect();
        letters.iter().zip(&letters[period..]).all(|(one, other)| one == other)
    });
    let name = name.to_lowercase();
    let mut rest = if name.chars().count() < 3 { lower.clone() } else { lower.replace(&name, "") };
    for word in TRIED_FIRST {
        rest = rest.replace(word, "");
    }
    if period || rest.chars().count() < MIN_CHARS / 2 {
        return Err(PasswordError::TooEasy);
    }
    Ok(())
}

/// The PHC string of a password, with a salt of its own.
///
/// # Errors
/// When the password is too long to be anybody's, or the machine gives no random bytes.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() > MAX_CHARS {
        return Err(PasswordError::TooLong);
    }
    let hash = argon2().hash_password(password.as_bytes()).map_err(|_| PasswordError::Machine)?;
    Ok(hash.to_string())
}

/// Whether the password is the one of the PHC string. Without a string, or with one that cannot
/// be read, the answer is no, after as much work as for a wrong password.
pub fn verify(password: &str, phc: Option<&str>) -> bool {
    if password.chars().count() > MAX_CHARS {
        return false;
    }
    let known = phc.and_then(|phc| PasswordHash::new(phc).ok());
    match known {
        Some(known) => argon2().verify_password(password.as_bytes(), &known).is_ok(),
        None => {
            let mut out = [0; 32];
            // Only the time that it takes counts.
            let _ = argon2().hash_password_into(password.as_bytes(), b"nobody's salt", &mut out);
            false
        }
    }
}

/// A password of 20 characters for somebody who has none yet: 100 bits.
///
/// # Errors
/// When the machine gives no random bytes.
pub fn make() -> Result<String, PasswordError> {
    let mut random = [0u8; 20];
    getrandom::fill(&mut random).map_err(|_| PasswordError::Machine)?;
    Ok(random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let phc = hash("correct horse battery").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("correct horse battery", Some(&phc)));
        assert!(!verify("correct horse batterY", Some(&phc)));
        assert!(!verify("correct horse battery", None));
        assert!(!verify("correct horse battery", Some("no hash")));
        assert_ne!(phc, hash("correct horse battery").unwrap(), "each has a salt of its own");
    }

    #[test]
    fn weak_passwords_are_refused() {
        for (name, password, expected) in [
            ("sam", "short", Err(PasswordError::TooShort)),
            ("sam", "aaaaaaaaaaaaaaaa", Err(PasswordError::TooEasy)),
            ("sam", "abcabcabcabc", Err(PasswordError::TooEasy)),
            ("sam.taylor", "Sam.Taylor12", Err(PasswordError::TooEasy)),
            ("sam", "Password1234!", Err(PasswordError::TooEasy)),
            ("sam", "WelcomeHospital1", Err(PasswordError::TooEasy)),
            ("sam", "correct horse battery", Ok(())),
            ("sam", "größer als nötig", Ok(())),
        ] {
            assert_eq!(check(name, password), expected, "{password}");
        }
        assert_eq!(check("sam", &"ab1!".repeat(65)), Err(PasswordError::TooLong));
    }

    #[test]
    fn made_passwords_are_strong_and_differ() {
        let (one, other) = (make().unwrap(), make().unwrap());
        assert_eq!(check("sam", &one), Ok(()));
        assert_ne!(one, other);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn never_panics(name in any::<String>(), password in any::<String>(), phc in any::<String>()) {
            let _ = check(&name, &password);
            let _ = verify(&password, Some(&phc));
        }
    }
}
