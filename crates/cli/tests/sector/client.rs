//! Other people's programs that tests run: where they are, and what they said.
//!
//! In: a name. Out: the program, or nothing with a line on standard error that says what is
//! missing; where `CI` is `true`, nothing may be missing. Never: a program that runs for ever.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{PATIENCE, PAUSE};

/// Says what is left out and why; fails where nothing may be.
pub fn skip(what: &str) {
    let may_not = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!may_not, "missing: {what}");
    eprintln!("skipped: {what}");
}

/// A program of this machine.
pub fn program(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    // Where daemons lie, which is not on everyone's path.
    let daemons = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    let found = std::env::split_paths(&paths).chain(daemons).map(|folder| folder.join(name));
    let found = found.into_iter().find(|path| path.is_file());
    if found.is_none() {
        skip(&format!("{name} is not installed"));
    }
    found
}

/// A file that a package brings, such as a module of a daemon.
pub fn module(package: &str, places: &[&str]) -> Option<PathBuf> {
    let found = places.iter().map(PathBuf::from).find(|path| path.is_file());
    if found.is_none() {
        skip(&format!("{package} is not installed"));
    }
    found
}

/// Python with the clients of `python/requirements.txt`: `WARD_PYTHON`, which `./dev test` sets.
pub fn python() -> Option<PathBuf> {
    let found = std::env::var_os("WARD_PYTHON").map(PathBuf::from);
    if found.is_none() {
        skip("clients in Python (WARD_PYTHON is not set; ./dev test sets it)");
    }
    found
}

/// A script of `tests/python`.
pub fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(name)
}

/// What a program did.
#[derive(Debug)]
pub struct Done {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Done {
    run_with(command, "")
}

/// The same, with this on its standard input.
pub fn run_with(command: &mut Command, input: &str) -> Done {
    run_within(command, input, PATIENCE)
}

/// The same, with so much time for it.
pub fn run_within(command: &mut Command, input: &str, patience: Duration) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("in"), input).unwrap();
    let mut child = command
        .stdin(File::open(path("in")).unwrap())
        .stdout(File::create(path("out")).unwrap())
        .stderr(File::create(path("err")).unwrap())
        .spawn()
        .unwrap();
    let status = finish(&mut child, &format!("{command:?}"), patience);
    let read = |name| String::from_utf8_lossy(&std::fs::read(path(name)).unwrap()).into_owned();
    Done { status, stdout: read("out"), stderr: read("err") }
}

/// Waits for a program's end.
fn finish(child: &mut Child, what: &str, patience: Duration) -> ExitStatus {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{what} does not end");
        }
        std::thread::sleep(PAUSE);
    }
}

/// A daemon that is ended when it is dropped.
pub struct Daemon {
    child: Child,
    said: PathBuf,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    /// Starts it; what it says goes to a file.
    pub fn start(command: &mut Command, said: PathBuf) -> Self {
        let file = File::create(&said).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        Daemon { child, said }
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.said).unwrap_or_default()).into_owned()
    }

    /// Waits until something is so.
    pub fn until(&mut self, what: &str, mut so: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !so() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{what}: it ended with {ended:?} and said {}", self.said());
            assert!(Instant::now() < deadline, "{what}: not in time; it said {}", self.said());
            std::thread::sleep(PAUSE);
        }
    }
}
