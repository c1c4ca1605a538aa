//! What a screen reader is told of a page: its accessibility tree, flat and in order.

#![allow(dead_code, clippy::unwrap_used)]

use serde_json::{Value, json};

use super::Browser;

/// Roles of what a person acts on: without a name nobody knows what it does.
const ACTED_ON: [&str; 7] =
    ["link", "button", "textbox", "combobox", "checkbox", "searchbox", "DisclosureTriangle"];

/// One thing that is told.
#[derive(Debug)]
pub struct Told {
    pub role: String,
    pub name: String,
    pub level: u64,
}

impl Browser {
    /// What is told of the page, in its order.
    pub async fn told(&self) -> Vec<Told> {
        self.devtools("Accessibility.enable", json!({})).await;
        let tree = self.devtools("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().unwrap();
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        let level = |node: &Value| {
            let properties = node["properties"].as_array().cloned().unwrap_or_default();
            let level = properties.iter().find(|one| one["name"] == "level");
            level.and_then(|one| one["value"]["value"].as_u64()).unwrap_or(0)
        };
        let told = nodes.iter().filter(|node| node["ignored"] == false);
        told.map(|node| Told {
            role: text(&node["role"]),
            name: text(&node["name"]).trim().to_owned(),
            level: level(node),
        })
        .collect()
    }

    /// What a listener could not do on the page. Where tables are stacked, each cell says its own name
    /// and the heads of columns are not there.
    pub async fn unheard(&self, stacked: bool) -> Vec<String> {
        let told = self.told().await;
        let count = |role: &str| told.iter().filter(|one| one.role == role).count();
        let mut faults = Vec::new();
        for (role, wanted) in [("main", 1), ("banner", 1)] {
            if count(role) != wanted {
                faults.push(format!("{} of {role} instead of {wanted}", count(role)));
            }
        }
        let first = told.iter().filter(|one| one.role == "heading" && one.level == 1).count();
        if first != 1 {
            faults.push(format!("{first} headings of the first level"));
        }
        let mut ways: Vec<&str> = told
            .iter()
            .filter(|one| one.role == "navigation")
            .map(|one| one.name.as_str())
            .collect();
        ways.sort_unstable();
        // Who has not said yet who they are has nowhere to go.
        let stands_alone = self.path().await == "/login";
        if ways.is_empty() != stands_alone
            || ways.iter().any(|name| name.is_empty())
            || has_twins(&ways)
        {
            faults.push(format!("ways around without a name of their own: {ways:?}"));
        }
        for one in told.iter().filter(|one| ACTED_ON.contains(&one.role.as_str())) {
            if one.name.is_empty() {
                faults.push(format!("a {} without a name", one.role));
            }
        }
        if !stacked && count("table") > 0 && count("columnheader") == 0 {
            faults.push("a table without heads of its columns".to_owned());
        }
        // Tables that are stacked on a small screen stay tables for a listener.
        let drawn = self.client.execute("return document.querySelectorAll('table').length", vec![]);
        let drawn = drawn.await.unwrap().as_u64().unwrap() as usize;
        if count("table") < drawn {
            faults.push(format!("{drawn} tables are drawn, {} are told", count("table")));
        }
        faults
    }
}

fn has_twins(sorted: &[&str]) -> bool {
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}
