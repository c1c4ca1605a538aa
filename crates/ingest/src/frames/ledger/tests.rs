//! The ledger against a plain set, and its memory.

use std::collections::BTreeSet;

use proptest::prelude::*;
use wardwatch_store::Track;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp { micros: seconds * 1_000_000 }
}

fn sender(org: &str) -> Sender {
    wardwatch_store::testing::sender(&org.parse().unwrap(), "agents")
}

fn ledger() -> Arc<Ledger> {
    Arc::new(Ledger::new(Duration::from_secs(60)))
}

/// What was new; it is durable at once.
fn take(
    ledger: &Arc<Ledger>,
    sender: &Sender,
    device: &str,
    boot: u64,
    range: Range,
) -> Vec<Range> {
    match ledger.begin(sender, device, boot, range, at(0)) {
        Begin::Known => Vec::new(),
        Begin::Wait(_) => panic!("nothing is on its way"),
        Begin::Take(mut flight) => {
            let parts = flight.parts();
            parts.iter().for_each(|(from, until)| flight.landed(*from, *until, at(0)));
            parts
        }
    }
}

#[test]
fn what_did_not_land_is_new_again_and_who_waits_is_told() {
    let (ledger, one) = (ledger(), sender("ZZ1"));
    let Begin::Take(flight) = ledger.begin(&one, "PC", 1, (1, 10), at(0)) else { panic!() };
    let Begin::Wait(landed) = ledger.begin(&one, "PC", 1, (5, 15), at(0)) else { panic!() };
    assert!(!landed.has_changed().unwrap());
    // Another organisation's is not held up by it.
    assert_eq!(take(&ledger, &sender("ZZ2"), "PC", 1, (5, 15)), [(5, 15)]);
    drop(flight);
    assert!(landed.has_changed().unwrap_or(true));
    assert_eq!(take(&ledger, &one, "PC", 1, (5, 15)), [(5, 15)]);
    assert_eq!(ledger.through(&one, "PC", 1), 0);
    assert_eq!(take(&ledger, &one, "PC", 1, (1, 10)), [(1, 4)]);
    assert_eq!(ledger.through(&one, "PC", 1), 15);
}

#[test]
fn a_restart_knows_what_the_state_kept_and_what_the_log_still_holds() {
    let (ledger, one) = (ledger(), sender("ZZ1"));
    let mut track = Track::starting_at(1);
    track.accept(1, 10);
    track.accept(21, 30);
    track.report(11, 15);
    let kept = KeptTrack {
        sender: one.clone(),
        device: "PC".to_owned(),
        boot: 1,
        track,
        last_seen: at(5),
        others_forgotten: true,
    };
    ledger.resume(vec![kept], at(100));
    let received = |missing, from, until| Received {
        sender: one.token(),
        device: "PC".to_owned(),
        boot: 1,
        base: 1,
        from,
        until,
        missing,
        time: at(6),
    };
    ledger.replay(&one, &received(false, 31, 40), at(100));
    ledger.replay(&one, &received(true, 16, 17), at(100));
    assert_eq!(take(&ledger, &one, "PC", 1, (25, 45)), [(41, 45)]);
    assert_eq!(ledger.due(at(159)), []);
    let due: Vec<Range> = ledger.due(at(160)).iter().map(|gap| (gap.from, gap.until)).collect();
    assert_eq!(due, [(18, 20)]);
    // Since tracks were forgotten, a device that seems new may not be: it owes nothing before.
    assert_eq!(take(&ledger, &one, "other", 1, (500, 510)), [(500, 510)]);
    assert_eq!(ledger.due(at(9_000)).len(), 1);
}

#[test]
fn memory_is_bounded_by_starts_and_devices() {
    let (ledger, one) = (ledger(), sender("ZZ1"));
    for boot in 1..=10 {
        take(&ledger, &one, "PC", boot, (1, 2));
    }
    let boots = |device: &str| {
        let inner = ledger.lock();
        inner.senders[&one.token()].devices.get(device).map_or(0, |of| of.boots.len())
    };
    assert_eq!(boots("PC"), MAX_BOOTS);
    // Forgotten: taken again, and what lies before is not missed.
    assert_eq!(take(&ledger, &one, "PC", 1, (5, 6)), [(5, 6)]);
    assert_eq!(ledger.due(at(9_000)), []);
    for number in 0..MAX_DEVICES + 10 {
        take(&ledger, &one, &format!("PC-{number}"), 1, (1, 1));
    }
    let devices = ledger.lock().senders[&one.token()].devices.len();
    assert!(devices <= MAX_DEVICES, "{devices}");
}

proptest! {
    #[test]
    fn each_number_is_new_once(frames in prop::collection::vec((1u64..80, 0u64..20), 1..40)) {
        let (ledger, one) = (ledger(), sender("ZZ1"));
        let mut plain = BTreeSet::new();
        for (from, more) in frames {
            let range = (from, from + more);
            let new: BTreeSet<u64> = take(&ledger, &one, "PC", 1, range)
                .into_iter().flat_map(|(from, until)| from..=until).collect();
            let expected: BTreeSet<u64> =
                (range.0..=range.1).filter(|number| !plain.contains(number)).collect();
            prop_assert_eq!(&new, &expected);
            plain.extend(new);
            let through = (1..).take_while(|number| plain.contains(number)).last().unwrap_or(0);
            prop_assert_eq!(ledger.through(&one, "PC", 1), through);
        }
        let last = *plain.last().unwrap();
        let missing: BTreeSet<u64> = (1..last).filter(|number| !plain.contains(number)).collect();
        let due: BTreeSet<u64> =
            ledger.due(at(60)).iter().flat_map(|gap| gap.from..=gap.until).collect();
        prop_assert_eq!(due, missing);
    }
}
