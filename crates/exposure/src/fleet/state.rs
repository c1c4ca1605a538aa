//! What of a device decides its verdicts, and nothing else of it.
//!
//! In: a product, an inventory. Out: a value that is equal for devices that must get equal verdicts.
//! Never: a name, or an update that the catalogue does not know.

use wardwatch_model::inventory::{Inventory, Setting, SettingName};
use wardwatch_model::{Build, ExposureStatus};

use crate::assess::Subject;
use crate::catalogue::Catalogue;
use crate::decide::Host;
use crate::package::Release;
use crate::patches::Patches;
use crate::told::Teller;

/// Place of a state in its fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub u32);

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum State {
    /// Of a system whose vendor lists updates.
    Patched(Patched),
    /// Of one that trackers or advisories speak of.
    Told(Told),
}

/// What decides for a system whose vendor lists updates.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Patched {
    /// The product's place, or none.
    product: Option<u32>,
    build: Option<Build>,
    /// Places of installed updates that have a say for some product, sorted.
    updates: Box<[u32]>,
    settings: Box<[(SettingName, bool)]>,
    /// Places of updates that it still wants, sorted.
    offered: Box<[u32]>,
    restart_pending: bool,
    anything_known: bool,
}

/// What others have said, by vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Told {
    /// The release whose tracker's silence says that a package is not there.
    pub(super) silent: Option<Release>,
    /// Places of vulnerabilities with their answers, sorted; none that silence says too.
    pub(super) answers: Box<[(u32, ExposureStatus)]>,
}

/// What a state's silence about a vulnerability means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runs<'s> {
    /// Nothing is known of it.
    Unknown,
    /// A product of the catalogue, by its place.
    Product(u32),
    /// Packages, by their sources' names, of a release that is tracked.
    Release(&'s Release),
    /// Something of which only some speak.
    Spoken,
}

impl State {
    /// The state of a device.
    pub fn of(catalogue: &Catalogue, subject: &Subject, inventory: &Inventory) -> Self {
        let Some(teller) = Teller::of(catalogue, subject, inventory) else {
            return State::new(catalogue, subject.product.as_deref(), subject.build, inventory);
        };
        let silent = teller.silent();
        let needless = |status| silent.is_some() && status == ExposureStatus::NotAffected;
        let answers = teller.answers(catalogue).into_iter();
        let answers = answers.filter(|(_, (status, _))| !needless(*status));
        let mut answers: Vec<(u32, ExposureStatus)> = answers
            .filter_map(|(cve, (status, _))| Some((catalogue.vulnerability_place(cve)?, status)))
            .collect();
        answers.sort_unstable();
        State::Told(Told { silent: silent.cloned(), answers: answers.into() })
    }

    /// The state of a device that runs `product`, by the catalogue's name.
    pub fn new(
        catalogue: &Catalogue,
        product: Option<&str>,
        build: Option<Build>,
        inventory: &Inventory,
    ) -> Self {
        let known = inventory.updates.iter().filter_map(|update| catalogue.update(update.kb));
        let mut updates: Vec<u32> = known.collect();
        updates.sort_unstable();
        updates.dedup();
        let mut settings: Vec<(SettingName, bool)> =
            inventory.settings.iter().map(|set| (set.name.clone(), set.on)).collect();
        settings.sort_unstable();
        settings.dedup();
        State::Patched(Patched {
            product: product.and_then(|name| catalogue.product(name)),
            build,
            updates: updates.into(),
            settings: settings.into(),
            restart_pending: inventory.restart_pending == Some(true),
            anything_known: Host::knows(build, inventory),
            offered: Host::offered(catalogue, inventory).into(),
        })
    }

    /// What it runs, as far as silence about it is understood.
    pub fn runs(&self) -> Runs<'_> {
        match self {
            State::Patched(patched) => patched.product.map_or(Runs::Unknown, Runs::Product),
            State::Told(told) => told.silent.as_ref().map_or(Runs::Spoken, Runs::Release),
        }
    }
}

impl Told {
    /// What was said of a vulnerability by its place; none when nothing was.
    pub(super) fn answer(&self, vulnerability: u32) -> Option<ExposureStatus> {
        let at = self.answers.binary_search_by_key(&vulnerability, |(place, _)| *place).ok()?;
        self.answers.get(at).map(|(_, status)| *status)
    }
}

impl Patched {
    /// The product's place, when it has one.
    pub(super) fn product(&self) -> Option<u32> {
        self.product
    }

    /// Calls with the state as a host to decide upon. Invariant: the state has a product.
    pub(super) fn with_host<T>(
        &self,
        catalogue: &Catalogue,
        ask: impl FnOnce(&Host<'_>) -> T,
    ) -> T {
        let settings: Vec<Setting> = self
            .settings
            .iter()
            .map(|(name, on)| Setting { name: name.clone(), on: *on, evidence: String::new() })
            .collect();
        let product = self.product.unwrap_or(u32::MAX);
        let updates = self.updates.to_vec();
        let host = Host {
            product,
            patches: Patches::of_places(catalogue, product, self.build, updates, Vec::new()),
            settings: &settings,
            restart_pending: self.restart_pending,
            anything_known: self.anything_known,
            offered: self.offered.to_vec(),
        };
        ask(&host)
    }
}
