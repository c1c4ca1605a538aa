//! The `ward` command.
//!
//! Parses the command line, does one thing, and says by its exit code how that went. Results go
//! to standard output, everything else to standard error.

mod args;
mod assess;
mod backup;
mod demo;
mod exercise;
mod exit;
mod feeds;
mod load;
mod notify;
mod oidc;
mod output;
mod pack;
mod remote;
mod rules;
mod scan;
mod serve;
mod summary;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{CommandFactory, Parser};

use args::{Cli, Command, Format, ScanArgs};
use exit::Exit;
use load::Loaded;
use output::Writer;

/// Rows and records are made in one thread and dropped in another, which this one is good at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    match run(cli.command) {
        Ok(exit) => exit.into(),
        Err(error) => {
            if is_broken_pipe(&error) {
                return Exit::Done.into();
            }
            eprintln!("ward: {error:#}");
            Exit::Failed.into()
        }
    }
}

/// Whether whoever reads our output has gone away: not our failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn run(command: Command) -> Result<Exit> {
    match command {
        Command::Scan(args) => run_scan(args),
        Command::Assess(args) => assess::run(&args),
        Command::Feeds(command) => feeds::run(command),
        Command::Exercise(command) => exercise::run(command),
        Command::Rules(command) => rules::run(command),
        Command::Backup(args) => backup::run(&args),
        Command::Serve(args) => serve::run(*args),
        Command::Remote(remote) => remote::run(remote),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "ward", &mut io::stdout());
            Ok(Exit::Done)
        }
        Command::Man { dir } => {
            std::fs::create_dir_all(&dir)
                .and_then(|()| clap_mangen::generate_to(Cli::command(), &dir))
                .with_context(|| format!("manual pages cannot be written to {}", dir.display()))?;
            Ok(Exit::Done)
        }
    }
}

fn run_scan(args: ScanArgs) -> Result<Exit> {
    let rules = Loaded::load(&args.rules, args.placeholders.as_deref())?;
    rules::tell(&rules.set.diagnostics, &mut io::stderr())?;
    anyhow::ensure!(
        !rules.set.is_empty(),
        "no rule could be loaded: nothing would be found whatever the logs hold"
    );
    let failed_rules = rules.set.failed > 0;
    let to_terminal = args.output.is_none() && io::stdout().is_terminal();
    let stream: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(
            File::create(path).with_context(|| format!("{} cannot be written", path.display()))?,
        ),
        None => Box::new(io::stdout().lock()),
    };
    let mut writer = writer(args.format, BufWriter::new(stream), to_terminal);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let request = scan::Request {
        paths: args.paths,
        rules,
        logsource: args.logsource,
        threads: args.threads.map_or(cores, usize::from),
        min_level: args.min_level,
    };
    let (summary, mut exit) = scan::run(request, &mut *writer)?;
    drop(writer);
    scan::tell_problems(&summary, &mut io::stderr())?;
    if let Some(path) = &args.stats_json {
        let text = serde_json::to_string_pretty(&summary)?;
        std::fs::write(path, text + "\n")
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if failed_rules {
        exit = Exit::Partly;
    }
    if exit == Exit::Done && args.fail_on_findings && summary.detections.total > 0 {
        exit = Exit::Findings;
    }
    Ok(exit)
}

fn writer<'w>(
    format: Format,
    stream: BufWriter<Box<dyn Write + 'w>>,
    to_terminal: bool,
) -> Box<dyn Writer + 'w> {
    match format {
        Format::Jsonl => Box::new(output::jsonl::JsonLines::new(stream)),
        Format::Csv => Box::new(output::csv::Csv::new(stream)),
        Format::Html => Box::new(output::html::Html::new(stream)),
        Format::Table => Box::new(output::table::Table::new(stream, None, to_terminal)),
    }
}
