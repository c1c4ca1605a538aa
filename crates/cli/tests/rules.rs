//! Rules of a running server as their writers use them: a real process, real verbs, files that
//! change under it, and a signal.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

const RULE: &str = "title: Found\nid: f\nlevel: high\nlogsource: {product: windows}\n\
                    detection: {s: {Image|endswith: '\\evil.exe'}, condition: s}\n";
/// Longest wait for anything to happen; only a defect waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

struct Place {
    folder: TempDir,
    child: Child,
    address: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Place {
    fn start() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("rules")).unwrap();
        fs::write(path("rules/f.yml"), RULE).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ward"))
            .args(["serve", "--listen", "127.0.0.1:0", "--watch-rules", "--data"])
            .arg(path("data"))
            .arg("--rules")
            .arg(path("rules"))
            .arg("--password-file")
            .arg(path("password"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().unwrap().unwrap();
            if let Some(rest) = line.split("serving at ").nth(1) {
                break rest.split(' ').next().unwrap().to_owned();
            }
        };
        // What it says later must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        let place = Place { folder, child, address };
        let password = fs::read_to_string(place.path("password")).unwrap();
        let login = place.ask(&["login", "--name", "administrator"], &password);
        assert!(login.status.success());
        let me = place.answer(&["person", "list", "--json"]);
        let me = me.as_array().or_else(|| me["items"].as_array()).unwrap()[0]["id"].clone();
        let grant = ["person", "grant", me.as_str().unwrap(), "--org", "ZZ0", "--role"];
        let role = place.ask(&[&grant[..], &["detection_engineer"]].concat(), "");
        assert!(role.status.success(), "{}", String::from_utf8_lossy(&role.stderr));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, args: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ward"))
            .args(args)
            .env("XDG_CONFIG_HOME", self.path("settings"))
            .env("WARD_SERVER", &self.address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A verb that reads nothing may have ended by now.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn answer(&self, args: &[&str]) -> Value {
        let output = self.ask(args, "");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Waits until the rules in use are these.
    fn wait_for(&self, wanted: &[&str]) {
        let started = Instant::now();
        loop {
            let list = self.answer(&["rule", "list", "--json"]);
            let ids: Vec<&str> = list["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["id"].as_str().unwrap())
                .collect();
            if ids == wanted {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{ids:?}, not {wanted:?}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

#[test]
fn rules_follow_their_files_signals_and_organisations() {
    let place = Place::start();
    place.wait_for(&["f"]);
    let second = RULE.replace("id: f", "id: g");
    fs::write(place.path("rules/g.yml"), &second).unwrap();
    place.wait_for(&["f", "g"]);

    // An edit gone wrong changes nothing, by file, by verb or by signal.
    fs::write(place.path("rules/g.yml"), second.replace("|endswith", "|nothing")).unwrap();
    let refused = place.ask(&["rule", "reload"], "");
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("g.yml:5: error[W105]"), "{said}");
    assert!(
        said.contains("The rules in use stay: a rule in use cannot be loaded any more"),
        "{said}"
    );
    place.wait_for(&["f", "g"]);
    fs::remove_file(place.path("rules/g.yml")).unwrap();
    let hangup = Command::new("kill").args(["-HUP", &place.child.id().to_string()]).status();
    assert!(hangup.unwrap().success());
    place.wait_for(&["f"]);

    // A rule of an organisation, from standard input.
    let own = RULE.replace("id: f", "id: own");
    let added = place.ask(&["rule", "add", "-", "--org", "ZZ0"], &own);
    let said = String::from_utf8_lossy(&added.stdout).into_owned();
    assert_eq!((added.status.code(), said.as_str()), (Some(0), "It is in use as ZZ0.own.\n"));
    place.wait_for(&["ZZ0.own", "f"]);
    let wrong = place.ask(&["rule", "add", "-", "--org", "ZZ0"], "title: [");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stdout).contains("W103"));

    for (args, words) in [
        (vec!["rule", "level", "f", "off", "--org", "ZZ0", "--reason", "noisy"], "level off"),
        (vec!["rule", "show", "f"], "noisy"),
        (
            vec!["rule", "canary", "f", "--org", "ZZ0", "--live-in", "ZZ0", "--reason", "x"],
            "live in ZZ0 only",
        ),
        (
            vec![
                "rule",
                "filter",
                "f",
                "--org",
                "ZZ0",
                "--exclude",
                "Image=backup",
                "--reason",
                "x",
            ],
            "Filter",
        ),
        (vec!["rule", "coverage"], "could see nothing"),
        (vec!["rule", "problems"], "2 rules, loaded at"),
        (vec!["rule", "backtest", "f"], "0 hits in 0 events"),
        (
            vec![
                "suppression",
                "add",
                "--org",
                "ZZ0",
                "--entity",
                "device=PC-1",
                "--reason",
                "rebuilt",
            ],
            "Suppression",
        ),
        (vec!["suppression", "list"], "rebuilt"),
    ] {
        let output = place.ask(&args, "");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let problem = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {problem}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
    let removed = place.ask(&["rule", "remove", "ZZ0.own"], "");
    assert!(removed.status.success());
    place.wait_for(&["f"]);
}
