//! The whole sector: its tree, its bodies, what they share.
//!
//! In: a scenario, a scale and a seed. Out: a sector whose devices can be made body by body.

use wardwatch_model::{OrgId, OrgKind, Organisation};

use super::device::{Device, device};
use super::draw::{Draw, Field, org_key};
use super::kind::Kind;
use super::name;
use super::organisation::{Org, Site};
use super::posture::posture;
use super::scenario::{Scale, Scenario};
use super::size::{CheckSum, sizes};

/// One trust or practice in so many is a laggard: 15 %.
const LAGGARD_PERCENT: usize = 15;

/// A system of one body that another depends on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SharedSystem {
    /// Whose system it is.
    pub host: OrgId,
    /// Who depends on it.
    pub user: OrgId,
    /// What it is: `hosted_domain`, `imaging_archive`, `national_record`.
    pub system: String,
}

/// A sector.
#[derive(Debug, Clone, PartialEq)]
pub struct Sector {
    /// What it shows.
    pub scenario: Scenario,
    /// How much of it.
    pub scale: Scale,
    /// What it was made from.
    pub seed: u64,
    /// Regions, below the centre.
    pub regions: Vec<Organisation>,
    /// Systems, below regions: in 2017 partnerships of bodies, which have no devices of their own.
    pub systems: Vec<Organisation>,
    /// Bodies, the centre first.
    pub organisations: Vec<Org>,
    /// Who depends on whom.
    pub shared: Vec<SharedSystem>,
    /// Their sum against what was counted.
    pub check_sum: CheckSum,
}

impl Sector {
    /// The sector of a scenario, a scale and a seed.
    pub fn new(scenario: Scenario, scale: Scale, seed: u64) -> Sector {
        let centre = code("ZZC0");
        let (region_count, system_count) = match scale {
            Scale::Demo => (1, 1),
            Scale::S => (2, 2),
            Scale::M => (4, 4),
            Scale::L => (7, 42),
        };
        let regions: Vec<Organisation> = (1..=region_count)
            .map(|number| tree("ZZR", number, &centre, "Region", OrgKind::Region))
            .collect();
        let systems: Vec<Organisation> = (1..=system_count)
            .map(|number| {
                let region = &regions[(number as usize - 1) % regions.len()].code;
                tree("ZZB", number, region, "Partnership", OrgKind::CareBoard)
            })
            .collect();
        let bodies = bodies(scenario, scale);
        let draws: Vec<Draw> =
            bodies.iter().map(|(_, _, code)| Draw::of_org(seed, code.as_str())).collect();
        let shares: Vec<(Kind, f64)> = bodies
            .iter()
            .zip(&draws)
            .map(|((kind, _, _), draw)| (*kind, draw.inner_share(Field::Size)))
            .collect();
        let (sizes, check_sum) = sizes(&shares, scenario, scale);
        let laggards = laggards(&bodies, &draws);
        let organisations: Vec<Org> = bodies
            .into_iter()
            .enumerate()
            .map(|(place, (kind, number, code))| Org {
                parent: parent(kind, number, &centre, &regions, &systems),
                name: name::of_body(kind, number),
                sites: sites(kind, &code, draws[place]),
                posture: posture(kind, scenario, laggards[place], draws[place]),
                devices: sizes[place],
                kind,
                code,
            })
            .collect();
        let shared = shared(&organisations, seed);
        Sector { scenario, scale, seed, regions, systems, organisations, shared, check_sum }
    }

    /// The body with a code.
    pub fn organisation(&self, code: &OrgId) -> Option<&Org> {
        self.organisations.iter().find(|org| org.code == *code)
    }

    /// The devices of a body, each made from its index alone.
    pub fn devices<'a>(&self, org: &'a Org) -> impl ExactSizeIterator<Item = Device> + use<'a> {
        let key = org_key(self.seed, org.code.as_str());
        let scenario = self.scenario;
        (0..org.devices).map(move |index| device(org, key, scenario, index))
    }

    /// One device of a body by its index.
    pub fn device(&self, org: &Org, index: u32) -> Option<Device> {
        let key = org_key(self.seed, org.code.as_str());
        (index < org.devices).then(|| device(org, key, self.scenario, index))
    }

    /// Devices of all bodies.
    pub fn device_count(&self) -> u64 {
        self.organisations.iter().map(|org| u64::from(org.devices)).sum()
    }
}

/// A code that is fit by the way it is made; the text of none other comes here.
fn code(text: &str) -> OrgId {
    text.parse().expect("codes are made of capital letters and digits")
}

fn tree(prefix: &str, number: u32, parent: &OrgId, what: &str, kind: OrgKind) -> Organisation {
    Organisation {
        code: code(&format!("{prefix}{number:02}")),
        parent: Some(parent.clone()),
        name: format!("{} {what} (exercise)", name::place(200 - number)),
        kind,
        closed: None,
        successor: None,
    }
}

/// Kind, number and code of each body.
fn bodies(scenario: Scenario, scale: Scale) -> Vec<(Kind, u32, OrgId)> {
    let of_kind = |kind: Kind| {
        let letter = kind.letter();
        (1..=kind.count(scenario, scale)).map(move |number| match kind {
            Kind::Centre => (kind, number, code("ZZC0")),
            Kind::Practice | Kind::CareHome => {
                (kind, number, code(&format!("ZZ{letter}{number:05}")))
            }
            _ => (kind, number, code(&format!("ZZ{letter}{number:03}"))),
        })
    };
    Kind::ALL.into_iter().flat_map(of_kind).collect()
}

fn parent(
    kind: Kind,
    number: u32,
    centre: &OrgId,
    regions: &[Organisation],
    systems: &[Organisation],
) -> Option<OrgId> {
    let place = number as usize - 1;
    match kind {
        Kind::Centre => None,
        Kind::SupportUnit if regions.is_empty() => Some(centre.clone()),
        Kind::SupportUnit => Some(regions[place % regions.len()].code.clone()),
        _ => Some(systems[place % systems.len()].code.clone()),
    }
}

/// Exactly 15 % of trusts and of practices, at least one of each: those with the smallest draws.
fn laggards(bodies: &[(Kind, u32, OrgId)], draws: &[Draw]) -> Vec<bool> {
    let mut laggard = vec![false; bodies.len()];
    for test in [Kind::is_trust as fn(Kind) -> bool, |kind| kind == Kind::Practice] {
        let mut group: Vec<usize> = (0..bodies.len()).filter(|&at| test(bodies[at].0)).collect();
        group.sort_by_key(|&at| draws[at].bits(Field::Laggard));
        let count = (group.len() * LAGGARD_PERCENT).div_ceil(100);
        group.into_iter().take(count).for_each(|at| laggard[at] = true);
    }
    laggard
}

/// Acute trusts have 1 to 6 sites, councils 10 to 80, three practices in ten a branch.
fn sites(kind: Kind, org: &OrgId, draw: Draw) -> Vec<Site> {
    let count = match kind {
        Kind::Acute | Kind::MentalHealth | Kind::Community | Kind::Ambulance => {
            1 + draw.below(Field::Sites, 6)
        }
        Kind::Council => 10 + draw.below(Field::Sites, 71),
        Kind::Practice => 1 + u32::from(draw.chance(Field::Branch, 300)),
        _ => 1,
    };
    (1..=count)
        .map(|number| Site {
            code: code(&format!("{org}S{number}")),
            name: format!("{} (exercise)", name::place(number + draw.below(Field::Sites, 200))),
        })
        .collect()
}

/// Practices use a domain that their support unit hosts, or their system where there is none; 35 %
/// of trusts share an imaging archive with one to three that follow; everybody the national record.
fn shared(organisations: &[Org], seed: u64) -> Vec<SharedSystem> {
    let units: Vec<&Org> = of(organisations, |kind| kind == Kind::SupportUnit);
    let trusts: Vec<&Org> = of(organisations, Kind::is_trust);
    let mut shared = Vec::new();
    let mut add = |host: &OrgId, user: &OrgId, system: &str| {
        let (host, user) = (host.clone(), user.clone());
        shared.push(SharedSystem { host, user, system: system.to_owned() });
    };
    for (place, practice) in
        of(organisations, |kind| kind == Kind::Practice).into_iter().enumerate()
    {
        let host = match units.as_slice() {
            [] => practice.parent.as_ref(),
            units => Some(&units[place % units.len()].code),
        };
        if let Some(host) = host {
            add(host, &practice.code, "hosted_domain");
        }
    }
    for (place, trust) in trusts.iter().enumerate() {
        let draw = Draw::of_org(seed, trust.code.as_str());
        if draw.chance(Field::Sharing, 350) {
            let partners = 1 + draw.below(Field::Partner, 3) as usize;
            for partner in trusts.iter().skip(place + 1).take(partners) {
                add(&trust.code, &partner.code, "imaging_archive");
            }
        }
    }
    for org in organisations.iter().skip(1).filter(|org| org.kind.is_nhs()) {
        add(&organisations[0].code, &org.code, "national_record");
    }
    shared
}

fn of(organisations: &[Org], test: impl Fn(Kind) -> bool) -> Vec<&Org> {
    organisations.iter().filter(|org| test(org.kind)).collect()
}
