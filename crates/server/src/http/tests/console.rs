//! Pages of the console, asked as a browser asks: who sees what, what a form may do, what is escaped,
//! and how heavy a page is.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;
use wardwatch_model::Role;

use super::sector::{Answer, PASSWORD, Sector, login_name};

/// Bytes that a page may have on the wire, packed.
const PAGE_BYTES: usize = 100_000;

/// Pages for everybody who is logged in.
fn pages(sector: &Sector, whose: &str) -> Vec<String> {
    let of = if whose == "ZZ1" { &sector.one } else { &sector.two };
    let mut pages: Vec<String> = [
        "/incidents",
        "/campaigns",
        "/organisations",
        "/devices",
        "/exposure",
        "/alerts",
        "/lifecycle",
        "/plans",
        "/hunt",
        "/rules",
        "/rules/copies",
        "/reports",
        "/settings",
        "/settings/password",
        "/settings/authenticator",
        "/intelligence",
        "/care",
        "/care/help",
        "/find?q=zz",
        "/incidents?state=open&level=low&limit=",
        "/exposure/CVE-2017-0144",
    ]
    .map(str::to_owned)
    .to_vec();
    let incident = of.incidents[0];
    for tab in ["story", "processes", "alerts", "devices", "evidence", "notes"] {
        pages.push(format!("/incidents/{incident}?tab={tab}"));
    }
    pages.extend([
        format!("/campaigns/{}", of.campaign),
        format!("/organisations/{whose}"),
        format!("/devices/{whose}/{whose}-PC1"),
        format!("/devices/{whose}/{whose}-PC1?all=true"),
        format!("/plans/{whose}/{whose}-PC1"),
        format!("/alerts/{}", of.alert),
        format!("/rules/{}", of.rule.0),
        format!("/hunt/{}", of.hunt),
        format!("/intelligence/{}", of.list),
        format!("/lifecycle?org={whose}"),
        format!("/reports?org={whose}"),
    ]);
    pages
}

async fn form(
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
async fn whoever_may_read_gets_every_page_of_their_own() {
    let sector = Sector::new().await;
    for role in Role::ALL {
        let session = sector.session_of("ZZ1", role).await;
        for page in pages(&sector, "ZZ1") {
            let answer = sector.get(&session, &page).await;
            let may_not = page.starts_with("/hunt");
            let fits = answer.status == StatusCode::OK
                || (may_not
                    && matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND));
            assert!(fits, "{role} {page}: {} {}", answer.status, answer.text);
            assert!(answer.text.starts_with("<!DOCTYPE html>"), "{page}");
            assert!(
                !answer.text.contains("style=\""),
                "{page} has a style of its own, which the policy refuses"
            );
        }
    }
}

#[tokio::test]
async fn no_page_tells_anything_of_another_organisation() {
    let sector = Sector::new().await;
    let two = &sector.two;
    let marks = [
        "Organisation ZZ2".to_owned(),
        "ZZ2-PC1".to_owned(),
        "ZZ2\\".to_owned(),
        two.sender.to_string(),
    ];
    for role in Role::ALL {
        let session = sector.session_of("ZZ1", role).await;
        for page in pages(&sector, "ZZ1") {
            let text = sector.get(&session, &page).await.text;
            assert!(marks.iter().all(|mark| !text.contains(mark.as_str())), "{role} {page}");
        }
        for page in pages(&sector, "ZZ2")
            .into_iter()
            .filter(|page| page.contains("ZZ2") || page.contains(&two.incidents[0].to_string()))
        {
            let answer = sector.get(&session, &page).await;
            let refused = matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
            assert!(refused, "{role} {page}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn who_is_not_logged_in_is_asked_to() {
    let sector = Sector::new().await;
    for page in pages(&sector, "ZZ1") {
        let answer = sector.get("", &page).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{page}");
        let way = answer.headers[header::LOCATION].to_str().unwrap();
        assert!(way.starts_with("/login"), "{way}");
    }
    let answer = sector.get("", "/login?next=//evil.example").await;
    assert!(!answer.text.contains("evil.example"));
}

#[tokio::test]
async fn a_person_logs_in_takes_an_incident_and_leaves() {
    let sector = Sector::new().await;
    let name = login_name("ZZ1", Role::Analyst);
    let login = format!("name={name}&password={}&next=%2Fincidents", PASSWORD.replace(' ', "+"));
    let wrong = form(&sector, "", "/login", None, &login.replace("battery", "staple")).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text.contains("name, password or code is wrong"));
    for other in ["https://evil.example", "null"] {
        let answer = form(&sector, "", "/login", Some(other), &login).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{other}");
    }
    // Accounts of the sector have no password of their own: the session is made as the API does.
    let session = sector.session(&name).await;
    let path = format!("/incidents/{}", sector.one.incidents[0]);
    for origin in [None, Some("https://evil.example"), Some("null")] {
        let answer = form(&sector, &session, &format!("{path}/take"), origin, "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    let ours = Some("http://ward.example");
    let answer = form(&sector, &session, &format!("{path}/take"), ours, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = sector.get(&session, &path).await.text;
    assert!(
        page.contains(&format!("{name}</span>")) || page.contains(&format!("{name} works on it")),
        "{page}"
    );
    let close = "reason=false_alarm&note=a+%3Cb%3Etest%3C%2Fb%3E";
    let answer = form(&sector, &session, &format!("{path}/close"), ours, close).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = sector.get(&session, &format!("{path}?tab=notes")).await.text;
    assert!(page.contains("a &lt;b&gt;test&lt;/b&gt;") && !page.contains("<b>test"));
    assert!(page.contains("false alarm"));
    let theirs = format!("/incidents/{}/take", sector.two.incidents[0]);
    let answer = form(&sector, &session, &theirs, ours, "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = form(&sector, &session, "/logout", ours, "").await;
    assert_eq!(answer.headers[header::LOCATION], "/login");
    assert_eq!(sector.get(&session, "/incidents").await.status, StatusCode::SEE_OTHER);
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
async fn values_of_a_list_are_chosen_or_left_out() {
    let sector = Sector::new().await;
    let session = sector.session("root").await;
    let rows = async |path: &str| {
        let page = sector.get(&session, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        let of = |code: &str| {
            page.text.matches(&format!("href=\"/organisations/{code}\" title=")).count()
        };
        ((of("ZZ1"), of("ZZ2")), page.text)
    };
    let (all, page) = rows("/incidents").await;
    assert_eq!(all, (2, 2));
    assert!(
        page.contains("/incidents?not_org=ZZ1\"") && page.contains("/incidents?org=ZZ1\""),
        "{page}"
    );
    let (left, page) = rows("/incidents?not_org=ZZ1").await;
    assert_eq!(left, (0, 2));
    assert!(page.contains("Left out:") && page.contains("/incidents?not_org=ZZ1%2CZZ2"), "{page}");
    assert_eq!(rows("/incidents?not_org=ZZ1%2CZZ2").await.0, (0, 0));
    assert_eq!(rows("/incidents?not_org=ZZ0").await.0, (0, 0), "and what lies below");
    assert_eq!(rows("/incidents?not_device=ZZ2-PC1&state=open").await.0, (2, 0));
    assert_eq!(rows("/incidents?not_owner=nobody").await.0, (2, 2));
    let unknown = sector.get(&session, "/incidents?not_org=ZZ9").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
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

#[tokio::test]
async fn every_question_of_the_library_has_an_answer() {
    let sector = Sector::new().await;
    let session = sector.session_of("ZZ1", Role::Analyst).await;
    let library = sector.get(&session, "/hunt").await.text;
    let questions: Vec<&str> = library.split("href=\"/hunt?sql=").skip(1).collect();
    assert!(questions.len() >= 4, "{library}");
    for question in questions {
        let sql = question.split('"').next().unwrap();
        let asked = format!("sql={sql}&hours=876000");
        let ours = Some("http://ward.example");
        let answer = form(&sector, &session, "/hunt", ours, &asked).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{sql}: {}", answer.text);
        let page = answer.headers[header::LOCATION].to_str().unwrap();
        let page = sector.get(&session, page).await.text;
        assert!(page.contains("Whole result"), "{sql}: {page}");
    }
}

#[tokio::test]
async fn pages_are_light_packed_and_strict() {
    let sector = Sector::new().await;
    let session = sector.session("root").await;
    for page in pages(&sector, "ZZ1") {
        let request = Request::builder()
            .uri(&page)
            .header(header::AUTHORIZATION, format!("Bearer {session}"))
            .header(header::ACCEPT_ENCODING, "gzip, br")
            .body(Body::empty())
            .unwrap();
        let answer = sector.router.clone().oneshot(request).await.unwrap();
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip", "{page}");
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(bytes.len() < PAGE_BYTES / 5, "{page} has {} bytes", bytes.len());
    }
    let page = sector.get(&session, "/incidents").await.text;
    let mut bundle = 0;
    for file in page.split('"').filter(|part| part.starts_with("/console/")) {
        let request = Request::builder().uri(file).header(header::ACCEPT_ENCODING, "br");
        let answer =
            sector.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{file}");
        assert!(answer.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        bundle += answer.into_body().collect().await.unwrap().to_bytes().len();
    }
    assert!(bundle > 10_000 && bundle < 40_000, "the bundle has {bundle} bytes, packed");
    let missing = sector.get("", "/console/app-000000000000.js").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_address_that_cannot_be_read_says_so() {
    let sector = Sector::new().await;
    let session = sector.session("root").await;
    for page in
        ["/incidents?level=worst", "/devices?org=%00", "/exposure?cve=x", "/lifecycle?months=9999"]
    {
        let answer = sector.get(&session, page).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{page}");
        assert!(answer.text.contains("This could not be done"), "{page}");
    }
    for page in ["/incidents/none", "/organisations/ZZ9", "/devices/ZZ1/none", "/alerts/none"] {
        assert_eq!(sector.get(&session, page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
}
