//! What people do by the forms of pages.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use wardwatch_model::Role;

use super::super::sector::{Answer, Sector};

pub(super) async fn form(
    sector: &Sector,
    session: &str,
    path: &str,
    origin: Option<&str>,
    body: &str,
) -> Answer {
    let mut request = Request::builder()
        .method("POST")
        .uri(path)
        .header(header::HOST, "ward.example")
        .header(header::COOKIE, format!("ward_session={session}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin);
    }
    sector.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_device_is_classified_and_an_alert_is_answered() {
    let sector = Sector::new().await;
    let ours = Some("http://ward.example");
    let session = sector.session_of("ZZ1", Role::ItManager).await;
    let device = "/devices/ZZ1/ZZ1-PC1";
    let answer = form(&sector, &session, device, ours, "care_class=critical&service=payroll").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = sector.get(&session, device).await.text;
    assert!(page.contains("care critical") && page.contains("Payroll"));
    let alert = format!("/alerts/{}", sector.one.alert);
    let answer = form(&sector, &session, &format!("{alert}/acknowledge"), ours, "org=ZZ1").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let sign = "org=ZZ1&progress=working&note=next+week";
    let answer = form(&sector, &session, &format!("{alert}/sign"), ours, sign).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(sector.get(&session, &alert).await.text.contains("next week"));
    let board = sector.session_of("ZZ1", Role::Board).await;
    let answer = form(&sector, &board, &format!("{alert}/sign"), ours, sign).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_rule_is_tried_on_stored_events_and_lives_in_one_organisation_first() {
    let sector = Sector::new().await;
    let ours = Some("http://ward.example");
    let session = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let rule = "/rules/copies";
    let begun = form(&sector, &session, &format!("{rule}/try"), ours, "days=30&tried=ZZ1").await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let test = begun.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(test.starts_with("/backtests/"), "{test}");
    let page = sector.get(&session, &test).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("What it would have found"));
    let canary = "org=ZZ1&live=ZZ1&why=a+look+first";
    let set = form(&sector, &session, &format!("{rule}/canary"), ours, canary).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    let off = "whose=ZZ1&to=off&because=noise";
    let level = form(&sector, &session, &format!("{rule}/level"), ours, off).await;
    assert_eq!(level.status, StatusCode::SEE_OTHER, "{}", level.text);
    let page = sector.get(&session, rule).await.text;
    assert!(page.contains("live only in ZZ1") && page.contains("noise"), "{page}");
    let theirs = "org=ZZ2&live=ZZ2&why=x";
    let theirs = form(&sector, &session, &format!("{rule}/canary"), ours, theirs).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    let stopped = form(&sector, &session, &format!("{test}/stop"), ours, "").await;
    assert_eq!(stopped.status, StatusCode::SEE_OTHER, "{}", stopped.text);
    // Whoever writes no rules sees none of that, and gets none of it.
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    assert!(!sector.get(&analyst, rule).await.text.contains("Try it on stored events"));
    let refused = form(&sector, &analyst, &format!("{rule}/try"), ours, "days=7").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn people_are_added_given_roles_and_locked_by_whoever_administers() {
    let sector = Sector::new().await;
    let ours = Some("http://ward.example");
    let page = "/settings/people";
    let analyst = sector.session_of("ZZ1", Role::Analyst).await;
    assert_eq!(sector.get(&analyst, page).await.status, StatusCode::FORBIDDEN);
    let session = sector.session_of("ZZ1", Role::Administrator).await;
    let new = "name=nia&org=ZZ1&role=board";
    let told = form(&sector, &session, page, ours, new).await;
    assert!(told.status == StatusCode::OK && told.text.contains("A password for once"), "{told:?}");
    let people = sector.get(&session, "/api/v1/people").await.json();
    let people = people.as_array().unwrap();
    let id =
        people.iter().find(|one| one["name"] == "nia").unwrap()["id"].as_str().unwrap().to_owned();
    let press = async |verb: &str, body: &str| {
        let path = format!("{page}/{id}/{verb}");
        form(&sector, &session, &path, ours, body).await.status
    };
    let give = "org=ZZ1&role=analyst&until=2017-05-31";
    assert_eq!(press("grant", give).await, StatusCode::SEE_OTHER);
    let text = sector.get(&session, page).await.text;
    assert!(text.contains("analyst of ZZ1 until") && text.contains("1 Jun 2017 00:00"), "{text}");
    assert_eq!(press("grant", "org=ZZ2&role=analyst").await, StatusCode::NOT_FOUND);
    assert_eq!(press("revoke", "org=ZZ1&role=analyst").await, StatusCode::SEE_OTHER);
    assert_eq!(press("disable", "").await, StatusCode::SEE_OTHER);
    let text = sector.get(&session, page).await.text;
    let ended = text.contains("12 May 2017 11:00:00") && !text.contains("1 Jun 2017");
    assert!(ended && text.contains("locked"), "{text}");
    assert_eq!(press("enable", "").await, StatusCode::SEE_OTHER);
    assert_eq!(press("password", "").await, StatusCode::OK);
    let theirs = format!("{page}/{}/disable", sector.two.person);
    assert_eq!(form(&sector, &session, &theirs, ours, "").await.status, StatusCode::NOT_FOUND);
    let differ = "old=a&new=correct+horse+one&again=correct+horse+two";
    let answer = form(&sector, &session, "/settings/password", ours, differ).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("the two new passwords differ"));
    let made = form(&sector, &session, "/settings/authenticator", ours, "").await;
    assert!(made.text.contains("otpauth://totp/"), "{}", made.text);
}

#[tokio::test]
async fn a_list_of_indicators_is_pasted_and_a_contact_is_kept() {
    let sector = Sector::new().await;
    let ours = Some("http://ward.example");
    let engineer = sector.session_of("ZZ1", Role::DetectionEngineer).await;
    let list = "name=Seen+today&org=ZZ1&text=type%2Cvalue%0Adomain%2Cevil.example%0A";
    let answer = form(&sector, &engineer, "/intelligence", ours, list).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let text = sector.get(&engineer, "/intelligence").await.text;
    assert!(text.contains("Seen today"), "{text}");
    let theirs = list.replace("ZZ1", "ZZ2");
    let answer = form(&sector, &engineer, "/intelligence", ours, &theirs).await;
    assert!(matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{answer:?}");
    let manager = sector.session_of("ZZ1", Role::ItManager).await;
    let page = "/organisations/ZZ1";
    let to = format!("{page}/contacts");
    let contact = "name=Night+%3Cb%3Edesk&phone=01632+960009&about=&mail=&for_below=yes";
    let answer = form(&sector, &manager, &to, ours, contact).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let text = sector.get(&manager, page).await.text;
    assert!(text.contains("Night &lt;b&gt;desk") && text.contains("tel:01632960009"), "{text}");
    let wrong = contact.replace("01632", "ring");
    let answer = form(&sector, &manager, &to, ours, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let gone = form(&sector, &manager, &to, ours, "remove=Night+%3Cb%3Edesk").await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text);
    assert!(!sector.get(&manager, page).await.text.contains("Night"));
    let board = sector.session_of("ZZ1", Role::Board).await;
    assert_eq!(form(&sector, &board, &to, ours, contact).await.status, StatusCode::FORBIDDEN);
}
