//! Who appears in a story: bodies of a sector with the devices that send logs, and where the outbreak
//! begins and goes.

use std::net::Ipv4Addr;

use wardwatch_model::OrgId;

use super::dice::Dice;
use crate::estate::{Class, Device, Kind, Sector};

/// Devices that a story keeps of one body.
const DEVICES: usize = 400;

/// A device that sends logs.
#[derive(Debug, Clone)]
pub struct Member {
    pub name: String,
    pub ip: Ipv4Addr,
    pub class: Class,
    pub open_to_worm: bool,
}

impl Member {
    fn of(device: Device) -> Self {
        let open_to_worm = device.open_to_worm();
        Member { name: device.name, ip: device.ip, class: device.class, open_to_worm }
    }
}

/// A body with its devices.
#[derive(Debug, Clone)]
pub struct Body {
    pub code: OrgId,
    pub devices: Vec<Member>,
}

impl Body {
    /// The domain of its devices.
    pub fn domain(&self) -> &str {
        self.code.as_str()
    }

    /// Its devices of a class.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = &Member> {
        self.devices.iter().filter(move |device| device.class == class)
    }
}

/// Everybody.
#[derive(Debug, Clone)]
pub struct Cast {
    pub bodies: Vec<Body>,
    /// Place of the body where the outbreak begins, and of the one that it reaches.
    pub hit: [usize; 2],
    /// Account names of staff, invented.
    pub staff: Vec<String>,
}

const FIRST: [&str; 12] = [
    "amara", "tom", "priya", "joan", "callum", "ewa", "sam", "ruth", "idris", "mei", "noor", "pat",
];
const LAST: [&str; 10] =
    ["osei", "hale", "nandan", "pike", "reid", "lis", "oduya", "birch", "vale", "quill"];

impl Cast {
    /// Of a sector: devices that run our agent and are in use, at most some hundreds of each body.
    pub fn of(sector: &Sector, seed: u64) -> Cast {
        let mut bodies = Vec::new();
        for org in &sector.organisations {
            let sends = |device: &Device| {
                device.managed
                    && !device.dormant
                    && device.product.is_some()
                    && device.last_seen_days < 7
            };
            // Those that an outbreak needs come first, so that a large body has them too.
            let (mut open, rest): (Vec<Device>, Vec<Device>) =
                sector.devices(org).filter(sends).partition(Device::open_to_worm);
            open.truncate(DEVICES / 4);
            let devices = open.into_iter().chain(rest).take(DEVICES).map(Member::of).collect();
            bodies.push(Body { code: org.code.clone(), devices });
        }
        bodies.retain(|body: &Body| !body.devices.is_empty());
        let hit = hit(sector, &bodies);
        let mut dice = Dice::new(seed).fork(u64::MAX);
        let staff = (0..40)
            .map(|_| {
                let first = dice.pick(&FIRST).copied().unwrap_or("sam");
                let last = dice.pick(&LAST).copied().unwrap_or("vale");
                format!("{first}.{last}{}", dice.between(1, 9))
            })
            .collect();
        Cast { bodies, hit, staff }
    }
}

/// Where the outbreak begins, and which body it reaches: the trust that has most to lose, and then the
/// council that shares a network with it; any two bodies with enough devices otherwise.
fn hit(sector: &Sector, bodies: &[Body]) -> [usize; 2] {
    let kind = |body: &Body| sector.organisation(&body.code).map(|org| org.kind);
    let largest = |wanted: Option<Kind>, not: Option<usize>| {
        let fits = |place: usize, body: &Body| {
            Some(place) != not && (wanted.is_none() || kind(body) == wanted)
        };
        let fitting = bodies.iter().enumerate().filter(|(place, body)| fits(*place, body));
        fitting.max_by_key(|(_, body)| body.devices.len()).map(|(place, _)| place)
    };
    let first = largest(Some(Kind::Acute), None).or_else(|| largest(None, None)).unwrap_or(0);
    let second = largest(Some(Kind::Council), Some(first)).or_else(|| largest(None, Some(first)));
    [first, second.unwrap_or(first)]
}
