//! What is known before the first import: built in, so that all works on an island from day one.
//!
//! In: tables of `data/`, each of which names its source. Out: facts under the feed `starter`:
//! support dates of systems, decision tables, a few holes with their updates, and what Microsoft's
//! catalogue lacks (MS17-010 on Windows XP and Server 2003 under all six of its numbers). Imported
//! feeds are laid over it.

use serde::Deserialize;
use wardwatch_model::landscape::{Bulletin, Landscape, Lifecycle};
use wardwatch_model::{CveId, Day};

use super::compile::{Making, compile};
use super::error::FeedError;
use super::report::Yield;
use super::{kev, lifecycle, microsoft, table};

const UPDATES: &[u8] = include_bytes!("../../data/updates.csv");
const KEV: &[u8] = include_bytes!("../../data/kev.csv");
const LIFECYCLE: &[u8] = include_bytes!("../../data/lifecycle.csv");
/// Tables by the names of their files.
const TABLES: [(&str, &[u8]); 3] = [
    ("cisa_bod_26_04_1_0_0.csv", include_bytes!("../../data/cisa_bod_26_04_1_0_0.csv")),
    (
        "deployer_patch_application_priority_1_0_0.csv",
        include_bytes!("../../data/deployer_patch_application_priority_1_0_0.csv"),
    ),
    ("human_impact_1_0_0.csv", include_bytes!("../../data/human_impact_1_0_0.csv")),
];

/// Bulletins that close several holes with the same updates: name, year, first and last number.
const BULLETINS: [(&str, u16, u32, u32); 1] = [("MS17-010", 2017, 143, 148)];

/// The day up to which the tables were put together.
const MADE: (i16, i8, i8) = (2026, 8, 22);

/// The landscape of what is built in.
pub fn starter() -> Landscape {
    let (year, month, day) = MADE;
    compile(std::iter::empty(), Day::new(year, month, day).unwrap_or(Day::MIN)).0
}

/// Lays what is built in under a landscape in the making.
pub fn lay(made: &mut Making) {
    let facts = &mut made.facts;
    for (name, year, first, last) in BULLETINS {
        let vulnerabilities = (first..=last).map(|number| CveId { year, number }).collect();
        let bulletin = Bulletin { name: name.to_owned(), vulnerabilities };
        facts.bulletins.insert(bulletin.name.clone(), bulletin);
    }
    let mut told: Vec<(&str, Result<Yield<()>, FeedError>)> = vec![
        ("updates.csv", microsoft::csv(UPDATES).map(|told| told.map(|rows| facts.microsoft(rows)))),
        (
            "kev.csv",
            kev::csv(KEV).map(|told| {
                told.map(|entries| {
                    facts.kev(entries, None);
                })
            }),
        ),
        (
            "lifecycle.csv",
            releases(LIFECYCLE).map(|told| {
                told.map(|releases| {
                    releases.into_iter().for_each(|release| facts.dates.known(release));
                })
            }),
        ),
    ];
    for (name, bytes) in TABLES {
        told.push((name, table::csv(name, bytes).map(|told| told.map(|table| facts.table(table)))));
    }
    for (name, told) in told {
        match told {
            Ok(told) => made.taken(&format!("built in/{name}"), "starter", told),
            Err(error) => made.report.note(&format!("starter: {name}: {error}")),
        }
    }
}

/// A row of the table of support dates; empty means none.
#[derive(Deserialize)]
struct Row {
    product: String,
    cycle: String,
    label: String,
    released: Option<Day>,
    active: Option<Day>,
    supported: Option<Day>,
    extended: Option<Day>,
    build: String,
    lts: String,
}

fn releases(bytes: &[u8]) -> Result<Yield<Vec<Lifecycle>>, FeedError> {
    let mut out = Yield::new(Vec::new());
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(bytes);
    for row in reader.deserialize::<Row>() {
        let row = row.map_err(|error| FeedError::Unreadable(error.to_string()))?;
        out.count += 1;
        out.saw(row.released);
        out.records.push(Lifecycle {
            channel: lifecycle::channel(&row.product, &row.cycle),
            product: row.product,
            cycle: row.cycle,
            label: row.label,
            released: row.released,
            active_until: row.active,
            supported_until: row.supported,
            extended_until: row.extended,
            open_ended: false,
            ended: false,
            build: wardwatch_model::Build::parse(&row.build),
            long_term: row.lts == "yes",
        });
    }
    Ok(out)
}
