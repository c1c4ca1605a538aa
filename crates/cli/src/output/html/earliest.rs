//! The earliest detections, kept for a table in time order.
//!
//! In: detections in any order. Out: the first [`MAX_ROWS`] by time, those without a time last.
//! Memory is bounded: a later one gives way to an earlier one.

use std::collections::BTreeMap;
use std::io::{self, Write};

use wardwatch_model::{Detection, Level, Timestamp};

use super::super::visible::shorten;
use super::escape::{safe, safe_short};
use crate::output::tally::{Place, Tally};
use crate::output::words;

/// Detections that are kept, and shown.
const MAX_ROWS: usize = 500;
/// Detections that are printed, as the style says: nobody reads 500 on paper.
const PRINTED_ROWS: u64 = 50;
/// Characters shown of a source's name.
const MAX_SOURCE_CHARS: usize = 160;

/// Sorts by time, without one last, then in the order of the input.
type Key = (bool, Option<Timestamp>, u64);

/// The earliest detections.
#[derive(Default)]
pub struct Earliest {
    rows: BTreeMap<Key, Row>,
    seen: u64,
}

struct Row {
    level: Level,
    rule: usize,
    place: Place,
    source: String,
    record: u64,
    fields: String,
}

impl Earliest {
    /// Keeps a detection if it is among the earliest so far.
    pub fn add(&mut self, detection: &Detection, rule: usize, place: Place) {
        let key = (detection.time.is_none(), detection.time, self.seen);
        self.seen += 1;
        if self.rows.len() == MAX_ROWS {
            if self.rows.last_key_value().is_some_and(|(last, _)| *last < key) {
                return;
            }
            self.rows.pop_last();
        }
        let row = Row {
            level: detection.level,
            rule,
            place,
            source: shorten(&detection.source, MAX_SOURCE_CHARS).into_owned(),
            record: detection.record,
            fields: words::fields(&detection.matched),
        };
        self.rows.insert(key, row);
    }

    /// Writes the table.
    pub fn table(&self, page: &mut impl Write, tally: &Tally) -> io::Result<()> {
        writeln!(
            page,
            "<table class=\"stack events\" role=\"table\">\n\
             <caption>Detections in the order of time (UTC)</caption>\n\
             <thead role=\"rowgroup\"><tr role=\"row\">\
             <th scope=\"col\" role=\"columnheader\">Time (UTC)</th>\
             <th scope=\"col\" role=\"columnheader\">Level</th>\
             <th scope=\"col\" role=\"columnheader\">Device</th>\
             <th scope=\"col\" role=\"columnheader\">What happened</th></tr></thead>\n\
             <tbody role=\"rowgroup\">"
        )?;
        for ((_, time, _), row) in &self.rows {
            let rule = &tally.rules[row.rule];
            writeln!(
                page,
                "<tr role=\"row\"><td role=\"cell\" class=\"time\">{}</td>\
                 <td role=\"cell\"><span class=\"level {level}\">{level}</span></td>\
                 <td role=\"cell\" class=\"name\">{}</td><td role=\"cell\">{}\
                 <span class=\"detail\"><code>{}</code> {}, record {}</span></td></tr>",
                words::moment(*time),
                safe(tally.device_name(row.place)),
                safe_short(rule.plain_title(), 160),
                safe(&row.fields),
                safe(&row.source),
                row.record,
                level = row.level,
            )?;
        }
        writeln!(page, "</tbody>\n</table>")?;
        let kept = self.rows.len() as u64;
        if kept > PRINTED_ROWS {
            writeln!(
                page,
                "<p class=\"more on-paper\">On paper stand the first {PRINTED_ROWS} of the {kept} \
                 that the page holds on a screen.</p>"
            )?;
        }
        let more = self.seen - kept;
        if more > 0 {
            writeln!(
                page,
                "<p class=\"more\">The table holds the first {}. There are {} more; they are counted in \
                 the chart and in the tables below.</p>",
                words::number(kept),
                words::number(more)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::tally::sample;

    #[test]
    fn the_earliest_are_kept_whatever_the_order() {
        let (mut tally, mut earliest) = (Tally::default(), Earliest::default());
        for second in (0..2_000).rev() {
            let mut detection = sample::detection("tool", Level::Low, "PC", second);
            if second % 2 == 1 {
                detection.time = None;
            }
            let (rule, place) = tally.add(&detection);
            earliest.add(&detection, rule, place);
        }
        assert_eq!(earliest.rows.len(), MAX_ROWS);
        let mut page = Vec::new();
        earliest.table(&mut page, &tally).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains("2017-05-12 08:00:00") && page.contains("2017-05-12 08:16:38"));
        assert!(!page.contains("2017-05-12 08:16:40") && !page.contains("not known"));
        assert!(page.contains("There are 1,500 more"));
    }
}
