//! Why a server did not do what was asked, and the exit code for it.

use std::path::PathBuf;

use thiserror::Error;
use wardwatch_api::Problem;

use crate::exit::Exit;

/// Why a server did not do what was asked.
#[derive(Debug, Error)]
pub enum RemoteError {
    /// Nobody said which server.
    #[error("no server is named: use --server, WARD_SERVER or 'ward login'")]
    NoServer,
    /// Nobody said who asks.
    #[error("not logged in: use 'ward login', --token or WARD_TOKEN")]
    NoToken,
    /// The address is not one of a server.
    #[error("'{0}' is no address of a server: write it like https://ward.example:8443")]
    BadAddress(String),
    /// The secret would go over the network for everybody to read.
    #[error("'{0}' is not https: tokens and passwords go unencrypted to this machine only")]
    NotEncrypted(String),
    /// The file of certificates cannot be used.
    #[error("certificates {path} cannot be used: {why}")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The kept session cannot be read or written.
    #[error("{path}: {why}")]
    Saved {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// No answer came.
    #[error("the server {server} cannot be reached: {why}")]
    Unreachable {
        /// The server.
        server: String,
        /// Why not.
        why: String,
    },
    /// The server does not know who asks.
    #[error("{0}; log in with 'ward login'")]
    Unknown(Problem),
    /// The server knows who asks, and they may not.
    #[error("not permitted: {0}")]
    NotPermitted(Problem),
    /// The server cannot answer now.
    #[error("the server cannot answer now: {0}")]
    Busy(Problem),
    /// The server refused for another reason.
    #[error("{0}")]
    Refused(Problem),
    /// The answer is not what the API promises.
    #[error("the server {server} gave an answer that is not understood: {why}")]
    Answer {
        /// The server.
        server: String,
        /// What is wrong with it.
        why: String,
    },
}

impl RemoteError {
    /// What a problem means for the command line.
    pub fn from_problem(problem: Problem) -> Self {
        match problem.status {
            401 => RemoteError::Unknown(problem),
            403 => RemoteError::NotPermitted(problem),
            502..=504 => RemoteError::Busy(problem),
            _ => RemoteError::Refused(problem),
        }
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            RemoteError::NoServer
            | RemoteError::BadAddress(_)
            | RemoteError::NotEncrypted(_)
            | RemoteError::Certificates { .. } => Exit::Usage,
            RemoteError::NoToken | RemoteError::Unknown(_) | RemoteError::NotPermitted(_) => {
                Exit::NotPermitted
            }
            RemoteError::Unreachable { .. } | RemoteError::Busy(_) => Exit::Unreachable,
            RemoteError::Saved { .. } | RemoteError::Refused(_) | RemoteError::Answer { .. } => {
                Exit::Failed
            }
        }
    }
}
