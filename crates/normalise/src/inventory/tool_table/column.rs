//! What a column of a management tool's table stands for, by its heading.
//!
//! In: a heading in any of the languages of the table below. Out: the column, and how sure that
//! is. Never: a look at the cells.

/// What a column is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// The host's name.
    Host,
    /// The operating system's name.
    System,
    /// Its version, or release.
    Version,
    /// Its build number.
    Build,
    /// Its service pack.
    ServicePack,
    /// Processor family.
    Architecture,
    /// Edition.
    Edition,
    /// The day on which the tool last heard of the host.
    LastSeen,
    /// Installed updates.
    Updates,
    /// Model of the machine.
    Model,
    /// Its maker.
    Manufacturer,
    /// Where it stands, or its unit in the directory.
    Site,
    /// Serial number.
    Serial,
    /// Memory.
    Memory,
    /// Size of the disk.
    Disk,
    /// Version of the security chip.
    Tpm,
    /// Installed programs.
    Software,
}

impl Column {
    /// The words used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Column::Host => "host",
            Column::System => "operating system",
            Column::Version => "version",
            Column::Build => "build",
            Column::ServicePack => "service pack",
            Column::Architecture => "architecture",
            Column::Edition => "edition",
            Column::LastSeen => "last seen",
            Column::Updates => "installed updates",
            Column::Model => "model",
            Column::Manufacturer => "manufacturer",
            Column::Site => "site",
            Column::Serial => "serial number",
            Column::Memory => "memory",
            Column::Disk => "size of the disk",
            Column::Tpm => "security chip",
            Column::Software => "installed programs",
        }
    }
}

/// Headings in small letters, of letters and digits alone. Of two columns for the same, the one
/// whose heading stands first here counts.
const TABLE: [(Column, &[&str]); 17] = [
    (
        Column::Host,
        &[
            "computername",
            "devicename",
            "hostname",
            "assetname",
            "machinename",
            "servername",
            "csname",
            "netbiosname",
            "netbiosname0",
            "fulldomainname",
            "dnshostname",
            "dnsname",
            "fqdn",
            "computer",
            "gerätename",
            "rechnername",
            "computername0",
            "nomdelordinateur",
            "nomdelappareil",
            "nomedelcomputer",
            "nomecomputer",
            "nombredelequipo",
            "nombredeldispositivo",
            "имякомпьютера",
            "имяузла",
            "コンピューター名",
            "デバイス名",
            "计算机名",
            "设备名称",
            "host",
            "device",
            "rechner",
            "gerät",
            "hôte",
            "samaccountname",
            "cn",
            "name",
            "nom",
            "nome",
            "nombre",
            "имя",
        ],
    ),
    (
        Column::System,
        &[
            "operatingsystem",
            "operatingsystemname",
            "osname",
            "osdescription",
            "operatingsystemcaption",
            "oscaption",
            "caption0",
            "operatingsystemnameandversion",
            "operatingsystemnameand0",
            "betriebssystem",
            "betriebssystemname",
            "systèmedexploitation",
            "sistemaoperativo",
            "операционнаясистема",
            "オペレーティングシステム",
            "操作系统",
            "os",
            "so",
            "platform",
        ],
    ),
    (
        Column::Version,
        &[
            "operatingsystemversion",
            "osversion",
            "windowsversion",
            "betriebssystemversion",
            "osfullversion",
            "versiondusystèmedexploitation",
            "versionedelsistemaoperativo",
            "versióndelsistemaoperativo",
            "версияос",
            "osバージョン",
            "操作系统版本",
            "version",
            "version0",
            "osrelease",
            "release",
        ],
    ),
    (
        Column::Build,
        &[
            "osbuild",
            "osbuildnumber",
            "buildnumber",
            "buildnumber0",
            "windowsbuild",
            "build",
            "buildnummer",
        ],
    ),
    (
        Column::ServicePack,
        &[
            "operatingsystemservicepack",
            "osservicepack",
            "servicepack",
            "csdversion",
            "csdversion0",
            "sp",
        ],
    ),
    (
        Column::Architecture,
        &[
            "architecture",
            "osarchitecture",
            "processorarchitecture",
            "cpuarchitecture",
            "systemtype",
            "systemtype0",
            "architektur",
            "systemtyp",
            "arquitectura",
            "architettura",
            "arch",
        ],
    ),
    (Column::Edition, &["edition", "osedition", "skufamily", "ossku", "sku", "operatingsystemsku"]),
    (
        Column::LastSeen,
        &[
            "lastcheckin",
            "lastseen",
            "lastcontact",
            "laststatusreport",
            "lastreportedstatus",
            "lastreportedstatustime",
            "lastsync",
            "lastsynctime",
            "lastsynceddate",
            "lasthardwarescan",
            "lasthwscan",
            "lastinventory",
            "lastactivity",
            "lastonline",
            "lastlogondate",
            "lastlogon",
            "lastlogontimestamp",
            "lastlogontime",
            "letzterkontakt",
            "letzteanmeldung",
            "letztercheckin",
            "zuletztgesehen",
            "letzterstatusbericht",
            "dernièreconnexion",
            "derniercontact",
            "ultimoaccesso",
            "últimaconexión",
        ],
    ),
    (
        Column::Updates,
        &[
            "installedkbs",
            "installedkb",
            "installedupdates",
            "installedhotfixes",
            "installedpatches",
            "hotfixes",
            "hotfixids",
            "hotfix",
            "kbs",
            "kblist",
            "patches",
            "installierteupdates",
            "installiertekbs",
            "misesàjourinstallées",
        ],
    ),
    (Column::Model, &["model", "devicemodel", "computermodel", "model0", "modell", "modèle"]),
    (
        Column::Manufacturer,
        &["manufacturer", "devicemanufacturer", "make", "vendor", "manufacturer0", "hersteller"],
    ),
    (
        Column::Site,
        &[
            "site",
            "location",
            "ou",
            "organizationalunit",
            "distinguishedname",
            "canonicalname",
            "adsite",
            "standort",
            "department",
            "abteilung",
            "computergroup",
            "iplocation",
        ],
    ),
    (
        Column::Serial,
        &["serialnumber", "serial", "serialno", "serviceetag", "servicetag", "seriennummer"],
    ),
    (
        Column::Memory,
        &[
            "totalphysicalmemory",
            "totalphysicalmemory0",
            "physicalmemory",
            "installedmemory",
            "totalmemory",
            "memory",
            "ram",
            "arbeitsspeicher",
            "mémoire",
            "memoria",
            "память",
        ],
    ),
    (
        Column::Disk,
        &[
            "totalstoragespace",
            "totalstorage",
            "systemdisksize",
            "disksize",
            "totaldisk",
            "disktotal",
            "harddisksize",
            "size0",
            "festplattengröße",
            "disk",
        ],
    ),
    (
        Column::Tpm,
        &["tpmspecificationversion", "tpmspecversion", "tpmversion", "specversion0", "tpm"],
    ),
    (
        Column::Software,
        &[
            "installedsoftware",
            "installedprograms",
            "installedapplications",
            "installierteprogramme",
            "logicielsinstallés",
        ],
    ),
];

/// Headings that tables of other things have too: they do not tell a table of hosts.
const COMMON: [&str; 9] =
    ["version", "version0", "release", "osrelease", "build", "platform", "so", "sp", "buildnumber"];

/// What a heading stands for, and its rank: the lower, the surer.
pub(super) fn meaning(heading: &str) -> Option<(Column, usize)> {
    let heading = plain(heading);
    TABLE.iter().find_map(|(column, names)| {
        let rank = names.iter().position(|name| *name == heading)?;
        Some((*column, rank))
    })
}

/// Whether headings are those of a table of hosts: a host's name and something of its system.
pub(super) fn tells(headings: &[String]) -> bool {
    let meanings = headings.iter().filter_map(|heading| {
        let (column, _) = meaning(heading)?;
        Some((column, COMMON.contains(&plain(heading).as_str())))
    });
    let (mut host, mut system) = (false, false);
    for (column, common) in meanings {
        host |= column == Column::Host;
        system |= !common && matches!(column, Column::System | Column::Version | Column::Build);
    }
    host && system
}

/// Letters and digits in small letters; what stands in brackets is left out (`Model (text)`).
pub(super) fn plain(heading: &str) -> String {
    let start = heading.split(['(', '[']).next().unwrap_or_default();
    let letters = start.chars().filter(|c| c.is_alphanumeric() || *c == 'ー');
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headings_of_tools() {
        for (heading, column) in [
            ("Device name", Some(Column::Host)),
            ("Netbios_Name0", Some(Column::Host)),
            ("OS", Some(Column::System)),
            ("OperatingSystemVersion", Some(Column::Version)),
            ("Last check-in", Some(Column::LastSeen)),
            ("Letzter Kontakt", Some(Column::LastSeen)),
            ("Betriebssystem", Some(Column::System)),
            ("Système d'exploitation", Some(Column::System)),
            ("コンピューター名", Some(Column::Host)),
            ("Serial number", Some(Column::Serial)),
            ("Primary user UPN", None),
            ("", None),
        ] {
            assert_eq!(meaning(heading).map(|found| found.0), column, "{heading}");
        }
        let tells = |line: &str| tells(&line.split(',').map(str::to_owned).collect::<Vec<_>>());
        assert!(tells("Name,OperatingSystem"));
        assert!(!tells("Name,Version,Publisher"));
        assert!(!tells("OperatingSystem,Count"));
    }

    #[test]
    fn no_heading_stands_for_two() {
        let mut all: Vec<&str> =
            TABLE.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|name| plain(name) == *name), "written as they are looked up");
    }

    proptest! {
        #[test]
        fn never_panics(heading in any::<String>()) {
            let _ = meaning(&heading);
        }
    }
}
