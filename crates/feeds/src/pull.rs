//! A list of indicators from where it lies: a TAXII collection, a MISP feed, a file.
//!
//! In: a source, what may be reached, limits, the time. Out: the list, or what was added to it.
//! Never: half a list; what cannot be read whole is an error. Blocking.

use wardwatch_model::{SourceKind, Timestamp};

use crate::fetch::{Credentials, FetchError, Fetcher, Reach};
use crate::indicators::{self, Format, Gather, Limits, ListError, Parsed, event_names};
use crate::taxii::{Taxii, TaxiiError};

/// Events of a MISP feed that are read; those that changed last.
const MAX_EVENTS: usize = 5_000;
/// Bytes of one event.
const EVENT_BYTES: u64 = 32 << 20;
/// Bytes of a manifest.
const MANIFEST_BYTES: u64 = 32 << 20;

/// Where a list lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What lies there.
    pub kind: SourceKind,
    /// The address.
    pub address: String,
    /// The collection, for TAXII.
    pub collection: String,
    /// Who asks.
    pub credentials: Credentials,
    /// Up to where it was read before, for TAXII.
    pub read_up_to: Option<String>,
}

/// What was read.
#[derive(Debug)]
pub struct Pulled {
    /// The list.
    pub parsed: Parsed,
    /// Whether it is the whole list; otherwise it is what was added since.
    pub whole: bool,
    /// Up to where it was read, for the next time.
    pub read_up_to: Option<String>,
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The server could not be read from.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The TAXII server could not be read from.
    #[error(transparent)]
    Taxii(#[from] TaxiiError),
    /// What was read is no list.
    #[error(transparent)]
    List(#[from] ListError),
    /// An event of a feed is no event.
    #[error("event {name} of the feed: {error}")]
    Event {
        /// Which.
        name: String,
        /// Why not.
        error: ListError,
    },
    /// The feed has too many bytes.
    #[error("the events of the feed have more than {0} bytes")]
    TooLarge(usize),
}

/// Reads from a source.
///
/// # Errors
/// When it cannot be read whole.
pub fn pull(
    source: &Source,
    reach: &Reach,
    limits: &Limits,
    now: Timestamp,
) -> Result<Pulled, PullError> {
    let fetcher = Fetcher::new(reach.clone(), source.credentials.clone());
    match source.kind {
        SourceKind::Taxii => taxii(source, &fetcher, limits, now),
        SourceKind::Misp => misp(source, &fetcher, limits, now),
        SourceKind::File => {
            let answer = fetcher.get(&source.address, "*/*", limits.bytes as u64)?;
            let parsed = indicators::parse(answer.text.as_bytes(), Format::Auto, limits, now)?;
            Ok(Pulled { parsed, whole: true, read_up_to: None })
        }
    }
}

fn taxii(
    source: &Source,
    fetcher: &Fetcher,
    limits: &Limits,
    now: Timestamp,
) -> Result<Pulled, PullError> {
    let client = Taxii::new(fetcher);
    let place = client.find(&source.address, &source.collection)?;
    let mut gather = Gather::new(*limits, now);
    let last = client.objects(&place, source.read_up_to.as_deref(), &mut gather)?;
    Ok(Pulled {
        parsed: gather.finish(Format::Stix),
        whole: source.read_up_to.is_none(),
        read_up_to: last.or_else(|| source.read_up_to.clone()),
    })
}

fn misp(
    source: &Source,
    fetcher: &Fetcher,
    limits: &Limits,
    now: Timestamp,
) -> Result<Pulled, PullError> {
    let folder = source.address.strip_suffix("manifest.json").unwrap_or(&source.address);
    let folder = folder.trim_end_matches('/');
    let manifest =
        fetcher.get(&format!("{folder}/manifest.json"), "application/json", MANIFEST_BYTES)?;
    let mut names = event_names(&manifest.text)?;
    let mut gather = Gather::new(*limits, now);
    for name in names.drain(MAX_EVENTS.min(names.len())..) {
        gather.refuse(name, format!("only the {MAX_EVENTS} latest events of a feed are read"));
    }
    let mut bytes = 0;
    for name in names {
        let address = format!("{folder}/{name}.json");
        let event = fetcher.get(&address, "application/json", EVENT_BYTES)?.text;
        bytes += event.len();
        if bytes > limits.bytes {
            return Err(PullError::TooLarge(limits.bytes));
        }
        indicators::read(&event, Format::Misp, &name, &mut gather)
            .map_err(|error| PullError::Event { name, error })?;
    }
    Ok(Pulled { parsed: gather.finish(Format::Misp), whole: true, read_up_to: None })
}
