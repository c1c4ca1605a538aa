//! Exit codes: a stable contract.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: failed.
    Failed,
    /// 2: the command line is wrong.
    Usage,
    /// 3: something was found, and `--fail-on-findings` asked for this.
    Findings,
    /// 4: the server does not permit it.
    NotPermitted,
    /// 5: the server cannot be reached, or cannot answer now.
    Unreachable,
    /// 6: partly done: something could not be read.
    Partly,
    /// 130: interrupted.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Findings => 3,
            Exit::NotPermitted => 4,
            Exit::Unreachable => 5,
            Exit::Partly => 6,
            Exit::Interrupted => 130,
        })
    }
}
