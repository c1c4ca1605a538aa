//! What of a device decides its verdicts, and nothing else of it.
//!
//! In: a product, an inventory. Out: a value that is equal for devices that must get equal verdicts.
//! Never: a name, or an update that the catalogue does not know.

use wardwatch_model::Build;
use wardwatch_model::inventory::{Inventory, Setting, SettingName};

use crate::catalogue::Catalogue;
use crate::decide::Host;
use crate::patches::Patches;

/// Place of a state in its fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub u32);

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
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

impl State {
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
        State {
            product: product.and_then(|name| catalogue.product(name)),
            build,
            updates: updates.into(),
            settings: settings.into(),
            restart_pending: inventory.restart_pending == Some(true),
            anything_known: Host::knows(build, inventory),
            offered: Host::offered(catalogue, inventory).into(),
        }
    }

    /// The product's place, when it has one.
    pub fn product(&self) -> Option<u32> {
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
