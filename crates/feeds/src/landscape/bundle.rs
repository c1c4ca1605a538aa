//! Signed bundles: a landscape for islands without a network, in one file.
//!
//! In: a snapshot and a key of Ed25519 (RFC 8032). Out: the magic `WARDBNDL`, the version and the
//! signer's public key, the signature, then what is signed: a list of the feeds and the snapshot,
//! each behind its length (little-endian). Never: a byte of content looked at before the signature
//! holds under a key that the reader trusts.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use wardwatch_model::Landscape;
use wardwatch_model::landscape::FeedStatus;

use super::snapshot::{self, SnapshotError};

/// What every bundle begins with.
pub const MAGIC: &[u8; 8] = b"WARDBNDL";
/// The form that is written and read.
const VERSION: u32 = 1;
/// What is signed begins with this, so that a signature is good for nothing else.
const PURPOSE: &[u8] = b"wardwatch landscape bundle 1\0";
/// Bytes of the list of feeds.
const MAX_LIST_BYTES: usize = 1 << 20;

/// A key that may sign, by its public half.
pub type PublicKey = [u8; 32];

/// A bundle whose signature holds.
#[derive(Debug)]
pub struct Opened {
    /// Who signed it.
    pub signer: PublicKey,
    /// The landscape.
    pub landscape: Landscape,
}

/// Why a bundle is not made or opened.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The key cannot sign.
    #[error("the key cannot sign: it is no Ed25519 key in PKCS #8 form")]
    BadKey,
    /// The public key is none.
    #[error("a public key has 64 hexadecimal digits: copy it again")]
    BadPublicKey,
    /// No key can be made.
    #[error("no key can be made: the system gives no randomness")]
    NoRandomness,
    /// It is something else.
    #[error("this is no bundle of a landscape")]
    NotOne,
    /// It is of another version.
    #[error("the bundle is of form {0}, this program reads form {VERSION}")]
    OtherVersion(u32),
    /// It breaks off.
    #[error("the bundle breaks off: copy it again")]
    Truncated,
    /// Its signer is not trusted here.
    #[error("the bundle is signed with a key that is not trusted here: {0}")]
    UnknownKey(String),
    /// It was changed after it was signed.
    #[error("the bundle's signature is wrong: it was changed, or copied badly")]
    WrongSignature,
    /// The list of feeds is not that of the landscape.
    #[error("the bundle's list of feeds does not fit its landscape")]
    WrongList,
    /// The landscape within cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// A new private key (PKCS #8, DER).
///
/// # Errors
/// When the system has no randomness to give.
pub fn generate() -> Result<Vec<u8>, BundleError> {
    let random = ring::rand::SystemRandom::new();
    let key = Ed25519KeyPair::generate_pkcs8(&random).map_err(|_| BundleError::NoRandomness)?;
    Ok(key.as_ref().to_vec())
}

/// The public half of a private key.
///
/// # Errors
/// When the key is none.
pub fn public(key: &[u8]) -> Result<PublicKey, BundleError> {
    let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key).map_err(|_| BundleError::BadKey)?;
    key.public_key().as_ref().try_into().map_err(|_| BundleError::BadKey)
}

/// A public key as people write it: 64 hexadecimal digits.
pub fn show(key: &PublicKey) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A public key from its 64 hexadecimal digits.
///
/// # Errors
/// When they are others.
pub fn parse_key(text: &str) -> Result<PublicKey, BundleError> {
    let digits = text.trim().as_bytes();
    let mut key = PublicKey::default();
    if digits.len() != 2 * key.len() {
        return Err(BundleError::BadPublicKey);
    }
    let value =
        |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = [value(pair[0]), value(pair[1])];
        *byte =
            high.zip(low).map(|(high, low)| high << 4 | low).ok_or(BundleError::BadPublicKey)?;
    }
    Ok(key)
}

/// Signs a snapshot with a private key (PKCS #8, DER).
///
/// # Errors
/// When the key is none, or the snapshot cannot be read.
pub fn sign(key: &[u8], bytes: &[u8]) -> Result<Vec<u8>, BundleError> {
    let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key).map_err(|_| BundleError::BadKey)?;
    let landscape = snapshot::read(bytes)?;
    let list = list(&landscape.feeds)?;
    let mut content = Vec::with_capacity(16 + list.len() + bytes.len());
    for part in [list.as_slice(), bytes] {
        content.extend((part.len() as u64).to_le_bytes());
        content.extend(part);
    }
    let signature = key.sign(&[PURPOSE, &content].concat());
    let mut out = Vec::with_capacity(108 + content.len());
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend(key.public_key().as_ref());
    out.extend(signature.as_ref());
    out.extend(content);
    Ok(out)
}

/// Opens a bundle that one of the keys signed.
///
/// # Errors
/// When it is none, breaks off, is not signed by one of the keys, or was changed.
pub fn open(keys: &[PublicKey], bytes: &[u8]) -> Result<Opened, BundleError> {
    let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(BundleError::NotOne)?;
    if magic != MAGIC {
        return Err(BundleError::NotOne);
    }
    let (version, rest) = rest.split_first_chunk::<4>().ok_or(BundleError::Truncated)?;
    match u32::from_le_bytes(*version) {
        VERSION => {}
        other => return Err(BundleError::OtherVersion(other)),
    }
    let (signer, rest) = rest.split_first_chunk::<32>().ok_or(BundleError::Truncated)?;
    let (signature, content) = rest.split_first_chunk::<64>().ok_or(BundleError::Truncated)?;
    let (list_bytes, after) = part(content)?;
    let (snapshot_bytes, end) = part(after)?;
    if !end.is_empty() {
        return Err(BundleError::WrongSignature);
    }
    if !keys.contains(signer) {
        return Err(BundleError::UnknownKey(show(signer)));
    }
    UnparsedPublicKey::new(&ED25519, signer)
        .verify(&[PURPOSE, content].concat(), signature)
        .map_err(|_| BundleError::WrongSignature)?;
    let landscape = snapshot::read(snapshot_bytes)?;
    if list(&landscape.feeds)? != list_bytes {
        return Err(BundleError::WrongList);
    }
    Ok(Opened { signer: *signer, landscape })
}

/// The list of feeds, as JSON, so that it can be read without this program.
fn list(feeds: &[FeedStatus]) -> Result<Vec<u8>, BundleError> {
    let list = serde_json::to_vec(feeds).map_err(|_| BundleError::WrongList)?;
    if list.len() > MAX_LIST_BYTES { Err(BundleError::WrongList) } else { Ok(list) }
}

/// A part behind its length, and what comes after it.
fn part(bytes: &[u8]) -> Result<(&[u8], &[u8]), BundleError> {
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or(BundleError::Truncated)?;
    let length =
        usize::try_from(u64::from_le_bytes(*length)).map_err(|_| BundleError::Truncated)?;
    rest.split_at_checked(length).ok_or(BundleError::Truncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> (Vec<u8>, PublicKey) {
        let key = generate().unwrap();
        let public = public(&key).unwrap();
        (key, public)
    }

    #[test]
    fn a_public_key_is_written_and_read() {
        let (_, public) = key();
        assert_eq!(parse_key(&show(&public)).unwrap(), public);
        assert_eq!(parse_key(&format!(" {}\n", show(&public).to_uppercase())).unwrap(), public);
        for text in
            ["", "12", &show(&public)[1..], &format!("{}g", &show(&public)[1..]), &"ä".repeat(32)]
        {
            assert!(parse_key(text).is_err(), "{text}");
        }
    }

    #[test]
    fn opens_what_a_trusted_key_signed() {
        let (key, public) = key();
        let landscape = crate::landscape::starter();
        let bundle = sign(&key, &snapshot::write(&landscape).unwrap()).unwrap();
        let opened = open(&[[0; 32], public], &bundle).unwrap();
        assert_eq!((opened.signer, opened.landscape), (public, landscape));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let (key, public) = key();
        let good = sign(&key, &snapshot::write(&Landscape::default()).unwrap()).unwrap();
        let said = |bytes: &[u8]| open(&[public], bytes).unwrap_err().to_string();
        assert!(open(&[], &good).unwrap_err().to_string().contains("not trusted"));
        assert!(said(b"x").contains("no bundle"));
        for end in [9, 20, 60, 110, good.len() - 1] {
            assert!(said(&good[..end]).contains("breaks off"), "{end}");
        }
        for place in [50, 117, good.len() - 1] {
            let mut bad = good.clone();
            bad[place] ^= 1;
            assert!(said(&bad).contains("signature is wrong"), "{place}");
        }
        let mut longer = good.clone();
        longer.push(0);
        assert!(said(&longer).contains("signature is wrong"));
        let mut other = good.clone();
        other[8] = 7;
        assert!(said(&other).contains("form 7"));
        assert!(sign(b"x", &good).unwrap_err().to_string().contains("cannot sign"));
        assert!(matches!(sign(&key, b"x"), Err(BundleError::Snapshot(_))));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>) {
            let _ = open(&[[0; 32]], &bytes);
            let _ = open(&[[0; 32]], &[MAGIC, &VERSION.to_le_bytes()[..], &[0; 96], &bytes].concat());
        }
    }
}
