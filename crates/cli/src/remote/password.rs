//! Asks a person for a password without showing it; a program gives it on standard input.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context, Result};
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use wardwatch_api::Secret;

/// Bytes of a line that is read.
const MAX_LINE: u64 = 4096;

/// Puts the terminal back when it goes.
struct Quiet(Termios);

impl Quiet {
    fn new() -> nix::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_flags.remove(LocalFlags::ECHO);
        quiet.local_flags.insert(LocalFlags::ECHONL);
        tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &quiet)?;
        Ok(Quiet(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // Nothing could be done about it here.
        let _ = tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &self.0);
    }
}

/// One line: asked for with `prompt` when standard input is a terminal, else just read.
///
/// # Errors
/// When standard input ends before a line, or cannot be read.
pub fn ask(prompt: &str) -> Result<Secret> {
    let terminal = io::stdin().is_terminal();
    let _quiet = match terminal {
        true => {
            eprint!("{prompt}: ");
            io::stderr().flush()?;
            Some(Quiet::new().context("the terminal cannot be told to keep quiet")?)
        }
        false => None,
    };
    let mut line = String::new();
    let read = io::Read::take(io::stdin().lock(), MAX_LINE)
        .read_line(&mut line)
        .context("standard input cannot be read")?;
    anyhow::ensure!(read > 0, "{prompt}: standard input ended before it was given");
    Ok(Secret(line.trim_end_matches(['\r', '\n']).to_owned()))
}
