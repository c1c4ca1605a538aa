//! What a hunt may use.

use std::time::Duration;

/// What a hunt may use.
#[derive(Debug, Clone)]
pub struct HuntLimits {
    /// Bytes of the text.
    pub sql_bytes: usize,
    /// Bytes of one text within it.
    pub literal_bytes: usize,
    /// How often it may name a table; names of its own parts count.
    pub relations: usize,
    /// How long it may run.
    pub time: Duration,
    /// Bytes of memory for all hunts together.
    pub memory_bytes: usize,
    /// Rows of the result.
    pub rows: usize,
    /// Bytes of the result.
    pub result_bytes: usize,
    /// Working threads for all hunts together.
    pub threads: usize,
}

impl Default for HuntLimits {
    /// Two minutes, half a gibibyte, 100,000 rows of 64 MiB.
    fn default() -> Self {
        HuntLimits {
            sql_bytes: 16 << 10,
            literal_bytes: 1 << 10,
            relations: 12,
            time: Duration::from_secs(120),
            memory_bytes: 512 << 20,
            rows: 100_000,
            result_bytes: 64 << 20,
            threads: 2,
        }
    }
}
