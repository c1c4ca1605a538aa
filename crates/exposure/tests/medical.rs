//! Public advisories for medical devices: how many of their versions are understood, and whether a
//! device that bears a product's own name is found. The figures of docs/medical.md come from here.

#![allow(clippy::unwrap_used, reason = "helpers of tests state their expectations with unwrap")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use wardwatch_exposure::medical::range::Term;
use wardwatch_exposure::medical::{Device, Version, Versions, judge};
use wardwatch_feeds::landscape::{compile, read_folder};
use wardwatch_model::landscape::{MedicalAdvisory, MedicalProduct};
use wardwatch_model::{Day, ExposureStatus};

fn advisories() -> Option<Vec<MedicalAdvisory>> {
    let Some(feeds) = std::env::var_os("WARD_FEEDS").map(PathBuf::from) else {
        eprintln!("skipped: no feeds");
        return None;
    };
    let folder = read_folder(&feeds.join("csaf-medical")).unwrap();
    Some(compile(folder, Day(20_000)).0.medical)
}

fn form(text: &str) -> &'static str {
    match Versions::parse(text) {
        Versions::All => "all versions",
        Versions::Unclear => "not understood",
        Versions::Some(terms) => match &terms[..] {
            [Term::One(_)] => "one version",
            [Term::Begin(_)] => "all that begin so",
            [Term::Between(None, Some(_))] => "an upper bound",
            [Term::Between(Some(_), None)] => "a lower bound",
            [Term::Between(..)] => "two bounds",
            _ => "a list",
        },
    }
}

#[test]
fn most_versions_of_public_advisories_are_understood() {
    let Some(advisories) = advisories() else { return };
    let leaves: Vec<&MedicalProduct> = advisories.iter().flat_map(|one| &one.products).collect();
    let mut forms: BTreeMap<&str, usize> = BTreeMap::new();
    for leaf in &leaves {
        let form = form(&leaf.versions);
        *forms.entry(form).or_default() += 1;
        if form == "not understood" {
            println!("  {form}: {}", leaf.versions);
        }
    }
    println!("{} advisories, {} products with versions: {forms:?}", advisories.len(), leaves.len());
    let unclear = forms.get("not understood").copied().unwrap_or_default();
    assert!(unclear * 5 < leaves.len(), "{unclear} of {} are not understood", leaves.len());
}

#[test]
fn a_device_with_a_products_own_name_is_found_and_nothing_is_guessed() {
    let Some(advisories) = advisories() else { return };
    let mut found = BTreeMap::<&str, usize>::new();
    for product in advisories.iter().flat_map(|one| &one.products) {
        let device = |version| Device { vendor: &product.vendor, product: &product.name, version };
        let answers = judge(&advisories, &device(None));
        for (cve, _) in &product.statuses {
            let answer = answers.iter().find(|answer| answer.cve == *cve);
            let Some(answer) = answer else { panic!("not found: {product:?}") };
            assert!(!answer.reasons.is_empty());
            let open = matches!(answer.status, ExposureStatus::Exposed | ExposureStatus::Unknown);
            assert!(open, "{product:?}");
            let all = form(&product.versions) == "all versions";
            assert!(!all || answer.status == ExposureStatus::Exposed, "{product:?}");
            *found.entry(answer.status.as_str()).or_default() += 1;
        }
        // The advisory's own words for a version are never taken for another one.
        let own = judge(&advisories, &device(Some(&product.versions)));
        let closed = own.iter().filter(|answer| {
            product.statuses.iter().any(|(cve, _)| answer.cve == *cve)
                && answer.status == ExposureStatus::NotAffected
        });
        assert_eq!(closed.count(), 0, "{product:?}");
        // A version that is far above all is open only when all versions are.
        if Version::parse(&product.versions).is_some() {
            let far = judge(&advisories, &device(Some("987.65")));
            assert!(far.iter().all(|answer| answer.status != ExposureStatus::Fixed));
        }
    }
    println!("answers for devices without a version: {found:?}");
}
