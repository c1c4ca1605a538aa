//! Published files that a reader goes by, kept from being removed while it reads.
//!
//! In: a stretch of time. Out: the files that may hold events of it, until the lease is dropped.
//! Never: which rows a reader may see; whoever reads the files must keep to its scope.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use wardwatch_model::{Permission, Timestamp};

use crate::error::StoreError;
use crate::lake::{Lake, LakeFile};
use crate::scope::TenantScope;
use crate::state::State;

/// Catalogue and disk are looked at so often before it is given up that they agree.
const TRIES: usize = 5;

/// How many readers go by each file, by its path within the lake.
#[derive(Debug, Default)]
pub(super) struct Leases(Mutex<HashMap<String, usize>>);

impl Leases {
    /// Does `remove` unless somebody reads the file; nobody can start to meanwhile.
    pub fn unless_read<T>(&self, path: &str, remove: impl FnOnce() -> T) -> Option<T> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!held.contains_key(path)).then(remove)
    }
}

/// Files that stay where they are while this lives.
#[derive(Debug)]
pub struct Lease {
    leases: Arc<Leases>,
    dir: PathBuf,
    files: Vec<LakeFile>,
}

impl Lease {
    /// The files, in order of their paths.
    pub fn files(&self) -> &[LakeFile] {
        &self.files
    }

    /// The lake's folder, which the files' paths lie in.
    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut held = self.leases.0.lock().unwrap_or_else(PoisonError::into_inner);
        for file in &self.files {
            if let Some(readers) = held.get_mut(&file.path) {
                *readers -= 1;
                if *readers == 0 {
                    held.remove(&file.path);
                }
            }
        }
    }
}

impl Lake {
    /// The published files that may hold events of this stretch of time, its end not included.
    ///
    /// They hold rows of organisations outside the scope, which the reader must pass over.
    ///
    /// # Errors
    /// When the scope is not one of reading events, or the catalogue names what is not there.
    pub async fn lease(
        &self,
        state: &State,
        scope: &TenantScope,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Lease, StoreError> {
        scope.must_be_for(Permission::ReadEvents)?;
        let mut tries = 0;
        loop {
            let files = state.files_between(Some(from), Some(until)).await?;
            let lease = self.hold(files)?;
            // Between the catalogue and the lease a file may have been replaced and removed.
            let gone = lease.files.iter().find(|file| !self.dir.join(&file.path).exists());
            let Some(gone) = gone else { return Ok(lease) };
            tries += 1;
            if tries == TRIES {
                let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
                return Err(StoreError::file(self.dir.join(&gone.path), missing));
            }
        }
    }

    fn hold(&self, files: Vec<LakeFile>) -> Result<Lease, StoreError> {
        for file in &files {
            self.path_of(file)?;
        }
        let mut held = self.leases.0.lock().unwrap_or_else(PoisonError::into_inner);
        for file in &files {
            *held.entry(file.path.clone()).or_default() += 1;
        }
        drop(held);
        Ok(Lease { leases: Arc::clone(&self.leases), dir: self.dir.clone(), files })
    }
}
