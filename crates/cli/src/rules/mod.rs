//! `ward rules`: check, list, test, coverage.

mod cases;
mod coverage;

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;
use wardwatch_detect::{Diagnostic, RuleNumber, RuleSet, Severity};
use wardwatch_model::RuleHead;

use crate::args::{RulesArgs, RulesCommand};
use crate::exit::Exit;
use crate::load::Loaded;

/// Runs a command on rules.
///
/// # Errors
/// When rules cannot be read at all, or the output cannot be written.
pub fn run(command: RulesCommand) -> Result<Exit> {
    match command {
        RulesCommand::Check(args) => check(&args),
        RulesCommand::List(args) => list(&args),
        RulesCommand::Test(args) => cases::run(&args),
        RulesCommand::Coverage(args) => coverage::run(&args),
    }
}

/// Prints findings, one a line.
///
/// # Errors
/// When the stream cannot be written.
pub fn tell(diagnostics: &[Diagnostic], to: &mut dyn Write) -> io::Result<()> {
    diagnostics.iter().try_for_each(|found| writeln!(to, "{found}"))
}

#[derive(Serialize)]
struct Finding<'d> {
    file: &'d str,
    line: u32,
    severity: &'static str,
    code: &'static str,
    message: &'d str,
    hint: &'d str,
}

fn check(args: &RulesArgs) -> Result<Exit> {
    let set = Loaded::load(&args.paths, args.placeholders.as_deref())?.set;
    let mut out = io::stdout().lock();
    if args.json {
        let findings: Vec<Finding<'_>> = set
            .diagnostics
            .iter()
            .map(|found| Finding {
                file: &found.file,
                line: found.line,
                severity: if found.severity == Severity::Error { "error" } else { "warning" },
                code: found.code,
                message: &found.message,
                hint: &found.hint,
            })
            .collect();
        let report = serde_json::json!({
            "loaded": set.len(), "failed": set.failed, "findings": findings,
        });
        writeln!(out, "{report}")?;
    } else {
        tell(&set.diagnostics, &mut out)?;
        writeln!(out, "{} rules loaded, {} failed", set.len(), set.failed)?;
    }
    Ok(if set.failed > 0 { Exit::Failed } else { Exit::Done })
}

/// Heads of the loaded rules and correlations, in order.
fn heads(set: &RuleSet) -> Vec<&RuleHead> {
    (0u32..).map(RuleNumber).map_while(|number| set.head(number)).collect()
}

fn list(args: &RulesArgs) -> Result<Exit> {
    let set = Loaded::load(&args.paths, args.placeholders.as_deref())?.set;
    tell(&set.diagnostics, &mut io::stderr())?;
    let mut out = io::stdout().lock();
    for head in heads(&set) {
        if args.rule.as_ref().is_some_and(|wanted| *wanted != head.id) {
            continue;
        }
        if args.json {
            writeln!(out, "{}", serde_json::to_string(head)?)?;
        } else {
            writeln!(
                out,
                "{:<36}  {:<13}  {}  {}",
                head.id, head.level, head.logsource, head.title
            )?;
        }
    }
    Ok(if set.failed > 0 { Exit::Partly } else { Exit::Done })
}
