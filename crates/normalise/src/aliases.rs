//! A field's values under a second name, for formats whose names differ from Sigma's.
//!
//! In: a draft and a table from native name to alias. Out: the draft with the aliases behind its
//! native fields. Never: a native field changed or removed.

use bumpalo::collections::String as BumpString;
use wardwatch_model::{Field, Value};

use crate::draft::Draft;
use crate::error::RecordError;

/// Adds all values of every field that `alias_of` knows under the name that it gives, unless the
/// record itself has a field of that name.
///
/// # Errors
/// When the event has too many fields.
pub(crate) fn add<'b>(
    draft: &mut Draft<'b>,
    alias_of: impl Fn(&str) -> Option<&'static str>,
) -> Result<(), RecordError> {
    let native = draft.fields.len();
    for index in 0..native {
        let Some(&Field { name, value }) = draft.fields.get(index) else { break };
        let Some(alias) = alias_of(name) else { continue };
        let taken = draft.fields.iter().take(native).any(|field| field.name == alias);
        if !taken && !value.is_null() {
            draft.push(alias, value)?;
        }
    }
    Ok(())
}

/// A value's text for as long as the event lives, copied only when it has to be decoded.
pub(crate) fn text_of<'b>(draft: &Draft<'b>, value: Value<'b>) -> &'b str {
    match value {
        Value::Text(text) | Value::Number(text) => text,
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Null => "",
        Value::Escaped(_) => draft.keep(&value.text()),
    }
}

/// The text of a field's first value, or nothing.
pub(crate) fn first_text<'b>(draft: &Draft<'b>, name: &str) -> Option<&'b str> {
    draft.get(name).map(|value| text_of(draft, value))
}

/// `parts` one behind the other.
pub(crate) fn concat<'b>(draft: &Draft<'b>, parts: &[&str]) -> &'b str {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut out = BumpString::with_capacity_in(length, draft.arena);
    for part in parts {
        out.push_str(part);
    }
    out.into_bump_str()
}

/// Text as a number when it is nothing but digits, so that keywords do not look at it.
pub(crate) fn number_or_text(text: &str) -> Value<'_> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Value::Number(text)
    } else {
        Value::Text(text)
    }
}
