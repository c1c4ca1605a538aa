//! By what incidents of one organisation are found: entities → incidents.
//!
//! In: entities and slots of incidents. Out: slots. Never: entities of another organisation; each
//! desk has an index of its own.

use std::collections::HashMap;
use std::sync::Arc;

use wardwatch_model::{Entity, EntityKind};

/// How many incidents one entity leads to. Within a window it is one, unless people keep some apart.
const MOST_SLOTS: usize = 4;

/// Entities → slots.
#[derive(Debug, Default)]
pub(crate) struct Index {
    links: HashMap<Arc<Entity>, Link>,
    pairs: usize,
    /// How many links were looked at: for tests of growth.
    pub steps: u64,
}

#[derive(Debug, Default)]
struct Link {
    slots: Vec<usize>,
    /// Marks of the devices it was seen on, until it is common.
    seen_on: Vec<u64>,
    common: bool,
}

impl Index {
    /// How many pairs of entity and incident there are.
    pub fn len(&self) -> usize {
        self.pairs
    }

    /// The incidents that an entity leads to. `serious` detections follow common entities too.
    pub fn find(&mut self, entity: &Entity, serious: bool) -> &[usize] {
        self.steps += 1;
        match self.links.get(entity) {
            Some(link) if serious || !link.common => &link.slots,
            _ => &[],
        }
    }

    /// Lets an entity lead to an incident; returns it where it did not before.
    pub fn link(&mut self, entity: &Entity, slot: usize) -> Option<Arc<Entity>> {
        self.steps += 1;
        if let Some(link) = self.links.get_mut(entity)
            && link.slots.contains(&slot)
        {
            return None;
        }
        let key = match self.links.get_key_value(entity) {
            Some((key, _)) => Arc::clone(key),
            None => Arc::new(entity.clone()),
        };
        let link = self.links.entry(Arc::clone(&key)).or_default();
        if link.slots.len() >= MOST_SLOTS {
            link.slots.remove(0);
            self.pairs -= 1;
        }
        link.slots.push(slot);
        self.pairs += 1;
        Some(key)
    }

    /// Remembers on which devices an entity was seen. Devices themselves are never common.
    pub fn note_devices(&mut self, entity: &Entity, marks: &[u64], common_devices: usize) {
        if entity.kind == EntityKind::Device {
            return;
        }
        let Some(link) = self.links.get_mut(entity) else { return };
        for mark in marks {
            if link.common {
                return;
            }
            if !link.seen_on.contains(mark) {
                link.seen_on.push(*mark);
            }
            if link.seen_on.len() > common_devices {
                link.common = true;
                link.seen_on = Vec::new();
            }
        }
    }

    /// Ends an entity's leading to an incident.
    pub fn unlink(&mut self, entity: &Arc<Entity>, slot: usize) {
        self.steps += 1;
        let Some(link) = self.links.get_mut(entity) else { return };
        if let Some(at) = link.slots.iter().position(|one| *one == slot) {
            link.slots.remove(at);
            self.pairs -= 1;
        }
        if link.slots.is_empty() {
            self.links.remove(entity);
        }
    }

    /// Lets an entity lead to another incident instead; returns whether it did not before.
    pub fn relink(&mut self, entity: &Arc<Entity>, from: usize, to: usize) -> bool {
        self.steps += 1;
        let Some(link) = self.links.get_mut(entity) else { return false };
        let known = link.slots.contains(&to);
        let Some(at) = link.slots.iter().position(|one| *one == from) else { return false };
        if known {
            link.slots.remove(at);
            self.pairs -= 1;
        } else {
            link.slots[at] = to;
        }
        !known
    }
}
