//! What hosts reported that they run: lines of an entry to reports of devices.
//!
//! In: an entry whose lines are inventories. Out: each with the organisation of its sender. Never: an
//! organisation from a line; an event.

use wardwatch_model::Inventory;
use wardwatch_normalise::block::Block;
use wardwatch_store::{Entry, KeptInventory};

use super::Worked;
use super::heard::Heard;

/// Takes the inventories of a block; lines that are none are named by number and reason.
pub(super) fn take(
    entry: &Entry,
    block: &Block,
    worked: &mut Worked,
    broken: &mut Vec<(u64, String)>,
) {
    for (line, number) in block.bytes.split(|byte| *byte == b'\n').zip(block.first..) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let read = serde_json::from_slice::<Inventory>(line)
            .map_err(|error| error.to_string())
            .and_then(|read| {
                let device = read.host.clone().ok_or("it names no host")?;
                Ok((device, read))
            });
        match read {
            Ok((device, inventory)) => {
                let heard = Heard::nothing(entry.received);
                worked.devices.entry(device.clone()).or_insert(heard).join(heard);
                worked.inventories.push(KeptInventory {
                    org: entry.org.clone(),
                    device,
                    received: entry.received,
                    inventory,
                });
            }
            Err(reason) => {
                worked.unparsed += 1;
                broken.push((number, reason));
            }
        }
    }
}
