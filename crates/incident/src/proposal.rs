//! What people could do about an incident. Nothing is done by itself.
//!
//! In: facts. Out: proposals in plain English. Never: one that would stop care; whatever touches
//! devices says to phone clinical engineering first.

use wardwatch_model::incident::Proposal;
use wardwatch_model::{EntityKind, Level};

use crate::common;
use crate::facts::Facts;
use crate::story;

/// What stands in every proposal that touches devices.
const FIRST: &str = "If a device helps to treat patients, phone clinical engineering first and \
                     leave it running until they agree.";
/// How many indicators a proposal names.
const NAMED: usize = 5;

/// What could be done, the most urgent first.
pub(crate) fn of(facts: &Facts, elsewhere: bool) -> Vec<Proposal> {
    let mut list = List { facts, proposals: Vec::new() };
    list.lead();
    list.spread();
    list.passwords();
    list.data();
    list.protection();
    list.comeback();
    list.indicators();
    if elsewhere {
        list.add("Other organisations see the same attack: ask your centre what helped there.");
    }
    list.proposals
}

struct List<'a> {
    facts: &'a Facts,
    proposals: Vec<Proposal>,
}

impl List<'_> {
    fn add(&mut self, text: impl Into<String>) {
        self.push(text.into(), Vec::new());
    }

    /// Adds what touches the incident's devices.
    fn add_for_devices(&mut self, text: &str) {
        let warned = text.to_lowercase().contains("phone clinical engineering first");
        let text = if warned { text.to_owned() } else { format!("{text} {FIRST}") };
        self.push(text, self.facts.devices.clone());
    }

    fn push(&mut self, text: String, devices: Vec<String>) {
        if self.proposals.iter().all(|known| known.text != text) {
            self.proposals.push(Proposal { text, devices });
        }
    }

    fn shows(&self, tactics: &[&str]) -> bool {
        self.facts.path.iter().any(|step| tactics.contains(&step.tactic.as_str()))
    }

    /// What the leading rule advises.
    fn lead(&mut self) {
        let action = self.facts.lead.action.clone();
        if !action.is_empty() {
            self.add_for_devices(&action);
        }
    }

    fn spread(&mut self) {
        let moving = self.shows(&["lateral-movement", "command-and-control", "impact"]);
        if moving && self.facts.level >= Level::High && !self.facts.devices.is_empty() {
            self.add_for_devices("Take these devices off the network and leave them switched on.");
        }
        if self.shows(&["lateral-movement"]) {
            self.add(format!(
                "Ask your network team to close file sharing (port 445) and remote desktop \
                 (port 3389) between computers that do not need them. {FIRST}"
            ));
        }
        if self.shows(&["impact"]) {
            self.add("Check that your backups are whole and out of reach of the network.");
        }
    }

    fn passwords(&mut self) {
        if self.shows(&["credential-access"]) {
            self.add(
                "Change the passwords that were used on these devices. Do it from another \
                 computer, and start with administrators.",
            );
        }
    }

    fn data(&mut self) {
        if self.shows(&["collection", "exfiltration"]) {
            self.add("Tell your data protection lead today that data may have been taken.");
        }
    }

    fn protection(&mut self) {
        let off = self.shows(&["defense-evasion", "defense-impairment"]);
        if off && !self.facts.devices.is_empty() {
            self.add_for_devices("Check that virus protection is on, and switch it on again.");
        }
    }

    fn comeback(&mut self) {
        if self.shows(&["persistence"]) && !self.facts.devices.is_empty() {
            self.add_for_devices(
                "Look for new services, tasks and accounts, and ask who made them before you \
                 remove any.",
            );
        }
    }

    fn indicators(&mut self) {
        let named = |kind: EntityKind| -> Vec<String> {
            let links = self.facts.links.iter();
            let found = links.filter(|link| link.kind == kind && common::joins_organisations(link));
            found.take(NAMED).map(|link| link.value.clone()).collect()
        };
        let addresses = named(EntityKind::Address);
        let domains = named(EntityKind::Domain);
        let hashes = named(EntityKind::Hash);
        if !addresses.is_empty() {
            self.add(format!(
                "Ask your network team whether care needs {}. If not, block it at the firewall.",
                story::listed(&addresses)
            ));
        }
        if !domains.is_empty() {
            // Blocking the name that a worm asks for before it stops would let it go on.
            self.add(format!(
                "Ask your network team which devices looked up {}. Do not block the name before \
                 IT support has looked at it, because some worms stop when it answers.",
                story::listed(&domains)
            ));
        }
        if !hashes.is_empty() {
            self.add("Look for the same file, by its hash, on all other devices.");
        }
    }
}
