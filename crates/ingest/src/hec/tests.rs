//! Stories of HEC, over a real socket.

use serde_json::{Value as Json, json};

use crate::Limits;
use crate::stage::{ONE, OTHER, Served, serve, small_limits};

const EVENTS: &str = r#"{"time":1494583200,"host":"zz-pc","sourcetype":"XmlWinEventLog","event":{"a":1},"fields":{"ward":"7"}}{"event":"<34>Nov 24 03:05:01 h su: no"}{"event":"free text","source":"s"}"#;

async fn send(served: &Served, path: &str, more: &[&str], body: &str) -> (u16, Json) {
    let token = format!("Authorization: Splunk {ONE}");
    let headers: Vec<&str> = std::iter::once(token.as_str()).chain(more.iter().copied()).collect();
    let answer = served.ask("POST", path, &headers, body).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn events_are_kept_with_what_is_said_beside_them() {
    let served = serve(Limits::default()).await;
    for path in
        ["/services/collector", "/services/collector/event", "/services/collector/event/1.0"]
    {
        let answer = send(&served, path, &[], EVENTS).await;
        assert_eq!(answer, (200, json!({ "text": "Success", "code": 0 })), "{path}");
    }
    let lines = served.gate.lines();
    let parsed = |at: usize| serde_json::from_str::<Json>(&lines[at]).unwrap();
    let event =
        json!({ "@timestamp": "2017-05-12T10:00:00Z", "Hostname": "zz-pc", "ward": "7", "a": 1 });
    assert_eq!(parsed(0), event);
    assert_eq!(parsed(1), json!({ "source": "s", "message": "free text" }));
    assert_eq!(lines[2], "<34>Nov 24 03:05:01 h su: no");
    assert_eq!(lines.len(), 9);
    assert!(served.gate.told()[0].starts_with("ZZ1 JsonLines hec:XmlWinEventLog 1: "));
}

#[tokio::test]
async fn raw_lines_are_read_by_what_they_are() {
    let served = serve(Limits::default()).await;
    let body =
        "<34>Nov 24 03:05:01 h su: no\r\n\n{\"b\":2}\ntype=CWD msg=audit(1.2:3): cwd=\"/\"\n";
    let path = "/services/collector/raw?host=zz-srv&sourcetype=syslog&channel=c-1";
    let answer = send(&served, path, &[], body).await;
    assert_eq!(answer, (200, json!({ "text": "Success", "code": 0, "ackId": 0 })));
    assert_eq!(
        served.gate.told(),
        [
            "ZZ1 Lines hec:syslog 1: <34>Nov 24 03:05:01 h su: no",
            "ZZ1 JsonLines hec:syslog 1: {\"Hostname\":\"zz-srv\",\"sourcetype\":\"syslog\",\"b\":2}",
            "ZZ1 Audit hec:syslog 1: type=CWD msg=audit(1.2:3): cwd=\"/\"",
        ]
    );
}

#[tokio::test]
async fn acknowledgements_are_kept_apart_by_channel_and_sender() {
    let served = serve(Limits::default()).await;
    let channel = ["X-Splunk-Request-Channel: FE0ECFAD-13D5-401B-847D-77833BD77131"];
    for id in 0..2 {
        let (_, body) = send(&served, "/services/collector", &channel, EVENTS).await;
        assert_eq!(body["ackId"], id);
    }
    let ack = "/services/collector/ack";
    let asked = r#"{"acks":[0,1,2]}"#;
    let answer = send(&served, ack, &channel, asked).await;
    assert_eq!(answer, (200, json!({ "acks": { "0": true, "1": true, "2": false } })));
    let other = format!("Authorization: Splunk {OTHER}");
    let answer = served.ask("POST", ack, &[&other, channel[0]], asked).await;
    assert_eq!(answer.json(), json!({ "acks": { "0": false, "1": false, "2": false } }));
}

#[tokio::test]
async fn every_refusal_has_its_code() {
    let served = serve(small_limits()).await;
    let event = "/services/collector/event";
    for (headers, status, code) in [
        (&[][..], 401, 2),
        (&["Authorization: Splunk"][..], 401, 3),
        (&["Authorization: Splunk wt_invented"][..], 403, 4),
        (&["Authorization: Splunk wt_ill"][..], 503, 9),
    ] {
        let answer = served.ask("POST", event, headers, EVENTS).await;
        assert_eq!((answer.status, &answer.json()["code"]), (status, &json!(code)));
    }
    let broken_last = format!("{EVENTS}{{\"event\":");
    let long = "x".repeat(20_001);
    for (path, body, status, code) in [
        (event, "", 400, 5),
        (event, broken_last.as_str(), 400, 6),
        ("/services/collector/ack?channel=c", "no", 400, 6),
        ("/services/collector/ack", r#"{"acks":[0]}"#, 400, 10),
        ("/services/collector?channel=a%20b", EVENTS, 400, 11),
        (event, r#"{"host":"x"}"#, 400, 12),
        (event, r#"{"event":""}"#, 400, 13),
        (event, long.as_str(), 413, 27),
        ("/services/collector/raw", " \n", 400, 5),
    ] {
        let (found, body) = send(&served, path, &[], body).await;
        assert_eq!((found, &body["code"]), (status, &json!(code)), "{path}");
    }
    assert_eq!(served.gate.lines().len(), 3, "the neighbours of the broken event");
    served.gate.refuse(0, 1);
    let token = format!("Authorization: Splunk {ONE}");
    let answer = served.ask("POST", event, &[&token], EVENTS).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("7")));
    assert_eq!(answer.json()["code"], 9);
    let health = served.ask("GET", "/services/collector/health", &[], "").await;
    assert_eq!((health.status, &health.json()["code"]), (200, &json!(17)));
    let without = serve(Limits { hec_acknowledge: false, ..Limits::default() }).await;
    let (status, body) = send(&without, "/services/collector/ack?channel=c", &[], "{}").await;
    assert_eq!((status, &body["code"]), (400, &json!(14)));
    let (_, body) = send(&without, "/services/collector?channel=c", &[], EVENTS).await;
    assert_eq!(body, json!({ "text": "Success", "code": 0 }));
}
