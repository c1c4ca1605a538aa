//! Exports of invented hosts, each beside what is read of them.

use super::*;
use proptest::prelude::*;
use wardwatch_model::inventory::Hardware;

/// What counts of each host, one line a host.
fn told(text: &str) -> Vec<String> {
    let found = super::super::read(text.as_bytes()).expect("it can be read");
    let word = |word: &Option<String>| word.clone().unwrap_or("-".to_owned());
    let line = |inventory: &Inventory| {
        let system = &inventory.system;
        format!(
            "{}|{}|{}|{}|{}|{}",
            word(&inventory.host),
            word(&system.name),
            system.version.map_or("-".to_owned(), |version| version.to_string()),
            word(&system.release),
            word(&system.edition),
            inventory.taken.map_or("-".to_owned(), |day| day.to_string())
        )
    };
    found.iter().map(line).collect()
}

#[test]
fn active_directory() {
    let text = "#TYPE Selected.Microsoft.ActiveDirectory.Management.ADComputer\r\n\
        \"Name\",\"OperatingSystem\",\"OperatingSystemVersion\",\"LastLogonDate\"\r\n\
        \"ZZ-PC1\",\"Windows 10 Pro\",\"10.0 (19045)\",\"11/20/2026 8:12:03 AM\"\r\n\
        \"ZZ-SRV1\",\"Windows Server 2019 Standard\",\"10.0 (17763)\",\"3/2/2026 8:12:03 AM\"\r\n\
        \"ZZ-NAS\",\"\",\"\",\"\"\r\n\
        \"ZZ-LNX\",\"pc-linux-gnu\",\"\",\"\"\r\n\
        \"ZZ-OLD\",\"Windows XP Professional\",\"5.1 (2600)\",\"\"\r\n";
    assert_eq!(
        told(text),
        [
            "ZZ-PC1|Windows 10 Pro|10.0.19045|-|Professional|2026-11-20",
            "ZZ-SRV1|Windows Server 2019 Standard|10.0.17763|-|ServerStandard|2026-03-02",
            "ZZ-LNX|pc-linux-gnu|-|-|-|-",
            "ZZ-OLD|Windows XP Professional|5.1.2600|-|Professional|-",
        ]
    );
    let first = &read(text).and_then(Result::ok).unwrap_or_default()[0];
    let doubt = "row 3 (line 5) is left out: it tells nothing of the operating system";
    assert_eq!(first.doubts, [doubt]);
}

#[test]
fn intune() {
    let text = "\u{feff}Device name,Managed by,Ownership,OS,OS version,SkuFamily,Last check-in,Primary user UPN\n\
        ZZ-LAP1,Intune,Corporate,Windows,10.0.19045.3803,Enterprise,2026-11-20 07:01:02.0000000,zz@zz.example\n\
        ZZ-TAB1,Intune,Corporate,iOS/iPadOS,17.1.2,,2026-11-19 07:01:02.0000000,zz@zz.example\n";
    assert_eq!(
        told(text),
        [
            "ZZ-LAP1|Windows|10.0.19045.3803|-|Enterprise|2026-11-20",
            "ZZ-TAB1|iOS/iPadOS|-|17.1.2|-|2026-11-19",
        ]
    );
}

#[test]
fn what_a_table_tells_of_machines() {
    let text = "Device name;OS;OS version;Model;Physical memory (GB);Total storage;TPM version;Installed software\n\
        ZZ-1;Windows;10.0.19045.1;ZZ Desk;16;244192;2.0, 0, 1.38;\n\
        ZZ-2;Windows;10.0.19045.1;ZZ Desk;8388608;256060514304;Not supported;\n\
        ZZ-3;Windows;10.0.19045.1;n/a;plenty;-;?;\n";
    let found = super::super::read(text.as_bytes()).expect("it can be read");
    let hardware = |at: usize| found[at].hardware.clone();
    let whole = |memory_mib, disk_mib, tpm| Hardware {
        model: Some("ZZ Desk".into()),
        memory_mib: Some(memory_mib),
        disk_mib: Some(disk_mib),
        tpm: Some(tpm),
    };
    assert_eq!(hardware(0), whole(16_384, 244_192, 2));
    assert_eq!(hardware(1), whole(8_192, 244_198, 0));
    assert_eq!(hardware(2), Hardware::default());
    let text = "Computer,OS,OS Version,Installed Programs\nZZ-1,Windows,10.0.19045.1,\"Viewer 8\nReader 11.0.1; ;Path  Tool\"\n";
    let found = super::super::read(text.as_bytes()).expect("it can be read");
    let programs: Vec<_> =
        found[0].software.iter().map(|one| (one.name.as_str(), one.version.as_deref())).collect();
    assert_eq!(programs, [("Viewer 8", None), ("Reader", Some("11.0.1")), ("Path  Tool", None)]);
}

#[test]
fn wsus_and_its_like() {
    let text = "Computer Name\tOperating System\tClient Version\tLast Status Report\tInstalled KBs\tArchitecture\n\
        zz-pc2.zz.example\tWindows 7 Enterprise\t7.6.7601.24436\t22/11/2026 10:00\tKB4012212;KB4534310 4474419\tx86\n";
    assert_eq!(told(text), ["zz-pc2.zz.example|Windows 7 Enterprise|-|-|Enterprise|2026-11-22"]);
    let found = read(text).and_then(Result::ok).unwrap_or_default();
    let numbers: Vec<u32> = found[0].updates.iter().map(|update| update.kb.0).collect();
    assert_eq!(numbers, [4_012_212, 4_534_310, 4_474_419]);
    assert_eq!(found[0].system.architecture.map(|kind| kind.as_str()), Some("x86"));
}

#[test]
fn a_german_file_with_semicolons() {
    let text = "sep=;\r\nRechnername;Betriebssystem;Version;Build;Standort;Letzter Kontakt\r\n\
        ZZ-PC3;Windows 11 Pro;23H2;22631.3803;\"Haus A; EG\";20.11.2026 10:00\r\n\
        ZZ-PC4;Windows 10 Pro;22H2;19045;Haus B;21.11.2026;zu;viel\r\n";
    let found = read(text).and_then(Result::ok).unwrap_or_default();
    assert_eq!(told(text), ["ZZ-PC3|Windows 11 Pro|10.0.22631.3803|23H2|Professional|2026-11-20"]);
    let doubt = "row 2 (line 4) is left out: it has more cells than the table has headings";
    assert_eq!(found[0].doubts, [doubt]);
}

#[test]
fn directories_with_a_service_pack_and_a_count_of_time() {
    let text = "sAMAccountName,dNSHostName,operatingSystem,operatingSystemServicePack,lastLogonTimestamp\n\
        ZZ-OLD2$,,Windows Server 2003,Service Pack 2,134081568000000000\n";
    assert_eq!(told(text), ["ZZ-OLD2|Windows Server 2003|-|-|-|2025-11-21"]);
    let found = read(text).and_then(Result::ok).unwrap_or_default();
    assert_eq!(found[0].system.service_pack, Some(2));
    assert_eq!(found[0].system.server, Some(true));
}

#[test]
fn a_quote_that_does_not_close_costs_one_row() {
    let text = "Name,OS,Site\nZZ-1,Windows 10 Pro,\"House A\n2\"\nZZ-2,\"Windows 10 Pro,B\n\
        ZZ-3,Windows 10 Pro,C\nZZ-4,\"Windows 10 Pro,D\nZZ-5,Windows 10 Pro,\"E\"\n";
    let found = read(text).and_then(Result::ok).unwrap_or_default();
    let hosts: Vec<_> = found.iter().filter_map(|found| found.host.as_deref()).collect();
    assert_eq!(hosts, ["ZZ-1", "ZZ-3", "ZZ-5"]);
    assert_eq!(
        found[0].doubts,
        [
            "row 2 (line 4) is left out: a quote in it does not close",
            "row 4 (line 6) is left out: a quote in it does not close"
        ]
    );
}

#[test]
fn the_name_that_sccm_gives() {
    let text = "Netbios_Name0,Operating_System_Name_and0,OS Version,Build\n\
        ZZ-1,Microsoft Windows NT Workstation 10.0 (Tablet Edition),NULL,10.0.19045\n";
    assert_eq!(
        told(text),
        ["ZZ-1|Microsoft Windows NT Workstation 10.0 (Tablet Edition)|10.0.19045|-|-|-"]
    );
}

#[test]
fn what_is_no_table_of_hosts() {
    for text in [
        "Name,Version,Publisher\nZZ,1.2,ZZ Ltd\n",
        "OperatingSystem,Count\nWindows 10 Pro,3\n",
        "Host Name:   ZZ-1\nOS Name:   Windows 10\n",
        "",
    ] {
        assert!(read(text).is_none(), "{text}");
    }
    let heading = "Name,OperatingSystem\n";
    let nothing = Some(Err(InventoryError::Nothing("a table of hosts")));
    assert_eq!((read(heading), read(&format!("{heading}ZZ-1,\n"))), (nothing.clone(), nothing));
    let long = format!("{heading}{}", "ZZ-1,Windows 10\n".repeat(MAX_ROWS + 1));
    assert_eq!(read(&long), Some(Err(InventoryError::TooManyRows)));
}

#[test]
fn a_look_before_sending() {
    let rows: String = (1..=7).map(|n| format!("ZZ-{n},Windows 10 Pro,x\n")).collect();
    let shown = preview(format!("Name,OS,Colour\n{rows}").as_bytes()).expect("it is a table");
    let headings = shown.headings.iter().map(|heading| {
        format!("{}: {}", heading.text, heading.column.map_or("not used", Column::as_str))
    });
    assert_eq!(
        headings.collect::<Vec<_>>(),
        ["Name: host", "OS: operating system", "Colour: not used"]
    );
    assert_eq!((shown.first.len(), shown.rows), (5, 7));
    assert_eq!(shown.first[4].host.as_deref(), Some("ZZ-5"));

    let lacking = preview(b"Colour;OS\nred;Windows 10\n").expect("it is a table");
    assert_eq!(lacking.headings[1].column, Some(Column::System));
    assert_eq!((lacking.first.len(), lacking.rows), (0, 1));
    assert!(matches!(preview(b"no table"), Err(InventoryError::Unknown(_))));
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>(), cells in "([a-zA-Z0-9.;,\"() ]{0,9}[,\n]){0,20}") {
        for rest in [&text, &cells] {
            let table = format!("Name,OS,OS version,Last seen,KBs\n{rest}");
            let _ = (read(rest), read(&table), preview(rest.as_bytes()), preview(table.as_bytes()));
        }
    }
}

#[test]
fn windows_alone_is_neither_server_nor_client() {
    let text = b"Name,OS,OS Version,Architecture\nZZSRV-1,Windows,10.0.17763.5329,x64\n";
    let found = crate::inventory::read(text).expect("it is a table");
    assert_eq!(found[0].system.server, None);
}
