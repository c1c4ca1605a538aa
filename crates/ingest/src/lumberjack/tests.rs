//! Stories of Lumberjack, over a real socket.

use std::io::Write;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::lumberjack;
use crate::stage::{FakeGate, number, post, small_limits};
use crate::{Counters, Limits};
use std::sync::Arc;

async fn connect(limits: Limits) -> (TcpStream, FakeGate, Arc<Counters>) {
    let (post, gate, counters) = post(limits);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(lumberjack(listener, crate::Plain, post, std::future::pending()));
    (TcpStream::connect(address).await.unwrap(), gate, counters)
}

fn window(events: u32) -> Vec<u8> {
    [b"2W", &events.to_be_bytes()[..]].concat()
}

fn json(sequence: u32, text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap().to_be_bytes();
    [b"2J", &sequence.to_be_bytes()[..], &length, text.as_bytes()].concat()
}

fn pairs(sequence: u32, pairs: &[(&str, &str)]) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut bytes = [b"2D", &sequence.to_be_bytes()[..], &number(pairs.len())].concat();
    for part in pairs.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(&number(part.len()));
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

fn packed(frames: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(frames).unwrap();
    let bytes = out.finish().unwrap();
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [b"2C", &length[..], &bytes].concat()
}

/// The next acknowledgement.
async fn acknowledged(stream: &mut TcpStream) -> u32 {
    let mut frame = [0; 6];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(&frame[..2], b"2A");
    u32::from_be_bytes([frame[2], frame[3], frame[4], frame[5]])
}

#[tokio::test]
async fn windows_are_acknowledged_when_they_are_durable() {
    let (mut stream, gate, counters) = connect(small_limits()).await;
    let events = [json(1, "{\"a\":1}"), json(2, "{broken"), json(3, "{\"b\":2}")].concat();
    for sent in [[window(3), events.clone()].concat(), [window(3), packed(&events)].concat()] {
        stream.write_all(&sent).await.unwrap();
        assert_eq!(acknowledged(&mut stream).await, 3);
    }
    assert_eq!(
        gate.told(),
        [
            "ZZ2 JsonLines lumberjack:127.0.0.1 1: {\"a\":1} | {\"b\":2}",
            "ZZ2 JsonLines lumberjack:127.0.0.1 3: {\"a\":1} | {\"b\":2}",
        ]
    );
    let event = pairs(1, &[("line", "<34>Nov 24 03:05:01 h su: no"), ("file", "/var/log/x")]);
    stream
        .write_all(&[window(2), event, pairs(2, &[("host", "zz"), ("line", "x")])].concat())
        .await
        .unwrap();
    assert_eq!(acknowledged(&mut stream).await, 2);
    let lines = gate.lines();
    assert_eq!(lines.len(), 6);
    assert!(lines.contains(&"<34>Nov 24 03:05:01 h su: no".to_owned()));
    assert!(lines.contains(&"{\"Hostname\":\"zz\",\"message\":\"x\"}".to_owned()));
    assert_eq!(number(&counters, "invalid", "lumberjack"), 2);
    assert_eq!(number(&counters, "records", "lumberjack"), 6);
}

#[tokio::test]
async fn a_busy_log_keeps_the_client_waiting() {
    let (mut stream, gate, _) = connect(small_limits()).await;
    gate.refuse(0, 3);
    stream.write_all(&[window(1), json(7, "{\"a\":1}")].concat()).await.unwrap();
    let mut seen = Vec::new();
    while seen.last() != Some(&7) {
        seen.push(acknowledged(&mut stream).await);
    }
    assert_eq!(seen, [0, 0, 0, 7]);
    assert_eq!(gate.lines(), ["{\"a\":1}"]);
}

#[tokio::test]
async fn long_windows_are_acknowledged_in_parts() {
    let (mut stream, gate, _) = connect(Limits { batch_bytes: 100, ..small_limits() }).await;
    let events: Vec<u8> =
        (1..=40).flat_map(|n| json(n, &format!("{{\"n\":{n:03}}}").replace(":0", ":1"))).collect();
    stream.write_all(&[window(40), packed(&events)].concat()).await.unwrap();
    let mut seen = Vec::new();
    while seen.last() != Some(&40) {
        seen.push(acknowledged(&mut stream).await);
    }
    assert!(seen.len() > 2 && seen.is_sorted(), "{seen:?}");
    assert_eq!(gate.lines().len(), 40);
}

#[tokio::test]
async fn what_breaks_the_rules_is_cut_off() {
    let bomb = packed(&json(1, &"x".repeat(3_000)).repeat(20));
    let nested = packed(&packed(&json(1, "{}")));
    let cut = packed(&json(1, "{}")[..8]);
    let too_long = json(1, &"x".repeat(4_001));
    for sent in [b"1J".to_vec(), b"2X1234".to_vec(), window(u32::MAX), bomb, nested, cut, too_long]
    {
        let (mut stream, gate, counters) = connect(small_limits()).await;
        stream.write_all(&[window(100), sent.clone()].concat()).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.is_empty(), "nothing is acknowledged: {:?}", &sent[..2]);
        assert!(gate.told().is_empty());
        assert!(number(&counters, "invalid", "lumberjack") > 0);
    }
}
