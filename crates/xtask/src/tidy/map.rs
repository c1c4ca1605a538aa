//! Every crate has its place in the plan: the crate map of `ARCHITECTURE.md` and `docs/layers.toml`.

use super::Finding;
use super::layers::Layers;

/// Heading of the section in which every crate must be named.
const SECTION: &str = "## Crate map";

/// Finds crates without a place, and places without a crate.
pub fn check(architecture: &str, layers: &Layers, crates: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (line, section) = section(architecture);
    for name in crates {
        if !section.iter().any(|text| text.contains(&format!("`{name}`"))) {
            let message = format!("the crate map does not name `{name}`");
            findings.push(Finding::error("ARCHITECTURE.md", line, message));
        }
        if !layers.crates.contains_key(name) {
            let message = format!("`{name}` has no place here: add `[crate.{name}]`");
            findings.push(Finding::error("docs/layers.toml", 1, message));
        }
    }
    for name in layers.crates.keys().filter(|name| !crates.contains(name)) {
        let message = format!("`{name}` is named here but is not there");
        findings.push(Finding::warning("docs/layers.toml", 1, message));
    }
    findings
}

/// The lines of the crate map and the number of its heading; none when it is missing.
fn section(architecture: &str) -> (usize, Vec<&str>) {
    let Some(at) = architecture.lines().position(|line| line.trim_end() == SECTION) else {
        return (1, Vec::new());
    };
    let below = architecture.lines().skip(at + 1);
    (at + 1, below.take_while(|line| !line.starts_with("## ")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::layers;

    #[test]
    fn a_crate_must_be_in_both_plans() {
        let plan = "[pure]\nnever_import = []\nnever_name = []\n[crate.model]\nmay_import = []\n";
        let layers = layers::parse(plan).unwrap();
        let map = "# A\n`detect`\n## Crate map\n| `model` | nouns |\n## Other\n`detect`\n";
        let crates =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();

        assert_eq!(check(map, &layers, &crates(&["model"])), []);
        let findings = check(map, &layers, &crates(&["detect", "model"]));
        let files: Vec<_> = findings.iter().map(|finding| finding.file.as_str()).collect();
        assert_eq!(files, ["ARCHITECTURE.md", "docs/layers.toml"]);
        assert_eq!(check(map, &layers, &[]).len(), 1);
        assert_eq!(check("", &layers, &crates(&["model"])).len(), 1);
    }
}
