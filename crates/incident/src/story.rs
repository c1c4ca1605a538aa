//! Headlines, and what happened told in two plain sentences.
//!
//! In: facts. Out: text for a reader who is no specialist (reading age about 11). Never: names of
//! users, or anything of another organisation.

use wardwatch_model::incident::Step;
use wardwatch_model::{Incident, Level, Timestamp};

use crate::{facts::Facts, tactic};

/// Longest headline in characters.
const LONGEST_HEADLINE: usize = 160;
/// Longest piece of advice in characters.
pub(crate) const LONGEST_ACTION: usize = 600;
/// Longest name of a device in a sentence.
const LONGEST_DEVICE: usize = 64;
/// How many devices a sentence names.
const NAMED_DEVICES: usize = 3;
/// How many tactics a sentence names.
const NAMED_TACTICS: usize = 4;

/// Text on one line, without control characters, cut to so many characters.
pub(crate) fn plain(text: &str, longest: usize) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        // Bytes are at least as many as characters; the exact cut follows.
        if out.len() > longest.saturating_mul(4) {
            break;
        }
    }
    match out.char_indices().nth(longest) {
        Some((cut, _)) => {
            out.truncate(cut);
            out.push('…');
            out
        }
        None => out,
    }
}

/// A rule's title as a headline: one phrase without its full stop.
pub(crate) fn headline(title: &str) -> String {
    let text = phrase(title, LONGEST_HEADLINE);
    if text.is_empty() { "Something unusual".to_owned() } else { text }
}

/// Text that ends no sentence of which it is a part.
fn phrase(text: &str, longest: usize) -> String {
    plain(text, longest).trim_end_matches(['.', ' ']).replace(". ", "; ")
}

/// The headline, and where.
pub(crate) fn title(headline: &str, devices: &[String], count: usize) -> String {
    format!("{headline}{}", place(devices, count))
}

/// The headline of a title that was made earlier.
pub(crate) fn headline_of(incident: &Incident) -> String {
    let title = incident.title.as_str();
    let told = place(&incident.devices, incident.devices.len());
    let found = title.strip_suffix(told.as_str()).filter(|_| !told.is_empty());
    found.or_else(|| title.rsplit_once(" on ").map(|(front, _)| front)).unwrap_or(title).to_owned()
}

fn place(devices: &[String], count: usize) -> String {
    match devices {
        [] => String::new(),
        [device] if count <= 1 => format!(" on {}", name(device)),
        _ => format!(" on {count} devices"),
    }
}

fn name(device: &str) -> String {
    phrase(device, LONGEST_DEVICE)
}

/// What happened, and what it means: two sentences.
pub(crate) fn story(facts: &Facts, elsewhere: bool) -> String {
    let when = when(facts.first, facts.last);
    let (verb, noun, says) = match facts.count {
        0 | 1 => ("was", "detection", "it says"),
        _ => ("were", "detections", "the most serious one says"),
    };
    let count = facts.count.max(1);
    let place = devices(facts);
    let headline = &facts.lead.headline;
    let meaning = meaning(&facts.path, facts.level);
    let others = if elsewhere { "Other organisations see the same, and it" } else { "It" };
    format!("{when} there {verb} {count} {noun}{place}; {says} “{headline}”. {others} {meaning}.")
}

fn when(first: Timestamp, last: Timestamp) -> String {
    let (day, time) = day_and_minute(first);
    let (last_day, last_time) = day_and_minute(last);
    if day != last_day {
        format!("From {day} at {time} to {last_day} at {last_time} UTC")
    } else if time != last_time {
        format!("On {day} between {time} and {last_time} UTC")
    } else {
        format!("On {day} at {time} UTC")
    }
}

/// `2017-05-12` and `10:02`.
fn day_and_minute(time: Timestamp) -> (String, String) {
    let text = time.to_string();
    let (day, clock) = text.split_once('T').unwrap_or((&text, ""));
    (day.to_owned(), clock.get(..5).unwrap_or(clock).to_owned())
}

fn devices(facts: &Facts) -> String {
    let count = facts.device_count();
    let names: Vec<String> =
        facts.devices.iter().take(NAMED_DEVICES).map(|device| name(device)).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] if count <= 1 => format!(" on {only}"),
        _ if count > names.len() => {
            format!(" on {count} devices ({} and others)", names.join(", "))
        }
        _ => format!(" on {count} devices ({})", listed(&names)),
    }
}

/// `a, b and c`.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}

fn meaning(path: &[Step], level: Level) -> String {
    let steps: Vec<&str> = path.iter().filter_map(|step| tactic::words(&step.tactic)).collect();
    // The end of the path says most; what was first is less sure.
    let shown = steps.get(steps.len().saturating_sub(NAMED_TACTICS)..).unwrap_or_default();
    let end = if level >= Level::High {
        "treat it as an attack until you know better"
    } else {
        "find out whether it was planned work"
    };
    match shown {
        [] => format!("does not show what anyone wants: {end}"),
        [only] => format!("looks as if someone is {only}: {end}"),
        [front @ .., last] => {
            format!("looks as if someone is {} and then {last}: {end}", front.join(", then "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_are_one_phrase_on_one_line() {
        assert_eq!(
            headline(" Files are\nbeing locked. Act now. "),
            "Files are being locked; Act now"
        );
        assert_eq!(headline("\u{7} \n. "), "Something unusual");
        assert_eq!(name("zz.. pc. . 01."), "zz.; pc; ; 01");
        assert_eq!(headline(&"é".repeat(900)).chars().count(), LONGEST_HEADLINE + 1);
    }

    #[test]
    fn a_title_says_where_and_can_be_taken_apart() {
        assert_eq!(title("A", &[], 0), "A");
        assert_eq!(title("A", &["ZZPC01".to_owned()], 1), "A on ZZPC01");
        assert_eq!(
            title("A", &["ZZPC01".to_owned(), "ZZPC02".to_owned()], 700),
            "A on 700 devices"
        );
    }

    #[test]
    fn times_are_told_as_short_as_they_can_be() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let (ten, later) = (at("2017-05-12T10:02:59Z"), at("2017-05-12T10:40:00Z"));
        assert_eq!(when(ten, ten), "On 2017-05-12 at 10:02 UTC");
        assert_eq!(when(ten, later), "On 2017-05-12 between 10:02 and 10:40 UTC");
        let next = at("2017-05-13T00:00:00Z");
        assert_eq!(when(ten, next), "From 2017-05-12 at 10:02 to 2017-05-13 at 00:00 UTC");
    }
}
