//! Rows outside the caller's own organisation, without the names of people.
//!
//! In: a batch of such rows. Out: the same with users' names replaced by keyed pseudonyms, in
//! users' folders and where the row's own user stands in a text; free text and body are left out
//! as a whole, since nobody can say which of their words are names.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder, new_null_array};
use datafusion::arrow::datatypes::DataType;
use wardwatch_model::{Column, OrgId};

/// What stands for users above their organisation.
pub trait Pseudonyms: Send + Sync {
    /// What stands for a user.
    fn user(&self, org: &OrgId, user: &str) -> String;
    /// A text without the names of users' folders and of this user.
    fn text(&self, org: &OrgId, user: Option<&str>, text: &str) -> String;
}

/// How a column is shown outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    AsItIs,
    Pseudonym,
    WithoutNames,
    Nothing,
}

fn shown(name: &str) -> Shown {
    let is = |column: Column| name == column.name();
    if is(Column::User) {
        Shown::Pseudonym
    } else if name == "body" || is(Column::Message) {
        Shown::Nothing
    } else if name == "source"
        || is(Column::Image)
        || is(Column::CommandLine)
        || is(Column::ParentImage)
        || is(Column::ParentCommandLine)
        || is(Column::TargetFile)
        || is(Column::RegistryKey)
        || is(Column::Service)
    {
        Shown::WithoutNames
    } else {
        Shown::AsItIs
    }
}

/// Whether a column is shown otherwise outside.
pub(crate) fn is_masked(name: &str) -> bool {
    shown(name) != Shown::AsItIs
}

/// A column with the rows that are outside masked. `home` says which are not.
pub(crate) fn column(
    name: &str,
    values: &ArrayRef,
    orgs: &[Option<OrgId>],
    users: Option<&ArrayRef>,
    pseudonyms: &dyn Pseudonyms,
) -> ArrayRef {
    let shown = shown(name);
    if shown == Shown::AsItIs || orgs.iter().all(Option::is_none) {
        return Arc::clone(values);
    }
    if shown == Shown::Nothing && orgs.iter().all(Option::is_some) {
        return new_null_array(&DataType::Utf8View, values.len());
    }
    let texts = values.as_string_view();
    let users = users.map(|users| users.as_string_view());
    let mut out = StringViewBuilder::with_capacity(values.len());
    for (at, outside) in orgs.iter().enumerate() {
        let value = (!texts.is_null(at)).then(|| texts.value(at));
        match (outside, value, shown) {
            (None, value, _) => out.append_option(value),
            (Some(_), None, _) | (Some(_), _, Shown::Nothing) => out.append_null(),
            (Some(org), Some(user), Shown::Pseudonym) => {
                out.append_value(pseudonyms.user(org, user));
            }
            (Some(org), Some(text), _) => {
                let user = users.filter(|users| !users.is_null(at)).map(|users| users.value(at));
                out.append_value(pseudonyms.text(org, user, text));
            }
        }
    }
    Arc::new(out.finish())
}
