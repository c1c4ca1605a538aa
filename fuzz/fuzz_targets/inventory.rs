//! Reports of hosts: whatever they hold, they are read or refused, and a product is told or not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wardwatch_estate::product::{Hints, resolve};
use wardwatch_normalise::inventory::{MAX_DOUBTS, MAX_UPDATES, read};

fuzz_target!(|content: &[u8]| {
    let Ok(found) = read(content) else { return };
    assert!(!found.is_empty(), "read, and no host");
    for inventory in &found {
        assert!(inventory.updates.len() <= MAX_UPDATES);
        assert!(inventory.doubts.len() <= MAX_DOUBTS + 1);
        let told = resolve(inventory, &Hints::default());
        assert!(told.product.is_some() || !told.evidence.is_empty() || told.needed.is_some());
        // What goes to the log as a line comes back as it was.
        let line = serde_json::to_vec(inventory).unwrap();
        assert!(!line.contains(&b'\n'));
        assert_eq!(&serde_json::from_slice::<wardwatch_model::Inventory>(&line).unwrap(), inventory);
    }
});
