//! The console in a real browser, on the living demonstration: people's first tasks with their clicks
//! counted, keys alone, live lists.

#![allow(clippy::unwrap_used, clippy::panic)]

mod browser;
mod demonstration;
mod sector;

use browser::Browser;
use demonstration::Demo;
use fantoccini::Locator;
use serde_json::{Value, json};

fn first(demo: &Demo, session: &str, path: &str) -> String {
    let answer = demo.get(session, path);
    let list = if answer["items"].is_array() { &answer["items"] } else { &answer };
    list[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_do_their_first_tasks_in_few_clicks_and_with_keys_alone() {
    if !browser::is_here() {
        return;
    }
    let demo = Demo::start("60");
    demo.wait_for("all of the story has happened");
    let session = demo.session("ana");
    let browser = Browser::open(&demo.address).await;

    same_numbers(&demo, &session);
    few_clicks(&browser, &demo).await;
    keys_alone(&browser).await;
    live(&browser, &demo).await;
}

/// A number says the same on a page, by the API and by the command line, and leads to its list.
fn same_numbers(demo: &Demo, session: &str) {
    let alert = first(demo, session, "/api/v1/alerts");
    let mut pages: Vec<String> =
        ["/", "/organisations", "/organisations?show=risk", "/organisations/ZZT001"]
            .map(str::to_owned)
            .to_vec();
    pages.extend(
        ["/exposure", "/exposure?org=ZZT001", "/exposure/CVE-2017-0144"].map(str::to_owned),
    );
    pages.extend(["/alerts".to_owned(), format!("/alerts/{alert}")]);
    let held = demo.numbers_lead_to_lists(session, &pages);
    assert!(held > 250, "{held} numbers lead to a list");
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    for (page, api, words, names) in [
        (
            "/incidents?state=open&level=medium",
            "/api/v1/incidents?state=open&level=medium",
            &["incident", "list", "--state", "open", "--level", "medium"][..],
            &["id"][..],
        ),
        ("/campaigns", "/api/v1/campaigns", &["campaign", "list"], &["id"]),
        (
            "/devices?org=ZZT001&care_class=passive",
            "/api/v1/devices?org=ZZT001&care_class=passive",
            &["device", "list", "--org", "ZZT001", "--care-class", "passive"],
            &["org", "name"],
        ),
        (
            "/exposure?org=ZZT001&exploited=true",
            "/api/v1/exposures?org=ZZT001&exploited=true",
            &["exposure", "list", "--org", "ZZT001", "--exploited"],
            &["cve"],
        ),
        (
            "/plans?org=ZZT001",
            "/api/v1/plans?org=ZZT001",
            &["plan", "list", "--org", "ZZT001"],
            &["org", "device"],
        ),
        (
            "/incidents?state=open&not_org=ZZT001",
            "/api/v1/incidents?state=open&not_org=ZZT001",
            &["incident", "list", "--state", "open", "--not-org", "ZZT001"],
            &["id"],
        ),
        (
            "/devices?org=ZZT001&care_class=critical&not_service=radiology",
            "/api/v1/devices?org=ZZT001&care_class=critical&not_service=radiology",
            &[
                "device",
                "list",
                "--org",
                "ZZT001",
                "--care-class",
                "critical",
                "--not-service",
                "radiology",
            ],
            &["org", "name"],
        ),
        (
            "/decisions?org=ZZT001&months=0&not_care_class=normal",
            "/api/v1/decisions?org=ZZT001&months=0&not_care_class=normal",
            &["decision", "list", "--org", "ZZT001", "--months", "0", "--not-care-class", "normal"],
            &["org", "device"],
        ),
    ] {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let key =
            |row: &Value| names.iter().map(|name| text(row, name)).collect::<Vec<_>>().join("/");
        demo.same_rows(session, (page, api), &words, key);
    }
}

/// What people come for, from their first page, in no more clicks than asked of us.
async fn few_clicks(browser: &Browser, demo: &Demo) {
    browser.log_in("ana", &demo.password).await;
    browser.home().await;
    browser.click("[data-live] tbody tr td a").await;
    browser.click("[data-key=a]").await;
    browser.wait_for_text("main", "ana works on it").await;
    browser.within_clicks(2, "the analyst takes the most urgent incident");

    browser.home().await;
    browser.click(".around a[href='/campaigns']").await;
    browser.click("tbody tr td a").await;
    browser.wait_for_text("h1 + p", "out of support").await;
    browser.wait_for_text("#growth", "How it grew").await;
    browser
        .within_clicks(2, "the analyst sees a campaign, its growth and its share of old devices");

    // From the queue the campaign is one click away, with whom to call first.
    browser.home().await;
    browser.click("[data-live] a[href^='/campaigns/']").await;
    browser.wait_for_text("#whom", "Whom it hit, in order of time").await;
    browser.wait("main a[href^='tel:']").await;
    browser.within_clicks(1, "the analyst sees which organisations to call, with numbers");

    browser.home().await;
    browser.click(".around a[href='/hunt']").await;
    browser.clear("#sql").await;
    browser.fill("#sql", "SELECT org, device FROM events WHERE image LIKE '%mssecsvc.exe'").await;
    browser.click("form[action='/hunt'] button").await;
    browser.wait("main .result tbody tr").await;
    browser.wait_for_text("main", "events read").await;
    browser
        .within_clicks(2, "the analyst hunts a program in all organisations, and sees of how much");

    browser.change_to("dee", &demo.password).await;
    browser.home().await;
    browser.click(".around a[href='/rules']").await;
    browser.click("main a[href^='/rules/']").await;
    browser.wait_for_text("main", "Where it found something").await;
    browser.within_clicks(2, "the detection engineer sees where a rule is loud");
    browser.click("form[action$='/try'] button").await;
    browser.wait_for_text("h1", "What it would have found").await;
    browser.within_clicks(3, "the detection engineer tries a rule on a week of stored events");

    browser.change_to("ian", &demo.password).await;
    browser.home().await;
    browser.click(".around a[href='/reports']").await;
    browser.wait("main a[href^='/api/v1/evidence'][download]").await;
    browser.within_clicks(1, "the IT manager has the evidence pack before her");

    browser.home().await;
    browser.click(".around a[href='/alerts']").await;
    browser.click("td[data-name='Open devices'] a").await;
    browser.wait_for_text("h1", "Devices behind the answers").await;
    assert!(browser.text("tbody tr").await.contains("ZZ"), "devices are listed");
    browser.within_clicks(2, "the IT manager sees which devices are open to an alert");

    browser.home().await;
    browser.click(".around a[href='/alerts']").await;
    browser.click("tbody td.wide-text a").await;
    browser.click("form[action$='/acknowledge'] button").await;
    browser.wait_for_text("td[data-name=Acknowledged]", "ian").await;
    browser.click("td details summary").await;
    browser.click("form[action$='/sign'] button").await;
    browser.wait_for_text("td[data-name=Signed]", "ian").await;
    browser.within_clicks(5, "the IT manager acknowledges and signs what devices filled in");

    browser.home().await;
    browser.click(".around a[href='/lifecycle']").await;
    browser.wait_for_text("main", "What leaves, the soonest first").await;
    browser.within_clicks(1, "the IT manager sees what leaves support");

    browser.change_to("cleo", &demo.password).await;
    browser.home().await;
    browser.click(".around a[href='/plans']").await;
    browser.click("main td a[href^='/plans/']").await;
    browser.wait_for_text("h1", "Protection plan of").await;
    assert!(browser.text("pre.plan").await.contains("PROTECTION PLAN"));
    browser.within_clicks(2, "the clinical engineer opens a device's protection plan");

    browser.change_to("bo", &demo.password).await;
    browser.home().await;
    browser.click(".around a[href='/reports']").await;
    browser.wait_for_text("h1", "Board report").await;
    browser.wait_for_text("main", "How do we stand?").await;
    browser.wait_for_text("main", "wait for a decision").await;
    browser.within_clicks(1, "the board member has the page to read aloud");

    browser.change_to("cath", &demo.password).await;
    browser.home().await;
    browser.wait_for_text("main.care h1", "").await;
    assert_eq!(browser.client.find_all(Locator::Css(".around a")).await.unwrap().len(), 3);
    browser.within_clicks(0, "the owner of a care home sees whether she is fine");
    browser.click("main a[href='/reports']").await;
    browser.wait_for_text("h1", "How our computers stand").await;
    browser.within_clicks(1, "the owner of a care home has a page to print for an inspection");
    browser.home().await;
    browser.click("main a[href='/care/help']").await;
    browser.wait("main a[href^='tel:']").await;
    browser.within_clicks(1, "the owner of a care home sees whom to ring");
    browser.change_to("ana", &demo.password).await;
}

/// Without a mouse: down the list, into an incident, given back; and letters in fields are letters.
async fn keys_alone(browser: &Browser) {
    browser.go("/incidents?state=open").await;
    browser.press("j").await;
    browser.wait("tr.here").await;
    browser.press("j").await;
    browser.press("k").await;
    browser.press("\u{E007}").await;
    browser.wait("[data-key]").await;
    assert!(browser.path().await.starts_with("/incidents/"));
    let taken = browser.text("main").await.contains("ana works on it");
    browser.press(if taken { "e" } else { "a" }).await;
    let then = if taken { "nobody works on it" } else { "ana works on it" };
    browser.wait_for_text("main", then).await;
    browser.press("gl").await;
    browser.wait_for_text("h1", "Lifecycle").await;
    browser.press("/").await;
    browser.press("gi?").await;
    assert_eq!(browser.path().await, "/lifecycle");
}

/// A new incident waits behind a button and moves nothing.
async fn live(browser: &Browser, demo: &Demo) {
    browser.go("/incidents?state=open").await;
    browser.wait_for_text("#connection", "Live").await;
    let before = browser.text("[data-live] tbody").await;
    let administrator = demo.administrator();
    let sender = json!({ "name": "one more", "org": "ZZP00001" });
    let made: Value = demo.post(&administrator, "/api/v1/senders", &sender);
    let now = wardwatch_model::Timestamp { micros: sector::now() * 1_000_000 };
    let event = json!({
        "EventTime": now.to_string(), "Hostname": "ZZP00001-PC-1", "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Image": "C:\\Windows\\System32\\vssadmin.exe",
        "CommandLine": "vssadmin delete shadows /all /quiet <img src=x onerror=alert(1)>",
        "ParentImage": "C:\\Windows\\System32\\cmd.exe", "User": "ZZP00001\\\u{202E}eve",
    });
    let token = made["secret"].as_str().unwrap();
    demo.bulk(token, &format!("{{\"create\":{{}}}}\n{event}\n"));
    browser.wait_for_text("#waiting", "new row").await;
    assert_eq!(browser.text("[data-live] tbody").await, before, "nothing moved");
    browser.click("#waiting button").await;
    browser.wait("[data-live] tbody tr:nth-child(3)").await;
    // What the attacker wrote is text.
    browser.click("a[href*='/organisations/ZZP00001']").await;
    browser.click("[data-live] tr td a, main tbody tr td.wide-text a").await;
    browser.wait("[data-key=a]").await;
    assert!(browser.text("main").await.contains("<img src=x onerror=alert(1)>"));
}
