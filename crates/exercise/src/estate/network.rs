//! Sites, segments, addresses and links.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::draw::{Draw, Field, org_key};
use super::kind::Kind;
use super::scenario::Scenario;

/// Devices in a segment: a /24.
const PER_SEGMENT: u32 = 230;

/// The first host number of a segment that a device has.
const FIRST_HOST: u32 = 10;

/// A line to the rest of the sector, in kbit/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Towards the body.
    pub down_kbps: u32,
    /// From it.
    pub up_kbps: u32,
    /// Chance in 10,000 that it drops within an hour.
    pub drops_per_10k_hours: u32,
}

impl Link {
    /// The link of a body of a kind.
    pub(super) fn draw(kind: Kind, scenario: Scenario, draw: Draw) -> Link {
        let link = |down_kbps, up_kbps| Link { down_kbps, up_kbps, drops_per_10k_hours: 0 };
        match kind {
            Kind::CareHome => Link { drops_per_10k_hours: 40, ..link(30_000, 8_000) },
            Kind::Practice => match draw.below(Field::Link, 100) {
                0..=9 if !scenario.recent() => link(1_000, 256),
                0..=39 => link(8_000, 450),
                40..=59 => link(20_000, 1_000),
                60..=79 => link(40_000, 10_000),
                _ => link(80_000, 20_000),
            },
            Kind::Acute | Kind::Centre => link(1_000_000, 1_000_000),
            _ => link(100_000, 100_000),
        }
    }
}

/// Where a device stands in the network of its organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Segment {
    /// Its number in the organisation.
    pub number: u32,
    /// Whether only medical devices stand in it.
    pub medical: bool,
}

/// The segment of the device with an index. Medical segments have numbers of their own, after all
/// others of the organisation.
pub fn segment(index: u32, devices: u32, medical: bool) -> Segment {
    let others = devices.div_ceil(PER_SEGMENT);
    let number = index / PER_SEGMENT + if medical { others } else { 0 };
    Segment { number, medical }
}

/// An address in 10.0.0.0/8, one of its own within the organisation. Other organisations may have
/// the same one, as private networks do.
pub fn address(code: &str, index: u32, segment: Segment) -> Ipv4Addr {
    let start = org_key(0, code) as u32 % 65_536;
    let third = (start + segment.number) % 65_536;
    let host = FIRST_HOST + index % PER_SEGMENT;
    Ipv4Addr::from((10 << 24) | (third << 8) | host)
}

/// Devices of a body that answer to the internet, where any do: the first ones.
pub const EXPOSED: u32 = 2;
