//! Invented names. Each ends in "(exercise)", so that none can be taken for a body that there is.

use super::kind::Kind;

const FIRST: [&str; 24] = [
    "Amber", "Basalt", "Cobalt", "Dapple", "Ember", "Flint", "Garnet", "Heron", "Indigo", "Jasper",
    "Kelp", "Lumen", "Marl", "Nimbus", "Onyx", "Pebble", "Quartz", "Russet", "Saffron", "Thistle",
    "Umber", "Velvet", "Willow", "Zephyr",
];

const LAST: [&str; 10] =
    ["hollow", "marsh", "reach", "tarn", "fell", "combe", "stead", "haven", "holt", "moor"];

/// The name of the body of a kind with a number, from 1.
pub fn of_body(kind: Kind, number: u32) -> String {
    let what = match kind {
        Kind::Centre => return "Sector Centre (exercise)".to_owned(),
        Kind::Acute => "Hospitals",
        Kind::MentalHealth => "Mental Health",
        Kind::Community => "Community Health",
        Kind::Ambulance => "Ambulance",
        Kind::CareBoard => "Care Board",
        Kind::SupportUnit => "Support Unit",
        Kind::Practice => "Practice",
        Kind::Council => "Council",
        Kind::CareHome => "House",
    };
    format!("{} {what} (exercise)", place(number))
}

/// A place that there is none of; from the 241st on with a number.
pub fn place(number: u32) -> String {
    let place = number.saturating_sub(1);
    let first = FIRST[place as usize % FIRST.len()];
    let last = LAST[place as usize / FIRST.len() % LAST.len()];
    match place / 240 {
        0 => format!("{first}{last}"),
        round => format!("{first}{last} {}", round + 1),
    }
}
