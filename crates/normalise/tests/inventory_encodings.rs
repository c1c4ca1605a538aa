//! Whole reports in every language and encoding that Windows' tools write: what is read of them
//! is the same.

use encoding_rs::{GBK, SHIFT_JIS, WINDOWS_1251};
use wardwatch_model::Build;
use wardwatch_model::inventory::{Architecture, Inventory, ReportKind};
use wardwatch_normalise::inventory;

/// Labels of a report: host, name, version, maker, kind, processors, updates, cards; then "not
/// there" and the word for a build.
type Labels = [&'static str; 10];

const GERMAN: Labels = [
    "Hostname",
    "Betriebssystemname",
    "Betriebssystemversion",
    "Betriebssystemhersteller",
    "Systemtyp",
    "Prozessor(en)",
    "Hotfix(es)",
    "Netzwerkkarte(n) für Übertragung",
    "Nicht zutreffend",
    "Build",
];
const ITALIAN: Labels = [
    "Nome host",
    "Nome SO",
    "Versione SO",
    "Produttore SO",
    "Tipo sistema",
    "Processore/i",
    "Aggiornamenti rapidi",
    "Schede di rete (velocità, qualità)",
    "N/D",
    "build",
];
const RUSSIAN: Labels = [
    "Имя узла",
    "Название ОС",
    "Версия ОС",
    "Изготовитель ОС",
    "Тип системы",
    "Процессор(ы)",
    "Исправление(я)",
    "Сетевые адаптеры",
    "Н/Д",
    "построение",
];
const JAPANESE: Labels = [
    "ホスト名",
    "OS 名",
    "OS バージョン",
    "OS 製造元",
    "システムの種類",
    "プロセッサ",
    "ホットフィックス",
    "ネットワーク カード",
    "N/A",
    "ビルド",
];
const CHINESE: Labels = [
    "主机名",
    "OS 名称",
    "OS 版本",
    "OS 制造商",
    "系统类型",
    "处理器",
    "修补程序",
    "网卡",
    "暂缺",
    "Build",
];

fn systeminfo(labels: Labels) -> String {
    let [host, name, version, maker, kind, processors, updates, cards, none, build] = labels;
    format!(
        "\r\nMicrosoft Windows [Version 10.0.19045.3803]\r\n\r\n\
         {host}:           ZZ-HOST\r\n{name}:          Microsoft Windows 10 Pro\r\n\
         {version}:        10.0.19045 {none} {build} 19045\r\n\
         {maker}:          Microsoft Corporation\r\n{kind}:         x64-based PC\r\n\
         {processors}:     1.\r\n                  [01]: Intel64 Family 6 Model 94 GenuineIntel\r\n\
         {updates}:        2\r\n                  [01]: KB5031539\r\n\
         \x20                 [02]: KB5033372\r\n\
         {cards}:          1\r\n                  [01]: ZZ Network\r\n\
         \x20                       [01]: 192.0.2.19\r\n"
    )
}

fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn marked(mark: &[u8], rest: &[u8]) -> Vec<u8> {
    [mark, rest].concat()
}

/// UTF-8 and both orders of UTF-16, each with a mark and without.
fn unicode(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let (little, big) = (wide(text, u16::to_le_bytes), wide(text, u16::to_be_bytes));
    vec![
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-8 with mark", marked(&[0xEF, 0xBB, 0xBF], text.as_bytes())),
        ("utf-16le with mark", marked(&[0xFF, 0xFE], &little)),
        ("utf-16be with mark", marked(&[0xFE, 0xFF], &big)),
        ("utf-16le", little),
        ("utf-16be", big),
    ]
}

/// Code page 850, as far as the reports here need it.
fn page_850(text: &str) -> Vec<u8> {
    let letter = |letter: char| match letter {
        'ü' => 0x81,
        'ä' => 0x84,
        'à' => 0x85,
        'Ü' => 0x9A,
        plain => u8::try_from(plain).expect("a letter of the table above, or a plain one"),
    };
    text.chars().map(letter).collect()
}

/// Code page 866, as far as the reports here need it.
fn page_866(text: &str) -> Vec<u8> {
    let letter = |letter: char| match letter {
        'А'..='п' => u32::from(letter) - u32::from('А') + 0x80,
        'р'..='я' => u32::from(letter) - u32::from('р') + 0xE0,
        plain => u32::from(plain),
    };
    text.chars().map(|c| u8::try_from(letter(c)).expect("a letter of the page")).collect()
}

fn one(content: &[u8], name: &str) -> Inventory {
    let found = inventory::read(content).expect(name);
    let [inventory] = <[Inventory; 1]>::try_from(found).expect("one host");
    inventory
}

fn encode(page: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
    page.encode(text).0.into_owned()
}

#[test]
fn systeminfo_in_each_language_and_encoding() {
    let german = systeminfo(GERMAN);
    let italian = systeminfo(ITALIAN);
    let russian = systeminfo(RUSSIAN);
    let japanese = systeminfo(JAPANESE);
    let chinese = systeminfo(CHINESE);
    let pages = [
        ("German in 850", page_850(&german)),
        ("Italian in 850", page_850(&italian)),
        ("Russian in 866", page_866(&russian)),
        ("Russian in 1251", encode(WINDOWS_1251, &russian)),
        ("Japanese in 932", encode(SHIFT_JIS, &japanese)),
        ("Chinese in 936", encode(GBK, &chinese)),
    ];
    let texts = [&german, &italian, &russian, &japanese, &chinese];
    let all = texts.into_iter().flat_map(|text| unicode(text)).chain(pages);
    for (name, content) in all {
        let read = one(&content, name);
        assert_eq!(read.report, ReportKind::SystemInfo, "{name}");
        assert_eq!(read.host.as_deref(), Some("ZZ-HOST"), "{name}");
        assert_eq!(read.system.name.as_deref(), Some("Microsoft Windows 10 Pro"), "{name}");
        assert_eq!(read.system.version, Some(Build([10, 0, 19045, 3803])), "{name}");
        assert_eq!(read.system.architecture, Some(Architecture::X64), "{name}");
        let numbers: Vec<u32> = read.updates.iter().map(|update| update.kb.0).collect();
        assert_eq!(numbers, [5_031_539, 5_033_372], "{name}");
        assert_eq!(read.doubts, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn an_export_of_the_registry_in_each_encoding() {
    let text = "Windows Registry Editor Version 5.00\r\n\r\n\
        [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\r\n\
        \"ProductName\"=\"Windows 10 Pro\"\r\n\"RegisteredOwner\"=\"Zürich Übung\"\r\n\
        \"CurrentBuild\"=\"22631\"\r\n\"CurrentMajorVersionNumber\"=dword:0000000a\r\n\
        \"UBR\"=dword:00000edb\r\n";
    let ansi =
        [("850", page_850(text)), ("936", encode(GBK, &text.replace("Zürich Übung", "系统")))];
    for (name, content) in unicode(text).into_iter().chain(ansi) {
        let read = one(&content, name);
        assert_eq!(read.report, ReportKind::Registry, "{name}");
        assert_eq!(read.system.name.as_deref(), Some("Windows 11 Pro"), "{name}");
        assert_eq!(read.system.version, Some(Build([10, 0, 22631, 3803])), "{name}");
    }
}

#[test]
fn a_table_in_each_encoding() {
    let text = "Gerätename;Betriebssystem;OS-Version;Standort\r\n\
        ZZ-PC1;Windows 10 Pro;10.0.19045.3803;Gebäude Süd\r\n\
        ZZ-PC2;Windows 7 Enterprise;6.1 (7601);Gebäude Süd\r\n";
    for (name, content) in unicode(text).into_iter().chain([("850", page_850(text))]) {
        let found = inventory::read(&content).expect(name);
        let hosts: Vec<_> = found.iter().map(|host| (host.host.as_deref(), host.report)).collect();
        let table = ReportKind::Table;
        assert_eq!(hosts, [(Some("ZZ-PC1"), table), (Some("ZZ-PC2"), table)], "{name}");
        assert_eq!(found[1].system.version, Some(Build([6, 1, 7601, 0])), "{name}");
        let shown = inventory::preview(&content).expect(name);
        let columns = shown.headings.iter().filter(|heading| heading.column.is_some()).count();
        assert_eq!((columns, shown.rows), (4, 2), "{name}");
    }
}
