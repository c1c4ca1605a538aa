//! A client of TAXII 2.1 (OASIS, June 2021): discovery, API roots, collections, objects.
//!
//! In: the address of a discovery or of an API root, and a collection. Out: the collection's
//! indicators, page by page. Never: another host than the one that was named; a page or a number
//! of pages without bound. Blocking.

use serde::Deserialize;
use serde_json::Value;

use crate::fetch::{Answer, FetchError, Fetcher};
use crate::indicators::{Gather, ListError, read_envelope};

/// The media type of the protocol.
const MEDIA: &str = "application/taxii+json;version=2.1";
/// Bytes of a page.
const PAGE_BYTES: u64 = 32 << 20;
/// Bytes of a description.
const RESOURCE_BYTES: u64 = 4 << 20;
/// Objects that are asked for at once.
const PAGE_OBJECTS: u32 = 1_000;
/// Pages of a collection.
const MAX_PAGES: usize = 10_000;
/// API roots of a server that are looked at.
const MAX_ROOTS: usize = 32;

/// Why a collection was not read.
#[derive(Debug, thiserror::Error)]
pub enum TaxiiError {
    /// The server could not be read from.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What it sent is no list.
    #[error("a page of the collection cannot be read: {0}")]
    List(#[from] ListError),
    /// What it sent is no resource of TAXII.
    #[error("'{address}' is no {resource} of TAXII 2.1: {why}")]
    NotTaxii {
        /// Where it was.
        address: String,
        /// What was expected.
        resource: &'static str,
        /// Why it is none.
        why: String,
    },
    /// There is no such collection.
    #[error("there is no collection '{wanted}'; there are: {}", if there.is_empty() { "none" } else { there })]
    NoCollection {
        /// What was asked for.
        wanted: String,
        /// What is there.
        there: String,
    },
    /// The collection may not be read.
    #[error("the collection '{0}' may not be read with these credentials")]
    NotReadable(String),
    /// There are too many pages.
    #[error("the collection has more than {MAX_PAGES} pages")]
    TooManyPages,
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Discovery {
    /// Its title.
    pub title: String,
    /// Its preferred API root.
    #[serde(default)]
    pub default: Option<String>,
    /// Its API roots.
    #[serde(default)]
    pub api_roots: Vec<String>,
}

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Collection {
    /// Its identity.
    pub id: String,
    /// Its title.
    pub title: String,
    /// A short name.
    #[serde(default)]
    pub alias: Option<String>,
    /// Whether it may be read.
    pub can_read: bool,
}

#[derive(Deserialize)]
struct Collections {
    #[serde(default)]
    collections: Vec<Collection>,
}

/// A collection that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The API root's address, with a slash at its end.
    pub root: String,
    /// The collection.
    pub collection: Collection,
}

/// A client of one server.
pub struct Taxii<'f> {
    fetcher: &'f Fetcher,
}

impl<'f> Taxii<'f> {
    /// Over something that reads from that server.
    pub fn new(fetcher: &'f Fetcher) -> Self {
        Taxii { fetcher }
    }

    /// What the server says of itself at its discovery.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn discovery(&self, address: &str) -> Result<Discovery, TaxiiError> {
        let value = self.resource(address)?;
        understood(address, "discovery", value)
    }

    /// The collections of an API root.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn collections(&self, root: &str) -> Result<Vec<Collection>, TaxiiError> {
        let address = format!("{}collections/", with_slash(root));
        let value = self.resource(&address)?;
        Ok(understood::<Collections>(&address, "list of collections", value)?.collections)
    }

    /// Finds a collection by its identity, alias or title, from a discovery or an API root.
    ///
    /// # Errors
    /// When there is none, or it may not be read.
    pub fn find(&self, address: &str, wanted: &str) -> Result<Place, TaxiiError> {
        let value = self.resource(address)?;
        let roots = match value.get("api_roots").is_some() || value.get("default").is_some() {
            true => roots(address, understood(address, "discovery", value)?),
            false if value.get("versions").is_some() => vec![with_slash(address)],
            false => {
                return Err(TaxiiError::NotTaxii {
                    address: address.to_owned(),
                    resource: "discovery or API root",
                    why: "it names neither API roots nor versions".to_owned(),
                });
            }
        };
        let (mut there, mut failed) = (Vec::new(), None);
        for root in roots {
            let collections = match self.collections(&root) {
                Ok(collections) => collections,
                // One root that is not for this caller does not hide the others.
                Err(error) => {
                    failed = failed.or(Some(error));
                    continue;
                }
            };
            for collection in collections {
                let is_it = collection.id == wanted
                    || collection.alias.as_deref() == Some(wanted)
                    || collection.title == wanted;
                if is_it && !collection.can_read {
                    return Err(TaxiiError::NotReadable(collection.title));
                }
                if is_it {
                    return Ok(Place { root, collection });
                }
                there.push(format!("'{}' ({})", collection.title, collection.id));
            }
        }
        there.truncate(20);
        match failed {
            Some(error) if there.is_empty() => Err(error),
            _ => {
                Err(TaxiiError::NoCollection { wanted: wanted.to_owned(), there: there.join(", ") })
            }
        }
    }

    /// Reads the indicators of a collection that were added after a moment; gives when the last of
    /// them was added.
    ///
    /// # Errors
    /// When a page cannot be read.
    pub fn objects(
        &self,
        place: &Place,
        added_after: Option<&str>,
        gather: &mut Gather,
    ) -> Result<Option<String>, TaxiiError> {
        let base = format!(
            "{}collections/{}/objects/?match%5Btype%5D=indicator&limit={PAGE_OBJECTS}",
            place.root,
            escaped(&place.collection.id)
        );
        let after =
            added_after.map(|after| format!("&added_after={}", escaped(after))).unwrap_or_default();
        let (mut next, mut last) = (None::<String>, None);
        for _ in 0..MAX_PAGES {
            let page = next.as_deref().map(|next| format!("&next={}", escaped(next)));
            let address = format!("{base}{after}{}", page.unwrap_or_default());
            let Answer { text, added_last } = self.fetcher.get(&address, MEDIA, PAGE_BYTES)?;
            last = added_last.or(last);
            // A collection with nothing new may answer with nothing at all.
            if text.trim().is_empty() {
                return Ok(last);
            }
            let following = read_envelope(&text, gather)?;
            // Some servers name every page after the first alike, so that says nothing.
            if following.is_none() {
                return Ok(last);
            }
            next = following;
        }
        Err(TaxiiError::TooManyPages)
    }

    fn resource(&self, address: &str) -> Result<Value, TaxiiError> {
        let answer = self.fetcher.get(address, MEDIA, RESOURCE_BYTES)?;
        serde_json::from_str(&answer.text).map_err(|error| TaxiiError::NotTaxii {
            address: address.to_owned(),
            resource: "resource",
            why: error.to_string(),
        })
    }
}

fn understood<T: serde::de::DeserializeOwned>(
    address: &str,
    resource: &'static str,
    value: Value,
) -> Result<T, TaxiiError> {
    serde_json::from_value(value).map_err(|error| TaxiiError::NotTaxii {
        address: address.to_owned(),
        resource,
        why: error.to_string(),
    })
}

/// A discovery's API roots on its own host, the preferred one first.
fn roots(address: &str, discovery: Discovery) -> Vec<String> {
    let host = host_of(address);
    let mut found: Vec<String> = Vec::new();
    for root in discovery.default.into_iter().chain(discovery.api_roots) {
        let root = match root.starts_with('/') {
            true => format!("{host}{root}"),
            false => root,
        };
        let root = with_slash(&root);
        if host_of(&root).eq_ignore_ascii_case(host) && !found.contains(&root) {
            found.push(root);
        }
    }
    found.truncate(MAX_ROOTS);
    found
}

/// Scheme and host of an address.
fn host_of(address: &str) -> &str {
    let from = address.find("://").map_or(0, |at| at + 3);
    let end = address[from..].find(['/', '?', '#']).map_or(address.len(), |at| from + at);
    &address[..end]
}

fn with_slash(address: &str) -> String {
    if address.ends_with('/') { address.to_owned() } else { format!("{address}/") }
}

/// Text as it may stand in a query or as a step of a path.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_of_other_hosts_are_left_out() {
        let discovery = Discovery {
            title: "t".into(),
            default: Some("https://zz.net/b/".into()),
            api_roots: vec![
                "https://zz.net/a".into(),
                "https://evil.net/a/".into(),
                "http://zz.net/a/".into(),
                "https://zz.net.evil.net/".into(),
                "/c/".into(),
                "https://ZZ.net/b/".into(),
            ],
        };
        let found = roots("https://zz.net/taxii2/", discovery);
        assert_eq!(
            found,
            ["https://zz.net/b/", "https://zz.net/a/", "https://zz.net/c/", "https://ZZ.net/b/"]
        );
    }

    #[test]
    fn what_goes_into_an_address_is_escaped() {
        assert_eq!(escaped("2020-01-01T00:00:00Z"), "2020-01-01T00%3A00%3A00Z");
        assert_eq!(escaped("../é"), "..%2F%C3%A9");
    }
}
