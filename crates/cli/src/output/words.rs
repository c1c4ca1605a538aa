//! Figures put into plain sentences: the verdict, what was looked at, how often and where.
//!
//! In: counts. Out: English. Never says that all is well: only what was found in what was read.
//! Text from logs goes in as it is; whoever prints it makes it harmless.

use wardwatch_model::{Level, Timestamp};

use super::tally::{ByLevel, Place, RuleTally, Tally};
use super::visible::shorten;
use crate::summary::Summary;

/// Characters shown of a device's or a field's name.
const MAX_NAME_CHARS: usize = 40;
/// Characters shown of a field's value.
const MAX_VALUE_CHARS: usize = 120;

/// A number with commas: `12,345`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with its noun: `1 file`, `12 files`.
pub fn count(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(n), if n == 1 { "" } else { "s" })
}

/// A number of devices; `10,000+ devices` when there are more that were not told apart.
pub fn devices(n: u64, and_more: bool) -> String {
    match (n, and_more) {
        (0, false) => "a device that is not named".to_owned(),
        (0, true) => "other devices".to_owned(),
        (n, true) => format!("{}+ devices", number(n)),
        (n, false) => count(n, "device"),
    }
}

/// Counts of the levels that occur, most serious first: `3 critical, 5 high and 1 low`.
pub fn levels(by_level: &ByLevel) -> String {
    let words: Vec<String> = Level::ALL
        .into_iter()
        .rev()
        .filter(|level| by_level[*level as usize] > 0)
        .map(|level| format!("{} {level}", number(by_level[level as usize])))
        .collect();
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => words.concat(),
    }
}

/// A moment to the second, in UTC: `2017-05-12 10:00:03`; `not known` when there is none.
pub fn moment(time: Option<Timestamp>) -> String {
    let Some(time) = time else { return "not known".to_owned() };
    let text = time.to_string();
    text.get(..19).unwrap_or(&text).replace('T', " ").trim_end_matches('Z').to_owned()
}

/// Names of up to three devices where a rule found something, and how many more there are.
pub fn places(tally: &Tally, rule: &RuleTally) -> String {
    let names: Vec<String> = rule
        .some_devices
        .iter()
        .map(|number| shorten(tally.device_name(Place::Device(*number)), MAX_NAME_CHARS).into())
        .collect();
    let (count, and_more) = rule.device_count();
    let rest = count - names.len() as u64;
    match (names.is_empty(), rest, and_more) {
        (true, _, false) => "not named".to_owned(),
        (true, ..) => "not told apart".to_owned(),
        (false, 0, false) => names.join(", "),
        (false, 0, true) => format!("{} and more", names.join(", ")),
        (false, rest, more) => {
            let plus = if more { "+" } else { "" };
            format!("{} and {}{plus} more", names.join(", "), number(rest))
        }
    }
}

/// The first three of some matched fields, shortened: `Image = C:\\a.exe; User = x`.
pub fn fields(matched: &[(String, String)]) -> String {
    let fields: Vec<String> = matched
        .iter()
        .take(3)
        .map(|(name, value)| {
            format!("{} = {}", shorten(name, MAX_NAME_CHARS), shorten(value, MAX_VALUE_CHARS))
        })
        .collect();
    fields.join("; ")
}

/// The one sentence that somebody reads who reads no more.
pub fn verdict(tally: &Tally, summary: &Summary) -> String {
    let (found, read) = (tally.total(), summary.events.read);
    if found > 0 {
        let plural = if found == 1 { "" } else { "s" };
        return format!("{} detection{plural}{}.", levels(&tally.by_level), on_devices(tally));
    }
    if read == 0 {
        return "Nothing was checked: no event could be read.".to_owned();
    }
    if unknown_events(summary) == read {
        return format!(
            "Almost nothing was checked: no event of the {} is of a kind that is known.",
            number(read)
        );
    }
    match has_gaps(summary) {
        false => format!("No attack found in {}.", count(read, "event")),
        true => format!(
            "No attack found in {}, but not everything could be checked.",
            count(read, "event")
        ),
    }
}

fn on_devices(tally: &Tally) -> String {
    let others = tally.other_devices.total() > 0;
    match (tally.devices.len() as u64, tally.unnamed_device.total()) {
        (0, _) => ", on devices that the records do not name".to_owned(),
        (named, 0) => format!(" on {}", devices(named, others)),
        (named, unnamed) => {
            format!(" on {} ({} with no device named)", devices(named, others), number(unnamed))
        }
    }
}

/// Whether something was not looked at.
pub fn has_gaps(summary: &Summary) -> bool {
    summary.events.unparsed > 0
        || !summary.problems.is_empty()
        || unknown_events(summary) > 0
        || summary.rules.failed > 0
}

/// Events of no known log source: only rules that name none were tried on them.
fn unknown_events(summary: &Summary) -> u64 {
    summary.events.by_logsource.get("unknown").copied().unwrap_or(0)
}

/// Kinds of log that were read.
pub fn known_sources(summary: &Summary) -> u64 {
    summary.events.by_logsource.keys().filter(|name| *name != "unknown").count() as u64
}

/// What was looked at and what was not: one sentence each.
pub fn coverage(summary: &Summary) -> Vec<String> {
    let events = &summary.events;
    let mut sentences = vec![format!(
        "Looked at {} of {} from {}, with {}.",
        count(events.read, "event"),
        count(known_sources(summary), "log source"),
        count(summary.files, "file"),
        count(summary.rules.loaded, "rule")
    )];
    let unknown = unknown_events(summary);
    if unknown > 0 {
        let were = if unknown == 1 { "event was" } else { "events were" };
        sentences.push(format!(
            "{} {were} of a kind that is not known: most rules could not be tried.",
            number(unknown)
        ));
    }
    sentences.push(unread(summary));
    if !summary.problems.is_empty() {
        sentences.push("What went wrong is listed at the end.".to_owned());
    }
    if summary.rules.failed > 0 {
        sentences.push(format!("{} could not be used.", count(summary.rules.failed, "rule")));
    }
    sentences
}

/// What could not be read, or that there was nothing of the kind.
pub fn unread(summary: &Summary) -> String {
    match (summary.events.unparsed, summary.problems.is_empty()) {
        (0, true) => "Every record that was found could be read.".to_owned(),
        (0, false) => {
            "Not everything could be read: an attack in the rest would not be seen.".to_owned()
        }
        (n, _) => format!(
            "{} could not be read: an attack in there would not be seen.",
            count(n, "record")
        ),
    }
}

/// How many a list holds that stops at 1,000.
pub fn listed(list: &[String], noun: &str) -> String {
    match list.len() as u64 {
        n @ 1_000.. => format!("{} {noun}s or more", number(n)),
        n => count(n, noun),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::tally::sample;

    fn summary(read: u64, unparsed: u64) -> Summary {
        let mut summary = Summary { files: 2, ..Summary::default() };
        summary.rules.loaded = 60;
        summary.events.read = read;
        summary.events.unparsed = unparsed;
        if read > 0 {
            summary.events.by_logsource.insert("windows/-/security".to_owned(), read);
        }
        summary
    }

    #[test]
    fn numbers_have_commas() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(count(1, "event"), "1 event");
        assert_eq!(devices(0, false), "a device that is not named");
        assert_eq!(devices(10_000, true), "10,000+ devices");
    }

    #[test]
    fn nothing_found_is_said_with_what_was_read() {
        let none = Tally::default();
        assert_eq!(verdict(&none, &summary(1_234, 0)), "No attack found in 1,234 events.");
        assert_eq!(
            verdict(&none, &summary(1_234, 2)),
            "No attack found in 1,234 events, but not everything could be checked."
        );
        assert_eq!(verdict(&none, &summary(0, 0)), "Nothing was checked: no event could be read.");
        let mut unknown = summary(9, 0);
        unknown.events.by_logsource = [("unknown".to_owned(), 9)].into();
        assert!(verdict(&none, &unknown).starts_with("Almost nothing was checked"));
    }

    #[test]
    fn what_was_found_is_said_by_level_and_device() {
        let mut tally = Tally::default();
        sample::four().iter().for_each(|detection| {
            tally.add(detection);
        });
        assert_eq!(
            verdict(&tally, &summary(9, 0)),
            "1 critical and 3 medium detections on 2 devices (1 with no device named)."
        );
    }

    #[test]
    fn coverage_says_what_was_not_looked_at() {
        let mut summary = summary(1_000, 1);
        summary.events.by_logsource.insert("unknown".to_owned(), 3);
        summary.problems.push("a.evtx: cut off".to_owned());
        insta::assert_snapshot!(coverage(&summary).join("\n"), @r#"
Looked at 1,000 events of 1 log source from 2 files, with 60 rules.
3 events were of a kind that is not known: most rules could not be tried.
1 record could not be read: an attack in there would not be seen.
What went wrong is listed at the end.
"#);
    }
}
