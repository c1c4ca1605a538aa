//! Why a file as a whole gives nothing.

/// Why a file as a whole gives nothing. It changes nothing then.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It cannot be read to its end.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It holds more than is read.
    #[error("it holds more than {limit} {what}: split it, or leave out what is not needed")]
    TooMuch {
        /// How many are read.
        limit: u64,
        /// Of what.
        what: &'static str,
    },
    /// Its head lacks columns.
    #[error("its head has no column {0}: is it the right file?")]
    NoColumn(String),
    /// It is not in the form that its beginning promises.
    #[error("it is no {form}: {why}")]
    BadForm {
        /// What it should be.
        form: &'static str,
        /// Why it is not.
        why: String,
    },
    /// Its text is in no encoding that is known.
    #[error("its text is neither UTF-8 nor UTF-16: save it as UTF-8")]
    NotText,
    /// It is packed in a way that is refused.
    #[error("it is not unpacked: {0}")]
    Packed(String),
    /// Nothing in it could be used.
    #[error("none of its {0} rows could be used, see the reasons")]
    NothingUsable(u64),
}

impl From<std::io::Error> for FeedError {
    fn from(error: std::io::Error) -> Self {
        FeedError::Unreadable(error.to_string())
    }
}
