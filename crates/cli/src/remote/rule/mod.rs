//! `ward rule`: rules of a running server. (`ward rules` works on files, without a server.)

mod backtest;
mod show;

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use wardwatch_api::Paged;
use wardwatch_api::rule::{
    AddedRule, Coverage, CoverageQuery, ListedRule, NewCanary, NewFilter, NewLevel, NewRule,
    Reloaded, RulePaper, RuleProblems, RuleQuery, RuleSet,
};
use wardwatch_model::{
    Contains, FilterId, Level, OrgId, Outcome, RuleFilter, RuleId, SetLevel, Timestamp,
};

use super::client::Client;
use super::path::segment;
use super::show::{Show, moment};
use crate::exit::Exit;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List rules in use, with hits in the organisations that you see.
    List(ListArgs),
    /// Show one rule: its text, what it means, and what was decided about it.
    Show {
        /// Its identifier.
        id: String,
    },
    /// Load the rules again; the ones in use stay when the new ones cannot be used.
    Reload,
    /// What is wrong in rule files, and how loading went the last time.
    Problems,
    /// Add a rule of an organisation, or put another text in its place.
    Add {
        /// A file with Sigma: a rule, or a correlation with the rules that it stands on. `-` reads
        /// standard input.
        file: PathBuf,
        /// Where it goes, and below.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// Only check it.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take a rule of an organisation away.
    Remove {
        /// Its identifier.
        id: String,
    },
    /// Set a rule's level in an organisation and below, or turn it off there.
    Level {
        /// The rule.
        id: String,
        /// informational, low, medium, high, critical, off; or `reset`, which leaves it to the
        /// rule's text again.
        level: String,
        /// Where, and below.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Leave out hits of a rule in an organisation and below, until a date.
    Filter(FilterArgs),
    /// Take a filter away, so that hits count again.
    Unfilter {
        /// The filter.
        id: FilterId,
    },
    /// Make a rule live only in chosen organisations; elsewhere its hits are only counted.
    Canary {
        /// The rule.
        id: String,
        /// Where this goes, and below.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// An organisation in which, and below, the rule is live. May be given again.
        #[arg(long, value_name = "CODE", required_unless_present = "everywhere")]
        live_in: Vec<OrgId>,
        /// End the canary: the rule is live everywhere.
        #[arg(long, conflicts_with = "live_in")]
        everywhere: bool,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Try a rule on stored events, and say what it would have found.
    Backtest(backtest::BacktestArgs),
    /// Rules that no log source heard could ever trigger, and ATT&CK techniques covered.
    Coverage {
        /// Of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// Log sources heard in so many days.
        #[arg(long, value_name = "N")]
        days: Option<u32>,
    },
}

/// Which rules.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// As they stand in this organisation, with hits there and below.
    #[arg(long, value_name = "CODE")]
    org: Option<OrgId>,
    /// Only with this text in title, id or tags.
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Only at this level or above.
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// Only with this status: live, canary or off.
    #[arg(long, value_name = "STATUS")]
    status: Option<Outcome>,
    /// How many at most.
    #[arg(long, value_name = "N", default_value = "50")]
    limit: usize,
}

/// What to leave out.
#[derive(Debug, Args)]
pub struct FilterArgs {
    /// The rule.
    id: String,
    /// Where, and below.
    #[arg(long, value_name = "CODE")]
    org: OrgId,
    /// Leave out events with this text anywhere in this field; given again, events with all.
    #[arg(long, value_name = "FIELD=TEXT", value_parser = contains, required_unless_present = "sigma")]
    exclude: Vec<Contains>,
    /// A file with a Sigma filter instead: hits count where its condition is true.
    #[arg(long, value_name = "FILE", conflicts_with = "exclude")]
    sigma: Option<PathBuf>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// When it ends; in 90 days when left out.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

fn contains(text: &str) -> Result<Contains, String> {
    match text.split_once('=') {
        Some((field, text)) if !field.is_empty() && !text.is_empty() => {
            Ok(Contains { field: field.to_owned(), text: text.to_owned() })
        }
        _ => Err("a field and a text are expected, with '=' between them".to_owned()),
    }
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    let path = |id: &str, rest: &str| format!("/api/v1/rules/{}{rest}", segment(id));
    match verb {
        Verb::List(args) => {
            let ListArgs { org, text, level, status, limit } = args;
            let query = RuleQuery { org, text, level, status, ..RuleQuery::default() };
            let page: Paged<ListedRule> = client.pages("/api/v1/rules", &query, limit.max(1))?;
            show.answer(&page, show::list)
        }
        Verb::Show { id } => {
            let paper: RulePaper = client.get(&path(&id, ""), &())?;
            show.answer(&paper, show::paper)
        }
        Verb::Reload => {
            let done: Reloaded = client.post("/api/v1/rules/reload", &serde_json::json!({}))?;
            let exit = if done.replaced { Exit::Done } else { Exit::Failed };
            show.answer(&done, show::reloaded)?;
            Ok(exit)
        }
        Verb::Problems => {
            let told: RuleProblems = client.get("/api/v1/rules/problems", &())?;
            show.answer(&told, show::problems)
        }
        Verb::Add { file, org, dry_run } => {
            let text = read(&file)?;
            let added: AddedRule = client.post("/api/v1/rules", &NewRule { org, text, dry_run })?;
            let exit = if added.id.is_some() { Exit::Done } else { Exit::Failed };
            show.answer(&added, |added, out| show::added(added, dry_run, out))?;
            Ok(exit)
        }
        Verb::Remove { id } => {
            client.delete(&path(&id, ""))?;
            show.answer(&(), |(), out| writeln!(out, "It is in use no more."))
        }
        Verb::Level { id, level, org, reason } => {
            let level: Option<SetLevel> = match level.as_str() {
                "reset" => None,
                word => Some(word.parse().map_err(|why: String| anyhow::anyhow!(why))?),
            };
            let new = NewLevel { org, level, reason };
            let set: RuleSet = client.post(&path(&id, "/level"), &new)?;
            show.answer(&set, show::set)
        }
        Verb::Filter(args) => {
            let sigma = args.sigma.as_deref().map(read).transpose()?;
            let FilterArgs { id, org, exclude, reason, until, .. } = args;
            let new = NewFilter { org, excludes: exclude, sigma, reason, until };
            let filter: RuleFilter = client.post(&path(&id, "/filters"), &new)?;
            show.answer(&filter, |filter, out| {
                writeln!(out, "Filter {} counts until {} UTC.", filter.id, moment(filter.until))
            })
        }
        Verb::Unfilter { id } => {
            client.delete(&format!("/api/v1/filters/{id}"))?;
            show.answer(&(), |(), out| writeln!(out, "Hits count again."))
        }
        Verb::Canary { id, org, live_in, everywhere, reason } => {
            let live_in = (!everywhere).then_some(live_in);
            let new = NewCanary { org, live_in, reason };
            let set: RuleSet = client.post(&path(&id, "/canary"), &new)?;
            show.answer(&set, show::set)
        }
        Verb::Backtest(args) => backtest::run(args, client, show),
        Verb::Coverage { org, days } => {
            let query = CoverageQuery { org, days };
            let found: Coverage = client.get("/api/v1/rules/coverage", &query)?;
            show.answer(&found, show::coverage)
        }
    }
}

/// A file's text, or that of standard input.
fn read(file: &Path) -> Result<String> {
    if file == Path::new("-") {
        return io::read_to_string(io::stdin().lock()).context("standard input cannot be read");
    }
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// A rule that is named on the command line.
fn rule_id(id: String) -> RuleId {
    RuleId(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exclusion_names_a_field_and_a_text() {
        let found = contains("CommandLine=a=b").unwrap();
        assert_eq!((found.field.as_str(), found.text.as_str()), ("CommandLine", "a=b"));
        for wrong in ["CommandLine", "=a", "CommandLine="] {
            assert!(contains(wrong).is_err(), "{wrong}");
        }
    }
}
