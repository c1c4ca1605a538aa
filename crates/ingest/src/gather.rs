//! Records of one request or connection on their way to batches.
//!
//! In: records one by one, each with its shape. Out: batches of one shape each, in the order of
//! their records. Never: a record that holds an end of line, a batch much larger than the limit.

use wardwatch_normalise::block::Shape;
use wardwatch_store::Batch;

/// A batch and how many records it holds.
pub(crate) struct Gathered {
    /// What goes to the log.
    pub(crate) batch: Batch,
    /// How many records it holds.
    pub(crate) records: u64,
}

/// Collects records by shape.
pub(crate) struct Gather {
    source: String,
    limit: usize,
    /// Bytes that the next new part most likely gets.
    expected: usize,
    parts: Vec<Part>,
    full: Vec<Gathered>,
}

struct Part {
    shape: Shape,
    bytes: Vec<u8>,
    records: u64,
    first: u64,
}

impl Part {
    fn seal(&mut self, source: &str) -> Option<Gathered> {
        if self.records == 0 {
            return None;
        }
        let records = std::mem::take(&mut self.records);
        let batch = Batch {
            shape: self.shape,
            source: source.to_owned(),
            bytes: std::mem::take(&mut self.bytes),
            first: self.first,
            logsource: None,
            key: None,
        };
        self.first += records;
        Some(Gathered { batch, records })
    }
}

impl Gather {
    /// For records of `source`; a batch is full at `limit` bytes.
    pub(crate) fn new(source: String, limit: usize) -> Self {
        Gather { source, limit, expected: 0, parts: Vec::new(), full: Vec::new() }
    }

    /// The same, asking for memory once when about so many bytes of one shape are to come.
    pub(crate) fn expecting(self, bytes: usize) -> Self {
        Gather { expected: bytes.min(self.limit), ..self }
    }

    /// Adds a record; ends of lines in it become blanks.
    pub(crate) fn add(&mut self, shape: Shape, record: &[u8]) {
        let at = match self.parts.iter().position(|part| part.shape == shape) {
            Some(at) => at,
            None => {
                let bytes = Vec::with_capacity(std::mem::take(&mut self.expected));
                self.parts.push(Part { shape, bytes, records: 0, first: 1 });
                self.parts.len() - 1
            }
        };
        let Some(part) = self.parts.get_mut(at) else { return };
        if part.bytes.len() + record.len() >= self.limit {
            self.full.extend(part.seal(&self.source));
        }
        add_line(record, &mut part.bytes);
        part.records += 1;
    }

    /// Bytes that wait here.
    pub(crate) fn pending_bytes(&self) -> usize {
        let full: usize = self.full.iter().map(|full| full.batch.bytes.len()).sum();
        full + self.parts.iter().map(|part| part.bytes.len()).sum::<usize>()
    }

    /// Everything so far as batches; numbering of records goes on.
    pub(crate) fn take(&mut self) -> Vec<Gathered> {
        let mut all = std::mem::take(&mut self.full);
        all.extend(self.parts.iter_mut().filter_map(|part| part.seal(&self.source)));
        all
    }
}

/// Adds a record as one line; ends of lines in it become blanks.
pub(crate) fn add_line(record: &[u8], out: &mut Vec<u8>) {
    let mut rest = record.trim_ascii();
    out.reserve(rest.len() + 1);
    while let Some(at) = memchr::memchr2(b'\n', b'\r', rest) {
        let (line, after) = rest.split_at(at);
        out.extend_from_slice(line);
        out.push(b' ');
        rest = after.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out.push(b'\n');
}

/// A stream's name for people, without what could disturb a screen.
pub(crate) fn named(door: &str, stream: &str) -> String {
    let stream: String = stream.chars().filter(|letter| !letter.is_control()).take(128).collect();
    if stream.is_empty() { door.to_owned() } else { format!("{door}:{stream}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_is_the_record_with_blanks(record in "[a-c \\r\\n]{0,40}") {
            let plainly = record.trim_ascii().replace(['\n', '\r'], " ") + "\n";
            let mut line = Vec::new();
            add_line(record.as_bytes(), &mut line);
            prop_assert_eq!(String::from_utf8(line).unwrap(), plainly);
        }
    }

    #[test]
    fn records_become_batches_by_shape_with_running_numbers() {
        let mut gather = Gather::new(named("hec", "zz\u{1b}[2J"), 12);
        for record in ["{\"a\":\n1}", "{\"b\":2}"] {
            gather.add(Shape::JsonLines, record.as_bytes());
        }
        gather.add(Shape::Lines, b"<34>x\n");
        assert_eq!(gather.pending_bytes(), 23);
        let told: Vec<String> = gather
            .take()
            .iter()
            .map(|one| {
                let text = String::from_utf8_lossy(&one.batch.bytes);
                format!("{} {:?} {} {text:?}", one.batch.source, one.batch.shape, one.batch.first)
            })
            .collect();
        assert_eq!(
            told,
            [
                r#"hec:zz[2J JsonLines 1 "{\"a\": 1}\n""#,
                r#"hec:zz[2J JsonLines 2 "{\"b\":2}\n""#,
                r#"hec:zz[2J Lines 1 "<34>x\n""#,
            ]
        );
        gather.add(Shape::Lines, b"<34>y");
        assert_eq!(gather.take()[0].batch.first, 2);
        assert!(gather.take().is_empty());
    }
}
