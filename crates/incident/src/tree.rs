//! Processes of one device as trees, each with what rules found in it.
//!
//! In: processes that started, and what rules found, of one device. Out: trees in which everything that was found
//! has its ancestors and what it started. Never: more than so many processes; a process that started another
//! before it was there itself.

use std::collections::{BTreeMap, HashMap};

use wardwatch_model::process::{Mark, ProcessNode};
use wardwatch_model::{EventId, Level, Timestamp};

/// Processes of all trees at most; more are counted.
pub const MAX_NODES: usize = 300;
/// How deep a tree is at most; what lies deeper is counted.
pub const MAX_DEPTH: usize = 32;

/// A process that started, as an event tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// When.
    pub time: Timestamp,
    /// The event.
    pub event: EventId,
    /// Its identifier, where the event has one.
    pub process: Option<String>,
    /// The identifier of the one that started it.
    pub parent_process: Option<String>,
    /// The program.
    pub image: Option<String>,
    /// How it was started.
    pub command_line: Option<String>,
    /// The program that started it.
    pub parent_image: Option<String>,
    /// How that one was started.
    pub parent_command_line: Option<String>,
    /// As whom it runs.
    pub user: Option<String>,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// When.
    pub time: Timestamp,
    /// The event.
    pub event: EventId,
    /// The process that it is of, where the event has its identifier.
    pub process: Option<String>,
    /// The program, where the event names it.
    pub image: Option<String>,
    /// What the rule is called.
    pub title: String,
    /// How serious it is.
    pub level: Level,
}

/// Trees of one device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trees {
    /// In order of time; those that were there before, first.
    pub trees: Vec<ProcessNode>,
    /// Findings that stand in no tree: no process could be told for them, or there was no room.
    pub unplaced: u64,
}

/// A process while its place is looked for.
struct Place<'s> {
    start: Option<&'s Start>,
    image: Option<&'s str>,
    command_line: Option<&'s str>,
    parent: Option<usize>,
    guessed: bool,
    found: BTreeMap<&'s str, (Level, u64)>,
    children: Vec<usize>,
    /// Whether it is found in, or lies above something that is.
    above: bool,
}

impl<'s> Place<'s> {
    fn before(image: Option<&'s str>, command_line: Option<&'s str>) -> Self {
        Place {
            start: None,
            image,
            command_line,
            parent: None,
            guessed: false,
            found: BTreeMap::new(),
            children: Vec::new(),
            above: false,
        }
    }
}

/// The trees of what started on one device and what was found there.
pub fn trees(mut starts: Vec<Start>, found: &[Found]) -> Trees {
    starts.sort_by_key(|start| (start.time, start.event));
    let mut wood = Wood::plant(&starts);
    let mut unplaced = 0;
    for one in found {
        match wood.of(one) {
            Some(at) => {
                let mark = wood.places[at].found.entry(&one.title).or_insert((one.level, 0));
                mark.0 = mark.0.max(one.level);
                mark.1 += 1;
            }
            None => unplaced += 1,
        }
    }
    wood.lift();
    let roots: Vec<usize> =
        (0..wood.places.len()).filter(|at| wood.places[*at].parent.is_none()).collect();
    let mut roots: Vec<usize> = roots.into_iter().filter(|at| wood.places[*at].above).collect();
    let time = |at: &usize| wood.places[*at].start.map(|start| start.time);
    roots.sort_by_key(time);
    let mut shown = Shown { room: MAX_NODES, lost: 0 };
    let trees = roots.into_iter().filter_map(|at| wood.node(at, 1, false, &mut shown)).collect();
    Trees { trees, unplaced: unplaced + shown.lost }
}

/// What is shown so far.
struct Shown {
    /// How many more processes there is room for.
    room: usize,
    /// Findings of processes for which there was none.
    lost: u64,
}

/// All processes of a device with their places.
struct Wood<'s> {
    places: Vec<Place<'s>>,
    /// Places by identifier, in order of time.
    by_process: HashMap<&'s str, Vec<usize>>,
    by_event: HashMap<EventId, usize>,
}

impl<'s> Wood<'s> {
    fn plant(starts: &'s [Start]) -> Self {
        let mut wood =
            Wood { places: Vec::new(), by_process: HashMap::new(), by_event: HashMap::new() };
        let mut by_name: HashMap<(String, Option<&str>), usize> = HashMap::new();
        let mut before: HashMap<(Option<&str>, Option<&str>), usize> = HashMap::new();
        for start in starts {
            let (parent, guessed) = wood.parent(start, &by_name, &mut before);
            let at = wood.places.len();
            wood.places.push(Place {
                start: Some(start),
                parent,
                guessed,
                ..Place::before(start.image.as_deref(), start.command_line.as_deref())
            });
            if let Some(parent) = parent {
                wood.places[parent].children.push(at);
            }
            if let Some(process) = start.process.as_deref() {
                wood.by_process.entry(process).or_default().push(at);
            }
            if let Some(image) = start.image.as_deref() {
                for command in [start.command_line.as_deref(), None] {
                    by_name.insert((image.to_lowercase(), command), at);
                }
            }
            wood.by_event.insert(start.event, at);
        }
        wood
    }

    /// The place of the one that started a process, and whether that is told by names alone.
    fn parent(
        &mut self,
        start: &'s Start,
        by_name: &HashMap<(String, Option<&'s str>), usize>,
        before: &mut HashMap<(Option<&'s str>, Option<&'s str>), usize>,
    ) -> (Option<usize>, bool) {
        let key = start.parent_process.as_deref();
        if let Some(known) = key.and_then(|key| self.by_process.get(key)) {
            return (known.last().copied(), false);
        }
        let (image, command) =
            (start.parent_image.as_deref(), start.parent_command_line.as_deref());
        // One with an identifier that nothing has started before the time that was looked at.
        if key.is_none()
            && let Some(image) = image
            && let Some(&at) = by_name.get(&(image.to_lowercase(), command))
        {
            return (Some(at), true);
        }
        if key.is_none() && image.is_none() {
            return (None, false);
        }
        let same = match key {
            Some(key) => (Some(key), None),
            None => (image, command),
        };
        let at = *before.entry(same).or_insert_with(|| {
            self.places.push(Place::before(image, command));
            self.places.len() - 1
        });
        if let Some(key) = key {
            let known = self.by_process.entry(key).or_default();
            if known.is_empty() {
                known.push(at);
            }
        }
        (Some(at), key.is_none())
    }

    /// The process of a finding: that of its event, or the last one before it with its identifier; one that
    /// nothing tells the start of is put beside the others.
    fn of(&mut self, found: &'s Found) -> Option<usize> {
        if let Some(&at) = self.by_event.get(&found.event) {
            return Some(at);
        }
        let process = found.process.as_deref()?;
        let began =
            |at: &&usize| self.places[**at].start.is_none_or(|start| start.time <= found.time);
        if let Some(known) = self.by_process.get(process)
            && let Some(&at) = known.iter().rev().find(began)
        {
            return Some(at);
        }
        let at = self.places.len();
        self.places.push(Place::before(found.image.as_deref(), None));
        self.by_process.entry(process).or_default().insert(0, at);
        Some(at)
    }

    /// Notes what lies above a finding.
    fn lift(&mut self) {
        for at in 0..self.places.len() {
            if self.places[at].found.is_empty() {
                continue;
            }
            let mut next = Some(at);
            while let Some(at) = next.filter(|at| !self.places[*at].above) {
                self.places[at].above = true;
                next = self.places[at].parent;
            }
        }
    }

    /// A process with what it started: below a finding all of it, above only what leads there. None when there
    /// is no room, or it lies too deep; what was found there is counted.
    fn node(&self, at: usize, depth: usize, below: bool, shown: &mut Shown) -> Option<ProcessNode> {
        if shown.room == 0 || depth > MAX_DEPTH {
            shown.lost += self.findings_from(at);
            return None;
        }
        shown.room -= 1;
        let place = &self.places[at];
        let below = below || !place.found.is_empty();
        let mut node = ProcessNode {
            image: place.image.map(str::to_owned),
            command_line: place.command_line.map(str::to_owned),
            user: place.start.and_then(|start| start.user.clone()),
            time: place.start.map(|start| start.time),
            guessed: place.guessed,
            found: marks(&place.found),
            children: Vec::new(),
            more: 0,
        };
        // What leads to a finding goes before what only was started by one.
        let (first, rest): (Vec<usize>, Vec<usize>) =
            place.children.iter().partition(|child| self.places[**child].above);
        let others = if below { &rest[..] } else { &[] };
        let mut left = place.children.len();
        for child in first.iter().chain(others) {
            if let Some(child) = self.node(*child, depth + 1, below, shown) {
                node.children.push(child);
                left -= 1;
            }
        }
        node.more = left as u64;
        node.children.sort_by_key(|child| child.time);
        Some(node)
    }

    /// How much was found in a process and in what lies below it.
    fn findings_from(&self, at: usize) -> u64 {
        let mut count = 0;
        let mut left = vec![at];
        while let Some(at) = left.pop() {
            count += self.places[at].found.values().map(|(_, count)| count).sum::<u64>();
            left.extend(&self.places[at].children);
        }
        count
    }
}

fn marks(found: &BTreeMap<&str, (Level, u64)>) -> Vec<Mark> {
    let mark = |(title, (level, count)): (&&str, &(Level, u64))| Mark {
        title: (*title).to_owned(),
        level: *level,
        count: *count,
    };
    let mut marks: Vec<Mark> = found.iter().map(mark).collect();
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.level));
    marks
}

#[cfg(test)]
mod tests;
