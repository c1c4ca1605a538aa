//! Stories of the agents' door, over a real socket.

use bytes::Bytes;
use wardwatch_model::Timestamp;
use wardwatch_wire::RecordShape;

use super::*;
use crate::frames::gaps::report_gaps;
use crate::stage::{ONE, OTHER, Served, serve, small_limits};
use crate::{Counters, Limits};

/// Records `{"n":FIRST}` to `{"n":LAST}` of a device's start.
fn frame(device: &str, boot: u64, first: u64, last: u64) -> Frame {
    Frame {
        device: device.to_owned(),
        boot,
        sequence: first,
        shape: RecordShape::Json,
        source: "zz".to_owned(),
        records: (first..=last).map(|n| Bytes::from(format!("{{\"n\":{n}}}"))).collect(),
        sent: Timestamp { micros: 0 },
    }
}

async fn send(served: &Served, token: &str, frame: &Frame) -> (u16, Option<Receipt>) {
    let (status, receipt, _) = post(served, token, &frame.encode().unwrap()).await;
    (status, receipt)
}

async fn post(served: &Served, token: &str, body: &[u8]) -> (u16, Option<Receipt>, Option<String>) {
    let authorization = format!("Authorization: Bearer {token}");
    let media = format!("Content-Type: {FRAME_MEDIA_TYPE}");
    let answer = served.ask("POST", FRAMES_PATH, &[&authorization, &media], body).await;
    let wait = answer.header("retry-after").map(str::to_owned);
    let is_receipt = answer.header("content-type") == Some(RECEIPT_MEDIA_TYPE);
    (answer.status, is_receipt.then(|| Receipt::decode(&answer.body).unwrap()), wait)
}

fn receipt(accepted_through: u64, duplicate: bool) -> Option<Receipt> {
    Some(Receipt { accepted_through, duplicate, retry_after: 0 })
}

/// `ORG DEVICE BOOT FROM-UNTIL` of every batch.
fn told(served: &Served) -> Vec<String> {
    let tell = |(org, batch): (String, wardwatch_store::Batch)| {
        let key = batch.key.unwrap();
        let until = key.sequence + key.records - 1;
        let missing = if key.missing { " missing" } else { "" };
        assert!(
            key.missing
                || batch.bytes.split(|byte| *byte == b'\n').count() as u64 == key.records + 1
        );
        format!("{org} {} {} {}-{until}{missing}", key.device, key.boot, key.sequence)
    };
    served.gate.batches().into_iter().map(tell).collect()
}

#[tokio::test]
async fn frames_come_in_any_order_and_each_record_once() {
    let served = serve(Limits::default()).await;
    let two = |first, last| frame("PC-1", 7, first, last);
    assert_eq!(send(&served, ONE, &two(1, 10)).await, (200, receipt(10, false)));
    assert_eq!(send(&served, ONE, &two(1, 10)).await, (200, receipt(10, true)));
    assert_eq!(send(&served, ONE, &two(21, 30)).await, (200, receipt(10, false)));
    // Overlaps on both sides: only what lies between is new.
    assert_eq!(send(&served, ONE, &two(5, 25)).await, (200, receipt(30, false)));
    // No records: how much is safe?
    assert_eq!(send(&served, ONE, &frame("PC-1", 7, 1, 0)).await, (200, receipt(30, false)));
    // Another organisation's device of the same name is another device.
    assert_eq!(send(&served, OTHER, &two(1, 3)).await, (200, receipt(3, false)));
    assert_eq!(send(&served, ONE, &frame("PC-1", 8, 1, 2)).await, (200, receipt(2, false)));
    assert_eq!(
        told(&served),
        [
            "ZZ1 PC-1 7 1-10",
            "ZZ1 PC-1 7 21-30",
            "ZZ1 PC-1 7 11-20",
            "ZZ2 PC-1 7 1-3",
            "ZZ1 PC-1 8 1-2",
        ]
    );
    let batches = served.gate.batches();
    assert_eq!(batches[2].1.first, 11);
    assert!(batches[2].1.bytes.starts_with(b"{\"n\":11}\n"));
    assert_eq!(served.number("records", "wire"), 35);
    assert_eq!(served.number("requests", "wire"), 7);
}

#[tokio::test]
async fn the_same_frame_many_times_at_once_is_kept_once() {
    let served = serve(Limits::default()).await;
    let sends = (0..20).map(|turn| {
        let served = &served;
        async move { send(served, ONE, &frame("PC-1", 1, 1 + turn % 3, 40)).await }
    });
    for (status, receipt) in futures_util::future::join_all(sends).await {
        assert_eq!((status, receipt.map(|one| one.accepted_through)), (200, Some(40)));
    }
    let mut lines = served.gate.lines();
    lines.sort();
    lines.dedup();
    assert_eq!((lines.len(), served.number("records", "wire")), (40, 40));
}

#[tokio::test]
async fn what_is_refused_is_said_in_the_wires_words_and_taken_later() {
    let served = serve(small_limits()).await;
    let one = frame("PC-1", 1, 1, 3).encode().unwrap();
    served.gate.refuse(0, 1);
    let busy = Receipt { accepted_through: 0, duplicate: false, retry_after: 7 };
    assert_eq!(post(&served, ONE, &one).await, (429, Some(busy), Some("7".to_owned())));
    served.gate.refuse_as_full(0, 1);
    assert_eq!(post(&served, ONE, &one).await, (507, Some(busy), Some("7".to_owned())));
    assert_eq!(post(&served, ONE, &one).await, (200, receipt(3, false), None));
    assert_eq!(told(&served), ["ZZ1 PC-1 1 1-3"]);
    // A frame of which a part was kept before it was refused: the rest comes with the next try.
    served.gate.refuse(1, 1);
    let lines = Frame {
        records: vec![
            Bytes::from_static(b"<34>Nov 24 03:05:01 h su: no"),
            Bytes::from_static(b"words"),
            Bytes::from_static(b"<34>Nov 24 03:05:01 h su: no"),
        ],
        shape: RecordShape::Line,
        ..frame("PC-1", 1, 4, 4)
    };
    let (status, receipt, _) = post(&served, ONE, &lines.encode().unwrap()).await;
    assert_eq!((status, receipt.map(|one| one.accepted_through)), (507, Some(4)));
    assert_eq!(send(&served, ONE, &lines).await.0, 200);
    assert_eq!(told(&served)[1..], ["ZZ1 PC-1 1 4-4", "ZZ1 PC-1 1 5-5", "ZZ1 PC-1 1 6-6"]);
}

#[tokio::test]
async fn what_is_no_frame_is_refused_with_a_reason() {
    let served = serve(small_limits()).await;
    let good = frame("PC-1", 1, 1, 3).encode().unwrap();
    assert_eq!(post(&served, "wt_nobody", &good).await.0, 401);
    assert_eq!(post(&served, ONE, b"no frame").await.0, 400);
    assert_eq!(post(&served, ONE, &vec![7; 30_000]).await.0, 413);
    let bearer = format!("Authorization: Bearer {ONE}");
    assert_eq!(served.ask("POST", FRAMES_PATH, &[&bearer], &good).await.status, 415);
    assert_eq!(served.ask("POST", FRAMES_PATH, &[], &good).await.status, 401);
    assert_eq!(served.gate.lines(), [""; 0]);
    assert_eq!(served.number("invalid", "wire"), 2);
}

#[tokio::test]
async fn what_is_missing_too_long_is_reported_once_to_its_own_organisation() {
    let served = serve(Limits::default()).await;
    let report = async || {
        let before = told(&served).len();
        report_gaps(&served.gate, &served.counters).await;
        told(&served).split_off(before)
    };
    served.gate.set_time(1_000);
    send(&served, ONE, &frame("PC-1", 1, 1, 5)).await;
    send(&served, ONE, &frame("PC-1", 1, 11, 15)).await;
    served.gate.set_time(1_030);
    send(&served, OTHER, &frame("PC-9", 1, 3, 4)).await;
    assert_eq!(report().await, [""; 0]);
    served.gate.set_time(1_059);
    assert_eq!(report().await, [""; 0]);
    served.gate.set_time(1_060);
    assert_eq!(report().await, ["ZZ1 PC-1 1 6-10 missing"]);
    let record = served.gate.lines().pop().unwrap();
    assert_eq!(
        record,
        r#"{"wardwatch":"coverage","kind":"gap","time":"1970-01-01T00:17:40Z","device":"PC-1","boot":1,"from":6,"until":10,"count":5,"sender":"zz-shipper"}"#
    );
    served.gate.set_time(1_100);
    assert_eq!(report().await, ["ZZ2 PC-9 1 1-2 missing"]);
    // What comes late is taken all the same.
    assert_eq!(send(&served, ONE, &frame("PC-1", 1, 6, 10)).await, (200, receipt(15, false)));
    assert_eq!(told(&served).last().unwrap(), "ZZ1 PC-1 1 6-10");
    // A new start of the device: what the old one did not send will not come soon.
    send(&served, ONE, &frame("PC-1", 1, 20, 20)).await;
    send(&served, ONE, &frame("PC-1", 2, 1, 1)).await;
    assert_eq!(report().await, ["ZZ1 PC-1 1 16-19 missing"]);
    served.gate.set_time(9_000);
    assert_eq!(report().await, [""; 0]);
    let text = served.counters.prometheus();
    for line in ["wardwatch_wire_gaps_total 3\n", "wardwatch_wire_missing_records_total 11\n"] {
        assert!(text.contains(line), "{text}");
    }
}

#[tokio::test]
async fn a_gap_that_cannot_be_kept_now_is_reported_later() {
    let served = serve(Limits::default()).await;
    send(&served, ONE, &frame("PC-1", 1, 2, 2)).await;
    served.gate.set_time(60);
    served.gate.refuse(0, 1);
    assert_eq!(report_gaps(&served.gate, &Counters::default()).await, 0);
    assert_eq!(report_gaps(&served.gate, &Counters::default()).await, 1);
    assert_eq!(report_gaps(&served.gate, &Counters::default()).await, 0);
}
