//! What is known of a device that cannot be updated.

use serde::{Deserialize, Serialize};
use wardwatch_model::inventory::{Setting, SettingName};
use wardwatch_model::{CareClass, Day, Kb};

use super::{Duty, Reach, how, pack};

/// The other side of crash reports: where it stands, no report tells.
pub const COLLECTOR: &str = "collector of crash reports";

/// The family of systems that a device belongs to, as far as it matters for what can be done on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Windows XP, also embedded on its base.
    Xp,
    /// Windows Server 2003.
    Server2003,
    /// Windows Vista.
    Vista,
    /// Windows 7, also embedded on its base.
    Seven,
    /// Windows Server 2008 and 2008 R2.
    Server2008,
    /// Windows 8, 8.1, Server 2012 and 2012 R2.
    Eight,
    /// A system in a device that only its maker can change.
    Embedded,
    /// Windows 10 that only the supplier may update.
    LockedTen,
}

impl Family {
    /// The family of a product, by the catalogue's name for it.
    pub fn of(product: &str) -> Family {
        let name = product.to_lowercase();
        let has = |word: &str| name.contains(word);
        match () {
            () if has("server 2003") => Family::Server2003,
            () if has("windows xp") => Family::Xp,
            () if has("vista") => Family::Vista,
            () if has("server 2008") => Family::Server2008,
            () if has("windows 7") => Family::Seven,
            () if has("windows 8") || has("server 2012") || has("windows rt") => Family::Eight,
            () if has("windows 10") || has("windows 11") || has("windows server") => {
                Family::LockedTen
            }
            () => Family::Embedded,
        }
    }
}

/// What a flow is for, by its port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowKind {
    /// Images: DICOM, ports 104 and 11112, with TLS 2762.
    Dicom,
    /// Messages of care: HL7 over MLLP, port 2575.
    Hl7,
    /// Files: SMB, ports 139 and 445.
    Smb,
    /// Remote sessions: RDP, port 3389; VNC, 5900.
    RemoteSession,
    /// Tunnels of a supplier: 500, 1194, 1723, 4500.
    Tunnel,
    /// Crash reports to a collector: 1273.
    CrashReports,
    /// Nobody has said what for.
    Other,
}

impl FlowKind {
    /// The kind of a port.
    pub fn of(port: u16) -> FlowKind {
        match port {
            104 | 2762 | 11_112 => FlowKind::Dicom,
            2575 => FlowKind::Hl7,
            139 | 445 => FlowKind::Smb,
            3389 | 5900 => FlowKind::RemoteSession,
            500 | 1194 | 1723 | 4500 => FlowKind::Tunnel,
            1273 => FlowKind::CrashReports,
            _ => FlowKind::Other,
        }
    }

    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            FlowKind::Dicom => "DICOM",
            FlowKind::Hl7 => "HL7",
            FlowKind::Smb => "file share",
            FlowKind::RemoteSession => "remote session",
            FlowKind::Tunnel => "supplier's tunnel",
            FlowKind::CrashReports => "crash reports",
            FlowKind::Other => "purpose to be confirmed",
        }
    }
}

/// A flow that was observed, or was named by people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flow {
    /// The other side: a name or an address.
    pub peer: String,
    /// The port that is served.
    pub port: u16,
    /// The protocol: `tcp` or `udp`.
    pub protocol: String,
    /// Whether the device serves it; else the peer does.
    pub inward: bool,
}

impl Flow {
    /// What it is for.
    pub fn kind(&self) -> FlowKind {
        FlowKind::of(self.port)
    }
}

/// All that a plan is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The device's name.
    pub device: String,
    /// What it runs, for people.
    pub system: String,
    /// The family of that.
    pub family: Family,
    /// Its service pack; none when not known, which counts as none at all.
    pub service_pack: Option<u8>,
    /// The last day of its support; none when not known.
    pub support_ended: Option<Day>,
    /// What it does.
    pub duty: Duty,
    /// What it is, in words of the house: `MRI console`.
    pub what: String,
    /// The service that depends on it.
    pub service: Option<String>,
    /// Its care class. None counts as passive: it may be at somebody's bed.
    pub care_class: Option<CareClass>,
    /// Who supplied it, where somebody did.
    pub supplier: Option<String>,
    /// The host through which the supplier comes, where there is one.
    pub jump_host: Option<String>,
    /// From how far away it can be reached.
    pub reach: Reach,
    /// Whether port 445 answers; none when not known.
    pub smb_open: Option<bool>,
    /// What it talks to.
    pub flows: Vec<Flow>,
    /// Settings that were reported.
    pub settings: Vec<Setting>,
    /// Updates that were reported.
    pub updates: Vec<Kb>,
    /// The day of its last crash, as its crash reports say; none when none came.
    pub last_crash: Option<Day>,
}

impl Subject {
    /// A device of which only a report is known: not what it does, nor what can reach it. It counts
    /// as passive, and as reachable from everywhere.
    pub fn unplaced(
        device: String,
        system: String,
        support_ended: Option<Day>,
        updates: Vec<Kb>,
        settings: Vec<Setting>,
    ) -> Subject {
        let smb = settings.iter().find(|set| set.name == SettingName::OpenPort(445));
        Subject {
            family: Family::of(&system),
            service_pack: pack::named(&system),
            duty: Duty::Other,
            what: "a device whose duty nobody has named".to_owned(),
            service: None,
            care_class: None,
            supplier: None,
            jump_host: None,
            reach: Reach::NothingKnown,
            smb_open: smb.map(|set| set.on),
            flows: Vec::new(),
            last_crash: None,
            device,
            system,
            support_ended,
            settings,
            updates,
        }
    }

    /// Whether nothing may be done on it by us: passive, or not classified.
    pub fn passive(&self) -> bool {
        !matches!(self.care_class, Some(CareClass::Normal | CareClass::Critical))
    }

    /// Flows that stay: all that were observed, whatever their port, but for those that the plan
    /// closes. What an unknown port is for, people say; until then care may need it.
    pub fn care_flows(&self) -> impl Iterator<Item = &Flow> {
        self.flows.iter().filter(|flow| !self.is_session(flow) && !self.is_cut_share(flow))
    }

    /// Remote sessions and tunnels but those through the jump host.
    pub fn sessions(&self) -> impl Iterator<Item = &Flow> {
        let door = self.jump_host.as_deref();
        self.flows.iter().filter(move |flow| {
            self.is_session(flow) && !(flow.inward && Some(flow.peer.as_str()) == door)
        })
    }

    /// Who uses shares of a device that is no file server.
    pub fn cut_shares(&self) -> impl Iterator<Item = &Flow> {
        self.flows.iter().filter(|flow| self.is_cut_share(flow))
    }

    /// Flows that the plan itself needs: the jump host's sessions in, crash reports out.
    pub fn plan_flows(&self) -> Vec<Flow> {
        let tcp = |peer: &str, port, inward| Flow {
            peer: peer.to_owned(),
            port,
            protocol: "tcp".to_owned(),
            inward,
        };
        let session = |flow: &&Flow| flow.inward && flow.kind() == FlowKind::RemoteSession;
        let mut ports: Vec<u16> = self.flows.iter().filter(session).map(|flow| flow.port).collect();
        ports.sort_unstable();
        ports.dedup();
        if ports.is_empty() {
            ports.push(3389);
        }
        let door = self.jump_host.iter();
        let mut flows: Vec<Flow> =
            door.flat_map(|host| ports.iter().map(move |port| tcp(host, *port, true))).collect();
        let collector = how::collector_port(self.family);
        flows.extend(collector.map(|port| tcp(COLLECTOR, port, false)));
        flows
    }

    fn is_session(&self, flow: &Flow) -> bool {
        matches!(flow.kind(), FlowKind::RemoteSession | FlowKind::Tunnel)
    }

    fn is_cut_share(&self, flow: &Flow) -> bool {
        self.duty != Duty::FileServer && flow.inward && flow.kind() == FlowKind::Smb
    }
}
