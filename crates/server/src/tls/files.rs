//! The folder `tls` in the data folder: the authority, the server's certificate, their keys.
//!
//! In: the folder, names, a time. Out: what lies there, made or renewed when that is due. Never: a
//! key that others can read; a file half written under its own name.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wardwatch_model::Timestamp;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, parse_x509_pem};

use super::authority::{Authority, Pair};

/// The server's certificate is made anew when less than this is left of it.
const RENEW_SECONDS: i64 = 30 * 86_400;

/// Where the authority's certificate lies.
pub fn ca_path(dir: &Path) -> PathBuf {
    dir.join("ca.pem")
}

/// The authority: the one that lies there, or a new one.
///
/// # Errors
/// When files cannot be read or written.
pub fn authority(dir: &Path, now: Timestamp) -> Result<Authority> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("the folder {} cannot be made", dir.display()))?;
    let (certificate, key) = (ca_path(dir), dir.join("ca.key"));
    let pair = match read(&certificate, &key)? {
        Some(pair) => pair,
        None => {
            let pair = Authority::make(now)?;
            write(&certificate, &key, &pair)?;
            pair
        }
    };
    Authority::open(&pair)
        .with_context(|| format!("{} and {} cannot be used", certificate.display(), key.display()))
}

/// The server's certificate with all these names: the one that lies there, or a new one.
///
/// # Errors
/// When files cannot be read or written.
pub fn server(dir: &Path, authority: &Authority, names: &[String], now: Timestamp) -> Result<Pair> {
    let (certificate, key) = (dir.join("server.pem"), dir.join("server.key"));
    if let Some(pair) = read(&certificate, &key)?
        && is_good(&pair.certificate, authority, names, now)
    {
        return Ok(pair);
    }
    let pair = authority.server(names, now)?;
    write(&certificate, &key, &pair)?;
    Ok(pair)
}

/// Whether a certificate lasts long enough, names all that it should, and is of this authority.
fn is_good(pem: &str, authority: &Authority, names: &[String], now: Timestamp) -> bool {
    let Ok((_, pem)) = parse_x509_pem(pem.as_bytes()) else { return false };
    let Ok(found) = pem.parse_x509() else { return false };
    let until = now.micros.div_euclid(1_000_000) + RENEW_SECONDS;
    let lasts = found.validity.not_after.timestamp() > until;
    let Ok((_, ca)) = parse_x509_pem(authority.pem().as_bytes()) else { return false };
    let signed = X509Certificate::from_der(&ca.contents)
        .is_ok_and(|(_, ca)| found.verify_signature(Some(ca.public_key())).is_ok());
    let has = named(&found);
    lasts && signed && names.iter().all(|name| has.contains(name))
}

/// The names of a certificate as text.
fn named(found: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(names)) = found.subject_alternative_name() else { return Vec::new() };
    let text = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match *bytes {
            [a, b, c, d] => Some(std::net::Ipv4Addr::new(*a, *b, *c, *d).to_string()),
            bytes => {
                let bytes: [u8; 16] = bytes.try_into().ok()?;
                Some(std::net::Ipv6Addr::from(bytes).to_string())
            }
        },
        _ => None,
    };
    names.value.general_names.iter().filter_map(text).collect()
}

/// Both files, or none when neither is there.
fn read(certificate: &Path, key: &Path) -> Result<Option<Pair>> {
    match (certificate.exists(), key.exists()) {
        (false, false) => return Ok(None),
        (true, true) => {}
        _ => {
            return Err(anyhow!(
                "of {} and {} one is missing: put it back, or remove the other to have both made \
                 anew",
                certificate.display(),
                key.display()
            ));
        }
    }
    let text = |path: &Path| {
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
    };
    Ok(Some(Pair { certificate: text(certificate)?, key: text(key)? }))
}

fn write(certificate: &Path, key: &Path, pair: &Pair) -> Result<()> {
    put(key, &pair.key, 0o600)?;
    put(certificate, &pair.certificate, 0o644)
}

/// Writes beside and renames.
fn put(path: &Path, text: &str, mode: u32) -> Result<()> {
    let failed = || format!("{} cannot be written", path.display());
    let fresh = path.with_extension("new");
    let _ = fs::remove_file(&fresh);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&fresh)
        .with_context(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(failed)?;
    fs::rename(&fresh, path).with_context(failed)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp { micros: 1_800_000_000_000_000 + day * 86_400_000_000 }
    }

    #[test]
    fn the_server_s_certificate_is_renewed_in_time_and_the_authority_stays() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("tls");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        let make = |day, names: &[String]| {
            let authority = authority(&dir, at(day)).unwrap();
            let ca = authority.pem().to_owned();
            (ca, server(&dir, &authority, names, at(day)).unwrap().certificate)
        };
        let first = make(0, &names);
        assert_eq!(make(360, &names), first);
        let renewed = make(368, &names);
        assert_eq!((&renewed.0, renewed.1 == first.1), (&first.0, false));
        let more = [&names[..], &["ward.example".to_owned()]].concat();
        assert_ne!(make(368, &more).1, renewed.1);
        for key in ["ca.key", "server.key"] {
            let mode = fs::metadata(dir.join(key)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{key}");
        }
        // A new authority does not go on with the certificate of the old one.
        fs::remove_file(dir.join("ca.key")).unwrap();
        let error = authority(&dir, at(369)).err().unwrap().to_string();
        assert!(error.contains("one is missing"), "{error}");
        fs::remove_file(dir.join("ca.pem")).unwrap();
        let other = make(369, &names);
        assert!(other.0 != first.0 && other.1 != renewed.1);
    }
}
