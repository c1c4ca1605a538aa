//! Values that would hit healthy computers all day, whatever a list says of them.
//!
//! In: a value in its spelling. Out: why it is refused, if it is. Never: a judgement of whether a
//! list is right about the rest.

use std::net::IpAddr;

use ipnet::IpNet;
use wardwatch_model::IndicatorKind;
use wardwatch_model::indicator::spelling;

use super::address;

/// Hashes of an empty file.
const EMPTY_FILE: [&str; 3] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// Public resolvers of names, which healthy computers ask all day.
const RESOLVERS: [&str; 12] = [
    "1.0.0.1",
    "1.1.1.1",
    "8.8.4.4",
    "8.8.8.8",
    "9.9.9.9",
    "149.112.112.112",
    "208.67.220.220",
    "208.67.222.222",
    "2001:4860:4860::8844",
    "2001:4860:4860::8888",
    "2606:4700:4700::1001",
    "2606:4700:4700::1111",
];

/// Names of several labels under which anybody may have a name, so that they are nobody's own.
/// Not all there are: those that lists get wrong.
const PUBLIC_SUFFIXES: [&str; 52] = [
    "ac.uk",
    "co.uk",
    "gov.uk",
    "ltd.uk",
    "me.uk",
    "net.uk",
    "nhs.uk",
    "org.uk",
    "plc.uk",
    "police.uk",
    "sch.uk",
    "com.au",
    "net.au",
    "org.au",
    "co.nz",
    "co.za",
    "com.br",
    "com.cn",
    "net.cn",
    "com.tr",
    "com.mx",
    "com.ar",
    "com.sg",
    "com.hk",
    "com.tw",
    "co.jp",
    "ne.jp",
    "co.kr",
    "co.in",
    "co.il",
    "com.ua",
    "com.ru",
    "msk.ru",
    "com.pl",
    "eu.org",
    "github.io",
    "gitlab.io",
    "pages.dev",
    "workers.dev",
    "web.app",
    "firebaseapp.com",
    "herokuapp.com",
    "netlify.app",
    "vercel.app",
    "azurewebsites.net",
    "cloudapp.net",
    "blogspot.com",
    "wordpress.com",
    "duckdns.org",
    "no-ip.org",
    "ddns.net",
    "ngrok.io",
];

/// Names that healthy computers ask for all day. A longer name below them is taken.
const EVERYDAY: [&str; 24] = [
    "amazonaws.com",
    "apple.com",
    "bing.com",
    "cloudflare.com",
    "digicert.com",
    "dropbox.com",
    "facebook.com",
    "github.com",
    "google.com",
    "googleapis.com",
    "gstatic.com",
    "live.com",
    "microsoft.com",
    "mozilla.org",
    "msftconnecttest.com",
    "ntp.org",
    "office.com",
    "office365.com",
    "pastebin.com",
    "twitter.com",
    "windows.com",
    "windows.net",
    "windowsupdate.com",
    "youtube.com",
];

/// The widest ranges that are taken: 65,536 IPv4 addresses, one customer's IPv6.
const WIDEST_V4: u8 = 16;
const WIDEST_V6: u8 = 32;

/// Why a value is refused; none when it is taken.
pub fn reason(kind: IndicatorKind, value: &str) -> Option<String> {
    match kind {
        IndicatorKind::Sha256 | IndicatorKind::Sha1 | IndicatorKind::Md5 => {
            if EMPTY_FILE.contains(&value) {
                Some("it is the hash of an empty file".to_owned())
            } else if value.bytes().all(|byte| byte == value.as_bytes()[0]) {
                Some("it stands for no hash".to_owned())
            } else {
                None
            }
        }
        IndicatorKind::Address => of_address(value),
        IndicatorKind::Domain => of_domain(value),
        IndicatorKind::Url => {
            let host = spelling::url_parts(value)?.host;
            match spelling::address(host) {
                Some(address) => of_address(&address.to_string()),
                None if !host.contains('.') => Some("its host is a name without a dot".to_owned()),
                None => None,
            }
        }
    }
}

fn of_address(value: &str) -> Option<String> {
    if RESOLVERS.contains(&value) {
        return Some("it is a public resolver of names".to_owned());
    }
    let net = match value.parse::<IpNet>() {
        Ok(net) => net,
        Err(_) => value.parse::<IpAddr>().ok()?.into(),
    };
    let widest = if matches!(net, IpNet::V4(_)) { WIDEST_V4 } else { WIDEST_V6 };
    if net.prefix_len() < widest {
        return Some(format!("the range is too wide: /{widest} at most"));
    }
    // Special ranges are no narrower than /24 or /32, so the ends say it for all between.
    let found = address::special(net.network()).or_else(|| address::special(net.broadcast()))?;
    Some(format!("the address is kept for {found}"))
}

fn of_domain(value: &str) -> Option<String> {
    let below = |name: &str| value == name || value.ends_with(&format!(".{name}"));
    if below("localhost") || below("localdomain") {
        Some("it is this machine itself".to_owned())
    } else if !value.contains('.') {
        Some("it is a name without a dot, such as a whole top-level domain".to_owned())
    } else if ["local", "internal", "lan", "home.arpa", "in-addr.arpa", "ip6.arpa", "invalid"]
        .into_iter()
        .any(below)
    {
        Some("it is a name for inner networks only".to_owned())
    } else if PUBLIC_SUFFIXES.contains(&value) {
        Some("anybody may have a name below it, so it is nobody's own".to_owned())
    } else if EVERYDAY.contains(&value) {
        Some("healthy computers ask for it all day: name what lies below it".to_owned())
    } else {
        None
    }
}
