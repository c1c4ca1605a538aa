//! A sector as files: organisations as CSV, devices as JSON lines, the truth as JSON.
//!
//! In: a sector. Out: bytes, which the caller puts where it likes. Never: a file of its own.

use std::fmt::{self, Write};

use super::organisation::Org;
use super::sector::Sector;
use super::truth::Truth;

/// Organisations and sites, in the form that `ward org import` reads: `code,parent,name,kind`,
/// whatever belongs to something after it.
///
/// # Errors
/// When `out` refuses.
pub fn organisations_csv(sector: &Sector, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "code,parent,name,kind")?;
    let mut bodies = sector.organisations.iter();
    if let Some(centre) = bodies.next() {
        body(centre, out)?;
    }
    for org in sector.regions.iter().chain(&sector.systems) {
        let parent = org.parent.as_ref().map_or("", |parent| parent.as_str());
        writeln!(out, "{},{parent},{},{}", org.code, org.name, org.kind)?;
    }
    bodies.try_for_each(|org| body(org, out))
}

/// Invariant: names hold no comma, quote or line end.
fn body(org: &Org, out: &mut impl Write) -> fmt::Result {
    let parent = org.parent.as_ref().map_or("", |parent| parent.as_str());
    writeln!(out, "{},{parent},{},{}", org.code, org.name, org.kind.org_kind())?;
    for site in &org.sites {
        writeln!(out, "{},{},{},site", site.code, org.code, site.name)?;
    }
    Ok(())
}

/// The devices of a body, a line each. Lines of all bodies in their order are the whole file.
///
/// # Errors
/// When a device cannot be written as JSON.
pub fn devices_jsonl(sector: &Sector, org: &Org, out: &mut Vec<u8>) -> serde_json::Result<()> {
    for device in sector.devices(org) {
        serde_json::to_writer(&mut *out, &device)?;
        out.push(b'\n');
    }
    Ok(())
}

/// What is true of a sector.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn truth_json(truth: &Truth) -> serde_json::Result<String> {
    serde_json::to_string_pretty(truth)
}
