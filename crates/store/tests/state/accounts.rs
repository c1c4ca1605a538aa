//! People, sessions, tokens and codes.

use wardwatch_model::{Permission, Role};
use wardwatch_store::{Grant, NewPerson, StoreError};

use crate::fixture::{Sector, at, org};

#[tokio::test]
async fn people_are_seen_and_made_only_within_the_scope() {
    let sector = Sector::new().await;
    let local = sector.person("eve", "ZZ1", Role::Administrator).await;
    let scope = sector.scope(local, Permission::Administer).await;
    let seen = sector.state.people(&scope).await.unwrap();
    let names: Vec<&str> = seen.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["ann", "eve"]);
    let new = |name: &str, code: &str| NewPerson {
        name: name.to_owned(),
        org: org(code),
        role: Role::Board,
        password_hash: "hash".to_owned(),
    };
    let outside = sector.state.create_person(&scope, new("zoe", "ZZ2"), at(20)).await;
    assert!(matches!(outside, Err(StoreError::OutOfScope(_))));
    let taken = sector.state.create_person(&scope, new("bob", "ZZ1"), at(20)).await;
    assert!(matches!(taken, Err(StoreError::NameTaken(_))));
}

#[tokio::test]
async fn a_dated_delegation_lets_another_trusts_analyst_in_and_out_again() {
    let sector = Sector::new().await;
    let scope = sector.scope(sector.administrator, Permission::Administer).await;
    let grant = Grant {
        person: sector.one,
        org: org("ZZ2"),
        role: Role::Analyst,
        from: at(100),
        until: Some(at(200)),
    };
    sector.state.grant(&scope, &grant, at(50)).await.unwrap();
    for (seconds, expected) in [(99, false), (100, true), (199, true), (200, false)] {
        let principal = sector.state.principal(sector.one, at(seconds)).await.unwrap().unwrap();
        let scope = principal.scope(Permission::ReadFindings).unwrap();
        assert_eq!(scope.covers(&org("ZZ2")), expected, "second {seconds}");
        assert!(!scope.home().contains(&org("ZZ2")), "a guest stays a guest");
        assert!(principal.scope(Permission::Administer).is_none());
    }
}

#[tokio::test]
async fn nobody_takes_over_an_account_with_rights_elsewhere() {
    let sector = Sector::new().await;
    let local = sector.person("eve", "ZZ1", Role::Administrator).await;
    let eve = sector.state.principal(local, at(20)).await.unwrap().unwrap();
    sector.state.set_password(&eve, sector.one, "new", at(20)).await.unwrap();
    let other = sector.state.set_password(&eve, sector.two, "new", at(20)).await;
    assert!(matches!(other, Err(StoreError::NoSuchPerson(_))));
    let scope = sector.scope(sector.administrator, Permission::Administer).await;
    let (person, from) = (sector.one, at(0));
    let grant = Grant { person, org: org("ZZ2"), role: Role::Analyst, from, until: None };
    sector.state.grant(&scope, &grant, at(20)).await.unwrap();
    let guest = sector.state.set_totp(&eve, sector.one, None, at(20)).await;
    assert!(matches!(guest, Err(StoreError::OutOfScope(_))));
    let bob = sector.state.principal(sector.two, at(20)).await.unwrap().unwrap();
    sector.state.set_totp(&bob, sector.two, Some("SECRET"), at(20)).await.unwrap();
    let found = sector.state.credentials("bob").await.unwrap().unwrap();
    assert_eq!(found.totp_secret.as_deref(), Some("SECRET"));
    assert_eq!(sector.state.credentials("nobody").await.unwrap(), None);
}

#[tokio::test]
async fn a_session_ends_by_time_by_hand_and_with_the_account() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let secret = state.open_session(sector.one, at(0), at(100)).await.unwrap();
    let found = state.session(&secret, at(50)).await.unwrap().unwrap();
    assert_eq!((found.name(), found.person()), ("ann", Some(sector.one)));
    assert!(state.session(&secret, at(100)).await.unwrap().is_none());
    assert!(state.session("ws_none", at(50)).await.unwrap().is_none());
    assert!(state.close_session(&secret).await.unwrap());
    assert!(state.session(&secret, at(50)).await.unwrap().is_none());
    let secret = state.open_session(sector.one, at(0), at(100)).await.unwrap();
    let root = state.principal(sector.administrator, at(20)).await.unwrap().unwrap();
    state.set_disabled(&root, sector.one, true, at(20)).await.unwrap();
    assert!(state.session(&secret, at(50)).await.unwrap().is_none());
    assert!(state.principal(sector.one, at(50)).await.unwrap().is_none());
    assert!(state.credentials("ann").await.unwrap().unwrap().disabled);
}

#[tokio::test]
async fn tokens_carry_their_own_organisation_and_are_revoked_only_from_within() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let (one, first) = state.create_sender(&root, "relay", &org("ZZ1"), at(20)).await.unwrap();
    let (_, second) = state.create_sender(&root, "relay", &org("ZZ2"), at(20)).await.unwrap();
    assert_eq!(state.sender(&first, at(30)).await.unwrap().unwrap().org(), &org("ZZ1"));
    assert_eq!(state.sender(&second, at(30)).await.unwrap().unwrap().org(), &org("ZZ2"));
    assert!(state.api_token(&first, at(30)).await.unwrap().is_none(), "no key for two locks");
    let seen = state.senders(&sector.read(sector.two).await).await.unwrap();
    let orgs: Vec<&str> = seen.iter().map(|sender| sender.org.as_str()).collect();
    assert_eq!(orgs, ["ZZ2"]);

    let far = sector.person("eve", "ZZ2", Role::Administrator).await;
    let far = sector.scope(far, Permission::Administer).await;
    assert!(!state.revoke_token(&far, one, at(40)).await.unwrap());
    assert!(state.revoke_token(&root, one, at(40)).await.unwrap());
    assert!(state.sender(&first, at(50)).await.unwrap().is_none());
    let outside = state.create_sender(&far, "x", &org("ZZ1"), at(40)).await;
    assert!(matches!(outside, Err(StoreError::OutOfScope(_))));
}

#[tokio::test]
async fn an_api_token_is_a_principal_until_it_ends() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let (_, secret) = state
        .create_api_token(&root, "report", &org("ZZ1"), Role::Board, Some(at(100)), at(20))
        .await
        .unwrap();
    let principal = state.api_token(&secret, at(99)).await.unwrap().unwrap();
    assert_eq!((principal.name(), principal.person()), ("report", None));
    let scope = principal.scope(Permission::ReadFindings).unwrap();
    assert!(scope.covers(&org("ZZ1S")) && !scope.covers(&org("ZZ2")));
    assert!(principal.scope(Permission::HandleIncidents).is_none());
    assert!(state.api_token(&secret, at(100)).await.unwrap().is_none());
    let two = sector.read(sector.two).await;
    assert!(state.api_tokens(&two).await.unwrap().is_empty());
    assert_eq!(state.api_tokens(&root).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_code_works_once_and_not_after_its_end() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let two = org("ZZ2");
    let make = || state.create_code(&root, &two, "ward 7", at(100), at(20));
    let (code, late) = (make().await.unwrap(), make().await.unwrap());
    assert!(state.redeem_code("ABCD-EFGH-JKLM", at(30)).await.unwrap().is_none());
    assert!(state.redeem_code(&late, at(100)).await.unwrap().is_none());
    let (_, secret) = state.redeem_code(&code.to_lowercase(), at(30)).await.unwrap().unwrap();
    assert_eq!(state.sender(&secret, at(40)).await.unwrap().unwrap().org(), &org("ZZ2"));
    assert!(state.redeem_code(&code, at(40)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_that_nobody_uses_is_over_after_two_hours() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let hour = 3_600;
    let secret = state.open_session(sector.one, at(0), at(12 * hour)).await.unwrap();
    for used in [hour, 2 * hour + 1_800, 4 * hour] {
        assert!(state.session(&secret, at(used)).await.unwrap().is_some(), "{used}");
    }
    assert!(state.session(&secret, at(6 * hour)).await.unwrap().is_none());
}
