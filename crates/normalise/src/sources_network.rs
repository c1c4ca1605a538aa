//! The log sources of network sensors and appliances: Suricata, Zeek, CEF senders, routers.
//!
//! In: the table that numbers sets, once. Out: [`NetworkSources`], which the parsers ask.
//! Never: a look at a record.

use rustc_hash::FxHashMap;
use wardwatch_model::{LogSource, SourceSet, SourceTable};

/// Event types that Suricata writes, with Sigma's category where it has one.
const EVE_TYPES: [(&str, &str); 54] = [
    ("alert", "ids"),
    ("anomaly", ""),
    ("arp", ""),
    ("bittorrent_dht", ""),
    ("dcerpc", ""),
    ("dhcp", ""),
    ("dnp3", ""),
    ("dns", "dns"),
    ("doh2", ""),
    ("drop", "firewall"),
    ("email", ""),
    ("engine", ""),
    ("fileinfo", ""),
    ("flow", "firewall"),
    ("frame", ""),
    ("ftp", ""),
    ("ftp_data", ""),
    ("http", ""),
    ("http2", ""),
    ("ike", ""),
    ("ikev2", ""),
    ("krb5", ""),
    ("ldap", ""),
    ("llmnr", ""),
    ("lua", ""),
    ("mdns", ""),
    ("metadata", ""),
    ("modbus", ""),
    ("mqtt", ""),
    ("netflow", "firewall"),
    ("nfs", ""),
    ("packet", ""),
    ("pgsql", ""),
    ("pop3", ""),
    ("quic", ""),
    ("rdp", ""),
    ("rfb", ""),
    ("sip", ""),
    ("smb", ""),
    ("smtp", ""),
    ("snmp", ""),
    ("ssh", ""),
    ("stats", ""),
    ("template", ""),
    ("tftp", ""),
    ("tls", ""),
    ("verdict", ""),
    ("websocket", ""),
    ("enip", ""),
    ("nbns", ""),
    ("rpc", ""),
    ("sdp", ""),
    ("tcp", ""),
    ("telnet", ""),
];

/// Logs that Zeek and its usual packages write; `dns` alone has a category of Sigma's.
#[rustfmt::skip]
const ZEEK_LOGS: [&str; 79] = [
    "analyzer", "analyzer_failed", "bacnet", "barnyard2", "broker", "capture_loss", "cluster",
    "communication", "config", "conn", "conn_long", "dce_rpc", "dhcp", "dnp3", "dnp3_control",
    "dns", "dpd", "enip", "files", "ftp", "generic_dns_tunnels", "http", "intel", "irc",
    "kerberos", "known_certs", "known_devices", "known_hosts", "known_modbus", "known_services",
    "ldap", "ldap_search", "loaded_scripts", "modbus", "modbus_detailed",
    "modbus_register_change", "mqtt_connect", "mqtt_publish", "mqtt_subscribe", "mysql",
    "netcontrol", "netcontrol_drop", "netcontrol_shunt", "notice", "notice_alarm", "ntlm", "ntp",
    "ocsp", "openflow", "packet_filter", "pe", "postgresql", "print", "profinet", "quic",
    "radius", "rdp", "redis", "reporter", "rfb", "s7comm", "signatures", "sip", "smb_cmd",
    "smb_files", "smb_mapping", "smtp", "snmp", "socks", "software", "ssh", "ssl", "stats",
    "syslog", "telemetry", "traceroute", "tunnel", "websocket", "weird",
];

/// Makers that send CEF: `(vendor's start, product's start, Sigma's product)`.
const CEF_PRODUCTS: [(&str, &str, &str); 15] = [
    ("cisco", "", "cisco"),
    ("check point", "", "checkpoint"),
    ("barracuda", "", "barracuda"),
    ("f5", "", "f5"),
    ("juniper", "", "juniper"),
    ("huawei", "", "huawei"),
    ("citrix", "", "citrix"),
    ("sonicwall", "", "sonicwall"),
    ("sophos", "", "sophos"),
    ("watchguard", "", "watchguard"),
    ("zscaler", "", "zscaler"),
    ("trend micro", "", "trendmicro"),
    ("imperva", "", "imperva"),
    ("infoblox", "", "infoblox"),
    ("cyberark", "", "cyberark"),
];

/// FortiGate log types.
const FORTIGATE_TYPES: [&str; 5] = ["event", "traffic", "utm", "anomaly", "voip"];

/// Palo Alto Networks log types that have a name of their own among Sigma's services.
const PALOALTO_TYPES: [&str; 5] = ["traffic", "threat", "system", "config", "globalprotect"];

/// Every set of log sources that a network record can have.
#[derive(Debug, Clone)]
pub struct NetworkSources {
    suricata: SourceSet,
    zeek: SourceSet,
    firewall: SourceSet,
    cisco_aaa: SourceSet,
    cisco_routing: SourceSet,
    cisco_asa: SourceSet,
    huawei_bgp: SourceSet,
    juniper_bgp: SourceSet,
    fortigate: SourceSet,
    fortigate_vpn: SourceSet,
    paloalto: SourceSet,
    eve_types: FxHashMap<&'static str, SourceSet>,
    zeek_logs: FxHashMap<&'static str, SourceSet>,
    fortigate_types: Vec<(&'static str, SourceSet)>,
    paloalto_types: Vec<(&'static str, SourceSet)>,
    /// With and without the firewall category.
    cef_products: Vec<(SourceSet, SourceSet)>,
}

impl NetworkSources {
    /// Numbers the sets in `table`.
    pub fn intern(table: &mut SourceTable) -> Self {
        let mut one = |product: &str, category: &str, service: &str| {
            table.intern(vec![LogSource::new(product, category, service)])
        };
        NetworkSources {
            suricata: one("suricata", "", ""),
            zeek: one("zeek", "", ""),
            firewall: one("", "firewall", ""),
            cisco_aaa: one("cisco", "", "aaa"),
            cisco_asa: one("cisco", "firewall", "asa"),
            huawei_bgp: one("huawei", "", "bgp"),
            juniper_bgp: one("juniper", "", "bgp"),
            fortigate: one("fortigate", "", ""),
            paloalto: one("paloalto", "firewall", ""),
            eve_types: EVE_TYPES
                .iter()
                .map(|(name, category)| (*name, one("suricata", category, name)))
                .collect(),
            zeek_logs: ZEEK_LOGS
                .iter()
                .map(|name| (*name, one("zeek", if *name == "dns" { "dns" } else { "" }, name)))
                .collect(),
            fortigate_types: FORTIGATE_TYPES
                .iter()
                .map(|name| {
                    let category = if *name == "traffic" { "firewall" } else { "" };
                    (*name, one("fortigate", category, name))
                })
                .collect(),
            paloalto_types: PALOALTO_TYPES
                .iter()
                .map(|name| {
                    let appliance = *name == "globalprotect";
                    let category = if appliance { "appliance" } else { "firewall" };
                    (*name, one("paloalto", category, name))
                })
                .collect(),
            cef_products: CEF_PRODUCTS
                .iter()
                .map(|(_, _, name)| (one(name, "firewall", ""), one(name, "", "")))
                .collect(),
            cisco_routing: table.intern(vec![
                LogSource::new("cisco", "", "bgp"),
                LogSource::new("cisco", "", "ldp"),
            ]),
            fortigate_vpn: table.intern(vec![
                LogSource::new("fortigate", "", "event"),
                LogSource::new("fortios", "", "sslvpnd"),
            ]),
        }
    }

    /// Suricata's events; an event type that is not known has only the product.
    pub fn eve(&self, event_type: &str) -> SourceSet {
        self.eve_types.get(event_type).copied().unwrap_or(self.suricata)
    }

    /// Zeek's events; a log that is not known has only the product.
    pub fn zeek(&self, log: &str) -> SourceSet {
        self.zeek_logs.get(log).copied().unwrap_or(self.zeek)
    }

    /// Cisco's syslog messages by facility, such as `IP-TCP` in `%IP-TCP-3-BADAUTH`.
    pub fn cisco(&self, facility: &str) -> SourceSet {
        match facility {
            "ASA" | "FTD" | "PIX" | "FWSM" => self.cisco_asa,
            "TCP" | "IP-TCP" | "BGP" | "LDP" | "TAGCON" | "MPLS" => self.cisco_routing,
            _ if facility.contains("LDP") || facility.contains("BGP") => self.cisco_routing,
            _ => self.cisco_aaa,
        }
    }

    /// Huawei's routing messages.
    pub fn huawei(&self) -> SourceSet {
        self.huawei_bgp
    }

    /// Juniper's routing daemon.
    pub fn juniper(&self) -> SourceSet {
        self.juniper_bgp
    }

    /// FortiGate's records by `type` and `subtype`.
    pub fn fortigate(&self, kind: &str, subtype: &str) -> SourceSet {
        if kind == "event" && subtype.starts_with("vpn") {
            return self.fortigate_vpn;
        }
        named(&self.fortigate_types, kind).unwrap_or(self.fortigate)
    }

    /// CEF by sender; `connection` says whether it names both ends of one. `name` is the
    /// event's name, which tells the kind of log for the senders that put it there.
    pub fn cef(&self, vendor: &str, product: &str, name: &str, connection: bool) -> SourceSet {
        if starts_with(vendor, "fortinet") {
            let mut words = name.split([':', ' ']);
            let kind = words.next().unwrap_or_default();
            return self.fortigate(kind, words.next().unwrap_or_default());
        }
        if starts_with(vendor, "palo alto") {
            return named(&self.paloalto_types, name).unwrap_or(self.paloalto);
        }
        if starts_with(vendor, "cisco") && starts_with(product, "asa") {
            return self.cisco_asa;
        }
        let known = CEF_PRODUCTS
            .iter()
            .zip(&self.cef_products)
            .find(|((maker, line, _), _)| starts_with(vendor, maker) && starts_with(product, line));
        match known {
            Some((_, (firewall, _))) if connection => *firewall,
            Some((_, (_, plain))) => *plain,
            None if connection => self.firewall,
            None => SourceSet::UNKNOWN,
        }
    }
}

fn named(sets: &[(&str, SourceSet)], name: &str) -> Option<SourceSet> {
    sets.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, set)| *set)
}

/// Whether `text` starts with `start`, whatever the case.
fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_have_the_sets_that_rules_name() {
        let mut table = SourceTable::default();
        let sources = NetworkSources::intern(&mut table);
        let told = |set| {
            let names: Vec<_> = table.get(set).iter().map(|source| source.to_string()).collect();
            names.join(" ")
        };
        assert_eq!(told(sources.eve("alert")), "suricata/ids/alert");
        assert_eq!(told(sources.eve("invented")), "suricata/-/-");
        assert_eq!(told(sources.zeek("dns")), "zeek/dns/dns");
        assert_eq!(told(sources.zeek("smb_files")), "zeek/-/smb_files");
        assert_eq!(told(sources.cisco("IP-TCP")), "cisco/-/bgp cisco/-/ldp");
        assert_eq!(told(sources.cisco("PARSER")), "cisco/-/aaa");
        assert_eq!(
            told(sources.cef("Fortinet", "Fortigate", "event:vpn negotiate", false)),
            "fortigate/-/event fortios/-/sslvpnd"
        );
        assert_eq!(
            told(sources.cef("Palo Alto Networks", "PAN-OS", "TRAFFIC", true)),
            "paloalto/firewall/traffic"
        );
        assert_eq!(told(sources.cef("Invented", "Wall", "deny", true)), "-/firewall/-");
        assert_eq!(sources.cef("Invented", "Wall", "login", false), SourceSet::UNKNOWN);
    }
}
