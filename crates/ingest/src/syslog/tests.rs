//! Stories of syslog, over real sockets.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::oneshot;

use super::{syslog_stream, syslog_tcp, syslog_udp};
use crate::stage::{number, post, small_limits};
use crate::{Limits, Post};

/// A listener, and what ends it.
async fn listen(post: Post<crate::stage::FakeGate>) -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    tokio::spawn(syslog_tcp(listener, crate::Plain, post, async {
        let _ = ended.await;
    }));
    (address, end)
}

#[tokio::test]
async fn both_framings_come_in_over_one_connection() {
    let (post, gate, counters) = post(small_limits());
    let (address, _end) = listen(post).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let long = "x".repeat(4_001);
    let sent = format!("<34>Nov 24 03:05:01 h su: no\n17 <13>1 - h a - - - {long}\nplain\n");
    stream.write_all(sent.as_bytes()).await.unwrap();
    stream.write_all(b"{\"a\":1}\n<34>Nov 24 03:05:02 h su: last").await.unwrap();
    stream.shutdown().await.unwrap();
    gate.wait_for(5).await;
    let lines = gate.lines();
    for line in [
        "<34>Nov 24 03:05:01 h su: no",
        "<13>1 - h a - - -",
        "{\"Hostname\":\"127.0.0.1\",\"message\":\"plain\"}",
        "{\"Hostname\":\"127.0.0.1\",\"a\":1}",
        "<34>Nov 24 03:05:02 h su: last",
    ] {
        assert!(lines.iter().any(|found| found == line), "{line} in {lines:?}");
    }
    assert!(gate.told().iter().all(|batch| batch.starts_with("ZZ2 ")));
    assert_eq!(number(&counters, "requests", "syslog_tcp"), 1);
    assert_eq!(number(&counters, "invalid", "syslog_tcp"), 1);
}

#[tokio::test]
async fn a_stream_waits_while_the_log_is_busy_and_loses_nothing() {
    let (post, gate, counters) = post(Limits { batch_bytes: 64, ..small_limits() });
    gate.refuse(2, 5);
    let sent: String = (0..100).map(|n| format!("<34>Nov 24 03:05:01 h su: {n}\n")).collect();
    syslog_stream(sent.as_bytes(), "zz-fw", post).await;
    let expected: Vec<&str> = sent.lines().collect();
    assert_eq!(gate.lines(), expected);
    assert_eq!(number(&counters, "records", "syslog_tcp"), 100);
    assert_eq!(number(&counters, "refused", "syslog_tcp"), 0);
}

#[tokio::test]
async fn connections_are_bounded_and_end_with_the_listener() {
    let (post, gate, counters) = post(Limits { connections: 1, ..small_limits() });
    let (address, end) = listen(post).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(b"<34>Nov 24 03:05:01 h su: one\n").await.unwrap();
    gate.wait_for(1).await;
    let second = TcpStream::connect(address).await.unwrap();
    let closed = async |stream: &TcpStream| {
        stream.readable().await.unwrap();
        !matches!(stream.try_read(&mut [0; 1]), Ok(1..))
    };
    assert!(closed(&second).await);
    assert_eq!(number(&counters, "refused", "syslog_tcp"), 1);
    end.send(()).unwrap();
    assert!(closed(&first).await);
}

#[tokio::test]
async fn datagrams_are_one_message_each() {
    let (post, gate, counters) = post(small_limits());
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let server = tokio::spawn(syslog_udp(socket, post, std::future::pending()));
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for message in ["<34>Nov 24 03:05:01 h su: a\nb\n", "", "<13>1 - h a - - - m"] {
        client.send_to(message.as_bytes(), address).await.unwrap();
    }
    gate.wait_for(2).await;
    assert_eq!(gate.lines(), ["<34>Nov 24 03:05:01 h su: a b", "<13>1 - h a - - - m"]);
    assert_eq!(number(&counters, "requests", "syslog_udp"), 3);
    assert_eq!(number(&counters, "invalid", "syslog_udp"), 1);
    // Given up after a few tries, and counted; the next one is taken.
    gate.refuse(0, 4);
    client.send_to(b"<34>Nov 24 03:05:03 h su: lost", address).await.unwrap();
    let refused = async {
        while number(&counters, "refused", "syslog_udp") == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refused).await.unwrap();
    client.send_to(b"<34>Nov 24 03:05:04 h su: kept", address).await.unwrap();
    gate.wait_for(3).await;
    assert_eq!(gate.lines().last().unwrap(), "<34>Nov 24 03:05:04 h su: kept");
    server.abort();
}
