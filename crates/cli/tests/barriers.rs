//! Every page of the console in a real browser, wide and narrow, light and dark: no barrier that axe can find,
//! nothing that a listener is not told, nothing that the browser complains of.

#![allow(clippy::unwrap_used, clippy::panic)]

mod browser;
mod demonstration;
mod sector;

use browser::{Browser, pages};
use demonstration::Demo;
use serde_json::{Value, json};

/// Pages that need no identity of their own.
const PAGES: [&str; 24] = [
    "/",
    "/find?q=ZZT001",
    "/incidents",
    "/incidents?state=open&level=high&not_org=ZZT001",
    "/campaigns",
    "/organisations",
    "/organisations?show=risk",
    "/organisations/ZZT001",
    "/devices",
    "/exposure",
    "/exposure?exploited=true&org=ZZT001",
    "/exposure/CVE-2017-0144",
    "/alerts",
    "/lifecycle",
    "/decisions",
    "/plans",
    "/hunt",
    "/rules",
    "/reports",
    "/intelligence",
    "/settings",
    "/settings/password",
    "/settings/authenticator",
    "/care/help",
];

/// What an administrator sees more of.
const OF_ADMINISTRATORS: [&str; 4] =
    ["/settings", "/settings/people", "/organisations/ZZT001", "/devices?org=ZZT001"];

/// What the owner of a care home comes to.
const OF_OWNERS: [&str; 5] = ["/care", "/care/help", "/alerts", "/reports", "/settings/password"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_has_a_barrier() {
    if !browser::is_here() {
        return;
    }
    let demo = Demo::start("60");
    demo.wait_for("all of the story has happened");
    let ana = demo.session("ana");
    let (of_ana, of_dee) = (known_to(&demo, &ana), tried(&demo, &demo.session("dee")));
    let owned = |pages: &[&str]| pages.iter().map(|page| (*page).to_owned()).collect();
    let administrator = demo.administrator_password();
    let walks: [(&str, &str, Vec<String>); 4] = [
        ("ana", &demo.password, of_ana),
        ("dee", &demo.password, of_dee),
        ("administrator", &administrator, owned(&OF_ADMINISTRATORS)),
        ("cath", &demo.password, owned(&OF_OWNERS)),
    ];
    let mut opened: Vec<String> = walks.iter().flat_map(|(_, _, pages)| pages.clone()).collect();
    opened.push("/login".to_owned());
    assert_eq!(pages::not_opened(&opened), [""; 0], "pages that nobody looks at");

    let browser = Browser::open(&demo.address).await;
    let mut found = Vec::new();
    look(&browser, "nobody", &["/login".to_owned()], &mut found).await;
    for (name, password, pages) in walks {
        browser.look(1440, "light").await;
        browser.log_in(name, password).await;
        look(&browser, name, &pages, &mut found).await;
        if name == "ana" {
            preview(&browser, &mut found).await;
        }
        browser.leave().await;
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// All pages that an analyst at the centre comes to.
fn known_to(demo: &Demo, session: &str) -> Vec<String> {
    let first = |path: &str| {
        let answer = demo.get(session, path);
        let list = if answer["items"].is_array() { &answer["items"] } else { &answer };
        list[0]["id"].as_str().unwrap().to_owned()
    };
    let mut pages: Vec<String> = PAGES.map(str::to_owned).to_vec();
    let incident = first("/api/v1/incidents?limit=1");
    for tab in ["story", "processes", "alerts", "devices", "evidence", "notes"] {
        pages.push(format!("/incidents/{incident}?tab={tab}"));
    }
    pages.push(format!("/campaigns/{}", first("/api/v1/campaigns?limit=1")));
    let alert = first("/api/v1/alerts");
    pages.extend(["", "/devices"].map(|tail| format!("/alerts/{alert}{tail}")));
    let plans = demo.get(session, "/api/v1/plans?limit=1&org=ZZT001");
    let plan = &plans["items"][0];
    let legacy = format!("{}/{}", plan["org"].as_str().unwrap(), plan["device"].as_str().unwrap());
    pages.extend(["/plans/", "/devices/"].map(|head| format!("{head}{legacy}")));
    let hunt = json!({
        "sql": "SELECT org, count(*) AS events FROM events GROUP BY org ORDER BY events DESC",
        "from": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z", "wait": true,
    });
    let hunt = demo.post(session, "/api/v1/hunts", &hunt);
    pages.push(format!("/hunt/{}", hunt["id"].as_str().unwrap()));
    pages
}

/// Pages of somebody who writes rules: one that was tried, and a list that was loaded.
fn tried(demo: &Demo, session: &str) -> Vec<String> {
    let rules = demo.get(session, "/api/v1/rules");
    let rules = if rules["items"].is_array() { &rules["items"] } else { &rules };
    let loudest = rules.as_array().unwrap().iter().max_by_key(|rule| rule["hits"]["week"].as_u64());
    let rule = loudest.unwrap()["id"].as_str().unwrap();
    let trial = demo.post(session, "/api/v1/rules/backtests", &json!({ "id": rule }));
    let path = format!("/api/v1/rules/backtests/{}", trial["id"].as_str().unwrap());
    let started = std::time::Instant::now();
    while demo.get(session, &path)["state"] == "running" {
        assert!(started.elapsed() < demonstration::PATIENCE, "the trial does not end");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let centre = demo.get(session, "/api/v1/me")["grants"][0]["org"].as_str().unwrap().to_owned();
    let list: Value = demo.load_list(session, &centre, "c2.zz-evil.net\n10.0.0.1\n");
    vec![
        "/rules".to_owned(),
        format!("/rules/{rule}"),
        format!("/backtests/{}", trial["id"].as_str().unwrap()),
        "/intelligence".to_owned(),
        format!("/intelligence/{}", list["list"]["id"].as_str().unwrap()),
        "/hunt".to_owned(),
    ]
}

/// Looks at pages in both widths and both themes.
async fn look(browser: &Browser, who: &str, pages: &[String], found: &mut Vec<String>) {
    for (width, theme) in [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")] {
        browser.look(width, theme).await;
        for page in pages {
            browser.go(page).await;
            let faults = faults(browser, width, theme).await;
            let said =
                faults.into_iter().map(|fault| format!("{who} {width} {theme} {page}: {fault}"));
            found.extend(said);
        }
    }
}

async fn faults(browser: &Browser, width: u32, theme: &str) -> Vec<String> {
    let mut faults = browser.faults(theme == "dark").await;
    faults.extend(browser.complaints().await);
    if theme == "light" {
        faults.extend(browser.unheard(width < 600).await);
    }
    faults
}

/// The same with an incident shown beside the list, and with the list of keys open.
async fn preview(browser: &Browser, found: &mut Vec<String>) {
    for theme in ["light", "dark"] {
        browser.look(1440, theme).await;
        browser.go("/incidents").await;
        browser.press("j").await;
        browser.press(" ").await;
        browser.wait("#preview h2").await;
        let faults = faults(browser, 1440, theme).await;
        found.extend(faults.into_iter().map(|fault| format!("{theme} preview: {fault}")));
        browser.press("?").await;
        browser.wait("dialog[open]").await;
        let faults = browser.faults(theme == "dark").await;
        found.extend(faults.into_iter().map(|fault| format!("{theme} keys: {fault}")));
    }
}
