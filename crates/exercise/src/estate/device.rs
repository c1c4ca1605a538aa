//! One device, made from its index.
//!
//! In: its body and its index. Out: all that there is to know of it. Never: a look at another device.

use std::net::Ipv4Addr;

use serde::Serialize;
use wardwatch_model::inventory::{InstalledUpdate, Setting, SettingName};
use wardwatch_model::{
    Architecture, Build, CareClass, Inventory, Kb, OrgId, ReportKind, SystemClaim,
};

use super::draw::{Draw, Field};
use super::kind::Kind;
use super::network::{Segment, address, segment};
use super::organisation::Org;
use super::patch::{Ms17010, PatchState, patch_state};
use super::release::Release;
use super::scenario::Scenario;
use super::{machine, mix, network};

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A PC on a ward, in a clinic or consulting room.
    ClinicPc,
    /// A laptop.
    Laptop,
    /// A PC in an office.
    OfficePc,
    /// A thin client or virtual desktop.
    ThinClient,
    /// A server.
    Server,
    /// A PC of an imaging, laboratory or physiology device.
    MedicalWorkstation,
    /// A pump, a monitor: medical, and no agent runs on it.
    Iomt,
    /// A kiosk, a sign, a building's control.
    Kiosk,
    /// A tablet or PC of care records.
    CareTablet,
    /// A laptop of somebody's own.
    PersonalLaptop,
}

impl Class {
    fn medical(self) -> bool {
        matches!(self, Class::MedicalWorkstation | Class::Iomt)
    }

    fn prefix(self) -> &'static str {
        match self {
            Class::ClinicPc => "WPC",
            Class::Laptop => "LAP",
            Class::OfficePc => "PC",
            Class::ThinClient => "VDI",
            Class::Server => "SRV",
            Class::MedicalWorkstation => "MWS",
            Class::Iomt => "MED",
            Class::Kiosk => "KSK",
            Class::CareTablet => "TAB",
            Class::PersonalLaptop => "OWN",
        }
    }
}

/// A device. Where it runs no Windows, `product` is none and nothing is known of its updates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Its organisation.
    pub org: OrgId,
    /// Its name, one of its own in the organisation.
    pub name: String,
    /// What it is.
    pub class: Class,
    /// What it runs, as the vendor's catalogue calls it.
    pub product: Option<&'static str>,
    /// Version and build, with the revision where the system has one.
    pub build: Option<Build>,
    /// The year and month whose updates it has.
    pub patched_through: Option<(i16, i8)>,
    /// Updates that it lists.
    pub updates: Vec<Kb>,
    /// MS17-010.
    pub ms17_010: Ms17010,
    /// Whether its SMB version 1 server answers.
    pub smb_v1: bool,
    /// Whether our agent runs on it.
    pub managed: bool,
    /// Its site.
    pub site: OrgId,
    /// Its segment.
    pub segment: Segment,
    /// Its address.
    pub ip: Ipv4Addr,
    /// What people said of how careful to be with it; none where nobody did.
    pub care_class: Option<CareClass>,
    /// What it does.
    pub role: &'static str,
    /// The service that depends on it.
    pub service: &'static str,
    /// Days since it was last on.
    pub last_seen_days: u32,
    /// Whether it has been off for more than 30 days.
    pub dormant: bool,
    /// Whether it answers on port 445 to the internet.
    pub internet_exposed_445: bool,
    #[serde(skip)]
    release: Option<&'static Release>,
    #[serde(skip)]
    scenario: Scenario,
}

impl Device {
    /// Whether a worm like that of 2017 would take it over: SMB version 1 answers and MS17-010 is
    /// missing. XP and Server 2003 are not counted: they crash.
    pub fn open_to_worm(&self) -> bool {
        let old = self.release.is_some_and(|release| release.version < [6, 0, 0]);
        self.ms17_010 == Ms17010::Missing && self.smb_v1 && !old
    }
}

/// The device with an index of a body whose key is `org_key`.
pub fn device(org: &Org, org_key: u64, scenario: Scenario, index: u32) -> Device {
    let draw = Draw::of_device(org_key, index);
    let class = class(org.kind, draw);
    let release = mix::release(class, scenario, &org.posture, draw);
    let patches =
        release.map(|release| patch_state(release, scenario, &org.posture, class.medical(), draw));
    let alone = class.medical() && draw.chance(Field::Segregated, org.posture.segregated_permille);
    let segment = segment(index, org.devices, alone);
    let dormant = !class.medical() && class != Class::Server && draw.chance(Field::Dormant, 40);
    let (role, service) = duty(org.kind, class, draw);
    let (build, through, updates, ms17_010) = match patches {
        Some(PatchState { through, build, updates, ms17_010 }) => {
            (Some(build), through, updates, ms17_010)
        }
        None => (None, None, Vec::new(), Ms17010::NotAffected),
    };
    Device {
        name: format!("{}-{}-{index:05}", org.code, class.prefix()),
        org: org.code.clone(),
        class,
        product: release.map(|release| release.product),
        build,
        patched_through: through,
        updates,
        ms17_010,
        smb_v1: smb_v1(release, draw),
        managed: managed(class, release, draw),
        site: org.sites[draw.below(Field::Site, org.sites.len() as u32) as usize].code.clone(),
        segment,
        ip: address(org.code.as_str(), index, segment),
        care_class: care_class(class, draw),
        role,
        service,
        last_seen_days: match dormant {
            true => 31 + draw.below(Field::LastSeen, 150),
            false => draw.below(Field::LastSeen, 7),
        },
        dormant,
        internet_exposed_445: org.posture.internet_exposed_445 && index < network::EXPOSED,
        release,
        scenario,
    }
}

fn class(kind: Kind, draw: Draw) -> Class {
    use Class::*;
    let shares: &[(Class, u32)] = match kind {
        Kind::Acute | Kind::MentalHealth | Kind::Community | Kind::Ambulance => &[
            (ClinicPc, 480),
            (Laptop, 220),
            (OfficePc, 140),
            (ThinClient, 60),
            (Server, 35),
            (MedicalWorkstation, 25),
            (Iomt, 30),
            (Kiosk, 10),
        ],
        Kind::Practice => &[(ClinicPc, 800), (Laptop, 120), (Server, 30), (MedicalWorkstation, 50)],
        Kind::CareHome => &[(OfficePc, 450), (CareTablet, 400), (PersonalLaptop, 150)],
        _ => &[(OfficePc, 450), (Laptop, 500), (Server, 40), (Kiosk, 10)],
    };
    let mut rest = draw.below(Field::Class, 1000);
    for &(class, share) in shares {
        if rest < share {
            return class;
        }
        rest -= share;
    }
    shares[0].0
}

/// 95 % of what has it by default, all of XP and 2003, 3 % of what is newer.
fn smb_v1(release: Option<&Release>, draw: Draw) -> bool {
    match release {
        None => false,
        Some(release) if release.version < [6, 0, 0] => true,
        Some(release) if release.has_smb_v1() => draw.chance(Field::SmbV1, 950),
        Some(_) => draw.chance(Field::SmbV1, 30),
    }
}

/// The agent runs on 85 % of what it can run on, and on nothing medical or of somebody's own.
fn managed(class: Class, release: Option<&Release>, draw: Draw) -> bool {
    let able = release.is_some_and(|release| release.version >= [6, 1, 0]);
    let barred = class.medical() || matches!(class, Class::PersonalLaptop | Class::Kiosk);
    able && !barred && draw.chance(Field::Managed, 850)
}

/// Medical devices are never touched; a third of servers and a few PCs are critical; nobody has
/// classified one device in twelve of the others.
fn care_class(class: Class, draw: Draw) -> Option<CareClass> {
    if class.medical() {
        return Some(CareClass::Passive);
    }
    let critical = match class {
        Class::Server => 350,
        Class::ClinicPc => 40,
        _ => 0,
    };
    if draw.chance(Field::Care, critical) {
        return Some(CareClass::Critical);
    }
    (!draw.chance(Field::Classified, 83)).then_some(CareClass::Normal)
}

/// What a device does, and the service that depends on it.
fn duty(kind: Kind, class: Class, draw: Draw) -> (&'static str, &'static str) {
    let one = |duties: &[(&'static str, &'static str)]| {
        duties[draw.below(Field::Service, duties.len() as u32) as usize]
    };
    match (kind, class) {
        (_, Class::MedicalWorkstation) if kind == Kind::Practice => ("spirometer pc", "consulting"),
        (_, Class::MedicalWorkstation) => one(&[
            ("imaging console", "radiology"),
            ("lab analyser", "pathology"),
            ("physiology workstation", "cardiology"),
        ]),
        (_, Class::Iomt) => {
            one(&[("infusion pump", "wards"), ("patient monitor", "critical-care")])
        }
        (_, Class::Server) => one(&[
            ("file server", "file-store"),
            ("application server", "records"),
            ("domain controller", "identity"),
        ]),
        (_, Class::Kiosk) => one(&[("kiosk", "reception"), ("building control", "estates")]),
        (Kind::Practice, _) => ("consulting room pc", "consulting"),
        (Kind::CareHome, _) => ("care records", "care"),
        (_, Class::ClinicPc) => one(&[
            ("ward pc", "wards"),
            ("ward pc", "outpatients"),
            ("ward pc", "ed-triage"),
            ("ward pc", "theatres"),
        ]),
        _ => one(&[("office pc", "administration"), ("office pc", "payroll")]),
    }
}

/// What an agent's report, or a management tool's, would say of a device on the scenario's day: so
/// that the same code reads it as reads real ones.
pub fn to_inventory(device: &Device) -> Inventory {
    let report = if device.managed { ReportKind::Agent } else { ReportKind::Table };
    let mut inventory = Inventory::new(report);
    inventory.host = Some(device.name.clone());
    let seen = i32::try_from(device.last_seen_days).unwrap_or(0);
    inventory.taken = Some(device.scenario.today().plus(-seen));
    let Some(release) = device.release else { return inventory };
    inventory.system = SystemClaim {
        name: Some(release.name.to_owned()),
        version: device.build,
        service_pack: release.service_pack,
        release: Some(release.release.to_owned()).filter(|text| !text.is_empty()),
        edition: None,
        architecture: Some(match release.version < [6, 0, 0] {
            true => Architecture::X86,
            false => Architecture::X64,
        }),
        server: Some(release.server),
        core: release.server.then_some(false),
        distribution: None,
    };
    inventory.updates =
        device.updates.iter().map(|&kb| InstalledUpdate { kb, installed: None }).collect();
    inventory.settings = vec![Setting {
        name: SettingName::SmbV1Server,
        on: device.smb_v1,
        evidence: "exercise".to_owned(),
    }];
    inventory.hardware = machine::hardware(device);
    inventory.software = machine::software(device);
    inventory
}
