//! A sender's secret from the `Authorization` header, in every form that shippers write it.
//!
//! `Bearer` and `Splunk` carry it as it is, `Basic` as the password, `ApiKey` as it is or as the
//! second half of what Elastic's clients encode.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Denied;

/// Longest header that is looked at.
const MAX_HEADER_BYTES: usize = 1_024;

/// The secret.
pub(super) fn secret(headers: &HeaderMap) -> Result<String, Denied> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Err(Denied::Missing) };
    let text = value.to_str().map_err(|_| Denied::Malformed)?;
    let (scheme, rest) = text.split_once(' ').ok_or(Denied::Malformed)?;
    let rest = rest.trim();
    if text.len() > MAX_HEADER_BYTES || rest.is_empty() {
        return Err(Denied::Malformed);
    }
    let is = |word: &str| scheme.eq_ignore_ascii_case(word);
    let secret = match () {
        () if is("Bearer") || is("Splunk") => Some(rest.to_owned()),
        () if is("Basic") => second_half(rest),
        () if is("ApiKey") => second_half(rest).or_else(|| Some(rest.to_owned())),
        () => None,
    };
    secret.filter(|secret| !secret.is_empty()).ok_or(Denied::Malformed)
}

/// What stands behind the first colon in text that is encoded as base64.
fn second_half(encoded: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(_, secret)| secret.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(value: &str) -> Result<String, Denied> {
        let mut headers = HeaderMap::new();
        if let Ok(value) = value.parse() {
            headers.insert(header::AUTHORIZATION, value);
        }
        secret(&headers)
    }

    #[test]
    fn every_form_gives_the_secret() {
        let encoded = BASE64_STANDARD.encode("name:wt_a:b");
        for (value, expected) in [
            ("Bearer wt_a", Ok("wt_a")),
            ("splunk wt_a", Ok("wt_a")),
            ("ApiKey wt_a", Ok("wt_a")),
            (&format!("ApiKey {encoded}"), Ok("wt_a:b")),
            (&format!("Basic {encoded}"), Ok("wt_a:b")),
            ("Basic wt_a", Err(Denied::Malformed)),
            ("Digest wt_a", Err(Denied::Malformed)),
            ("Bearer  ", Err(Denied::Malformed)),
            ("wt_a", Err(Denied::Malformed)),
            (&format!("Bearer {}", "x".repeat(2_000)), Err(Denied::Malformed)),
        ] {
            assert_eq!(told(value), expected.map(str::to_owned), "{value}");
        }
        assert_eq!(secret(&HeaderMap::new()), Err(Denied::Missing));
    }

    proptest! {
        #[test]
        fn never_panics(value in "(Basic|ApiKey|Bearer|x)? ?[ -~]{0,40}") {
            let _ = told(&value);
        }
    }
}
