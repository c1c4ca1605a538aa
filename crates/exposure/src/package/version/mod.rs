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

/// For tests: each pair in the order that its sign says, either way round.
#[cfg(test)]
fn stand(compare: fn(&str, &str) -> Ordering, pairs: &[(&str, char, &str)]) {
    for (one, order, other) in pairs {
        let told = match compare(one, other) {
            Ordering::Less => '<',
            Ordering::Equal => '=',
            Ordering::Greater => '>',
        };
        assert_eq!(told, *order, "{one} {other}");
        assert_eq!(compare(other, one), compare(one, other).reverse(), "{one} {other}");
    }
}
