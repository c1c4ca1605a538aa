//! Codes of an authenticator: TOTP (RFC 6238) with SHA-1, six digits, a new one every 30 seconds.
//!
//! In: a secret in base32 and a time. Out: which time step a code belongs to, so that whoever
//! asks can refuse one that was used. Never: a clock, storage.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::PasswordError;

/// Seconds that a code lasts.
pub const STEP_SECONDS: i64 = 30;
/// Steps before and after the present one whose codes count too, for clocks that differ.
const SKEW: i64 = 1;
/// Bytes of a new secret, as RFC 4226 section 4 recommends.
const SECRET_BYTES: usize = 20;
/// Longest secret that is read, in base32 letters.
const MAX_SECRET_LETTERS: usize = 256;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret in base32.
///
/// # Errors
/// When the machine gives no random bytes.
pub fn make_secret() -> Result<String, PasswordError> {
    let mut random = [0u8; SECRET_BYTES];
    getrandom::fill(&mut random).map_err(|_| PasswordError::Machine)?;
    Ok(to_base32(&random))
}

/// Whether a secret has the length that RFC 4226 recommends.
pub fn is_long_enough(secret: &str) -> bool {
    from_base32(secret).is_some_and(|key| key.len() >= SECRET_BYTES)
}

/// The address that authenticators read from a picture code.
pub fn address(name: &str, secret: &str) -> String {
    let name: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("otpauth://totp/Wardwatch:{name}?secret={secret}&issuer=Wardwatch")
}

/// The time step whose code this is, if it is one of now: a step that was used must be refused by
/// the caller. None when the code is wrong or the secret cannot be read.
pub fn step_of(secret: &str, code: &str, seconds: i64) -> Option<u64> {
    let key = from_base32(secret)?;
    let code = code.trim();
    let now = seconds.div_euclid(STEP_SECONDS);
    (now - SKEW..=now + SKEW)
        .filter_map(|step| u64::try_from(step).ok())
        .find(|step| same(&digits(hotp(&key, *step), 6), code))
}

/// Compares in a time that does not depend on where the texts differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// RFC 4226 section 5.3: 31 bits out of the HMAC.
fn hotp(key: &[u8], counter: u64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("a key of HMAC may have any length");
    mac.update(&counter.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0x0f);
    u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]) & 0x7fff_ffff
}

fn digits(number: u32, many: usize) -> String {
    let all = format!("{number:010}");
    all[all.len() - many..].to_owned()
}

/// Base32 of RFC 4648 without padding.
fn to_base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(BASE32[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(BASE32[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// Reads base32; spaces, padding and small letters are as people type them.
fn from_base32(text: &str) -> Option<Vec<u8>> {
    if text.len() > MAX_SECRET_LETTERS {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0u32, 0);
    for letter in text.bytes().filter(|letter| !matches!(letter, b' ' | b'=' | b'-')) {
        let letter = letter.to_ascii_uppercase();
        let value = BASE32.iter().position(|known| *known == letter)?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
            held &= (1 << bits) - 1;
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The secret of both RFCs: `12345678901234567890`.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    /// RFC 4226, appendix D.
    #[test]
    fn agrees_with_the_vectors_of_rfc_4226() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        let key = from_base32(SECRET).unwrap();
        for (counter, code) in (0..).zip(expected) {
            assert_eq!(digits(hotp(&key, counter), 6), code);
        }
    }

    /// RFC 6238, appendix B, the rows of SHA-1.
    #[test]
    fn agrees_with_the_vectors_of_rfc_6238() {
        let key = from_base32(SECRET).unwrap();
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(digits(hotp(&key, seconds / 30), 8), code);
            assert_eq!(
                step_of(SECRET, &code[2..], i64::try_from(seconds).unwrap()),
                Some(seconds / 30)
            );
        }
    }

    #[test]
    fn codes_of_the_steps_beside_count_and_no_others() {
        for (seconds, expected) in
            [(0, None), (30, Some(2)), (60, Some(2)), (119, Some(2)), (120, None)]
        {
            // The code of the seconds from 60 to 89.
            assert_eq!(step_of(SECRET, "359152", seconds), expected, "{seconds}");
        }
        for wrong in ["", "35915", "3591520", "abcdef", "３５９１５２"] {
            assert_eq!(step_of(SECRET, wrong, 60), None, "{wrong}");
        }
        assert_eq!(step_of("not base32!", "359152", 60), None);
    }

    #[test]
    fn the_address_holds_nothing_that_breaks_it() {
        assert_eq!(
            address("sam & é", "ABC"),
            "otpauth://totp/Wardwatch:sam%20%26%20%C3%A9?secret=ABC&issuer=Wardwatch"
        );
    }

    proptest! {
        #[test]
        fn base32_goes_there_and_back(bytes in proptest::collection::vec(any::<u8>(), 1..40)) {
            prop_assert_eq!(from_base32(&to_base32(&bytes)), Some(bytes));
        }

        #[test]
        fn never_panics(secret in any::<String>(), code in any::<String>(), seconds in any::<i64>()) {
            let _ = step_of(&secret, &code, seconds);
        }
    }
}
