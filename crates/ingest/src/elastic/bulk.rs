//! The body of an Elastic `_bulk` request: lines of actions, each with its document.
//!
//! In: the bytes. Out: one item for each action, in order, with its document or why it is not
//! taken. Never: a broken line that takes its neighbours with it.
//! Format: Elasticsearch reference, "Bulk API".

use std::borrow::Cow;

use serde::Deserialize;

/// What a client wants done with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Keep it.
    Index,
    /// Keep it as new.
    Create,
    /// Change one that is there: not done here.
    Update,
    /// Remove one that is there: not done here.
    Delete,
}

impl Action {
    /// Its word in requests and answers.
    pub fn word(self) -> &'static str {
        match self {
            Action::Index => "index",
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
        }
    }
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// What is asked.
    pub action: Action,
    /// The index that it names itself.
    pub index: Option<Cow<'a, str>>,
    /// The document's name, when the client gives one.
    pub id: Option<String>,
    /// The document, one JSON object on one line; or why it is not taken.
    pub document: Result<&'a str, ItemError>,
}

/// Why one document is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// The action's line cannot be read.
    #[error("malformed action line: {0}")]
    Action(String),
    /// The document is no JSON object.
    #[error("failed to parse document: {0}")]
    Document(String),
    /// There is no document behind the action.
    #[error("no document behind the action")]
    Missing,
    /// The document is too long.
    #[error("document of {bytes} bytes, at most {limit} are taken")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// Most bytes.
        limit: usize,
    },
    /// Documents are kept as they came.
    #[error("only index and create are taken: what was kept is never changed")]
    NotDone,
}

/// There are more actions than a request may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("more than {limit} actions in one request")]
pub struct TooMany {
    /// Most actions.
    pub limit: usize,
}

/// Splits a body into its items.
///
/// # Errors
/// When there are more than `most_items`.
pub fn parse(
    body: &[u8],
    most_items: usize,
    record_bytes: usize,
) -> Result<Vec<Item<'_>>, TooMany> {
    let mut items = Vec::new();
    let mut lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).peekable();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        if items.len() >= most_items {
            return Err(TooMany { limit: most_items });
        }
        items.push(match parse_action(line) {
            Ok((Action::Delete, meta)) => Item::of(Action::Delete, meta, Err(ItemError::NotDone)),
            Ok((Action::Update, meta)) => {
                lines.next();
                Item::of(Action::Update, meta, Err(ItemError::NotDone))
            }
            Ok((action, meta)) => {
                let document = match lines.next() {
                    None => Err(ItemError::Missing),
                    Some(line) => parse_document(line, record_bytes),
                };
                Item::of(action, meta, document)
            }
            Err(error) => {
                // What follows is the document of the broken action, unless it is an action.
                if lines.peek().is_some_and(|next| parse_action(next).is_err()) {
                    lines.next();
                }
                Item::of(Action::Index, Meta::default(), Err(ItemError::Action(error)))
            }
        });
    }
    Ok(items)
}

impl<'a> Item<'a> {
    fn of(action: Action, meta: Meta<'a>, document: Result<&'a str, ItemError>) -> Self {
        let id = meta.id.map(|id| match id {
            Id::Text(text) => text.chars().take(512).collect(),
            Id::Number(number) => number.to_string(),
        });
        Item { action, index: meta.index, id, document }
    }
}

#[derive(Default, Deserialize)]
struct Meta<'a> {
    #[serde(borrow, default, rename = "_index")]
    index: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "_id")]
    id: Option<Id<'a>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Number(i64),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ActionLine<'a> {
    Index(#[serde(borrow)] Option<Meta<'a>>),
    Create(#[serde(borrow)] Option<Meta<'a>>),
    Update(#[serde(borrow)] Option<Meta<'a>>),
    Delete(#[serde(borrow)] Option<Meta<'a>>),
}

/// Longest line of an action.
const MAX_ACTION_BYTES: usize = 8 << 10;

fn parse_action(line: &[u8]) -> Result<(Action, Meta<'_>), String> {
    if line.len() > MAX_ACTION_BYTES {
        return Err(format!("{} bytes long, at most {MAX_ACTION_BYTES} are read", line.len()));
    }
    let line = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let (action, meta) = match line {
        ActionLine::Index(meta) => (Action::Index, meta),
        ActionLine::Create(meta) => (Action::Create, meta),
        ActionLine::Update(meta) => (Action::Update, meta),
        ActionLine::Delete(meta) => (Action::Delete, meta),
    };
    Ok((action, meta.unwrap_or_default()))
}

fn parse_document(line: &[u8], limit: usize) -> Result<&str, ItemError> {
    if line.len() > limit {
        return Err(ItemError::TooLong { bytes: line.len(), limit });
    }
    let broken = |reason: String| ItemError::Document(reason);
    let text = std::str::from_utf8(line).map_err(|error| broken(error.to_string()))?;
    if !text.starts_with('{') {
        return Err(broken("a JSON object was expected".to_owned()));
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text),
        Err(error) => Err(broken(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(body: &str) -> Vec<String> {
        let tell = |item: &Item<'_>| {
            let place = (item.index.as_deref().unwrap_or("-"), item.id.as_deref().unwrap_or("-"));
            let outcome = match &item.document {
                Ok(document) => (*document).to_owned(),
                Err(error) => format!("! {error}"),
            };
            format!("{} {} {} {outcome}", item.action.word(), place.0, place.1)
        };
        parse(body.as_bytes(), 100, 40).unwrap().iter().map(tell).collect()
    }

    #[test]
    fn a_broken_line_fails_only_itself() {
        let body = "\n{\"create\":{\"_index\":\"wl\",\"_id\":7}}\r\n{\"a\":1}\r\n\
            {\"index\":{}}\n{\"a\":\n\
            {\"index\":{\"_id\":\"x\",\"pipeline\":\"p\"}}\n{\"b\":2}\n\
            {\"delete\":{\"_id\":\"x\"}}\n\
            {\"update\":{\"_id\":\"x\"}}\n{\"doc\":{}}\n\
            {\"invent\":{}}\n{\"c\":3}\n\
            {\"index\":\n\
            {\"index\":{}}\n[1]\n\
            {\"index\":{}}\n{\"long\":\"0123456789012345678901234567890123456789\"}\n\
            {\"create\":null}\n{\"d\":4}\n\
            {\"index\":{}}";
        assert_eq!(
            told(body),
            [
                "create wl 7 {\"a\":1}",
                "index - - ! failed to parse document: EOF while parsing a value at line 1 column 5",
                "index - x {\"b\":2}",
                "delete - x ! only index and create are taken: what was kept is never changed",
                "update - x ! only index and create are taken: what was kept is never changed",
                "index - - ! malformed action line: unknown variant `invent`, expected one of \
                 `index`, `create`, `update`, `delete` at line 1 column 9",
                "index - - ! malformed action line: EOF while parsing a value at line 1 column 9",
                "index - - ! failed to parse document: a JSON object was expected",
                "index - - ! document of 51 bytes, at most 40 are taken",
                "create - - {\"d\":4}",
                "index - - ! no document behind the action",
            ]
        );
    }

    #[test]
    fn there_is_a_most_of_actions() {
        let body = "{\"index\":{}}\n{}\n".repeat(3);
        assert_eq!(parse(body.as_bytes(), 2, 10), Err(TooMany { limit: 2 }));
        assert_eq!(parse(body.as_bytes(), 3, 10).map(|items| items.len()), Ok(3));
    }

    proptest! {
        #[test]
        fn never_panics(body in "(\\{\"(index|create|delete)\":\\{\\}\\}|[{}\":a,\n\\[\\]]{0,8}|\n){0,30}") {
            let _ = parse(body.as_bytes(), 1_000, 100);
        }

        #[test]
        fn never_panics_on_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body, 1_000, 100);
        }
    }
}
