//! Several reports of one device as one: of each thing the newest word.
//!
//! In: a device's reports. Out: one inventory. Never: a list of updates made of two lists: what an
//! older one names may be gone.

use wardwatch_model::inventory::{Hardware, Inventory, ReportKind, Setting};
use wardwatch_store::KeptInventory;

/// The reports as one; none when there are none.
pub fn merged(mut reports: Vec<KeptInventory>) -> Option<Inventory> {
    reports.sort_by_key(|kept| std::cmp::Reverse(kept.received));
    let newest = |has: fn(&Inventory) -> bool| {
        reports.iter().map(|kept| &kept.inventory).find(|inventory| has(inventory))
    };
    let base = newest(|one| one.system.version.is_some())
        .or_else(|| newest(|one| one.system.name.is_some()))
        .or_else(|| newest(|_| true))?;
    let mut whole = base.clone();
    // A revision that another report tells, of the very build that the newest one runs.
    if let Some(build) = whole.system.version.filter(|build| build.revision().is_none()) {
        let told = reports.iter().filter_map(|kept| kept.inventory.system.version);
        let mut of_it = told.filter(|other| other.branch() == build.branch());
        whole.system.version = of_it.find(|other| other.revision().is_some()).or(Some(build));
    }
    if let Some(lists) = newest(lists_updates) {
        whole.report = lists.report;
        whole.updates.clone_from(&lists.updates);
    }
    if let Some(wants) = newest(|one| one.report == ReportKind::UpdateList) {
        whole.offered.clone_from(&wants.offered);
    }
    if let Some(has) = newest(|one| !one.packages.is_empty()) {
        whole.packages.clone_from(&has.packages);
    }
    if let Some(has) = newest(|one| !one.software.is_empty()) {
        whole.software.clone_from(&has.software);
    }
    whole.hardware = Hardware::default();
    for report in &reports {
        whole.hardware.fill(&report.inventory.hardware);
    }
    whole.restart_pending = reports.iter().find_map(|kept| kept.inventory.restart_pending);
    whole.settings = settings(&reports);
    whole.taken = reports.iter().find_map(|kept| kept.inventory.taken);
    Some(whole)
}

/// Whether a report says which updates are installed, were it none.
pub fn lists_updates(inventory: &Inventory) -> bool {
    let all = matches!(
        inventory.report,
        ReportKind::SystemInfo | ReportKind::HotfixList | ReportKind::Agent
    );
    all || !inventory.updates.is_empty()
}

/// Each setting as the newest report that speaks of it has it.
fn settings(reports: &[KeptInventory]) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    for setting in reports.iter().flat_map(|kept| &kept.inventory.settings) {
        if settings.iter().all(|known| known.name != setting.name) {
            settings.push(setting.clone());
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use wardwatch_model::inventory::InstalledUpdate;
    use wardwatch_model::{Build, Kb, Timestamp};

    use super::*;

    fn report(
        kind: ReportKind,
        second: i64,
        build: Option<[u32; 4]>,
        updates: &[u32],
    ) -> KeptInventory {
        let mut inventory = Inventory::new(kind);
        inventory.system.version = build.map(Build);
        let installed = |kb: &u32| InstalledUpdate { kb: Kb(*kb), installed: None };
        inventory.updates = updates.iter().map(installed).collect();
        KeptInventory {
            org: "ZZ1".parse().unwrap(),
            device: "ZZ1-PC1".to_owned(),
            received: Timestamp { micros: second * 1_000_000 },
            inventory,
        }
    }

    #[test]
    fn of_each_thing_the_newest_word_counts() {
        let numbers = |whole: &Inventory| -> Vec<u32> {
            whole.updates.iter().map(|update| update.kb.0).collect()
        };
        let system = report(ReportKind::SystemInfo, 1, Some([10, 0, 19045, 0]), &[1, 2]);
        let registry = report(ReportKind::Registry, 2, Some([10, 0, 19045, 3693]), &[]);
        let list = report(ReportKind::HotfixList, 3, None, &[2, 3]);
        let whole = merged(vec![system.clone(), list.clone(), registry.clone()]).unwrap();
        assert_eq!(numbers(&whole), [2, 3], "what the older list names may be gone");
        assert_eq!(whole.system.version, Some(Build([10, 0, 19045, 3693])));
        let whole = merged(vec![system.clone(), registry]).unwrap();
        assert_eq!(numbers(&whole), [1, 2], "a registry that names none says nothing of updates");
        let later = report(ReportKind::SystemInfo, 4, Some([10, 0, 22631, 0]), &[]);
        let whole = merged(vec![system, list, later]).unwrap();
        assert!(numbers(&whole).is_empty(), "a new system starts anew");
        assert_eq!(whole.system.version, Some(Build([10, 0, 22631, 0])));
        assert_eq!(merged(Vec::new()), None);
    }
}
