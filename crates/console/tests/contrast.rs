//! The palette of `web/style.scss`: text on its paper has a contrast of 4.5 to 1 or more (WCAG 2.2,
//! 1.4.3), in both themes.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

/// Colours of a theme by their names.
fn theme(style: &str, name: &str) -> BTreeMap<String, [u8; 3]> {
    let start = style.find(&format!("@mixin {name} {{")).expect("the theme is there");
    let block = &style[start..start + style[start..].find("\n}").unwrap()];
    let lines = block.lines().filter_map(|line| line.trim().strip_prefix("--"));
    lines
        .filter_map(|line| line.split_once(": #"))
        .map(|(name, hex)| {
            let hex = hex.trim_end_matches(';');
            let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            (name.to_owned(), [part(0), part(2), part(4)])
        })
        .collect()
}

/// Relative luminance, as WCAG 2 defines it.
fn luminance(colour: [u8; 3]) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_can_be_read_on_its_paper_in_both_themes() {
    assert!((contrast([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 1e-9);
    let style = include_str!("../web/style.scss");
    let words = ["critical", "high", "medium", "low", "info", "good", "unknown"];
    for name in ["light", "dark"] {
        let theme = theme(style, name);
        let mut pairs: Vec<(String, String)> = words
            .iter()
            .flat_map(|word| {
                // A word stands on its own paper; text and links stand there too.
                let paper = format!("{word}-paper");
                ["ink", "link", word].map(|text| (text.to_owned(), paper.clone()))
            })
            .collect();
        for paper in ["paper", "card", "pick"] {
            for text in ["ink", "soft", "link"] {
                pairs.push((text.to_owned(), paper.to_owned()));
            }
        }
        pairs.push(("head-ink".into(), "head".into()));
        for (text, paper) in pairs {
            let found = contrast(theme[&text], theme[&paper]);
            assert!(found >= 4.5, "{name}: {text} on {paper} has {found:.2}");
        }
        // Lines of fields and bars of charts: 3 to 1 (1.4.11).
        for (line, paper) in [("field", "card"), ("bar", "card"), ("bar-serious", "card")] {
            let found = contrast(theme[line], theme[paper]);
            assert!(found >= 3.0, "{name}: {line} on {paper} has {found:.2}");
        }
    }
}
