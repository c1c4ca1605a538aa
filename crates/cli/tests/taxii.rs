//! Lists of indicators pulled from a real TAXII 2.1 server, filled by a real client, and searched
//! for in what two organisations sent before and afterwards.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longest wait for anything to happen; only a defect waits so long.
const PATIENCE: Duration = Duration::from_secs(60);
const COLLECTION: &str = "365fed99-08fa-fdcd-a1b3-fb247eb41d01";
const RULE: &str = "title: Never\nid: never\nlogsource: {product: windows}\n\
                    detection: {s: {Image: never}, condition: s}\n";

/// A process that ends with the test.
struct Running {
    child: Child,
    address: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The programs of a Python environment with what `requirements.txt` names, made once; none, and a
/// word about it, where there is no Python to make it with.
fn python() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-taxii");
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/taxii/requirements.txt");
    let programs = folder.join("bin");
    let (wanted, made) = (fs::read_to_string(&list).unwrap(), folder.join("made-from.txt"));
    if fs::read_to_string(&made).is_ok_and(|found| found == wanted) {
        return Some(programs);
    }
    let run = |program: &Path, args: &[&str]| {
        let output =
            Command::new(program).args(args).output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    };
    let done =
        run(Path::new("python3"), &["-m", "venv", "--clear", folder.to_str()?]).and_then(|()| {
            let args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
            run(&programs.join("python"), &[&args[..], &[list.to_str().unwrap_or("")]].concat())
        });
    match done {
        Ok(()) => {
            fs::write(made, wanted).unwrap();
            Some(programs)
        }
        Err(why) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "no Python environment: {why}");
            eprintln!("skipped: no Python environment with a TAXII server: {why}");
            None
        }
    }
}

/// A TAXII server with one empty collection; pages of two objects.
fn taxii_server(programs: &Path, folder: &Path) -> Running {
    // Free now, and again for the server a moment later.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{port}");
    let data = json!({
        "/discovery": {
            "title": "ZZ", "default": format!("{address}/api1/"),
            "api_roots": [format!("{address}/api1/")],
        },
        "api1": {
            "information": {
                "title": "ZZ", "versions": ["application/taxii+json;version=2.1"],
                "max_content_length": 10_485_760,
            },
            "status": [],
            "collections": [{
                "id": COLLECTION, "title": "ZZ indicators", "description": "for tests",
                "can_read": true, "can_write": true,
                "media_types": ["application/stix+json;version=2.1"],
                "objects": [], "manifest": [],
            }],
        },
    });
    let (kept, settings) = (folder.join("taxii-data.json"), folder.join("taxii.json"));
    fs::write(&kept, data.to_string()).unwrap();
    let config = json!({
        "backend": {
            "module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
            "filename": kept,
        },
        "users": { "sam": "pass" },
        "taxii": { "max_page_size": 2 },
    });
    fs::write(&settings, config.to_string()).unwrap();
    let child = Command::new(programs.join("medallion"))
        .args(["--port", &port.to_string()])
        .arg(&settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Running { child, address };
    let started = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(started.elapsed() < PATIENCE, "the TAXII server did not start");
        std::thread::sleep(Duration::from_millis(100));
    }
    server
}

/// Adds indicators to the server's collection.
fn add(programs: &Path, server: &Running, patterns: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/taxii/add.py");
    let collection = format!("{}/api1/collections/{COLLECTION}/", server.address);
    let output = Command::new(programs.join("python"))
        .arg(script)
        .args([&collection, "sam", "pass"])
        .args(patterns)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn ward() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ward"))
}

/// A server of ours, and who asks it.
struct House {
    folder: TempDir,
    server: Running,
}

impl House {
    fn start(allowed: &str) -> House {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rule.yml"), RULE).unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut child = ward()
            .args(["serve", "--listen", "127.0.0.1:0", "--private-source", allowed, "--data"])
            .arg(path("data"))
            .arg("--rules")
            .arg(path("rule.yml"))
            .arg("--password-file")
            .arg(path("password"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else { panic!("the server did not start: {said}") };
            if let Some(rest) = line.split("serving at ").nth(1) {
                break rest.split(' ').next().unwrap().to_owned();
            }
            said.push_str(&line);
        };
        // What it says later must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        let house = House { folder, server: Running { child, address } };
        let password = fs::read_to_string(house.path("password")).unwrap();
        let login = house.ask(&["login", "--name", "administrator"], &password);
        assert!(login.status.success(), "{}", String::from_utf8_lossy(&login.stderr));
        let list = house.path("organisations.csv");
        let csv = "code,parent,name,kind\nZZ1,ZZ0,North Trust,trust\nZZ2,ZZ0,South Trust,trust\n";
        fs::write(&list, csv).unwrap();
        house.answer(&["org", "import", "--json", list.to_str().unwrap()]);
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, args: &[&str], input: &str) -> Output {
        let mut child = ward()
            .args(args)
            .env("XDG_CONFIG_HOME", self.path("settings"))
            .env("WARD_SERVER", &self.server.address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn answer(&self, args: &[&str]) -> Value {
        let output = self.ask(args, "");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn secret(&self, args: &[&str]) -> String {
        self.answer(args)["secret"].as_str().unwrap().to_owned()
    }

    /// An answer, once it is as wanted.
    fn until(&self, args: &[&str], wanted: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let answer = self.answer(args);
            if wanted(&answer) {
                return answer;
            }
            assert!(started.elapsed() < PATIENCE, "{args:?}: {answer:#}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Sends a connection of a device to an address.
    fn connects(&self, token: &str, device: &str, address: &str) {
        let event = json!({
            "EventID": 3,
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": device,
            "DestinationIp": address,
        });
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
        let mut answer = agent
            .post(format!("{}/_bulk", self.server.address))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/x-ndjson")
            .send(format!("{{\"index\":{{}}}}\n{event}\n"))
            .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["errors"], Value::Bool(false), "{text}");
    }
}

/// Device and indicator of each detection, in order.
fn told(detections: &Value) -> Vec<(String, String)> {
    let mut told: Vec<_> = detections["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let rule = one["rule_id"].as_str().unwrap();
            (
                one["device"].as_str().unwrap().to_owned(),
                rule.rsplit(':').next().unwrap().to_owned(),
            )
        })
        .collect();
    told.sort();
    told
}

#[test]
fn a_collection_is_pulled_and_found_in_what_came_before_and_after() {
    let Some(programs) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let taxii = taxii_server(&programs, folder.path());
    let host = taxii.address.trim_start_matches("http://");
    let house = House::start(host);
    let sender = |org| house.secret(&["sender", "create", "logs", "--org", org, "--json"]);
    let (one, two) = (sender("ZZ1"), sender("ZZ2"));
    let token = |role: &str, org: &str| {
        house.secret(&["token", "create", role, "--org", org, "--role", role, "--json"])
    };
    let engineer = token("detection_engineer", "ZZ1");
    let analyst = token("analyst", "ZZ0");
    // Before anybody knows that the address is bad.
    house.connects(&one, "ZZ1-PC1", "45.9.148.20");
    house.connects(&one, "ZZ1-PC2", "45.9.148.21");
    house.connects(&two, "ZZ2-PC1", "45.9.148.20");
    add(
        &programs,
        &taxii,
        &[
            "[ipv4-addr:value = '45.9.148.20']",
            "[domain-name:value = 'c2.zz-evil.net' OR url:value = 'http://zz-evil.org/a']",
            "[ipv4-addr:value = '45.9.149.1' AND domain-name:value = 'zz-evil.net']",
        ],
    );
    let secret = house.path("secret");
    fs::write(&secret, "pass\n").unwrap();
    let discovery = format!("{}/taxii2/", taxii.address);
    let source = |name: &str, user: &str| {
        let source = house.answer(&[
            "indicator",
            "source",
            "add",
            name,
            &discovery,
            "--kind",
            "taxii",
            "--org",
            "ZZ1",
            "--collection",
            "ZZ indicators",
            "--user",
            user,
            "--secret-file",
            secret.to_str().unwrap(),
            "--json",
            "--token",
            &engineer,
        ]);
        source["id"].as_str().unwrap().to_owned()
    };
    let isac = source("isac", "sam");
    let lists = ["indicator", "list", "--json", "--token", &engineer];
    let pulled = house.until(&lists, |lists| {
        lists[0]["indicators"] == 3 && lists[0]["history"]["ended"].is_string()
    });
    assert_eq!((&pulled[0]["name"], &pulled[0]["problems"]), (&json!("isac"), &json!(1)));
    let list = pulled[0]["id"].as_str().unwrap();
    let problems = house.answer(&["indicator", "problems", list, "--json", "--token", &engineer]);
    assert!(problems[0]["reason"].as_str().unwrap().contains("AND"), "{problems}");
    let all = ["detection", "list", "--json", "--limit", "100", "--token", &analyst];
    let expected = |device: &str, value: &str| (device.to_owned(), value.to_owned());
    let found = house.until(&all, |found| !told(found).is_empty());
    assert_eq!(told(&found), [expected("ZZ1-PC1", "45.9.148.20")]);

    // What is added there later is added here too, and found in what comes in from then on.
    add(&programs, &taxii, &["[ipv4-addr:value ISSUBSET '45.9.150.0/24']"]);
    let output = house.ask(&["indicator", "pull", &isac, "--token", &engineer], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let pulled = house.until(&lists, |lists| {
        lists[0]["version"] == 2 && lists[0]["history"]["ended"].is_string()
    });
    assert_eq!((&pulled[0]["indicators"], &pulled[0]["fresh"]), (&json!(4), &json!(1)));
    house.connects(&one, "ZZ1-PC3", "45.9.150.7");
    house.connects(&two, "ZZ2-PC3", "45.9.150.7");
    let found = house.until(&all, |found| told(found).len() > 1);
    assert_eq!(
        told(&found),
        [expected("ZZ1-PC1", "45.9.148.20"), expected("ZZ1-PC3", "45.9.150.0/24")]
    );

    // Somebody whom the server does not know: the reason is kept and shown, the secret is not.
    source("stranger", "nobody");
    let sources = ["indicator", "source", "list", "--json", "--token", &engineer];
    let sources = house
        .until(&sources, |all| all.as_array().unwrap().iter().any(|one| one["error"].is_string()));
    let error = sources[1]["error"].as_str().unwrap();
    assert!(error.contains("401") && !sources.to_string().contains("pass"), "{sources}");
}
