//! What people and a sensor say of old medical devices of the made trust, so that their plans stand
//! somewhere: most are watched and in order, one is reached by a stranger, of one care went quiet.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use wardwatch_exercise::estate::{Class, Device, Kind, Sector};
use wardwatch_model::Day;

use crate::remote::client::Client;

/// Devices that the sensor watches.
const WATCHED: usize = 40;
/// Days that it has watched.
const DAYS: i32 = 20;

/// Says it.
pub fn say(client: &Client, sector: &Sector, today: Day) -> Result<()> {
    let Some(trust) = sector.organisations.iter().find(|org| org.kind == Kind::Acute) else {
        return Ok(());
    };
    let old: Vec<Device> = sector
        .devices(trust)
        .filter(|device| device.class == Class::MedicalWorkstation && is_old(device))
        .take(WATCHED)
        .collect();
    let mut flows: Vec<Value> = Vec::new();
    let (from, yesterday) = (today.plus(-DAYS), today.plus(-1));
    for (at, device) in old.iter().enumerate() {
        let (duty, what, peers) = duty(device);
        let placing = json!({
            "duty": duty, "what": format!("{what} {}", at + 1),
            "supplier": "Lumen Imaging (invented)", "jump_host": format!("{}-jump", trust.code),
            "reach": if at % 3 == 0 { "whole_network" } else { "segment" },
        });
        let () = client
            .put(&format!("/api/v1/devices/{}/{}/placing", trust.code, device.name), &placing)
            .context("placing")?;
        for (peer, port, inward) in peers {
            // The second device's last image went out ten days ago.
            let last = if at == 1 { today.plus(-10) } else { yesterday };
            flows.push(json!({
                "device": device.name, "peer": peer, "port": port, "inward": inward,
                "first": from, "last": last,
            }));
        }
        if at == 0 {
            flows.push(json!({
                "device": device.name, "peer": format!("{}-WPC-00017", trust.code), "port": 445,
                "inward": true, "first": yesterday, "last": yesterday,
            }));
        }
    }
    // Other seeds may make a trust without such devices.
    if !flows.is_empty() {
        let seen = json!({ "org": trust.code, "from": from, "through": yesterday, "flows": flows });
        let _: Value = client.post("/api/v1/flows", &seen).context("flows")?;
    }
    Ok(())
}

/// Whether it runs Windows of which no support is left, whatever is paid for.
fn is_old(device: &Device) -> bool {
    let product = device.product.unwrap_or_default();
    ["Windows XP", "Windows 7", "Server 2003", "Windows 2000"]
        .iter()
        .any(|old| product.contains(old))
}

/// What it does, in the API's word and people's, and whom it talks to by which port.
fn duty(device: &Device) -> (&'static str, &'static str, Vec<(&'static str, u16, bool)>) {
    match device.service {
        "radiology" | "cardiology" => (
            "imaging_console",
            "Imaging console",
            vec![("pacs-1", 11_112, false), ("worklist-1", 104, false)],
        ),
        "pathology" => ("lab_analyser", "Analyser", vec![("integration-1", 2575, false)]),
        _ => ("other", "Workstation of a device", vec![("records-1", 443, false)]),
    }
}
