//! Reports of what devices run, to whoever follows all of them.

use wardwatch_model::{Inventory, OrgId, ReportKind};
use wardwatch_store::KeptInventory;

use crate::fixture::{Sector, at, commit, org};

#[tokio::test]
async fn devices_come_whole_and_in_order_however_many_reports_are_read_at_once() {
    let sector = Sector::new().await;
    let kinds = [ReportKind::SystemInfo, ReportKind::HotfixList, ReportKind::Registry];
    let mut step = commit(100);
    for (code, device, reports) in
        [("ZZ2", "a", 1), ("ZZ1", "b", 3), ("ZZ1", "a", 2), ("ZZ1", "B", 1), ("ZZ2", "c", 3)]
    {
        step.inventories.extend(kinds[..reports].iter().map(|kind| KeptInventory {
            org: org(code),
            device: device.to_owned(),
            received: at(5),
            inventory: Inventory::new(*kind),
        }));
    }
    let state = &sector.state;
    assert_eq!(state.last_inventory(&sector.system).await.unwrap(), 0);
    state.commit(&sector.system, step).await.unwrap();
    assert_eq!(state.last_inventory(&sector.system).await.unwrap(), 10);
    for limit in 1..12 {
        let mut last: Option<(OrgId, String)> = None;
        let mut told = Vec::new();
        loop {
            let devices =
                state.inventories_behind(&sector.system, last.as_ref(), limit).await.unwrap();
            let Some(one) = devices.last() else { break };
            last = Some((one[0].org.clone(), one[0].device.clone()));
            let line = |of: &Vec<KeptInventory>| {
                assert!(of.iter().all(|one| one.device == of[0].device && one.org == of[0].org));
                format!("{} {} {}", of[0].org, of[0].device, of.len())
            };
            told.extend(devices.iter().map(line));
        }
        let all = ["ZZ1 B 1", "ZZ1 a 2", "ZZ1 b 3", "ZZ2 a 1", "ZZ2 c 3"];
        assert_eq!(told, all, "{limit} at once");
    }
}
