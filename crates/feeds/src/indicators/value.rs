//! Values as lists write them, brought to the one spelling.
//!
//! In: text, perhaps made harmless (`hxxp`, `[.]`). Out: a value's kind and spelling, or why it is
//! none. Never: a decision whether the value is of use; `refused` makes that.

use std::borrow::Cow;
use std::net::IpAddr;

use ipnet::IpNet;
use wardwatch_model::IndicatorKind;
use wardwatch_model::indicator::spelling;

/// Characters of a value that are repeated in a message.
const SHOWN: usize = 80;
/// What people write in place of dots and colons, and what it stands for.
const MADE_HARMLESS: [(&str, &str); 14] = [
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("[DOT]", "."),
    ("(DOT)", "."),
    ("\\.", "."),
    ("[:]", ":"),
    ("[://]", "://"),
    ("[:/]/", "://"),
    ("[/]", "/"),
    ("[.", "."),
    (".]", "."),
];
/// Endings of file names that look like domains.
const FILE_ENDINGS: [&str; 24] = [
    "exe", "dll", "sys", "bat", "cmd", "ps1", "vbs", "js", "hta", "lnk", "doc", "docx", "xls",
    "xlsx", "pdf", "rtf", "jar", "bin", "dat", "tmp", "txt", "log", "php", "scr",
];

/// A value as it can stand in a message.
pub fn shown(text: &str) -> String {
    let mut short: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    format!("'{}'", short.trim())
}

/// Undoes what was made harmless, and takes quotes and blanks off.
pub fn refang(text: &str) -> Cow<'_, str> {
    let text = text.trim().trim_matches(['"', '\'', '`', '<', '>']).trim();
    let mut text = Cow::Borrowed(text);
    if text.contains(['[', '(', '{', '\\', ']']) {
        for (written, meant) in MADE_HARMLESS {
            if text.contains(written) {
                text = Cow::Owned(text.replace(written, meant));
            }
        }
    }
    for (written, meant) in [("hxxps", "https"), ("hxxp", "http"), ("fxp", "ftp")] {
        let found =
            text.get(..written.len()).is_some_and(|head| head.eq_ignore_ascii_case(written));
        if found && text[written.len()..].starts_with("://") {
            return Cow::Owned(format!("{meant}{}", &text[written.len()..]));
        }
    }
    text
}

/// The kind that a value must be by its looks.
pub fn guess(text: &str) -> Option<IndicatorKind> {
    let text = refang(text);
    let text = text.as_ref();
    for (kind, digits) in
        [(IndicatorKind::Sha256, 64), (IndicatorKind::Sha1, 40), (IndicatorKind::Md5, 32)]
    {
        if spelling::is_hash(text, digits) {
            return Some(kind);
        }
    }
    if text.contains("://") {
        return spelling::url_parts(text).map(|_| IndicatorKind::Url);
    }
    if network(text).is_some() {
        return Some(IndicatorKind::Address);
    }
    looks_like_domain(text).then_some(IndicatorKind::Domain)
}

fn looks_like_domain(text: &str) -> bool {
    let text = text.strip_prefix("*.").unwrap_or(text);
    let mut buffer = String::new();
    let Some((_, last)) = text.strip_suffix('.').unwrap_or(text).rsplit_once('.') else {
        return false;
    };
    let ending_of_file = FILE_ENDINGS.iter().any(|ending| last.eq_ignore_ascii_case(ending));
    let may_be_top = last.len() >= 2
        && (last.chars().all(char::is_alphabetic) || last.to_ascii_lowercase().starts_with("xn--"));
    may_be_top && !ending_of_file && spelling::domain(text, &mut buffer)
}

/// An address or a range; a port behind an address is left out.
pub fn network(text: &str) -> Option<IpNet> {
    if let Ok(net) = text.parse::<IpNet>() {
        return Some(canonical(net.trunc()));
    }
    let bare = match text.rsplit_once(':') {
        Some((front, port))
            if !front.contains(':') && port.len() <= 5 && port.parse::<u16>().is_ok() =>
        {
            front
        }
        _ => text,
    };
    spelling::address(bare).map(IpNet::from)
}

/// IPv4 within IPv6 as IPv4.
fn canonical(net: IpNet) -> IpNet {
    if let IpNet::V6(v6) = net
        && let (IpAddr::V4(v4), true) =
            (IpAddr::V6(v6.network()).to_canonical(), v6.prefix_len() >= 96)
        && let Ok(net) = IpNet::new(IpAddr::V4(v4), v6.prefix_len() - 96)
    {
        return net;
    }
    net
}

/// A value in its one spelling; an error says what was expected.
pub fn normal(kind: IndicatorKind, text: &str) -> Result<String, String> {
    let text = refang(text);
    let text = text.as_ref();
    let wrong = |expected: &str| Err(format!("{} is no {expected}", shown(text)));
    let hash = |digits, name: &str| match spelling::is_hash(text, digits) {
        true => Ok(text.to_ascii_lowercase()),
        false => wrong(&format!("{name} of {digits} hexadecimal digits")),
    };
    match kind {
        IndicatorKind::Sha256 => hash(64, "SHA-256"),
        IndicatorKind::Sha1 => hash(40, "SHA-1"),
        IndicatorKind::Md5 => hash(32, "MD5"),
        IndicatorKind::Address => match network(text) {
            Some(net) if net.prefix_len() == net.max_prefix_len() => Ok(net.addr().to_string()),
            Some(net) => Ok(net.to_string()),
            None => wrong("address and no range of addresses"),
        },
        IndicatorKind::Domain => {
            let mut name = String::new();
            match spelling::domain(text.strip_prefix("*.").unwrap_or(text), &mut name) {
                true => Ok(name),
                false => wrong("domain name"),
            }
        }
        IndicatorKind::Url => match spelling::url_parts(text) {
            Some(parts) => Ok(url(&parts)),
            None => wrong("web address of http, https or ftp"),
        },
    }
}

fn url(parts: &spelling::UrlParts<'_>) -> String {
    let host = parts.host.trim_end_matches('.').to_ascii_lowercase();
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let port = parts.port.map(|port| format!(":{port}")).unwrap_or_default();
    let slash = if parts.path.starts_with('/') { "" } else { "/" };
    format!("{}://{host}{port}{slash}{}", parts.scheme.to_ascii_lowercase(), parts.path)
}
