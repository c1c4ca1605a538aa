//! Parts of a product that a host may not have, told by the catalogue's names for them.
//!
//! In: a component's name. Out: whether every installation has it, or only some. Never: a claim that
//! a part is not there.

/// Whether an installation has a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Every installation of the product.
    Always,
    /// One version of several; each installation has one of them.
    OneOf(Family),
    /// Only where somebody installed it.
    Optional,
}

/// Parts of which each installation has one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Internet Explorer.
    InternetExplorer,
}

/// Words of parts that are installed apart from the system.
const OPTIONAL: [&str; 27] = [
    "silverlight",
    "office",
    "works",
    "visual studio",
    "visual basic",
    "sql server",
    "exchange",
    "sharepoint",
    "lync",
    "skype",
    "adobe flash player",
    "windows media player",
    "media format runtime",
    "media encoder",
    "media services",
    "xml core services 3.0",
    "xml core services 4.0",
    "xml core services 5.0",
    "xml core services 6.0",
    "powershell",
    "remote desktop connection",
    "virtual pc",
    "services for unix",
    "terminal services client",
    "windows server update service",
    "active directory federation services",
    "service bus",
];

/// Whether every installation of a product has the part of this name.
pub fn presence(component: &str) -> Presence {
    let name = component.to_ascii_lowercase();
    let versioned = |after: &str| {
        name.split(after)
            .nth(1)
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    };
    if name.contains("internet explorer") && versioned("internet explorer") {
        return Presence::OneOf(Family::InternetExplorer);
    }
    let optional = OPTIONAL.iter().any(|word| name.contains(word))
        || (name.contains(".net framework") && versioned(".net framework"))
        || name.starts_with("role:")
        || ["directx", "jscript", "vbscript", "data access components"]
            .iter()
            .any(|word| name.contains(word) && versioned(word));
    if optional { Presence::Optional } else { Presence::Always }
}

/// Beginnings of the names of systems that have no other Internet Explorer than the eleventh.
const ELEVENTH_ONLY: [&str; 8] = [
    "windows 8.1",
    "windows rt 8.1",
    "windows server 2012 r2",
    "windows 10",
    "windows 11",
    "windows server 2016",
    "windows server 2019",
    "windows server 2022",
];

/// Whether every installation of a system has the eleventh Internet Explorer, and no other.
pub fn has_the_eleventh(system: &str) -> bool {
    let system = system.to_ascii_lowercase();
    ELEVENTH_ONLY.iter().any(|start| system.starts_with(start)) && !system.contains("server core")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_every_installation_are_told_from_those_of_some() {
        for (name, expected) in [
            ("", Presence::Always),
            ("Windows Kernel", Presence::Always),
            (".NET Framework", Presence::Always),
            ("Microsoft .NET Framework 4.5.1", Presence::Optional),
            ("Windows Internet Explorer 8", Presence::OneOf(Family::InternetExplorer)),
            ("Internet Explorer", Presence::Always),
            ("Role: Windows Hyper-V", Presence::Optional),
            ("Windows Server Update Service", Presence::Optional),
            ("VBScript 5.8", Presence::Optional),
            ("Microsoft Office Excel", Presence::Optional),
        ] {
            assert_eq!(presence(name), expected, "{name}");
        }
    }
}
