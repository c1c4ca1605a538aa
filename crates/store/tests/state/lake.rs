//! The lake and its catalogue.

use wardwatch_model::{Columns, Event, EventId, Field, RawTime, SourceSet, Timestamp, Value};
use wardwatch_store::{Lake, LakeFile, LakeRow};

use crate::fixture::{Sector, at, commit, id, org};

pub fn file(path: &str) -> LakeFile {
    LakeFile {
        path: path.to_owned(),
        day: "2017-05-12".to_owned(),
        rows: 1,
        bytes: 1,
        first: at(0),
        last: at(1),
    }
}

pub fn row(code: &str, class: &str, time: Timestamp) -> LakeRow {
    LakeRow {
        org: org(code),
        class: class.into(),
        time,
        received: at(9),
        device: format!("{code}-PC1"),
        event: EventId(id(code, 1)),
        source: "bulk winlogbeat".into(),
        record: u64::MAX,
        columns: Columns::of(&Event {
            fields: &[Field::text("EventID", "1"), Field::text("Image", r"C:\é.exe")],
            sources: SourceSet::UNKNOWN,
            time: RawTime::Missing,
            device: Value::Null,
            record: 1,
        }),
        body: r#"{"EventID":1,"Image":"C:\\é.exe"}"#.to_owned(),
    }
}

pub fn open(sector: &Sector) -> Lake {
    Lake::open(&sector.dir.path().join("lake")).unwrap()
}

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn rows_come_back_sorted_and_each_trust_reads_its_own() {
    let sector = Sector::new().await;
    let lake = open(&sector);
    let rows = vec![
        row("ZZ2", "windows/-/security", at(1)),
        row("ZZ1", "windows/-/security", at(2)),
        row("ZZ1", "windows/-/security", at(1)),
        row("ZZ1", "linux/-/sshd", at(3)),
        row("ZZ1", "linux/-/sshd", at(DAY)),
    ];
    let files = lake.write(&sector.system, rows.clone()).await.unwrap();
    let days: Vec<&str> = files.iter().map(|file| file.day.as_str()).collect();
    assert_eq!(days, ["2017-05-12", "2017-05-13"]);
    assert_eq!((files[0].rows, files[0].first, files[0].last), (4, at(1), at(3)));
    assert!(files[0].path.starts_with("day=2017-05-12/"));

    let all = lake.read(&sector.read(sector.administrator).await, &files[0]).await.unwrap();
    assert_eq!(all, [3, 2, 1, 0].map(|at| rows[at].clone()));
    let own = lake.read(&sector.read(sector.two).await, &files[0]).await.unwrap();
    assert_eq!(own, [rows[0].clone()]);
}

#[tokio::test]
async fn a_sweep_removes_only_what_a_crash_left_behind() {
    let sector = Sector::new().await;
    let (state, system) = (&sector.state, &sector.system);
    let lake = open(&sector);
    let published = lake.write(system, vec![row("ZZ1", "a/-/-", at(1))]).await.unwrap();
    let mut step = commit(10);
    step.files = published.clone();
    state.commit(system, step).await.unwrap();
    let pending = lake.write(system, vec![row("ZZ2", "a/-/-", at(1))]).await.unwrap();
    let half = lake.dir().join("day=2017-05-12/half.parquet.part");
    std::fs::write(&half, "half").unwrap();
    assert_eq!(lake.sweep(state, system).await.unwrap(), 1, "the half file");
    assert!(lake.dir().join(&pending[0].path).exists(), "not published yet");

    let lake = open(&sector);
    assert_eq!(lake.sweep(state, system).await.unwrap(), 1, "never published: a crash");
    assert!(lake.dir().join(&published[0].path).exists());
}

#[tokio::test]
async fn small_files_of_a_day_become_one_with_the_same_rows() {
    let sector = Sector::new().await;
    let (state, system) = (&sector.state, &sector.system);
    let lake = open(&sector);
    for (offset, seconds) in [(1, 1), (2, 2), (3, 3), (4, DAY)] {
        let rows = vec![row("ZZ2", "a/-/-", at(seconds)), row("ZZ1", "a/-/-", at(seconds))];
        let mut step = commit(offset);
        step.files = lake.write(system, rows).await.unwrap();
        state.commit(system, step).await.unwrap();
    }
    let done = lake.compact(state, system, 3).await.unwrap();
    assert_eq!((done.replaced, done.made), (3, 1));
    let files = state.lake_files(system, None, Some(at(DAY))).await.unwrap();
    assert_eq!(files.len(), 1);
    let scope = sector.read(sector.one).await;
    let rows = lake.read(&scope, &files[0]).await.unwrap();
    let expected = [1, 2, 3].map(|seconds| row("ZZ1", "a/-/-", at(seconds)));
    assert_eq!(rows, expected);
    assert_eq!(lake.sweep(state, system).await.unwrap(), 3);
    assert_eq!(state.lake_files(system, None, None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_broken_clock_makes_no_thousand_folders() {
    let sector = Sector::new().await;
    let lake = open(&sector);
    let rows = (0..1000).map(|day| row("ZZ1", "a/-/-", at(day * DAY))).collect();
    let files = lake.write(&sector.system, rows).await.unwrap();
    assert_eq!(files.len(), 32);
    assert_eq!(files.iter().map(|file| file.rows).sum::<u64>(), 1000);
    assert_eq!(files.iter().map(|file| file.last).max(), Some(at(999 * DAY)));
    let far = row("ZZ1", "a/-/-", Timestamp { micros: -200_000_000_000_000_000 });
    let files = lake.write(&sector.system, vec![far]).await.unwrap();
    assert_eq!(files[0].day, "2017-05-12", "the day of its receipt");
}

#[tokio::test]
async fn a_damaged_file_and_a_strange_path_are_errors() {
    let sector = Sector::new().await;
    let lake = open(&sector);
    let scope = sector.read(sector.administrator).await;
    for path in ["day=2017-05-12/../../state.db", "state.db", "day=2017-05-13/a.parquet"] {
        assert!(lake.read(&scope, &file(path)).await.is_err(), "{path}");
    }
    let files = lake.write(&sector.system, vec![row("ZZ1", "a/-/-", at(1))]).await.unwrap();
    let path = lake.dir().join(&files[0].path);
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[length - 6] ^= 0xff;
    std::fs::write(&path, bytes).unwrap();
    assert!(lake.read(&scope, &files[0]).await.is_err());
}
