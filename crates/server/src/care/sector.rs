//! What the whole sector runs, in memory: each device with its state, and what is known of both.
//!
//! In: a landscape, reports of devices, what people said of devices, attacks. Out: devices by
//! organisation, and how many are alike. Never: an input or output, a clock; an answer to somebody
//! without a scope (see `answer`).

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use wardwatch_estate::lifecycle::Support;
use wardwatch_estate::product::{Hints, resolve};
use wardwatch_estate::wave::{Blocker, Target, blockers};
use wardwatch_exposure::fleet::{Fleet, State, StateId};
use wardwatch_exposure::rank::{Attacks, HumanImpact, Tables};
use wardwatch_exposure::survey::{Alike, Devices, Stands};
use wardwatch_exposure::{Catalogue, Subject, told};
use wardwatch_model::inventory::SettingName;
use wardwatch_model::landscape::Landscape;
use wardwatch_model::{CareClass, Day, Inventory, Kb, OrgId, ServiceCode, Timestamp};
use wardwatch_store::DeviceClass;

use super::kept::Answers;

/// Where the landscape in use came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Its number; none of what is built in.
    pub version: Option<u64>,
    /// The newest that is stored: its own number, unless that one cannot be read.
    pub stored: Option<u64>,
    /// When it was loaded.
    pub loaded: Option<Timestamp>,
    /// By whom.
    pub by: Option<String>,
}

/// What a device runs, as far as many share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its name for people; none when it is not known.
    pub name: Option<String>,
    /// How it is supported.
    pub support: Support,
}

/// A device in its place.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    /// The state that decides its verdicts.
    pub state: StateId,
    /// What it runs.
    pub kind: u32,
    /// What keeps it from a newer release.
    pub blocked: u32,
    /// When it reported last.
    pub reported: Timestamp,
    /// Whether port 445 answers, by its own word; none when it has not said.
    pub smb_open: Option<bool>,
}

/// A device worked out, and not yet in its place.
pub struct Prepared {
    org: OrgId,
    device: String,
    kind: Kind,
    blockers: Vec<Blocker>,
    state: State,
    reported: Timestamp,
    smb_open: Option<bool>,
}

/// What people said of a device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// How careful to be with it.
    pub class: Option<CareClass>,
    /// What depends on it.
    pub service: Option<ServiceCode>,
}

/// What all devices are held against.
#[derive(Clone)]
pub struct Ground {
    /// What is known.
    pub catalogue: Arc<Catalogue>,
    /// Decision tables.
    pub tables: Arc<Tables>,
    /// Where it came from.
    pub origin: Origin,
    /// The day as of which support is told.
    pub today: Day,
}

/// The devices of one organisation.
#[derive(Default)]
struct Held {
    by_name: BTreeMap<Box<str>, Placed>,
    /// How many of them are in which state.
    states: FxHashMap<StateId, u32>,
}

/// The sector.
pub struct Sector {
    /// What devices are held against.
    pub ground: Ground,
    /// Their states.
    pub fleet: Fleet,
    /// How each state stands.
    pub stands: Stands,
    /// What is attacked now.
    pub attacks: Attacks,
    /// Each organisation with the one that speaks for it.
    pub speakers: Arc<HashMap<OrgId, OrgId>>,
    /// Answers that are still good.
    pub(super) answers: Answers,
    orgs: Vec<OrgId>,
    places: BTreeMap<OrgId, u32>,
    devices: Vec<Held>,
    kinds: Vec<Kind>,
    kind_places: FxHashMap<(Option<String>, String, Option<Day>), Vec<u32>>,
    blocked: Vec<Arc<[Blocker]>>,
    blocked_places: FxHashMap<Arc<[Blocker]>, u32>,
    said: HashMap<OrgId, HashMap<Box<str>, Said>>,
}

impl Ground {
    /// A landscape as of a day.
    pub fn new(landscape: Landscape, origin: Origin, today: Day) -> Self {
        let catalogue = Arc::new(Catalogue::new(Arc::new(landscape)));
        let tables = Arc::new(Tables::new(catalogue.landscape()));
        Ground { catalogue, tables, origin, today }
    }

    /// What a device runs, by its reports as one.
    pub fn subject(&self, inventory: &Inventory) -> Subject {
        let products = |kb: Kb| self.catalogue.products_of(kb);
        let hints = Hints { products_of_kb: Some(&products), ..Hints::default() };
        let told = resolve(inventory, &hints);
        // Whether extended security updates are paid for is not known: nobody is told so.
        Subject::of(&self.catalogue, &told, false, self.today)
    }

    /// A device worked out.
    pub fn prepare(
        &self,
        org: OrgId,
        device: String,
        inventory: &Inventory,
        reported: Timestamp,
    ) -> Prepared {
        let subject = self.subject(inventory);
        let state = State::of(&self.catalogue, &subject, inventory);
        // Equipment that a table names runs no system that anybody told of.
        let name = subject.name.or_else(|| told::equipment(inventory).first().map(told::shown));
        let kind = Kind { name, support: subject.support };
        let mut settings = inventory.settings.iter();
        let smb = settings.find(|setting| setting.name == SettingName::OpenPort(445));
        let smb_open = smb.map(|setting| setting.on);
        let target = kind.name.as_deref().and_then(Target::of);
        let known = &self.catalogue.landscape().incompatible;
        let blockers = target.map(|target| blockers(target, inventory, known));
        let blockers = blockers.unwrap_or_default();
        Prepared { org, device, kind, blockers, state, reported, smb_open }
    }
}

impl Sector {
    /// A sector without devices.
    pub fn new(ground: Ground) -> Self {
        Sector {
            fleet: Fleet::new(Arc::clone(&ground.catalogue)),
            ground,
            stands: Stands::default(),
            attacks: Attacks::default(),
            speakers: Arc::default(),
            answers: Answers::default(),
            orgs: Vec::new(),
            places: BTreeMap::new(),
            devices: Vec::new(),
            kinds: Vec::new(),
            kind_places: FxHashMap::default(),
            blocked: Vec::new(),
            blocked_places: FxHashMap::default(),
            said: HashMap::new(),
        }
    }

    /// Puts devices in their places, or in others than before.
    pub fn put(&mut self, prepared: Vec<Prepared>) {
        for one in prepared {
            let place = Placed {
                state: self.fleet.enter(one.state),
                kind: self.kind(one.kind),
                blocked: self.blocked(one.blockers),
                reported: one.reported,
                smb_open: one.smb_open,
            };
            let org = self.org(one.org);
            self.devices[org as usize].put(one.device.into(), place);
        }
        self.stands.follow(&self.fleet);
        self.answers.grow_old();
    }

    /// Takes what people said of devices.
    pub fn hear(&mut self, classes: Vec<DeviceClass>) {
        for one in classes {
            let said = Said { class: one.care_class, service: one.service };
            self.said.entry(one.org).or_default().insert(one.name.into(), said);
        }
    }

    /// Whether it knows all of that already: whoever follows asks for the last ones again.
    pub fn has_heard(&self, classes: &[DeviceClass]) -> bool {
        classes.iter().all(|one| {
            let said = self.said(&one.org, &one.name);
            said.class == one.care_class && said.service == one.service
        })
    }

    /// Forgets the devices of an organisation.
    pub fn forget(&mut self, org: &OrgId) {
        if let Some(&place) = self.places.get(org) {
            self.devices[place as usize] = Held::default();
        }
        self.said.remove(org);
    }

    fn org(&mut self, org: OrgId) -> u32 {
        if let Some(&place) = self.places.get(&org) {
            return place;
        }
        let place = self.orgs.len() as u32;
        self.orgs.push(org.clone());
        self.devices.push(Held::default());
        self.places.insert(org, place);
        place
    }

    fn kind(&mut self, kind: Kind) -> u32 {
        let key = (kind.name.clone(), kind.support.label.clone(), kind.support.ends);
        let alike = self.kind_places.entry(key).or_default();
        if let Some(&place) = alike.iter().find(|&&place| self.kinds[place as usize] == kind) {
            return place;
        }
        let place = self.kinds.len() as u32;
        alike.push(place);
        self.kinds.push(kind);
        place
    }

    fn blocked(&mut self, blockers: Vec<Blocker>) -> u32 {
        let blockers: Arc<[Blocker]> = blockers.into();
        if let Some(&place) = self.blocked_places.get(&blockers) {
            return place;
        }
        let place = self.blocked.len() as u32;
        self.blocked.push(Arc::clone(&blockers));
        self.blocked_places.insert(blockers, place);
        place
    }

    /// What keeps a device from a newer release, as far as its reports tell.
    pub fn blockers_of(&self, device: &Placed) -> &[Blocker] {
        &self.blocked[device.blocked as usize]
    }

    /// What a device runs.
    pub fn kind_of(&self, device: &Placed) -> &Kind {
        &self.kinds[device.kind as usize]
    }

    /// An organisation by its number.
    pub fn org_at(&self, place: u32) -> &OrgId {
        &self.orgs[place as usize]
    }

    /// A device in its place.
    pub fn placed(&self, org: &OrgId, device: &str) -> Option<&Placed> {
        let place = self.places.get(org)?;
        self.devices.get(*place as usize)?.by_name.get(device)
    }

    /// What people said of a device.
    pub fn said(&self, org: &OrgId, device: &str) -> Said {
        self.said.get(org).and_then(|said| said.get(device)).cloned().unwrap_or_default()
    }

    /// The devices of the organisations that are wanted, by number of organisation and name.
    pub fn devices(
        &self,
        wanted: impl Fn(&OrgId) -> bool,
    ) -> impl Iterator<Item = (u32, &str, &Placed)> {
        let of = (0u32..).zip(&self.devices);
        of.filter(move |(org, _)| wanted(&self.orgs[*org as usize])).flat_map(|(org, devices)| {
            devices.by_name.iter().map(move |(name, device)| (org, name.as_ref(), device))
        })
    }

    /// The devices in states of one kind, of the organisations that are wanted, behind a place in the
    /// order of organisations and names, in that order.
    pub fn devices_in<'s>(
        &'s self,
        wanted: impl Fn(&OrgId) -> bool + 's,
        state: impl Fn(StateId) -> bool + Copy + 's,
        after: Option<(&'s OrgId, &'s str)>,
    ) -> impl Iterator<Item = (&'s OrgId, &'s str, &'s Placed)> {
        let begin = after.map_or(Bound::Unbounded, |(org, _)| Bound::Included(org));
        let orgs = self.places.range::<OrgId, _>((begin, Bound::Unbounded));
        orgs.filter(move |(org, _)| wanted(org)).flat_map(move |(org, place)| {
            let held = &self.devices[*place as usize];
            let begin = match after {
                Some((first, name)) if first == org => Bound::Excluded(name),
                _ => Bound::Unbounded,
            };
            // Most organisations have no device in the states that are looked for.
            let any = held.states.keys().any(|one| state(*one));
            let devices = any.then(|| held.by_name.range::<str, _>((begin, Bound::Unbounded)));
            let found = devices.into_iter().flatten();
            found
                .filter(move |(_, device)| state(device.state))
                .map(move |(name, device)| (org, name.as_ref(), device))
        })
    }

    /// How many devices of the organisations that are wanted are alike.
    pub fn alike(&self, wanted: impl Fn(&OrgId) -> bool) -> Devices {
        let mut alike = Devices::default();
        let nobody_said = HumanImpact::of(None, false);
        for (org, held) in (0u32..).zip(&self.devices) {
            let name = &self.orgs[org as usize];
            if !wanted(name) {
                continue;
            }
            let Some(said) = self.said.get(name) else {
                alike.extend(held.states.iter().map(|(&state, &count)| {
                    (Alike { org, state, impact: nobody_said }, u64::from(count))
                }));
                continue;
            };
            for (name, device) in &held.by_name {
                let impact = said.get(name).map_or(nobody_said, |said| {
                    HumanImpact::of(said.class, said.service.is_some())
                });
                *alike.entry(Alike { org, state: device.state, impact }).or_default() += 1;
            }
        }
        alike
    }
}

impl Held {
    /// Puts a device in its place, or in another than before.
    fn put(&mut self, name: Box<str>, place: Placed) {
        *self.states.entry(place.state).or_default() += 1;
        let Some(before) = self.by_name.insert(name, place) else { return };
        if let Some(count) = self.states.get_mut(&before.state) {
            *count -= 1;
            if *count == 0 {
                self.states.remove(&before.state);
            }
        }
    }
}

#[cfg(test)]
mod tests;
