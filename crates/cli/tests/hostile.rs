//! Hostile text in every field that a page shows: as much of it as the doors take, and no page runs it,
//! turns its direction or hides it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod browser;
mod sector;

use std::time::{Duration, Instant};

use browser::{Browser, pages};
use sector::{Organisation, Sector, agent, now};
use serde_json::{Value, json};
use wardwatch_model::Timestamp;

const PASSWORD: &str = "correct horse battery";
/// Markup that would act, ends of attributes, a text turned round, a nought.
const EVIL: &str = "\"'><img class=zz-evil src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>\
                    \u{202e}gpj.exe\u{2066}";
/// What it must not be in a page's source.
const ACTS: [&str; 5] = ["<img class=zz-evil", "<script>window", "\u{202e}", "\u{2066}", "\0"];
/// A rule with such a title, and such an explanation.
const RULES: &str = r#"title: "\"'><img class=zz-evil src=x onerror='window.pwned=1'> deleted"
id: evil
level: critical
description: "<script>window.pwned=1</script>"
author: "<img class=zz-evil src=x>"
references: ["javascript:window.pwned=1"]
tags: [attack.t1490, attack.impact]
falsepositives: ["<img class=zz-evil src=x>"]
logsource: {product: windows}
detection: {s: {Image|endswith: tool.exe}, condition: s}
"#;

/// What the API is offered: it is taken, or refused in words.
fn offer(sector: &Sector, method: &str, path: &str, body: &Value) -> Option<Value> {
    let address = format!("{}{path}", sector.address());
    let agent = agent();
    let request = if method == "PUT" { agent.put(address) } else { agent.post(address) };
    let mut answer = request
        .header("authorization", format!("Bearer {}", sector.administrator))
        .header("content-type", "application/json")
        .send(body.to_string())
        .unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    let status = answer.status().as_u16();
    let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    assert!(status < 500, "{path}: {status} {text}");
    assert!(status < 400 || answer["detail"].is_string(), "{path}: {status} {text}");
    (status < 300).then_some(answer)
}

/// The same text, a longer one and one with a nought in it: one of them must be taken.
fn fill(sector: &Sector, method: &str, path: &str, body: impl Fn(&str) -> Value) -> Value {
    let long = format!("{EVIL}{}", "A".repeat(10_000));
    offer(sector, method, path, &body(&format!("a\0{EVIL}")));
    let taken = offer(sector, method, path, &body(&long));
    taken.or_else(|| offer(sector, method, path, &body(EVIL))).unwrap_or_else(|| {
        panic!("{path}: nothing was taken");
    })
}

fn attack(sector: &Sector, organisation: &Organisation, device: &str) {
    let time = Timestamp { micros: now() * 1_000_000 };
    let long = format!("{EVIL}\0{}", "A".repeat(10_000));
    let event = json!({
        "EventTime": time.to_string(), "Computer": device, "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational", "Provider_Name": EVIL,
        "Image": format!("C:\\{EVIL}\\tool.exe"), "CommandLine": long, "User": EVIL,
        "ParentImage": EVIL, "ParentCommandLine": long, "Hashes": format!("SHA256={EVIL}"),
        "TargetFilename": EVIL, "QueryName": EVIL, "SourceIp": EVIL, EVIL: EVIL,
    });
    let answer = sector.bulk(&organisation.sender, &format!("{{\"create\":{{}}}}\n{event}\n"));
    assert_eq!(answer["errors"], false, "{answer}");
}

/// A sector in which whatever has a name has an evil one; what pages of it an analyst sees.
fn evil_sector() -> (Sector, Vec<String>) {
    let sector = Sector::new(RULES);
    let administrator = sector.administrator.clone();
    for (name, org, role) in [
        ("ana", "ZZ1", "analyst"),
        ("dee", "ZZ1", "detection_engineer"),
        ("root", "ZZ0", "administrator"),
    ] {
        let person = json!({ "name": name, "org": org, "role": role, "password": PASSWORD });
        sector.post("/api/v1/people", &administrator, &person);
    }
    let login = json!({ "name": "ana", "password": PASSWORD, "bearer": true });
    let ana = sector.post("/api/v1/session", "", &login);
    let ana = ana["secret"].as_str().unwrap();
    fill(
        &sector,
        "POST",
        "/api/v1/people",
        |text| json!({ "name": text, "org": "ZZ1", "role": "analyst", "password": PASSWORD }),
    );
    fill(
        &sector,
        "POST",
        "/api/v1/organisations/import",
        |text| json!([{ "code": "ZZ3", "parent": "ZZ1", "name": text, "kind": "site" }]),
    );
    fill(
        &sector,
        "POST",
        "/api/v1/services/import",
        |text| json!([{ "org": "ZZ1", "code": "imaging", "name": text }]),
    );
    fill(&sector, "POST", "/api/v1/senders", |text| json!({ "name": text, "org": "ZZ1" }));
    fill(
        &sector,
        "POST",
        "/api/v1/tokens",
        |text| json!({ "name": text, "org": "ZZ1", "role": "analyst" }),
    );
    attack(&sector, &sector.one, "PC-1");
    attack(&sector, &sector.one, EVIL);
    attack(&sector, &sector.two, "PC-2");
    let report = format!(
        "Host Name:                 PC-1\nOS Name:                   Microsoft Windows XP \
         Professional\nOS Version:                5.1.2600 Service Pack 3 Build 2600\n\
         OS Manufacturer:           {EVIL}\nRegistered Owner:          {EVIL}\n\
         System Model:              {EVIL}\nSystem type:               X86-based PC\n\
         Hotfix(s):                 1 Hotfix(s) Installed.\n                           [01]: {EVIL}\n"
    );
    let sent = agent()
        .post(format!("{}/api/v1/inventories?device=PC-1", sector.address()))
        .header("authorization", format!("Bearer {}", sector.one.sender))
        .header("content-type", "text/plain")
        .send(report.as_bytes())
        .unwrap();
    assert!(sent.status().is_success(), "{}", sent.status());
    let placing = "/api/v1/devices/ZZ1/PC-1/placing";
    fill(
        &sector,
        "PUT",
        placing,
        |text| json!({ "what": text, "supplier": text, "jump_host": text }),
    );
    fill(&sector, "POST", "/api/v1/flows", |text| {
        let flow = json!({ "device": "PC-1", "peer": text, "port": 104, "inward": true });
        json!({ "org": "ZZ1", "from": "2026-03-01", "through": "2026-03-02", "flows": [flow] })
    });
    let alert = fill(
        &sector,
        "POST",
        "/api/v1/alerts",
        |text| json!({ "org": "ZZ1", "title": text, "text": text, "cves": ["CVE-2017-0144"] }),
    );
    fill(
        &sector,
        "POST",
        "/api/v1/suppressions",
        |text| json!({ "org": "ZZ1", "entity": { "kind": "user", "value": "nobody" }, "reason": text }),
    );
    fill(
        &sector,
        "POST",
        "/api/v1/saved-hunts",
        |text| json!({ "org": "ZZ1", "name": text, "sql": "SELECT device FROM events" }),
    );
    let hunt = sector.post(
        "/api/v1/hunts",
        ana,
        &json!({
            "sql": format!("SELECT user, command_line, body, '{}' AS x FROM events", EVIL.replace('\'', "''")),
            "from": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z", "wait": true,
        }),
    );
    let ring = json!([{ "org": "ZZ1", "name": EVIL, "phone": EVIL, "about": EVIL, "mail": EVIL }]);
    let named = offer(&sector, "POST", "/api/v1/contacts/import", &ring);
    assert!(named.is_none_or(|told| told["problems"] != json!([])), "a number is no markup");
    let ring = json!([{ "org": "ZZ1", "name": EVIL, "phone": "0113 496 0000", "about": EVIL }]);
    let named = offer(&sector, "POST", "/api/v1/contacts/import", &ring).unwrap();
    assert_eq!(named["problems"], json!([]));
    // One incident: the same user, as it were.
    let incidents = wait_for(&sector, "incidents?org=ZZ1", 1);
    for incident in &incidents {
        let path = format!("/api/v1/incidents/{incident}/note");
        fill(&sector, "POST", &path, |text| json!({ "text": text }));
    }
    let mut pages: Vec<String> = [
        "/",
        "/incidents",
        "/campaigns",
        "/organisations",
        "/organisations/ZZ1",
        "/organisations/ZZ3",
        "/devices",
        "/devices/ZZ1/PC-1",
        "/devices/ZZ1/PC-1?all=true",
        "/exposure",
        "/exposure/CVE-2017-0144",
        "/alerts",
        "/lifecycle",
        "/plans",
        "/plans/ZZ1/PC-1",
        "/hunt",
        "/rules",
        "/rules/evil",
        "/decisions",
        "/intelligence",
        "/reports",
        "/settings",
        "/settings/password",
        "/settings/authenticator",
        "/care",
        "/care/help",
    ]
    .map(str::to_owned)
    .to_vec();
    let typed: String = url::form_urlencoded::byte_serialize(EVIL.as_bytes()).collect();
    pages.extend(["/find?q=", "/devices?name=", "/hunt?sql="].map(|to| format!("{to}{typed}")));
    let device: String = typed.replace('+', "%20");
    pages.push(format!("/devices/ZZ1/{device}"));
    pages.push(format!("/hunt/{}", hunt["id"].as_str().unwrap()));
    let alert = alert["id"].as_str().unwrap();
    pages.extend(["", "/devices"].map(|tail| format!("/alerts/{alert}{tail}")));
    for tab in ["story", "processes", "alerts", "devices", "evidence", "notes"] {
        pages.extend(incidents.iter().map(|incident| format!("/incidents/{incident}?tab={tab}")));
    }
    (sector, pages)
}

/// Waits until there are so many; their identities.
fn wait_for(sector: &Sector, what: &str, count: usize) -> Vec<String> {
    let started = Instant::now();
    loop {
        let found = sector.get(&format!("/api/v1/{what}"), &sector.administrator);
        let ids = found["items"].as_array().unwrap().iter();
        let ids: Vec<String> = ids.map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        if ids.len() >= count {
            return ids;
        }
        assert!(started.elapsed() < browser::PATIENCE, "{found:#}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A rule that is tried, and a list of indicators of which not all can be taken: pages of who writes rules.
fn of_engineers(sector: &Sector) -> Vec<String> {
    let login = json!({ "name": "dee", "password": PASSWORD, "bearer": true });
    let dee = sector.post("/api/v1/session", "", &login);
    let dee = dee["secret"].as_str().unwrap();
    let trial = sector.post("/api/v1/rules/backtests", dee, &json!({ "rule": RULES }));
    let trial = trial["id"].as_str().unwrap();
    let path = format!("/api/v1/rules/backtests/{trial}");
    let started = Instant::now();
    let done = loop {
        let told = sector.get(&path, dee);
        if told["state"] != "running" {
            break told;
        }
        assert!(started.elapsed() < browser::PATIENCE, "{told:#}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(done["hits"].as_u64() > Some(0), "{done:#}");
    let named: String = url::form_urlencoded::byte_serialize(EVIL.as_bytes()).collect();
    let mut answer = agent()
        .post(format!("{}/api/v1/indicator-lists?org=ZZ1&name={named}", sector.address()))
        .header("authorization", format!("Bearer {dee}"))
        .header("content-type", "application/octet-stream")
        .send(format!("c2.zz-evil.net\n{EVIL}\n").as_bytes())
        .unwrap();
    let loaded: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(loaded["list"]["problems"], 1, "{loaded:#}");
    vec![
        "/rules".to_owned(),
        "/rules/evil".to_owned(),
        format!("/backtests/{trial}"),
        "/intelligence".to_owned(),
        format!("/intelligence/{}", loaded["list"]["id"].as_str().unwrap()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_runs_turns_or_hides_what_attackers_wrote() {
    if !browser::is_here() {
        return;
    }
    let (sector, of_analysts) = evil_sector();
    let campaign = wait_for(&sector, "campaigns?limit=9", 1).remove(0);
    let of_administrators = [
        "/settings",
        "/settings/people",
        "/organisations/ZZ1",
        "/devices/ZZ1/PC-1",
        "/plans/ZZ1/PC-1",
        "/campaigns",
        &format!("/campaigns/{campaign}"),
    ];
    let walks = [
        ("dee", of_engineers(&sector)),
        ("ana", of_analysts),
        ("root", of_administrators.map(str::to_owned).to_vec()),
    ];
    let mut opened: Vec<String> = walks.iter().flat_map(|(_, pages)| pages.clone()).collect();
    // The login page shows nothing that anybody wrote.
    opened.push("/login".to_owned());
    assert_eq!(pages::not_opened(&opened), [""; 0], "pages that nobody looks at");

    let browser = Browser::open(sector.address()).await;
    let (mut faults, mut seen) = (Vec::new(), 0);
    for (name, pages) in walks {
        browser.log_in(name, PASSWORD).await;
        for page in pages {
            seen += walk(&browser, &page, &mut faults).await;
        }
        if name == "ana" {
            seen += preview(&browser, &mut faults).await;
        }
        browser.leave().await;
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(seen > 20, "the text is shown, with its turning made visible: {seen} times");
}

/// The same of an incident that is shown beside the list.
async fn preview(browser: &Browser, faults: &mut Vec<String>) -> usize {
    browser.go("/incidents").await;
    browser.press("j").await;
    browser.press(" ").await;
    browser.wait("#preview h2").await;
    look(browser, "the preview", faults).await
}

/// Looks at one page; how often it shows what would turn its text round.
async fn walk(browser: &Browser, page: &str, faults: &mut Vec<String>) -> usize {
    browser.go(page).await;
    look(browser, page, faults).await
}

/// Looks at the page that is open.
async fn look(browser: &Browser, page: &str, faults: &mut Vec<String>) -> usize {
    let ran = browser.client.execute("return window.pwned ?? null", vec![]).await.unwrap();
    let made =
        "return document.querySelectorAll('.zz-evil, [onerror], a[href^=javascript]').length";
    let made = browser.client.execute(made, vec![]).await.unwrap();
    let complaints = browser.complaints().await;
    if ran != Value::Null || made != json!(0) || !complaints.is_empty() {
        faults.push(format!("{page}: ran {ran}, made {made}, {complaints:?}"));
    }
    // What stands in a field is what somebody typed, or sends back as it came.
    let source =
        "for (const one of document.querySelectorAll('[value]')) one.removeAttribute('value');
        return document.documentElement.outerHTML.replace(/<textarea[^>]*>[^<]*/g, '')";
    let source = browser.client.execute(source, vec![]).await.unwrap();
    let source = source.as_str().unwrap();
    for act in ACTS.iter().filter(|act| source.contains(**act)) {
        let at = source.find(*act).unwrap_or(0);
        let near: String = source[..at].chars().rev().take(80).collect();
        faults.push(format!("{page}: {act:?} behind {}", near.chars().rev().collect::<String>()));
    }
    source.matches("U+202E").count()
}
