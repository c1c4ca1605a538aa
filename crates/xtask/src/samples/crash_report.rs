//! `Report.wer` of three old devices, as Windows Error Reporting leaves them: UTF-16, little
//! endian, with a byte order mark. The print spooler crashed under the worm's exploit.

use super::Sample;
use super::moment::Moment;
use super::random::Random;
use super::story;

/// Path of the report; the folder names the device, since the report does not.
const REPORTS: [(&str, &str); 3] = [
    // Windows 7 on an X-ray workstation, Windows 7 in the laboratory, Windows 10 1607 on a ward.
    ("crash/ZZ1-XR-03/Report.wer", "6.1.7601.2.1.0.256.48"),
    ("crash/ZZ1-LAB-11/Report.wer", "6.1.7601.2.1.0.256.48"),
    ("crash/ZZ1-PC-031/Report.wer", "10.0.14393.2.0.0.256.4"),
];

/// The three reports.
pub fn write_all(mut random: Random) -> Vec<Sample> {
    let mut write = |(step, (path, system)): (u64, (&'static str, &str))| {
        let at = story::FIRST_CRASH.plus_ms(step * 47_000);
        Sample { path, bytes: utf16(&report(&mut random, at, system)) }
    };
    (0..).zip(REPORTS).map(&mut write).collect()
}

fn report(random: &mut Random, at: Moment, system: &str) -> String {
    let identifier = random.guid();
    let offset = random.hex(8);
    let lines = [
        "Version=1".to_owned(),
        "EventType=APPCRASH".to_owned(),
        format!("EventTime={}", at.file_time()),
        "ReportType=2".to_owned(),
        "Consent=1".to_owned(),
        format!("UploadTime={}", at.plus_ms(4_000).file_time()),
        format!("ReportIdentifier={identifier}"),
        "Response.type=4".to_owned(),
        "Sig[0].Name=Application Name".to_owned(),
        "Sig[0].Value=spoolsv.exe".to_owned(),
        "Sig[1].Name=Application Version".to_owned(),
        "Sig[1].Value=6.1.7601.17777".to_owned(),
        "Sig[2].Name=Application Timestamp".to_owned(),
        "Sig[2].Value=4f35fc1d".to_owned(),
        "Sig[3].Name=Fault Module Name".to_owned(),
        "Sig[3].Value=unknown".to_owned(),
        "Sig[4].Name=Fault Module Version".to_owned(),
        "Sig[4].Value=0.0.0.0".to_owned(),
        "Sig[5].Name=Fault Module Timestamp".to_owned(),
        "Sig[5].Value=00000000".to_owned(),
        "Sig[6].Name=Exception Code".to_owned(),
        "Sig[6].Value=c0000005".to_owned(),
        "Sig[7].Name=Exception Offset".to_owned(),
        format!("Sig[7].Value={offset}"),
        "DynamicSig[1].Name=OS Version".to_owned(),
        format!("DynamicSig[1].Value={system}"),
        "DynamicSig[2].Name=Locale ID".to_owned(),
        "DynamicSig[2].Value=2057".to_owned(),
        "UI[2]=C:\\Windows\\System32\\spoolsv.exe".to_owned(),
        "UI[3]=Spooler SubSystem App has stopped working".to_owned(),
        "LoadedModule[0]=C:\\Windows\\System32\\spoolsv.exe".to_owned(),
        "LoadedModule[1]=C:\\Windows\\SYSTEM32\\ntdll.dll".to_owned(),
        "LoadedModule[2]=C:\\Windows\\system32\\kernel32.dll".to_owned(),
        "FriendlyEventName=Stopped working".to_owned(),
        "ConsentKey=APPCRASH".to_owned(),
        "AppName=Spooler SubSystem App".to_owned(),
        "AppPath=C:\\Windows\\System32\\spoolsv.exe".to_owned(),
    ];
    lines.into_iter().map(|line| line + "\r\n").collect()
}

/// UTF-16, little endian, with a byte order mark.
fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_utf16_with_mark_and_name_the_crash() {
        let samples = write_all(Random::new(1));
        assert_eq!(samples.len(), 3);
        for sample in samples {
            let units: Vec<u16> =
                sample.bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            let text = String::from_utf16(&units).unwrap();
            assert!(text.starts_with("\u{FEFF}Version=1\r\nEventType=APPCRASH\r\n"));
            assert!(text.contains("Sig[0].Value=spoolsv.exe\r\n"));
            assert!(text.contains("Sig[6].Value=c0000005\r\n"));
        }
    }
}
