//! The log, told as stories of kills, full disks and many senders at once.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::path::Path;
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use tempfile::TempDir;
use wardwatch_model::Timestamp;
use wardwatch_normalise::block::Shape;

use super::{AppendError, Batch, Log, LogError, LogLimits, LogPosition, segment};
use crate::testing;

const NOW: Timestamp = Timestamp { micros: 1_494_583_200_000_000 };

fn limits() -> LogLimits {
    LogLimits { min_free_bytes: 0, ..LogLimits::default() }
}

fn batch(text: &str) -> Batch {
    Batch {
        shape: Shape::Lines,
        source: "test".to_owned(),
        bytes: text.as_bytes().to_vec(),
        first: 1,
        logsource: None,
        key: None,
    }
}

async fn append(log: &Log, org: &str, text: &str) -> Result<LogPosition, AppendError> {
    let sender = testing::sender(&org.parse().unwrap(), "relay");
    log.append(&sender, batch(text), NOW).await
}

async fn texts(log: &Log, after: Option<LogPosition>) -> Vec<String> {
    let found = log.read_from(after, usize::MAX).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    found.into_iter().map(|(_, entry)| text(entry.batch.bytes)).collect()
}

fn segments(dir: &Path) -> Vec<u64> {
    segment::list(dir).unwrap()
}

#[tokio::test]
async fn what_two_organisations_send_keeps_its_order_and_owner_over_a_restart() {
    let dir = TempDir::new().unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    assert_eq!(log.end(), None);
    let first = append(&log, "ZZ1", "a").await.unwrap();
    let second = append(&log, "ZZ2", "b").await.unwrap();
    assert!(first < second);
    assert_eq!(log.pending_bytes(), 0);
    drop(log);
    let log = Log::open(dir.path(), limits()).await.unwrap();
    assert_eq!((log.end(), log.torn()), (Some(second), None));
    let found = log.read_from(None, usize::MAX).await.unwrap();
    let owners: Vec<(LogPosition, &str)> =
        found.iter().map(|(position, entry)| (*position, entry.org.as_str())).collect();
    assert_eq!(owners, [(first, "ZZ1"), (second, "ZZ2")]);
    assert_eq!(texts(&log, Some(first)).await, ["b"]);
    assert!(texts(&log, Some(second)).await.is_empty());
    assert_eq!(log.bytes_after(Some(first)).await.unwrap(), second.offset - first.offset);
}

#[tokio::test]
async fn a_kill_amid_a_write_costs_only_what_was_not_acknowledged() {
    let dir = TempDir::new().unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    let kept = append(&log, "ZZ1", "acknowledged").await.unwrap();
    let end = append(&log, "ZZ2", "on its way").await.unwrap();
    drop(log);
    let path = segment::path(dir.path(), 1);
    for length in (kept.offset..end.offset).rev() {
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(length).unwrap();
        let log = Log::open(dir.path(), limits()).await.unwrap();
        assert_eq!(texts(&log, None).await, ["acknowledged"], "cut at {length}");
        assert_eq!(log.torn().map(|torn| torn.bytes).unwrap_or(0), length - kept.offset);
        assert_eq!(append(&log, "ZZ2", "on its way").await.unwrap(), end);
    }
}

#[tokio::test]
async fn a_torn_end_is_kept_beside_the_log() {
    let dir = TempDir::new().unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    let kept = append(&log, "ZZ1", "whole").await.unwrap();
    drop(log);
    let path = segment::path(dir.path(), 1);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend_from_slice(b"half a frame that never came to its end");
    std::fs::write(&path, bytes).unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    let torn = log.torn().unwrap();
    assert_eq!(torn.at, kept);
    let beside = std::fs::read(&torn.kept).unwrap();
    assert_eq!(beside, b"half a frame that never came to its end");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), kept.offset);
}

#[tokio::test]
async fn a_kill_while_a_segment_is_made_leaves_a_log_that_goes_on() {
    let dir = TempDir::new().unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    let first = append(&log, "ZZ1", "a").await.unwrap();
    drop(log);
    for head in [&b""[..], b"wwl", b"wwlog001"] {
        std::fs::write(segment::path(dir.path(), 2), head).unwrap();
        let log = Log::open(dir.path(), limits()).await.unwrap();
        assert_eq!(log.end(), Some(first));
        assert!(log.read_from(Some(first), 100).await.unwrap().is_empty());
    }
    let log = Log::open(dir.path(), limits()).await.unwrap();
    let second = append(&log, "ZZ2", "b").await.unwrap();
    assert_eq!(second.segment, 2);
    assert_eq!(texts(&log, None).await, ["a", "b"]);
    assert_eq!(texts(&log, Some(first)).await, ["b"]);
}

#[tokio::test]
async fn damage_in_the_middle_is_an_error_with_its_place() {
    let dir = TempDir::new().unwrap();
    let small = LogLimits { segment_bytes: 1, ..limits() };
    let log = Log::open(dir.path(), small).await.unwrap();
    let first = append(&log, "ZZ1", "a").await.unwrap();
    append(&log, "ZZ1", "b").await.unwrap();
    let path = segment::path(dir.path(), 1);
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let found = log.read_from(None, usize::MAX).await;
    let expected = LogPosition { segment: 1, offset: segment::HEAD };
    assert!(matches!(found, Err(LogError::Damaged { at, .. }) if at == expected));
    assert_eq!(texts(&log, Some(first)).await, ["b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_senders_at_once_are_all_there_each_once_in_order_of_their_places() {
    let dir = TempDir::new().unwrap();
    let small = LogLimits { segment_bytes: 20_000, ..limits() };
    let log = Log::open(dir.path(), small).await.unwrap();
    let mut tasks = Vec::new();
    for sender in 0..40 {
        let log = log.clone();
        tasks.push(tokio::spawn(async move {
            let org = if sender % 2 == 0 { "ZZ1" } else { "ZZ2" };
            let mut places = Vec::new();
            for number in 0..10 {
                let text = format!("{sender}/{number}");
                places.push((append(&log, org, &text).await.unwrap(), text));
            }
            places
        }));
    }
    let mut expected = BTreeSet::new();
    for task in tasks {
        let places = task.await.unwrap();
        assert!(places.is_sorted(), "one sender's batches keep their order");
        expected.extend(places);
    }
    assert_eq!(expected.len(), 400);
    drop(log);
    let log = Log::open(dir.path(), small).await.unwrap();
    let (mut after, mut found) = (None, Vec::new());
    loop {
        let part = log.read_from(after, 5000).await.unwrap();
        let Some((last, _)) = part.last() else { break };
        after = Some(*last);
        for (position, entry) in part {
            found.push((position, String::from_utf8(entry.batch.bytes).unwrap()));
        }
    }
    assert!(found.is_sorted());
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
    assert!(segments(dir.path()).len() > 2);
}

#[tokio::test]
async fn too_much_waiting_is_refused_and_what_was_taken_is_kept() {
    let dir = TempDir::new().unwrap();
    let tight = LogLimits { waiting_bytes: 3000, ..limits() };
    let log = Log::open(dir.path(), tight).await.unwrap();
    append(&log, "ZZ1", "taken before").await.unwrap();
    // As if other calls waited for the disk.
    log.inner.waiting.fetch_add(2900, Ordering::AcqRel);
    assert_eq!(log.pending_bytes(), 2900);
    let large = "x".repeat(1000);
    assert!(matches!(append(&log, "ZZ1", &large).await, Err(AppendError::Busy)));
    assert_eq!(log.pending_bytes(), 2900);
    log.inner.waiting.fetch_sub(2900, Ordering::AcqRel);
    append(&log, "ZZ2", &large).await.unwrap();
    assert_eq!(log.pending_bytes(), 0);
    assert_eq!(texts(&log, None).await, ["taken before", &large]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_a_flood_each_batch_is_either_refused_or_kept() {
    let dir = TempDir::new().unwrap();
    let tight = LogLimits { waiting_bytes: 3000, ..limits() };
    let log = Log::open(dir.path(), tight).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let log = log.clone();
        tasks.spawn(async move { append(&log, "ZZ1", &"x".repeat(1000)).await });
    }
    let (mut taken, mut refused) = (0, 0);
    while let Some(result) = tasks.join_next().await {
        match result.unwrap() {
            Ok(_) => taken += 1,
            Err(AppendError::Busy) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(taken >= 1 && taken + refused == 100);
    assert_eq!(texts(&log, None).await.len(), taken);
    assert_eq!(log.pending_bytes(), 0);
}

#[tokio::test]
async fn a_nearly_full_disk_refuses_politely() {
    let dir = TempDir::new().unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    append(&log, "ZZ1", "taken before").await.unwrap();
    drop(log);
    let full = LogLimits { min_free_bytes: u64::MAX, ..limits() };
    let log = Log::open(dir.path(), full).await.unwrap();
    assert!(matches!(append(&log, "ZZ1", "more").await, Err(AppendError::Full)));
    assert_eq!(texts(&log, None).await, ["taken before"]);
    drop(log);
    let log = Log::open(dir.path(), limits()).await.unwrap();
    append(&log, "ZZ1", "room again").await.unwrap();
    assert_eq!(texts(&log, None).await, ["taken before", "room again"]);
}

#[tokio::test]
async fn a_log_that_nobody_works_through_stops_growing() {
    let dir = TempDir::new().unwrap();
    let small = LogLimits { segment_bytes: 1, kept_bytes: 600, ..limits() };
    let log = Log::open(dir.path(), small).await.unwrap();
    let mut taken = Vec::new();
    while let Ok(at) = append(&log, "ZZ1", &"x".repeat(300)).await {
        taken.push(at);
        assert!(taken.len() < 10_000, "it grows without end");
    }
    assert!(matches!(append(&log, "ZZ1", "more").await, Err(AppendError::Busy)));
    drop(log);
    let log = Log::open(dir.path(), small).await.unwrap();
    assert!(matches!(append(&log, "ZZ1", "more").await, Err(AppendError::Busy)));
    log.forget_before(taken[taken.len() - 1]).await.unwrap();
    append(&log, "ZZ1", "room again").await.unwrap();
    assert_eq!(texts(&log, taken.last().copied()).await, ["room again"]);
}

#[tokio::test]
async fn a_batch_above_the_limit_is_refused_and_one_at_it_is_taken() {
    let dir = TempDir::new().unwrap();
    let tight = LogLimits { batch_bytes: 4, waiting_bytes: 1, ..limits() };
    let log = Log::open(dir.path(), tight).await.unwrap();
    let large = append(&log, "ZZ1", "12345").await;
    assert!(matches!(large, Err(AppendError::TooLarge { limit: 4 })));
    append(&log, "ZZ1", "1234").await.unwrap();
}

#[tokio::test]
async fn a_reader_that_waits_is_woken_by_the_next_batch() {
    let dir = TempDir::new().unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    let waits = tokio::spawn({
        let log = log.clone();
        async move { log.wait_beyond(None).await }
    });
    let first = append(&log, "ZZ1", "a").await.unwrap();
    waits.await.unwrap();
    let waits = tokio::spawn({
        let log = log.clone();
        async move { log.wait_beyond(Some(first)).await }
    });
    append(&log, "ZZ1", "b").await.unwrap();
    waits.await.unwrap();
}

#[tokio::test]
async fn worked_through_segments_are_forgotten_and_asking_for_them_is_an_error() {
    let dir = TempDir::new().unwrap();
    let small = LogLimits { segment_bytes: 1, ..limits() };
    let log = Log::open(dir.path(), small).await.unwrap();
    let first = append(&log, "ZZ1", "a").await.unwrap();
    append(&log, "ZZ1", "b").await.unwrap();
    let third = append(&log, "ZZ1", "c").await.unwrap();
    log.forget_before(third).await.unwrap();
    assert_eq!(segments(dir.path()), [3]);
    assert_eq!(texts(&log, None).await, ["c"]);
    let gone = log.read_from(Some(first), 1).await;
    assert!(matches!(gone, Err(LogError::Missing(_))));
    log.forget_before(LogPosition { segment: 99, offset: 8 }).await.unwrap();
    assert_eq!(segments(dir.path()), [3], "the one that is written on stays");
}

#[tokio::test]
async fn a_place_beyond_the_end_is_an_error_and_no_endless_wait() {
    let dir = TempDir::new().unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    let first = append(&log, "ZZ1", "a").await.unwrap();
    assert!(log.read_from(Some(first), 100).await.unwrap().is_empty());
    for beyond in [(1, first.offset + 1), (7, 8)] {
        let place = LogPosition { segment: beyond.0, offset: beyond.1 };
        let found = log.read_from(Some(place), 100).await;
        assert!(matches!(found, Err(LogError::Missing(at)) if at == place));
    }
}

#[tokio::test]
async fn two_processes_never_share_a_log() {
    let dir = TempDir::new().unwrap();
    let _log = Log::open(dir.path(), limits()).await.unwrap();
    let second = Log::open(dir.path(), limits()).await;
    assert!(matches!(second, Err(LogError::InUse(_))));
}

#[tokio::test]
async fn a_read_gives_at_least_one_record_however_small_the_limit() {
    let dir = TempDir::new().unwrap();
    let log = Log::open(dir.path(), limits()).await.unwrap();
    let first = append(&log, "ZZ1", "a").await.unwrap();
    append(&log, "ZZ1", "b").await.unwrap();
    for bytes in [0, 1, 200] {
        let found = log.read_from(None, bytes).await.unwrap();
        assert_eq!((found.len(), found[0].0), (1, first), "{bytes}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_end_of_a_segment_opens(tail in prop::collection::vec(any::<u8>(), 0..300)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let dir = TempDir::new().unwrap();
            let log = Log::open(dir.path(), limits()).await.unwrap();
            append(&log, "ZZ1", "whole").await.unwrap();
            drop(log);
            let path = segment::path(dir.path(), 1);
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.extend_from_slice(&tail);
            std::fs::write(&path, bytes).unwrap();
            let log = Log::open(dir.path(), limits()).await.unwrap();
            append(&log, "ZZ1", "next").await.unwrap();
            assert_eq!(texts(&log, None).await, ["whole", "next"]);
        });
    }
}
