//! Whether an evidence pack is as its server made it.
//!
//! In: an archive, perhaps the key that is trusted. Out: who signed it and what it says it is. Never: a file believed
//! that the signed manifest does not name with its sum; more unpacked than an archive of this kind has.

use std::io::{Cursor, Read};

use ring::signature::{ED25519, UnparsedPublicKey};
use serde::Deserialize;
use wardwatch_model::{OrgId, Timestamp};
use zip::ZipArchive;

use crate::pack::{PURPOSE, hex, sum};

/// Bytes that one file of an archive may unpack to.
const MAX_FILE_BYTES: u64 = 256 << 20;
/// Files of an archive.
const MAX_FILES: usize = 200;

/// What a pack that holds says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who signed it: the public key, 64 hexadecimal digits.
    pub signer: String,
    /// Whether that is the key that is trusted; none when no key was named.
    pub trusted: Option<bool>,
    /// Who asked.
    pub by: String,
    /// Of which organisation.
    pub org: Option<OrgId>,
    /// When.
    pub made: Timestamp,
    /// How many questions were answered.
    pub answered: usize,
    /// Questions that were not, by what they would show.
    pub missing: Vec<String>,
}

/// Why a pack does not hold.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is no pack.
    #[error("this is no evidence pack: {0}")]
    NotOne(String),
    /// It was changed.
    #[error("the pack was changed: {0}")]
    Changed(String),
    /// The signature does not hold.
    #[error("the signature does not hold: the manifest was changed, or another key signed it")]
    Signature,
}

#[derive(Deserialize)]
struct Manifest {
    form: u32,
    made: Timestamp,
    by: String,
    org: Option<OrgId>,
    signer: String,
    readme_sha256: String,
    claims: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    shows: String,
    status: u16,
    file: String,
    sha256: String,
}

/// Looks at an archive; `key` is the key that is trusted, as people write it.
///
/// # Errors
/// When it is no pack, or not as it was made.
pub fn verify(bytes: &[u8], key: Option<&str>) -> Result<Verified, VerifyError> {
    let not_one = |error: &dyn std::fmt::Display| VerifyError::NotOne(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| not_one(&error))?;
    if archive.len() > MAX_FILES {
        return Err(VerifyError::NotOne(format!("it has {} files", archive.len())));
    }
    if entries(bytes) != Some(archive.len()) {
        return Err(VerifyError::Changed("a file is there twice, or bytes were added".to_owned()));
    }
    let text = read(&mut archive, "manifest.json")?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| not_one(&error))?;
    if manifest.form != 1 {
        return Err(VerifyError::NotOne(format!("it is of form {}, 1 is known", manifest.form)));
    }
    let signature = String::from_utf8_lossy(&read(&mut archive, "manifest.sig")?).into_owned();
    let trusted = key.map(|key| key.trim().eq_ignore_ascii_case(&manifest.signer));
    let (Some(public), Some(signature)) = (unhex(&manifest.signer), unhex(&signature)) else {
        return Err(VerifyError::Signature);
    };
    UnparsedPublicKey::new(&ED25519, public)
        .verify(&[PURPOSE, &text].concat(), &signature)
        .map_err(|_| VerifyError::Signature)?;
    let mut expected = vec!["manifest.json".to_owned(), "manifest.sig".to_owned()];
    let readme = [("README.txt".to_owned(), manifest.readme_sha256.clone())];
    let listed = manifest.claims.iter().map(|one| (one.file.clone(), one.sha256.clone()));
    for (file, sha256) in readme.into_iter().chain(listed) {
        if sum(&read(&mut archive, &file)?) != sha256 {
            return Err(VerifyError::Changed(format!("{file} is not as it was answered")));
        }
        expected.push(file);
    }
    for name in archive.file_names() {
        let name = name.map_err(|error| not_one(&error))?;
        if expected.iter().all(|one| *one != name) {
            return Err(VerifyError::Changed(format!("the manifest does not name {name}")));
        }
    }
    let (answered, missing): (Vec<&Listed>, Vec<&Listed>) =
        manifest.claims.iter().partition(|one| one.status == 200);
    Ok(Verified {
        trusted,
        answered: answered.len(),
        missing: missing.into_iter().map(|one| one.shows.clone()).collect(),
        signer: manifest.signer,
        by: manifest.by,
        org: manifest.org,
        made: manifest.made,
    })
}

/// How many entries an archive says it has: of two with one name, the library shows only the last, and others may
/// unpack the first. None when it does not end as a pack does, with the 22 bytes of an end record without comment
/// (PKWARE APPNOTE 4.3.16).
fn entries(bytes: &[u8]) -> Option<usize> {
    let end = bytes.last_chunk::<22>()?;
    let ends = end.starts_with(b"PK\x05\x06") && end[20..] == [0, 0];
    ends.then(|| usize::from(u16::from_le_bytes([end[10], end[11]])))
}

fn read(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Vec<u8>, VerifyError> {
    let file =
        archive.by_name(name).map_err(|_| VerifyError::Changed(format!("{name} is missing")))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| VerifyError::Changed(format!("{name} cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(VerifyError::NotOne(format!("{name} is longer than a pack's file may be")));
    }
    Ok(bytes)
}

/// Bytes from hexadecimal digits; none of anything else.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let bytes: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    bytes.filter(|bytes| hex(bytes) == text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::{Answer, CLAIMS, Packed, pack, public};

    const KEY: [u8; 32] = [7; 32];

    fn packed() -> Vec<u8> {
        let answers: Vec<Answer> = CLAIMS
            .into_iter()
            .zip([200, 200, 403])
            .map(|(claim, status)| Answer {
                claim,
                asked: claim.path.to_owned(),
                time: Timestamp { micros: 0 },
                status,
                body: b"{\"items\":[]}\n".to_vec(),
                complete: true,
            })
            .collect();
        let packed =
            Packed { by: "ana".into(), org: "ZZ1".parse().ok(), made: Timestamp { micros: 0 } };
        pack(&packed, &answers, &KEY).unwrap()
    }

    /// The archive with one file otherwise: changed, taken out, or put in.
    fn changed(name: &str, to: Option<&[u8]>) -> Vec<u8> {
        let bytes = packed();
        let mut archive = ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        let mut names: Vec<String> =
            archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        if !names.iter().any(|one| one == name) {
            names.push(name.to_owned());
        }
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for one in names {
            let content = match (one == name, to) {
                (true, None) => continue,
                (true, Some(to)) => to.to_vec(),
                (false, _) => read(&mut archive, &one).unwrap(),
            };
            out.start_file(one, SimpleFileOptions::default()).unwrap();
            out.write_all(&content).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    #[test]
    fn a_pack_holds_and_says_who_signed_it_and_what_is_missing() {
        let bytes = packed();
        assert_eq!(bytes, packed(), "the same answers give the same bytes");
        let key = public(&KEY).unwrap();
        let found = verify(&bytes, Some(&key.to_uppercase())).unwrap();
        assert_eq!((found.signer.as_str(), found.trusted), (key.as_str(), Some(true)));
        assert_eq!((found.answered, found.missing), (2, vec![CLAIMS[2].shows.to_owned()]));
        let other = public(&[8; 32]).unwrap();
        assert_eq!(verify(&bytes, Some(&other)).unwrap().trusted, Some(false));
        assert_eq!(verify(&bytes, None).unwrap().trusted, None);
    }

    #[test]
    fn whatever_is_changed_is_told() {
        for (name, to, why) in [
            ("answers/01-standing.json", Some(&b"{}"[..]), "is not as it was answered"),
            ("README.txt", Some(b"all is well"), "is not as it was answered"),
            ("answers/02-incidents.json", None, "is missing"),
            ("manifest.sig", Some(b"00"), "signature does not hold"),
            ("manifest.json", Some(b"{}"), "no evidence pack"),
            ("answers/99-more.json", Some(b"{}"), "does not name answers/99-more.json"),
        ] {
            let error = verify(&changed(name, to), None).unwrap_err().to_string();
            assert!(error.contains(why), "{name}: {error}");
        }
        // A manifest that somebody else signed anew says so by its key alone.
        let text = String::from_utf8(
            read(&mut ZipArchive::new(Cursor::new(&packed()[..])).unwrap(), "manifest.json")
                .unwrap(),
        )
        .unwrap();
        let forged = changed("manifest.json", Some(text.replace("ana", "eve").as_bytes()));
        assert!(matches!(verify(&forged, None), Err(VerifyError::Signature)));
        assert!(verify(b"PK", None).is_err());
    }

    #[test]
    fn a_second_file_of_the_same_name_is_told() {
        let (name, other) = (&b"answers/01-standing.json"[..], &b"answers/01-standinG.json"[..]);
        let mut bytes = changed("answers/01-standinG.json", Some(b"{\"open\":0}"));
        // The same length, so that the archive holds together: of two with one name, one is shown.
        for at in 0..bytes.len() - name.len() {
            if bytes[at..].starts_with(name) || bytes[at..].starts_with(other) {
                bytes[at..at + name.len()].copy_from_slice(name);
            }
        }
        let told = verify(&bytes, None).unwrap_err().to_string();
        assert!(told.contains("a file is there twice"), "{told}");
        let added = [&packed()[..], b"more"].concat();
        assert!(verify(&added, None).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(bytes: Vec<u8>, at in 0..400_usize, to: u8) {
            let _ = verify(&bytes, None);
            let mut pack = packed();
            if let Some(byte) = pack.get_mut(at) {
                *byte = to;
            }
            let _ = verify(&pack, None);
        }
    }
}
