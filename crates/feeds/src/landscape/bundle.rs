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

/// The first bytes.
const MAGIC: &[u8; 8] = b"WARDBNDL";
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
        let shown = signer.iter().map(|byte| format!("{byte:02x}")).collect();
        return Err(BundleError::UnknownKey(shown));
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
        let key = Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap();
        (key.as_ref().to_vec(), pair.public_key().as_ref().try_into().unwrap())
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
