//! `ward device`: list devices that were heard from, and say how careful to be with them.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use wardwatch_api::Paged;
use wardwatch_api::device::{Classify, Device, DeviceQuery};
use wardwatch_model::{CareClass, OrgId, ServiceCode};

use super::client::Client;
use super::show::{Show, moment, more, shown, table};
use super::{list_file, only};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List devices.
    List {
        /// Only of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        /// Only names that start so.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
        /// Only of this care class: normal, critical, passive or unclassified.
        #[arg(long, value_name = "CLASS")]
        care_class: Option<String>,
        /// Only those that were not heard from for 24 hours.
        #[arg(long)]
        silent: bool,
        #[command(flatten)]
        orgs: only::Orgs,
        /// None of this care class.
        #[arg(long, value_name = "CLASS")]
        not_care_class: Option<String>,
        /// Only those that this service depends on.
        #[arg(long, value_name = "CODE")]
        service: Option<ServiceCode>,
        /// None that this service depends on.
        #[arg(long, value_name = "CODE")]
        not_service: Option<ServiceCode>,
        /// Only those whose system is out of support, as far as is known (false: the others).
        #[arg(long, value_name = "TRUE")]
        legacy: Option<bool>,
    },
    /// Say how careful to be with a device. What is left out is taken away.
    Set {
        /// Its name.
        name: String,
        /// Its organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// Its care class: normal, critical (two people approve) or passive (never touched).
        #[arg(long, value_name = "CLASS")]
        care_class: Option<CareClass>,
        /// The service of its organisation that depends on it.
        #[arg(long, value_name = "CODE")]
        service: Option<ServiceCode>,
    },
    /// Say how careful to be with many devices, from a file.
    Import {
        /// JSON (a list of devices), or CSV with a head of `org,name` and, if wanted,
        /// `care_class,service`. `-` reads standard input.
        file: PathBuf,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List {
            org,
            name,
            limit,
            care_class,
            silent,
            orgs,
            not_care_class,
            service,
            not_service,
            legacy,
        } => {
            let query = DeviceQuery {
                org,
                not_org: orgs.not_org,
                name,
                care_class,
                not_care_class,
                service,
                not_service,
                legacy,
                silent: silent.then_some(true),
                ..DeviceQuery::default()
            };
            let page: Paged<Device> = client.pages("/api/v1/devices", &query, limit.max(1))?;
            show.answer(&page, list)
        }
        Verb::Set { name, org, care_class, service } => {
            let path = format!("/api/v1/devices/{org}/{}", in_path(&name));
            let () = client.put(&path, &Classify { care_class, service })?;
            show.answer(&(), |(), out| {
                writeln!(out, "{} of {org} is {}.", shown(&name), class_word(care_class))
            })
        }
        Verb::Import { file, dry_run } => {
            list_file::import("/api/v1/devices/import", &file, dry_run, client, show)
        }
    }
}

/// A name as a part of a path: what is not plain is written by its bytes.
fn in_path(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn class_word(class: Option<CareClass>) -> &'static str {
    class.map_or("unclassified", CareClass::as_str)
}

fn list(page: &Paged<Device>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|device| {
        let legacy = if device.legacy { "out of support" } else { "" };
        [
            device.org.to_string(),
            device.name.clone(),
            moment(device.first_seen),
            moment(device.last_seen),
            number(device.events),
            legacy.to_owned(),
            class_word(device.care_class).to_owned(),
            device.service.as_ref().map(ToString::to_string).unwrap_or_default(),
        ]
    });
    let head = [
        "Organisation",
        "Device",
        "First seen (UTC)",
        "Last seen (UTC)",
        "Events",
        "System",
        "Care class",
        "Service",
    ];
    table(out, head, rows, "No device was heard from.")?;
    more(out, page.next.as_ref(), page.items.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_path() {
        assert_eq!(in_path("ZZ-PC_1"), "ZZ-PC_1");
        assert_eq!(in_path("../a b?"), "%2E%2E%2Fa%20b%3F");
    }
}
