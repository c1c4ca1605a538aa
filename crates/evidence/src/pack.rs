//! Answers as one signed archive.
//!
//! In: claims with what was answered, a key, who asked and when. Out: a zip archive: `manifest.json` with the sum of
//! every file, `manifest.sig` (Ed25519, RFC 8032, over the purpose and the manifest's bytes), `README.txt`, and one
//! file for each answer. The same answers give the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wardwatch_model::{OrgId, Timestamp};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::Claim;

/// What is signed begins with this, so that a signature is good for nothing else. `ward evidence verify` knows it.
pub(crate) const PURPOSE: &[u8] = b"wardwatch evidence pack 1\0";

/// What was answered to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The claim.
    pub claim: Claim,
    /// The path with its query, as it was asked.
    pub asked: String,
    /// When it was answered.
    pub time: Timestamp,
    /// The status of HTTP.
    pub status: u16,
    /// The body; of a list its pages, each on a line.
    pub body: Vec<u8>,
    /// Whether all pages of a list are there.
    pub complete: bool,
}

/// Who asked, of what, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Who.
    pub by: String,
    /// Of which organisation and those below it; none for all that the asker sees.
    pub org: Option<OrgId>,
    /// When.
    pub made: Timestamp,
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The key cannot sign.
    #[error("the server's key of evidence cannot sign")]
    Key,
    /// It cannot be written.
    #[error("the archive cannot be written: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// It cannot be written.
    #[error("the archive cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// The public half of a key, as people write it: 64 hexadecimal digits.
///
/// # Errors
/// When the key is none.
pub fn public(key: &[u8; 32]) -> Result<String, PackError> {
    Ok(hex(pair(key)?.public_key().as_ref()))
}

/// The archive.
///
/// # Errors
/// When it cannot be signed or written.
pub fn pack(packed: &Packed, answers: &[Answer], key: &[u8; 32]) -> Result<Vec<u8>, PackError> {
    let pair = pair(key)?;
    let signer = hex(pair.public_key().as_ref());
    let claims: Vec<Value> = (1..).zip(answers).map(|(number, one)| claim(number, one)).collect();
    let readme = readme(packed, answers, &signer);
    let manifest = json!({
        "form": 1,
        "made": packed.made,
        "by": packed.by,
        "org": packed.org,
        "server": env!("CARGO_PKG_VERSION"),
        "signer": signer,
        "readme_sha256": sum(readme.as_bytes()),
        "claims": claims,
    });
    let manifest = format!("{manifest:#}\n");
    let signature = pair.sign(&[PURPOSE, manifest.as_bytes()].concat());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut add = |name: &str, bytes: &[u8]| -> Result<(), PackError> {
        archive.start_file(name, options)?;
        Ok(archive.write_all(bytes)?)
    };
    add("README.txt", readme.as_bytes())?;
    add("manifest.json", manifest.as_bytes())?;
    add("manifest.sig", format!("{}\n", hex(signature.as_ref())).as_bytes())?;
    for (number, answer) in (1..).zip(answers) {
        add(&file(number, &answer.claim), &answer.body)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn pair(key: &[u8; 32]) -> Result<Ed25519KeyPair, PackError> {
    Ed25519KeyPair::from_seed_unchecked(key).map_err(|_| PackError::Key)
}

fn file(number: usize, claim: &Claim) -> String {
    format!("answers/{number:02}-{}.json", claim.name)
}

fn claim(number: usize, answer: &Answer) -> Value {
    json!({
        "number": number,
        "shows": answer.claim.shows,
        "asked": answer.asked,
        "time": answer.time,
        "status": answer.status,
        "complete": answer.complete,
        "file": file(number, &answer.claim),
        "bytes": answer.body.len(),
        "sha256": sum(&answer.body),
    })
}

fn readme(packed: &Packed, answers: &[Answer], signer: &str) -> String {
    let of = packed.org.as_ref().map_or("all that the asker sees", OrgId::as_str);
    let mut text = format!(
        "Evidence of {of}, made {} UTC for {}.\n\n\
         Each file below answers to one question of the API of Wardwatch, as it was answered then. manifest.json\n\
         has the question, the time and the SHA-256 of each file; manifest.sig is the server's signature over the\n\
         manifest. To verify:\n\n    ward evidence verify PACK.zip --key {signer}\n\n\
         Ask the server's operator for the key by another way: the one above came with the pack.\n\n",
        packed.made, packed.by
    );
    for (number, answer) in (1..).zip(answers) {
        let state = match (answer.status, answer.complete) {
            (200, true) => String::new(),
            (200, false) => " (the first part; there is more)".to_owned(),
            (status, _) => format!(" (NOT ANSWERED: status {status}; the file says why)"),
        };
        let (name, shows) = (file(number, &answer.claim), answer.claim.shows);
        let _ = writeln!(text, "{name}\n    {shows}{state}\n    GET {}", answer.asked);
    }
    text
}

pub(crate) fn sum(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
