//! What the catalogue of updates calls a product of a CVE record.
//!
//! A record parts the system from its platform (`Windows 10 Version 1809`, `x64-based Systems`),
//! the catalogue writes both in one name; where the platform stands there depends on the product.

/// Platforms that are read of one product.
const MAX_PLATFORMS: usize = 40;

/// All names that the catalogue may use, for every platform of a record's product.
pub fn names(product: &str, platforms: &[&str]) -> Vec<String> {
    let product = product.split_whitespace().collect::<Vec<_>>().join(" ");
    let base = catalogue_base(&product);
    let mut all = vec![product.clone()];
    for platform in platforms.iter().take(MAX_PLATFORMS).filter(|one| **one != "Unknown") {
        let platform = platform.trim();
        all.push(format!("{product} on {platform}"));
        for base in [product.as_str(), base.as_str()] {
            // The platform stands before the service pack, and before what is in brackets.
            let marks = [base.find(" Service Pack"), base.find(" (")];
            let cut = marks.into_iter().flatten().min().unwrap_or(base.len());
            let (head, tail) = base.split_at(cut);
            all.push(format!("{head} for {platform}{tail}"));
            if platform == "IA64-based Systems" {
                all.push(format!("{head} for Itanium-Based Systems{tail}"));
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

/// First releases stand in the catalogue without their version.
fn catalogue_base(product: &str) -> String {
    for (version, plain) in [
        ("Windows 10 Version 1507", "Windows 10"),
        ("Windows 11 version 21H2", "Windows 11"),
        ("Windows 11 Version 21H2", "Windows 11"),
    ] {
        if let Some(rest) = product.strip_prefix(version) {
            return format!("{plain}{rest}");
        }
    }
    product.to_owned()
}
