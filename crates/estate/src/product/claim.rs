//! What the report itself, or another report of the same host, says of the system.
//!
//! In: an inventory or a resolution. Out: facts with the sentence that names their source. Never:
//! what updates or names say.

use wardwatch_model::inventory::Inventory;

use super::family::{Facts, Family};
use super::{Hints, Resolution, builds, catalogue, from_titles, lifecycle, name};

/// The facts of the report's own system.
pub(super) fn told(inventory: &Inventory) -> (Facts, String) {
    let system = &inventory.system;
    let text = system.name.as_deref().unwrap_or_default();
    let named = name::facts(text);
    let mut facts = Facts {
        core: system.core.or(named.core),
        channel: lifecycle::channel(system.edition.as_deref().unwrap_or_default(), text),
        architecture: system.architecture.or(named.architecture),
        pack: system.service_pack,
        ..Facts::default()
    };
    let known = system.version.and_then(|version| builds::known(version.branch()));
    let server = system.server.or_else(|| named.family.and_then(Family::server));
    let release = system.release.clone().or_else(|| named.release.clone());
    let sentence = match (known, system.version) {
        (Some(known), Some(version)) => {
            let found = match (server, known.client, known.server) {
                (Some(true), _, server) => server,
                (Some(false), client, _) => client,
                (None, Some(client), None) => Some(client),
                (None, None, server) => server,
                (None, Some(_), Some(_)) => None,
            };
            facts.family = found.map(|found| found.0);
            facts.release =
                found.map(|found| found.1.to_owned()).filter(|release| !release.is_empty());
            facts.pack = known.service_pack.or(facts.pack);
            same_number(&mut facts, named.family, text, release);
            format!("the report's version {version} and system's name say")
        }
        _ => {
            facts.family = named.family;
            facts.pack = facts.pack.or(named.pack);
            facts.release = release.filter(|_| named.family.is_some());
            let parted = matches!(facts.family, Some(Family::Server2022 | Family::Server2025));
            facts.release = facts.release.filter(|_| !parted);
            match from_titles(inventory.report) {
                true => "most titles of updates speak of".to_owned(),
                false => "the system's name in the report says".to_owned(),
            }
        }
    };
    if facts.family == Some(Family::Server2008) && facts.pack == Some(0) {
        facts.pack = Some(1);
    }
    if facts.family.is_some_and(|family| family.architectures().is_empty()) {
        facts.architecture = None;
    }
    (facts, sentence)
}

/// Systems that share a number with another: Windows RT, and half-yearly servers of 2018.
fn same_number(facts: &mut Facts, named: Option<Family>, text: &str, release: Option<String>) {
    match (facts.family, named) {
        (Some(Family::Eight), Some(Family::Rt)) => facts.family = named,
        (Some(Family::EightOne), Some(Family::Rt81 | Family::Rt)) => {
            facts.family = Some(Family::Rt81);
        }
        // Version 1809 has its own dates, though the updates are those of Server 2019.
        (Some(Family::Server2019), Some(Family::ServerAnnual)) => facts.family = named,
        (Some(Family::Server2019), None) if name::is_yearless_server(text) => {
            facts.family = Some(Family::ServerAnnual);
        }
        _ if facts.release.is_none() => facts.release = release.filter(|_| facts.family.is_none()),
        _ => {}
    }
}

/// The facts of what another report led to.
pub(super) fn of_resolution(other: &Resolution) -> Facts {
    let mut facts = other.product.as_deref().and_then(catalogue::facts).unwrap_or_default();
    facts.pack = other.service_pack.or(facts.pack);
    facts.release = other.release.clone().or(facts.release);
    let kinds = facts.family.map_or(&[][..], Family::architectures);
    facts.architecture = other.architecture.filter(|_| facts.family.is_none() || !kinds.is_empty());
    facts.core = other.core;
    facts.channel = other.channel;
    facts
}

/// A distribution of Linux, by the report or by another of the same host.
pub(super) fn linux(inventory: &Inventory, hints: &Hints<'_>) -> Option<Resolution> {
    let system = &inventory.system;
    if let Some(id) = &system.distribution {
        let release = system.release.clone().unwrap_or_default();
        let known = Some(format!("{id} {release}").trim().to_owned());
        let needed = release.is_empty().then(|| "the file /etc/os-release of the host".to_owned());
        return Some(Resolution {
            product: system.name.clone().or(known).filter(|_| needed.is_none()),
            lifecycle: lifecycle::distribution(id, &release),
            release: system.release.clone(),
            architecture: system.architecture,
            evidence: vec![format!("the report says: {id} {release}").trim_end().to_owned()],
            needed,
            ..Resolution::default()
        });
    }
    if inventory.packages.is_empty() {
        return None;
    }
    let other = hints.same_host.filter(|other| other.product.is_some());
    Some(match other {
        Some(other) => Resolution {
            evidence: vec!["another report of the same host says which system it is".to_owned()],
            ..other.clone()
        },
        None => Resolution {
            needed: Some("the file /etc/os-release of the host".to_owned()),
            ..Resolution::default()
        },
    })
}

/// What would tell more.
pub(super) fn needed(facts: &Facts) -> &'static str {
    match facts.family {
        None => "the output of systeminfo of the host",
        Some(_) if facts.architecture.is_none() => {
            "the kind of processor, as systeminfo of the host tells it"
        }
        Some(_) => "the release or service pack, as systeminfo of the host tells it",
    }
}
