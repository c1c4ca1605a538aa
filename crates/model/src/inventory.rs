//! What a report says of one host: its system as written, updates, packages, settings.
//!
//! An inventory is a claim, not a verdict: which product of a vendor's catalogue a host runs is
//! decided elsewhere (`estate`), from this.

use serde::{Deserialize, Serialize};

use crate::{Build, Day, Kb};

/// What kind of report an inventory was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Output of Windows' `systeminfo`.
    SystemInfo,
    /// A list of installed hotfixes: `wmic qfe`, `Get-HotFix`.
    HotfixList,
    /// A list of updates that the system itself still wants, by title.
    UpdateList,
    /// Values of the registry, exported or as a hive.
    Registry,
    /// `/var/lib/dpkg/status`, or `dpkg -l`.
    DpkgStatus,
    /// `rpm -qa`.
    RpmList,
    /// `/etc/os-release`.
    OsRelease,
    /// A row of a table from a management tool.
    Table,
    /// The agent's own report.
    Agent,
}

/// The kind of processor that a system is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// 32-bit Intel.
    X86,
    /// 64-bit Intel and AMD.
    X64,
    /// Intel's Itanium.
    Ia64,
    /// 64-bit ARM.
    Arm64,
}

impl Architecture {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Architecture::X86 => "x86",
            Architecture::X64 => "x64",
            Architecture::Ia64 => "ia64",
            Architecture::Arm64 => "arm64",
        }
    }
}

/// What a report says of the operating system, as far as it does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SystemClaim {
    /// Its name as written, decoded: `Microsoft Windows 7 Entreprise N`.
    pub name: Option<String>,
    /// Its version: `6.1.7601`, with the revision where the report knows it.
    pub version: Option<Build>,
    /// Its service pack; `Some(0)` when the report has a place for one and names none.
    pub service_pack: Option<u8>,
    /// The release as the vendor calls it: `22H2`, `1809`, `12`, `bookworm`.
    pub release: Option<String>,
    /// The edition: `Professional`, `EnterpriseS`, `ServerStandard`.
    pub edition: Option<String>,
    /// Processor family that the system is built for.
    pub architecture: Option<Architecture>,
    /// Whether it is a server; `None` when the report does not tell.
    pub server: Option<bool>,
    /// Whether a server has no desktop (Server Core).
    pub core: Option<bool>,
    /// For Linux: the distribution's id (`debian`, `ubuntu`, `rhel`).
    pub distribution: Option<String>,
}

/// An update that is installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledUpdate {
    /// Its number.
    pub kb: Kb,
    /// The day of its installation, where the report tells and the day is not in doubt.
    pub installed: Option<Day>,
}

/// An update that the system says it still wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedUpdate {
    /// Its number, where the title has one.
    pub kb: Option<Kb>,
    /// Its title.
    pub title: String,
}

/// How far the installation of a package went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageState {
    /// Installed and set up.
    Installed,
    /// Unpacked or half set up: its version is new, its work may not be done.
    Broken,
    /// Removed; settings may be left.
    Removed,
}

/// An installed package of a Linux distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version as the packager writes it: `[epoch:]version-release`.
    pub version: String,
    /// Name of the source package, which trackers use; the same as `name` when not told.
    pub source: String,
    /// Version of the source package.
    pub source_version: String,
    /// Architecture as the packager writes it.
    pub architecture: String,
    /// How far its installation went.
    pub state: PackageState,
    /// Whether the administrator holds it back from updates.
    pub held: bool,
}

/// A program or medical device's software with its version, as listed by the system or a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Software {
    /// Its vendor, where told.
    pub vendor: Option<String>,
    /// Its name.
    pub name: String,
    /// Its version, where told.
    pub version: Option<String>,
}

/// A setting that closes a way in, or leaves it open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// What is set.
    pub name: SettingName,
    /// Whether it is on.
    pub on: bool,
    /// Where the report says so: a registry value, a firewall rule.
    pub evidence: String,
}

/// What a report says of the machine, as far as it does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Hardware {
    /// The machine's model: `ZZ Scan 300`.
    pub model: Option<String>,
    /// Memory that the system sees, MiB.
    pub memory_mib: Option<u32>,
    /// Size of the disk that the system is on, MiB.
    pub disk_mib: Option<u32>,
    /// First number of the security chip's version (TPM); `Some(0)` when it is said to have none.
    pub tpm: Option<u8>,
}

impl Hardware {
    /// Takes what another report says of the same machine, where this one says nothing.
    pub fn fill(&mut self, other: &Hardware) {
        if self.model.is_none() {
            self.model.clone_from(&other.model);
        }
        self.memory_mib = self.memory_mib.or(other.memory_mib);
        self.disk_mib = self.disk_mib.or(other.disk_mib);
        self.tpm = self.tpm.or(other.tpm);
    }
}

/// Settings that count as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingName {
    /// The SMB version 1 server answers.
    SmbV1Server,
    /// The SMB version 1 client is there.
    SmbV1Client,
    /// Remote Desktop answers.
    RemoteDesktop,
    /// Remote Desktop asks who one is before it opens a session (NLA).
    NetworkLevelAuthentication,
    /// The print spooler runs.
    PrintSpooler,
    /// A port answers others: TCP.
    OpenPort(u16),
    /// Windows' own firewall is on.
    Firewall,
    /// Programs start by themselves from inserted media.
    AutoRun,
}

/// All that one report says of one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// What kind of report it was.
    pub report: ReportKind,
    /// The host's name, as the report has it.
    pub host: Option<String>,
    /// The day on which the report was made, when it tells.
    pub taken: Option<Day>,
    /// What it says of the operating system.
    pub system: SystemClaim,
    /// Installed updates, each number once.
    pub updates: Vec<InstalledUpdate>,
    /// Updates that the system still wants.
    pub offered: Vec<OfferedUpdate>,
    /// Installed packages.
    pub packages: Vec<Package>,
    /// Installed programs.
    pub software: Vec<Software>,
    /// The machine.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hardware: Hardware,
    /// Settings that count as evidence.
    pub settings: Vec<Setting>,
    /// Whether a restart is pending, so that what was installed may not be at work.
    pub restart_pending: Option<bool>,
    /// What in the report could not be read or is doubtful, one sentence each.
    pub doubts: Vec<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Inventory {
    /// An inventory that says nothing yet.
    pub fn new(report: ReportKind) -> Self {
        Inventory {
            report,
            host: None,
            taken: None,
            system: SystemClaim::default(),
            updates: Vec::new(),
            offered: Vec::new(),
            packages: Vec::new(),
            software: Vec::new(),
            hardware: Hardware::default(),
            settings: Vec::new(),
            restart_pending: None,
            doubts: Vec::new(),
        }
    }
}
