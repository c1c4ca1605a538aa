//! Devices out of support are known from their events, over a restart too.

use wardwatch_model::Permission;
use wardwatch_store::{DeviceFilter, Page};

use super::wheel::{FOUND, Wheel};

fn event(code: &str, name: &str, number: u64) -> String {
    let event = serde_json::json!({
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": format!("{code}-PC"),
        "EventRecordID": number,
        "host.os.name": name,
        "Image": "C:\\evil.exe",
        "Hashes": "SHA256=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "TimeCreated": "2026-03-02T09:14:05Z",
    });
    format!("{event}\n")
}

#[tokio::test]
async fn campaigns_count_devices_out_of_support() {
    let mut wheel = Wheel::new(FOUND).await;
    wheel.take("ZZ1", &event("ZZ1", "Windows 7 Professional", 1)).await;
    wheel.take("ZZ2", &event("ZZ2", "Windows 11 Enterprise", 2)).await;
    wheel.turn().await;
    let scope = wheel.scope(Permission::ReadFindings).await;
    let (any, page) = (DeviceFilter::default(), Page::default());
    let devices = wheel.state().devices(&scope, &any, &page).await.unwrap().items;
    let told: Vec<_> = devices.iter().map(|one| (one.name.as_str(), one.legacy)).collect();
    assert_eq!(told, [("ZZ1-PC", true), ("ZZ2-PC", false)]);
    let campaigns = wheel.state().campaigns(&scope, &page).await.unwrap().items;
    let [campaign] = campaigns.as_slice() else { panic!("{campaigns:?}") };
    let legacy: Vec<_> =
        campaign.parts.iter().map(|part| (part.org.as_str(), part.legacy_devices)).collect();
    assert_eq!(legacy, [("ZZ1", 1), ("ZZ2", 0)]);
    let known = wheel.state().legacy_devices(&wheel.detect.system).await.unwrap();
    assert_eq!(known, [("ZZ1".parse().unwrap(), "ZZ1-PC".to_owned())]);
}
