//! The document is whole, says what serde writes, and equals the committed snapshot.

mod care;
mod plans;
mod rules;
mod standing;

use serde_json::{Value, json};
use wardwatch_model::incident::{Closing, Note, Part, Proposal, Reason, Step};
use wardwatch_model::posture::{Posture, PosturePart, PostureReason};
use wardwatch_model::process::{Mark, ProcessNode};
use wardwatch_model::{
    Advice, Campaign, CampaignId, CareClass, CloseReason, DetectionId, DeviceCare, Entity,
    EntityKind, EventId, HuntId, Incident, IncidentId, IncidentState, IndicatorListId,
    IndicatorSourceId, Level, NotifyEvent, OrgId, OrgKind, Organisation, PersonId, Role, RuleId,
    Service, Sighting, SourceKind, SubscriptionId, Timestamp, TokenId,
};

use super::{document, operations};
use crate::audit::{AuditEntry, AuditProof};
use crate::code::{Code, MadeCode, NewCode};
use crate::device::{Classify, Device};
use crate::evidence::EvidenceKey;
use crate::hunt::{Hunt, HuntProgress, HuntState, NewHunt, NewSavedHunt, SavedHunt};
use crate::incident::{AddNote, Assign, Close, Merge, ProcessTrees, Split, SplitDone};
use crate::indicator::{
    HistorySearch, IndicatorList, IndicatorSource, ListProblem, LoadedList, NewIndicatorSource,
};
use crate::live::Change;
use crate::me::{Authenticator, ChangePassword, ConfirmAuthenticator, Held, Me};
use crate::organisation::{ChangeOrganisation, CloseOrganisation, ClosedOrganisation, Imported};
use crate::person::{
    Grant, HeldGrant, Identity, MadePerson, NewGrant, NewPerson, PasswordForOnce, Person,
};
use crate::retention::{Erase, Erased, Retention};
use crate::sender::{NewSender, Sender};
use crate::service::ImportedList;
use crate::session::{Login, Opened};
use crate::subscription::{MadeMail, MadeWebhook, NewMail, NewWebhook, Subscription};
use crate::token::{MadeToken, NewToken, Token, TokenKind};
use crate::{Paged, Problem, Secret};

/// A little of JSON Schema: what the builders make. Returns what does not fit.
fn misfit(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let wrong = |what: &str| Some(format!("{at}: {what}: {value}"));
    if let Some(target) = schema["$ref"].as_str() {
        let target =
            document.pointer(&target[1..]).unwrap_or_else(|| panic!("{target} is missing"));
        return misfit(document, target, value, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let fits = any.iter().any(|one| misfit(document, one, value, at).is_none());
        return if fits { None } else { wrong("fits none") };
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return wrong("is none of the words");
    }
    match schema["type"].as_str() {
        Some("string") if !value.is_string() => wrong("is no text"),
        Some("integer") if !value.is_u64() => wrong("is no number"),
        Some("boolean") if !value.is_boolean() => wrong("is not true or false"),
        Some("null") if !value.is_null() => wrong("is not null"),
        Some("array") => match value.as_array() {
            None => wrong("is no list"),
            Some(items) => {
                items.iter().find_map(|item| misfit(document, &schema["items"], item, at))
            }
        },
        Some("object") if schema["properties"].is_object() => {
            let Some(fields) = value.as_object() else { return wrong("is no object") };
            let properties = schema["properties"].as_object().unwrap();
            let required = schema["required"].as_array().unwrap();
            if let Some(name) = required.iter().find(|n| !fields.contains_key(n.as_str().unwrap()))
            {
                return wrong(&format!("{name} is missing"));
            }
            fields.iter().find_map(|(name, value)| match properties.get(name) {
                Some(schema) => misfit(document, schema, value, &format!("{at}.{name}")),
                None => wrong(&format!("{name} is not described")),
            })
        }
        _ => None,
    }
}

fn time() -> Timestamp {
    Timestamp { micros: 1_494_583_200_000_000 }
}

fn org() -> OrgId {
    "ZZ1".parse().unwrap()
}

fn entity() -> Entity {
    Entity { kind: EntityKind::User, value: "zz1\\sam".into() }
}

fn sighting() -> Sighting {
    Sighting {
        id: DetectionId([1; 16]),
        org: org(),
        time: time(),
        received: time(),
        rule_id: RuleId("copies".into()),
        rule_title: "Copies".into(),
        level: Level::High,
        tags: vec!["attack.impact".into()],
        device: "PC1".into(),
        event: EventId([2; 16]),
        entities: vec![entity()],
        matched: vec![("Image".into(), "a.exe".into())],
        advice: Advice::default(),
    }
}

fn posture() -> Posture {
    let reason = PostureReason { part: PosturePart::Support, points: 1, text: "why".into() };
    Posture { score: Some(99), reasons: vec![reason] }
}

fn mark() -> Mark {
    Mark { title: "Copies deleted".into(), level: Level::High, count: 2 }
}

fn process() -> ProcessNode {
    let child = ProcessNode {
        image: None,
        command_line: Some("vssadmin delete shadows".into()),
        user: Some("ZZ1\\ana".into()),
        time: Some(time()),
        guessed: false,
        found: vec![mark()],
        children: vec![],
        more: 1,
    };
    ProcessNode { children: vec![child.clone()], ..child }
}

fn processes() -> ProcessTrees {
    ProcessTrees {
        org: org(),
        device: "PC1".into(),
        from: time(),
        until: time(),
        starts: 2,
        detections: 1,
        unplaced: 0,
        cut: false,
        trees: vec![process()],
    }
}

fn incident() -> Incident {
    Incident {
        id: IncidentId([1; 16]),
        org: org(),
        state: IncidentState::Closed,
        title: String::new(),
        story: String::new(),
        level: Level::High,
        score: 60,
        reasons: vec![Reason { points: 60, text: String::new() }],
        first: time(),
        last: time(),
        updated: time(),
        count: 1,
        detections: vec![DetectionId([1; 16])],
        rules: vec![RuleId("copies".into())],
        entities: vec![entity()],
        devices: vec!["PC1".into()],
        path: vec![Step { tactic: "impact".into(), time: time() }],
        proposals: vec![Proposal { text: String::new(), devices: vec!["PC1".into()] }],
        owner: Some("sam".into()),
        notes: vec![Note { time: time(), by: "sam".into(), text: String::new() }],
        closing: Some(Closing { time: time(), by: "sam".into(), reason: CloseReason::Resolved }),
        campaign: Some(CampaignId([3; 16])),
        merged_into: None,
    }
}

fn campaign() -> Campaign {
    let part = Part {
        org: org(),
        incidents: vec![IncidentId([1; 16])],
        first: time(),
        devices: 1,
        legacy_devices: 0,
    };
    Campaign {
        id: CampaignId([3; 16]),
        title: String::new(),
        level: Level::High,
        rules: vec![RuleId("copies".into())],
        indicators: vec![entity()],
        first: time(),
        last: time(),
        parts: vec![part],
    }
}

fn list_problem() -> ListProblem {
    ListProblem { place: "line 3".into(), reason: "no value".into() }
}

fn history() -> HistorySearch {
    HistorySearch {
        version: 1,
        from: time(),
        started: time(),
        ended: Some(time()),
        days: 3,
        days_done: 3,
        events: 10,
        hits: 1,
    }
}

fn indicator_list() -> IndicatorList {
    IndicatorList {
        id: IndicatorListId([6; 16]),
        org: org(),
        name: "c2".into(),
        version: 1,
        format: "stix".into(),
        loaded: time(),
        loaded_by: "sam".into(),
        indicators: 2,
        fresh: 2,
        problems: 1,
        history: Some(history()),
    }
}

fn hunt() -> Hunt {
    Hunt {
        id: HuntId([6; 16]),
        state: HuntState::Running,
        sql: "SELECT 1".into(),
        from: time(),
        until: time(),
        org: None,
        started: time(),
        ended: None,
        rows: 0,
        cut: false,
        kept: false,
        detail: String::new(),
        progress: Some(HuntProgress::default()),
    }
}

/// Examples of hunts and of what is kept.
fn hunts() -> Vec<(&'static str, Value)> {
    fn as_json(value: impl serde::Serialize) -> Value {
        serde_json::to_value(value).unwrap()
    }
    let new = NewHunt {
        sql: "SELECT 1".into(),
        from: time(),
        until: time(),
        org: Some(org()),
        rows: Some(1),
        wait: true,
    };
    let saved = SavedHunt {
        id: HuntId([6; 16]),
        org: org(),
        name: "s".into(),
        sql: "SELECT 1".into(),
        by: "sam".into(),
        created: time(),
    };
    let new_saved = NewSavedHunt { org: org(), name: "s".into(), sql: "SELECT 1".into() };
    vec![
        ("NewHunt", as_json(new)),
        ("HuntProgress", as_json(HuntProgress::default())),
        ("Hunt", as_json(hunt())),
        ("HuntPage", as_json(Paged { items: vec![hunt()], next: None })),
        ("NewSavedHunt", as_json(new_saved)),
        ("SavedHunt", as_json(saved)),
        ("Retention", as_json(Retention { org: org(), class: String::new(), days: Some(9) })),
        ("Erase", as_json(Erase { name: "Ward".into() })),
        ("Erased", as_json(Erased::default())),
    ]
}

/// One example of every named schema, as serde writes it.
fn examples() -> Vec<(&'static str, Value)> {
    fn as_json(value: impl serde::Serialize) -> Value {
        serde_json::to_value(value).unwrap()
    }
    let secret = || Secret("x".into());
    let grant = Grant { org: org(), role: Role::Analyst, from: time(), until: None, over: false };
    let device = Device {
        org: org(),
        name: "PC1".into(),
        first_seen: time(),
        last_seen: time(),
        events: 3,
        legacy: true,
        care_class: Some(CareClass::Critical),
        service: "ed-triage".parse().ok(),
    };
    let events = NotifyEvent::ALL.to_vec();
    let new_webhook = NewWebhook {
        org: org(),
        name: "hook".into(),
        address: "https://hook.example".into(),
        events: events.clone(),
        level: Some(Level::High),
    };
    let new_mail = NewMail {
        org: org(),
        name: "duty".into(),
        address: "duty@ward.example".into(),
        person: Some(PersonId([4; 16])),
        events: events.clone(),
        level: None,
    };
    let subscription = Subscription {
        id: SubscriptionId([6; 16]),
        org: org(),
        name: "hook".into(),
        address: "https://hook.example".into(),
        person: None,
        events,
        level: Level::High,
        created: time(),
        made_by: "sam".into(),
        last_success: Some(time()),
        last_failure: None,
        last_error: Some("503".into()),
        waiting: 1,
        given_up: 0,
        dropped: 0,
    };
    let service = Service {
        org: org(),
        code: "ed-triage".parse().unwrap(),
        name: "Triage".into(),
        sites: vec![org()],
        depends_on: vec!["radiology".parse().unwrap()],
    };
    let device_care = DeviceCare {
        org: org(),
        name: "PC1".into(),
        care_class: Some(CareClass::Passive),
        service: None,
    };
    let imported_list = ImportedList {
        dry_run: true,
        added: vec!["ZZ1/PC1".into()],
        changed: vec![],
        unchanged: vec![],
        problems: vec![],
    };
    let entry = AuditEntry {
        seq: 1,
        time: time(),
        actor: "sam".into(),
        org: Some(org()),
        action: "read".into(),
        target: "incidents".into(),
        detail: json!({"n": 1}),
        hash: "00".into(),
    };
    let change = Change::Incident {
        id: IncidentId([1; 16]),
        org: org(),
        state: IncidentState::Open,
        level: Level::Low,
        score: 1,
        count: 1,
        updated: time(),
        campaign: None,
    };
    let login = Login {
        name: "sam".into(),
        password: secret(),
        code: Some(secret()),
        new_password: Some(secret()),
        bearer: true,
    };
    let token = Token {
        id: TokenId([5; 16]),
        kind: TokenKind::Api,
        role: Some(Role::Board),
        org: org(),
        name: "t".into(),
        made_by: Some("sam".into()),
        created: time(),
        last_used: None,
        until: Some(time()),
    };
    let code = Code { org: org(), name: "s".into(), made_by: None, created: time(), until: time() };
    let held = HeldGrant {
        person: PersonId([4; 16]),
        name: "sam".into(),
        home: org(),
        org: org(),
        role: Role::Analyst,
        from: time(),
        until: None,
    };
    let person = Person {
        id: PersonId([4; 16]),
        name: "sam".into(),
        org: org(),
        disabled: false,
        has_authenticator: true,
        created: time(),
        last_login: Some(time()),
        grants: vec![grant.clone()],
    };
    let organisation = Organisation {
        code: org(),
        parent: None,
        name: "Ward".into(),
        kind: OrgKind::Trust,
        closed: Some(time()),
        successor: Some(org()),
    };
    let me = Me {
        name: "sam".into(),
        person: Some(PersonId([4; 16])),
        grants: vec![Held { org: org(), role: Role::Board }],
        may: vec!["read_findings".into()],
    };
    let imported = Imported {
        dry_run: true,
        added: vec![org()],
        changed: vec![],
        unchanged: vec![],
        problems: vec!["x".into()],
    };
    let sender = Sender {
        token: TokenId([5; 16]),
        org: org(),
        name: "s".into(),
        created: time(),
        last_seen: None,
        events: 0,
        gaps: 0,
    };
    let change_organisation = ChangeOrganisation {
        name: Some("Ward".into()),
        kind: Some(OrgKind::CareBoard),
        parent: Some(org()),
    };
    let closed = ClosedOrganisation {
        organisation: organisation.clone(),
        people: 1,
        api_tokens: 0,
        below: vec![org()],
        senders: vec![sender.clone()],
    };
    let new_person =
        NewPerson { name: "sam".into(), org: org(), role: Role::Analyst, password: Some(secret()) };
    let new_token =
        NewToken { name: "t".into(), org: org(), role: Role::Analyst, until: Some(time()) };
    let new_grant =
        NewGrant { org: org(), role: Role::Analyst, from: Some(time()), until: Some(time()) };
    let confirm = ConfirmAuthenticator { secret: secret(), code: secret(), password: secret() };
    let loaded = LoadedList {
        list: indicator_list(),
        problems: vec![list_problem()],
        repeated: 1,
        others: 2,
    };
    let source = IndicatorSource {
        id: IndicatorSourceId([7; 16]),
        org: org(),
        name: "isac".into(),
        kind: SourceKind::Taxii,
        address: "https://zz.net/taxii2/".into(),
        collection: "c2".into(),
        interval_seconds: 3600,
        created: time(),
        next_pull: time(),
        last_pull: Some(time()),
        last_success: None,
        failures: 1,
        error: Some("no answer".into()),
    };
    let new_source = NewIndicatorSource {
        org: org(),
        name: "isac".into(),
        kind: SourceKind::Misp,
        address: "https://zz.net/feed/".into(),
        collection: Some("c2".into()),
        user: Some("sam".into()),
        secret: Some(secret()),
        interval_seconds: Some(300),
    };
    let page = |item: Value| as_json(Paged { items: vec![item], next: Some("x".into()) });
    let mut all = rules::examples();
    all.extend(vec![
        ("Id", as_json(IncidentId([9; 16]))),
        ("OrgId", as_json(org())),
        ("Level", as_json(Level::High)),
        ("Role", as_json(Role::ItManager)),
        ("Entity", as_json(entity())),
        ("Problem", as_json(Problem::new(404, "Not Found", "no such incident"))),
        ("Login", as_json(login)),
        ("Opened", as_json(Opened { name: "sam".into(), until: time(), secret: Some(secret()) })),
        ("Held", as_json(Held { org: org(), role: Role::Analyst })),
        ("Me", as_json(me)),
        ("ChangePassword", as_json(ChangePassword { old: secret(), new: secret() })),
        ("Authenticator", as_json(Authenticator { secret: secret(), address: secret() })),
        ("ConfirmAuthenticator", as_json(confirm)),
        ("NewWebhook", as_json(new_webhook)),
        ("MadeWebhook", as_json(MadeWebhook { id: SubscriptionId([6; 16]), secret: secret() })),
        ("NewMail", as_json(new_mail)),
        ("MadeMail", as_json(MadeMail { id: SubscriptionId([6; 16]) })),
        ("Subscription", as_json(subscription)),
        ("ServiceCode", json!("ed-triage")),
        ("Service", as_json(service)),
        ("ImportedList", as_json(imported_list)),
        ("CareClass", as_json(CareClass::Normal)),
        ("DeviceCare", as_json(device_care)),
        ("Classify", as_json(Classify::default())),
        ("ChangeOrganisation", as_json(change_organisation)),
        ("CloseOrganisation", as_json(CloseOrganisation { successor: Some(org()) })),
        ("ClosedOrganisation", as_json(closed)),
        ("Organisation", as_json(organisation)),
        ("Imported", as_json(imported)),
        (
            "Identity",
            as_json(Identity { issuer: "https://id.example".into(), subject: "1".into() }),
        ),
        ("PasswordForOnce", as_json(PasswordForOnce { password: secret(), until: time() })),
        ("HeldGrant", as_json(held)),
        ("Token", as_json(token)),
        ("Code", as_json(code)),
        ("Grant", as_json(grant)),
        ("Person", as_json(person)),
        ("NewPerson", as_json(new_person)),
        ("MadePerson", as_json(MadePerson { id: PersonId([4; 16]), password: Some(secret()) })),
        ("NewGrant", as_json(new_grant)),
        ("NewToken", as_json(new_token)),
        ("MadeToken", as_json(MadeToken { id: TokenId([5; 16]), secret: secret() })),
        ("NewCode", as_json(NewCode { org: org(), name: "s".into(), until: Some(time()) })),
        ("MadeCode", as_json(MadeCode { code: secret(), until: time() })),
        ("Sender", as_json(sender)),
        ("NewSender", as_json(NewSender { name: "s".into(), org: org() })),
        ("Device", as_json(device.clone())),
        ("DevicePage", page(as_json(device))),
        ("Advice", as_json(Advice::default())),
        ("Sighting", as_json(sighting())),
        ("DetectionPage", page(as_json(sighting()))),
        ("Reason", as_json(&incident().reasons[0])),
        ("Step", as_json(&incident().path[0])),
        ("Proposal", as_json(&incident().proposals[0])),
        ("Note", as_json(&incident().notes[0])),
        ("Closing", as_json(incident().closing)),
        ("Incident", as_json(incident())),
        ("IncidentPage", page(as_json(incident()))),
        ("Assign", as_json(Assign { owner: None })),
        ("AddNote", as_json(AddNote { text: "x".into() })),
        ("Close", as_json(Close { reason: CloseReason::Expected, note: Some("x".into()) })),
        ("Merge", as_json(Merge { into: IncidentId([1; 16]) })),
        ("Split", as_json(Split { detections: vec![DetectionId([1; 16])] })),
        ("SplitDone", as_json(SplitDone { stays: incident(), leaves: incident() })),
        ("PostureReason", as_json(posture().reasons[0].clone())),
        ("Posture", as_json(posture())),
        ("EvidenceKey", as_json(EvidenceKey { key: "ab".repeat(32) })),
        ("Mark", as_json(mark())),
        ("ProcessNode", as_json(process())),
        ("ProcessTrees", as_json(processes())),
        ("Part", as_json(&campaign().parts[0])),
        ("Campaign", as_json(campaign())),
        ("CampaignPage", page(as_json(campaign()))),
        ("ListProblem", as_json(list_problem())),
        ("HistorySearch", as_json(history())),
        ("IndicatorList", as_json(indicator_list())),
        ("LoadedList", as_json(loaded)),
        ("IndicatorSource", as_json(source)),
        ("NewIndicatorSource", as_json(new_source)),
        ("Change", as_json(change)),
        ("AuditEntry", as_json(entry.clone())),
        ("AuditPage", page(as_json(entry))),
        ("AuditProof", as_json(AuditProof { entries: 1, broken_at: None, head: "00".into() })),
    ]);
    all
}

#[test]
fn every_schema_says_what_serde_writes() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let examples = [
        examples(),
        hunts(),
        care::samples(),
        care::decisions(),
        plans::samples(),
        standing::samples(),
    ]
    .concat();
    for (name, example) in &examples {
        assert_eq!(misfit(&document, &schemas[*name], example, name), None);
    }
    let without: Vec<&String> =
        schemas.keys().filter(|name| !examples.iter().any(|(has, _)| has == name)).collect();
    assert!(without.is_empty(), "schemas without an example: {without:?}");
}

#[test]
fn a_field_that_nobody_described_is_found() {
    let document = document();
    let schema = &document["components"]["schemas"]["Held"];
    let held = json!({ "org": "ZZ1", "role": "analyst", "more": 1 });
    assert!(misfit(&document, schema, &held, "Held").unwrap().contains("more is not described"));
    let held = json!({ "org": "ZZ1" });
    assert!(misfit(&document, schema, &held, "Held").unwrap().contains("missing"));
}

#[test]
fn every_reference_leads_somewhere() {
    fn visit(document: &Value, value: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(&target[1..]).is_some(), "{target}");
                }
                fields.values().for_each(|value| visit(document, value));
            }
            Value::Array(items) => items.iter().for_each(|value| visit(document, value)),
            _ => {}
        }
    }
    let document = document();
    visit(&document, &document);
}

#[test]
fn operations_have_names_of_their_own_and_an_answer() {
    let mut seen = std::collections::BTreeSet::new();
    for operation in operations() {
        let json = operation.to_json();
        assert!(seen.insert(json["operationId"].to_string()), "{} twice", json["operationId"]);
        let statuses = json["responses"].as_object().unwrap();
        assert!(statuses.keys().any(|status| status.starts_with(['2', '3'])), "{}", operation.path);
    }
}

/// The committed copy, for partners and for whoever reviews a change of the API.
#[test]
fn the_committed_snapshot_is_this_document() {
    insta::with_settings!({ sort_maps => true }, {
        insta::assert_json_snapshot!("openapi", document());
    });
}
