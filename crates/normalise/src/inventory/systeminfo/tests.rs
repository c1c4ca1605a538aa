//! Reports of invented hosts, each beside what is read of them.

use super::*;
use proptest::prelude::*;

/// A report's head by its labels and words.
fn report(labels: [&str; 5], version: &str, name: &str) -> String {
    let [host, system, number, kind, fixes] = labels;
    format!(
        "\r\n{host}:      ZZ-HOST\r\n{system}:      {name}\r\n{number}:   {version}\r\n\
         X:    Microsoft Corporation\r\n{kind}:     x64-based PC\r\n\
         CPU:     1.\r\n           [01]: Intel64 Family 6 Model 94 Stepping 3 GenuineIntel\r\n\
         BIOS:    ZZ 1.6.1, 12/6/2017\r\n\
         {fixes}:      4 x\r\n           [01]: File 1\r\n           [02]: Q147222\r\n\
         \x20          [03]: KB893803v2 - Update\r\n           [04]: 943729\r\n\
         NIC:     1 x\r\n           [01]: ZZ Network\r\n                 [01]: 192.0.2.19\r\n"
    )
}

fn one(text: &str) -> Inventory {
    let found = read(text).expect("it is a report").expect("it can be read");
    let [inventory] = <[Inventory; 1]>::try_from(found).expect("one host");
    inventory
}

#[test]
fn the_same_host_in_seven_languages() {
    let english = ["Host Name", "OS Name", "OS Version", "System Type", "Hotfix(s)"];
    for (labels, version, name) in [
        (english, "6.1.7601 Service Pack 1 Build 7601", "Microsoft Windows 7 Enterprise N "),
        (
            ["Nom de l'hôte", "Nom du système", "Version du système", "Type", "Correctif(s)"],
            "6.1.7601 Service Pack 1 version 7601",
            "Microsoft Windows 7 Entreprise N ",
        ),
        (
            ["Hostname", "Betriebssystemname", "Betriebssystemversion", "Systemtyp", "Hotfix(es)"],
            "6.1.7601 Service Pack 1 Build 7601",
            "Microsoft Windows 7 Enterprise",
        ),
        (
            ["Nome host", "Nome SO", "Versione SO", "Tipo sistema", "Aggiornamenti rapidi"],
            "6.1.7601 Service Pack 1 build 7601",
            "Microsoft Windows 7 Enterprise",
        ),
        (
            ["Имя узла", "Название ОС", "Версия ОС", "Тип системы", "Исправление(я)"],
            "6.1.7601 Service Pack 1 Сборка 7601",
            "Microsoft Windows 7 Корпоративная",
        ),
        (
            ["主机名", "OS 名称", "OS 版本", "系统类型", "修补程序"],
            "6.1.7601 Service Pack 1 Build 7601",
            "Microsoft Windows 7 企业版",
        ),
        (
            ["ホスト名", "OS 名", "OS バージョン", "システムの種類", "ホットフィックス"],
            "6.1.7601 Service Pack 1 ビルド 7601",
            "Microsoft Windows 7 Enterprise",
        ),
    ] {
        let inventory = one(&report(labels, version, name));
        assert_eq!(inventory.host.as_deref(), Some("ZZ-HOST"), "{name}");
        let system = &inventory.system;
        assert_eq!(system.name.as_deref(), Some(name.trim()));
        assert_eq!(system.version, Some(Build([6, 1, 7601, 0])));
        assert_eq!(system.service_pack, Some(1));
        assert_eq!(system.architecture, Some(Architecture::X64));
        assert_eq!(system.edition.as_deref(), Some("Enterprise"), "{name}");
        assert_eq!(system.server, Some(false));
        let numbers: Vec<u32> = inventory.updates.iter().map(|update| update.kb.0).collect();
        assert_eq!(numbers, [147_222, 893_803, 943_729]);
        assert_eq!(inventory.doubts, Vec::<String>::new());
    }
}

#[test]
fn service_packs_in_their_place() {
    for (version, pack) in [
        ("10.0.17763 N/A Build 17763", 0),
        ("10.0.17763 暂缺 Build 17763", 0),
        ("5.2.3790 Build 3790", 0),
        ("5.2.3790 Service Pack 2 Build 3790", 2),
        ("6.0.6002 Service Pack 2, v.721 Build 6002", 2),
        ("10.0.19045", 0),
    ] {
        assert_eq!(version_of(version).map(|found| found.1), Some(pack), "{version}");
    }
    for text in ["1.6.1, 12/6/2017", "6.00", "VMware 6.0.6001", "192.168.1.20", ""] {
        assert_eq!(version_of(text), None, "{text}");
    }
}

#[test]
fn a_report_cut_short_is_doubted() {
    let text = "OS Name:   Microsoft Windows 10 Pro\nOS Version:   10.0.19045 N/A Build 19045\n\
                Hotfix(s):   9 Hotfix(s) Installed.\n     [01]: KB5000001\n";
    let inventory = one(text);
    assert_eq!(inventory.host, None);
    assert_eq!(inventory.updates.len(), 1);
    assert_eq!(
        inventory.doubts,
        [
            "the report does not tell the kind of processor",
            "the report speaks of 9 updates and lists 1"
        ]
    );
}

#[test]
fn an_indented_report_with_wrapped_lines() {
    let long = "Z".repeat(60);
    let text = format!(
        "  Host Name:                 ZZ-HOST\n  OS Name:                   Windows 10 {long}\n\
         Pro\n  OS Version:                10.0.19045 N/A Build 19045\n  System Type:   x64-based PC\n"
    );
    let inventory = one(&text.replace("\nPro", "\n  Pro"));
    assert_eq!(inventory.host.as_deref(), Some("ZZ-HOST"));
    assert!(inventory.system.name.is_some_and(|name| name.ends_with("Pro")));
}

#[test]
fn rows_of_csv() {
    let filler = "\"x\",".repeat(20);
    let row = |host: &str| {
        format!(
            "\"{host}\",\"Microsoft Windows 10 Pro\",\"10.0.19045 N/A Build 19045\",\
             \"x64-based PC\",{filler}\"2 Hotfix(s) Installed.,[01]: KB5000001,[02]: KB5000002\"\r\n"
        )
    };
    let text = format!("\r\n{}{}", row("ZZ-1"), row("ZZ-2"));
    let found = read(&text).and_then(Result::ok).unwrap_or_default();
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].host.as_deref(), Some("ZZ-2"));
    assert_eq!(found[1].updates.len(), 2);
    assert_eq!(found[1].system.architecture, Some(Architecture::X64));
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>(), lines in "([ ]?[a-zA-Z:0-9.\\[\\]]{0,12}[\n:]){0,20}") {
        let _ = (read(&text), read(&lines));
    }
}
