//! Detections as comma-separated values, for spreadsheets.
//!
//! In: detections. Out: a header, then a row for each, at once. A cell that a spreadsheet would
//! take for a formula gets a leading apostrophe. Never keeps anything.

use std::borrow::Cow;
use std::io::{self, Write};

use wardwatch_model::Detection;

use super::Writer;
use crate::summary::Summary;

/// Names of the columns, a stable contract.
const COLUMNS: [&str; 13] = [
    "time",
    "level",
    "rule_id",
    "rule_title",
    "device",
    "source",
    "record",
    "logsource",
    "tags",
    "matched",
    "advice_title",
    "advice_why",
    "advice_do",
];

/// Writes one row a detection.
pub struct Csv<W: Write> {
    rows: csv::Writer<W>,
    has_header: bool,
}

impl<W: Write> Csv<W> {
    /// A writer to `stream`.
    pub fn new(stream: W) -> Self {
        Csv { rows: csv::Writer::from_writer(stream), has_header: false }
    }

    fn header(&mut self) -> io::Result<()> {
        if !self.has_header {
            self.has_header = true;
            self.rows.write_record(COLUMNS)?;
        }
        Ok(())
    }
}

impl<W: Write> Writer for Csv<W> {
    fn detection(&mut self, detection: &Detection) -> io::Result<()> {
        self.header()?;
        let matched: Vec<String> =
            detection.matched.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let row: [&str; COLUMNS.len()] = [
            &detection.time.map(|time| time.to_string()).unwrap_or_default(),
            detection.level.as_str(),
            &detection.rule_id.0,
            &detection.rule_title,
            &detection.device,
            &detection.source,
            &detection.record.to_string(),
            &detection.logsource.to_string(),
            &detection.tags.join("; "),
            &matched.join(" | "),
            &detection.advice.title,
            &detection.advice.why,
            &detection.advice.r#do,
        ];
        Ok(self.rows.write_record(row.map(|cell| inert(cell).into_owned()))?)
    }

    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.header()?;
        self.rows.flush()
    }
}

/// The cell as text that no spreadsheet runs: one that starts like a formula gets an apostrophe.
fn inert(cell: &str) -> Cow<'_, str> {
    // The wide forms count as the narrow ones where spreadsheets are set to Japanese or Chinese.
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    match cell.starts_with(STARTS) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::sample;
    use super::*;

    fn written(detections: &[Detection]) -> String {
        let mut bytes = Vec::new();
        let mut writer = Csv::new(&mut bytes);
        for detection in detections {
            writer.detection(detection).unwrap();
        }
        writer.finish(&Summary::default()).unwrap();
        drop(writer);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_row_for_each_detection() {
        insta::assert_snapshot!(written(&sample::four()), @r#"
time,level,rule_id,rule_title,device,source,record,logsource,tags,matched,advice_title,advice_why,advice_do
2017-05-12T08:01:05Z,critical,copies,"Shadow Copies Deleted, ""Quietly""",WARD7-PC2,logs/ward7.evtx,105,windows/process_creation/-,attack.impact; attack.t1490,Image=C:\Windows\System32\vssadmin.exe,Something of kind copies happened,Kind copies is how attacks go on.,Phone your IT support about copies.
2017-05-12T08:00:05Z,medium,tool,Rule tool,WARD7-PC1,logs/ward7.evtx,45,windows/process_creation/-,attack.impact; attack.t1490,Image=C:\Windows\System32\vssadmin.exe,Something of kind tool happened,Kind tool is how attacks go on.,Phone your IT support about tool.
2017-05-12T09:00:00Z,medium,tool,Rule tool,WARD7-PC2,logs/ward7.evtx,3640,windows/process_creation/-,attack.impact; attack.t1490,Image=C:\Windows\System32\vssadmin.exe,Something of kind tool happened,Kind tool is how attacks go on.,Phone your IT support about tool.
,medium,tool,Rule tool,,logs/ward7.evtx,40,windows/process_creation/-,attack.impact; attack.t1490,Image=C:\Windows\System32\vssadmin.exe,Something of kind tool happened,Kind tool is how attacks go on.,Phone your IT support about tool.
"#);
    }

    #[test]
    fn nothing_found_is_a_header_alone() {
        assert_eq!(written(&[]), COLUMNS.join(",") + "\n");
    }

    #[test]
    fn formulas_are_defused() {
        for start in ["=", "+", "-", "@", "\t", "\r"] {
            let mut detection = sample::four().remove(0);
            detection.device = format!("{start}cmd|'/C calc'!A0");
            let text = written(&[detection]);
            let mut rows = csv::Reader::from_reader(text.as_bytes());
            let row = rows.records().next().unwrap().unwrap();
            assert_eq!(&row[4], format!("'{start}cmd|'/C calc'!A0"));
        }
    }
}
