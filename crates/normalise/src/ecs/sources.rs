//! The log sources of ECS documents: what happened on which system, or which module read a log.

use wardwatch_model::{LogSource, SourceSet, SourceTable};

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    ProcessStart,
    ProcessEnd,
    Network,
    File,
    FileDelete,
    FileRename,
    FileAccess,
    Registry,
    RegistrySet,
    RegistryDelete,
    Library,
    Driver,
    Dns,
    Authentication,
    Other,
}

/// Sigma's categories of each kind, the most specific first.
const KINDS: [(Kind, &[&str]); 15] = [
    (Kind::ProcessStart, &["process_creation"]),
    (Kind::ProcessEnd, &["process_termination"]),
    (Kind::Network, &["network_connection"]),
    (Kind::File, &["file_event"]),
    (Kind::FileDelete, &["file_delete"]),
    (Kind::FileRename, &["file_rename", "file_event"]),
    (Kind::FileAccess, &["file_access"]),
    (Kind::Registry, &["registry_event"]),
    (Kind::RegistrySet, &["registry_set", "registry_event"]),
    (Kind::RegistryDelete, &["registry_delete", "registry_event"]),
    (Kind::Library, &["image_load"]),
    (Kind::Driver, &["driver_load"]),
    (Kind::Dns, &["dns_query", "dns"]),
    (Kind::Authentication, &[]),
    (Kind::Other, &[]),
];

/// The operating system that an event is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Product {
    Windows,
    Linux,
    Macos,
    Unknown,
}

/// Products with their Sigma name and the service that logs authentications.
const PRODUCTS: [(Product, &str, &str); 4] = [
    (Product::Windows, "windows", "security"),
    (Product::Linux, "linux", "auth"),
    (Product::Macos, "macos", ""),
    (Product::Unknown, "", ""),
];

/// Logs that a module reads: `(module, dataset or nothing for the others, product, category,
/// service)`; the first line that fits counts.
#[rustfmt::skip]
const MODULES: [(&str, &str, &str, &str, &str); 28] = [
    ("zeek", "zeek.dns", "zeek", "dns", "dns"),
    ("zeek", "zeek.connection", "zeek", "", "conn"),
    ("zeek", "zeek.http", "zeek", "", "http"),
    ("zeek", "zeek.smb_files", "zeek", "", "smb_files"),
    ("zeek", "zeek.smb_mapping", "zeek", "", "smb_mapping"),
    ("zeek", "zeek.dce_rpc", "zeek", "", "dce_rpc"),
    ("zeek", "zeek.rdp", "zeek", "", "rdp"),
    ("zeek", "zeek.ssh", "zeek", "", "ssh"),
    ("zeek", "zeek.ssl", "zeek", "", "ssl"),
    ("zeek", "zeek.x509", "zeek", "", "x509"),
    ("zeek", "zeek.kerberos", "zeek", "", "kerberos"),
    ("zeek", "zeek.files", "zeek", "", "files"),
    ("zeek", "", "zeek", "", ""),
    ("suricata", "", "suricata", "", ""),
    ("panw", "", "paloalto", "firewall", ""),
    ("fortinet", "", "fortigate", "", "event"),
    ("fortinet_fortigate", "", "fortigate", "", "event"),
    ("cisco", "cisco.asa", "cisco", "firewall", "asa"),
    ("cisco", "", "cisco", "", "aaa"),
    ("cisco_asa", "", "cisco", "firewall", "asa"),
    ("cisco_ios", "", "cisco", "", "aaa"),
    ("checkpoint", "", "checkpoint", "firewall", ""),
    ("iptables", "", "", "firewall", ""),
    ("apache", "apache.access", "apache", "webserver", ""),
    ("apache", "", "apache", "", "apache"),
    ("nginx", "nginx.access", "nginx", "webserver", ""),
    ("nginx", "", "nginx", "", "nginx"),
    ("iis", "", "windows", "webserver", "iis"),
];

/// Every set of log sources that an ECS document can have.
#[derive(Debug, Clone)]
pub struct EcsSources {
    host: Vec<(Product, Kind, SourceSet)>,
    modules: Vec<SourceSet>,
    auditd: SourceSet,
    auditd_process: SourceSet,
    auth: SourceSet,
    syslog: SourceSet,
}

impl EcsSources {
    /// Numbers the sets in `table`.
    pub fn intern(table: &mut SourceTable) -> Self {
        let linux = |category, service| LogSource::new("linux", category, service);
        let mut host = Vec::with_capacity(PRODUCTS.len() * KINDS.len());
        for (product, name, service) in PRODUCTS {
            for (kind, categories) in KINDS {
                host.push((product, kind, table.intern(host_set(name, service, kind, categories))));
            }
        }
        EcsSources {
            host,
            modules: MODULES
                .iter()
                .map(|(_, _, product, category, service)| {
                    table.intern(vec![LogSource::new(product, category, service)])
                })
                .collect(),
            auditd: table.intern(vec![linux("", "auditd")]),
            auditd_process: table.intern(vec![linux("process_creation", ""), linux("", "auditd")]),
            auth: table.intern(vec![linux("", "auth"), linux("", "syslog")]),
            syslog: table.intern(vec![linux("", "syslog")]),
        }
    }

    /// The set of something that happened on a host.
    pub(super) fn host(&self, product: Product, kind: Kind) -> SourceSet {
        let known = self.host.iter().find(|entry| (entry.0, entry.1) == (product, kind));
        known.map_or(SourceSet::UNKNOWN, |entry| entry.2)
    }

    /// The set of a log that a module reads; `None` for modules that watch a host.
    pub(super) fn module(&self, module: &str, dataset: &str, started: bool) -> Option<SourceSet> {
        match (module, dataset) {
            ("auditd" | "auditd_manager", _) if started => return Some(self.auditd_process),
            ("auditd" | "auditd_manager", _) => return Some(self.auditd),
            ("system", "system.auth") => return Some(self.auth),
            ("system", "system.syslog") => return Some(self.syslog),
            _ => {}
        }
        let fits = |entry: &(&str, &str, &str, &str, &str)| {
            entry.0 == module && (entry.1.is_empty() || entry.1 == dataset)
        };
        self.modules.get(MODULES.iter().position(fits)?).copied()
    }
}

/// The log sources of a kind of event on a product; the product alone where there is no
/// category for it.
fn host_set(product: &str, service: &str, kind: Kind, categories: &[&str]) -> Vec<LogSource> {
    let mut set: Vec<LogSource> =
        categories.iter().map(|category| LogSource::new(product, category, "")).collect();
    if kind == Kind::Authentication {
        set.push(LogSource::new(product, "", service));
    }
    if set.is_empty() {
        set.push(LogSource::new(product, "", ""));
    }
    set.retain(|source| !source.is_empty());
    set
}
