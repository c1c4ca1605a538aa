//! What can go wrong with the state and the lake, in words for whoever runs the server.

use std::path::PathBuf;

use wardwatch_model::{OrgId, Permission, PersonId};

use crate::log::LogPosition;

/// A call of the state or the lake that could not be done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused.
    #[error("the state database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The database could not be brought to this version's tables.
    #[error("bringing the state database up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The call names an organisation that its scope does not cover.
    #[error("organisation {0} is outside what this caller may touch")]
    OutOfScope(OrgId),
    /// The scope was made for something else.
    #[error("this call needs the permission {0:?}")]
    NotPermitted(Permission),
    /// What is for the whole sector is done by who administers its top.
    #[error("this is for the whole sector: it takes the role at its top")]
    NotTheTop,
    /// No organisation has this code.
    #[error("there is no organisation {0}")]
    NoSuchOrganisation(OrgId),
    /// No person has this identity.
    #[error("there is no person {0}")]
    NoSuchPerson(PersonId),
    /// Another person has this login name.
    #[error("the name '{0}' is taken")]
    NameTaken(String),
    /// An organisation has as many of something as it may have.
    #[error("an organisation may have {limit} {what}: remove some first")]
    TooMany {
        /// What it is.
        what: &'static str,
        /// How many.
        limit: u64,
    },
    /// The person's own account is changed elsewhere, where the password is asked for.
    #[error("your own account is changed under 'me', where your password is asked for")]
    Oneself,
    /// Somebody else is known by this identity.
    #[error("this identity is linked to another account")]
    IdentityTaken,
    /// Nobody would be left to administer the top.
    #[error(
        "this is the last administrator of the top: give somebody else that role first, \
         without an end"
    )]
    LastAdministrator,
    /// The tree of organisations would not be sound.
    #[error("{0}")]
    Tree(String),
    /// There is no room for more.
    #[error("there are {most} {what} already, and no more can be made")]
    Full {
        /// Of what.
        what: &'static str,
        /// How many there can be.
        most: i64,
    },
    /// The organisation is closed.
    #[error("organisation {0} is closed: nothing new can be made in it")]
    Closed(OrgId),
    /// The first start happened before.
    #[error("the server was set up before: there are people already")]
    AlreadyStarted,
    /// All lists of indicators together would be too long.
    #[error("all lists together would hold more than {0} indicators: delete one first")]
    TooManyIndicators(u64),
    /// The page's cursor was not given out by this server.
    #[error("the cursor of the page is not one that was given out")]
    BadCursor,
    /// A commit would move the position in the log back.
    #[error("the log is worked through up to {stored}, {given} lies before that")]
    Backwards {
        /// How far the state is.
        stored: LogPosition,
        /// What was given.
        given: LogPosition,
    },
    /// Something stored cannot be read.
    #[error("stored {what} cannot be read: {reason}")]
    Damaged {
        /// What it is.
        what: String,
        /// Why.
        reason: String,
    },
    /// A certificate could not be signed.
    #[error("no certificate: {0}")]
    NotSigned(String),
    /// The system gave no random numbers.
    #[error("no random numbers from the system: {0}")]
    Random(#[from] getrandom::Error),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A lake file could not be made or read.
    #[error("lake file {}: {reason}", path.display())]
    Parquet {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The work was given up because the program ends.
    #[error("given up because the program ends")]
    Ending,
}

impl StoreError {
    pub(crate) fn damaged(what: impl Into<String>, reason: impl ToString) -> Self {
        StoreError::Damaged { what: what.into(), reason: reason.to_string() }
    }

    pub(crate) fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        StoreError::File { path: path.into(), source }
    }
}
