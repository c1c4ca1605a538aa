//! What is put into the outbox, for whom, and how it leaves it.

use wardwatch_model::{Alert, AlertId, Day, Incident, Level, NotifyEvent, Permission, Role};
use wardwatch_store::{NewSubscription, Parcel, StoreError, SubscriptionKind, Waiting};

use crate::fixture::{Sector, at, campaign, commit, incident, org, sighting};

fn hook(of: &str, level: Level) -> NewSubscription {
    NewSubscription {
        kind: SubscriptionKind::Webhook,
        org: org(of),
        name: format!("hook of {of}"),
        address: "https://hook.example/".to_owned(),
        person: None,
        events: NotifyEvent::ALL.to_vec(),
        level,
    }
}

async fn with_hooks(level: Level) -> Sector {
    let sector = Sector::new().await;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    for code in ["ZZ1", "ZZ2", "ZZC"] {
        sector.state.create_subscription(&root, hook(code, level), at(11)).await.unwrap();
    }
    sector
}

fn alert() -> Alert {
    Alert {
        id: AlertId([0; 16]),
        org: org("ZZC"),
        title: "Close it".to_owned(),
        text: String::new(),
        cves: vec!["CVE-2017-0144".parse().unwrap()],
        issued: at(10),
        issued_by: "cyd".to_owned(),
        acknowledge_by: at(100),
        act_by: Day::parse("2017-05-13").unwrap(),
        ended: None,
    }
}

async fn due(sector: &Sector, seconds: i64) -> Vec<Waiting> {
    let mut all = sector.state.due(&sector.system, at(seconds), 5_000).await.unwrap();
    all.sort_by(|one, other| one.org.cmp(&other.org));
    all
}

fn told(waiting: &Waiting) -> Vec<String> {
    let text = |parcel: &Parcel| {
        let orgs: Vec<&str> =
            parcel.notification.organisations.iter().map(|org| org.as_str()).collect();
        format!("{} {}", parcel.notification.event, orgs.join(" "))
    };
    waiting.parcels.iter().map(text).collect()
}

#[tokio::test]
async fn each_is_told_of_its_own_organisations_once() {
    let sector = with_hooks(Level::Low).await;
    let mut step = commit(100);
    step.sightings = vec![sighting("ZZ1", 1)];
    step.incidents = vec![incident("ZZ1", 1)];
    sector.state.commit(&sector.system, step.clone()).await.unwrap();
    sector.state.commit(&sector.system, step).await.unwrap();
    let all = due(&sector, 20).await;
    let orgs: Vec<&str> = all.iter().map(|one| one.org.as_str()).collect();
    assert_eq!(orgs, ["ZZ1", "ZZC"], "nothing for ZZ2");
    for one in &all {
        assert_eq!(told(one), ["detection.found ZZ1", "incident.opened ZZ1"]);
        assert!(one.secret.as_ref().unwrap().starts_with("wh_"));
    }
    // Raised is only what reaches a higher level.
    let mut step = commit(200);
    let raised = Incident { level: Level::Critical, ..incident("ZZ1", 1) };
    step.incidents = vec![raised.clone(), Incident { count: 7, ..raised }];
    sector.state.commit(&sector.system, step).await.unwrap();
    let all = due(&sector, 20).await;
    assert_eq!(told(&all[0])[2..], ["incident.raised ZZ1"]);
}

#[tokio::test]
async fn of_a_campaign_each_is_told_its_part_when_it_is_touched() {
    let sector = with_hooks(Level::Low).await;
    for (offset, orgs) in [(100, &["ZZ1"][..]), (200, &["ZZ1", "ZZ2"])] {
        let mut step = commit(offset);
        step.campaigns = vec![campaign(1, orgs)];
        sector.state.commit(&sector.system, step).await.unwrap();
    }
    let all = due(&sector, 20).await;
    assert_eq!(told(&all[0]), ["campaign.opened ZZ1"]);
    assert_eq!(told(&all[1]), ["campaign.opened ZZ2"]);
    assert_eq!(told(&all[2]), ["campaign.opened ZZ1"], "the centre knew of it already");
}

#[tokio::test]
async fn what_is_below_the_level_is_not_told_and_too_much_is_counted() {
    let sector = with_hooks(Level::Critical).await;
    let mut step = commit(100);
    step.sightings = (1..=4).map(|number| sighting("ZZ1", number)).collect();
    sector.state.commit(&sector.system, step).await.unwrap();
    assert_eq!(told(&due(&sector, 20).await[0]).len(), 1, "one of four is critical");
    let mut step = commit(200);
    step.sightings = (0..1_100_u16)
        .map(|number| {
            let mut one = sighting("ZZ1", 3);
            one.id.0[13..15].copy_from_slice(&number.to_be_bytes());
            one.id.0[12] = 1;
            one
        })
        .collect();
    sector.state.commit(&sector.system, step).await.unwrap();
    assert_eq!(due(&sector, 20).await[0].parcels.len(), 1_000);
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let list = sector.state.subscriptions(&root, SubscriptionKind::Webhook).await.unwrap();
    assert_eq!((list[0].waiting, list[0].dropped), (1_000, 101));
}

#[tokio::test]
async fn a_failure_holds_the_rest_back_and_what_is_given_up_stays_a_while() {
    let sector = with_hooks(Level::Low).await;
    let (state, system) = (&sector.state, &sector.system);
    let mut step = commit(100);
    step.sightings = vec![sighting("ZZ2", 1), sighting("ZZ2", 2)];
    state.commit(system, step).await.unwrap();
    let waiting = due(&sector, 20).await.remove(0);
    let (id, first) = (waiting.subscription, waiting.parcels[0].seq);
    state.delivered(system, id, &[first], at(20)).await.unwrap();
    state.undelivered(system, id, "503", at(30), 2, at(21)).await.unwrap();
    let mut step = commit(200);
    step.sightings = vec![sighting("ZZ2", 4)];
    state.commit(system, step).await.unwrap();
    let of_it =
        async |seconds| due(&sector, seconds).await.into_iter().find(|one| one.subscription == id);
    assert_eq!(of_it(29).await, None, "news do not bring the next attempt forward");
    let again = of_it(30).await.unwrap();
    let attempts: Vec<u32> = again.parcels.iter().map(|parcel| parcel.attempts).collect();
    assert_eq!(attempts, [1, 0]);
    state.undelivered(system, id, "504", at(60), 2, at(30)).await.unwrap();
    let eve = sector.person("eve", "ZZ2", Role::Administrator).await;
    let eve = sector.scope(eve, Permission::Administer).await;
    let shown =
        async || state.subscriptions(&eve, SubscriptionKind::Webhook).await.unwrap().remove(0);
    let one = shown().await;
    assert_eq!((one.waiting, one.given_up), (1, 1));
    assert_eq!((one.last_success, one.last_failure), (Some(at(20)), Some(at(30))));
    assert_eq!(one.last_error.as_deref(), Some("504"));
    state.forget_given_up(system, at(31)).await.unwrap();
    assert_eq!(shown().await.given_up, 0);
    assert_eq!(of_it(60).await.unwrap().parcels.len(), 1);
}

#[tokio::test]
async fn subscriptions_are_made_tested_and_ended_only_within_the_scope() {
    let sector = with_hooks(Level::Low).await;
    let state = &sector.state;
    let eve = sector.person("eve", "ZZ2", Role::Administrator).await;
    let eve = sector.scope(eve, Permission::Administer).await;
    let kind = SubscriptionKind::Webhook;
    let own = state.subscriptions(&eve, kind).await.unwrap();
    assert_eq!(own.len(), 1);
    let made = state.create_subscription(&eve, hook("ZZ1", Level::Low), at(20)).await;
    assert!(matches!(made, Err(StoreError::OutOfScope(_))));
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let all = state.subscriptions(&root, kind).await.unwrap();
    let theirs = all.iter().find(|one| one.wanted.org == org("ZZ1")).unwrap().id;
    assert!(!state.test_subscription(&eve, kind, theirs, at(20)).await.unwrap());
    assert!(!state.remove_subscription(&eve, kind, theirs, at(20)).await.unwrap());
    assert!(
        !state.remove_subscription(&eve, SubscriptionKind::Mail, own[0].id, at(20)).await.unwrap()
    );
    assert!(state.test_subscription(&eve, kind, own[0].id, at(20)).await.unwrap());
    assert_eq!(told(&due(&sector, 20).await[0]), ["test ZZ2"]);
    assert!(state.remove_subscription(&eve, kind, own[0].id, at(21)).await.unwrap());
    assert!(due(&sector, 20).await.is_empty(), "what waited went with it");
}

#[tokio::test]
async fn an_alert_is_told_when_it_is_issued_and_when_somebody_is_late_once() {
    let sector = with_hooks(Level::High).await;
    let cyd = sector.person("cyd", "ZZC", Role::Analyst).await;
    let centre = sector.scope(cyd, Permission::HandleIncidents).await;
    let alert = sector.state.issue_alert(&centre, alert()).await.unwrap();
    for one in due(&sector, 20).await {
        assert_eq!(one.parcels[0].notification.event, NotifyEvent::AlertIssued);
        assert_eq!(one.parcels[0].notification.object, Some(alert.id.to_string()));
    }
    let remind = async |seconds| sector.state.remind(&sector.system, at(seconds)).await.unwrap();
    assert_eq!(remind(100).await, 0, "nobody is late yet");
    sector.state.acknowledge_alert(&centre, alert.id, &org("ZZ2"), at(90)).await.unwrap();
    assert_eq!(remind(101).await, 1);
    assert_eq!(remind(102).await, 0, "once");
    let all = due(&sector, 200).await;
    let last = |at: usize| told(&all[at]).last().unwrap().clone();
    assert_eq!([last(0), last(2)], ["alert.overdue ZZ1", "alert.overdue ZZ1"]);
    assert_eq!(last(1), "alert.issued ZZ2", "it is told nothing of the other");
    // Its day passes: both are late with that, and it is more serious.
    let day = 86_400;
    assert_eq!(remind(3 * day).await, 2);
    let all = due(&sector, 4 * day).await;
    let worst = all[1].parcels.last().unwrap();
    assert_eq!(
        (&*told(&all[1])[1], worst.notification.level),
        ("alert.overdue ZZ2", Level::Critical)
    );
    sector.state.end_alert(&centre, alert.id, at(4 * day)).await.unwrap();
    assert_eq!(remind(9 * day).await, 0);
}
