//! What it means that the catalogue has no row for a hole and a host's product.
//!
//! In: the catalogue, a product, a vulnerability. Out: not affected where the vendor looked and named
//! others, and where the product came out after the hole was closed; unknown where the vendor does not
//! look any more, or speaks of something else. Never: silence of a
//! vendor who has stopped looking, taken as good news: holes found after the end of support have no
//! rows for Windows XP.

use wardwatch_estate::product::released;
use wardwatch_model::{CveId, Day, ExposureStatus};

use crate::catalogue::Catalogue;
use crate::package::Release;

/// A vendor whose newest row for a product is so many days older than a vulnerability has stopped
/// looking: rows come every month.
const STOPPED_LOOKING_DAYS: i32 = 92;

/// A product that came out so many days after a hole was told of holds the fix: what is released is
/// built some weeks before.
const CONTAINED_AFTER_DAYS: i32 = 92;

/// The days on which the vendor's word about a product counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// The first and the last day of its rows; none when it has none.
    spoke: Option<(Day, Day)>,
    /// When the product came out.
    released: Option<Day>,
}

/// When the vendor looked at a product, and when that came out; none when neither is known.
pub fn looked(catalogue: &Catalogue, product: u32) -> Option<Looked> {
    let days = || {
        let holes = catalogue.holes(product).iter();
        holes.flat_map(|hole| catalogue.rows(hole)).map(|row| row.published)
    };
    let lifecycles = &catalogue.landscape().lifecycles;
    let released = released(catalogue.product_name(product), lifecycles);
    let spoke = days().min().zip(days().max());
    (spoke.is_some() || released.is_some()).then_some(Looked { spoke, released })
}

/// The answer for a vulnerability that a product has no row of. `published` is the first day on which
/// anybody told of it, `of_systems` whether the vendor lists it for any operating system.
pub fn absent(looked: Option<Looked>, published: Option<Day>, of_systems: bool) -> ExposureStatus {
    let (Some(looked), Some(published)) = (looked, published) else {
        return ExposureStatus::Unknown;
    };
    let looked_then = looked.spoke.is_some_and(|(first, last)| {
        published <= last.plus(STOPPED_LOOKING_DAYS)
            && published >= first.plus(-STOPPED_LOOKING_DAYS)
    });
    // Older than the product's first row: closed before it came out, or not looked for then.
    let came_later = looked.released.is_some_and(|day| published.plus(CONTAINED_AFTER_DAYS) < day);
    if of_systems && (came_later || looked_then) {
        ExposureStatus::NotAffected
    } else {
        ExposureStatus::Unknown
    }
}

/// The answer for a vulnerability of which neither a tracker nor an advisory spoke. `silent` is the release
/// whose tracker was asked for all source packages of a host.
pub fn untold(catalogue: &Catalogue, silent: Option<&Release>, cve: CveId) -> ExposureStatus {
    match silent.filter(|release| catalogue.trackers().know(release, cve)) {
        Some(_) => ExposureStatus::NotAffected,
        None => ExposureStatus::Unknown,
    }
}

/// What silence about a vulnerability says of a product, by the catalogue's name, and why. `silent` as above.
pub fn of(
    catalogue: &Catalogue,
    product: Option<&str>,
    silent: Option<&Release>,
    cve: CveId,
) -> (ExposureStatus, &'static str) {
    if untold(catalogue, silent, cve) == ExposureStatus::NotAffected {
        return (
            ExposureStatus::NotAffected,
            "the tracker has it in packages that are not installed",
        );
    }
    let Some(product) = product.and_then(|name| catalogue.product(name)) else {
        return (
            ExposureStatus::Unknown,
            "no feed speaks of what it runs, or that could not be told",
        );
    };
    let Some(place) = catalogue.vulnerability_place(cve) else {
        return (ExposureStatus::Unknown, "no feed knows this vulnerability");
    };
    let of_systems = catalogue.is_of_systems(place);
    let status = absent(looked(catalogue, product), catalogue.first_day(place), of_systems);
    let why = match status {
        ExposureStatus::NotAffected => {
            "the vendor lists it for other systems and not for this one, which it looked at or which \
             came out after the fix"
        }
        _ => "the vendor does not list it for this system, and may not have looked",
    };
    (status, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_who_has_stopped_looking_says_nothing() {
        let day = |text: &str| Day::parse(text).unwrap();
        let spoke = |first, last| Some((day(first), day(last)));
        let xp = Some(Looked { spoke: spoke("2008-11-11", "2014-05-01"), released: None });
        let told = |published| absent(xp, Some(day(published)), true);
        assert_eq!(told("2012-03-13"), ExposureStatus::NotAffected);
        assert_eq!(told("2021-07-01"), ExposureStatus::Unknown);
        // What came out later holds the fix, however short the vendor has looked at it.
        let ten = Looked { spoke: spoke("2018-11-13", "2021-01-01"), released: None };
        let later = Looked { released: Some(day("2018-11-13")), ..ten };
        let came = Some(later);
        assert_eq!(absent(Some(ten), Some(day("2017-03-14")), true), ExposureStatus::Unknown);
        assert_eq!(absent(came, Some(day("2017-03-14")), true), ExposureStatus::NotAffected);
        assert_eq!(absent(came, Some(day("2022-03-14")), true), ExposureStatus::Unknown);
        assert_eq!(absent(came, Some(day("2017-03-14")), false), ExposureStatus::Unknown);
        // Nor needs it any row for that; but of what was found later it says nothing.
        let silent = Some(Looked { spoke: None, ..later });
        assert_eq!(absent(silent, Some(day("2017-03-14")), true), ExposureStatus::NotAffected);
        assert_eq!(absent(silent, Some(day("2018-11-20")), true), ExposureStatus::Unknown);
        assert_eq!(absent(xp, None, true), ExposureStatus::Unknown);
        assert_eq!(absent(None, Some(day("2012-03-13")), true), ExposureStatus::Unknown);
        assert_eq!(absent(xp, Some(day("2012-03-13")), false), ExposureStatus::Unknown);
    }
}
