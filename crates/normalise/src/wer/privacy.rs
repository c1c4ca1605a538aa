//! What of a crash report may leave the machine: no user's name.
//!
//! In: a key or a value. Out: whether to drop the key; the value with `*` for the name of a
//! user's directory. Never: a decision about what is worth keeping.

use bumpalo::collections::String as BumpString;

use crate::draft::Draft;

/// Directories below which every user has one, in lower case.
const USER_ROOTS: [&str; 4] =
    ["users", "documents and settings", "docume~1", "dokumente und einstellungen"];

/// Parts of keys whose value is a user, in lower case.
const USER_KEYS: [&str; 6] = ["username", "userid", "usersid", "useraccount", "logonuser", "email"];

/// Whether a key's value is a user.
pub(super) fn names_a_user(key: &str) -> bool {
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let key = key.to_ascii_lowercase();
    USER_KEYS.iter().any(|part| key.contains(part))
}

/// The value with `*` for every directory name right below one of [`USER_ROOTS`].
pub(super) fn reduced<'b>(value: &'b str, draft: &Draft<'b>) -> &'b str {
    if !value.contains(is_divider) {
        return value;
    }
    let mut out = BumpString::with_capacity_in(value.len(), draft.arena);
    let mut below_root = false;
    let mut changed = false;
    for piece in value.split_inclusive(is_divider) {
        let part = piece.trim_end_matches(is_divider);
        let divider = piece.get(part.len()..).unwrap_or_default();
        // What a name can not hold on Windows ends it.
        let name_at = part.find(['"', '<', '>', '|']).unwrap_or(part.len());
        if below_root && name_at > 0 {
            changed = true;
            out.push('*');
            out.push_str(part.get(name_at..).unwrap_or_default());
        } else {
            out.push_str(part);
        }
        out.push_str(divider);
        // An empty part is a doubled divider: what follows is still below the root.
        below_root = part.is_empty() && below_root
            || USER_ROOTS.iter().any(|root| part.eq_ignore_ascii_case(root));
    }
    if changed { out.into_bump_str() } else { value }
}

fn is_divider(letter: char) -> bool {
    matches!(letter, '\\' | '/')
}
