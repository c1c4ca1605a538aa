//! One of each schema of how organisations stand and whom to ring, as serde writes it.

use std::borrow::Cow;

use serde_json::Value;
use wardwatch_model::{Contact, Level, OrgKind, Timestamp};

use super::org;
use crate::overview::{OpenCounts, OrgCounts, OrgGroup, OrgNow, OrgPage, Overview, RateSpan};

fn contact() -> Contact {
    Contact {
        org: org(),
        name: "Duty desk".into(),
        about: "Day and night".into(),
        phone: "01632 960001".into(),
        mail: "desk@zz1.example".into(),
        for_below: true,
    }
}

fn org_group() -> OrgGroup {
    let counts = OrgCounts::default();
    OrgGroup { parent: Some(org()), name: None, counts, first: vec![org_now()] }
}

fn org_now() -> OrgNow<'static> {
    OrgNow {
        org: Cow::Owned(org()),
        name: "Northmoor".into(),
        kind: OrgKind::Trust,
        parent: None,
        above_others: false,
        open: 1,
        worst: Some(Level::High),
        devices: 1,
        silent: 0,
        last_heard: Some(Timestamp { micros: 0 }),
    }
}

fn span() -> RateSpan {
    RateSpan { from: Timestamp { micros: 0 }, detections: 2, serious: 1 }
}

fn as_json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// One of each.
pub fn samples() -> Vec<(&'static str, Value)> {
    let organisations = OrgPage {
        time: Timestamp { micros: 0 },
        all: 1,
        found: 1,
        items: vec![org_now()],
        next: None,
    };
    let overview = Overview {
        time: Timestamp { micros: 0 },
        open: OpenCounts::default(),
        own: Some(org_now()),
        all: OrgCounts::default(),
        organisations: 1,
        groups: vec![org_group()],
        rate: vec![span()],
    };
    vec![
        ("OpenCounts", as_json(OpenCounts::default())),
        ("OrgNow", as_json(org_now())),
        ("RateSpan", as_json(span())),
        ("Contact", as_json(contact())),
        ("OrgCounts", as_json(OrgCounts::default())),
        ("OrgGroup", as_json(org_group())),
        ("OrgPage", as_json(organisations)),
        ("Overview", as_json(overview)),
    ]
}
