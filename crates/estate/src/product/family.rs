//! Families of Windows and what is told of a host's system, piece by piece.
//!
//! In: what one piece of evidence says. Out: facts that can be laid over each other. Never: a fact
//! over a stronger one.

use wardwatch_model::inventory::Architecture;
use wardwatch_model::landscape::Channel;

use Architecture::{Arm64, Ia64, X64, X86};

/// Systems that the catalogue keeps apart, releases and service packs aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is called like the system it stands for")]
pub enum Family {
    Windows2000,
    Xp,
    Server2003,
    Vista,
    Server2008,
    Seven,
    Server2008R2,
    Eight,
    Rt,
    Server2012,
    EightOne,
    Rt81,
    Server2012R2,
    Ten,
    Eleven,
    Server2016,
    Server2019,
    Server2022,
    Server2025,
    /// Servers with a release every half year: 1709 to 20H2, and 23H2.
    ServerAnnual,
}

use Family::{
    Eight, EightOne, Eleven, Rt, Rt81, Server2003, Server2008, Server2008R2, Server2012,
    Server2012R2, Server2016, Server2019, Server2022, Server2025, ServerAnnual, Seven, Ten, Vista,
    Windows2000, Xp,
};

impl Family {
    /// All of them, the oldest first.
    pub(super) const ALL: [Family; 20] = [
        Windows2000,
        Xp,
        Server2003,
        Vista,
        Server2008,
        Seven,
        Server2008R2,
        Eight,
        Rt,
        Server2012,
        EightOne,
        Rt81,
        Server2012R2,
        Ten,
        Eleven,
        Server2016,
        Server2019,
        Server2022,
        Server2025,
        ServerAnnual,
    ];

    /// Its name in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Windows2000 => "Windows 2000",
            Xp => "Windows XP",
            Server2003 => "Windows Server 2003",
            Vista => "Windows Vista",
            Server2008 => "Windows Server 2008",
            Seven => "Windows 7",
            Server2008R2 => "Windows Server 2008 R2",
            Eight => "Windows 8",
            Rt => "Windows RT",
            Server2012 => "Windows Server 2012",
            EightOne => "Windows 8.1",
            Rt81 => "Windows RT 8.1",
            Server2012R2 => "Windows Server 2012 R2",
            Ten => "Windows 10",
            Eleven => "Windows 11",
            Server2016 => "Windows Server 2016",
            Server2019 => "Windows Server 2019",
            Server2022 => "Windows Server 2022",
            Server2025 => "Windows Server 2025",
            ServerAnnual => "Windows Server",
        }
    }

    /// Whether it is a server; Windows 2000 was both.
    pub fn server(self) -> Option<bool> {
        match self {
            Windows2000 => None,
            Xp | Vista | Seven | Eight | Rt | EightOne | Rt81 | Ten | Eleven => Some(false),
            _ => Some(true),
        }
    }

    /// Kinds of processor that the catalogue keeps apart; none when it does not.
    pub fn architectures(self) -> &'static [Architecture] {
        match self {
            Xp | Vista | Seven | Eight | EightOne => &[X86, X64],
            Server2003 | Server2008 => &[X86, X64, Ia64],
            Server2008R2 => &[X64, Ia64],
            Ten => &[X86, X64, Arm64],
            Eleven => &[X64, Arm64],
            _ => &[],
        }
    }

    /// The last service pack; nought when there was none.
    pub fn last_pack(self) -> u8 {
        match self {
            Windows2000 => 4,
            Xp => 3,
            Server2003 | Vista | Server2008 => 2,
            Seven | Server2008R2 => 1,
            _ => 0,
        }
    }

    /// Whether a processor of this kind can run it with this service pack.
    pub fn fits(self, architecture: Architecture, pack: Option<u8>) -> bool {
        match (self, architecture) {
            // The 64-bit edition is 5.2.3790, whose last service pack is the second.
            (Xp, X64) => pack != Some(3),
            (Server2003, X64) => pack != Some(0),
            (Ten, Arm64) => true,
            _ => self.architectures().contains(&architecture),
        }
    }
}

/// What a piece of evidence says; `None` is silence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) family: Option<Family>,
    pub(super) release: Option<String>,
    pub(super) pack: Option<u8>,
    pub(super) architecture: Option<Architecture>,
    pub(super) core: Option<bool>,
    pub(super) channel: Option<Channel>,
}

impl Facts {
    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        *self == Facts::default()
    }

    /// Whether the two cannot both be true of one system.
    pub(super) fn contradicts(&self, other: &Facts) -> bool {
        fn differ<T: PartialEq>(one: Option<&T>, two: Option<&T>) -> bool {
            matches!((one, two), (Some(one), Some(two)) if one != two)
        }
        let release = match (&self.release, &other.release) {
            (Some(one), Some(two)) => !one.eq_ignore_ascii_case(two),
            _ => false,
        };
        release
            || differ(self.family.as_ref(), other.family.as_ref())
            || differ(self.pack.as_ref(), other.pack.as_ref())
            || differ(self.architecture.as_ref(), other.architecture.as_ref())
    }

    /// Takes what is not known yet; tells whether that was anything.
    pub(super) fn fill(&mut self, other: &Facts) -> bool {
        let before = self.clone();
        self.family = self.family.or(other.family);
        self.release = self.release.take().or_else(|| other.release.clone());
        self.pack = self.pack.or(other.pack);
        self.architecture = self.architecture.or(other.architecture);
        self.core = self.core.or(other.core);
        self.channel = self.channel.or(other.channel);
        *self != before
    }

    /// For a sentence: `Windows 10 1803, x64`.
    pub(super) fn label(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let family = self.family.map(|family| family.label().to_owned());
        parts.extend([family, self.release.clone()].into_iter().flatten());
        parts.extend(self.pack.map(|pack| match pack {
            0 => "without a service pack".to_owned(),
            pack => format!("Service Pack {pack}"),
        }));
        parts.extend(self.architecture.map(|architecture| architecture.as_str().to_owned()));
        if parts.is_empty() && self.channel.is_some() {
            parts.push("an edition".to_owned());
        }
        parts.join(" ")
    }
}
