//! One device, with everything that is to be said of it.
//!
//! In: its reports, what people and sensors said of it, the ground. Out: its assessment, and a plan when it gets no
//! fixes any more. Never: what another device reported.

use wardwatch_exposure::rank::{Attacks, HumanImpact, Surroundings};
use wardwatch_exposure::{Assessment, assess as decide};
use wardwatch_model::PlanFacts;
use wardwatch_store::KeptInventory;

use super::merged::merged;
use super::protection;
use super::sector::{Ground, Said};

/// What is to be said of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAnswer {
    /// The assessment.
    pub assessment: Assessment,
    /// What to do instead when it gets no fixes, on one page.
    pub plan: Option<String>,
}

/// Assesses a device by its reports; none without any.
pub fn assess(
    ground: &Ground,
    reports: Vec<KeptInventory>,
    said: &Said,
    attacks: &Attacks,
    facts: &PlanFacts,
) -> Option<DeviceAnswer> {
    let device = reports.first()?.device.clone();
    let inventory = merged(reports)?;
    let subject = ground.subject(&inventory);
    let impact = HumanImpact::of(said.class, said.service.is_some());
    let around =
        Surroundings { impact, attacks: Attacks::clone(attacks), ..Surroundings::default() };
    let plan = protection::standing(ground, &device, &subject, &inventory, said, facts);
    let plan = plan.map(|plan| wardwatch_estate::plan::page(&plan));
    let (catalogue, tables) = (&ground.catalogue, &ground.tables);
    let assessment = decide(catalogue, tables, &subject, &inventory, &around, ground.today);
    Some(DeviceAnswer { assessment, plan })
}
