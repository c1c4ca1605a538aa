//! Which line of updates an update belongs to, told by its rows.
//!
//! Newer rows bear the vulnerability's title, not the update's, so the rule is this:
//!
//! 1. When all rows of an update name the same line by their words (.NET, Flash, …), it is that.
//!    An update of Internet Explorer for a system that has only cumulative updates is one of those.
//! 2. A *system* is a product with a name such as `Windows 10 …`. From Windows 10 and Server 2016
//!    on, and from October 2016 on for Windows 7 to Server 2012 R2 (September 2018 for Server
//!    2008), an update that mends two or more components of a system, or has a place in the chain
//!    of supersedence, is cumulative or one of its companions. Others came out between two months:
//!    the next cumulative one has what they have, so they count as security-only. The month is that
//!    of most of an update's rows: single rows bear the day of a hole that was told of before.
//! 3. Of those of one month and system, the one with most relatives in the chain is the cumulative
//!    one. Its companions are security-only (older systems), or hotpatches (systems that can have
//!    them) when they have a short past while the cumulative one has a long one.
//! 4. Systems vote; most votes win, in doubt the cumulative.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use wardwatch_model::landscape::Track;
use wardwatch_model::{Day, Kb};

use super::name::Names;
use super::{Row, UpdateFacts, field};

/// A hotpatch has at most so many before it: they start anew each quarter, with slips.
const HOTPATCH_PAST: usize = 6;
/// Beginnings of the names of systems with cumulative updates only.
const MODERN: [&str; 7] = [
    "windows 10",
    "windows 11",
    "windows server 2016",
    "windows server 2019",
    "windows server 2022",
    "windows server 2025",
    "windows server,",
];
/// Beginnings of the names of systems that can have hotpatches.
const HOTPATCHED: [&str; 3] = ["windows 11", "windows server 2022", "windows server 2025"];

/// How a system gets its updates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Servicing {
    /// Cumulative only.
    Cumulative,
    /// Roll-ups and security-only ones from a day on.
    RollupFrom(Day),
    /// One by one, or no system.
    Single,
}

fn servicing(name: &str) -> Servicing {
    let name = name.to_lowercase();
    let day = |year, month| Day::new(year, month, 1).unwrap_or(Day::MAX);
    let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    if starts(&MODERN) {
        Servicing::Cumulative
    } else if starts(&[
        "windows 7",
        "windows 8.1",
        "windows rt 8.1",
        "windows server 2008 r2",
        "windows server 2012",
    ]) {
        Servicing::RollupFrom(day(2016, 10))
    } else if starts(&["windows server 2008"]) {
        Servicing::RollupFrom(day(2018, 9))
    } else {
        Servicing::Single
    }
}

/// The line of every update that the rows name. Rows stand in order.
pub fn tracks(
    rows: &[Row],
    products: &Names,
    updates: &BTreeMap<Kb, UpdateFacts>,
) -> FxHashMap<Kb, Track> {
    let chain = Chain::new(updates);
    let mut hints: FxHashMap<Kb, Option<Track>> = FxHashMap::default();
    // Components that an update mends in a product.
    let mut mended: BTreeMap<(u32, Kb), FxHashSet<u32>> = BTreeMap::new();
    let mut days: FxHashMap<Kb, BTreeMap<Day, u32>> = FxHashMap::default();
    let servicings: Vec<Servicing> = (0..products.len())
        .map(|number| {
            let name = products.get(number as u32);
            let host = name.split_once(" on ").filter(|_| name.starts_with("Internet Explorer"));
            match host {
                Some((_, host)) if servicing(host) != Servicing::Cumulative => Servicing::Single,
                Some((_, host)) => servicing(host),
                None => servicing(name),
            }
        })
        .collect();
    for row in rows {
        let Some(kb) = row.kb else { continue };
        *days.entry(kb).or_default().entry(row.day).or_default() += 1;
        let modern = servicings.get(row.product as usize) == Some(&Servicing::Cumulative);
        let hint = row.hint.filter(|hint| !(modern && *hint == Track::InternetExplorer));
        hints
            .entry(kb)
            .and_modify(|known| *known = known.filter(|_| *known == hint))
            .or_insert(hint);
        if servicings.get(row.product as usize) != Some(&Servicing::Single) {
            let components = mended.entry((row.product, kb)).or_default();
            if !products.get(row.product).is_empty() && row.component != u32::MAX {
                components.insert(row.component);
            }
        }
    }
    let mut votes: FxHashMap<Kb, BTreeMap<Track, u32>> = FxHashMap::default();
    let mut month: BTreeMap<(u32, i16, i8), Vec<Kb>> = BTreeMap::new();
    for ((product, kb), components) in &mended {
        let published = days.get(kb).and_then(usual).unwrap_or(Day::MIN);
        let single = match servicings.get(*product as usize) {
            Some(Servicing::RollupFrom(day)) => published < *day,
            _ => false,
        };
        let mut vote = |track| *votes.entry(*kb).or_default().entry(track).or_default() += 1;
        if single {
            vote(Track::Standalone);
        } else if components.len() >= 2 || chain.has(*kb) {
            let (year, at, _) = published.parts();
            month.entry((*product, year, at)).or_default().push(*kb);
        } else {
            vote(Track::SecurityOnly);
        }
    }
    for ((product, ..), kbs) in &month {
        let Some(best) = kbs.iter().max_by_key(|kb| (chain.relatives(**kb), kb.0)) else {
            continue;
        };
        let name = products.get(*product).to_lowercase();
        let hotpatched = HOTPATCHED.iter().any(|start| name.starts_with(start));
        let modern = servicings.get(*product as usize) == Some(&Servicing::Cumulative);
        for kb in kbs {
            let short = chain.past(*kb) <= HOTPATCH_PAST && chain.past(*best) > 2 * HOTPATCH_PAST;
            let track = match () {
                () if kb == best => Track::Cumulative,
                () if !modern => Track::SecurityOnly,
                () if hotpatched && short => Track::Hotpatch,
                () => Track::Cumulative,
            };
            *votes.entry(*kb).or_default().entry(track).or_default() += 1;
        }
    }
    hints
        .into_iter()
        .map(|(kb, hint)| {
            let voted = votes.get(&kb).and_then(|votes| {
                let most =
                    votes.iter().max_by_key(|(track, count)| (**count, std::cmp::Reverse(**track)));
                most.map(|(track, _)| *track)
            });
            let track = match hint {
                _ if field::is_secure_boot(kb) => Track::SecureBoot,
                Some(hint) => hint,
                None => voted.unwrap_or(Track::Standalone),
            };
            (kb, track)
        })
        .collect()
}

/// The day that most rows bear; of several the last.
fn usual(days: &BTreeMap<Day, u32>) -> Option<Day> {
    days.iter().max_by_key(|(day, count)| (**count, **day)).map(|(day, _)| *day)
}

/// Which update has how many before and after it in the graph of supersedence.
struct Chain {
    past: FxHashMap<Kb, usize>,
    future: FxHashMap<Kb, usize>,
}

impl Chain {
    fn new(updates: &BTreeMap<Kb, UpdateFacts>) -> Self {
        let mut newer: BTreeMap<Kb, BTreeSet<Kb>> = BTreeMap::new();
        let mut older: BTreeMap<Kb, BTreeSet<Kb>> = BTreeMap::new();
        for (kb, facts) in updates {
            for old in &facts.supersedes {
                older.entry(*kb).or_default().insert(*old);
                newer.entry(*old).or_default().insert(*kb);
            }
        }
        Chain { past: reach(&older), future: reach(&newer) }
    }

    fn past(&self, kb: Kb) -> usize {
        self.past.get(&kb).copied().unwrap_or_default()
    }

    fn relatives(&self, kb: Kb) -> usize {
        self.past(kb) + self.future.get(&kb).copied().unwrap_or_default()
    }

    fn has(&self, kb: Kb) -> bool {
        self.relatives(kb) > 0
    }
}

/// How many others each can reach. Cycles do no harm: each is visited once.
pub fn reach(edges: &BTreeMap<Kb, BTreeSet<Kb>>) -> FxHashMap<Kb, usize> {
    let mut counts = FxHashMap::default();
    let mut seen: FxHashSet<Kb> = FxHashSet::default();
    let mut open: Vec<Kb> = Vec::new();
    for start in edges.keys() {
        seen.clear();
        open.push(*start);
        while let Some(kb) = open.pop() {
            for next in edges.get(&kb).into_iter().flatten() {
                if next != start && seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        counts.insert(*start, seen.len());
    }
    counts
}
