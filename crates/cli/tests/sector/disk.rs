//! A small disk of its own for a server, to fill and to free.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A disk in memory, gone when it is dropped.
pub struct Disk {
    folder: TempDir,
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

impl Disk {
    /// Of so many MiB; nothing where this machine lets nobody mount one.
    pub fn new(mebibytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m,mode=0700"), "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Disk { folder });
        }
        // Not a program that is missing: no set-up could give this right, so not even CI fails.
        eprintln!("skipped: a full disk (no right to mount a small one)");
        None
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    /// Bytes that are free.
    pub fn free_bytes(&self) -> u64 {
        let found = nix::sys::statvfs::statvfs(self.path()).unwrap();
        found.blocks_available() * found.fragment_size()
    }

    /// Fills it until this much is free.
    pub fn fill(&self, leave_bytes: u64) {
        let mut file = File::create(self.ballast()).unwrap();
        let block = vec![0x5a_u8; 64 << 10];
        while self.free_bytes() > leave_bytes + block.len() as u64 {
            file.write_all(&block).unwrap();
        }
    }

    /// Takes what filled it away.
    pub fn free(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}
