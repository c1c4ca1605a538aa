//! Stories of files and what becomes of them: text in, records and refusals out.

use super::*;

const HEAD: &str = "\"DatePosted\",\"CVE\",\"BulletinKB\",\"Title\",\"AffectedProduct\",\"AffectedComponent\",\
     \"Severity\",\"Impact\",\"Supersedes\",\"Exploits\"\n";

fn read(rows: &str) -> Result<Yield<Rows>, FeedError> {
    csv(format!("{HEAD}{rows}").as_bytes())
}

#[test]
fn rows_in_and_out() {
    let out = read(
        "# a note\n\
         \"20170314\",\"CVE-2999-0144\",\"4012598\",\"Lamp\",\"Lamp XP \",\"\",\"Critical\",\"\",\"3177186;4012598\",\"https://x\"\n\
         \"20170314\",\"\",\"4014329\",\"Flash\",\"Lamp 10\",\"Adobe Flash Player\",\"None\",\"\",\"4010250\",\n\
         \"20150407\",\"SP81U1X86\",\"2919355\",\"Lamp Update 1\",\"Lamp 8.1\",\"\",\"Critical\",\"\",\"2883200;SP81X86\",\"\"\n\
         \"20130827\",\"SP81X86\",\"SP81X86\",\"Lamp 8.1\",\"Lamp 8\",\"\",\"\",\"\",\"\",\"\"\n",
    )
    .unwrap();
    assert_eq!((out.count, out.dropped, out.refused.count), (3, 1, 0));
    let rows = &out.records;
    assert_eq!(rows.products.get(0), "Lamp XP");
    assert_eq!(rows.self_loops, BTreeSet::from([Kb(4_012_598)]));
    assert_eq!(rows.updates[&Kb(4_012_598)].supersedes, BTreeSet::from([Kb(3_177_186)]));
    assert_eq!(rows.updates[&Kb(2_919_355)].supersedes, BTreeSet::from([Kb(2_883_200)]));
    assert!(rows.vulnerabilities[&"CVE-2999-0144".parse().unwrap()].exploit);
    let hints: Vec<_> = rows.rows.iter().map(|row| row.hint).collect();
    assert_eq!(hints, [None, Some(Track::Flash), Some(Track::ServicePack)]);
    assert_eq!(out.newest, Day::new(2017, 3, 14));
}

#[test]
fn bad_rows_are_named_and_their_neighbours_taken() {
    let out = csv([
        HEAD.as_bytes(),
        b"\"2017\",\"CVE-2999-0001\",\"4012598\",\"\",\"Lamp\"\n",
        b"\"20170314\",\"CVE-2999-1\",\"4012598\",\"\",\"Lamp\"\n",
        b"\"20170314\",\"CVE-2999-0001\",\"4012598\",\"\",\" \"\n",
        b"\"20170314\",\"CVE-2999-0001\",\"4012598\",\"\",\"L\xe4mp\"\n",
        b"\"20170314\"\n",
        b"\"20170314\",\"CVE-2999-0001\",\"4012598\",\"\",\"Lamp\"\n",
    ]
    .concat()
    .as_slice())
    .unwrap();
    assert_eq!((out.count, out.refused.count), (1, 5));
    let said: Vec<_> = out.refused.listed.iter().map(|(at, why)| format!("{at}: {why}")).collect();
    assert!(said[0].starts_with("line 2: '2017' is no day"), "{said:?}");
    assert!(said[1].contains("'CVE-2999-1' is no CVE number"), "{said:?}");
    assert_eq!(said[2], "line 4: the row names no product");
    assert_eq!(said[3], "line 5: the row is no UTF-8: save the file as UTF-8");
    assert_eq!(said[4], "line 6: the row is too short");
}

#[test]
fn a_wrong_file_says_what_it_lacks() {
    let error = csv(&b"DatePosted,CVE,Product\n"[..]).unwrap_err().to_string();
    assert!(error.contains("no column BulletinKB"), "{error}");
    assert!(csv(&b""[..]).is_err());
    assert!(read("").is_err());
}

#[test]
fn a_row_beyond_the_limits_leaves_nothing_behind() {
    let mut text = String::new();
    for number in 0..=MAX_NAMES {
        text += &format!("20170314,CVE-2999-0001,4012598,,Lamp {number}\n");
    }
    text += "20170314,CVE-2999-0002,4012599,,One more\n20170314,CVE-2999-0003,4012600,,lamp 0\n";
    text += &format!("20170314,CVE-2999-0004,4012601,,{}\n", "L".repeat(MAX_NAME_BYTES + 1));
    let out = read(&text).unwrap();
    assert_eq!((out.records.products.len(), out.refused.count), (MAX_NAMES, 3));
    let known: Vec<_> = (598..602).map(|kb| Kb(4_012_000 + kb)).collect();
    let known: Vec<_> = known.iter().map(|kb| out.records.updates.contains_key(kb)).collect();
    assert_eq!(known, [true, false, true, false]);
    assert_eq!(out.records.vulnerabilities.len(), 2);
}

#[test]
fn updates_that_supersede_themselves_are_counted_beyond_the_first() {
    let row = |kb: u32| format!("20170314,CVE-2999-0001,{kb},,Lamp,,,,{kb}\n");
    let text: String = (4_000_000..4_000_050).map(row).collect();
    let out = read(&text).unwrap().records;
    assert_eq!((out.self_loops.len(), out.more_self_loops), (MAX_SELF_LOOPS, 30));
}

proptest::proptest! {
    #[test]
    fn never_panics(bytes: Vec<u8>) {
        let _ = csv(&bytes[..]);
        let _ = csv(&[HEAD.as_bytes(), b"20170314,CVE-2999-0001,4012598,", &bytes].concat()[..]);
    }
}
