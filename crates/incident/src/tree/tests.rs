//! Trees of made-up processes.

use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp { micros: second * 1_000_000 }
}

fn event(number: u8) -> EventId {
    EventId([number; 16])
}

/// A process by its number, started by another; `None` for one whose identifiers no event has.
fn start(second: i64, number: u8, parent: u8, image: &str, by: &str) -> Start {
    Start {
        time: at(second),
        event: event(number),
        process: Some(format!("P{number}")),
        parent_process: Some(format!("P{parent}")),
        image: Some(image.to_owned()),
        command_line: Some(format!("{image} /run")),
        parent_image: Some(by.to_owned()),
        parent_command_line: None,
        user: None,
    }
}

fn found(second: i64, number: u8, process: Option<&str>, title: &str) -> Found {
    Found {
        time: at(second),
        event: event(number),
        process: process.map(str::to_owned),
        image: None,
        title: title.to_owned(),
        level: Level::High,
    }
}

/// A tree in words: `a(b c(d))`, with `*` behind what was found in, `?` behind what is guessed, `+n` for more.
fn drawn(node: &ProcessNode) -> String {
    let mut text = node.image.clone().unwrap_or("-".to_owned());
    text.push_str(if node.found.is_empty() { "" } else { "*" });
    text.push_str(if node.guessed { "?" } else { "" });
    let mut below: Vec<String> = node.children.iter().map(drawn).collect();
    if node.more > 0 {
        below.push(format!("+{}", node.more));
    }
    if below.is_empty() { text } else { format!("{text}({})", below.join(" ")) }
}

fn told(trees: &Trees) -> String {
    trees.trees.iter().map(drawn).collect::<Vec<_>>().join(", ")
}

#[test]
fn what_was_found_stands_below_who_started_it_and_above_what_it_started() {
    let starts = vec![
        start(1, 1, 0, "explorer", "userinit"),
        start(2, 2, 1, "browser", "explorer"),
        start(3, 3, 1, "word", "explorer"),
        start(4, 4, 3, "shell", "word"),
        start(5, 5, 4, "vssadmin", "shell"),
        start(6, 6, 4, "ping", "shell"),
        start(7, 7, 9, "updater", "services"),
    ];
    let trees = trees(
        starts,
        &[
            found(4, 4, None, "Office starts a shell"),
            found(8, 99, Some("P5"), "Copies deleted"),
            found(8, 98, Some("P5"), "Copies deleted"),
        ],
    );
    assert_eq!(told(&trees), "userinit(explorer(word(shell*(vssadmin* ping)) +1))");
    let shell = &trees.trees[0].children[0].children[0].children[0];
    let mark = Mark { title: "Copies deleted".into(), level: Level::High, count: 2 };
    assert_eq!(shell.children[0].found, [mark]);
    assert_eq!((trees.unplaced, trees.trees[0].time), (0, None), "userinit was there before");
}

#[test]
fn without_identifiers_names_join_and_say_so() {
    let nameless = |start: Start| Start { process: None, parent_process: None, ..start };
    let starts = vec![
        nameless(start(1, 1, 0, "C:\\Worm.exe", "lsass")),
        nameless(start(2, 2, 0, "locker", "c:\\worm.EXE")),
        nameless(start(3, 3, 0, "vssadmin", "locker")),
    ];
    let trees = trees(starts, &[found(3, 3, None, "Copies deleted")]);
    assert_eq!(told(&trees), "lsass(C:\\Worm.exe?(locker?(vssadmin*?)))");
}

#[test]
fn a_number_that_is_used_again_is_the_process_of_its_time() {
    let mut starts = vec![
        start(1, 1, 0, "first", "init"),
        start(5, 2, 0, "second", "init"),
        start(6, 3, 1, "child", "second"),
    ];
    starts[1].process = Some("P1".into());
    let trees = trees(starts, &[found(3, 90, Some("P1"), "early"), found(6, 3, None, "late")]);
    assert_eq!(told(&trees), "init(first* second(child*))");
}

#[test]
fn what_no_event_tells_the_start_of_stands_beside_the_others() {
    let one = Found { image: Some("agent".into()), ..found(1, 90, Some("P7"), "beacon") };
    let trees = trees(Vec::new(), &[one, found(2, 91, None, "a file")]);
    assert_eq!((told(&trees).as_str(), trees.unplaced), ("agent*", 1));
}

#[test]
fn a_chain_and_a_crowd_are_cut_and_counted() {
    let chain: Vec<Start> = (1..=200_u8)
        .map(|n| {
            let mut start = start(i64::from(n), 0, 0, "link", "link");
            start.event = event(n);
            start.process = Some(format!("P{n}"));
            start.parent_process = Some(format!("P{}", n - 1));
            start
        })
        .collect();
    let last = Found { event: chain[199].event, ..found(300, 0, None, "deep") };
    let deep = trees(chain, &[last]);
    let mut depth = 0;
    let mut node = &deep.trees[0];
    while let Some(child) = node.children.first() {
        (node, depth) = (child, depth + 1);
    }
    assert_eq!((depth + 1, node.more, deep.unplaced), (MAX_DEPTH, 1, 1));

    let crowd: Vec<Start> = (0..1_000_u32)
        .map(|n| Start {
            event: EventId(u128::from(n + 10).to_be_bytes()),
            process: Some(format!("C{n}")),
            ..start(i64::from(n), 0, 1, "child", "parent")
        })
        .collect();
    let found = Found { process: Some("P1".into()), ..found(0, 200, None, "parent") };
    let crowd = trees(crowd, &[found]);
    let root = &crowd.trees[0];
    assert_eq!((root.children.len() + 1, root.more), (MAX_NODES, 1_001 - MAX_NODES as u64));
}

fn count(node: &ProcessNode) -> (usize, u64) {
    node.children
        .iter()
        .map(count)
        .fold((1, node.found.iter().map(|mark| mark.count).sum()), |sum, one| {
            (sum.0 + one.0, sum.1 + one.1)
        })
}

proptest! {
    #[test]
    fn every_finding_has_its_place_or_is_counted(
        made in prop::collection::vec((0..40_i64, 0..12_u8, 0..12_u8, any::<bool>()), 0..40),
        seen in prop::collection::vec((0..40_i64, 0..60_u8, prop::option::of(0..14_u8)), 0..12),
    ) {
        let starts: Vec<Start> = made
            .iter()
            .zip(0_u8..)
            .map(|((second, number, parent, told), place)| {
                let mut start = start(*second, place, *parent, &format!("i{number}"), &format!("i{parent}"));
                start.process = told.then(|| format!("P{number}"));
                start.parent_process = told.then(|| format!("P{parent}"));
                start
            })
            .collect();
        let seen: Vec<Found> = seen
            .iter()
            .map(|(second, number, of)| {
                found(*second, *number, of.map(|of| format!("P{of}")).as_deref(), "rule")
            })
            .collect();
        let trees = trees(starts, &seen);
        let (nodes, placed) = trees.trees.iter().map(count).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        prop_assert!(nodes <= MAX_NODES);
        prop_assert_eq!(placed + trees.unplaced, seen.len() as u64);
    }
}
