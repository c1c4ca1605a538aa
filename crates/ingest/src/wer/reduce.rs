//! A crash report reduced to its features, before anything of it is kept.
//!
//! In: the bytes of a `Report.wer`, and the device it is of. Out: a batch of one JSON line with
//! what `normalise` makes of the report, under the log source of crash reports. Never: the report
//! itself; a user's name (`normalise` drops those).

use bumpalo::Bump;
use serde_json::{Map, Value as Json};
use wardwatch_model::{Event, LogSource, Value};
use wardwatch_normalise::block::Shape;
use wardwatch_normalise::{Normaliser, RecordError};
use wardwatch_store::Batch;

use crate::gather::Gathered;

/// Longest name of a device that is believed.
const MAX_DEVICE_BYTES: usize = 255;

/// Reduces a report.
///
/// # Errors
/// When the bytes are no report, or over a limit.
pub(crate) fn report(
    bytes: &[u8],
    device: Option<&str>,
    source: String,
) -> Result<Gathered, RecordError> {
    let arena = Bump::new();
    let event = Normaliser::new(None).wer(&arena, bytes)?;
    let mut line = features(&event, device).to_string().into_bytes();
    line.push(b'\n');
    let batch = Batch {
        shape: Shape::JsonLines,
        source,
        bytes: line,
        first: 1,
        logsource: Some(LogSource::new("windows", "application_crash", "wer")),
        key: None,
    };
    Ok(Gathered { batch, records: 1 })
}

/// The event's fields as an object; a field with several values becomes a list.
fn features(event: &Event<'_>, device: Option<&str>) -> Json {
    let mut fields: Map<String, Json> = Map::new();
    let device = device.filter(|name| (1..=MAX_DEVICE_BYTES).contains(&name.len()));
    if let Some(device) = device {
        fields.insert("Computer".to_owned(), device.into());
    }
    if let Some(time) = event.time.timestamp() {
        fields.insert("@timestamp".to_owned(), time.to_string().into());
    }
    for field in event.fields {
        let value = plain(field.value);
        match fields.get_mut(field.name) {
            // Device and time come from outside the report, where they are known.
            Some(_) if matches!(field.name, "@timestamp") => {}
            Some(_) if field.name == "Computer" && device.is_some() => {}
            Some(Json::Array(values)) => values.push(value),
            Some(first) => *first = Json::Array(vec![first.take(), value]),
            None => {
                fields.insert(field.name.to_owned(), value);
            }
        }
    }
    Json::Object(fields)
}

/// Numbers stay numbers where JSON can write them as they stand.
fn plain(value: Value<'_>) -> Json {
    match value {
        Value::Number(text) => match text.parse::<u64>() {
            Ok(number) if number.to_string() == text => number.into(),
            _ => text.into(),
        },
        Value::Bool(truth) => truth.into(),
        Value::Null => Json::Null,
        text => text.text().into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wardwatch_normalise::block::{Block, Decoder};

    use super::*;

    const REPORT: &str = "Version=1\r\nEventType=APPCRASH\r\nEventTime=134399631012500000\r\n\
        Sig[0].Name=Application Name\r\nSig[0].Value=spoolsv.exe\r\n\
        AppPath=C:\\Users\\ngrant\\x.exe\r\nUserName=ngrant\r\n\
        LoadedModule[0]=a.dll\r\nLoadedModule[1]=b.dll\r\nWow64=007\r\n";

    #[test]
    fn a_report_becomes_features_without_users() {
        let batch = report(REPORT.as_bytes(), Some("zz-pc-01"), "wer".to_owned()).unwrap().batch;
        let fields: Json = serde_json::from_slice(&batch.bytes).unwrap();
        assert_eq!(
            fields,
            serde_json::json!({
                "Computer": "zz-pc-01",
                "@timestamp": "2026-11-24T03:05:01.25Z",
                "EventType": "APPCRASH",
                "AppName": "spoolsv.exe",
                "Version": 1,
                "EventTime": 134_399_631_012_500_000_u64,
                "AppPath": "C:\\Users\\*\\x.exe",
                "LoadedModule": ["a.dll", "b.dll"],
                "Wow64": "007",
            })
        );
    }

    #[test]
    fn the_line_decodes_to_the_event_of_the_report() {
        let batch = report(REPORT.as_bytes(), Some("zz-pc-01"), "wer".to_owned()).unwrap().batch;
        let normaliser = Normaliser::new(batch.logsource.clone());
        let block = Block { shape: batch.shape, bytes: batch.bytes, first: batch.first };
        let mut told = Vec::new();
        Decoder::default().run(&normaliser, 2026, &block, &mut |decoded| {
            let event = decoded.unwrap();
            let sources = normaliser.table().get(event.sources);
            told.push(format!(
                "{} {:?} {:?}",
                event.device.text(),
                event.time.timestamp(),
                sources
            ));
        });
        let source = LogSource::new("windows", "application_crash", "wer");
        let time = wardwatch_model::Timestamp::parse("2026-11-24T03:05:01.25Z");
        assert_eq!(told, [format!("zz-pc-01 {time:?} {:?}", [source])]);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        assert!(report(b"MDMP", None, "wer".to_owned()).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in "(Version=1\n|EventType=x\n|[A-Za-z\\[\\].=0-9]{0,12}\n){0,20}") {
            if let Ok(gathered) = report(bytes.as_bytes(), None, String::new()) {
                prop_assert!(serde_json::from_slice::<Json>(&gathered.batch.bytes).is_ok());
            }
        }
    }
}
