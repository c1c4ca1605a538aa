//! What records look like, as a number that stays the same for ever.

/// What each record of a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum RecordShape {
    /// One JSON object: flat, Windows' own, or any that the server reads.
    Json = 1,
    /// One line of text: syslog, CEF and the like.
    Line = 2,
    /// The lines of one auditd event.
    Audit = 3,
    /// One chunk of 64 KiB of a Windows event log file.
    EvtxChunk = 4,
    /// One report of Windows Error Reporting; the server keeps its features only.
    CrashReport = 5,
    /// One report of what a host runs, of any kind that is read; the server keeps its content.
    Inventory = 6,
}

impl RecordShape {
    /// All of them.
    pub const ALL: [RecordShape; 6] = [
        RecordShape::Json,
        RecordShape::Line,
        RecordShape::Audit,
        RecordShape::EvtxChunk,
        RecordShape::CrashReport,
        RecordShape::Inventory,
    ];

    /// Its word, for people and logs.
    pub fn word(self) -> &'static str {
        match self {
            RecordShape::Json => "json",
            RecordShape::Line => "line",
            RecordShape::Audit => "audit",
            RecordShape::EvtxChunk => "evtx_chunk",
            RecordShape::CrashReport => "crash_report",
            RecordShape::Inventory => "inventory",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_stay_as_they_are() {
        let told: Vec<(i32, &str)> =
            RecordShape::ALL.iter().map(|shape| (*shape as i32, shape.word())).collect();
        assert_eq!(
            told,
            [
                (1, "json"),
                (2, "line"),
                (3, "audit"),
                (4, "evtx_chunk"),
                (5, "crash_report"),
                (6, "inventory")
            ]
        );
    }
}
