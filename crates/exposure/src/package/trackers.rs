//! What trackers say, by release and source package.
//!
//! In: a landscape's rows. Out: those of a release's source package, in the landscape's order. Never: a row of
//! another release.

use rustc_hash::{FxHashMap, FxHashSet};
use wardwatch_model::CveId;
use wardwatch_model::landscape::PackageFix;

use super::Release;

/// The index: places of rows by distribution and release.
#[derive(Debug, Default)]
pub struct Trackers(FxHashMap<String, FxHashMap<String, Tracker>>);

/// What is said of one release.
#[derive(Debug, Default)]
struct Tracker {
    by_source: FxHashMap<String, Vec<u32>>,
    vulnerabilities: FxHashSet<CveId>,
}

impl Trackers {
    /// An index of these rows.
    pub fn new(rows: &[PackageFix]) -> Self {
        let mut trackers = Trackers::default();
        for (place, row) in (0u32..).zip(rows) {
            let releases = trackers.0.entry(row.distribution.clone()).or_default();
            let tracker = releases.entry(row.release.clone()).or_default();
            tracker.by_source.entry(row.source.clone()).or_default().push(place);
            tracker.vulnerabilities.insert(row.cve);
        }
        trackers
    }

    /// Whether there is any row of a release.
    pub fn speak_of(&self, release: &Release) -> bool {
        self.of(release).next().is_some()
    }

    /// Whether a release's tracker knows a vulnerability, in whatever package.
    pub fn know(&self, release: &Release, cve: CveId) -> bool {
        self.of(release).any(|tracker| tracker.vulnerabilities.contains(&cve))
    }

    /// The rows of a source package, by all names that it may have.
    pub fn rows<'r>(
        &self,
        rows: &'r [PackageFix],
        release: &Release,
        names: &[&str],
    ) -> Vec<&'r PackageFix> {
        let of = |tracker: &'_ Tracker| {
            let lists = names.iter().filter_map(|name| tracker.by_source.get(*name));
            lists.flatten().copied().collect::<Vec<u32>>()
        };
        let mut places: Vec<u32> = self.of(release).flat_map(of).collect();
        places.sort_unstable();
        places.dedup();
        places.iter().filter_map(|place| rows.get(*place as usize)).collect()
    }

    fn of(&self, release: &Release) -> impl Iterator<Item = &Tracker> {
        let releases = self.0.get(&release.distribution);
        releases
            .into_iter()
            .flat_map(|releases| release.names.iter().filter_map(move |name| releases.get(name)))
    }
}
