//! A feed read over HTTP again and again from a small server in this process.

#![allow(clippy::unwrap_used, reason = "helpers of tests state their expectations with unwrap")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use wardwatch_feeds::fetch::{Credentials, Fetcher, Reach, Refreshed};

/// A server whose file has the mark `"v2"`, or that sends without end.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> =
                lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            if head[0].contains("/junk") {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5368709120\r\n\r\n");
                while stream.write_all(&[0; 65_536]).is_ok() {}
                continue;
            }
            let same = head.iter().any(|line| line.eq_ignore_ascii_case("if-none-match: \"v2\""));
            let answer = match same {
                true => "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_owned(),
                false => "HTTP/1.1 200 OK\r\netag: \"v2\"\r\nconnection: close\r\n\
                          content-length: 4\r\n\r\nfeed"
                    .to_owned(),
            };
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    host
}

#[test]
fn a_feed_is_read_again_only_when_it_changed() {
    let host = serve();
    let fetcher = Fetcher::new(Reach::allowing([host.clone()]), Credentials::None);
    let address = format!("http://{host}/feed.csv");
    let new = Refreshed::Body { bytes: b"feed".to_vec(), etag: Some("\"v2\"".to_owned()) };
    assert_eq!(fetcher.refresh(&address, None, 100).unwrap(), new);
    assert_eq!(fetcher.refresh(&address, Some("\"v1\""), 100).unwrap(), new);
    assert_eq!(fetcher.refresh(&address, Some("\"v2\""), 100).unwrap(), Refreshed::NotModified);
    // A mark that would break the request is not sent.
    assert_eq!(fetcher.refresh(&address, Some("a\r\nb: c"), 100).unwrap(), new);
}

#[test]
fn what_is_too_large_is_cut() {
    let host = serve();
    let fetcher = Fetcher::new(Reach::allowing([host.clone()]), Credentials::None);
    let error = fetcher.refresh(&format!("http://{host}/junk"), None, 1 << 20).unwrap_err();
    assert!(error.to_string().contains("more than 1048576 bytes"), "{error}");
}
