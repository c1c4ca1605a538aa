//! Asking a server from the command line: what is sent, what is shown, and the exit code.
//!
//! The server here is a thread that answers with what the story says, so that also a hostile or
//! broken one can be told of.

// Helpers outside #[test] functions are tests too: clippy.toml's allowance does not reach them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;

use tempfile::TempDir;

/// Answers as many requests as there are answers; gives what was asked.
fn serve(answers: Vec<(u16, &'static str)>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for (status, body) in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut sent = vec![0; length];
            reader.read_exact(&mut sent).unwrap();
            asked.push(head + &String::from_utf8(sent).unwrap());
            let answer = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
        }
        asked
    });
    (address, thread)
}

/// `ward` with a home of its own and nothing from the environment.
fn ward(home: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ward"));
    command.env("HOME", home.path());
    for name in ["XDG_CONFIG_HOME", "WARD_SERVER", "WARD_TOKEN", "WARD_CA"] {
        command.env_remove(name);
    }
    command
}

fn outcome(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, messages) = (text(&output.stdout), text(&output.stderr));
    assert!(!messages.contains("panicked"), "{messages}");
    (output.status.code().unwrap(), out, messages)
}

#[test]
fn without_a_server_or_a_token_it_says_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, code, words) in [
        (vec!["incident", "list"], 2, "no server is named"),
        (vec!["incident", "list", "--server", "https://ward.example"], 4, "not logged in"),
        (vec!["org", "list", "--server", "http://ward.example", "--token", "t"], 2, "not https"),
        (vec!["org", "list", "--server", "ward", "--token", "t"], 2, "no address of a server"),
        (vec!["incident", "show", "x"], 2, "no identifier"),
    ] {
        let (found, _, messages) = outcome(&ward(&home).args(&arguments).output().unwrap());
        assert_eq!(found, code, "{arguments:?}: {messages}");
        assert!(messages.contains(words), "{arguments:?}: {messages}");
    }
}

#[test]
fn a_server_that_is_not_there_is_exit_5_and_one_that_refuses_exit_4() {
    let home = tempfile::tempdir().unwrap();
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", nowhere.local_addr().unwrap());
    drop(nowhere);
    let ask = |address: &str| {
        let mut command = ward(&home);
        command.args(["device", "list"]).env("WARD_SERVER", address).env("WARD_TOKEN", "wa_1");
        outcome(&command.output().unwrap())
    };
    let (code, _, messages) = ask(&address);
    assert_eq!(code, 5, "{messages}");
    assert!(messages.contains("cannot be reached"), "{messages}");
    let forbidden = r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"not you"}"#;
    let unknown = r#"{"type":"about:blank","title":"Unauthorized","status":401,"detail":"who?"}"#;
    for (status, body, code, words) in [
        (403, forbidden, 4, "not permitted: not you"),
        (401, unknown, 4, "who?; log in with 'ward login'"),
        (503, "", 5, "cannot answer now"),
        (500, "<html>", 1, "500"),
        (200, "<html>", 1, "not understood"),
        (302, "", 1, "302"),
    ] {
        let (address, server) = serve(vec![(status, body)]);
        let (found, _, messages) = ask(&address);
        server.join().unwrap();
        assert_eq!(found, code, "{status}: {messages}");
        assert!(messages.contains(words), "{status}: {messages}");
    }
}

#[test]
fn lists_follow_pages_and_nothing_steers_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let page = |next: &str| {
        let page = r#"{"items":[{"org":"ZZ1","name":"\u001b[2JPC","first_seen":"2017-05-12T10:00:00Z","last_seen":"2017-05-12T11:00:00Z","events":1234,"legacy":true}],"next":NEXT}"#;
        &*page.replace("NEXT", next).leak()
    };
    let (address, server) = serve(vec![(200, page("\"a b\"")), (200, page("null"))]);
    let mut command = ward(&home);
    command.args(["device", "list", "--org", "zz1", "--server", &address, "--token", "wa_1"]);
    let (code, out, messages) = outcome(&command.output().unwrap());
    assert_eq!(code, 0, "{messages}");
    let asked = server.join().unwrap();
    assert!(asked[0].starts_with("GET /api/v1/devices?"), "{}", asked[0]);
    assert!(asked[0].contains("org=ZZ1") && asked[0].contains("limit=50"), "{}", asked[0]);
    assert!(asked[0].to_lowercase().contains("authorization: bearer wa_1"), "{}", asked[0]);
    assert!(asked[1].contains("after=a%20b") && asked[1].contains("limit=49"), "{}", asked[1]);
    assert_eq!(out.matches(r"\u{1b}[2JPC").count(), 2, "{out}");
    assert!(!out.contains('\u{1b}') && out.contains("1,234"), "{out}");

    let (address, server) = serve(vec![(200, page("null"))]);
    let mut command = ward(&home);
    command.args(["device", "list", "--json", "--server", &address]);
    let (code, out, _) = outcome(&command.args(["--token", "wa_1"]).output().unwrap());
    server.join().unwrap();
    assert_eq!(code, 0);
    assert!(out.starts_with(r#"{"items":[{"org":"ZZ1""#), "{out}");
}

#[test]
fn a_session_is_kept_used_and_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let opened = r#"{"name":"kim","until":"2017-05-13T10:00:00Z","secret":"ws_kept"}"#;
    let me = r"[]";
    let (address, server) = serve(vec![(200, opened), (200, me), (204, "")]);
    let mut login = ward(&home)
        .args(["login", "--server", &address, "--name", "kim"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    login.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    let (code, out, messages) = outcome(&login.wait_with_output().unwrap());
    assert_eq!(code, 0, "{messages}");
    assert!(out.contains("as kim until 2017-05-13 10:00:00 UTC"), "{out}");
    assert!(!out.contains("ws_kept") && !messages.contains("ws_kept"), "{out}{messages}");
    let kept = home.path().join(".config/wardwatch/client.json");
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);

    let (code, out, messages) = outcome(&ward(&home).args(["org", "list"]).output().unwrap());
    assert_eq!((code, out.as_str()), (0, "You see no organisation.\n"), "{messages}");
    let (code, _, messages) = outcome(&ward(&home).arg("logout").output().unwrap());
    assert_eq!(code, 0, "{messages}");
    assert!(!kept.exists());
    let asked = server.join().unwrap();
    assert!(asked[0].contains(r#""password":"correct horse battery""#), "{}", asked[0]);
    assert!(asked[1].to_lowercase().contains("bearer ws_kept"), "{}", asked[1]);
    assert!(asked[2].starts_with("DELETE /api/v1/session"), "{}", asked[2]);
}

#[test]
fn a_kept_session_goes_to_its_own_server_only() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/wardwatch");
    fs::create_dir_all(&folder).unwrap();
    let kept = folder.join("client.json");
    fs::write(&kept, r#"{"server":"https://ward.example","token":"ws_kept"}"#).unwrap();
    let ask = || {
        let mut command = ward(&home);
        command.args(["org", "list", "--server", "http://127.0.0.1:1"]);
        outcome(&command.output().unwrap())
    };
    let (code, _, messages) = ask();
    assert!(code == 1 && messages.contains("others can read this file"), "{messages}");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).unwrap();
    let (code, _, messages) = ask();
    assert!(code == 4 && messages.contains("not logged in"), "{messages}");
}

#[test]
fn what_people_do_is_sent_with_the_header_that_pages_cannot_set() {
    let home = tempfile::tempdir().unwrap();
    let refused = r#"{"type":"about:blank","title":"Conflict","status":409,"detail":"not open"}"#;
    let (address, server) = serve(vec![(409, refused)]);
    let id = "11".repeat(16);
    let mut command = ward(&home);
    command.args(["incident", "close", &id, "--reason", "resolved", "--note", "done"]);
    command.args(["--server", &address, "--token", "wa_1"]);
    let (code, _, messages) = outcome(&command.output().unwrap());
    assert_eq!((code, messages.as_str()), (1, "ward: not open\n"));
    let asked = server.join().unwrap().concat();
    assert!(asked.starts_with(&format!("POST /api/v1/incidents/{id}/close")), "{asked}");
    assert!(asked.to_lowercase().contains("x-ward: 1"), "{asked}");
    assert!(asked.ends_with(r#"{"reason":"resolved","note":"done"}"#), "{asked}");
}

#[test]
fn a_password_that_works_once_is_changed_while_logging_in() {
    let home = tempfile::tempdir().unwrap();
    let needed = r#"{"type":"urn:wardwatch:new-password-needed","title":"Unauthorized",
        "status":401,"detail":"this password works once"}"#;
    let opened = r#"{"name":"kim","until":"2017-05-12T22:00:00Z","secret":"ws_1"}"#;
    let (address, server) = serve(vec![(401, needed), (200, opened)]);
    let mut login = ward(&home)
        .args(["login", "--server", &address, "--name", "kim"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    login.stdin.take().unwrap().write_all(b"made for once\nmy own words here\n").unwrap();
    let (code, out, messages) = outcome(&login.wait_with_output().unwrap());
    assert_eq!(code, 0, "{messages}");
    assert!(out.contains("as kim") && messages.contains("works once"), "{out}{messages}");
    let asked = server.join().unwrap();
    assert!(!asked[0].contains("new_password"), "{}", asked[0]);
    assert!(asked[1].contains(r#""new_password":"my own words here""#), "{}", asked[1]);
}

#[test]
fn upkeep_asks_what_it_says() {
    let home = tempfile::tempdir().unwrap();
    let id = "0".repeat(32);
    let id = id.as_str();
    for (arguments, status, answer, expected) in [
        (
            vec!["person", "disable", id],
            204,
            "",
            "POST /api/v1/people/00000000000000000000000000000000/disable",
        ),
        (
            vec!["person", "end-sessions", id],
            204,
            "",
            "DELETE /api/v1/people/00000000000000000000000000000000/sessions",
        ),
        (
            vec!["person", "revoke", id, "--org", "ZZ1", "--role", "analyst"],
            204,
            "",
            "DELETE /api/v1/people/00000000000000000000000000000000/grants?org=ZZ1&role=analyst",
        ),
        (vec!["token", "list"], 200, "[]", "GET /api/v1/tokens"),
        (vec!["code", "list"], 200, "[]", "GET /api/v1/codes"),
        (
            vec!["webhook", "test", id],
            204,
            "",
            "POST /api/v1/webhooks/00000000000000000000000000000000/test",
        ),
        (
            vec!["mail", "remove", id],
            204,
            "",
            "DELETE /api/v1/mail-subscriptions/00000000000000000000000000000000",
        ),
        (
            vec!["device", "set", "PC 1/2", "--org", "ZZ1", "--care-class", "passive"],
            204,
            "",
            "PUT /api/v1/devices/ZZ1/PC%201%2F2",
        ),
        (vec!["service", "list"], 200, "[]", "GET /api/v1/services"),
    ] {
        let (address, server) = serve(vec![(status, answer)]);
        let mut command = ward(&home);
        command.args(&arguments).env("WARD_SERVER", &address).env("WARD_TOKEN", "wa_1");
        let (code, _, messages) = outcome(&command.output().unwrap());
        assert_eq!(code, 0, "{arguments:?}: {messages}");
        let asked = server.join().unwrap().remove(0);
        assert!(asked.starts_with(expected), "{arguments:?}: {asked}");
    }
}
