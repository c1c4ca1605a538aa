//! Stories of watched folders, look by look.

use std::fs;
use std::path::Path;

use super::*;
use crate::stage::{FakeGate, number, post, small_limits};

fn watcher(
    dir: &Path,
    layout: Layout,
) -> (Watcher<FakeGate>, FakeGate, std::sync::Arc<crate::Counters>) {
    let (post, gate, counters) = post(small_limits());
    let watcher = Watcher { dir: dir.to_owned(), layout, post, settling: Settling::default() };
    (watcher, gate, counters)
}

fn put(dir: &Path, name: &str, content: &[u8]) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

#[tokio::test]
async fn files_are_taken_once_they_have_settled_and_put_away() {
    let dir = tempfile::tempdir().unwrap();
    let (mut watcher, gate, counters) = watcher(dir.path(), Layout::Any);
    put(dir.path(), "ZZ1/a.json", b"{\"a\":1}\n{\"a\":2}\n");
    put(dir.path(), "b.log", b"<34>Nov 24 03:05:01 h su: no\n");
    watcher.look().await;
    assert!(gate.told().is_empty(), "they may still be written");
    put(dir.path(), "b.log", b"<34>Nov 24 03:05:01 h su: no\n<34>Nov 24 03:05:02 h su: no\n");
    watcher.look().await;
    let first = "ZZ2 JsonLines folder:ZZ1/a.json 1: {\"a\":1} | {\"a\":2}";
    assert_eq!(gate.told(), [first], "the folder's name does not decide whose it is");
    for _ in 0..4 {
        watcher.look().await;
    }
    assert_eq!(gate.lines().len(), 4);
    assert!(dir.path().join("ZZ1/done/a.json").exists());
    assert!(dir.path().join("done/b.log").exists());
    assert_eq!(number(&counters, "requests", "folder"), 2);
    assert_eq!(number(&counters, "records", "folder"), 4);
}

#[tokio::test]
async fn what_cannot_be_read_goes_to_failed_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (mut watcher, gate, counters) = watcher(dir.path(), Layout::Any);
    put(dir.path(), "a.bin", b"\x7fELF\x02\x01\0\0");
    put(dir.path(), "b.json", b"{\n\"a\": 1\n}\n{\n\"b\":");
    for _ in 0..3 {
        watcher.look().await;
    }
    let reason = fs::read_to_string(dir.path().join("failed/a.bin.problems.txt")).unwrap();
    assert_eq!(reason, "of no kind that is read\n");
    // What came before the broken part is kept.
    assert_eq!(gate.lines(), ["{ \"a\": 1 }"]);
    assert!(dir.path().join("done/b.json").exists());
    assert!(dir.path().join("done/b.json.problems.txt").exists());
    assert_eq!(number(&counters, "refused", "folder"), 1);
    assert_eq!(number(&counters, "invalid", "folder"), 1);
}

#[tokio::test]
async fn a_busy_log_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let (mut watcher, gate, _) = watcher(dir.path(), Layout::Any);
    gate.refuse(0, 3);
    put(dir.path(), "a.json", b"{\"a\":1}\n");
    watcher.look().await;
    watcher.look().await;
    assert_eq!(gate.lines(), ["{\"a\":1}"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_put_away_is_read_once() {
    let dir = tempfile::tempdir().unwrap();
    let (mut watcher, gate, _) = watcher(dir.path(), Layout::Any);
    put(dir.path(), "a.json", b"{\"a\":1}\n");
    // A file where the folder should be; its name keeps it from being taken itself.
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("done")).unwrap();
    for _ in 0..5 {
        watcher.look().await;
    }
    assert_eq!(gate.lines(), ["{\"a\":1}"]);
}

#[tokio::test]
async fn only_reports_are_read_from_the_share() {
    let dir = tempfile::tempdir().unwrap();
    let (mut watcher, gate, _) = watcher(dir.path(), Layout::Reports);
    let crash = "zz-pc-01/ReportQueue/AppCrash_x";
    let report = "Version=1\r\nEventType=APPCRASH\r\nUserName=ngrant\r\nAppPath=C:\\Users\\ngrant\\x.exe\r\n";
    // As Windows writes it: UTF-16 with its mark.
    let wide: Vec<u8> =
        "\u{feff}".chars().chain(report.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    put(dir.path(), &format!("{crash}/Report.wer"), &wide);
    put(dir.path(), "zz-pc-02/ReportArchive/x/Report.wer", b"{\"a\":1}\n{\"b\":2}\n");
    put(dir.path(), &format!("{crash}/memory.hdmp"), b"{\"a\":1}\n");
    for _ in 0..3 {
        watcher.look().await;
    }
    let lines = gate.lines();
    assert_eq!(lines.len(), 1);
    let fields: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(
        (&fields["Computer"], &fields["AppPath"]),
        (&"zz-pc-01".into(), &"C:\\Users\\*\\x.exe".into())
    );
    assert!(!lines[0].contains("ngrant"));
    assert!(dir.path().join(crash).join("done/Report.wer").exists());
    assert!(dir.path().join("zz-pc-02/ReportArchive/x/failed/Report.wer").exists());
    assert!(dir.path().join(crash).join("memory.hdmp").exists(), "dumps stay where they are");
}

#[tokio::test]
async fn watching_ends_when_it_is_told_to() {
    let dir = tempfile::tempdir().unwrap();
    let (post, gate, _) = post(small_limits());
    let watch = Watch { dir: dir.path().to_owned(), interval: Duration::from_millis(2) };
    put(dir.path(), "a.json", b"{\"a\":1}\n");
    let seen = gate.clone();
    watch_folder(watch, post, async move { seen.wait_for(1).await }).await;
    assert_eq!(gate.lines(), ["{\"a\":1}"]);
}
