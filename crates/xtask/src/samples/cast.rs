//! Data table: who and what appears in the story. All invented.

/// Windows domain of the trust.
pub const DOMAIN: &str = "ZZ1";
/// Security identifier that the domain's accounts share.
pub const DOMAIN_SID: &str = "S-1-5-21-1004336348-1177238915-682003330";

/// The attacker's address on the internet.
pub const ATTACKER: &str = "203.0.113.66";
/// A domain that the worm asks for before it spreads; it stops when somebody answers.
pub const KILL_SWITCH: &str = "www.iuqerfsodp9ifjaposdfjhgosurijfaewrwergwea.com";

/// The PC whose log is in the sample.
pub const PC_017: Host = Host { name: "ZZ1-PC-017", address: "10.17.22.17" };
/// The PC that the worm came from.
pub const PC_031: Host = Host { name: "ZZ1-PC-031", address: "10.17.22.31" };
/// The domain controller whose log is in the sample.
pub const CONTROLLER: Host = Host { name: "ZZ1-DC-01", address: "10.17.1.5" };
/// The web server for booking that the attacker takes.
pub const WEB: Host = Host { name: "zz1-web-02", address: "10.17.60.12" };
/// Receives and passes on pictures of the scanners; speaks DICOM.
pub const PICTURES: Host = Host { name: "zz1-pacs-gw", address: "10.17.40.12" };
/// The web proxy.
pub const PROXY: Host = Host { name: "zz1-proxy-01", address: "10.17.1.20" };
/// The record system that wards work with.
pub const RECORDS: Host = Host { name: "zz1-epr-01", address: "10.17.1.30" };
/// The file and print server.
pub const FILES: Host = Host { name: "ZZ1-FS-01", address: "10.17.1.40" };
/// Where administrators work from.
pub const ADMIN_PC: Host = Host { name: "ZZ1-ADM-02", address: "10.17.1.50" };

/// A device with its address.
pub struct Host {
    /// Short name.
    pub name: &'static str,
    /// IPv4 address.
    pub address: &'static str,
}

impl Host {
    /// Name with the trust's domain, as Windows reports it.
    pub fn full_name(&self) -> String {
        format!("{}.zz1.example", self.name)
    }
}

/// Account names of staff.
pub const STAFF: [&str; 8] = [
    "amara.osei",
    "tom.hale",
    "priya.nandan",
    "joan.pike",
    "callum.reid",
    "ewa.lis",
    "sam.oduya",
    "ruth.birch",
];

/// Other PCs on the wards.
pub const WARD_PCS: [Host; 6] = [
    Host { name: "ZZ1-PC-004", address: "10.17.22.4" },
    Host { name: "ZZ1-PC-009", address: "10.17.22.9" },
    Host { name: "ZZ1-PC-022", address: "10.17.22.22" },
    Host { name: "ZZ1-PC-045", address: "10.17.23.45" },
    Host { name: "ZZ1-PC-052", address: "10.17.23.52" },
    Host { name: "ZZ1-PC-068", address: "10.17.23.68" },
];

/// Outside sites that staff use, with addresses from ranges kept for documentation.
pub const SITES: [(&str, &str); 5] = [
    ("www.bulletin.example", "198.51.100.10"),
    ("formulary.example", "198.51.100.23"),
    ("learning.example", "198.51.100.41"),
    ("updates.vendor.example", "192.0.2.80"),
    ("mail.partner.example", "192.0.2.25"),
];
