//! Stories of OTLP, over a real socket.

use prost::Message;
use serde_json::json;

use super::json;
use super::messages::{ExportLogsResponse, Status};
use crate::Limits;
use crate::stage::{ONE, OTHER, serve, small_limits};

const REQUEST: &str = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name","value":
    {"stringValue":"zz-srv"}}]},"scopeLogs":[{"logRecords":[
    {"body":{"stringValue":"<34>Nov 24 03:05:01 h su: no"}},
    {"severityText":"no body"},
    {"body":{"stringValue":"{\"a\":1}"}}]}]}]}"#;

const PROTOBUF: &str = "Content-Type: application/x-protobuf";
const JSON: &str = "Content-Type: application/json; charset=utf-8";

#[tokio::test]
async fn both_forms_are_read_and_answered_in_kind() {
    let served = serve(Limits::default()).await;
    let token = format!("Authorization: Bearer {ONE}");
    let answer = served.ask("POST", "/v1/logs", &[&token, JSON], REQUEST).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.json()["partialSuccess"]["rejectedLogRecords"], "1");
    let bytes = json::parse(REQUEST.as_bytes()).unwrap().encode_to_vec();
    let token = format!("Authorization: Bearer {OTHER}");
    let answer = served.ask("POST", "/v1/logs", &[&token, PROTOBUF], bytes).await;
    let message = ExportLogsResponse::decode(&*answer.body).unwrap();
    assert_eq!(message.partial_success.unwrap().rejected_log_records, 1);
    let told = served.gate.told();
    for (at, org) in [(0, "ZZ1"), (2, "ZZ2")] {
        assert_eq!(told[at], format!("{org} Lines otlp 1: <34>Nov 24 03:05:01 h su: no"));
        let json = r#"{"Hostname":"zz-srv","a":1}"#;
        assert_eq!(told[at + 1], format!("{org} JsonLines otlp 1: {json}"));
    }
    let empty = served.ask("POST", "/v1/logs", &[&token, PROTOBUF], "").await;
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    assert_eq!(served.number("records", "otlp"), 4);
    assert_eq!(served.number("invalid", "otlp"), 2);
}

#[tokio::test]
async fn refusals_are_statuses_in_the_clients_form() {
    let served = serve(small_limits()).await;
    let token = format!("Authorization: Bearer {ONE}");
    let status = |answer: &crate::stage::Answer| Status::decode(&*answer.body).unwrap().code;
    let answer = served.ask("POST", "/v1/logs", &[PROTOBUF], "").await;
    assert_eq!((answer.status, status(&answer)), (401, 16));
    let answer = served.ask("POST", "/v1/logs", &[&token, PROTOBUF], "\u{1}x").await;
    assert_eq!((answer.status, status(&answer)), (400, 3));
    let answer = served.ask("POST", "/v1/logs", &[&token, PROTOBUF], vec![0; 20_001]).await;
    assert_eq!((answer.status, status(&answer)), (413, 8));
    let answer = served.ask("POST", "/v1/logs", &[&token, JSON], "[]").await;
    assert_eq!((answer.status, &answer.json()["code"]), (400, &json!(3)));
    let answer = served.ask("POST", "/v1/logs", &[&token, "Content-Type: text/plain"], "x").await;
    assert_eq!(answer.status, 415);
    served.gate.refuse(0, 1);
    let answer = served.ask("POST", "/v1/logs", &[&token, JSON], REQUEST).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("7")));
    assert!(served.gate.told().is_empty());
}
