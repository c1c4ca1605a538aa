//! Whole files to a landscape: what is built in, and the public feeds where they are.

use std::path::PathBuf;

use wardwatch_model::landscape::{Landscape, Track};
use wardwatch_model::{Day, Kb};

use super::*;

const TODAY: Day = Day(20_650);

fn feeds() -> Option<PathBuf> {
    let path = std::env::var_os("WARD_FEEDS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/feeds")),
        PathBuf::from,
    );
    if !path.is_dir() {
        println!("skipped: no feeds");
        return None;
    }
    Some(path)
}

fn closes(landscape: &Landscape, product: &str, cve: &str) -> Vec<Kb> {
    let product = landscape.products.iter().find(|one| one.name == product).unwrap();
    let range = product.fixes.start as usize..product.fixes.end as usize;
    landscape.fixes[range]
        .iter()
        .filter(|fix| {
            landscape.vulnerabilities[fix.vulnerability as usize].cve == cve.parse().unwrap()
        })
        .map(|fix| landscape.updates[fix.update as usize].kb)
        .collect()
}

#[test]
fn works_before_the_first_import() {
    let landscape = starter();
    let (_, report) = compile(std::iter::empty(), TODAY);
    assert_eq!(report.refused().count(), 0, "{report:?}");
    assert!(!report.notes.iter().any(|note| note.starts_with("starter")), "{report:?}");
    for number in 143..=148 {
        let cve = format!("CVE-2017-0{number}");
        let xp = closes(&landscape, "Microsoft Windows XP Service Pack 3", &cve);
        assert_eq!(xp, [Kb(4_012_598)], "{cve}");
    }
    let xp = closes(&landscape, "Microsoft Windows XP Service Pack 3", "CVE-2019-0708");
    assert_eq!(xp, [Kb(4_500_331)]);
    let rows: Vec<_> = landscape.tables.iter().map(|table| table.rows.len()).collect();
    assert_eq!(rows, [16, 72, 16]);
    assert!(landscape.lifecycles.iter().any(|one| one.cycle == "2003-sp2"));
    assert_eq!(landscape.feeds.len(), 1);
}

#[test]
fn a_feed_that_fails_changes_nothing() {
    let bad = [
        Source::new("a.csv", "DatePosted,CVE,BulletinKB,Product\n"),
        Source::new("b.json", "{\"catalogVersion\":\"x\",\"vulnerabilities\":[]}"),
        Source::new("c.csv", &[0x28, 0xb5, 0x2f, 0xfd, 1, 2][..]),
        Source::new("LICENSE", "MIT"),
    ];
    let (landscape, report) = compile(bad.into_iter(), TODAY);
    assert_eq!(landscape, compile(std::iter::empty(), TODAY).0);
    assert_eq!(report.failures().count(), 3, "{report:?}");
    assert_eq!(report.ignored, ["LICENSE"]);
}

#[test]
fn newer_feeds_are_laid_over_an_older_landscape() {
    let kev = r#"{"catalogVersion":"2026.08.07","vulnerabilities":[{"cveID":"CVE-2999-0001",
        "dateAdded":"2026-01-02","dueDate":"2026-01-23"}]}"#;
    let old = starter();
    let (new, _) = compile_over(&old, [Source::new("kev.json", kev)].into_iter(), TODAY);
    assert_eq!(new.vulnerabilities.iter().filter(|one| one.kev.is_some()).count(), 1);
    assert_eq!(new.fixes.len(), old.fixes.len());
    assert_eq!(new.updates, old.updates);
    assert_eq!(new.lifecycles, old.lifecycles);
    assert!(snapshot::is_newer_than(&new.feeds, &old.feeds));
}

#[test]
fn an_older_kev_or_epss_changes_neither_what_is_known_nor_its_state() {
    let kev = |version: &str, cve: &str| {
        let text = format!(
            r#"{{"catalogVersion":"{version}","vulnerabilities":[{{"cveID":"{cve}",
            "dateAdded":"2026-01-02","dueDate":"2026-01-23"}}]}}"#
        );
        Source::new(format!("kev-{version}.json"), text)
    };
    let epss = |day: &str| {
        let text = format!(
            "#model_version:v1,score_date:{day}\ncve,epss,percentile\nCVE-2999-0001,0.1,0.2\n"
        );
        Source::new(format!("epss-{day}.csv"), text)
    };
    let new = [kev("2026.08.07", "CVE-2999-0001"), epss("2026-08-07")];
    let (known, _) = compile(new.into_iter(), TODAY);
    let old = || [kev("2026.01.07", "CVE-2999-0002"), epss("2026-01-07")].into_iter();
    let (after, report) = compile_over(&known, old(), Day(TODAY.0 + 1));
    assert_eq!(after.feeds, known.feeds);
    assert_eq!(after.vulnerabilities, known.vulnerabilities);
    assert_eq!(
        report.notes[..2],
        [
            "kev-2026.01.07.json: it is of 2026-01-07, what is known of 2026-08-07: not used",
            "epss-2026-01-07.csv: it is of 2026-01-07, what is known of 2026-08-07: not used"
        ]
    );
}

#[test]
fn a_probability_counts_until_the_days_is_far_from_it() {
    let day = |day: u32, probability: &str| {
        let text = format!(
            "#score_date:2026-07-{day:02}\ncve,epss,percentile\nCVE-2999-0001,{probability},0.2\n"
        );
        Source::new("epss.csv", text)
    };
    let known = r#"{"vulnerabilities":[{"cveID":"CVE-2999-0001","dateAdded":"2026-01-02","dueDate":"2026-01-23"}]}"#;
    let (mut landscape, _) = compile([Source::new("kev.json", known)].into_iter(), TODAY);
    // A quarter up and a fifth down are near; the day after a rise is held against the risen one.
    let days = [
        ("0.1", 100_000),
        ("0.125", 100_000),
        ("0.08", 100_000),
        ("0.1251", 125_100),
        ("0.1001", 125_100),
        ("0.1", 100_000),
        ("0", 0),
        ("0.000001", 1),
    ];
    for ((probability, ranked), number) in days.into_iter().zip(1..) {
        let earlier = landscape;
        (landscape, _) = compile_over(&earlier, [day(number, probability)].into_iter(), TODAY);
        landscape.follow(&earlier);
        let bytes = snapshot::write(&landscape).unwrap();
        let known = snapshot::read(&bytes).unwrap();
        let epss = known.vulnerabilities.last().and_then(|one| one.epss).unwrap();
        assert_eq!(epss.ranked, ranked, "day {number}");
        assert_eq!(f64::from(epss.probability) / 1e6, probability.parse::<f64>().unwrap());
    }
}

/// A list of one product: its releases' names, days and last days of support.
fn list(file: &str, releases: &[(&str, &str, &str)]) -> Source {
    let mut text = "---\npermalink: /lamps\nreleases:\n".to_owned();
    for (name, day, end) in releases {
        text += &format!("  - releaseCycle: \"{name}\"\n    releaseDate: {day}\n    eol: {end}\n");
    }
    Source::new(file, text + "---\n")
}

#[test]
fn of_two_lists_of_a_product_the_newer_counts_in_whatever_order() {
    let older = || {
        let rows = [("1", "2019-01-01", "2021-01-01"), ("0", "2010-01-01", "2012-01-01")];
        list("backup/windows.md", &rows)
    };
    let newer = || {
        list("lamps.md", &[("2", "2024-01-01", "2034-01-01"), ("1", "2019-01-01", "2029-01-01")])
    };
    let ends = |landscape: &Landscape| -> Vec<_> {
        let lamps = landscape.lifecycles.iter().filter(|one| one.product == "lamps");
        lamps.map(|one| format!("{} {}", one.cycle, one.supported_until.unwrap())).collect()
    };
    let expected = ["0 2012-01-01", "1 2029-01-01", "2 2034-01-01"];
    for files in [[older(), newer()], [newer(), older()]] {
        let (landscape, report) = compile(files.into_iter(), TODAY);
        assert_eq!(ends(&landscape), expected);
        let told = report.notes.iter().filter(|note| note.contains("list of lamps")).count();
        assert_eq!(told, 1, "{:?}", report.notes);
    }
    // Nor does it over a landscape that was made before.
    let (known, _) = compile([newer()].into_iter(), TODAY);
    let (after, report) = compile_over(&known, [older()].into_iter(), TODAY);
    assert_eq!(ends(&after), expected);
    assert_eq!(after.feeds, known.feeds);
    assert!(
        report.notes[0].contains("older (2019-01-01) than that of what is known"),
        "{report:?}"
    );
}

#[test]
fn texts_that_would_fill_memory_are_refused_before_they_are_parsed() {
    let zeros = "0,".repeat(500_000);
    let osv = format!(r#"{{"id":"CVE-2999-0001","modified":"2026-01-01","affected":[{zeros}0]}}"#);
    let record = format!(r#"{{"cveMetadata":{{"x":"{}"}}}}"#, "x".repeat(17 << 20));
    let deep = format!(r#"[{{"cycle":"1","eol":{}"#, "[".repeat(1000));
    for (text, why) in
        [(osv, "more than 400000 values"), (record, "bytes of one record"), (deep, "64 levels")]
    {
        let (_, report) = compile([Source::new("windows.json", text)].into_iter(), TODAY);
        let said: Vec<_> = report.failures().map(|(_, why)| why.to_owned()).collect();
        assert!(said.len() == 1 && said[0].contains(why), "{said:?}");
    }
}

#[test]
fn newer_rows_tell_lines_that_an_older_landscape_could_not() {
    let line = |landscape: &Landscape| {
        landscape.updates.iter().find(|one| one.kb == Kb(4_499_164)).map(|one| one.track)
    };
    let old = starter();
    assert_eq!(line(&old), Some(Track::SecurityOnly));
    let mut text = "DatePosted,CVE,BulletinKB,AffectedProduct,AffectedComponent\n".to_owned();
    for system in ["7 for 32-bit", "7 for x64-based", "Server 2008 R2 for x64-based"] {
        for component in ["Lamp", "Fan"] {
            let row = format!("Windows {system} Systems Service Pack 1,{component}\n");
            text += &format!("20190514,CVE-2999-0001,4499164,{row}");
        }
    }
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (new, report) = compile_over(&old, [Source::new("a.csv", wide)].into_iter(), TODAY);
    assert_eq!(line(&new), Some(Track::Cumulative), "{report:?}");
}

#[test]
fn the_public_feeds_hold_what_was_counted() {
    let Some(path) = feeds() else { return };
    let (landscape, report) = compile(read_folder(&path).unwrap(), TODAY);
    let cves = landscape.vulnerabilities.len();
    println!(
        "{cves} vulnerabilities, {} updates, {} products, {} fixes, {} with a build, {} lifecycles, {} medical",
        landscape.updates.len(),
        landscape.products.len(),
        landscape.fixes.len(),
        landscape.fixes.iter().filter(|fix| fix.fixed_build.is_some()).count(),
        landscape.lifecycles.len(),
        landscape.medical.len(),
    );
    println!("{:#?}\n{:?}", landscape.feeds, report.notes);
    println!(
        "{:?} {:?}",
        report.failures().collect::<Vec<_>>(),
        report.refused().take(5).collect::<Vec<_>>()
    );
    let mut lines = std::collections::BTreeMap::<Track, usize>::new();
    landscape.updates.iter().for_each(|update| *lines.entry(update.track).or_default() += 1);
    println!("{lines:?}");
    assert_eq!(report.failures().count(), 0);
    assert!(cves > 22_000, "{cves}");
    assert_eq!(landscape.vulnerabilities.iter().filter(|one| one.kev.is_some()).count(), 1_662);
    assert_eq!(landscape.medical.len(), 144);
    let loops = report.notes.iter().filter(|note| note.contains("supersedes itself")).count();
    assert_eq!(loops, 6, "{:?}", report.notes);
    let mut names: Vec<_> = landscape.products.iter().map(|one| one.name.to_lowercase()).collect();
    names.sort();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    for number in 143..=148 {
        let cve = format!("CVE-2017-0{number}");
        let xp = closes(&landscape, "Microsoft Windows XP Service Pack 3", &cve);
        assert_eq!(xp, [Kb(4_012_598)], "{cve}");
    }
    let pairs = closure_pairs(&landscape);
    println!("{pairs} pairs of supersedence");
    // Counted by other means over both files: 5,990 edges without the self-loops.
    assert_eq!(pairs, 85_477);
    let track = |kb| landscape.updates.iter().find(|one| one.kb == Kb(kb)).unwrap().track;
    for (kb, expected) in [
        (4_012_215, Track::Cumulative),
        (4_012_212, Track::SecurityOnly),
        (5_065_432, Track::Cumulative),
        (5_065_306, Track::Hotpatch),
        (4_494_441, Track::Cumulative),
        (5_012_170, Track::SecureBoot),
        (4_012_598, Track::Standalone),
    ] {
        assert_eq!(track(kb), expected, "KB{kb}");
    }
    let bytes = snapshot::write(&landscape).unwrap();
    let start = std::time::Instant::now();
    assert_eq!(snapshot::read(&bytes).unwrap(), landscape);
    println!("snapshot of {} bytes, read in {:?}", bytes.len(), start.elapsed());
    let again = compile(read_folder(&path).unwrap(), TODAY).0;
    assert!(snapshot::write(&again).unwrap() == bytes, "the same files gave other bytes");
}

fn closure_pairs(landscape: &Landscape) -> usize {
    let count = |start: usize| {
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![start];
        while let Some(one) = open.pop() {
            for old in &landscape.updates[one].supersedes {
                if seen.insert(*old) {
                    open.push(*old as usize);
                }
            }
        }
        seen.len()
    };
    (0..landscape.updates.len()).map(count).sum()
}
