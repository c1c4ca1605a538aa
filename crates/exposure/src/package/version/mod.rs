//! Which of two versions of a package is the later one, by the rules of its packager.

mod deb;
mod rpm;

use std::cmp::Ordering;

/// Who made a package, and so how its versions are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Packager {
    /// `dpkg`.
    Dpkg,
    /// `rpm`.
    Rpm,
}

impl Packager {
    /// Compares two versions as the packager does.
    pub fn compare(self, one: &str, other: &str) -> Ordering {
        match self {
            Packager::Dpkg => deb::compare(one, other),
            Packager::Rpm => rpm::compare(one, other),
        }
    }
}
