//! The arguments in EXECVE records: whole (`a1="x"`) or, when long, in numbered pieces
//! (`a1[0]=…`, `a1[1]=…`), which are joined, also across lines.

use bumpalo::collections::String as BumpString;
use wardwatch_model::Value;

use crate::audit::facts::Facts;
use crate::audit::keep;
use crate::draft::Draft;

/// Most arguments that become fields of their own; all are in the command line.
const MAX_ARGUMENTS: usize = 1_024;

/// Whether `name` is that of an argument or of a piece of one.
pub(super) fn is_argument(name: &str) -> bool {
    let Some(number) = name.strip_prefix('a') else { return false };
    let number = number.split_once('[').map_or(number, |(number, _)| number);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Collects the arguments of one event.
pub(super) struct Arguments<'b> {
    taken: usize,
    /// Name of the argument whose pieces are being joined, or nothing.
    joining: &'b str,
    joined: BumpString<'b>,
}

impl<'b> Arguments<'b> {
    pub(super) fn new(draft: &Draft<'b>) -> Self {
        Arguments { taken: 0, joining: "", joined: BumpString::new_in(draft.arena) }
    }

    /// Takes an argument, or a piece of one.
    pub(super) fn add(
        &mut self,
        name: &'b str,
        text: &'b str,
        draft: &mut Draft<'b>,
        facts: &mut Facts<'b>,
    ) {
        let base = name.split_once('[').map(|(base, _)| base);
        if base != Some(self.joining) {
            self.flush(draft, facts);
        }
        match base {
            Some(base) => {
                self.joining = base;
                self.joined.push_str(text);
            }
            None => self.take(name, text, draft, facts),
        }
    }

    /// Takes what is still being joined.
    pub(super) fn finish(mut self, draft: &mut Draft<'b>, facts: &mut Facts<'b>) {
        self.flush(draft, facts);
    }

    fn flush(&mut self, draft: &mut Draft<'b>, facts: &mut Facts<'b>) {
        if !self.joining.is_empty() {
            let empty = BumpString::new_in(draft.arena);
            let text = std::mem::replace(&mut self.joined, empty).into_bump_str();
            self.take(self.joining, text, draft, facts);
            self.joining = "";
        }
    }

    fn take(&mut self, name: &'b str, text: &'b str, draft: &mut Draft<'b>, facts: &mut Facts<'b>) {
        facts.argument(text);
        self.taken += 1;
        if self.taken <= MAX_ARGUMENTS {
            keep(draft, name, Value::Text(text));
        }
    }
}
