//! What became of a list that comes whole: taken, or left for a newer one.

use wardwatch_model::Day;

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It was taken.
    Whole,
    /// It was taken in the place of an older one; which that was.
    InPlace(String),
    /// A newer one is there; which, and from when both are.
    TooOld(String),
}

impl Taken {
    /// Whether the file tells of its feed's state.
    pub fn used(&self) -> bool {
        !matches!(self, Taken::TooOld(_))
    }

    /// What people should know.
    pub fn note(&self) -> Option<&str> {
        match self {
            Taken::Whole => None,
            Taken::InPlace(note) | Taken::TooOld(note) => Some(note),
        }
    }
}

impl Taken {
    /// A list of one day, where one of a later day is known.
    pub fn too_old(newest: Option<Day>, known: Option<Day>) -> Taken {
        let said = |day: Option<Day>| day.map_or("no day".to_owned(), |day| day.to_string());
        Taken::TooOld(format!(
            "it is of {}, what is known of {}: not used",
            said(newest),
            said(known)
        ))
    }
}
