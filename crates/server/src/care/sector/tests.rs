//! Devices that come, change and go, against a plain list of them.

use proptest::prelude::*;
use wardwatch_feeds::landscape::starter;
use wardwatch_model::ReportKind;
use wardwatch_model::inventory::Setting;

use super::*;

const ORGS: [&str; 3] = ["ZZ1", "ZZ2", "ZZ3"];

/// One of four states, told apart by a setting and a pending restart.
fn prepared(ground: &Ground, (org, device, state): (usize, u8, u8)) -> Prepared {
    let mut inventory = Inventory::new(ReportKind::SystemInfo);
    let (name, on) = (SettingName::OpenPort(445), state & 1 == 1);
    inventory.settings.push(Setting { name, on, evidence: "a test".to_owned() });
    inventory.restart_pending = Some(state & 2 == 2);
    let reported = Timestamp { micros: i64::from(state) };
    ground.prepare(ORGS[org].parse().unwrap(), format!("pc-{device:03}"), &inventory, reported)
}

proptest! {
    #[test]
    fn lists_and_counts_are_those_of_a_plain_list(
        puts in prop::collection::vec((0..3usize, 0..12u8, 0..4u8), 0..60),
        forgotten in prop::option::of(0..3usize),
        said in prop::collection::vec((0..3usize, 0..12u8), 0..4),
        after in prop::option::of((0..3usize, 0..12u8)),
        of_state in 0..5u32,
        unwanted in prop::option::of(0..3usize),
    ) {
        let ground = Ground::new(starter(), Origin::default(), Day(20_650));
        let mut sector = Sector::new(ground.clone());
        let mut plain: BTreeMap<(OrgId, String), StateId> = BTreeMap::new();
        for put in puts {
            let one = prepared(&ground, put);
            let key = (one.org.clone(), one.device.clone());
            sector.put(vec![one]);
            let state = sector.placed(&key.0, &key.1).unwrap().state;
            plain.insert(key, state);
        }
        let classes = said.iter().map(|&(org, device)| DeviceClass {
            org: ORGS[org].parse().unwrap(),
            name: format!("pc-{device:03}"),
            care_class: Some(CareClass::Passive),
            service: None,
            set: Timestamp { micros: 1 },
        });
        sector.hear(classes.collect());
        if let Some(org) = forgotten {
            let org: OrgId = ORGS[org].parse().unwrap();
            sector.forget(&org);
            plain.retain(|(of, _), _| *of != org);
        }

        let unwanted: Option<OrgId> = unwanted.map(|org| ORGS[org].parse().unwrap());
        let wanted = |org: &OrgId| Some(org) != unwanted.as_ref();
        let after: Option<(OrgId, String)> =
            after.map(|(org, device)| (ORGS[org].parse().unwrap(), format!("pc-{device:03}")));
        let found: Vec<(OrgId, String)> = sector
            .devices_in(
                wanted,
                |state| state.0 == of_state,
                after.as_ref().map(|(org, name)| (org, name.as_str())),
            )
            .map(|(org, name, _)| (org.clone(), name.to_owned()))
            .collect();
        let expected: Vec<(OrgId, String)> = plain
            .iter()
            .filter(|(key, state)| {
                wanted(&key.0) && state.0 == of_state && after.as_ref().is_none_or(|after| *key > after)
            })
            .map(|(key, _)| key.clone())
            .collect();
        prop_assert_eq!(found, expected);

        let mut alike = Devices::default();
        for ((org, name), state) in plain.iter().filter(|((org, _), _)| wanted(org)) {
            let said = sector.said(org, name);
            let impact = HumanImpact::of(said.class, said.service.is_some());
            let org = sector.places[org];
            *alike.entry(Alike { org, state: *state, impact }).or_default() += 1;
        }
        prop_assert_eq!(sector.alike(wanted), alike);
    }
}

#[test]
fn what_people_said_is_new_until_it_was_heard() {
    let mut sector = Sector::new(Ground::new(starter(), Origin::default(), Day(20_650)));
    let class = |care_class| DeviceClass {
        org: "ZZ1".parse().unwrap(),
        name: "pc-1".to_owned(),
        care_class,
        service: None,
        set: Timestamp { micros: 1 },
    };
    for said in [Some(CareClass::Passive), Some(CareClass::Normal), None] {
        let classes = vec![class(said)];
        assert!(!sector.has_heard(&classes), "{said:?}");
        sector.hear(classes.clone());
        assert!(sector.has_heard(&classes), "{said:?}");
    }
}
