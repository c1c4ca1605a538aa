//! What an organisation has beside findings, to be asked for by others.

use wardwatch_model::{
    Alert, AlertId, CampaignId, Contains, Day, DetectionId, Entity, EntityKind, FilterId,
    IncidentId, Indicator, IndicatorKind, IndicatorListId, IndicatorSourceId, Level, NotifyEvent,
    OwnRule, Permission, Role, RuleFilter, RuleId, SetLevel, SourceKind, SubscriptionId,
    Suppression, SuppressionId, Timestamp,
};
use wardwatch_store::{
    ListProblem, LoadedList, NewHunt, NewIndicatorSource, NewPerson, NewSubscription,
    SettingChange, SourceSecret, State, SubscriptionKind, TenantScope,
};

use super::{Belongings, NOW, login_name, org};

/// A list of indicators and a source, made by the organisation's detection engineer.
async fn outside_knowledge(state: &State, code: &str) -> (IndicatorListId, IndicatorSourceId) {
    let name = login_name(code, Role::DetectionEngineer);
    let known = state.credentials(&name).await.unwrap().unwrap();
    let principal = state.principal(known.person, NOW).await.unwrap().unwrap();
    let scope = principal.scope(Permission::WriteRules).unwrap();
    let list = LoadedList {
        org: org(code),
        name: format!("{code} list"),
        format: "text".into(),
        indicators: vec![Indicator::bare(IndicatorKind::Domain, "c2.zz-evil.net")],
        problems: vec![ListProblem { place: "line 2".into(), reason: format!("{code} no") }],
        problem_count: 1,
    };
    let list = state.load_indicators(&scope, list, NOW).await.unwrap();
    let source = NewIndicatorSource {
        org: org(code),
        name: format!("{code} source"),
        kind: SourceKind::File,
        address: "https://zz-feed.net/list".into(),
        collection: String::new(),
        secret: SourceSecret::Bearer("hidden".into()),
        interval_seconds: 3600,
    };
    let source = state.create_indicator_source(&scope, source, NOW).await.unwrap();
    (list.id, source.id)
}

async fn subscription(
    state: &State,
    scope: &TenantScope,
    name: &str,
    code: &str,
    kind: SubscriptionKind,
) -> SubscriptionId {
    let new = NewSubscription {
        kind,
        org: org(code),
        name: name.to_owned(),
        address: format!("https://{code}.example"),
        person: None,
        // Of these the sector's findings have none, so that nothing waits.
        events: vec![NotifyEvent::IncidentRaised],
        level: Level::High,
    };
    state.create_subscription(scope, new, NOW).await.unwrap().0
}

pub(super) async fn belongings(
    state: &State,
    scope: &TenantScope,
    code: &str,
    n: u8,
) -> Belongings {
    let here = org(code);
    let mut person = None;
    for role in Role::ALL {
        // Nobody logs in by these passwords: sessions are opened by hand.
        let new = NewPerson {
            name: login_name(code, role),
            org: here.clone(),
            role,
            password_hash: "none".into(),
        };
        person = Some(state.create_person(scope, new, NOW).await.unwrap());
    }
    let (list, source) = outside_knowledge(state, code).await;
    let name = format!("{code} shipper");
    let (sender, _) = state.create_sender(scope, &name, &here, NOW).await.unwrap();
    let token = state.create_api_token(scope, &name, &here, Role::Analyst, None, NOW);
    let (token, _) = token.await.unwrap();
    let (rule, filter, suppression) = decisions(state, scope, code).await;
    let until = Timestamp { micros: NOW.micros + 1_000_000 };
    state.create_code(scope, &here, &name, until, NOW).await.unwrap();
    let analyst = state.credentials(&login_name(code, Role::Analyst)).await.unwrap().unwrap();
    let analyst = state.principal(analyst.person, NOW).await.unwrap().unwrap();
    let events = analyst.scope(Permission::ReadEvents).unwrap();
    let sql = format!("SELECT '{code}' FROM events");
    let saved = state.save_hunt(&events, &here, "usual", &sql, NOW).await.unwrap();
    let hunt = NewHunt { org: None, sql, from: NOW, until };
    let hunt = state.start_hunt(&events, &hunt, NOW).await.unwrap();
    let handle = analyst.scope(Permission::HandleIncidents).unwrap();
    Belongings {
        alert: alert(state, &handle, code).await,
        hunt,
        saved_hunt: saved.id,
        org: here,
        detection: DetectionId([n + 1; 16]),
        incidents: [IncidentId([n + 1; 16]), IncidentId([n + 2; 16])],
        campaign: CampaignId([n + 8; 16]),
        person: person.unwrap(),
        sender,
        token,
        list,
        source,
        rule,
        filter,
        suppression,
        webhook: subscription(state, scope, &name, code, SubscriptionKind::Webhook).await,
        mail: subscription(state, scope, &name, code, SubscriptionKind::Mail).await,
    }
}

/// What an organisation decided about rules: by its own detection engineer and analyst.
async fn decisions(
    state: &State,
    scope: &TenantScope,
    code: &str,
) -> (RuleId, FilterId, SuppressionId) {
    let (here, copies) = (org(code), RuleId("copies".into()));
    let right = async |role, permission| {
        let known = state.credentials(&login_name(code, role)).await.unwrap().unwrap();
        let principal = state.principal(known.person, NOW).await.unwrap().unwrap();
        principal.scope(permission).unwrap()
    };
    assert!(scope.covers(&here));
    let write = right(Role::DetectionEngineer, Permission::WriteRules).await;
    let rule = OwnRule {
        id: RuleId(format!("{code}.own")),
        org: here.clone(),
        text: format!(
            "title: Own of {code}\nid: own\nlogsource: {{product: windows}}\n\
             detection: {{s: {{A: b}}, condition: s}}\n"
        ),
        author: code.into(),
        created: NOW,
    };
    state.put_own_rule(&write, &rule).await.unwrap();
    let why = format!("reason of {code}");
    let level = SettingChange::Level(Some(SetLevel::To(Level::Critical)));
    state.change_rule_setting(&write, &here, &copies, level, &why, NOW).await.unwrap();
    let until = Timestamp { micros: NOW.micros + 86_400_000_000 };
    let filter = RuleFilter {
        id: FilterId([0; 16]),
        org: here.clone(),
        rule: copies.clone(),
        excludes: vec![Contains { field: "A".into(), text: code.into() }],
        sigma: None,
        reason: why.clone(),
        owner: code.into(),
        created: NOW,
        until,
    };
    let filter = state.add_rule_filter(&write, filter).await.unwrap().id;
    let handle = right(Role::Analyst, Permission::HandleIncidents).await;
    let suppression = Suppression {
        id: SuppressionId([0; 16]),
        org: here,
        rule: Some(copies),
        entity: Some(Entity { kind: EntityKind::User, value: format!("{code}\\robin") }),
        reason: why,
        owner: code.into(),
        created: NOW,
        until,
        ended: None,
    };
    let suppression = state.add_suppression(&handle, suppression).await.unwrap().id;
    (rule.id, filter, suppression)
}

/// An alert that an organisation issued for itself.
async fn alert(state: &State, scope: &TenantScope, code: &str) -> AlertId {
    let alert = Alert {
        id: AlertId([0; 16]),
        org: org(code),
        title: format!("{code} closes it"),
        text: String::new(),
        cves: vec!["CVE-2017-0144".parse().unwrap()],
        issued: NOW,
        issued_by: code.into(),
        acknowledge_by: NOW,
        act_by: Day::parse("2017-05-26").unwrap(),
        ended: None,
    };
    state.issue_alert(scope, alert).await.unwrap().id
}
