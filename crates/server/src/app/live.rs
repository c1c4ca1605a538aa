//! Changes as they happen: a bounded ring of the latest, and a channel to all who watch.
//!
//! In: changes, of any organisation. Out: numbered entries to watchers; whoever comes back with the
//! number of the last one they saw gets those after it first. Never: a look at who may see what;
//! that is for who hands them on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;
use wardwatch_api::live::Change;
use wardwatch_model::{Campaign, Incident, Timestamp};

/// Entries that are kept for those who come back.
const KEPT: usize = 2_048;
/// Entries that a slow watcher may lag behind before some are dropped for it.
const LAG: usize = 512;

/// One change with its number.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number since the server started, from 1.
    pub number: u64,
    /// What changed.
    pub change: Change,
}

/// Changes; clones share them.
#[derive(Clone)]
pub struct Live {
    shared: Arc<Shared>,
}

struct Shared {
    /// Tells numbers of this start from those of another.
    start: i64,
    ring: Mutex<Ring>,
    /// Nothing stands for the end.
    channel: broadcast::Sender<Option<Arc<Entry>>>,
}

#[derive(Default)]
struct Ring {
    last: u64,
    kept: VecDeque<Arc<Entry>>,
    ended: bool,
}

/// What a watcher gets.
pub struct Subscription {
    /// Those after the last one that the watcher saw.
    pub before: VecDeque<Arc<Entry>>,
    /// Whether some after it are gone.
    pub missed: bool,
    /// Those to come; nothing stands for the end.
    pub coming: broadcast::Receiver<Option<Arc<Entry>>>,
    /// Whether there will be none any more.
    pub ended: bool,
}

impl Live {
    /// Without changes yet; numbers of another start count for nothing.
    pub fn new(start: Timestamp) -> Self {
        let channel = broadcast::Sender::new(LAG);
        Live { shared: Arc::new(Shared { start: start.micros, ring: Mutex::default(), channel }) }
    }

    /// Tells watchers how an incident stands.
    pub fn incident(&self, incident: &Incident) {
        self.publish(Change::Incident {
            id: incident.id,
            org: incident.org.clone(),
            state: incident.state,
            level: incident.level,
            score: incident.score,
            count: incident.count,
            updated: incident.updated,
            campaign: incident.campaign,
        });
    }

    /// Tells watchers how a campaign stands.
    pub fn campaign(&self, campaign: &Campaign) {
        self.publish(Change::Campaign {
            id: campaign.id,
            level: campaign.level,
            orgs: campaign.parts.iter().map(|part| part.org.clone()).collect(),
            last: campaign.last,
        });
    }

    fn publish(&self, change: Change) {
        let mut ring = self.ring();
        ring.last += 1;
        let entry = Arc::new(Entry { number: ring.last, change });
        if ring.kept.len() == KEPT {
            ring.kept.pop_front();
        }
        ring.kept.push_back(Arc::clone(&entry));
        // Nobody watching is no failure. Sent under the lock, so that order is that of numbers.
        let _ = self.shared.channel.send(Some(entry));
    }

    /// Ends all subscriptions, for the server's end.
    pub fn end(&self) {
        self.ring().ended = true;
        let _ = self.shared.channel.send(None);
    }

    /// Watches from now on, or from after the entry with this identifier.
    pub fn subscribe(&self, last_seen: Option<&str>) -> Subscription {
        let ring = self.ring();
        let coming = self.shared.channel.subscribe();
        let (mut before, mut missed) = (VecDeque::new(), false);
        match last_seen.map(|id| self.number_of(id)) {
            None => {}
            Some(Some(number)) if number <= ring.last => {
                before = ring.kept.iter().filter(|entry| entry.number > number).cloned().collect();
                missed = (before.len() as u64) < ring.last - number;
            }
            Some(_) => missed = true,
        }
        Subscription { before, missed, coming, ended: ring.ended }
    }

    /// An entry's identifier for `Last-Event-ID`.
    pub fn id_of(&self, number: u64) -> String {
        format!("{:x}-{number}", self.shared.start)
    }

    /// How many watch.
    pub fn watchers(&self) -> usize {
        self.shared.channel.receiver_count()
    }

    fn number_of(&self, id: &str) -> Option<u64> {
        let (start, number) = id.split_once('-')?;
        (i64::from_str_radix(start, 16) == Ok(self.shared.start)).then_some(())?;
        number.parse().ok()
    }

    fn ring(&self) -> std::sync::MutexGuard<'_, Ring> {
        // A ring is whole between any two of its statements.
        self.shared.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use wardwatch_model::{CampaignId, Level};

    use super::*;

    fn campaign(n: u8) -> Campaign {
        Campaign {
            id: CampaignId([n; 16]),
            title: String::new(),
            level: Level::High,
            rules: vec![],
            indicators: vec![],
            first: Timestamp { micros: 0 },
            last: Timestamp { micros: 0 },
            parts: vec![],
        }
    }

    fn numbers(subscription: &Subscription) -> Vec<u64> {
        subscription.before.iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn whoever_comes_back_gets_what_they_missed() {
        let live = Live::new(Timestamp { micros: 5 });
        (1..=3).for_each(|n| live.campaign(&campaign(n)));
        let back = live.subscribe(Some(&live.id_of(1)));
        assert_eq!((numbers(&back), back.missed), (vec![2, 3], false));
        let up_to_date = live.subscribe(Some(&live.id_of(3)));
        assert_eq!((numbers(&up_to_date), up_to_date.missed), (vec![], false));
        assert_eq!(numbers(&live.subscribe(None)), [0; 0]);
    }

    #[test]
    fn what_is_gone_is_said() {
        let live = Live::new(Timestamp { micros: 5 });
        (0..KEPT + 10).for_each(|_| live.campaign(&campaign(1)));
        let late = live.subscribe(Some(&live.id_of(3)));
        assert_eq!((late.before.len(), late.missed), (KEPT, true));
        for unknown in ["", "5", "5-x", "6-1", "5-999999", "é-1"] {
            assert!(live.subscribe(Some(unknown)).missed, "{unknown}");
        }
        let before_a_restart = Live::new(Timestamp { micros: 4 }).id_of(1);
        assert!(live.subscribe(Some(&before_a_restart)).missed);
    }

    #[tokio::test]
    async fn watchers_get_changes_in_order_and_then_the_end() {
        let live = Live::new(Timestamp { micros: 5 });
        let mut watcher = live.subscribe(None);
        live.campaign(&campaign(1));
        live.campaign(&campaign(2));
        live.end();
        for expected in [Some(1), Some(2), None] {
            let got = watcher.coming.recv().await.unwrap();
            assert_eq!(got.map(|entry| entry.number), expected);
        }
        assert!(live.subscribe(None).ended);
    }
}
