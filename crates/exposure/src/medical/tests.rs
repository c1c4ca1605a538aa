//! Made-up advisories against made-up devices.

use wardwatch_model::landscape::Remedy;

use super::*;

const HOLE: CveId = CveId { year: 2999, number: 1 };

fn product(vendor: &str, name: &str, versions: &str, status: MedicalStatus) -> MedicalProduct {
    let (vendor, name, versions) = (vendor.to_owned(), name.to_owned(), versions.to_owned());
    MedicalProduct { vendor, name, versions, statuses: vec![(HOLE, status)] }
}

fn advisory(products: Vec<MedicalProduct>) -> MedicalAdvisory {
    let remedy = |category: &str, products: Vec<u32>| Remedy {
        category: category.to_owned(),
        details: format!("do {category}"),
        url: None,
        products,
    };
    MedicalAdvisory {
        id: "ZZ-1".to_owned(),
        title: "Lamp pumps".to_owned(),
        updated: None,
        products,
        remedies: vec![
            remedy("no_fix_planned", vec![9]),
            remedy("mitigation", Vec::new()),
            remedy("vendor_fix", vec![0]),
        ],
    }
}

/// The answer for the device, if there is one, with the first reason.
fn told(products: Vec<MedicalProduct>, device: [&str; 3]) -> Option<(ExposureStatus, String)> {
    let [vendor, name, version] = device;
    let version = (!version.is_empty()).then_some(version);
    let found = judge(&[advisory(products)], &Device { vendor, product: name, version });
    let one = found.first()?;
    Some((one.status, one.reasons.first().map(Reason::to_string).unwrap_or_default()))
}

#[test]
fn a_table_of_cases() {
    use ExposureStatus::{Exposed, Fixed, NotAffected, Unknown};
    use MedicalStatus as Is;
    for (versions, status, version, expected, why) in [
        ("<= 4.2", Is::Affected, "4.1", Exposed, "affected"),
        ("<= 4.2", Is::Affected, "4.3", NotAffected, "outside"),
        ("<= 4.2", Is::Affected, "", Unknown, "not known"),
        ("<= 4.2", Is::Affected, "A.01", Unknown, "cannot be compared"),
        ("<= 4.2", Is::Affected, "build of May", Unknown, "cannot be compared"),
        ("< july 1 2017", Is::Affected, "4.2", Unknown, "cannot be compared"),
        ("vers:all/*", Is::Affected, "", Exposed, "all versions"),
        ("vers:all/*", Is::Affected, "build of May", Exposed, "all versions"),
        ("3.0 | 3.1", Is::Affected, "3.1", Exposed, "affected"),
        ("3.0 | 3.1", Is::Affected, "3.2", Unknown, "other versions"),
        ("2nd Edition", Is::Affected, "2ND EDITION", Exposed, "affected"),
        ("ZZ-17 | ZZ-18 and more", Is::Affected, "zz-17", Exposed, "affected"),
        ("6.x (with module v9 | v11 | <= v12)", Is::Affected, "v11", Unknown, "cannot be compared"),
        (">= 4.3", Is::Fixed, "4.3", Fixed, "fixed"),
        (">= 4.3", Is::Fixed, "4.2", Unknown, "outside of those that are fixed"),
        ("4.3", Is::NotAffected, "4.3", NotAffected, "not affected"),
        ("<= 4.2", Is::UnderInvestigation, "4.2", Unknown, "being looked into"),
        ("<= 4.2", Is::UnderInvestigation, "4.3", Unknown, "being looked into"),
    ] {
        let leaf = product("Lamps, Inc.", "Lamps Pump", versions, status);
        let (found, said) = told(vec![leaf], ["lamps", "PUMP", version]).unwrap();
        assert_eq!(found, expected, "{version} in {versions}: {said}");
        assert!(said.contains(why) && said.contains("ZZ-1"), "{version} in {versions}: {said}");
    }
}

#[test]
fn only_the_same_name_decides() {
    let leaf = || vec![product("Lamps", "Pump", "vers:all/*", MedicalStatus::Affected)];
    for (device, expected) in [
        (["Lamps", "Pump", "1"], Some(ExposureStatus::Exposed)),
        (["Lamps", "Pump Cart 7", "1"], Some(ExposureStatus::Unknown)),
        (["Lamps", "Great Pump", "1"], Some(ExposureStatus::Unknown)),
        (["Lamps", "Pumps", "1"], None),
        (["Lampshades", "Pump", "1"], None),
        (["", "Pump", "1"], None),
        (["Lamps", "", "1"], None),
    ] {
        assert_eq!(told(leaf(), device).map(|found| found.0), expected, "{device:?}");
    }
    let said = told(leaf(), ["Lamps", "Pump Cart", "1"]).unwrap().1;
    assert!(said.contains("may be") && said.contains("'Lamps Pump'"), "{said}");
}

#[test]
fn several_products_of_an_advisory_are_taken_together() {
    use MedicalStatus::{Affected, Fixed};
    let both = |one: (&str, MedicalStatus), two: (&str, MedicalStatus), version: &str| {
        let leaf =
            |(versions, status): (&str, MedicalStatus)| product("Lamps", "Pump", versions, status);
        told(vec![leaf(one), leaf(two)], ["Lamps", "Pump", version]).unwrap().0
    };
    let (low, high) = (("< 4", Affected), (">= 4", Fixed));
    assert_eq!(both(low, high, "3.9"), ExposureStatus::Exposed);
    assert_eq!(both(low, high, "4.1"), ExposureStatus::Fixed);
    assert_eq!(both(low, (">= 6 | < 7", Affected), "5"), ExposureStatus::NotAffected);
    // They contradict each other, or one of them leaves it open.
    assert_eq!(both(("vers:all/*", Affected), high, "4.1"), ExposureStatus::Unknown);
    assert_eq!(both(low, ("5.1", Affected), "5.2"), ExposureStatus::Unknown);
}

#[test]
fn ways_out_are_those_of_the_product() {
    let leaves = || {
        vec![
            product("Lamps", "Pump", "<= 4", MedicalStatus::Affected),
            product("Lamps", "Lamp", "<= 4", MedicalStatus::Affected),
        ]
    };
    let kinds = |name: &str, version: &str| {
        let device = Device { vendor: "Lamps", product: name, version: Some(version) };
        let found = judge(&[advisory(leaves()), advisory(leaves())], &device);
        assert_eq!(found.len(), 1);
        found[0].ways.iter().map(|way| way.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("Pump", "3"), [WayKind::VendorFix, WayKind::Mitigation]);
    assert_eq!(kinds("Lamp", "3"), [WayKind::Mitigation]);
    assert_eq!(kinds("Lamp", "5"), []);
}

proptest::proptest! {
    #[test]
    fn never_panics(versions in "[<>=|vx*. 0-9A]{0,12}", name in "[a-c ()]{0,6}", version: String) {
        let leaf = product("Lamps", &name, &versions, MedicalStatus::Affected);
        let device = Device { vendor: "Lamps", product: "a b", version: Some(&version) };
        let _ = judge(&[advisory(vec![leaf])], &device);
    }
}
