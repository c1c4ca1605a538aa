//! A JSON record to flat fields, borrowed from its text.
//!
//! Written here rather than taken from a library because it is the hot path: it skips what nobody
//! asks for, leaves strings undecoded until a rule looks at them, and names fields as rules do
//! (docs/decisions/0003-json-scanner.md has the measurements). In: one JSON object as text. Out:
//! fields in a draft; nested names are joined by dots, lists become repeated fields, and the
//! `Event` of a Windows record is unwrapped to its native names. Never: recursion deeper than
//! [`MAX_DEPTH`], a field lost without an error. Tests and a fuzz target hold it to serde_json.

use bumpalo::Bump;
use wardwatch_model::Value;

use crate::draft::Draft;
use crate::error::RecordError;

/// Deepest nesting of objects and lists that is followed.
pub const MAX_DEPTH: usize = 64;

/// What the record's outermost names say of its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// Names stand as they are.
    None,
    /// It was a Windows `Event` with `System` and `EventData` or `UserData`.
    WindowsEvent,
}

/// How the names of an object's members are made.
#[derive(Clone, Copy)]
enum Scope<'b> {
    /// The record itself.
    Root,
    /// Joined to this by a dot.
    Below(&'b str),
    /// Inside `Event`.
    WindowsEvent,
    /// Inside `Event.System`.
    WindowsSystem,
    /// Inside `Event.System.NAME`: attributes become `NAME_Attribute`.
    WindowsElement(&'b str),
    /// Inside `Event.EventData`: bare names.
    WindowsData,
    /// Inside `Event.UserData`: the one element in it is unwrapped.
    WindowsUser,
    /// Attributes that nobody needs.
    Skip,
}

/// Adds the fields of a JSON object to a draft.
///
/// # Errors
/// When the text is not one JSON object, or exceeds a limit. Fields before the error stay in the
/// draft.
pub fn flatten<'b>(text: &'b str, draft: &mut Draft<'b>) -> Result<Wrapping, RecordError> {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), at: 0, wrapping: Wrapping::None };
    scanner.blanks();
    if scanner.peek() != Some(b'{') {
        return Err(scanner.error("an object was expected"));
    }
    scanner.object(Scope::Root, 0, draft)?;
    scanner.blanks();
    if scanner.at != scanner.bytes.len() {
        return Err(scanner.error("text behind the object"));
    }
    Ok(scanner.wrapping)
}

struct Scanner<'b> {
    text: &'b str,
    bytes: &'b [u8],
    at: usize,
    wrapping: Wrapping,
}

impl<'b> Scanner<'b> {
    fn error(&self, reason: &'static str) -> RecordError {
        RecordError::Json { at: self.at, reason }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// An object whose `{` is next.
    fn object(
        &mut self,
        scope: Scope<'b>,
        depth: usize,
        draft: &mut Draft<'b>,
    ) -> Result<(), RecordError> {
        if depth >= MAX_DEPTH {
            return Err(RecordError::TooDeep { limit: MAX_DEPTH });
        }
        self.at += 1;
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("a name in quotes was expected"));
            }
            let key = match self.string()? {
                Value::Text(text) => text,
                escaped => draft.keep(&escaped.text()),
            };
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.error("':' was expected"));
            }
            self.at += 1;
            self.blanks();
            self.member(scope, key, depth, draft)?;
            self.blanks();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.blanks();
                }
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.error("',' or '}' was expected")),
            }
        }
    }

    /// A member's value, named by its scope.
    fn member(
        &mut self,
        scope: Scope<'b>,
        key: &'b str,
        depth: usize,
        draft: &mut Draft<'b>,
    ) -> Result<(), RecordError> {
        match self.peek() {
            Some(b'{') => {
                let inner = self.inner_scope(scope, key, draft.arena);
                self.object(inner, depth + 1, draft)
            }
            Some(b'[') => {
                if depth + 1 >= MAX_DEPTH {
                    return Err(RecordError::TooDeep { limit: MAX_DEPTH });
                }
                self.list(scope, key, depth + 1, draft)
            }
            _ => {
                let value = self.scalar()?;
                match name(scope, key, draft.arena) {
                    Some(name) => draft.push(name, value),
                    None => Ok(()),
                }
            }
        }
    }

    /// A list whose `[` is next: each element under the list's own name.
    fn list(
        &mut self,
        scope: Scope<'b>,
        key: &'b str,
        depth: usize,
        draft: &mut Draft<'b>,
    ) -> Result<(), RecordError> {
        self.at += 1;
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.member(scope, key, depth, draft)?;
            self.blanks();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.blanks();
                }
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.error("',' or ']' was expected")),
            }
        }
    }

    fn inner_scope(&mut self, scope: Scope<'b>, key: &'b str, arena: &'b Bump) -> Scope<'b> {
        match (scope, key) {
            (Scope::Root, "Event") => {
                self.wrapping = Wrapping::WindowsEvent;
                Scope::WindowsEvent
            }
            (Scope::WindowsEvent, "System") => Scope::WindowsSystem,
            (Scope::WindowsEvent, "EventData") => Scope::WindowsData,
            (Scope::WindowsEvent, "UserData") => Scope::WindowsUser,
            (Scope::WindowsSystem, key) => Scope::WindowsElement(key),
            (Scope::WindowsElement(name), "#attributes" | "attributes") => {
                Scope::WindowsElement(name)
            }
            (Scope::WindowsEvent | Scope::WindowsUser | Scope::WindowsData, "#attributes") => {
                Scope::Skip
            }
            (Scope::WindowsUser, _) => Scope::WindowsData,
            (Scope::Skip, _) => Scope::Skip,
            (Scope::Root | Scope::WindowsData | Scope::WindowsEvent, key) => {
                Scope::Below(strip_spaces(key, arena))
            }
            (Scope::Below(prefix), "#text") => Scope::Below(prefix),
            (Scope::Below(prefix) | Scope::WindowsElement(prefix), key) => {
                Scope::Below(join(prefix, '.', key, arena))
            }
        }
    }

    #[inline]
    fn scalar(&mut self) -> Result<Value<'b>, RecordError> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => Ok(self.number()),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err(self.error("a value was expected")),
            None => Err(self.error("the text ends too early")),
        }
    }

    fn word(&mut self, word: &str, value: Value<'b>) -> Result<Value<'b>, RecordError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.error("a value was expected"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Value<'b> {
        let start = self.at;
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.peek() {
            self.at += 1;
        }
        Value::Number(&self.text[start..self.at])
    }

    /// A string whose `"` is next. Eight bytes are looked at at once; after the first backslash
    /// it is the first quote that an even number of backslashes stands before.
    #[inline]
    fn string(&mut self) -> Result<Value<'b>, RecordError> {
        let start = self.at + 1;
        let mut at = start;
        while let Some(word) = self.bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*word);
            let (quote, slash) = (first(word, b'"'), first(word, b'\\'));
            if quote < slash {
                return Ok(Value::Text(self.end_string(start, at + quote)));
            }
            if slash < 8 {
                return self.escaped_string(start, at + slash);
            }
            at += 8;
        }
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'"' => return Ok(Value::Text(self.end_string(start, at))),
                b'\\' => return self.escaped_string(start, at),
                _ => at += 1,
            }
        }
        Err(self.error("the text ends within a string"))
    }

    fn end_string(&mut self, start: usize, end: usize) -> &'b str {
        self.at = end + 1;
        &self.text[start..end]
    }

    /// The rest of a string whose first backslash stands at `slash`.
    fn escaped_string(&mut self, start: usize, slash: usize) -> Result<Value<'b>, RecordError> {
        let mut from = slash;
        loop {
            let Some(found) = memchr::memchr(b'"', &self.bytes[from..]) else {
                return Err(self.error("the text ends within a string"));
            };
            let end = from + found;
            let slashes =
                self.bytes[start..end].iter().rev().take_while(|byte| **byte == b'\\').count();
            if slashes % 2 == 0 {
                return Ok(Value::Escaped(self.end_string(start, end)));
            }
            from = end + 1;
        }
    }
}

/// Where a byte first stands in a word, 8 when it does not ("determine if a word has a byte equal
/// to n", Sean Anderson's bit hacks, public domain).
#[inline]
fn first(word: u64, byte: u8) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let differs = word ^ (EACH * u64::from(byte));
    let found = differs.wrapping_sub(EACH) & !differs & (0x80 * EACH);
    found.trailing_zeros() as usize / 8
}

/// The name of a scalar member; `None` for those nobody needs.
#[inline]
fn name<'b>(scope: Scope<'b>, key: &'b str, arena: &'b Bump) -> Option<&'b str> {
    match scope {
        Scope::Root | Scope::WindowsSystem | Scope::WindowsData => Some(strip_spaces(key, arena)),
        Scope::Below(prefix) | Scope::WindowsElement(prefix) if key == "#text" => Some(prefix),
        Scope::Below(prefix) => Some(join(prefix, '.', key, arena)),
        Scope::WindowsElement(prefix) => Some(join(prefix, '_', key, arena)),
        Scope::WindowsEvent | Scope::WindowsUser => Some(strip_spaces(key, arena)),
        Scope::Skip => None,
    }
}

/// Field names have no spaces (Sigma specification 2.1, "Field name conventions").
#[inline]
fn strip_spaces<'b>(key: &'b str, arena: &'b Bump) -> &'b str {
    if !key.as_bytes().contains(&b' ') {
        return key;
    }
    let mut name = bumpalo::collections::String::with_capacity_in(key.len(), arena);
    name.extend(key.chars().filter(|c| *c != ' '));
    name.into_bump_str()
}

fn join<'b>(prefix: &str, mark: char, key: &str, arena: &'b Bump) -> &'b str {
    let mut name =
        bumpalo::collections::String::with_capacity_in(prefix.len() + key.len() + 1, arena);
    name.push_str(prefix);
    name.push(mark);
    name.extend(key.chars().filter(|c| *c != ' '));
    name.into_bump_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(text: &str) -> Result<Vec<String>, RecordError> {
        let arena = Bump::new();
        let mut draft = Draft::new(&arena, 0);
        flatten(text, &mut draft)?;
        Ok(draft.fields.iter().map(|f| format!("{}={}", f.name, f.value.text())).collect())
    }

    #[test]
    fn nested_names_are_joined_and_lists_repeated() {
        let text =
            r#" {"a": 1, "b c": "x\\y", "d": {"e": [true, {"f": null}], "g": {}}, "h": []} "#;
        assert_eq!(fields(text).unwrap(), ["a=1", r"bc=x\y", "d.e=true", "d.e.f="]);
    }

    #[test]
    fn a_windows_event_is_unwrapped() {
        let text = r##"{"Event":{"#attributes":{"xmlns":"u"},"System":{"Provider":{"#attributes":
            {"Name":"P"}},"EventID":{"#attributes":{"Qualifiers":1},"#text":7},"Channel":"C"},
            "EventData":{"Data":{"#text":["x","y"]},"Source Name":"s"},
            "UserData":{"LogFileCleared":{"#attributes":{"xmlns":"v"},"SubjectUserName":"u"}}}}"##;
        assert_eq!(
            fields(text).unwrap(),
            [
                "Provider_Name=P",
                "EventID_Qualifiers=1",
                "EventID=7",
                "Channel=C",
                "Data=x",
                "Data=y",
                "SourceName=s",
                "SubjectUserName=u"
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for text in [
            "",
            "[]",
            "{",
            "{\"a\"",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1}x",
            "{\"a\":\"\\\"}",
            "{\"a\":tru}",
        ] {
            assert!(matches!(fields(text), Err(RecordError::Json { .. })), "{text}");
        }
        let deep = format!("{}1{}", "{\"a\":".repeat(1000), "}".repeat(1000));
        assert_eq!(fields(&deep), Err(RecordError::TooDeep { limit: MAX_DEPTH }));
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
        assert_eq!(fields(&deep), Err(RecordError::TooDeep { limit: MAX_DEPTH }));
        let wide: Vec<String> = (0..5000).map(|n| format!("\"f{n}\":1")).collect();
        assert!(matches!(
            fields(&format!("{{{}}}", wide.join(","))),
            Err(RecordError::TooManyFields { .. })
        ));
    }

    /// What serde_json makes of the same text, flattened alike.
    fn plainly(value: &serde_json::Value, name: &str, out: &mut Vec<(String, String)>) {
        use serde_json::Value as Json;
        match value {
            Json::Object(map) => {
                for (key, value) in map {
                    let key = key.replace(' ', "");
                    let name = if name.is_empty() { key } else { format!("{name}.{key}") };
                    plainly(value, &name, out);
                }
            }
            Json::Array(list) => list.iter().for_each(|value| plainly(value, name, out)),
            Json::String(text) => out.push((name.to_owned(), text.clone())),
            Json::Null => out.push((name.to_owned(), String::new())),
            other => out.push((name.to_owned(), other.to_string())),
        }
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "\\PC{0,8}".prop_map(Into::into),
            r#"[\\"/a\n]{0,6}"#.prop_map(Into::into),
        ];
        let tree = leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map("[a-d\"\\\\]{1,3}", inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        });
        prop::collection::btree_map("[a-d\"\\\\]{1,3}", tree, 0..5)
            .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(value in json()) {
            let mut expected = Vec::new();
            plainly(&value, "", &mut expected);
            let text = serde_json::to_string(&value).unwrap();
            let arena = Bump::new();
            let mut draft = Draft::new(&arena, 0);
            flatten(&text, &mut draft).unwrap();
            let found: Vec<_> = draft
                .fields
                .iter()
                .map(|field| (field.name.to_owned(), field.value.text().into_owned()))
                .collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn never_panics(text in r#"[\[\]{}",:\\a1tn -]{0,40}"#) {
            let _ = fields(&text);
        }
    }
}
