//! A Windows event as Windows renders it: XML, within a document or as text.
//!
//! In: the text of one `<Event>`. Out: fields in a draft, with the names that `evtx_dump` gives
//! them. Only what such events have of XML is read: elements, attributes, the five named
//! characters and numbered ones. Never: recursion, an entity or a name space looked up, more than
//! [`MAX_DEPTH`] elements within each other.
//! Format: Microsoft, "Event Schema".

use bumpalo::collections::String as BumpString;
use wardwatch_model::Value;

use crate::aliases::{concat, first_text, number_or_text};
use crate::draft::Draft;
use crate::error::RecordError;

/// Names under which documents carry the event.
const CARRIERS: [&str; 6] = ["message", "event.original", "Message", "xml", "_raw", "msg"];

/// Deepest nesting of elements that is followed.
const MAX_DEPTH: usize = 16;

const MARK: &str = "schemas.microsoft.com/win/2004/08/events/event";

/// The event that a document carries as text.
pub fn find<'b>(draft: &Draft<'b>) -> Option<&'b str> {
    CARRIERS.into_iter().find_map(|name| {
        // Decoding is left for what begins like one.
        let value = draft.get(name)?;
        let begins = match value {
            Value::Text(text) | Value::Escaped(text) => text.trim_start().starts_with("<Event"),
            _ => false,
        };
        let text = if begins { first_text(draft, name)? } else { return None };
        recognise(text).then_some(text.trim_start())
    })
}

/// Whether the text is such an event.
pub fn recognise(text: &str) -> bool {
    let text = text.trim_start();
    let head = text.find('>').and_then(|end| text.get(..end)).unwrap_or_default();
    head.starts_with("<Event") && head.contains(MARK)
}

fn broken(reason: &'static str) -> RecordError {
    RecordError::Format { format: "Windows event as XML", reason }
}

/// Adds the fields of an event.
///
/// # Errors
/// When the text ends too early, is no XML of this kind, or has too many fields.
pub fn flatten<'b>(text: &'b str, draft: &mut Draft<'b>) -> Result<(), RecordError> {
    let mut open: [&str; MAX_DEPTH] = [""; MAX_DEPTH];
    let mut depth = 0;
    let mut data_name = "";
    let mut rest = text;
    loop {
        let Some((before, tag)) = rest.split_once('<') else { return Err(broken("no end")) };
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").ok_or(broken("a comment has no end"))?.1;
            continue;
        }
        if let Some(plain) = tag.strip_prefix("![CDATA[") {
            let (plain, after) = plain.split_once("]]>").ok_or(broken("a section has no end"))?;
            element(open.get(..depth).unwrap_or_default(), data_name, plain, draft)?;
            rest = after;
            continue;
        }
        let (tag, after) = tag_end(tag).ok_or(broken("a tag has no end"))?;
        rest = after;
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let path = open.get(..depth).unwrap_or_default();
            if path.last() != Some(&name.trim()) {
                return Err(broken("an element ends that did not begin"));
            }
            element(path, data_name, before, draft)?;
            depth -= 1;
            if depth == 0 {
                return Ok(());
            }
            data_name = "";
            continue;
        }
        let (tag, empty) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let name_end = tag.find(|letter: char| letter.is_whitespace()).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at_checked(name_end).unwrap_or((tag, ""));
        *open.get_mut(depth).ok_or(RecordError::TooDeep { limit: MAX_DEPTH })? = name;
        depth += 1;
        let path = open.get(..depth).unwrap_or_default();
        data_name = attributes_of(path, attributes, draft)?;
        if empty {
            depth -= 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

/// A tag up to its `>`, which may also stand in an attribute's value.
fn tag_end(tag: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some((tag.get(..at)?, tag.get(at + 1..)?)),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Adds what attributes of `System`'s elements say; gives the `Name` of a `Data`.
fn attributes_of<'b>(
    path: &[&'b str],
    mut text: &'b str,
    draft: &mut Draft<'b>,
) -> Result<&'b str, RecordError> {
    let mut data_name = "";
    while let Some((name, tail)) = text.split_once('=') {
        let (name, tail) = (name.trim(), tail.trim_start());
        let quote = tail.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let quote = quote.ok_or(broken("an attribute's value has no quotes"))?;
        let inside = tail.get(1..).unwrap_or_default();
        let (value, behind) =
            inside.split_once(quote).ok_or(broken("an attribute's value has no end"))?;
        match path {
            // What `Qualifiers` says no rule asks for.
            [_, "System", "EventID"] => {}
            [_, "System", element] => {
                let field = concat(draft, &[element, "_", name]);
                let value = decoded(value, draft);
                draft.push_text(field, value)?;
            }
            [_, "EventData", "Data"] if name == "Name" => data_name = decoded(value, draft),
            _ => {}
        }
        text = behind;
    }
    Ok(data_name)
}

/// Adds what stands between an element's tags.
fn element<'b>(
    path: &[&'b str],
    data_name: &'b str,
    text: &'b str,
    draft: &mut Draft<'b>,
) -> Result<(), RecordError> {
    let name = match path {
        [_, "System", name] => name,
        [_, "EventData", "Data"] if data_name.is_empty() => "Data",
        [_, "EventData", "Data"] => data_name,
        [_, "EventData", "Binary"] => "Binary",
        // One element stands around the values.
        [_, "UserData", _, .., name] => name,
        [_, "RenderingInfo", "Message"] => "Message",
        _ => return Ok(()),
    };
    if text.trim().is_empty() && !path.contains(&"Data") {
        return Ok(());
    }
    let value = decoded(text, draft);
    match path.get(1) {
        Some(&"System") => draft.push(name, number_or_text(value)),
        _ => draft.push_text(name, value),
    }
}

/// Text with its named and numbered characters put in place.
fn decoded<'b>(text: &'b str, draft: &Draft<'b>) -> &'b str {
    if !text.contains('&') {
        return text;
    }
    let mut out = BumpString::with_capacity_in(text.len(), draft.arena);
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        match tail.split_once(';').and_then(|(name, after)| Some((character(name)?, after))) {
            Some((letter, after)) => {
                out.push(letter);
                rest = after;
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out.into_bump_str()
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#').filter(|number| number.len() <= 7)?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;
    use proptest::prelude::*;
    use wardwatch_model::SourceTable;

    use super::*;
    use crate::story::{lines, render};

    const EVENT: &str = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>\
        <System><Provider Name=\"Zz &amp; co\"/><EventID Qualifiers='0'>1102</EventID>\
        <TimeCreated SystemTime='2026-11-24T03:05:01.1Z'/><Channel>Security</Channel>\
        <Computer>zz-dc-01</Computer><Security/></System>";

    fn told(text: &str) -> String {
        let arena = Bump::new();
        let mut draft = Draft::new(&arena, 1);
        match flatten(text, &mut draft) {
            Ok(()) => render(draft, &SourceTable::default()),
            Err(error) => format!("{error}\n"),
        }
    }

    #[test]
    fn every_part_of_an_event_has_its_name() {
        let system = "
            Provider_Name=Zz & co
            EventID=1102
            TimeCreated_SystemTime=2026-11-24T03:05:01.1Z
            Channel=Security
            Computer=zz-dc-01
        ";
        for (rest, expected) in [
            ("<EventData/></Event>", ""),
            (
                "<EventData><!-- > --><Data Name='a>b'>1 &lt; &#x32;&#51; &no;</Data><Data/>\
                 <Data Name='e'></Data><Data><![CDATA[<x>]]></Data></EventData></Event> ",
                "a>b=1 < 23 &no;\ne=\nData=<x>\nData=\n",
            ),
            (
                "<UserData><LogFileCleared xmlns='x'><SubjectUserName>ngrant</SubjectUserName>\
                 </LogFileCleared></UserData><RenderingInfo Culture='en-GB'><Message>It was \
                 cleared.</Message><Level>Information</Level></RenderingInfo></Event>",
                "SubjectUserName=ngrant\nMessage=It was cleared.\n",
            ),
        ] {
            assert_eq!(told(&format!("{EVENT}{rest}")), lines(system) + expected, "{rest}");
        }
    }

    #[test]
    fn what_is_broken_is_said() {
        for (rest, reason) in [
            ("", "no end"),
            ("<EventData", "a tag has no end"),
            ("<EventData></Other>", "an element ends that did not begin"),
            ("<EventData a=b></EventData></Event>", "an attribute's value has no quotes"),
            ("<!-- ", "a comment has no end"),
        ] {
            let told = told(&format!("{EVENT}{rest}"));
            assert!(told.contains(reason), "{rest}: {told}");
        }
        assert!(told(&"<a>".repeat(100)).contains("16"));
        assert!(recognise(EVENT) && !recognise("<Event>") && !recognise("<Events xmlns='x'>"));
    }

    proptest! {
        #[test]
        fn never_panics(rest in "(</?(EventData|Data|UserData|x)( Name='[a-z&;#<>]{0,5}')?/?>|<!\\[CDATA\\[|\\]\\]>|[<>&;#x'é0-9]{0,4}){0,20}") {
            let _ = told(&format!("{EVENT}{rest}"));
            let _ = told(&rest);
        }
    }
}
