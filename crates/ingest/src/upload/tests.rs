//! Stories of uploads, crash reports and codes, over a real socket.

use std::io::Write;

use serde_json::json;

use crate::Limits;
use crate::stage::{ONE, serve, small_limits};

const UPLOAD: &str = "/api/v1/upload?source=evidence.json&organisation=ZZ2";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[tokio::test]
async fn a_file_of_any_kind_is_taken_packed_or_not() {
    let served = serve(Limits::default()).await;
    let lines = b"{\"a\":1}\n{\"b\":2}\n";
    for body in [
        lines.to_vec(),
        gzip(lines),
        zstd::encode_all(&lines[..], 1).unwrap(),
        b"[\n {\"a\":\n1},\n{\"b\":2}]".to_vec(),
    ] {
        let answer = served.post(UPLOAD, body).await;
        let expected = json!({ "batches": 1, "records": 2, "problems": [], "problem_count": 0 });
        assert_eq!((answer.status, answer.json()), (200, expected));
    }
    let told = served.gate.told();
    for batch in &told[..3] {
        assert_eq!(batch, "ZZ1 JsonLines upload:evidence.json 1: {\"a\":1} | {\"b\":2}");
    }
    assert_eq!(told[3], "ZZ1 JsonLines upload:evidence.json 1: {\"a\": 1} | {\"b\":2}");
    let token = format!("Authorization: Bearer {ONE}");
    let headers = [token.as_str(), "Content-Encoding: gzip"];
    assert_eq!(served.ask("POST", UPLOAD, &headers, gzip(lines)).await.status, 200);
}

#[tokio::test]
async fn chunks_of_evtx_pass_whole() {
    let served = serve(Limits::default()).await;
    let mut file = vec![0; 4096 + 65_536];
    file[..8].copy_from_slice(b"ElfFile\0");
    file[4096..4104].copy_from_slice(b"ElfChnk\0");
    assert_eq!(served.post(UPLOAD, file).await.json()["records"], 1);
    assert!(served.gate.told()[0].starts_with("ZZ1 EvtxChunks upload:evidence.json 0: ElfChnk"));
}

#[tokio::test]
async fn what_cannot_be_read_is_said() {
    let served = serve(small_limits()).await;
    let answer = served.post(UPLOAD, b"\x7fELF\x02\x01\0\0").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (422, Some("application/problem+json"))
    );
    assert_eq!(served.post(UPLOAD, &gzip(b"{\"a\":1}\n{\"b\":2}\n")[..20]).await.status, 422);
    assert_eq!(served.post(UPLOAD, vec![b' '; 300_001]).await.status, 413);
    let token = format!("Authorization: Bearer {ONE}");
    let headers = [token.as_str(), "Content-Encoding: deflate"];
    assert_eq!(served.ask("POST", UPLOAD, &headers, "x").await.status, 415);
    assert_eq!(served.ask("POST", UPLOAD, &[], "{}").await.status, 401);
    assert!(served.gate.told().is_empty());
}

#[tokio::test]
async fn an_upload_waits_a_little_while_the_log_is_busy() {
    let served = serve(small_limits()).await;
    served.gate.refuse(0, 3);
    assert_eq!(served.post(UPLOAD, "{\"a\":1}\n").await.status, 200);
    served.gate.refuse(0, 1_000);
    let answer = served.post(UPLOAD, "{\"a\":1}\n").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("7")));
    assert_eq!(served.gate.lines(), ["{\"a\":1}"]);
}

#[tokio::test]
async fn crash_reports_are_reduced_at_both_doors() {
    let served = serve(Limits::default()).await;
    let report = "Version=1\r\nEventType=APPCRASH\r\nAppPath=C:\\Users\\ngrant\\x.exe\r\nUserName=ngrant\r\n";
    assert_eq!(served.post("/api/v1/wer?device=zz-pc-01", report).await.status, 204);
    assert_eq!(served.post("/api/v1/upload?device=zz-pc-01", report).await.status, 200);
    assert_eq!(served.post("/api/v1/wer", "MDMP\u{93}").await.status, 422);
    let lines = served.gate.lines();
    let expected = json!({ "Computer": "zz-pc-01", "EventType": "APPCRASH", "Version": 1,
        "AppPath": "C:\\Users\\*\\x.exe" });
    for line in &lines {
        assert_eq!(serde_json::from_str::<serde_json::Value>(line).unwrap(), expected);
    }
    assert_eq!((lines.len(), served.number("invalid", "wer")), (2, 1));
}

#[tokio::test]
async fn a_code_becomes_a_token_once() {
    let served = serve(Limits::default()).await;
    served.gate.add_code("ABCD-EFGH-JKLM", "wt_new");
    let body = r#"{"code":"ABCD-EFGH-JKLM"}"#;
    let answer = served.ask("POST", "/api/v1/enrol", &[], body).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    assert_eq!(answer.json(), json!({ "token": "wt_new" }));
    assert_eq!(served.ask("POST", "/api/v1/enrol", &[], body).await.status, 403);
    assert_eq!(served.ask("POST", "/api/v1/enrol", &[], "{}").await.status, 400);
    assert_eq!(served.ask("POST", "/api/v1/enrol", &[], vec![b' '; 17_000]).await.status, 413);
}
