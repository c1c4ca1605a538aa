//! Lists of invented hosts, each beside what is read of them.

use super::*;
use proptest::prelude::*;

/// Host, and updates with their days.
fn told(text: &str) -> Vec<String> {
    let found = read(text).and_then(Result::ok).unwrap_or_default();
    let lines = found.iter().flat_map(|inventory| {
        let host = inventory.host.clone().unwrap_or_default();
        inventory.updates.iter().map(move |update| {
            let day = update.installed.map(|day| format!(" {day}")).unwrap_or_default();
            format!("{host} {}{day}", update.kb)
        })
    });
    lines.collect()
}

const TABLE: &str = "\
Caption                        CSName   Description      FixComments  HotFixID    InstalledBy  InstalledOn  ServicePackInEffect\r\r
http://example.org/?kbid=1     ZZ-HOST  Security Update               KB1000001   ZZ\\Ädmin     3/2/2019                        \r\r
                               ZZ-HOST                                File 1                                KB1000002           \r\r
                               ZZ-HOST                                Q147222                               SP3                 \r\r
                               ZZ-HOST  Update                        KB1000003   ZZ\\Ädmin     3/22/2019                       \r\r
                               ZZ-HOST  Update                        {7A068575-C5DB}                                          \r\r
";

const TOLD: [&str; 4] = [
    "ZZ-HOST KB1000001 2019-03-02",
    "ZZ-HOST KB1000002",
    "ZZ-HOST KB147222",
    "ZZ-HOST KB1000003 2019-03-22",
];

#[test]
fn a_table_with_whatever_stands_before_it() {
    for before in [
        "",
        "Please wait while WMIC is being installed.",
        "WMIC wird installiert, bitte warten ...",
        "cat q\r\n",
        "C:\\> wmic qfe\r\n\r\n",
        "慣⁴൱",
    ] {
        assert_eq!(told(&format!("{before}{TABLE}")), TOLD, "{before}");
    }
}

#[test]
fn other_forms_of_the_same() {
    let list = "\r\n\r\nCSName=ZZ-HOST\r\nHotFixID=KB1000001\r\nInstalledOn=3/22/2019\r\n\r\n\r\n\
                CSName=ZZ-HOST\r\nHotFixID=KB1000003\r\nInstalledOn=\r\n";
    let csv = "\r\nNode,CSName,HotFixID,InstalledOn\r\nZZ-HOST,ZZ-HOST,KB1000001,3/22/2019\r\n\
               ZZ-HOST,ZZ-HOST,KB1000003,\r\n";
    let quoted = "#TYPE System.Management.ManagementObject\r\n\"PSComputerName\",\"InstalledOn\",\"HotFixID\"\r\n\
                  \"ZZ-HOST\",\"3/22/2019 12:00:00 AM\",\"KB1000001\"\r\n\"ZZ-HOST\",,\"KB1000003\"\r\n";
    let shell = "Source        Description      HotFixID      InstalledBy          InstalledOn\n\
                 ------        -----------      --------      -----------          -----------\n\
                 ZZ-HOST       Update           KB1000001     NT AUTHORITY\\SYSTEM  3/22/2019 12:00:00 AM\n\
                 ZZ-HOST       Update           KB1000003     NT AUTHORITY\\SYSTEM\n";
    for text in [list, csv, quoted, shell] {
        assert_eq!(told(text), ["ZZ-HOST KB1000001 2019-03-22", "ZZ-HOST KB1000003"], "{text}");
    }
}

#[test]
fn several_hosts_in_one_list() {
    let text = "CSName,HotFixID\nZZ-1,KB1000001\nZZ-2,KB1000001\nZZ-1,KB1000002\n";
    assert_eq!(told(text), ["ZZ-1 KB1000001", "ZZ-1 KB1000002", "ZZ-2 KB1000001"]);
}

#[test]
fn the_next_service_pack_tells_the_present_one() {
    let line = "ZZ-HOST  Security Update for Windows XP (KB1000001)  KB1000001  SP4\n";
    let head =
        "CSName   Description                                 HotFixID   ServicePackInEffect\n";
    let found = read(&format!("{head}{}", line.repeat(6))).and_then(Result::ok).unwrap_or_default();
    assert_eq!(found[0].system.name.as_deref(), Some("Windows XP"));
    assert_eq!(found[0].system.service_pack, Some(3));
    let found = read(&format!("{head}{line}")).and_then(Result::ok).unwrap_or_default();
    assert_eq!(found[0].system.service_pack, None);
}

#[test]
fn a_heading_and_nothing_below() {
    assert_eq!(
        read("Caption  CSName  HotFixID\n"),
        Some(Err(InventoryError::Nothing("a list of hotfixes")))
    );
    assert!(read("Host Name: ZZ-HOST").is_none());
}

proptest! {
    #[test]
    fn never_panics(before in any::<String>(), after in any::<String>(), end in "[=:,; ]?") {
        let _ = read(&format!("{before}HotFixID{end}{after}\nHotFixID{end}{after}"));
    }
}

#[test]
fn very_many_keys_headings_and_hosts_stay_quick() {
    let keys: String = (0..300_000).map(|number| format!("a{number}=1\r\n")).collect();
    let found = read(&format!("HotFixID=KB4012598\r\n{keys}")).expect("a list").expect("it reads");
    assert_eq!(found[0].updates.len(), 1);
    let heading = format!("HotFixID {}", "a ".repeat(100_000));
    assert!(read(&format!("{heading}\nKB4012598\n")).expect("a list").is_err());
    let hosts: String = (0..60_000).map(|number| format!("ZZ{number},KB4012598\n")).collect();
    let found = read(&format!("CSName,HotFixID\n{hosts}")).expect("a list").expect("it reads");
    assert_eq!(found.len(), 60_000);
}

#[test]
fn the_highest_pack_that_is_waited_for_tells_the_one_before_it() {
    let rows = |pack: &str, count: usize, from: usize| -> String {
        (from..from + count).map(|number| format!("ZZ1,KB{number},{pack}\n")).collect()
    };
    let text = format!(
        "CSName,HotFixID,ServicePackInEffect\n{}{}",
        rows("SP3", 30, 900_000),
        rows("SP4", 12, 950_000)
    );
    let found = read(&text).expect("a list").expect("it reads");
    assert_eq!(found[0].system.service_pack, Some(3));
}
