//! The command line: one definition for parsing, help, completions and manual pages.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use wardwatch_model::{Level, LogSource, RuleId};

use crate::remote::Remote;

/// See attacks, exposure and patching across a health and care sector.
#[derive(Debug, Parser)]
#[command(name = "ward", version, about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `ward` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find attacks in logs: files, folders, or `-` for standard input. No server is needed.
    Scan(ScanArgs),
    /// Say what hosts are open to, from reports that anyone can make: `systeminfo`, hotfix lists and
    /// the like. No server is needed.
    Assess(crate::assess::AssessArgs),
    /// Knowledge of vulnerabilities, updates and support.
    #[command(subcommand)]
    Feeds(crate::feeds::FeedsCommand),
    /// Make a sector to try things out on.
    #[command(subcommand)]
    Exercise(crate::exercise::ExerciseCommand),
    /// Check, list, test and survey rules.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Run the sector's server, with storage of its own in one folder.
    Serve(Box<crate::serve::ServeArgs>),
    /// Copy all that a server keeps, while it runs or not; a server can be started on the copy.
    Backup(crate::backup::BackupArgs),
    #[command(flatten)]
    Remote(Remote),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write manual pages into a folder.
    Man {
        /// The folder; made when it is not there.
        dir: PathBuf,
    },
}

/// How a scan's results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A summary for people, at the end.
    Table,
    /// One JSON object a line for each detection, as found.
    Jsonl,
    /// One row for each detection, as found.
    Csv,
    /// One self-contained page that can be printed.
    Html,
}

/// What to scan, and how.
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// Files or folders with logs; `-` reads standard input.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Sigma rules to use instead of the built-in ones: a file or folder. May be given again.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Values for `|expand` placeholders, as YAML: `name: [value, …]`.
    #[arg(long, value_name = "FILE")]
    pub placeholders: Option<PathBuf>,
    /// Log source of JSON that does not tell its own, as `product=…,category=…,service=…`.
    #[arg(long, value_name = "PARTS", value_parser = parse_logsource)]
    pub logsource: Option<LogSource>,
    /// How results are written.
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
    /// Write results to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write figures of the scan to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub stats_json: Option<PathBuf>,
    /// Working threads; as many as there are cores unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Leave out detections below this level.
    #[arg(long, value_name = "LEVEL", default_value = "informational")]
    pub min_level: Level,
    /// Exit with 3 when there is any detection.
    #[arg(long)]
    pub fail_on_findings: bool,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Report every rule that cannot be loaded; exit with 1 when there is any.
    Check(RulesArgs),
    /// List loaded rules.
    List(RulesArgs),
    /// Run the `.in` and `.out` cases that stand beside rules; exit with 1 when any fails.
    Test(RulesArgs),
    /// Count rules by ATT&CK tactic and technique.
    Coverage(RulesArgs),
}

/// Which rules.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// Rule files or folders; the built-in rules when none is given.
    pub paths: Vec<PathBuf>,
    /// Values for `|expand` placeholders, as YAML: `name: [value, …]`.
    #[arg(long, value_name = "FILE")]
    pub placeholders: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Only the rule with this id.
    #[arg(long, value_name = "ID", value_parser = parse_rule_id)]
    pub rule: Option<RuleId>,
}

fn parse_rule_id(text: &str) -> Result<RuleId, std::convert::Infallible> {
    Ok(RuleId(text.to_owned()))
}

/// `product=…,category=…,service=…`, any of them.
fn parse_logsource(text: &str) -> Result<LogSource, String> {
    let (mut product, mut category, mut service) = ("", "", "");
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some(("product", value)) => product = value,
            Some(("category", value)) => category = value,
            Some(("service", value)) => service = value,
            _ => return Err(format!("'{part}' is none of product=…, category=…, service=…")),
        }
    }
    let source = LogSource::new(product, category, service);
    if source.is_empty() {
        Err("name at least one of product, category, service".to_owned())
    } else {
        Ok(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn log_sources_are_read_by_part() {
        assert_eq!(
            parse_logsource("product=linux, service=auth"),
            Ok(LogSource::new("linux", "", "auth"))
        );
        assert!(parse_logsource("linux").is_err());
        assert!(parse_logsource("").is_err());
    }
}
