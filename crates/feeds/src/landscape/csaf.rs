//! Advisories (CSAF 2.0), as those for medical devices are published.
//!
//! In: one JSON object. Out: an advisory with its products, what is said of each, and ways out.
//! Format: OASIS CSAF 2.0: `product_tree` (branches, full names, relationships), `vulnerabilities`
//! with `product_status` and `remediations`.

use std::collections::HashMap;

use serde_json::Value;
use wardwatch_model::landscape::{MedicalAdvisory, MedicalProduct, MedicalStatus, Remedy};
use wardwatch_model::{CveId, Day};

use super::error::FeedError;
use super::json::{Bounds, within};
use super::report::Yield;

/// Products of one advisory.
const MAX_PRODUCTS: usize = 20_000;
/// Branches within branches.
const MAX_DEPTH: usize = 32;
/// Characters of a name or a text that are kept.
const MAX_CHARS: usize = 4_000;

/// Products by their id in the advisory.
#[derive(Default)]
struct Products {
    list: Vec<MedicalProduct>,
    places: HashMap<String, u32>,
}

/// One advisory; the largest of vendors have some 20 megabytes.
pub const BOUNDS: Bounds = Bounds { bytes: 64 << 20, values: 4_000_000 };

/// Reads an advisory.
///
/// # Errors
/// When it is none.
pub fn json(whole: &str) -> Result<Yield<MedicalAdvisory>, FeedError> {
    let bad = |why: String| FeedError::BadForm { form: "advisory (CSAF)", why };
    within(whole, BOUNDS)?;
    let value: Value = serde_json::from_str(whole).map_err(|error| bad(error.to_string()))?;
    let document = value.get("document").ok_or_else(|| bad("it has no document".to_owned()))?;
    let at = |path: &str| document.pointer(path).and_then(Value::as_str).unwrap_or_default();
    if at("/tracking/id").is_empty() {
        return Err(bad("it has no tracking id".to_owned()));
    }
    let mut products = Products::default();
    if let Some(tree) = value.get("product_tree") {
        products.tree(tree)?;
    }
    let mut out = Yield::new(MedicalAdvisory {
        id: kept(at("/tracking/id")),
        title: kept(at("/title")),
        updated: at("/tracking/current_release_date").get(..10).and_then(Day::parse),
        products: Vec::new(),
        remedies: Vec::new(),
    });
    out.saw(out.records.updated);
    for (place, hole) in list(&value, "vulnerabilities").enumerate() {
        let Ok(cve) = text(hole, "cve").parse::<CveId>() else {
            out.refused.add(format!("vulnerabilities[{place}]"), "it names no CVE number");
            continue;
        };
        products.statuses(cve, hole);
        for remedy in list(hole, "remediations") {
            let remedy = products.remedy(remedy);
            let remedies = &mut out.records.remedies;
            if !remedies.contains(&remedy) && remedies.len() < MAX_PRODUCTS {
                remedies.push(remedy);
            }
        }
        out.count += 1;
    }
    out.records.products = products.list;
    Ok(out)
}

impl Products {
    fn add(&mut self, id: &str, product: MedicalProduct) -> Result<(), FeedError> {
        if self.list.len() >= MAX_PRODUCTS {
            return Err(FeedError::TooMuch { limit: MAX_PRODUCTS as u64, what: "products" });
        }
        if !self.places.contains_key(id) {
            self.places.insert(id.to_owned(), self.list.len() as u32);
            self.list.push(product);
        }
        Ok(())
    }

    fn tree(&mut self, tree: &Value) -> Result<(), FeedError> {
        for branch in list(tree, "branches") {
            self.branch(branch, ["", "", ""], 0)?;
        }
        for full in list(tree, "full_product_names") {
            let name = kept(text(full, "name"));
            self.add(text(full, "product_id"), product("", &name, ""))?;
        }
        for relation in list(tree, "relationships") {
            let Some(full) = relation.get("full_product_name") else { continue };
            let part = self.places.get(text(relation, "product_reference"));
            let part = part.and_then(|place| self.list.get(*place as usize)).cloned();
            let part = part.unwrap_or_else(|| product("", "", ""));
            let whole = product(&part.vendor, text(full, "name"), &part.versions);
            self.add(text(full, "product_id"), whole)?;
        }
        Ok(())
    }

    /// A branch; `known` are vendor, product and version above it.
    fn branch<'a>(
        &mut self,
        branch: &'a Value,
        mut known: [&'a str; 3],
        depth: usize,
    ) -> Result<(), FeedError> {
        if depth > MAX_DEPTH {
            return Err(FeedError::TooMuch { limit: MAX_DEPTH as u64, what: "levels of branches" });
        }
        match text(branch, "category") {
            "vendor" => known[0] = text(branch, "name"),
            "product_name" => known[1] = text(branch, "name"),
            "product_version" | "product_version_range" => known[2] = text(branch, "name"),
            _ => {}
        }
        if let Some(leaf) = branch.get("product") {
            let [vendor, name, versions] = known;
            let name = if name.is_empty() { text(leaf, "name") } else { name };
            self.add(text(leaf, "product_id"), product(vendor, name, versions))?;
        }
        list(branch, "branches").try_for_each(|inner| self.branch(inner, known, depth + 1))
    }

    fn statuses(&mut self, cve: CveId, hole: &Value) {
        let Some(status) = hole.get("product_status") else { return };
        for (name, meaning) in [
            ("known_affected", MedicalStatus::Affected),
            ("first_affected", MedicalStatus::Affected),
            ("last_affected", MedicalStatus::Affected),
            ("fixed", MedicalStatus::Fixed),
            ("first_fixed", MedicalStatus::Fixed),
            ("known_not_affected", MedicalStatus::NotAffected),
            ("under_investigation", MedicalStatus::UnderInvestigation),
        ] {
            for id in list(status, name).filter_map(Value::as_str) {
                let place = self.places.get(id);
                let product = place.and_then(|place| self.list.get_mut(*place as usize));
                if let Some(product) = product
                    && !product.statuses.contains(&(cve, meaning))
                {
                    product.statuses.push((cve, meaning));
                }
            }
        }
    }

    fn remedy(&self, remedy: &Value) -> Remedy {
        let ids = list(remedy, "product_ids").filter_map(Value::as_str);
        let url = text(remedy, "url");
        Remedy {
            category: kept(text(remedy, "category")),
            details: kept(text(remedy, "details")),
            url: (!url.is_empty()).then(|| kept(url)),
            products: ids.filter_map(|id| self.places.get(id).copied()).collect(),
        }
    }
}

fn product(vendor: &str, name: &str, versions: &str) -> MedicalProduct {
    let (vendor, name, versions) = (kept(vendor), kept(name), kept(versions));
    MedicalProduct { vendor, name, versions, statuses: Vec::new() }
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn kept(text: &str) -> String {
    text.trim().chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_advisory() {
        let out = json(
            r#"{"document":{"csaf_version":"2.0","title":"Lamp pump","tracking":{"id":"ZZ-1",
            "current_release_date":"2026-01-02T00:00:00Z"}},"product_tree":{"branches":[
            {"category":"vendor","name":"Lamps","branches":[{"category":"product_name","name":"Pump",
            "branches":[{"category":"product_version_range","name":"<= 4.2",
            "product":{"product_id":"P1","name":"Lamps Pump"}}]}]}],
            "relationships":[{"product_reference":"P1","relates_to_product_reference":"X",
            "full_product_name":{"product_id":"P2","name":"Pump in cart"}}]},
            "vulnerabilities":[{"cve":"CVE-2999-0001","product_status":{"known_affected":["P1","P2","?"]},
            "remediations":[{"category":"mitigation","details":"Cut it off","product_ids":["P2"]}]},{}]}"#,
        )
        .unwrap();
        let advisory = out.records;
        assert_eq!((advisory.id.as_str(), advisory.updated), ("ZZ-1", Day::new(2026, 1, 2)));
        let [pump, cart] = &advisory.products[..] else { panic!("{advisory:?}") };
        assert_eq!(
            (&pump.vendor[..], &pump.name[..], &pump.versions[..]),
            ("Lamps", "Pump", "<= 4.2")
        );
        assert_eq!(
            (&cart.name[..], &cart.versions[..], cart.statuses.len()),
            ("Pump in cart", "<= 4.2", 1)
        );
        assert_eq!(advisory.remedies[0].products, [1]);
        assert_eq!(out.refused.listed[0].0, "vulnerabilities[1]");
        assert!(json(r#"{"document":{}}"#).is_err());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = json(&text);
        }
    }
}
