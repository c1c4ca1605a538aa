//! Detections as JSON lines: one object a line, for programs.
//!
//! In: detections. Out: each at once, as serde writes it. Control and invisible characters are
//! written as `\u` escapes, so that a line is safe on a terminal and means the same to a program.
//! Never keeps anything.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use wardwatch_model::Detection;

use super::Writer;
use super::visible::is_hidden;
use crate::summary::Summary;

/// Writes one JSON object a line.
pub struct JsonLines<W: Write> {
    stream: W,
}

impl<W: Write> JsonLines<W> {
    /// A writer to `stream`, which should be buffered.
    pub fn new(stream: W) -> Self {
        JsonLines { stream }
    }
}

impl<W: Write> Writer for JsonLines<W> {
    fn detection(&mut self, detection: &Detection) -> io::Result<()> {
        detection.serialize(&mut Serializer::with_formatter(&mut self.stream, Harmless))?;
        self.stream.write_all(b"\n")
    }

    fn finish(&mut self, _summary: &Summary) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Compact JSON in which hidden characters are escaped.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        stream: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut written = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_hidden(*c)) {
            stream.write_all(&fragment.as_bytes()[written..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(stream, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        stream.write_all(&fragment.as_bytes()[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::sample;
    use super::*;

    fn written(detections: &[Detection]) -> String {
        let mut bytes = Vec::new();
        let mut writer = JsonLines::new(&mut bytes);
        for detection in detections {
            writer.detection(detection).unwrap();
        }
        writer.finish(&Summary::default()).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn one_object_a_line_with_the_fields_in_order() {
        insta::assert_snapshot!(written(&sample::four()), @r#"
{"time":"2017-05-12T08:01:05Z","rule_id":"copies","rule_title":"Shadow Copies Deleted, \"Quietly\"","level":"critical","tags":["attack.impact","attack.t1490"],"device":"WARD7-PC2","source":"logs/ward7.evtx","record":105,"logsource":{"product":"windows","category":"process_creation"},"matched":{"Image":"C:\\Windows\\System32\\vssadmin.exe"},"advice":{"title":"Something of kind copies happened","why":"Kind copies is how attacks go on.","do":"Phone your IT support about copies."}}
{"time":"2017-05-12T08:00:05Z","rule_id":"tool","rule_title":"Rule tool","level":"medium","tags":["attack.impact","attack.t1490"],"device":"WARD7-PC1","source":"logs/ward7.evtx","record":45,"logsource":{"product":"windows","category":"process_creation"},"matched":{"Image":"C:\\Windows\\System32\\vssadmin.exe"},"advice":{"title":"Something of kind tool happened","why":"Kind tool is how attacks go on.","do":"Phone your IT support about tool."}}
{"time":"2017-05-12T09:00:00Z","rule_id":"tool","rule_title":"Rule tool","level":"medium","tags":["attack.impact","attack.t1490"],"device":"WARD7-PC2","source":"logs/ward7.evtx","record":3640,"logsource":{"product":"windows","category":"process_creation"},"matched":{"Image":"C:\\Windows\\System32\\vssadmin.exe"},"advice":{"title":"Something of kind tool happened","why":"Kind tool is how attacks go on.","do":"Phone your IT support about tool."}}
{"time":null,"rule_id":"tool","rule_title":"Rule tool","level":"medium","tags":["attack.impact","attack.t1490"],"device":"","source":"logs/ward7.evtx","record":40,"logsource":{"product":"windows","category":"process_creation"},"matched":{"Image":"C:\\Windows\\System32\\vssadmin.exe"},"advice":{"title":"Something of kind tool happened","why":"Kind tool is how attacks go on.","do":"Phone your IT support about tool."}}
"#);
    }

    #[test]
    fn a_line_is_the_detection_to_a_program_and_harmless_to_a_terminal() {
        let mut detection = sample::four().remove(0);
        detection.device = "a\u{202e}b\u{9b}2Jc\x1b\u{e0041}\n".to_owned();
        let line = written(std::slice::from_ref(&detection));
        assert!(line.contains(r#""device":"a\u202eb\u009b2Jc\u001b\udb40\udc41\n""#), "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read, serde_json::to_value(&detection).unwrap());
    }
}
