//! A block of content to the records in it, as the wire carries them.

use wardwatch_normalise::block::{Block, Shape};
use wardwatch_normalise::evtx::CHUNK_BYTES;
use wardwatch_normalise::{audit, documents};
use wardwatch_wire::RecordShape;

/// Calls `each` with every record until it says no. What could not be read comes back.
pub fn each(block: Block, each: &mut dyn FnMut(RecordShape, Vec<u8>) -> bool) -> Option<String> {
    match block.shape {
        Shape::JsonLines => lines(&block.bytes, RecordShape::Json, each),
        Shape::Lines => lines(&block.bytes, RecordShape::Line, each),
        Shape::JsonDocuments => {
            let text = String::from_utf8_lossy(&block.bytes);
            let (found, broken) = documents::split(&text);
            let mut left = found.into_iter();
            let _ = left.all(|document| each(RecordShape::Json, document.as_bytes().to_vec()));
            return broken.map(|error| error.to_string());
        }
        Shape::Audit => {
            let text = String::from_utf8_lossy(&block.bytes);
            let mut groups = audit::group_lines(&text).into_iter();
            let _ =
                groups.all(|group| each(RecordShape::Audit, group.lines.join("\n").into_bytes()));
        }
        Shape::EvtxChunks => {
            let mut chunks = block.bytes.chunks(CHUNK_BYTES);
            let _ = chunks.all(|chunk| each(RecordShape::EvtxChunk, chunk.to_vec()));
        }
        // No file is cut into these.
        Shape::Inventory => {}
        Shape::Wer => {
            each(RecordShape::CrashReport, block.bytes);
        }
    }
    None
}

fn lines(bytes: &[u8], shape: RecordShape, each: &mut dyn FnMut(RecordShape, Vec<u8>) -> bool) {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let _ = lines.all(|line| line.is_empty() || each(shape, line.to_vec()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(shape: Shape, text: &str) -> Vec<String> {
        let mut told = Vec::new();
        let block = Block { shape, bytes: text.as_bytes().to_vec(), first: 1 };
        let problem = each(block, &mut |shape, record| {
            told.push(format!("{} {}", shape.word(), String::from_utf8_lossy(&record)));
            true
        });
        told.extend(problem.map(|problem| format!("problem {problem}")));
        told
    }

    #[test]
    fn each_shape_is_cut_into_its_records() {
        assert_eq!(
            told(Shape::JsonLines, "{\"a\":1}\r\n\n{\"b\":2}"),
            [r#"json {"a":1}"#, r#"json {"b":2}"#]
        );
        assert_eq!(told(Shape::JsonDocuments, "[{\"a\":1},{\"b\":2}]").len(), 2);
        let lines = "type=SYSCALL msg=audit(1.2:3): a=1\ntype=CWD msg=audit(1.2:3): b=2\n\
                     type=CWD msg=audit(1.2:4): c=3\n";
        let found = told(Shape::Audit, lines);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("SYSCALL") && found[0].contains("b=2"), "{}", found[0]);
    }
}
