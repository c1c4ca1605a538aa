//! Stories of ECS documents: fields in, aliases and log sources out.

use bumpalo::Bump;
use proptest::prelude::*;
use wardwatch_model::SourceTable;

use super::*;
use crate::story::{lines, render};

fn told(fields: &[(&str, &str)]) -> String {
    let (arena, mut table) = (Bump::new(), SourceTable::default());
    let sources = EcsSources::intern(&mut table);
    let mut draft = Draft::new(&arena, 1);
    for (name, value) in fields {
        draft.push_text(arena.alloc_str(name), arena.alloc_str(value)).unwrap();
    }
    assert!(recognise(&draft));
    finish(&mut draft, &sources).unwrap();
    draft.fields.drain(..fields.len());
    render(draft, &table)
}

#[test]
fn a_process_start_has_sigmas_names() {
    let event = told(&[
        ("@timestamp", "2026-11-24T03:05:01.250Z"),
        ("ecs.version", "8.11.0"),
        ("event.category", "process"),
        ("event.type", "start"),
        ("host.name", "zz-pc-01"),
        ("host.os.type", "windows"),
        ("process.executable", r"C:\Windows\System32\cmd.exe"),
        ("process.command_line", "cmd /c whoami"),
        ("process.pid", "812"),
        ("process.parent.executable", r"C:\zz\word.exe"),
        ("process.hash.sha256", "ab"),
        ("process.hash.md5", "cd"),
        ("user.name", "ngrant"),
        ("user.domain", "ZZ01"),
    ]);
    let expected = r"
        sources: windows/process_creation/-
        time: 2026-11-24T03:05:01.25Z
        device: zz-pc-01
        Computer=zz-pc-01
        Image=C:\Windows\System32\cmd.exe
        CommandLine=cmd /c whoami
        ProcessId=812
        ParentImage=C:\zz\word.exe
        User=ZZ01\ngrant
        Hashes=MD5=cd,SHA256=ab
    ";
    assert_eq!(event, lines(expected));
}

#[test]
fn arguments_stand_in_for_a_command_line() {
    let event = told(&[
        ("@timestamp", "2026-11-24T03:05:01Z"),
        ("event.kind", "event"),
        ("event.category", "process"),
        ("event.type", "start"),
        ("event.module", "auditd"),
        ("host.os.platform", "ubuntu"),
        ("process.args", "curl"),
        ("process.args", "http://192.0.2.7/"),
        ("user.name", "ngrant"),
    ]);
    let expected = "
        sources: linux/process_creation/- linux/-/auditd
        time: 2026-11-24T03:05:01Z
        User=ngrant
        CommandLine=curl http://192.0.2.7/
    ";
    assert_eq!(event, lines(expected));
}

#[test]
fn category_type_and_system_give_the_log_sources() {
    let sources = |fields: &[(&str, &str)]| {
        let mut all = vec![("ecs.version", "8"), ("host.os.type", "windows")];
        all.extend(fields);
        told(&all).lines().next().unwrap_or_default().replacen("sources: ", "", 1)
    };
    for (category, kind, expected) in [
        ("network", "start", "windows/network_connection/-"),
        ("file", "creation", "windows/file_event/-"),
        ("file", "deletion", "windows/file_delete/-"),
        ("registry", "change", "windows/registry_set/- windows/registry_event/-"),
        ("registry", "access", "windows/registry_event/-"),
        ("library", "start", "windows/image_load/-"),
        ("process", "end", "windows/process_termination/-"),
        ("authentication", "start", "windows/-/security"),
        ("invented", "start", "windows/-/-"),
    ] {
        assert_eq!(sources(&[("event.category", category), ("event.type", kind)]), expected);
    }
    let dns = [("event.category", "network"), ("dns.question.name", "x.example")];
    assert_eq!(sources(&dns), "windows/dns_query/- windows/dns/-");
    let zeek = [("event.dataset", "zeek.connection"), ("event.category", "network")];
    assert_eq!(sources(&zeek), "zeek/-/conn");
}

#[test]
fn winlogbeats_documents_are_not_ours() {
    let arena = Bump::new();
    let mut draft = Draft::new(&arena, 1);
    draft.push_text("ecs.version", "8").unwrap();
    draft.push_text("winlog.event_id", "1").unwrap();
    assert!(!recognise(&draft));
}

proptest! {
    #[test]
    fn never_panics(fields in proptest::collection::vec((
        "ecs\\.version|event\\.(category|type|module|dataset)|host\\.os\\.type|user\\.(name|domain)\
         |process\\.(args|hash\\.md5|pe\\.imphash)|[a-z.]{0,8}",
        "process|start|file|registry|network|é|win|.{0,6}",
    ), 0..30)) {
        let (arena, mut table) = (Bump::new(), SourceTable::default());
        let sources = EcsSources::intern(&mut table);
        let mut draft = Draft::new(&arena, 1);
        for (name, value) in &fields {
            draft.push_text(name, value).unwrap();
        }
        let _ = recognise(&draft);
        let _ = finish(&mut draft, &sources);
    }
}
