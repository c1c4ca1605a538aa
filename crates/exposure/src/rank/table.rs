//! Decision tables, read from the landscape.
//!
//! In: tables as feeds bring them. Out: the outcome for a set of answers. A table that is not there,
//! or has no row for the answers, gives no decision; the BOD 26-04 table is built in, so that there
//! is always a clock. Never: a row that the table does not have.

use wardwatch_model::landscape::DecisionTable;
use wardwatch_model::{Clock, Landscape};

use super::inputs::Inputs;
use super::{Decision, yes};

/// The tables that ranks are decided by, every answer worked out beforehand.
#[derive(Debug, Clone)]
pub struct Tables {
    /// By [`Inputs::bod_place`].
    clocks: [Clock; 16],
    /// By [`Inputs::deployer_place`].
    decisions: [Option<Decision>; 72],
}

impl Tables {
    /// Takes the tables that are known by name; the last of a name counts.
    pub fn new(landscape: &Landscape) -> Self {
        let named = |start: &str| {
            let plain = |name: &str| {
                let letters = name.to_lowercase();
                letters.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
            };
            let fits = |table: &&DecisionTable| plain(&table.name).contains(start);
            landscape.tables.iter().rev().find(fits)
        };
        let (bod, deployer) = (named("bod_26_04"), named("deployer_patch_application"));
        let mut tables = Tables { clocks: [Clock::OnUpgrade; 16], decisions: [None; 72] };
        for inputs in Inputs::all() {
            tables.clocks[inputs.bod_place()] = clock(bod, &inputs);
            tables.decisions[inputs.deployer_place()] = decision(deployer, &inputs);
        }
        tables
    }

    /// The time that BOD 26-04 leaves.
    pub(super) fn clock(&self, inputs: &Inputs) -> Clock {
        self.clocks[inputs.bod_place()]
    }

    /// What the deployer's tree says.
    pub(super) fn decision(&self, inputs: &Inputs) -> Option<Decision> {
        self.decisions[inputs.deployer_place()]
    }
}

fn clock(table: Option<&DecisionTable>, inputs: &Inputs) -> Clock {
    let said = table.and_then(|table| {
        look_up(table, |column| match column {
            column if column.contains("kev") => Some(yes(inputs.exploited)),
            column if column.contains("publicly exposed") => Some(yes(inputs.internet)),
            column if column.contains("automatable") => Some(yes(inputs.automatable)),
            column if column.contains("technical impact") => Some(inputs.impact_word()),
            _ => None,
        })
    });
    said.and_then(read_clock).unwrap_or_else(|| built_in(inputs))
}

fn decision(table: Option<&DecisionTable>, inputs: &Inputs) -> Option<Decision> {
    let word = look_up(table?, |column| match column {
        column if column.contains("exploitation") => Some(inputs.exploitation_word()),
        column if column.contains("system exposure") => Some(inputs.exposure.as_str()),
        column if column.contains("automatable") => Some(yes(inputs.automatable)),
        column if column.contains("human impact") => Some(inputs.human.as_str()),
        _ => None,
    })?;
    Some(match word {
        "immediate" => Decision::Immediate,
        "out-of-cycle" => Decision::OutOfCycle,
        "scheduled" => Decision::Scheduled,
        "defer" => Decision::Defer,
        _ => return None,
    })
}

/// The outcome of the row that has the wanted word in every column that is asked about.
fn look_up(table: &DecisionTable, wanted: impl Fn(&str) -> Option<&'static str>) -> Option<&str> {
    let last = table.columns.len().checked_sub(1)?;
    let asked: Vec<(usize, &str)> = table.columns[..last]
        .iter()
        .enumerate()
        .filter_map(|(place, column)| Some((place, wanted(&column.to_lowercase())?)))
        .collect();
    if asked.is_empty() {
        return None;
    }
    let row = table.rows.iter().find(|row| {
        asked.iter().all(|&(place, word)| row.get(place).is_some_and(|cell| cell == word))
    })?;
    row.get(last).map(String::as_str)
}

fn read_clock(outcome: &str) -> Option<Clock> {
    let outcome = outcome.to_lowercase();
    Some(if outcome.contains("forensic") {
        Clock::ThreeDaysForensics
    } else if outcome.starts_with("3 ") {
        Clock::ThreeDays
    } else if outcome.starts_with("14 ") {
        Clock::FourteenDays
    } else if outcome.starts_with("60 ") {
        Clock::SixtyDays
    } else if outcome.contains("upgrade") {
        Clock::OnUpgrade
    } else {
        return None;
    })
}

/// CISA's BOD 26-04 of 2026-06-10, in the order of its published table: in KEV, exposed to the
/// internet, automatable, impact total.
fn built_in(inputs: &Inputs) -> Clock {
    let total = inputs.impact == wardwatch_model::landscape::TechnicalImpact::Total;
    match (inputs.exploited, inputs.internet, inputs.automatable, total) {
        (true, true, _, true) | (true, false, true, true) => Clock::ThreeDaysForensics,
        (true, true, true, false) | (false, true, true, true) => Clock::ThreeDays,
        (true, ..) | (false, true, true, false) | (false, true, false, true) => Clock::FourteenDays,
        (false, true, false, false) | (false, false, true, _) => Clock::SixtyDays,
        (false, false, false, _) => Clock::OnUpgrade,
    }
}

#[cfg(test)]
mod tests {
    use wardwatch_model::landscape::{Exploitation, TechnicalImpact};

    use super::*;
    use crate::rank::{HumanImpact, SystemExposure};

    /// The 16 rows as published: in KEV, exposed to the internet, automatable, impact, outcome.
    const ROWS: &str = "no,no,no,partial,fix on system upgrade
yes,no,no,partial,14 days
no,yes,no,partial,60 days
no,no,yes,partial,60 days
no,no,no,total,fix on system upgrade
yes,yes,no,partial,14 days
yes,no,yes,partial,14 days
no,yes,yes,partial,14 days
yes,no,no,total,14 days
no,yes,no,total,14 days
no,no,yes,total,60 days
yes,yes,yes,partial,3 days
yes,yes,no,total,3 days & forensic investigation
yes,no,yes,total,3 days & forensic investigation
no,yes,yes,total,3 days
yes,yes,yes,total,3 days & forensic investigation";

    #[test]
    fn the_built_in_clock_is_the_published_table() {
        let rows: Vec<Vec<String>> =
            ROWS.lines().map(|row| row.split(',').map(str::to_owned).collect()).collect();
        let columns = ["In KEV", "Publicly Exposed", "Automatable", "Technical Impact", "Outcome"];
        let table = DecisionTable {
            name: "cisa_bod_26_04 1.0.0".to_owned(),
            columns: columns.map(str::to_owned).to_vec(),
            rows: rows.clone(),
        };
        let landscape = Landscape { tables: vec![table], ..Landscape::default() };
        let tables = Tables::new(&landscape);
        for row in &rows {
            let inputs = Inputs {
                exploited: row[0] == "yes",
                internet: row[1] == "yes",
                exploitation: Exploitation::None,
                automatable: row[2] == "yes",
                impact: match row[3].as_str() {
                    "total" => TechnicalImpact::Total,
                    _ => TechnicalImpact::Partial,
                },
                exposure: SystemExposure::Small,
                human: HumanImpact::Low,
            };
            let expected = read_clock(&row[4]).unwrap();
            assert_eq!(tables.clock(&inputs), expected, "{row:?}");
            assert_eq!(built_in(&inputs), expected, "{row:?}");
            assert_eq!(clock(landscape.tables.first(), &inputs), expected, "{row:?}");
            assert_eq!(tables.decision(&inputs), None);
        }
    }
}
