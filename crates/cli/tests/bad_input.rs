//! Bad input beside good: one clear message, exit code 6, and the neighbour's detection is there.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use wardwatch_testkit::corpora;

const RULE: &str = "title: Found\nid: f\nlogsource: {product: windows}\n\
                    detection: {s: {Image|endswith: '\\evil.exe'}, condition: s}\n";
const GOOD: &str = r#"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"ZZ1-PC-1","Image":"C:\\Temp\\evil.exe","TimeCreated":"2026-03-02T09:14:05Z"}"#;

struct Place {
    folder: TempDir,
    rule: PathBuf,
}

impl Place {
    /// A folder with a rule beside `logs`, in which one good log lies.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rule = folder.path().join("rule.yml");
        fs::write(&rule, RULE).unwrap();
        fs::create_dir(folder.path().join("logs")).unwrap();
        let place = Place { folder, rule };
        place.put("good.jsonl", format!("{GOOD}\n"));
        place
    }

    fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.logs().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn scan(&self, more: &[&str]) -> Output {
        ward()
            .args(["scan", "--format", "jsonl", "--rules"])
            .arg(&self.rule)
            .arg(self.logs())
            .args(more)
            .output()
            .unwrap()
    }

    /// Scans; the good log's detection must be there, the exit code 6, and exactly one message,
    /// which holds all of `words`.
    fn complains(&self, words: &[&str]) {
        let (code, found, messages) = outcome(&self.scan(&[]));
        assert_eq!(code, 6, "{messages}");
        assert_eq!(found, 1, "the good log's detection; {messages}");
        let told: Vec<&str> =
            messages.lines().filter(|line| !line.ends_with("records could not be read")).collect();
        assert_eq!(told.len(), 1, "{messages}");
        for word in words {
            assert!(told[0].contains(word), "'{word}' is not in: {messages}");
        }
    }
}

fn ward() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ward"))
}

/// Exit code, number of detections, standard error.
fn outcome(output: &Output) -> (i32, usize, String) {
    let messages = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!messages.contains("panicked"), "{messages}");
    let found = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
    (output.status.code().unwrap(), found, messages)
}

#[test]
fn good_input_says_nothing() {
    assert_eq!(outcome(&Place::new().scan(&[])), (0, 1, String::new()));
}

#[test]
fn a_broken_line_is_named_and_its_neighbours_are_read() {
    let place = Place::new();
    place.put("a.jsonl", "{\"EventID\":1}\n{\"EventID\":\n{\"EventID\":2}\n");
    place.complains(&["a.jsonl", "line 2", "JSON"]);
}

#[test]
fn text_that_is_not_utf8_is_read_with_marks() {
    let place = Place::new();
    let mut line = GOOD.replace("ZZ1-PC-1", "ZZ1-\u{1}").into_bytes();
    let at = line.iter().position(|byte| *byte == 1).unwrap();
    line[at] = 0xff;
    place.put("a.jsonl", [&line[..], b"\n"].concat());
    let (code, found, messages) = outcome(&place.scan(&[]));
    assert_eq!((code, found), (0, 2), "{messages}");
}

#[test]
fn broken_utf16_is_read_and_said() {
    let place = Place::new();
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(GOOD.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend([0x0a, 0x00, 0x00, 0xd8]);
    place.put("a.jsonl", bytes);
    let (code, found, messages) = outcome(&place.scan(&[]));
    assert_eq!((code, found), (6, 2), "{messages}");
    assert!(messages.contains("a.jsonl: not valid UTF-16"), "{messages}");
}

#[test]
fn a_line_of_ten_megabytes_is_skipped() {
    let place = Place::new();
    let long = format!("{{\"EventID\":1,\"Image\":\"{}\"}}", "x".repeat(10 << 20));
    place.put("a.jsonl", format!("{{\"EventID\":3}}\n{long}\n{{\"EventID\":2}}\n"));
    place.complains(&["a.jsonl", "line 2", "limit"]);
}

#[test]
fn json_a_thousand_deep_is_refused() {
    let place = Place::new();
    place.put("a.jsonl", format!("{}1{}\n", "{\"a\":".repeat(1000), "}".repeat(1000)));
    place.complains(&["a.jsonl", "line 1", "deeper than"]);
}

#[test]
fn decompression_bombs_are_cut_off() {
    let place = Place::new();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(b"{\"EventID\":1}\n").unwrap();
    let blanks = vec![b'\n'; 1 << 20];
    for _ in 0..400 {
        packer.write_all(&blanks).unwrap();
    }
    place.put("a.gz", packer.finish().unwrap());
    place.complains(&["a.gz", "bomb"]);

    let place = Place::new();
    let mut packer = zstd::Encoder::new(Vec::new(), 3).unwrap();
    packer.write_all(b"{\"EventID\":1}\n").unwrap();
    for _ in 0..400 {
        packer.write_all(&blanks).unwrap();
    }
    place.put("a.zst", packer.finish().unwrap());
    place.complains(&["a.zst", "bomb"]);
}

#[test]
fn a_cut_off_archive_is_said() {
    let place = Place::new();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for number in 0..20_000 {
        writeln!(packer, "{{\"EventID\":{number}}}").unwrap();
    }
    let whole = packer.finish().unwrap();
    place.put("a.gz", &whole[..whole.len() / 2]);
    let (code, found, messages) = outcome(&place.scan(&[]));
    assert_eq!((code, found), (6, 1), "{messages}");
    assert!(messages.contains("a.gz: cannot be unpacked further"), "{messages}");
}

#[test]
fn packed_logs_are_read() {
    let place = Place::new();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(GOOD.as_bytes()).unwrap();
    place.put("named.txt", packer.finish().unwrap());
    place.put("b", zstd::encode_all(GOOD.as_bytes(), 3).unwrap());
    place.put("pretty.json", GOOD.replace(',', ",\n  "));
    assert_eq!(outcome(&place.scan(&[])), (0, 4, String::new()));
}

#[test]
fn what_is_no_log_is_left_out() {
    let place = Place::new();
    let zip = place.put("a.zip", b"PK\x03\x04\x14\0\0\0");
    place.put("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    place.put("empty.log", b"");
    place.put("README.md", "# Read me\n\nNo log.\n");
    assert_eq!(outcome(&place.scan(&[])), (0, 1, String::new()));
    let (code, _, messages) = outcome(&place.scan(&[zip.to_str().unwrap()]));
    assert_eq!(code, 6);
    assert!(messages.contains("a.zip: not a log of a kind that is read"), "{messages}");
}

#[test]
fn a_missing_path_is_said_and_the_rest_scanned() {
    let (code, found, messages) = outcome(&Place::new().scan(&["no/such/place"]));
    assert_eq!((code, found), (6, 1));
    assert!(messages.contains("no/such/place: cannot be read"), "{messages}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_holds_itself_is_entered_once() {
    let place = Place::new();
    std::os::unix::fs::symlink(place.logs(), place.logs().join("loop")).unwrap();
    place.complains(&["loop", "leads back"]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let secret = place.put("secret.jsonl", GOOD);
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&secret).is_ok() {
        // Root reads everything: there is nothing to refuse.
        eprintln!("skipped: this user may read every file");
        return;
    }
    place.complains(&["secret.jsonl", "cannot be read"]);
}

#[test]
fn broken_evtx_keeps_what_can_be_read() {
    let Some(folder) = corpora::folder() else { return };
    let files = corpora::files(&folder.join("evtx"), "evtx");
    let whole = files
        .iter()
        .map(|file| fs::read(file).unwrap())
        .find(|bytes| bytes.len() >= 4096 + 3 * 65_536)
        .unwrap();
    let place = Place::new();
    place.put("cut.evtx", &whole[..4096 + 65_536 + 30_000]);
    let (code, found, messages) = outcome(&place.scan(&[]));
    assert_eq!((code, found), (6, 1), "{messages}");
    assert!(messages.contains("cut.evtx: chunk 1: ") && messages.contains("cut off"), "{messages}");

    let place = Place::new();
    let mut broken = whole;
    broken[4096 + 65_536..4096 + 65_536 + 8].copy_from_slice(b"GARBAGE!");
    place.put("broken.evtx", broken);
    place.complains(&["broken.evtx", "chunk 1", "skipped"]);
    place.put("head.evtx", b"ElfFile\0");
    let (code, _, messages) = outcome(&place.scan(&[]));
    assert_eq!(code, 6);
    assert!(messages.contains("head.evtx: cut off within the file header"), "{messages}");
}

#[test]
fn rules_that_cannot_be_used_are_reported_with_file_and_line() {
    let place = Place::new();
    let check = |name: &str, text: &str, words: &[&str]| {
        let rule = place.folder.path().join(name);
        fs::write(&rule, text).unwrap();
        let output = ward().args(["rules", "check"]).arg(&rule).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert_eq!(told.lines().count(), 2, "one finding and the count: {told}");
        for word in words.iter().chain(&[name]) {
            assert!(told.contains(word), "'{word}' is not in: {told}");
        }
    };
    let regex = |pattern: &str| {
        RULE.replace("Image|endswith: '\\evil.exe'", &format!("Image|re: '{pattern}'"))
    };
    check("huge.yml", &regex("(a{1000}){1000}"), &["W136", "huge.yml:4"]);
    check("look.yml", &regex("(?=a)b"), &["W136", "look-around"]);
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..12 {
        let list = vec![format!("*a{}", level - 1); 10].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    check("laughs.yml", &bomb, &["W103"]);
    check("twice.yml", &format!("{RULE}---\n{RULE}"), &["W151", "twice.yml:7"]);
}

#[test]
fn a_rule_in_error_does_not_stop_the_others() {
    let place = Place::new();
    fs::write(&place.rule, format!("{RULE}---\ntitle: broken\n")).unwrap();
    let (code, found, messages) = outcome(&place.scan(&[]));
    assert_eq!((code, found), (6, 1), "{messages}");
    assert!(messages.contains("rule.yml:6: error[W104]"), "{messages}");
}

#[test]
fn output_does_not_depend_on_threads_or_door() {
    let place = Place::new();
    let lines: String =
        (0..30_000).map(|n| GOOD.replace("ZZ1-PC-1", &format!("ZZ1-{n}")) + "\n").collect();
    let file = place.put("many.jsonl", &lines);
    let one = place.scan(&["--threads", "1"]);
    let four = place.scan(&["--threads", "4"]);
    assert_eq!(one.stdout.len(), four.stdout.len());
    assert!(one.stdout == four.stdout, "the output depends on the number of threads");
    let mut child = ward()
        .args(["scan", "-", "--format", "jsonl", "--rules"])
        .arg(&place.rule)
        .stdin(fs::File::open(&file).unwrap())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut from_stdin = Vec::new();
    std::io::Read::read_to_end(&mut child.stdout.take().unwrap(), &mut from_stdin).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(from_stdin.split(|byte| *byte == b'\n').count(), 30_001);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    let lines: String = (0..20_000).map(|_| format!("{GOOD}\n")).collect();
    place.put("many.jsonl", lines);
    let mut child = ward()
        .args(["scan", "--format", "jsonl", "--rules"])
        .arg(&place.rule)
        .arg(place.logs())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(outcome(&output), (0, 0, String::new()));
}

#[test]
fn findings_can_decide_the_exit_code() {
    let place = Place::new();
    assert_eq!(place.scan(&["--fail-on-findings"]).status.code(), Some(3));
    assert_eq!(place.scan(&["--fail-on-findings", "--min-level", "high"]).status.code(), Some(0));
    assert_eq!(place.scan(&["--no-such-option"]).status.code(), Some(2));
}

#[test]
fn figures_are_written() {
    let place = Place::new();
    let stats = place.folder.path().join("stats.json");
    place.scan(&["--stats-json", stats.to_str().unwrap()]);
    let figures = read(&stats);
    assert_eq!(figures["rules"]["loaded"], 1);
    assert_eq!(figures["events"]["read"], 1);
    assert_eq!(figures["detections"]["by_rule"]["f"], 1);
    assert_eq!(figures["detections"]["by_level"]["medium"], 1);
    assert!(figures["peak_rss_bytes"].as_u64().unwrap() > 1_000_000);
}

fn read(path: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
