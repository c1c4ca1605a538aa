//! `ward rules coverage`: how many rules there are for each ATT&CK tactic and technique.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::Result;

use super::{heads, tell};
use crate::args::RulesArgs;
use crate::exit::Exit;
use crate::load::Loaded;

/// Prints the coverage of rules.
///
/// # Errors
/// When rules cannot be read at all, or the output cannot be written.
pub fn run(args: &RulesArgs) -> Result<Exit> {
    let set = Loaded::load(&args.paths, args.placeholders.as_deref())?.set;
    tell(&set.diagnostics, &mut io::stderr())?;
    let (mut tactics, mut techniques) = (BTreeMap::new(), BTreeMap::new());
    let mut without = 0u64;
    for head in heads(&set) {
        let attack = head.tags.iter().filter_map(|tag| tag.strip_prefix("attack."));
        let mut any = false;
        for name in attack {
            any = true;
            let is_technique =
                name.starts_with('t') && name[1..].starts_with(|c: char| c.is_ascii_digit());
            let counts = if is_technique { &mut techniques } else { &mut tactics };
            let name = if is_technique { name.to_uppercase() } else { name.replace('_', "-") };
            *counts.entry(name).or_insert(0u64) += 1;
        }
        without += u64::from(!any);
    }
    let mut out = io::stdout().lock();
    if args.json {
        let report = serde_json::json!({
            "rules": set.len(), "tactics": tactics, "techniques": techniques, "without": without,
        });
        writeln!(out, "{report}")?;
    } else {
        writeln!(out, "{} rules, {without} of them without an ATT&CK tag\n", set.len())?;
        for (title, counts) in [("tactic or group", &tactics), ("technique", &techniques)] {
            writeln!(out, "{title:<32} rules")?;
            for (name, count) in counts {
                writeln!(out, "{name:<32} {count:>5}")?;
            }
            writeln!(out)?;
        }
    }
    Ok(if set.failed > 0 { Exit::Partly } else { Exit::Done })
}
