//! What `ward login` keeps: `wardwatch/client.json` in the user's folder of settings, for their
//! eyes only.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wardwatch_api::Secret;

use super::error::RemoteError;

/// A session that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Address of the server.
    pub server: String,
    /// The session's secret.
    pub token: Secret,
    /// Certificates to trust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
}

/// Where it is kept: none when the user has no folder for it.
pub fn path() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let settings = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(settings.join("wardwatch").join("client.json"))
}

fn wrong(path: &Path, why: impl ToString) -> RemoteError {
    RemoteError::Saved { path: path.to_owned(), why: why.to_string() }
}

impl Saved {
    /// What is kept, if anything.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or others can read it.
    pub fn read() -> Result<Option<Saved>, RemoteError> {
        path().map_or(Ok(None), |path| Saved::read_from(&path))
    }

    fn read_from(path: &Path) -> Result<Option<Saved>, RemoteError> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(path, error)),
        };
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(wrong(
                path,
                "others can read this file: set its mode to 600 and log in anew",
            ));
        }
        let text = fs::read(path).map_err(|error| wrong(path, error))?;
        serde_json::from_slice(&text).map(Some).map_err(|error| wrong(path, error))
    }

    /// Keeps it, in the place of what was there. Returns where.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self) -> Result<PathBuf, RemoteError> {
        let path = path().ok_or_else(|| {
            wrong(
                Path::new("client.json"),
                "no folder to keep it in: neither HOME nor XDG_CONFIG_HOME is set",
            )
        })?;
        self.write_to(&path)?;
        Ok(path)
    }

    fn write_to(&self, path: &Path) -> Result<(), RemoteError> {
        let failed = |error| wrong(path, error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        // Written beside and renamed, so that at no moment anybody else can read the secret.
        let fresh = path.with_extension("json.new");
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)
            .map_err(failed)?;
        let text = serde_json::to_string_pretty(self).map_err(|error| wrong(path, error))?;
        file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(failed)?;
        drop(file);
        fs::rename(&fresh, path).map_err(failed)
    }

    /// Keeps nothing any more.
    ///
    /// # Errors
    /// When the file is there and cannot be removed.
    pub fn forget() -> Result<(), RemoteError> {
        let Some(path) = path() else { return Ok(()) };
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(wrong(&path, error)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Saved {
        Saved {
            server: "https://ward.example:8443".into(),
            token: Secret("ws_secret".into()),
            ca: None,
        }
    }

    #[test]
    fn is_kept_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wardwatch/client.json");
        assert_eq!(Saved::read_from(&path).unwrap(), None);
        saved().write_to(&path).unwrap();
        saved().write_to(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Saved::read_from(&path).unwrap(), Some(saved()));
    }

    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.json");
        saved().write_to(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Saved::read_from(&path).unwrap_err().to_string();
        assert!(error.contains("others can read this file"), "{error}");
    }

    #[test]
    fn a_broken_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.json");
        saved().write_to(&path).unwrap();
        fs::write(&path, "{").unwrap();
        assert!(Saved::read_from(&path).is_err());
    }
}
