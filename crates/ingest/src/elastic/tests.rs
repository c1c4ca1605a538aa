//! Stories of `_bulk`, over a real socket.

use std::io::Write;

use base64::Engine;
use serde_json::{Value as Json, json};

use crate::Limits;
use crate::stage::{ONE, OTHER, serve, small_limits};

const BODY: &str = "{\"create\":{\"_index\":\"winlogbeat-8\"}}\n{\"a\":1}\n\
    {\"create\":{}}\n{\"b\":\n{\"index\":{\"_id\":\"x\"}}\n{\"c\":3}\n";

/// Statuses of an answer's items.
fn statuses(answer: &Json) -> Vec<u64> {
    let items = answer["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item.as_object().unwrap())
        .map(|item| item.values().next().unwrap()["status"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn each_document_is_answered_and_kept_for_the_senders_organisation() {
    let served = serve(Limits::default()).await;
    let answer = served.post("/_bulk", BODY).await;
    assert_eq!((answer.status, answer.header("x-elastic-product")), (200, Some("Elasticsearch")));
    let body = answer.json();
    assert_eq!((statuses(&body), &body["errors"]), (vec![201, 400, 201], &json!(true)));
    assert_eq!(body["items"][1]["create"]["error"]["type"], "document_parsing_exception");
    assert_eq!(body["items"][2]["index"]["_id"], "x");
    let other = format!("Authorization: ApiKey {OTHER}");
    let headers = [other.as_str(), "Content-Type: application/x-ndjson"];
    let short = "/claims-zz1/_bulk?filter_path=errors%2Citems.*.error%2Citems.*.status";
    let answer = served.ask("POST", short, &headers, BODY).await;
    assert_eq!(answer.json()["items"][0], json!({ "create": { "status": 201 } }));
    assert_eq!(
        served.gate.told(),
        [
            "ZZ1 JsonLines elastic:winlogbeat-8 1: {\"a\":1} | {\"c\":3}",
            "ZZ2 JsonLines elastic:claims-zz1 1: {\"a\":1} | {\"c\":3}",
        ]
    );
    assert_eq!(served.number("requests", "elastic"), 2);
    assert_eq!(served.number("records", "elastic"), 4);
    assert_eq!(served.number("bytes", "elastic"), 32);
    assert_eq!(served.number("invalid", "elastic"), 2);
}

#[tokio::test]
async fn packed_bodies_are_unpacked() {
    let served = serve(Limits::default()).await;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(BODY.as_bytes()).unwrap();
    let token = format!(
        "Authorization: Basic {}",
        base64::prelude::BASE64_STANDARD.encode(format!("zz:{ONE}"))
    );
    for (encoding, body) in [
        ("gzip", gzip.finish().unwrap()),
        ("zstd", zstd::encode_all(BODY.as_bytes(), 1).unwrap()),
        ("identity", BODY.as_bytes().to_vec()),
    ] {
        let headers = [token.as_str(), &format!("Content-Encoding: {encoding}")];
        let answer = served.ask("POST", "/_bulk", &headers, body).await;
        assert_eq!(statuses(&answer.json()), [201, 400, 201], "{encoding}");
    }
    let answer = served.ask("POST", "/_bulk", &[&token, "Content-Encoding: br"], BODY).await;
    assert_eq!(answer.status, 415);
    let answer = served.ask("POST", "/_bulk", &[&token, "Content-Encoding: gzip"], BODY).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_busy_log_is_told_whole_or_item_by_item() {
    let served = serve(Limits { batch_bytes: 12, ..Limits::default() }).await;
    served.gate.refuse(0, 2);
    let answer = served.post("/_bulk", BODY).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("5")));
    assert_eq!(answer.json()["error"]["type"], "es_rejected_execution_exception");
    served.gate.refuse(1, 1);
    let answer = served.post("/_bulk", BODY).await;
    assert_eq!((answer.status, answer.header("retry-after")), (200, Some("5")));
    assert_eq!(statuses(&answer.json()), [201, 400, 429]);
    assert_eq!(served.gate.lines(), ["{\"a\":1}"]);
    assert_eq!(served.number("refused", "elastic"), 3);
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let served = serve(small_limits()).await;
    assert_eq!(served.post("/_bulk", vec![b' '; 20_001]).await.status, 413);
    assert_eq!(served.post("/_bulk", "{\"index\":{}}\n{}\n".repeat(51)).await.status, 413);
    let bomb = zstd::encode_all(&*vec![b'\n'; 1 << 20], 1).unwrap();
    let token = format!("Authorization: Bearer {ONE}");
    let headers = [token.as_str(), "Content-Encoding: zstd"];
    assert_eq!(served.ask("POST", "/_bulk", &headers, bomb).await.status, 413);
    let long = format!("{{\"index\":{{}}}}\n{{\"a\":\"{}\"}}\n{BODY}", "x".repeat(4_000));
    assert_eq!(statuses(&served.post("/_bulk", long).await.json()), [413, 201, 400, 201]);
    let tight = serve(Limits { room_bytes: 1_024, ..small_limits() }).await;
    let answer = tight.post("/_bulk", BODY.repeat(30)).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    assert_eq!(tight.post("/_bulk", BODY).await.status, 200, "room is given back");
}

#[tokio::test]
async fn nobody_unknown_is_let_in() {
    let served = serve(Limits::default()).await;
    for (header, status) in [
        ("X-None: 1", 401),
        ("Authorization: Bearer wt_invented", 401),
        ("Authorization: Digest x", 401),
        ("Authorization: Bearer wt_ill", 429),
    ] {
        let answer = served.ask("POST", "/_bulk", &[header], BODY).await;
        assert_eq!(answer.status, status, "{header}");
    }
    assert_eq!(served.ask("GET", "/_license", &[], "").await.status, 401);
    assert!(served.gate.told().is_empty());
    assert_eq!(served.number("refused", "elastic"), 5);
}

#[tokio::test]
async fn clients_find_what_they_ask_for_first() {
    let served = serve(Limits::default()).await;
    let token = format!("Authorization: Bearer {ONE}");
    let answer = served.ask("GET", "/", &[], "").await;
    assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"));
    assert_eq!(answer.json()["tagline"], "You Know, for Search");
    for (method, path) in [
        ("HEAD", "/"),
        ("GET", "/_license"),
        ("GET", "/_cluster/health"),
        ("GET", "/_ilm/policy/winlogbeat"),
        ("HEAD", "/_index_template/winlogbeat-8"),
        ("PUT", "/_template/logstash"),
        ("PUT", "/_ingest/pipeline/winlogbeat-8-security"),
    ] {
        let answer = served.ask(method, path, &[&token], "").await;
        assert_eq!(answer.status, 200, "{method} {path}");
    }
    assert_eq!(served.ask("DELETE", "/_template/x", &[&token], "").await.status, 405);
}
