//! What hosts run, over HTTP: any report that `ward assess` reads.
//!
//! In: one report as the body, and `?device=` for one that names no host. Out: each host of it as one
//! line, and an answer that names the hosts. Never: an organisation from a report; a host without a
//! name; which product a report speaks of, which is decided later.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use wardwatch_intake::open::open;
use wardwatch_model::inventory::Inventory;
use wardwatch_normalise::block::Shape;
use wardwatch_normalise::inventory::{MAX_REPORT_BYTES, read};

use crate::counters::Door;
use crate::gate::Gate;
use crate::gather::{Gather, Gathered, named};
use crate::http::{Caller, Shared, problem};

const DOOR: Door = Door::Inventory;
/// Longest name of a device that is believed.
const MAX_DEVICE_BYTES: usize = 255;
/// Hosts that an answer names.
const MAX_NAMED: usize = 100;
/// Bytes of a batch: large reports go one by one.
const BATCH_BYTES: usize = 1 << 20;

/// The hosts of a report on their way to the log.
pub(crate) struct Told {
    pub(crate) batches: Vec<Gathered>,
    hosts: Vec<String>,
    doubts: usize,
}

/// `POST /api/v1/inventories`.
pub(crate) fn router<G: Gate>() -> Router<Shared<G>> {
    Router::new().route("/api/v1/inventories", post(take::<G>))
}

async fn take<G: Gate>(
    State(doors): State<Shared<G>>,
    Query(query): Query<HashMap<String, String>>,
    headers: Caller,
    body: Body,
) -> Response {
    let limits = &doors.limits;
    let (sender, body, _held) = match doors.receive(DOOR, &headers, body).await {
        Ok(received) => received,
        Err(answer) => return *answer,
    };
    let word = |name: &str| query.get(name).cloned().filter(|word| !word.is_empty());
    let (device, source) =
        (word("device"), named(DOOR.word(), &word("source").unwrap_or_default()));
    // A table of a hundred thousand hosts takes its time.
    let reading = move || hosts(&body, device.as_deref(), &source);
    let told = match tokio::task::spawn_blocking(reading).await {
        Ok(Ok(told)) => told,
        Ok(Err(reason)) => {
            doors.counters.invalid(DOOR, 1);
            return problem(StatusCode::UNPROCESSABLE_ENTITY, &reason);
        }
        Err(error) => {
            tracing::error!(%error, "a report of hosts could not be worked through");
            doors.counters.invalid(DOOR, 1);
            let reason = "the report could not be worked through: it was not taken";
            return problem(StatusCode::UNPROCESSABLE_ENTITY, reason);
        }
    };
    let answer = serde_json::json!({
        "hosts": told.hosts.len(),
        "devices": told.hosts.iter().take(MAX_NAMED).collect::<Vec<_>>(),
        "doubts": told.doubts,
    });
    match doors.keep_all(DOOR, &sender, told.batches).await {
        Ok(()) => {
            ([(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
        }
        Err(refused) => refused.into_problem(limits),
    }
}

/// Reads a report. `device` names its host; a report that names several may not have one.
///
/// # Errors
/// When it is no report, or a host of it has no name; says what to do.
pub(crate) fn hosts(bytes: &[u8], device: Option<&str>, source: &str) -> Result<Told, String> {
    let mut found = read(bytes).map_err(|error| error.to_string())?;
    let device = device.map(cleaned).transpose()?;
    if let ([only], Some(device)) = (found.as_mut_slice(), device) {
        // A folder's file may be called anything: what the report says of itself is surer.
        only.host.get_or_insert(device);
    }
    let mut gather = Gather::new(source.to_owned(), BATCH_BYTES);
    let mut told = Told { batches: Vec::new(), hosts: Vec::new(), doubts: 0 };
    for inventory in found {
        let host = inventory.host.as_deref().map(cleaned).transpose()?;
        let host = host.ok_or(
            "the report does not name its host: say which it is by ?device=NAME, in a folder by the \
             file's name",
        )?;
        told.doubts += inventory.doubts.len();
        gather.add(Shape::Inventory, &line(inventory, &host)?);
        told.hosts.push(host);
    }
    told.batches = gather.take();
    Ok(told)
}

/// The line for a report of one host, whose name is known.
///
/// # Errors
/// When it is no report of one host.
pub(crate) fn of_device(record: &[u8], device: &str) -> Result<Vec<u8>, String> {
    let found = read(record).map_err(|error| error.to_string())?;
    match <[Inventory; 1]>::try_from(found) {
        Ok([inventory]) => line(inventory, &cleaned(device)?),
        Err(several) => Err(format!("{} hosts in a report of one", several.len())),
    }
}

/// The content of a file, unpacked, up to the limit of a report.
///
/// # Errors
/// When it cannot be read or is too large.
pub(crate) fn content(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let limit = MAX_REPORT_BYTES as u64 + 1;
    open(path, &Arc::new(AtomicU64::new(0)))
        .and_then(|content| content.stream.take(limit).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.len() > MAX_REPORT_BYTES {
        return Err(format!("larger than {MAX_REPORT_BYTES} bytes: split it"));
    }
    Ok(bytes)
}

fn line(inventory: Inventory, host: &str) -> Result<Vec<u8>, String> {
    let inventory = Inventory { host: Some(host.to_owned()), ..inventory };
    serde_json::to_vec(&inventory).map_err(|error| error.to_string())
}

/// A device's name as it is kept.
fn cleaned(name: &str) -> Result<String, String> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_DEVICE_BYTES || name.chars().any(char::is_control) {
        return Err(format!(
            "a device's name has 1 to {MAX_DEVICE_BYTES} bytes and no control characters"
        ));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: &str = "Host Name:                 ZZ-PC1\r\n\
        OS Name:                   Microsoft Windows 7 Professional\r\n\
        OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
        System Type:               x64-based PC\r\n\
        Hotfix(s):                 1 Hotfix(s) Installed.\r\n\
        \x20                          [01]: KB4012212\r\n";
    const LIST: &str = "HotFixID\r\nKB4012598\r\n";

    fn told(bytes: &str, device: Option<&str>) -> Result<Vec<String>, String> {
        hosts(bytes.as_bytes(), device, "inventory").map(|told| told.hosts)
    }

    #[test]
    fn each_host_has_a_name_or_is_refused() {
        assert_eq!(told(SYSTEM, None), Ok(vec!["ZZ-PC1".to_owned()]));
        assert_eq!(told(SYSTEM, Some("other")), Ok(vec!["ZZ-PC1".to_owned()]));
        assert_eq!(told(LIST, Some(" ZZ-PC2 ")), Ok(vec!["ZZ-PC2".to_owned()]));
        for (bytes, device, part) in [
            (LIST, None, "?device="),
            (LIST, Some("a\u{7}b"), "control characters"),
            ("no report at all", Some("ZZ-PC1"), "no report"),
        ] {
            let error = told(bytes, device).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_line_is_an_inventory_that_comes_back() {
        let told = hosts(SYSTEM.as_bytes(), None, "inventory").unwrap();
        let [only] = told.batches.as_slice() else { panic!("one batch") };
        assert_eq!((only.records, only.batch.shape), (1, Shape::Inventory));
        let back: Inventory = serde_json::from_slice(only.batch.bytes.trim_ascii()).unwrap();
        assert_eq!(back.host.as_deref(), Some("ZZ-PC1"));
        assert_eq!(back.updates.len(), 1);
        let of = of_device(LIST.as_bytes(), "ZZ-PC9").unwrap();
        let back: Inventory = serde_json::from_slice(&of).unwrap();
        assert_eq!(back.host.as_deref(), Some("ZZ-PC9"));
    }
}
