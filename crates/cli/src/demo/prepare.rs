//! Fills a server with a made sector: who there is, what they own, what they run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use wardwatch_api::Secret;
use wardwatch_api::landscape::LoadLandscape;
use wardwatch_exercise::estate::{
    COMPATIBILITY, Kind, Org, Sector, organisations_csv, to_inventory,
};
use wardwatch_model::{OrgId, Role};

use super::server;
use crate::remote::client::Client;

/// Devices of one import or report.
const AT_ONCE: usize = 500;

/// Tokens of senders by organisation.
pub type Senders = BTreeMap<OrgId, Secret>;

/// People who may log in, all with one password that is made for this run.
pub struct People {
    password: String,
}

const PEOPLE: [(&str, Role, Option<Kind>, &str); 6] = [
    ("ana", Role::Analyst, None, "analyst at the centre"),
    ("ian", Role::ItManager, Some(Kind::Acute), "IT manager of"),
    ("cleo", Role::ClinicalEngineer, Some(Kind::Acute), "clinical engineer of"),
    ("dee", Role::DetectionEngineer, None, "detection engineer at the centre"),
    ("bo", Role::Board, Some(Kind::Acute), "board member of"),
    ("cath", Role::CareHomeUser, Some(Kind::CareHome), "owner of"),
];

impl People {
    /// With a password of their own.
    pub fn new() -> Result<Self> {
        Ok(People { password: wardwatch_server::passwords::make()? })
    }

    /// The password of all of them.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The login name of the centre's analyst.
    pub fn analyst(&self) -> &'static str {
        PEOPLE[0].0
    }

    /// Login names, and who they are.
    pub fn told(&self, sector: &Sector) -> Vec<(&'static str, String)> {
        let who = |kind: Option<Kind>, what: &str| match kind.and_then(|kind| first(sector, kind)) {
            Some(org) => format!("{what} {}", org.name),
            None => what.to_owned(),
        };
        PEOPLE.iter().map(|(name, _, kind, what)| (*name, who(*kind, what))).collect()
    }
}

fn first(sector: &Sector, kind: Kind) -> Option<&Org> {
    sector.organisations.iter().find(|org| org.kind == kind)
}

/// Organisations, services, care classes, people and senders; gives the senders' tokens.
pub fn sector(client: &Client, sector: &Sector, people: &People) -> Result<Senders> {
    let mut text = String::new();
    organisations_csv(sector, &mut text)?;
    import(client, "/api/v1/organisations/import", &text).context("organisations")?;
    for (path, text) in [
        ("/api/v1/services/import", services(sector)),
        ("/api/v1/devices/import", classes(sector)),
        ("/api/v1/contacts/import", contacts(sector)),
    ] {
        let (head, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let lines: Vec<&str> = rest.lines().collect();
        for some in lines.chunks(AT_ONCE) {
            import(client, path, &format!("{head}\n{}\n", some.join("\n"))).context(path)?;
        }
    }
    for (name, role, kind, _) in PEOPLE {
        let org = kind.and_then(|kind| first(sector, kind));
        let org = org.map_or(super::CENTRE, |org| org.code.as_str());
        let person = json!({ "name": name, "org": org, "role": role, "password": people.password });
        let _: Value = client.post("/api/v1/people", &person).context("people")?;
    }
    let mut senders = Senders::new();
    for org in &sector.organisations {
        let sender = json!({ "name": "devices' own logs", "org": org.code });
        let made: Value = client.post("/api/v1/senders", &sender).context("senders")?;
        let secret = made["secret"].as_str().context("a sender has no secret")?;
        senders.insert(org.code.clone(), Secret(secret.to_owned()));
    }
    Ok(senders)
}

fn import(client: &Client, path: &str, text: &str) -> Result<()> {
    let answer: Value = client.post_bytes(path, &(), "text/csv", text.as_bytes())?;
    match answer["problems"].as_array().and_then(|problems| problems.first()) {
        Some(problem) => anyhow::bail!("{problem}"),
        None => Ok(()),
    }
}

/// A service's code from its name.
fn code(service: &str) -> String {
    service.to_lowercase().replace(' ', "-")
}

fn services(sector: &Sector) -> String {
    let mut seen = BTreeSet::new();
    let mut text = "org,code,name\n".to_owned();
    for org in &sector.organisations {
        for device in sector.devices(org).filter(|device| !device.service.is_empty()) {
            if seen.insert((org.code.clone(), device.service)) {
                let mut name = device.service.replace('-', " ");
                if let Some(start) = name.get_mut(..1) {
                    start.make_ascii_uppercase();
                }
                let _ = writeln!(text, "{},{},{name}", org.code, code(device.service));
            }
        }
    }
    text
}

/// Whom to ring: numbers that belong to nobody (Ofcom keeps 01632 960000 to 960999 for stories).
fn contacts(sector: &Sector) -> String {
    let mut text = "org,name,phone,about,for_below\n".to_owned();
    let centre = "Duty desk,01632 960000,\"Attacks, day and night\",yes";
    let _ = writeln!(text, "{},{centre}", super::CENTRE);
    let numbers = (1..=999_u32).cycle().map(|n| format!("01632 960{n:03}"));
    let desks = |kind| match kind {
        Kind::Acute => &[
            ("IT duty desk", "Day and night"),
            ("Clinical engineering", "Medical devices, weekdays 8 to 18"),
        ][..],
        Kind::Practice | Kind::CareHome => &[("Manager", "Weekdays 9 to 17")][..],
        _ => &[("IT service desk", "Weekdays 8 to 18")][..],
    };
    let all = sector
        .organisations
        .iter()
        .flat_map(|org| desks(org.kind).iter().map(move |(name, about)| (&org.code, name, about)));
    for ((org, name, about), phone) in all.zip(numbers) {
        let _ = writeln!(text, "{org},{name},{phone},\"{about}\",no");
    }
    text
}

fn classes(sector: &Sector) -> String {
    let mut text = "org,name,care_class,service\n".to_owned();
    for org in &sector.organisations {
        for device in sector.devices(org).filter(|device| device.care_class.is_some()) {
            let class = device.care_class.map_or("", |class| class.as_str());
            let service = code(device.service);
            let _ = writeln!(text, "{},{},{class},{service}", org.code, device.name);
        }
    }
    text
}

/// What devices run, as they report it. Devices that have been off for a month have not.
pub fn inventories(address: &str, sector: &Sector, senders: &Senders) -> Result<()> {
    for org in &sector.organisations {
        let Some(token) = senders.get(&org.code) else { continue };
        let client = Client::new(server(address)?, Some(token.clone()));
        let reports: Vec<_> = sector
            .devices(org)
            .filter(|device| device.product.is_some() && !device.dormant)
            .map(|device| {
                let mut inventory = to_inventory(&device);
                // They report today, not on the day that the sector was made to show.
                inventory.taken = None;
                inventory
            })
            .collect();
        for some in reports.chunks(AT_ONCE) {
            let body = serde_json::to_vec(some)?;
            let _: Value = client
                .post_bytes("/api/v1/inventories", &(), "application/json", &body)
                .with_context(|| format!("inventories of {}", org.code))?;
        }
    }
    Ok(())
}

/// What does not run on newer releases, as the centre would load it.
pub fn compatibility(client: &Client) -> Result<()> {
    let query =
        LoadLandscape { name: Some("compatibility.csv".to_owned()), ..LoadLandscape::default() };
    let bytes = COMPATIBILITY.as_bytes();
    let _: Value = client
        .post_bytes("/api/v1/landscape", &query, "application/octet-stream", bytes)
        .context("what does not run on newer releases")?;
    Ok(())
}

/// The alert that stood in March 2017 and was not followed everywhere.
pub fn alert(client: &Client) -> Result<()> {
    let alert = json!({
        "org": super::CENTRE,
        "title": "Close the hole in old Windows file sharing (MS17-010)",
        "text": "Install the update that closes it. Where that cannot be done, switch SMB version 1 \
                 off, or let nobody reach port 445 of the device. Devices answer by themselves; \
                 look at those that are unknown.",
        "cves": ["CVE-2017-0144", "CVE-2017-0145"],
    });
    let _: Value = client.post("/api/v1/alerts", &alert).context("the alert")?;
    Ok(())
}
