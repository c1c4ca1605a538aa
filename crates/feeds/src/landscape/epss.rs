//! Probabilities of exploitation (EPSS, FIRST).
//!
//! In: CSV with the heads `cve,epss,percentile`, after a comment that names the model and the day.
//! Out: a probability for each vulnerability. Format: FIRST, "EPSS Data and Statistics".

use std::io::Read;

use wardwatch_model::landscape::Epss;
use wardwatch_model::{CveId, Day};

use super::error::FeedError;
use super::report::Yield;

/// Rows of one file; all vulnerabilities known in 2026 are some 330,000.
const MAX_ROWS: u64 = 2_000_000;

/// Reads a day's probabilities. The name may tell the day: `epss_scores-2026-01-02.csv`.
///
/// # Errors
/// When it is no such file.
pub fn csv(name: &str, stream: impl Read) -> Result<Yield<Vec<(CveId, Epss)>>, FeedError> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(stream);
    let mut out = Yield::new(Vec::new());
    out.saw(day_in(name));
    let mut row = csv::ByteRecord::new();
    let mut columns: Option<[usize; 3]> = None;
    while reader
        .read_byte_record(&mut row)
        .map_err(|error| FeedError::Unreadable(error.to_string()))?
    {
        if row.get(0).is_some_and(|field| field.starts_with(b"#")) {
            let said = row.iter().filter_map(|field| std::str::from_utf8(field).ok());
            out.saw(said.filter_map(|field| day_in(field.split_once("date:")?.1)).next());
            continue;
        }
        let Some(columns) = columns else {
            columns = Some(heads(&row)?);
            continue;
        };
        let place = row.position().map_or(0, csv::Position::line);
        match read(&row, columns) {
            Ok(_) if out.count >= MAX_ROWS => {
                return Err(FeedError::TooMuch { limit: MAX_ROWS, what: "rows" });
            }
            Ok(record) => {
                out.records.push(record);
                out.count += 1;
            }
            Err(reason) => out.refused.add(format!("line {place}"), reason),
        }
    }
    match out.count {
        0 => Err(FeedError::NothingUsable(out.refused.count)),
        _ => Ok(out),
    }
}

fn heads(row: &csv::ByteRecord) -> Result<[usize; 3], FeedError> {
    let find = |name: &str| {
        let place =
            row.iter().position(|head| head.trim_ascii().eq_ignore_ascii_case(name.as_bytes()));
        place.ok_or_else(|| FeedError::NoColumn(name.to_owned()))
    };
    Ok([find("cve")?, find("epss")?, find("percentile")?])
}

fn read(
    row: &csv::ByteRecord,
    [cve, epss, percentile]: [usize; 3],
) -> Result<(CveId, Epss), String> {
    let field = |place: usize| {
        let bytes = row.get(place).ok_or("the row is too short")?;
        std::str::from_utf8(bytes).map_err(|_| "the row is no UTF-8")
    };
    let share = |place: usize| {
        let text = field(place)?.trim();
        let value: f64 = text.parse().map_err(|_| format!("'{text}' is no number"))?;
        if !(0.0..=1.0).contains(&value) {
            return Err(format!("'{text}' is not between 0 and 1"));
        }
        Ok((value * 1e6).round() as u32)
    };
    let cve = field(cve)?.parse().map_err(|error| format!("{error}"))?;
    Ok((cve, Epss::first(share(epss)?, share(percentile)?)))
}

/// The first day that stands in a text.
fn day_in(text: &str) -> Option<Day> {
    text.as_bytes()
        .windows(10)
        .filter_map(|part| std::str::from_utf8(part).ok())
        .find_map(|part| part.contains('-').then(|| Day::parse(part))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "#model_version:v2025.03.14,score_date:2026-01-02T12:00:00Z\n\
                        cve,epss,percentile\nCVE-2999-0001,0.94312,0.99987\n";

    #[test]
    fn reads_a_day() {
        let out = csv("epss.csv", TEXT.as_bytes()).unwrap();
        assert_eq!(out.newest, Day::new(2026, 1, 2));
        let (cve, epss) = out.records[0];
        assert_eq!(cve.to_string(), "CVE-2999-0001");
        assert_eq!((epss.probability, epss.percentile), (943_120, 999_870));
        let plain = "percentile,epss,cve\n0.5,0.1,CVE-2999-0001\n";
        let out = csv("epss_scores-2026-01-03.csv", plain.as_bytes()).unwrap();
        assert_eq!((out.newest, out.records[0].1.percentile), (Day::new(2026, 1, 3), 500_000));
    }

    #[test]
    fn says_what_is_wrong() {
        let text = format!("{TEXT}CVE-2999-0002,1.5,0\nCVE-2999-0003,x,0\nCVE-2999-0004\nx,0,0\n");
        let out = csv("", text.as_bytes()).unwrap();
        let reasons: Vec<_> = out.refused.listed.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(out.refused.listed[0].0, "line 4");
        assert_eq!(
            reasons[..3],
            ["'1.5' is not between 0 and 1", "'x' is no number", "the row is too short"]
        );
        assert_eq!(reasons.len(), 4);
        let error = csv("", &b"cve,epss\nCVE-2999-0001,0.1\n"[..]).unwrap_err();
        assert!(error.to_string().contains("no column percentile"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: Vec<u8>) {
            let _ = csv("", &text[..]);
            let _ = csv("", &[TEXT.as_bytes(), &text].concat()[..]);
        }
    }
}
