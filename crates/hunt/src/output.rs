//! A result as CSV, JSON or Arrow.
//!
//! In: a result. Out: bytes. Never: a cell of CSV that a spreadsheet would run.

use std::fmt::Write as _;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Int8Type, Int16Type, Int32Type, Int64Type};
use datafusion::arrow::datatypes::{Float64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::error::HuntError;
use crate::result::HuntResult;

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, with a line of names; texts that a spreadsheet would run have a quote
    /// before them.
    Csv,
    /// A list of objects.
    Json,
    /// Arrow's stream format.
    Arrow,
}

/// Times in the form of RFC 3339, nothing for null.
const TIME: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

impl HuntResult {
    /// The result in a format.
    ///
    /// # Errors
    /// When a value cannot be written.
    pub fn write(&self, format: Format) -> Result<Vec<u8>, HuntError> {
        let written = match format {
            Format::Csv => self.csv().map(String::into_bytes),
            Format::Json => self.json().map(String::into_bytes),
            Format::Arrow => self.arrow(),
        };
        written.map_err(|error| HuntError::Query(error.to_string()))
    }

    fn csv(&self) -> Result<String, ArrowError> {
        let mut out = String::new();
        let names: Vec<String> = self.columns().map(cell).collect();
        out.push_str(&names.join(","));
        out.push_str("\r\n");
        let options = options();
        for batch in &self.batches {
            let columns = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
                .collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                for (at, column) in columns.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    let text = column.value(row).try_to_string()?;
                    let number = batch.column(at).data_type().is_numeric();
                    out.push_str(&if number { text } else { cell(&text) });
                }
                out.push_str("\r\n");
            }
        }
        Ok(out)
    }

    fn json(&self) -> Result<String, ArrowError> {
        let mut out = String::from("[");
        let options = options();
        let mut first = true;
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                out.push_str(if std::mem::take(&mut first) { "\n{" } else { ",\n{" });
                for (at, (name, column)) in self.columns().zip(batch.columns()).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    string(name, &mut out);
                    out.push(':');
                    value(column, row, &options, &mut out)?;
                }
                out.push('}');
            }
        }
        out.push_str("\n]\n");
        Ok(out)
    }

    fn arrow(&self) -> Result<Vec<u8>, ArrowError> {
        let mut writer = StreamWriter::try_new(Vec::new(), &self.schema)?;
        for batch in &self.batches {
            writer.write(batch)?;
        }
        writer.into_inner()
    }
}

fn options() -> FormatOptions<'static> {
    FormatOptions::new()
        .with_timestamp_format(Some(TIME))
        .with_timestamp_tz_format(Some(TIME))
        .with_null("")
}

/// A value of JSON: numbers and truths as such, all else as text.
fn value(
    column: &ArrayRef,
    row: usize,
    options: &FormatOptions<'_>,
    out: &mut String,
) -> Result<(), ArrowError> {
    if column.is_null(row) {
        out.push_str("null");
        return Ok(());
    }
    macro_rules! number {
        ($($kind:ident => $of:ty),*) => {
            match column.data_type() {
                $(DataType::$kind => {
                    let _ = write!(out, "{}", column.as_primitive::<$of>().value(row));
                    return Ok(());
                })*
                _ => {}
            }
        };
    }
    number!(
        Int8 => Int8Type, Int16 => Int16Type, Int32 => Int32Type, Int64 => Int64Type,
        UInt8 => UInt8Type, UInt16 => UInt16Type, UInt32 => UInt32Type, UInt64 => UInt64Type
    );
    match column.data_type() {
        DataType::Boolean => {
            out.push_str(if column.as_boolean().value(row) { "true" } else { "false" });
        }
        DataType::Float64 => {
            let number = column.as_primitive::<Float64Type>().value(row);
            if number.is_finite() {
                let _ = write!(out, "{number}");
            } else {
                out.push_str("null");
            }
        }
        DataType::Utf8 => string(column.as_string::<i32>().value(row), out),
        _ => {
            let text = ArrayFormatter::try_new(column.as_ref(), options)?;
            string(&text.value(row).try_to_string()?, out);
        }
    }
    Ok(())
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A cell: with a quote before what a spreadsheet would run, in quotes where it must be.
fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_runs_and_never_ends_early() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("-x,\"y\""), "\"'-x,\"\"y\"\"\"");
        assert_eq!(cell("a\nb"), "\"a\nb\"");
        assert_eq!(cell("plain"), "plain");
    }
}
