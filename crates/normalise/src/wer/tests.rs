//! Stories of crash reports: a file in, an event out.

use bumpalo::Bump;
use proptest::prelude::*;

use super::*;
use crate::story::{lines, render};

fn told(file: &[u8]) -> String {
    let (arena, mut table) = (Bump::new(), SourceTable::default());
    let sources = WerSources::intern(&mut table);
    let mut draft = Draft::new(&arena, 1);
    match normalise(file, &mut draft, &sources) {
        Ok(()) => render(draft, &table),
        Err(error) => format!("{error}\n"),
    }
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

const REPORT: &str = "Version=1\r\nEventType=APPCRASH\r\nEventTime=134399631012500000\r\n\
    Sig[0].Name=Application Name\r\nSig[0].Value=spoolsv.exe\r\n\
    Sig[1].Name=Application Version\r\nSig[1].Value=6.1.7601.17514\r\n\
    Sig[3].Name=Fault Module Name\r\nSig[3].Value=evil zz.dll\r\n\
    Sig[6].Name=Exception Code\r\nSig[6].Value=c0000005\r\n\
    Sig[7].Name=Exception Offset\r\nSig[7].Value=000000000001a2b3\r\n\
    DynamicSig[1].Name=OS Version\r\nDynamicSig[1].Value=6.1.7601.2.1.0.256.4\r\n\
    DynamicSig[2].Name=Locale ID\r\nDynamicSig[2].Value=2057\r\n\
    DynamicSig[22].Name=Additional Information 1\r\nDynamicSig[22].Value=0a9e\r\n\
    LoadedModule[0]=C:\\Windows\\System32\\spoolsv.exe\r\n\
    LoadedModule[1]=C:\\Users\\Nora Grant\\AppData\\zz.dll\r\n\
    State[0].Key=UserName\r\nState[0].Value=ngrant\r\n\
    UserName=ngrant\r\nUI[2]=\"c:/users/ngrant\" stopped\r\n\
    Friendly Event Name=Stopped working\r\n\
    AppPath=C:\\Documents and Settings\\ngrant\\zz.exe\r\n";

#[test]
fn a_report_is_reduced_to_features() {
    let expected = r#"
        sources: windows/application_crash/wer
        time: 2026-11-24T03:05:01.25Z
        EventType=APPCRASH
        AppName=spoolsv.exe
        AppVersion=6.1.7601.17514
        FaultModuleName=evil zz.dll
        ExceptionCode=c0000005
        ExceptionOffset=000000000001a2b3
        OsVersion=6.1.7601.2.1.0.256.4
        LocaleId=2057
        AdditionalInformation1=0a9e
        Version=1
        EventTime=134399631012500000
        LoadedModule=C:\Windows\System32\spoolsv.exe
        LoadedModule=C:\Users\*\AppData\zz.dll
        UI[2]="c:/users/*" stopped
        FriendlyEventName=Stopped working
        AppPath=C:\Documents and Settings\*\zz.exe
    "#;
    assert_eq!(told(&utf16(REPORT)), lines(expected));
    assert_eq!(told(REPORT.as_bytes()), lines(expected));
    assert!(recognise(&utf16(REPORT)) && recognise(REPORT.as_bytes()) && !recognise(b"{}"));
}

#[test]
fn without_english_names_the_position_counts() {
    let report = "EventType=BEX\n\
        Sig[0].Name=Anwendungsname\nSig[0].Value=x.exe\n\
        Sig[6].Name=Ausnahmeoffset\nSig[6].Value=0001a2b3\n\
        Sig[7].Name=Ausnahmecode\nSig[7].Value=c0000409\n\
        DynamicSig[1].Name=Betriebssystemversion\nDynamicSig[1].Value=6.1.7601\n";
    let expected = "
        sources: windows/application_crash/wer
        EventType=BEX
        AppName=x.exe
        ExceptionOffset=0001a2b3
        ExceptionCode=c0000409
        OsVersion=6.1.7601
    ";
    assert_eq!(told(report.as_bytes()), lines(expected));
    let report =
        "EventType=APPCRASH\nP1 : x.exe\nP4=y.dll\nP7=c0000005\nP8=0001a2b3\nP9=w\nP99=z\n";
    let expected = "
        sources: windows/application_crash/wer
        EventType=APPCRASH
        AppName=x.exe
        FaultModuleName=y.dll
        ExceptionCode=c0000005
        ExceptionOffset=0001a2b3
        P9=w
        P99=z
    ";
    assert_eq!(told(report.as_bytes()), lines(expected));
}

#[test]
fn what_is_no_report_is_refused() {
    assert_eq!(told(b"Version=1\n"), "not a Report.wer record: no EventType\n");
    assert_eq!(
        told(&vec![b'x'; MAX_REPORT_BYTES + 1]),
        "not a Report.wer record: larger than 4 MiB\n"
    );
    let long = format!("EventType=X\nDump={}\n", "A".repeat(MAX_VALUE_BYTES + 1));
    assert!(!told(long.as_bytes()).contains("Dump"));
}

proptest! {
    #[test]
    fn never_panics(file in any::<Vec<u8>>(), text in any::<String>()) {
        let _ = told(&file);
        let _ = recognise(&file);
        let _ = told(format!("EventType=BEX\n{text}").as_bytes());
        let _ = told(&utf16(&text));
    }

    #[test]
    fn never_panics_on_what_looks_like_a_report(
        text in "(EventType=|Sig\\[|DynamicSig\\[|\\]|\\.Name=|\\.Value=|[0-9]{1,20}|P1=|\n|Users\\\\|/|é| ){0,40}",
    ) {
        let _ = told(format!("EventType=CLR20r3\n{text}").as_bytes());
    }

    #[test]
    fn no_user_name_is_left(name in "[A-Za-z][A-Za-z0-9 .,;'$]{2,18}Q", tail in "(\\\\[a-z]{1,8}){0,3}") {
        let report = format!("EventType=X\nA=C:\\Users\\{name}{tail}\nB=C:\\Users\\a\\..\\Users\\{name}\n");
        prop_assert!(!told(report.as_bytes()).contains(&name));
    }
}
