//! Pages of the console, asked as a browser asks: who sees what, what a form may do, what is escaped,
//! and how heavy a page is.

mod forms;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;
use wardwatch_model::Role;

use self::forms::form;
use super::sector::{PASSWORD, Sector, login_name};

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
async fn every_question_that_a_page_leads_to_has_an_answer() {
    let sector = Sector::new().await;
    let session = sector.session_of("ZZ1", Role::Analyst).await;
    let library = sector.get(&session, "/hunt").await.text;
    let evidence = format!("/incidents/{}?tab=evidence", sector.one.incidents[0]);
    let evidence = sector.get(&session, &evidence).await.text;
    let questions = |page: &str| -> Vec<String> {
        let found = page.split("href=\"/hunt?sql=").skip(1);
        found.map(|rest| rest.split(['"', '&']).next().unwrap().to_owned()).collect()
    };
    let (library, evidence) = (questions(&library), questions(&evidence));
    assert!(library.len() >= 4 && !evidence.is_empty(), "{library:?} {evidence:?}");
    for sql in library.into_iter().chain(evidence) {
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
