//! What is true of a sector, to hold answers of other parts against.
//!
//! In: a sector. Out: counts and names. Never: an estimate; every device is looked at.

use std::collections::BTreeMap;

use serde::Serialize;
use wardwatch_model::{Day, OrgId};

use super::device::{Class, Device};
use super::parallel::in_order;
use super::patch::Ms17010;
use super::scenario::{Scale, Scenario};
use super::sector::{Sector, SharedSystem};
use super::size::CheckSum;

/// What is true of some devices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// All.
    pub devices: u64,
    /// With an agent.
    pub managed: u64,
    /// Off for more than 30 days.
    pub dormant: u64,
    /// By product; `none` for what runs no Windows.
    pub products: BTreeMap<&'static str, u64>,
    /// By class.
    pub classes: BTreeMap<Class, u64>,
    /// Where MS17-010 is missing.
    pub ms17_010_missing: u64,
    /// That a worm like that of 2017 would take over.
    pub open_to_worm: u64,
    /// That answer on port 445 to the internet.
    pub internet_exposed_445: u64,
}

/// What is true of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrgTruth {
    /// Its code.
    pub code: OrgId,
    /// Its devices.
    pub devices: u32,
    /// Whether it is a laggard.
    pub laggard: bool,
    /// Devices that the worm would take over.
    pub open_to_worm: u64,
    /// Where MS17-010 is missing.
    pub ms17_010_missing: u64,
}

/// What is true of a sector.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    /// What it shows.
    pub scenario: Scenario,
    /// How much of it.
    pub scale: Scale,
    /// What it was made from.
    pub seed: u64,
    /// The day that it shows.
    pub today: Day,
    /// Its sum against what was counted.
    pub check_sum: CheckSum,
    /// All devices.
    pub all: Counts,
    /// Bodies with devices that the worm would take over, or that are laggards.
    pub organisations: Vec<OrgTruth>,
    /// The first three bodies with devices that answer to the internet: where the worm begins.
    pub patient_zero: Vec<OrgId>,
    /// Who depends on whom.
    pub shared: Vec<SharedSystem>,
}

/// What is true of `sector`, with so many threads.
pub fn truth(sector: &Sector, threads: usize) -> Truth {
    let counts = in_order(&sector.organisations, threads, |org| {
        let mut counts = Counts::default();
        sector.devices(org).for_each(|device| counts.add(&device));
        counts
    });
    let mut all = Counts::default();
    let mut organisations = Vec::new();
    let mut patient_zero = Vec::new();
    for (org, counts) in sector.organisations.iter().zip(&counts) {
        all.merge(counts);
        if org.posture.laggard || counts.open_to_worm > 0 {
            organisations.push(OrgTruth {
                code: org.code.clone(),
                devices: org.devices,
                laggard: org.posture.laggard,
                open_to_worm: counts.open_to_worm,
                ms17_010_missing: counts.ms17_010_missing,
            });
        }
        if counts.internet_exposed_445 > 0 && patient_zero.len() < 3 {
            patient_zero.push(org.code.clone());
        }
    }
    Truth {
        scenario: sector.scenario,
        scale: sector.scale,
        seed: sector.seed,
        today: sector.scenario.today(),
        check_sum: sector.check_sum,
        all,
        organisations,
        patient_zero,
        shared: sector.shared.clone(),
    }
}

impl Counts {
    fn add(&mut self, device: &Device) {
        self.devices += 1;
        self.managed += u64::from(device.managed);
        self.dormant += u64::from(device.dormant);
        *self.products.entry(device.product.unwrap_or("none")).or_default() += 1;
        *self.classes.entry(device.class).or_default() += 1;
        self.ms17_010_missing += u64::from(device.ms17_010 == Ms17010::Missing);
        self.open_to_worm += u64::from(device.open_to_worm());
        self.internet_exposed_445 += u64::from(device.internet_exposed_445);
    }

    fn merge(&mut self, other: &Counts) {
        self.devices += other.devices;
        self.managed += other.managed;
        self.dormant += other.dormant;
        self.ms17_010_missing += other.ms17_010_missing;
        self.open_to_worm += other.open_to_worm;
        self.internet_exposed_445 += other.internet_exposed_445;
        for (product, count) in &other.products {
            *self.products.entry(product).or_default() += count;
        }
        for (class, count) in &other.classes {
            *self.classes.entry(*class).or_default() += count;
        }
    }
}
