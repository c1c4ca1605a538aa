//! Files of the lake over their life: older ones, ones that are read while they are replaced, and
//! rows that are to go.

use std::fs::File;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use wardwatch_model::{Column, Columns, Permission};
use wardwatch_store::lake::Stays;
use wardwatch_store::{Lake, LakeFile, LakeRow, TenantScope};

use crate::fixture::{Sector, at, commit};
use crate::lake::{open, row};

/// Publishes each of these as a file of its own.
async fn publish(sector: &Sector, lake: &Lake, parts: Vec<Vec<LakeRow>>) -> Vec<LakeFile> {
    let mut files = Vec::new();
    for part in parts {
        let offset = files.len() as u64 + 1;
        let written = lake.write(&sector.system, part).await.unwrap();
        let mut step = commit(offset);
        step.files = written.clone();
        sector.state.commit(&sector.system, step).await.unwrap();
        files.extend(written);
    }
    files
}

async fn events_of_one(sector: &Sector) -> TenantScope {
    sector.scope(sector.one, Permission::ReadEvents).await
}

/// The file without the columns that were added since.
fn make_old(lake: &Lake, file: &LakeFile) {
    let path = lake.dir().join(&file.path);
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    let old = |name: &str| !Column::ALL.iter().any(|column| column.name() == name);
    let kept: Vec<usize> = (0..batches[0].num_columns())
        .filter(|at| old(batches[0].schema().field(*at).name()))
        .collect();
    assert_eq!(kept.len(), 9);
    let first = batches[0].project(&kept).unwrap();
    let mut writer =
        ArrowWriter::try_new(File::create(&path).unwrap(), first.schema(), None).unwrap();
    for batch in &batches {
        writer.write(&batch.project(&kept).unwrap()).unwrap();
    }
    writer.close().unwrap();
}

#[tokio::test]
async fn a_file_from_before_the_columns_is_read_and_merged() {
    let sector = Sector::new().await;
    let lake = open(&sector);
    let parts = vec![
        vec![row("ZZ1", "a/-/-", at(2)), row("ZZ2", "a/-/-", at(2))],
        vec![row("ZZ1", "a/-/-", at(1))],
    ];
    let files = publish(&sector, &lake, parts).await;
    make_old(&lake, &files[0]);
    let scope = sector.read(sector.one).await;
    let old = LakeRow { columns: Columns::default(), ..row("ZZ1", "a/-/-", at(2)) };
    assert_eq!(lake.read(&scope, &files[0]).await.unwrap(), std::slice::from_ref(&old));

    assert_eq!(lake.compact(&sector.state, &sector.system, 2).await.unwrap().made, 1);
    let merged = sector.state.lake_files(&sector.system, None, None).await.unwrap();
    assert_eq!(lake.read(&scope, &merged[0]).await.unwrap(), [row("ZZ1", "a/-/-", at(1)), old]);
}

#[tokio::test]
async fn a_file_with_a_column_of_another_kind_is_an_error() {
    let sector = Sector::new().await;
    let lake = open(&sector);
    let files = publish(&sector, &lake, vec![vec![row("ZZ1", "a/-/-", at(1))]]).await;
    let schema = Arc::new(Schema::new(vec![Field::new("org", DataType::Utf8, false)]));
    let orgs: ArrayRef = Arc::new(StringArray::from(vec!["ZZ1"]));
    let batch = RecordBatch::try_new(schema.clone(), vec![orgs]).unwrap();
    let file = File::create(lake.dir().join(&files[0].path)).unwrap();
    let mut writer = ArrowWriter::try_new(file, schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let error = lake.read(&sector.read(sector.one).await, &files[0]).await.unwrap_err();
    assert!(error.to_string().contains("its column class"), "{error}");
}

#[tokio::test]
async fn what_a_lease_names_stays_until_it_is_dropped() {
    let sector = Sector::new().await;
    let (state, system) = (&sector.state, &sector.system);
    let lake = open(&sector);
    let parts = [1, 2, 3].map(|seconds| vec![row("ZZ1", "a/-/-", at(seconds))]);
    let files = publish(&sector, &lake, parts.to_vec()).await;
    let scope = events_of_one(&sector).await;
    let lease = lake.lease(state, &scope, at(0), at(3)).await.unwrap();
    assert_eq!(lease.files().len(), 2, "the third begins at the end");
    lake.compact(state, system, 3).await.unwrap();
    assert_eq!(lake.sweep(state, system).await.unwrap(), 1, "the one that nobody reads");
    for file in lease.files() {
        assert_eq!(lake.read(&scope, file).await.unwrap().len(), 1);
    }
    drop(lease);
    assert_eq!(lake.sweep(state, system).await.unwrap(), 2);
    assert!(!lake.dir().join(&files[0].path).exists());

    let findings = sector.read(sector.one).await;
    assert!(lake.lease(state, &findings, at(0), at(3)).await.is_err(), "another permission");
}

#[tokio::test]
async fn rows_that_go_take_whole_files_or_leave_the_others_rows() {
    let sector = Sector::new().await;
    let (state, system) = (&sector.state, &sector.system);
    let lake = open(&sector);
    let mixed = vec![row("ZZ1", "a/-/-", at(1)), row("ZZ2", "a/-/-", at(1))];
    let parts = vec![mixed, vec![row("ZZ1", "b/-/-", at(2))], vec![row("ZZ2", "b/-/-", at(3))]];
    let files = publish(&sector, &lake, parts).await;
    let not_one: Stays = Arc::new(|org: &str, _: &str, _| org != "ZZ1");
    let done = lake.expire(state, system, files.clone(), &not_one).await.unwrap();
    assert_eq!((done.rows, done.files, done.rewritten, done.missed), (2, 1, 1, 0));
    let left = state.lake_files(system, None, None).await.unwrap();
    let scope = sector.read(sector.administrator).await;
    let mut rows = Vec::new();
    for file in &left {
        rows.extend(lake.read(&scope, file).await.unwrap());
    }
    rows.sort_by_key(|row| row.time);
    assert_eq!(rows, [row("ZZ2", "a/-/-", at(1)), row("ZZ2", "b/-/-", at(3))]);
    // The first two are not published any more.
    let none: Stays = Arc::new(|_: &str, _: &str, _| false);
    let again = lake.expire(state, system, files, &none).await.unwrap();
    assert_eq!((again.rows, again.files, again.missed), (1, 1, 2));
}
