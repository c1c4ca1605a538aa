//! Lists in pages, with cursors that callers hand back unread.
//!
//! In: a cursor's text. Out: the values to go on from. Never: offsets, which would shift under
//! writers.

use crate::error::StoreError;

/// The most items on a page, whatever is asked for.
const MAX_ITEMS: u32 = 1000;

/// A cursor's numbers, then what is left of it.
type Place<const N: usize, T> = ([i64; N], T);

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The `next` of the page before; none for the first.
    pub after: Option<String>,
    /// How many items at most; cut to between 1 and 1000.
    pub limit: u32,
}

impl Default for Page {
    fn default() -> Self {
        Page { after: None, limit: 100 }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Paged<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

impl Page {
    /// How many items to give.
    pub(crate) fn size(&self) -> usize {
        self.limit.clamp(1, MAX_ITEMS) as usize
    }

    /// How many rows to read: one more than are given, to know whether there is a next page.
    pub(crate) fn rows(&self) -> i64 {
        self.size() as i64 + 1
    }

    /// The cursor's numbers and its text.
    pub(crate) fn cursor<const N: usize>(&self) -> Result<Option<Place<N, String>>, StoreError> {
        let Some(text) = &self.after else { return Ok(None) };
        let mut parts = text.splitn(N + 1, '.');
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number =
                parts.next().and_then(|part| part.parse().ok()).ok_or(StoreError::BadCursor)?;
        }
        let rest = parts.next().ok_or(StoreError::BadCursor)?;
        Ok(Some((numbers, rest.to_owned())))
    }

    /// The cursor's numbers and its identifier.
    pub(crate) fn cursor_id<const N: usize>(
        &self,
    ) -> Result<Option<Place<N, Vec<u8>>>, StoreError> {
        let Some((numbers, text)) = self.cursor::<N>()? else { return Ok(None) };
        let id: wardwatch_model::EventId = text.parse().map_err(|_| StoreError::BadCursor)?;
        Ok(Some((numbers, id.0.to_vec())))
    }

    /// A page out of one row more than it holds; `cursor` names the last item's place.
    pub(crate) fn cut<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> String) -> Paged<T> {
        let more = items.len() > self.size();
        items.truncate(self.size());
        let next = if more { items.last().map(cursor) } else { None };
        Paged { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_comes_back_as_its_parts() {
        let page = Page { after: Some("-5.7.a.b".to_owned()), limit: 3 };
        assert_eq!(page.cursor::<2>().unwrap(), Some(([-5, 7], "a.b".to_owned())));
        assert!(matches!(page.cursor::<3>(), Err(StoreError::BadCursor)));
    }

    #[test]
    fn the_last_page_has_no_next() {
        let page = Page { after: None, limit: 2 };
        assert_eq!(page.cut(vec![1, 2], i32::to_string).next, None);
        let cut = page.cut(vec![1, 2, 3], i32::to_string);
        assert_eq!((cut.items, cut.next), (vec![1, 2], Some("2".to_owned())));
    }

    proptest! {
        #[test]
        fn cursors_never_panic(text in any::<String>()) {
            let page = Page { after: Some(text), limit: 1 };
            let _ = page.cursor_id::<2>();
            let _ = page.cursor::<1>();
        }
    }
}
