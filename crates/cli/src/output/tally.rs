//! Detections counted by rule and by device, for the outputs that people read.
//!
//! In: detections in any order. Out: exact counts, first and last times, and a few examples.
//! Memory is bounded: by the rule set, and by [`MAX_DEVICES`]. Never keeps a detection whole.

use std::collections::HashMap;

use wardwatch_model::{Advice, Detection, Level, RuleId, Timestamp};

use super::visible::shorten;

/// Devices counted each on its own; those that come later are counted together.
pub const MAX_DEVICES: usize = 10_000;
/// Matched fields kept as a rule's example.
const MAX_FIELDS: usize = 8;
/// Characters kept of a device's name.
const MAX_NAME_CHARS: usize = 200;
/// Characters kept of an example's value.
const MAX_VALUE_CHARS: usize = 300;

/// Counts by level, least serious first.
pub type ByLevel = [u64; Level::ALL.len()];

/// The first and the last time of something.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// Earliest time; absent when no record says one.
    pub first: Option<Timestamp>,
    /// Latest time; absent when no record says one.
    pub last: Option<Timestamp>,
}

impl Span {
    fn add(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }

    fn merge(&mut self, other: &Span) {
        self.add(other.first);
        self.add(other.last);
    }
}

/// Which device a detection is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One of [`Tally::devices`], by its number.
    Device(usize),
    /// A device beyond [`MAX_DEVICES`].
    Other,
    /// The record names no device.
    Unnamed,
}

/// What was found on one device.
#[derive(Debug, Clone, Default)]
pub struct DeviceTally {
    /// Its name, as in the records.
    pub name: String,
    /// Detections by level.
    pub by_level: ByLevel,
    /// First and last detection.
    pub span: Span,
}

impl DeviceTally {
    /// Detections of all levels.
    pub fn total(&self) -> u64 {
        self.by_level.iter().sum()
    }

    /// Adds what was found on another.
    pub fn merge(&mut self, other: &DeviceTally) {
        for (sum, count) in self.by_level.iter_mut().zip(&other.by_level) {
            *sum += count;
        }
        self.span.merge(&other.span);
    }

    fn add(&mut self, detection: &Detection) {
        self.by_level[detection.level as usize] += 1;
        self.span.add(detection.time);
    }
}

/// A set of device numbers: a bit for each.
#[derive(Debug, Clone, Default)]
struct DeviceSet {
    bits: Vec<u64>,
    count: u64,
}

impl DeviceSet {
    fn insert(&mut self, number: usize) {
        let (word, bit) = (number / 64, 1 << (number % 64));
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if self.bits[word] & bit == 0 {
            self.bits[word] |= bit;
            self.count += 1;
        }
    }
}

/// What one rule found.
#[derive(Debug, Clone)]
pub struct RuleTally {
    /// The rule's identity.
    pub id: RuleId,
    /// The rule's title.
    pub title: String,
    /// How serious the rule says it is.
    pub level: Level,
    /// The rule's tags.
    pub tags: Vec<String>,
    /// What it means and what to do.
    pub advice: Advice,
    /// Detections.
    pub count: u64,
    /// First and last detection.
    pub span: Span,
    /// Where the earliest detection was.
    pub first_place: Place,
    /// Up to three devices, in the order in which they were seen.
    pub some_devices: Vec<usize>,
    /// Matched fields of one detection, shortened.
    pub example: Vec<(String, String)>,
    devices: DeviceSet,
    has_other_devices: bool,
}

impl RuleTally {
    fn new(detection: &Detection, place: Place) -> Self {
        let example = detection.matched.iter().take(MAX_FIELDS).map(|(name, value)| {
            let name = shorten(name, MAX_NAME_CHARS).into_owned();
            (name, shorten(value, MAX_VALUE_CHARS).into_owned())
        });
        RuleTally {
            id: detection.rule_id.clone(),
            title: detection.rule_title.clone(),
            level: detection.level,
            tags: detection.tags.clone(),
            advice: detection.advice.clone(),
            count: 0,
            span: Span::default(),
            first_place: place,
            some_devices: Vec::new(),
            example: example.collect(),
            devices: DeviceSet::default(),
            has_other_devices: false,
        }
    }

    fn add(&mut self, detection: &Detection, place: Place) {
        self.count += 1;
        let first = self.span.first;
        self.span.add(detection.time);
        if self.span.first != first {
            self.first_place = place;
        }
        match place {
            Place::Device(number) => {
                self.devices.insert(number);
                if self.some_devices.len() < 3 && !self.some_devices.contains(&number) {
                    self.some_devices.push(number);
                }
            }
            Place::Other => self.has_other_devices = true,
            Place::Unnamed => {}
        }
    }

    /// What happened, for a reader who is no specialist.
    pub fn plain_title(&self) -> &str {
        if self.advice.title.is_empty() { &self.title } else { &self.advice.title }
    }

    /// Distinct devices that records name, and whether there are more that were not told apart.
    pub fn device_count(&self) -> (u64, bool) {
        (self.devices.count, self.has_other_devices)
    }
}

/// Everything that was found, counted.
#[derive(Debug, Default)]
pub struct Tally {
    /// Rules that found something, in the order in which they first did.
    pub rules: Vec<RuleTally>,
    /// Devices by number, in the order in which they were first seen.
    pub devices: Vec<DeviceTally>,
    /// All devices beyond [`MAX_DEVICES`].
    pub other_devices: DeviceTally,
    /// Detections in records that name no device.
    pub unnamed_device: DeviceTally,
    /// Detections by level.
    pub by_level: ByLevel,
    /// Detections in records that say no time.
    pub untimed: u64,
    rule_numbers: HashMap<RuleId, usize>,
    device_numbers: HashMap<String, usize>,
}

impl Tally {
    /// Counts one detection; returns the number of its rule, and its device.
    pub fn add(&mut self, detection: &Detection) -> (usize, Place) {
        let place = self.place(&detection.device);
        match place {
            Place::Device(number) => self.devices[number].add(detection),
            Place::Other => self.other_devices.add(detection),
            Place::Unnamed => self.unnamed_device.add(detection),
        }
        self.by_level[detection.level as usize] += 1;
        self.untimed += u64::from(detection.time.is_none());
        let rule = match self.rule_numbers.get(&detection.rule_id) {
            Some(number) => *number,
            None => {
                let number = self.rules.len();
                self.rules.push(RuleTally::new(detection, place));
                self.rule_numbers.insert(detection.rule_id.clone(), number);
                number
            }
        };
        self.rules[rule].add(detection, place);
        (rule, place)
    }

    fn place(&mut self, name: &str) -> Place {
        if name.is_empty() {
            return Place::Unnamed;
        }
        let name = shorten(name, MAX_NAME_CHARS);
        if let Some(number) = self.device_numbers.get(&*name) {
            return Place::Device(*number);
        }
        let number = self.devices.len();
        if number == MAX_DEVICES {
            return Place::Other;
        }
        self.device_numbers.insert(name.clone().into_owned(), number);
        self.devices.push(DeviceTally { name: name.into_owned(), ..DeviceTally::default() });
        Place::Device(number)
    }

    /// Detections of all levels.
    pub fn total(&self) -> u64 {
        self.by_level.iter().sum()
    }

    /// Numbers of the rules that found something: most serious first, then earliest, then by id.
    pub fn rules_by_weight(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..self.rules.len()).collect();
        numbers.sort_by_key(|number| {
            let rule = &self.rules[*number];
            let first = rule.span.first;
            (std::cmp::Reverse(rule.level), first.is_none(), first, &rule.id)
        });
        numbers
    }

    /// Words for a device.
    pub fn device_name(&self, place: Place) -> &str {
        match place {
            Place::Device(number) => self.devices.get(number).map_or("", |device| &device.name),
            Place::Other => "another device",
            Place::Unnamed => "a device that is not named",
        }
    }
}

#[cfg(test)]
pub mod sample {
    //! Invented detections that the writers' tests share.

    use wardwatch_model::{Advice, Detection, Level, LogSource, RuleId, Timestamp};

    /// A detection of rule `id` on `device`, `second` seconds into the morning of 12 May 2017.
    pub fn detection(id: &str, level: Level, device: &str, second: i64) -> Detection {
        Detection {
            time: Some(Timestamp { micros: (1_494_576_000 + second) * 1_000_000 }),
            rule_id: RuleId(id.to_owned()),
            rule_title: format!("Rule {id}"),
            level,
            tags: vec!["attack.impact".to_owned(), "attack.t1490".to_owned()],
            device: device.to_owned(),
            source: "logs/ward7.evtx".to_owned(),
            record: 40 + second.unsigned_abs(),
            logsource: LogSource::new("windows", "process_creation", ""),
            matched: vec![("Image".to_owned(), r"C:\Windows\System32\vssadmin.exe".to_owned())],
            advice: Advice {
                title: format!("Something of kind {id} happened"),
                why: format!("Kind {id} is how attacks go on."),
                r#do: format!("Phone your IT support about {id}."),
            },
        }
    }

    /// Two rules, two devices and a record that says neither time nor device; not in time order.
    pub fn four() -> Vec<Detection> {
        let mut copies = detection("copies", Level::Critical, "WARD7-PC2", 65);
        copies.rule_title = "Shadow Copies Deleted, \"Quietly\"".to_owned();
        let mut nameless = detection("tool", Level::Medium, "", 0);
        nameless.time = None;
        vec![
            copies,
            detection("tool", Level::Medium, "WARD7-PC1", 5),
            detection("tool", Level::Medium, "WARD7-PC2", 3_600),
            nameless,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_rule_and_device() {
        let mut tally = Tally::default();
        for detection in sample::four() {
            tally.add(&detection);
        }
        assert_eq!(tally.total(), 4);
        assert_eq!(tally.untimed, 1);
        assert_eq!(tally.unnamed_device.total(), 1);
        let tool = &tally.rules[1];
        assert_eq!((tool.count, tool.device_count()), (3, (2, false)));
        assert_eq!(tally.device_name(tool.first_place), "WARD7-PC1");
        assert_eq!(tally.rules_by_weight(), [0, 1]);
    }

    #[test]
    fn devices_beyond_the_limit_are_counted_together() {
        let mut tally = Tally::default();
        for number in 0..MAX_DEVICES as i64 + 50 {
            let name = format!("PC{number}");
            tally.add(&sample::detection("tool", Level::Low, &name, number));
        }
        assert_eq!(tally.devices.len(), MAX_DEVICES);
        assert_eq!(tally.other_devices.total(), 50);
        assert_eq!(tally.rules[0].device_count(), (MAX_DEVICES as u64, true));
        assert_eq!(tally.total(), MAX_DEVICES as u64 + 50);
    }
}
