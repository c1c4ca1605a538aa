//! Questions about many devices, answered within a scope.
//!
//! In: a scope and the sector. Out: rows and counts of the scope's organisations alone. Never: a
//! device of another organisation counted or named.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wardwatch_estate::lifecycle::{Forecast, LeavingRow, Support, cliff, leaving};
use wardwatch_estate::wave::{Blocker, waves};
use wardwatch_exposure::survey::{self, Devices, Row};
use wardwatch_model::{
    AlertFigures, CareClass, CveId, Day, ExposureStatus, OrgId, SupportState, Timestamp,
};
use wardwatch_store::TenantScope;

use super::kept::{LeavingAndWaves, with};
use super::only::Only;
use super::sector::Sector;

/// Names of the supplier of equipment whose supplier nobody has named.
const ITS_SUPPLIER: &str = "its supplier";

/// Of how many devices an answer speaks, and of which of them less is known than of others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubtful {
    /// Those that reported and were worked out: a report that came just now is not among them yet.
    pub worked_out: u64,
    /// Those whose product could not be told.
    pub unresolved: u64,
    /// Those that reported last before a moment.
    pub stale: u64,
}

/// Which devices are asked for by how they stand.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Towards these vulnerabilities, each device by the worst of its answers.
    pub cves: &'a [CveId],
    /// So.
    pub status: ExposureStatus,
    /// For which one of these organisations answers; all unless given.
    pub answering: Option<&'a BTreeSet<OrgId>>,
    /// Only these of them.
    pub only: &'a Only,
}

/// A device and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its organisation.
    pub org: OrgId,
    /// Its name.
    pub device: String,
    /// What it runs.
    pub product: Option<String>,
    /// How its support stands.
    pub support: SupportState,
    /// How it stands towards what was asked.
    pub status: ExposureStatus,
    /// How careful to be with it.
    pub care_class: Option<CareClass>,
    /// When it reported last.
    pub reported: Timestamp,
}

/// Microseconds of an hour.
const HOUR_MICROS: i64 = 3_600_000_000;

/// The hour of a moment: reports grow old when nothing changes, too, and are counted again by then.
fn hour(moment: Timestamp) -> i64 {
    moment.micros.div_euclid(HOUR_MICROS)
}

impl Sector {
    /// The open holes of the scope, the most urgent first.
    pub fn survey(&self, scope: &TenantScope) -> Arc<Vec<Row>> {
        self.answers.of(&self.answers.surveyed, scope.key(), || {
            let alike = self.alike(|org| scope.covers(org));
            let (tables, attacks) = (&self.ground.tables, &self.attacks);
            survey::survey(&self.fleet, &self.stands, tables, &alike, attacks)
        })
    }

    /// Whether a hole is known to be exploited, or attacked now.
    pub fn is_exploited(&self, row: &Row) -> bool {
        let known = self.ground.catalogue.vulnerability(row.vulnerability);
        row.attack.is_some() || known.is_some_and(|known| known.kev.is_some())
    }

    /// What is doubtful of the devices of the scope.
    pub fn doubtful(&self, scope: &TenantScope, stale_before: Timestamp) -> Doubtful {
        let key = with(scope.key(), hour(stale_before));
        let count = || self.count_doubtful(scope, stale_before);
        *self.answers.of(&self.answers.doubtful, &key, count)
    }

    fn count_doubtful(&self, scope: &TenantScope, stale_before: Timestamp) -> Doubtful {
        let mut doubtful = Doubtful::default();
        for (_, _, device) in self.devices(|org| scope.covers(org)) {
            doubtful.worked_out += 1;
            doubtful.unresolved += u64::from(self.kind_of(device).name.is_none());
            doubtful.stale += u64::from(device.reported < stale_before);
        }
        doubtful
    }

    /// The devices of the scope that stand so towards vulnerabilities, each by the worst of its answers,
    /// behind a place in the order of organisations and names.
    pub fn standing(
        &self,
        scope: &TenantScope,
        asked: Standing<'_>,
        after: Option<(&OrgId, &str)>,
        limit: usize,
    ) -> Vec<Listed> {
        let worst = survey::worst(&self.fleet, asked.cves);
        let status = |state: wardwatch_exposure::fleet::StateId| {
            worst.get(state.0 as usize).copied().unwrap_or(ExposureStatus::Unknown)
        };
        let speaker = |org: &'_ OrgId| self.speakers.get(org).unwrap_or(org).clone();
        let answers =
            |org: &OrgId| asked.answering.is_none_or(|answering| answering.contains(&speaker(org)));
        let wanted = |org: &OrgId| scope.covers(org) && answers(org);
        self.devices_in(wanted, |state| status(state) == asked.status, after)
            .map(|(org, name, device)| {
                let kind = self.kind_of(device);
                Listed {
                    org: org.clone(),
                    device: name.to_owned(),
                    product: kind.name.clone(),
                    support: kind.support.state,
                    status: status(device.state),
                    care_class: self.said(org, name).class,
                    reported: device.reported,
                }
            })
            .filter(|listed| asked.only.means(listed.product.as_deref(), listed.care_class))
            .take(limit)
            .collect()
    }

    /// How each organisation of the scope stands towards each of several sets of vulnerabilities; sites
    /// count with the organisation whose they are.
    pub fn figures(
        &self,
        scope: &TenantScope,
        sets: &[Vec<CveId>],
    ) -> Vec<Arc<BTreeMap<OrgId, AlertFigures>>> {
        let figures = |cves: &Vec<CveId>| {
            let text: Vec<String> = cves.iter().map(ToString::to_string).collect();
            self.answers.of(&self.answers.figures, &with(scope.key(), text.join(" ")), || {
                let count = || self.alike(|org| scope.covers(org));
                let alike = self.answers.of(&self.answers.alike, scope.key(), count);
                self.figures_of(&alike, cves)
            })
        };
        sets.iter().map(figures).collect()
    }

    fn figures_of(&self, alike: &Devices, cves: &[CveId]) -> BTreeMap<OrgId, AlertFigures> {
        let mut by_org: BTreeMap<OrgId, AlertFigures> = BTreeMap::new();
        for (place, figures) in survey::figures(&self.fleet, alike, cves) {
            let org = self.org_at(place);
            let speaker = self.speakers.get(org).unwrap_or(org);
            by_org.entry(speaker.clone()).or_default().add(figures);
        }
        by_org
    }

    /// What loses support within months, where, and what blocks it; and in which half-yearly waves its
    /// devices move.
    pub fn leaving(&self, scope: &TenantScope, months: u8) -> Arc<LeavingAndWaves> {
        let key = with(scope.key(), months);
        self.answers.of(&self.answers.leaving, &key, || self.find_leaving(scope, months))
    }

    fn find_leaving(&self, scope: &TenantScope, months: u8) -> LeavingAndWaves {
        let today = self.ground.today;
        let until = today.plus_months(i32::from(months));
        let soon = |support: &Support| support.ends.filter(|ends| (today..=until).contains(ends));
        let rows: Vec<(&OrgId, &str, &Support, Day, Vec<Blocker>)> = self
            .devices(|org| scope.covers(org))
            .filter_map(|(org, name, device)| {
                let support = &self.kind_of(device).support;
                let (org, ends) = (self.org_at(org), soon(support)?);
                let mut blockers = self.blockers_of(device).to_vec();
                blockers.extend(self.medical(org, name));
                Some((org, name, support, ends, blockers))
            })
            .collect();
        let moving = rows.iter().map(|(_, _, _, ends, blockers)| (*ends, &blockers[..]));
        let waves = waves(moving, today);
        let rows = rows.iter().map(|(org, device, support, _, blockers)| LeavingRow {
            org,
            device,
            support,
            blockers,
        });
        (leaving(rows, today, months), waves)
    }

    /// What blocks a device that nothing may be done to.
    fn medical(&self, org: &OrgId, name: &str) -> Option<Blocker> {
        let said = self.said(org, name);
        (said.class == Some(CareClass::Passive)).then(|| Blocker::SupplierApproval {
            supplier: ITS_SUPPLIER.to_owned(),
            product: said.service.map_or_else(
                || "equipment that nothing may be done to".to_owned(),
                |service| format!("equipment of service {service}"),
            ),
        })
    }

    /// How many devices leave support in which month.
    pub fn cliff(&self, scope: &TenantScope, months: u8) -> Arc<Forecast<OrgId>> {
        let key = with(scope.key(), months);
        self.answers.of(&self.answers.cliff, &key, || self.forecast(scope, months))
    }

    fn forecast(&self, scope: &TenantScope, months: u8) -> Forecast<OrgId> {
        let devices = self
            .devices(|org| scope.covers(org))
            .map(|(org, _, device)| (org, &self.kind_of(device).support));
        let by_place = cliff(devices, self.ground.today, months);
        Forecast {
            from: by_place.from,
            all: by_place.all,
            by_key: by_place
                .by_key
                .into_iter()
                .map(|(place, cliff)| (self.org_at(place).clone(), cliff))
                .collect(),
        }
    }
}
