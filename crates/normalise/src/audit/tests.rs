//! Stories of audit records: lines in, events out.

use bumpalo::Bump;
use proptest::prelude::*;
use wardwatch_model::SourceTable;

use super::*;
use crate::story::{lines, render};

/// Every event of a block, as text, one empty line between two.
fn told(block: &str) -> String {
    let (arena, mut table) = (Bump::new(), SourceTable::default());
    let sources = LinuxSources::intern(&mut table);
    let events: Vec<String> = group_lines(block)
        .iter()
        .map(|group| {
            let mut draft = Draft::new(&arena, 0);
            match normalise(group, &mut draft, &sources) {
                Ok(()) => {
                    let record = draft.record;
                    format!("record: {record}\n{}", render(draft, &table))
                }
                Err(error) => format!("{error}\n"),
            }
        })
        .collect();
    events.join("---\n")
}

#[test]
fn a_started_program_is_one_event() {
    let block = concat!(
        "type=SYSCALL msg=audit(1700000000.250:31): arch=c000003e syscall=59 success=yes a0=55d0 \
         ppid=700 pid=812 auid=1000 uid=33 tty=(none) comm=\"sh\" exe=\"/usr/bin/dash\" \
         key=(null)\u{1d}ARCH=x86_64 SYSCALL=execve AUID=\"ngrant\" UID=\"www-data\"\n",
        "type=EXECVE msg=audit(1700000000.250:31): argc=3 a0=\"sh\" a1=\"-c\" \
         a2=6563686F206869203E202F746D702F78\n",
        "type=CWD msg=audit(1700000000.250:31): cwd=\"/var/www\"\n",
        "type=PROCTITLE msg=audit(1700000000.250:31): proctitle=7368002D63006563686F\n",
    );
    let expected = "
        record: 31
        sources: linux/process_creation/- linux/-/auditd
        time: 2023-11-14T22:13:20.25Z
        type=SYSCALL
        arch=c000003e
        syscall=59
        success=yes
        a0=55d0
        ppid=700
        pid=812
        auid=1000
        uid=33
        tty=(none)
        comm=sh
        exe=/usr/bin/dash
        key=(null)
        ARCH=x86_64
        SYSCALL=execve
        AUID=ngrant
        UID=www-data
        type=EXECVE
        argc=3
        a0=sh
        a1=-c
        a2=echo hi > /tmp/x
        type=CWD
        cwd=/var/www
        type=PROCTITLE
        proctitle=sh -c echo
        Image=/usr/bin/dash
        CommandLine=sh -c echo hi > /tmp/x
        ProcessId=812
        ParentProcessId=700
        User=ngrant
        CurrentDirectory=/var/www
    ";
    assert_eq!(told(block), lines(expected));
}

#[test]
fn long_arguments_come_in_pieces_and_over_several_records() {
    let block = "type=EXECVE msg=audit(1.5:9): argc=3 a0=\"tar\" a1_len=6 a1[0]=6162 a1[1]=6364\n\
                 type=EXECVE msg=audit(1.5:9): a1[2]=6566 a2=\"x\"\n";
    let expected = "
        record: 9
        sources: linux/process_creation/- linux/-/auditd
        time: 1970-01-01T00:00:01.5Z
        type=EXECVE
        argc=3
        a0=tar
        a1_len=6
        type=EXECVE
        a1=abcdef
        a2=x
        CommandLine=tar abcdef x
    ";
    assert_eq!(told(block), lines(expected));
}

#[test]
fn made_files_and_connections_have_their_log_sources() {
    let block = "node=zz-db-02 type=SYSCALL msg=audit(1.5:7): arch=c000003e syscall=257 exe=\"/bin/cp\"\n\
         node=zz-db-02 type=SYSCALL msg=audit(1.5:8): arch=c000003e syscall=42 exe=\"/tmp/x\"\n\
         node=zz-db-02 type=CWD msg=audit(1.5:7): cwd=\"/etc/cron.d\"\n\
         node=zz-db-02 type=SOCKADDR msg=audit(1.5:8): saddr=020001BDC63364090000000000000000\n\
         node=zz-db-02 type=PATH msg=audit(1.5:7): item=0 name=\".\" nametype=PARENT\n\
         node=zz-db-02 type=PATH msg=audit(1.5:7): item=1 name=\"./job\" nametype=CREATE\n";
    let expected = "
        record: 7
        sources: linux/file_event/- linux/-/auditd
        time: 1970-01-01T00:00:01.5Z
        device: zz-db-02
        Hostname=zz-db-02
        type=SYSCALL
        arch=c000003e
        syscall=257
        exe=/bin/cp
        type=CWD
        cwd=/etc/cron.d
        type=PATH
        item=0
        name=.
        nametype=PARENT
        type=PATH
        item=1
        name=./job
        nametype=CREATE
        Image=/bin/cp
        CurrentDirectory=/etc/cron.d
        SYSCALL=openat
        TargetFilename=/etc/cron.d/job
        ---
        record: 8
        sources: linux/network_connection/- linux/-/auditd
        time: 1970-01-01T00:00:01.5Z
        device: zz-db-02
        Hostname=zz-db-02
        type=SYSCALL
        arch=c000003e
        syscall=42
        exe=/tmp/x
        type=SOCKADDR
        saddr=020001BDC63364090000000000000000
        Image=/tmp/x
        SYSCALL=connect
        DestinationIp=198.51.100.9
        DestinationPort=445
        Initiated=true
    ";
    assert_eq!(told(block), lines(expected));
}

#[test]
fn records_of_programs_have_their_fields_within_quotes() {
    let block = "Nov 24 03:05:01 zz-web-01 audispd: type=USER_CMD msg=audit(1.5:6): pid=4 uid=1000 \
                 auid=4294967295 msg='cwd=\"/home\" cmd=6C73202F726F6F74 terminal=pts/0 \
                 res=success'\u{1d}UID=\"ngrant\" AUID=\"unset\"\n\
                 no audit record\n\
                 type=USER_AUTH msg=audit(1.5:5): user pid=3 msg='PAM: authentication \
                 acct=\"root\" : exe=\"/bin/su\" (hostname=?, addr=?, terminal=pts/1 \
                 res=failed)'\n";
    let expected = "
        record: 6
        sources: linux/-/auditd
        time: 1970-01-01T00:00:01.5Z
        device: zz-web-01
        Hostname=zz-web-01
        type=USER_CMD
        pid=4
        uid=1000
        auid=4294967295
        cwd=/home
        cmd=ls /root
        terminal=pts/0
        res=success
        UID=ngrant
        AUID=unset
        CommandLine=ls /root
        ProcessId=4
        User=ngrant
        CurrentDirectory=/home
        ---
        not a auditd record: no type= and msg=audit(time:serial)
        ---
        record: 5
        sources: linux/-/auditd
        time: 1970-01-01T00:00:01.5Z
        type=USER_AUTH
        pid=3
        acct=root
        exe=/bin/su
        hostname=?
        addr=?
        terminal=pts/1
        res=failed
        Image=/bin/su
        ProcessId=3
    ";
    assert_eq!(told(block), lines(expected));
}

#[test]
fn several_keys_and_ipv6_are_told_apart() {
    let block = "type=SYSCALL msg=audit(1.5:4): SYSCALL=connect key=6B31016B32\n\
                 type=SOCKADDR msg=audit(1.5:4): saddr=0A0001BB00000000\
                 20010DB800000000000000000000000700000000 SADDR={ saddr_fam=inet6 \
                 laddr=2001:db8::7 lport=443 }\n";
    let expected = "
        record: 4
        sources: linux/network_connection/- linux/-/auditd
        time: 1970-01-01T00:00:01.5Z
        type=SYSCALL
        SYSCALL=connect
        key=k1
        key=k2
        type=SOCKADDR
        saddr=0A0001BB0000000020010DB800000000000000000000000700000000
        saddr_fam=inet6
        laddr=2001:db8::7
        lport=443
        DestinationIp=2001:db8::7
        DestinationPort=443
        Initiated=true
    ";
    assert_eq!(told(block), lines(expected));
}

#[test]
fn a_serial_is_joined_within_its_node_and_boot_only() {
    let shape = |block| {
        let groups = group_lines(block);
        groups.iter().map(|group| (group.serial, group.lines.len())).collect::<Vec<_>>()
    };
    let line = |node: &str, id: &str| format!("{node}type=CWD msg=audit({id}): cwd=\"/\"\n");
    let block = line("", "1.5:1") + &line("node=a ", "1.5:1") + &line("", "2.5:1");
    assert_eq!(shape(&(block.clone() + &block)), [(1, 2), (1, 2), (1, 2)]);
}

#[test]
fn pending_serials_and_records_are_bounded() {
    let line = |serial: usize| format!("type=CWD msg=audit(1.5:{serial}): cwd=\"/\"\n");
    let mut block = line(0).repeat(MAX_RECORDS + 1);
    let groups = group_lines(&block);
    assert_eq!(groups.iter().map(|g| g.lines.len()).collect::<Vec<_>>(), [MAX_RECORDS, 1]);

    block = (0..=MAX_PENDING_SERIALS).map(line).collect();
    block += &line(0);
    block += &line(2);
    let groups = group_lines(&block);
    assert_eq!(groups.len(), MAX_PENDING_SERIALS + 2, "the eldest was complete, serial 2 was not");
    assert_eq!(groups[2].lines.len(), 2);
}

#[test]
fn a_command_of_very_many_arguments_is_still_an_event() {
    let arguments: String = (0..9_000).map(|at| format!(" a{at}=\"x{at}\"")).collect();
    let block = format!(
        "type=EXECVE msg=audit(1.5:3): argc=9000{arguments}\n\
         type=SYSCALL msg=audit(1.5:3): exe=\"/usr/bin/xargs\"\n"
    );
    let event = told(&block);
    assert!(event.contains("\na1023=x1023\n") && !event.contains("\na1024="));
    assert!(event.contains("\nImage=/usr/bin/xargs\n") && event.contains(" x8998 x8999\n"));
}

#[test]
fn a_block_is_cut_where_no_serial_is_split() {
    let cut = |ids: &[usize]| {
        let line = |id: &usize| format!("type=CWD msg=audit(1.5:{id}): cwd=\"/\"\n");
        let block: String = ids.iter().map(line).collect();
        let length = complete_prefix_len(block.as_bytes());
        let partial = complete_prefix_len((block.clone() + "type=CWD msg=audit(1.5:77").as_bytes());
        assert_eq!(length, partial);
        block[..length].lines().count()
    };
    assert_eq!(cut(&[]), 0);
    assert_eq!(cut(&[1, 1]), 0);
    assert_eq!(cut(&[1, 1, 2, 3, 3]), 3);
    assert_eq!(cut(&[1, 2, 3, 2, 3]), 1, "serial 2 has lines on both sides of serial 3's first");
    assert_eq!(cut(&[1, 2, 1, 2]), 0);
    assert_eq!(complete_prefix_len(b"no record\nnor this"), 10);
}

proptest! {
    #[test]
    fn never_panics(block in any::<String>()) {
        let _ = told(&block);
        let _ = complete_prefix_len(block.as_bytes());
    }

    #[test]
    fn never_panics_on_what_looks_like_records(bodies in proptest::collection::vec(
        "(a[0-9]|a1\\[[0-9]\\]|saddr|key|name|nametype|msg|proctitle|exe|cwd)?=?\
         ([\"'{]|CREATE|[0-9A-F]{0,9}|\u{1d}|é| )*", 0..12,
    )) {
        let mut block = String::new();
        for (at, body) in bodies.iter().enumerate() {
            let kind = ["EXECVE", "PATH", "SOCKADDR", "SYSCALL", "X"][at % 5];
            block += &format!("type={kind} msg=audit(1.5:{}): SYSCALL=connect {body}\n", at % 3);
        }
        prop_assert!(complete_prefix_len(block.as_bytes()) <= block.len());
        let _ = told(&block);
    }

    #[test]
    fn a_cut_never_splits_a_serial(ids in proptest::collection::vec(0..6_usize, 0..40)) {
        let line = |id: &usize| format!("type=CWD msg=audit(1.5:{id}): cwd=\"/\"\n");
        let block: String = ids.iter().map(line).collect();
        let (head, tail) = block.split_at(complete_prefix_len(block.as_bytes()));
        let serials = |part: &str| group_lines(part).iter().map(|g| g.serial).collect::<Vec<_>>();
        let behind = serials(tail);
        prop_assert!(serials(head).iter().all(|serial| !behind.contains(serial)));
    }
}
