//! What a sighting may share with incidents, and on what it was seen.
//!
//! In: a sighting. Out: the entities that join anything, and marks of devices. Never: more entities
//! than the limit.

use wardwatch_model::{Entity, EntityKind, Sighting};

use crate::{common, hash};

/// What a sighting may share.
pub(super) struct Keys<'a> {
    pub entities: Vec<&'a Entity>,
    /// The device's name, unless the sighting is of a sensor beside it.
    pub device: Option<&'a str>,
    /// Marks of what was seen: the device, or without one the addresses.
    pub marks: Vec<u64>,
}

impl<'a> Keys<'a> {
    /// `spare` stands for the entities of a sighting that has none.
    pub fn of(sighting: &'a Sighting, spare: Option<&'a Entity>, most: usize) -> Self {
        let all = sighting.entities.iter().take(most).chain(spare);
        let entities: Vec<&Entity> = all.filter(|entity| common::joins(entity)).collect();
        let named = entities.iter().find(|entity| entity.kind == EntityKind::Device);
        let device = named.map(|entity| match sighting.device.trim() {
            "" => entity.value.as_str(),
            written => written,
        });
        let marks = match named {
            Some(device) => vec![hash::mark(&device.value)],
            None => {
                let addresses = entities.iter().filter(|one| one.kind == EntityKind::Address);
                addresses.map(|address| hash::mark(&address.value)).collect()
            }
        };
        Keys { entities, device, marks }
    }
}
