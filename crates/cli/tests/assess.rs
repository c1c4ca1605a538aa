//! `ward assess` over reports whose truth is known, and over public ones.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A report as Windows XP makes it, with these updates.
fn xp(updates: &[&str]) -> String {
    let listed: Vec<String> = updates
        .iter()
        .enumerate()
        .map(|(place, kb)| format!("                           [{:02}]: {kb}\r\n", place + 1))
        .collect();
    format!(
        "\r\nHost Name:                 ZZXP01\r\n\
         OS Name:                   Microsoft Windows XP Professional\r\n\
         OS Version:                5.1.2600 Service Pack 3 Build 2600\r\n\
         OS Manufacturer:           Microsoft Corporation\r\n\
         System type:               X86-based PC\r\n\
         Hotfix(s):                 {} Hotfix(s) Installed.\r\n{}",
        listed.len(),
        listed.concat()
    )
}

fn ward(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ward")).args(args).output().unwrap()
}

fn json(args: &[&str]) -> (Vec<Value>, Output) {
    let output = ward(&[args, &["--format", "json"]].concat());
    let hosts = serde_json::from_slice(&output.stdout).unwrap();
    (hosts, output)
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn status(host: &Value, cve: &str) -> String {
    let exposures = host["exposures"].as_array().unwrap();
    let found = exposures.iter().find(|exposure| exposure["cve"] == cve);
    found.map_or("absent", |exposure| exposure["status"].as_str().unwrap()).to_owned()
}

#[test]
fn with_what_is_built_in_xp_is_open_to_ms17_010_until_it_is_patched() {
    let folder = tempfile::tempdir().unwrap();
    let open = written(folder.path(), "open.txt", &xp(&["KB2964358"]));
    let closed = written(folder.path(), "closed.txt", &xp(&["KB4012598"]));
    let later = written(folder.path(), "later.txt", &xp(&["KB4018466"]));
    let paths = [&open, &closed, &later].map(|path| path.to_str().unwrap());
    let (hosts, output) = json(&["assess", paths[0], paths[1], paths[2], "--as-of", "2026-11-28"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(hosts.len(), 3);
    for number in 143..=148 {
        let cve = format!("CVE-2017-0{number}");
        let found: Vec<String> = hosts.iter().map(|host| status(host, &cve)).collect();
        assert_eq!(found, ["exposed", "fixed", "fixed"], "{cve}");
    }
    let host = &hosts[0];
    let not_looked_at = host["counts"]["not_looked_at"].as_u64().unwrap();
    assert!(not_looked_at > 0, "holes found after the end of support are not clean");
    assert_eq!(host["product"], "Microsoft Windows XP Service Pack 3");
    assert_eq!(host["architecture"], "x86");
    assert_eq!(host["support"]["state"], "ended");
    assert_eq!(host["support"]["ends"], "2014-04-08");
    assert!(!host["missing_updates"].as_array().unwrap().is_empty());
    assert!(host["plan"]["steps"].as_array().unwrap().len() > 3, "{}", host["plan"]);
}

#[test]
fn a_host_that_cannot_be_told_is_unknown_in_every_count() {
    let folder = tempfile::tempdir().unwrap();
    let list = "HotFixID\r\nKB9999991\r\nKB9999992\r\n";
    let path = written(folder.path(), "hotfixes.txt", list);
    let junk = written(folder.path(), "junk.txt", "nothing of the kind\n");
    let (hosts, output) = json(&["assess", path.to_str().unwrap(), junk.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(6));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("junk.txt"), "{errors}");
    let host = &hosts[0];
    assert_eq!(host["product"], Value::Null);
    assert!(host["counts"]["unknown"].as_u64().unwrap() > 0);
    for count in ["exposed", "mitigated", "fixed", "not_affected"] {
        assert_eq!(host["counts"][count], 0, "{count}");
    }
    assert_eq!(host["support"]["state"], "unknown");
}

#[test]
fn feeds_that_are_none_change_nothing_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let host = written(folder.path(), "host.txt", &xp(&[]));
    let empty = folder.path().join("feeds");
    std::fs::create_dir(&empty).unwrap();
    let output = ward(&["assess", host.to_str().unwrap(), "--feeds", empty.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("no feed was found"), "{errors}");
    let damaged = written(folder.path(), "snapshot", "WARDLAND and then nothing of use");
    let output = ward(&["assess", host.to_str().unwrap(), "--feeds", damaged.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
}

/// What the public reports' names say: product's piece, service pack, architecture.
fn named(file: &str) -> (Option<u8>, Option<&'static str>) {
    let pack = (1..=3).find(|pack| file.contains(&format!("sp{pack}")));
    let architecture = ["x64", "x86"].into_iter().find(|word| file.contains(word));
    (pack, architecture)
}

#[test]
fn public_reports_all_resolve_and_nothing_missing_is_superseded() {
    let Some(feeds) = std::env::var_os("WARD_FEEDS").map(PathBuf::from) else {
        eprintln!("skipped: no feeds");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    let snapshot = snapshot.to_str().unwrap();
    let feeds_path = feeds.to_str().unwrap();
    let imported = ward(&["feeds", "import", feeds_path, "--output", snapshot]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let reports = feeds.join("inventories");
    let (hosts, output) =
        json(&["assess", reports.to_str().unwrap(), "--feeds", snapshot, "--as-of", "2026-06-30"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(hosts.len(), std::fs::read_dir(&reports).unwrap().count());
    for host in &hosts {
        let file = host["file"].as_str().unwrap();
        assert!(host["product"].is_string(), "{file}: {}", host["evidence"]);
        let (pack, architecture) = named(file);
        if let Some(pack) = pack {
            assert_eq!(host["service_pack"], pack, "{file}");
        }
        if let Some(architecture) = architecture {
            assert_eq!(host["architecture"], architecture, "{file}");
        }
        let missing = host["missing_updates"].as_array().unwrap();
        let ids: Vec<&Value> = missing.iter().map(|update| &update["id"]).collect();
        for update in missing {
            let older = update["supersedes"].as_array().unwrap();
            assert!(older.iter().all(|older| !ids.contains(&older)), "{file}: {update}");
        }
        let counts = &host["counts"];
        let exposures = host["exposures"].as_array().unwrap().len() as u64;
        let sum: u64 = ["exposed", "mitigated", "fixed", "not_affected", "unknown"]
            .iter()
            .map(|name| counts[name].as_u64().unwrap())
            .sum();
        assert_eq!(sum, exposures, "{file}");
    }
    compare(&hosts);
}

/// Verdicts that somebody has looked through, one line a report. `WARD_RENEW=1` writes them anew, to
/// be looked through again.
fn compare(hosts: &[Value]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/assess/public.txt");
    let known = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<String> = hosts.iter().map(line).collect();
    if std::env::var_os("WARD_RENEW").is_some() {
        let heading = known.lines().take_while(|line| line.starts_with('#'));
        let text = heading.chain(lines.iter().map(String::as_str)).fold(
            String::new(),
            |mut text, line| {
                text.push_str(line);
                text.push('\n');
                text
            },
        );
        std::fs::write(&path, text).unwrap();
        return;
    }
    let file = |line: &str| line.split(" | ").next().unwrap_or_default().to_owned();
    let wrong: Vec<String> = known
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|reviewed| {
            let now = lines.iter().find(|line| file(line) == file(reviewed));
            let now = now.map_or("no such report", String::as_str);
            (now != reviewed).then(|| format!("reviewed {reviewed}\n     now {now}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A report's verdict in one line; the columns are named in the file of those that were reviewed.
fn line(host: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let file = text(&host["file"]);
    let counts = ["exposed", "mitigated", "fixed", "not_affected", "unknown", "not_looked_at"]
        .map(|name| host["counts"][name].as_u64().unwrap().to_string());
    let missing = host["missing_updates"].as_array().unwrap();
    let first: Vec<String> = missing.iter().take(4).map(|update| text(&update["id"])).collect();
    [
        file.rsplit('/').next().unwrap_or_default().to_owned(),
        text(&host["product"]),
        text(&host["architecture"]),
        text(&host["build"]),
        host["installed"].as_array().unwrap().len().to_string(),
        format!("{} {}", text(&host["support"]["state"]), text(&host["support"]["ends"])),
        counts.join(" "),
        format!("{}: {}", missing.len(), first.join(" ")),
        status(host, "CVE-2017-0144"),
        status(host, "CVE-2019-0708"),
    ]
    .join(" | ")
}

#[test]
fn packages_of_linux_are_not_passed_off_as_clean() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        "Package: zz-tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n\n";
    let path = written(folder.path(), "status", text);
    let (hosts, _) = json(&["assess", path.to_str().unwrap()]);
    assert!(hosts[0]["counts"]["unknown"].as_u64().unwrap() > 0);
    let doubts = hosts[0]["doubts"].to_string();
    assert!(doubts.contains("not yet held against"), "{doubts}");
}

#[test]
fn packages_of_debian_are_held_against_its_tracker() {
    let folder = tempfile::tempdir().unwrap();
    let package = |name: &str, version: &str| {
        format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n"
        )
    };
    let text = [package("base-files", "12.4+deb12u9"), package("zz-lamp", "1.0-1")].concat();
    let status_file = written(folder.path(), "status", &text);
    let tracker = r#"{"zz-lamp":{
        "CVE-2999-0001":{"releases":{"bookworm":{"status":"resolved","fixed_version":"1.0-1+deb12u1"}}},
        "CVE-2999-0002":{"releases":{"bookworm":{"status":"resolved","fixed_version":"0.9-1"}}},
        "CVE-2999-0003":{"releases":{"trixie":{"status":"open"}}}}}"#;
    let feeds = folder.path().join("feeds");
    std::fs::create_dir(&feeds).unwrap();
    written(&feeds, "debian.json", tracker);
    let paths = [status_file.to_str().unwrap(), feeds.to_str().unwrap()];
    let (hosts, _) = json(&["assess", paths[0], "--feeds", paths[1], "--as-of", "2026-06-30"]);
    let host = &hosts[0];
    assert_eq!(host["product"], "Debian GNU/Linux 12");
    assert_eq!(status(host, "CVE-2999-0001"), "exposed");
    assert_eq!(status(host, "CVE-2999-0002"), "fixed");
    assert_eq!(status(host, "CVE-2999-0003"), "absent");
    assert_eq!(host["outdated_packages"][0]["fixed"], "1.0-1+deb12u1");
}

#[test]
fn what_keeps_a_device_from_the_next_release_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "Device name,OS,OS version,Architecture,Model,Physical memory,Total storage,TPM version,Installed software\n\
                ZZ-1,Windows 10 Pro,10.0.19045.3803,x64,ZZ Scan 300,2048 MB,512 GB,1.2,Path Viewer 7.9.4; Reader 11.0\n\
                ZZ-2,Windows 10 Pro,10.0.19045.3803,x64,ZZ Desk 5,16 GB,59 GB,\"2.0, 0, 1.38\",Path Viewer 7.10\n\
                ZZ-3,Windows 10 Pro,10.0.19045.3803,x64,ZZ Desk 5,,,,\n";
    let table = written(folder.path(), "hosts.csv", rows);
    let feeds = folder.path().join("feeds");
    std::fs::create_dir(&feeds).unwrap();
    let list = "target,kind,name,below,supplier,day\n\
                Windows 11,application,Path Viewer,7.10,Lumen Path,2026-03-31\n\
                Windows 11,machine,ZZ Scan 300,,Lumen Imaging,2026-03-31\n\
                Windows Server 2025,application,Reader,,,2026-03-31\n";
    written(&feeds, "compatibility.csv", list);
    let paths = [table.to_str().unwrap(), feeds.to_str().unwrap()];
    let (hosts, output) = json(&["assess", paths[0], "--feeds", paths[1], "--as-of", "2026-06-30"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let kinds = |host: &Value| -> Vec<String> {
        let blockers = host["blockers"].as_array().unwrap();
        blockers.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&hosts[0]), ["application", "driver", "memory", "tpm"]);
    assert_eq!(hosts[0]["moves_to"], "Windows 11");
    assert_eq!(hosts[0]["blockers"][0]["supplier"], "Lumen Path");
    assert_eq!(kinds(&hosts[1]), ["disk"]);
    assert_eq!(hosts[2].get("blockers"), None, "nothing is known to be in its way");
    let text = ward(&["assess", paths[0], "--feeds", paths[1], "--as-of", "2026-06-30"]).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains(
            "not Windows 11: Path Viewer does not run on it; no drivers for ZZ Scan 300;"
        ),
        "{text}"
    );
}

/// An advisory for a made-up pump, affected up to a version.
const ADVISORY: &str = r#"{"document":{"csaf_version":"2.0","title":"Lamp pump","tracking":{"id":"ZZ-1",
    "current_release_date":"2026-01-02T00:00:00Z"}},"product_tree":{"branches":[
    {"category":"vendor","name":"Lamps, Inc.","branches":[{"category":"product_name","name":"Pump",
    "branches":[{"category":"product_version_range","name":"<= 4.2",
    "product":{"product_id":"P1","name":"Lamps Pump"}}]}]}]},
    "vulnerabilities":[{"cve":"CVE-2999-0001","product_status":{"known_affected":["P1"]},
    "remediations":[{"category":"vendor_fix","details":"Install 4.3","product_ids":["P1"]}]}]}"#;

#[test]
fn medical_devices_of_a_table_are_held_against_advisories() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "Asset tag,Manufacturer,Model,Software version\nZZ-1,Lamps,Pump,4.1\nZZ-2,Lamps,Pump,4.3\n\
                ZZ-3,lamps inc,PUMP,\nZZ-4,Lamps,Pump Cart,4.1\nZZ-5,Others,Pump,4.1\n";
    let table = written(folder.path(), "devices.csv", rows);
    let feeds = folder.path().join("feeds");
    std::fs::create_dir(&feeds).unwrap();
    written(&feeds, "zz-1.json", ADVISORY);
    let paths = [table.to_str().unwrap(), feeds.to_str().unwrap()];
    let (hosts, output) = json(&["assess", paths[0], "--feeds", paths[1], "--as-of", "2026-06-30"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Vec<String> = hosts.iter().map(|host| status(host, "CVE-2999-0001")).collect();
    assert_eq!(found, ["exposed", "not_affected", "unknown", "unknown", "absent"]);
    let reasons = hosts[0]["exposures"][0]["reasons"].to_string();
    assert!(reasons.contains("ZZ-1") && reasons.contains("Install 4.3"), "{reasons}");
    assert_eq!(hosts[0]["product"], "Lamps Pump 4.1");
    // Of the last one no advisory speaks: that is not clean.
    assert!(hosts[4]["counts"]["unknown"].as_u64().unwrap() > 0);
    assert!(hosts[4]["doubts"].to_string().contains("no advisory speaks"), "{}", hosts[4]);
}
