//! Endpoints of how things stand: counts, and organisations one by one.

pub mod get;
pub mod organisations;

use std::borrow::Cow;
use std::cmp::Ordering;

use rustc_hash::FxHashSet;
use wardwatch_api::overview::OrgNow;
use wardwatch_model::{OrgId, Organisation};
use wardwatch_store::{HeardDevices, OpenIncidents, Organisations};

/// Each open organisation in the order of codes, with what is known of it; one that was never heard from
/// says so. `open` and `heard` stand in the order of codes too.
fn each<'t>(
    organisations: &'t Organisations,
    open: &[OpenIncidents],
    heard: &[HeardDevices],
) -> Vec<OrgNow<'t>> {
    let organisations: Vec<&Organisation> =
        organisations.iter().filter(|organisation| organisation.closed.is_none()).collect();
    let parents = parents(&organisations);
    let (mut open, mut heard) = (open, heard);
    let now = |organisation: &'t Organisation| {
        let code = &organisation.code;
        let incidents = of(&mut open, code, |of| &of.org);
        let devices = of(&mut heard, code, |of| &of.org).first();
        OrgNow {
            name: Cow::Borrowed(organisation.name.as_str()),
            kind: organisation.kind,
            parent: organisation.parent.as_ref().map(Cow::Borrowed),
            above_others: parents.contains(code),
            open: incidents.iter().map(|of| of.count).sum(),
            worst: incidents.iter().map(|of| of.level).max(),
            devices: devices.map_or(0, |of| of.devices),
            silent: devices.map_or(0, |of| of.silent),
            last_heard: devices.map(|of| of.last_heard),
            org: Cow::Borrowed(code),
        }
    };
    organisations.into_iter().map(now).collect()
}

/// What any of them lies below. Neighbours mostly lie below the same, which is looked for once.
fn parents<'t>(organisations: &[&'t Organisation]) -> FxHashSet<&'t OrgId> {
    let mut parents = FxHashSet::default();
    let mut last = None;
    for parent in organisations.iter().filter_map(|organisation| organisation.parent.as_ref()) {
        if last != Some(parent) {
            parents.insert(parent);
            last = Some(parent);
        }
    }
    parents
}

/// What of a list in the order of codes is an organisation's; the list then begins behind it.
fn of<'l, T>(list: &mut &'l [T], org: &OrgId, key: impl Fn(&T) -> &OrgId) -> &'l [T] {
    let begin = list.iter().take_while(|one| key(one).cmp(org) == Ordering::Less).count();
    let count = list[begin..].iter().take_while(|one| key(one) == org).count();
    let (found, rest) = list[begin..].split_at(count);
    *list = rest;
    found
}
