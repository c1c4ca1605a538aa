//! Numbers of pages held to the lists that they lead to, and lists of pages to the API and the command
//! line.

use std::time::Duration;

use serde_json::Value;

use super::Demo;
use crate::sector::agent;

/// Looks at one page until its numbers and its lists agree: the demonstration goes on meanwhile.
const LOOKS: usize = 5;

/// Every number that leads to a list, with its address.
fn counts(page: &str) -> Vec<(u64, String)> {
    let link = |part: &str| {
        let (to, rest) = part.split_once('"')?;
        let inside = rest.split_once('>')?.1.split_once("</a>")?.0;
        let text = inside.replace("<b>", "").replace(',', "");
        let digits: String = text
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        Some((digits.parse().ok()?, to.replace("&amp;", "&")))
    };
    page.split("<a class=\"count\" href=\"").skip(1).filter_map(link).collect()
}

/// What the API answers to the same question as a page of the console; none where the list is a page's.
fn api_path(page: &str) -> Option<String> {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let path = match path.strip_prefix("/exposure/") {
        Some(cve) => format!("/api/v1/exposures/{cve}/devices"),
        None => format!("/api/v1{path}"),
    };
    let listed = path.ends_with("/incidents") || path.ends_with("/devices");
    listed.then(|| format!("{path}?{query}"))
}

impl Demo {
    /// A page's text.
    pub fn page(&self, session: &str, path: &str) -> String {
        let mut answer = agent()
            .get(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {session}"))
            .call()
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.body_mut().with_config().limit(64 << 20).read_to_string().unwrap()
    }

    /// How long a list is, through all of its pages.
    fn length(&self, session: &str, path: &str) -> u64 {
        let (mut length, mut after) = (0, String::new());
        loop {
            let page = self.get(session, &format!("{path}&limit=500{after}"));
            length += page["items"].as_array().unwrap().len() as u64;
            match page["next"].as_str() {
                None => return length,
                Some(next) => after = format!("&after={}", next.replace('+', "%2B")),
            }
        }
    }

    /// The numbers of a page that are not the length of their list; how many were looked at.
    fn wrong(&self, session: &str, page: &str) -> (Vec<String>, usize) {
        let text = self.page(session, page);
        let (mut wrong, mut looked_at) = (Vec::new(), 0);
        for (number, to) in counts(&text) {
            let length = match (api_path(&to), to.starts_with("/organisations?show=")) {
                (Some(path), _) => self.length(session, &path),
                (None, true) => {
                    let list = self.page(session, &to);
                    let shown = list.split("<p class=\"cover\">").nth(1).unwrap();
                    shown.split(' ').next().unwrap().replace(',', "").parse().unwrap()
                }
                (None, false) => continue,
            };
            looked_at += 1;
            if length != number {
                wrong.push(format!("{page}: {number}, but {to} has {length}"));
            }
        }
        (wrong, looked_at)
    }

    /// Holds every number of these pages to its list, and says how many there were.
    pub fn numbers_lead_to_lists(&self, session: &str, pages: &[String]) -> usize {
        let mut all = 0;
        for page in pages {
            let mut look = 1;
            loop {
                let (wrong, looked_at) = self.wrong(session, page);
                if wrong.is_empty() {
                    all += looked_at;
                    break;
                }
                assert!(look < LOOKS, "{wrong:#?}");
                look += 1;
                std::thread::sleep(Duration::from_secs(1));
            }
        }
        all
    }

    /// Holds rows of a page, of the API and of the command line to each other, in their order.
    pub fn same_rows(
        &self,
        session: &str,
        (page, api): (&str, &str),
        words: &[&str],
        key: impl Fn(&Value) -> String,
    ) {
        for look in 1.. {
            let rows = |list: &Value| -> Vec<String> {
                let items = list.get("items").unwrap_or(list);
                items.as_array().unwrap().iter().map(&key).collect()
            };
            let of_api = rows(&self.get(session, api));
            let of_page: Vec<String> = self
                .page(session, page)
                .split("<tr data-row=\"")
                .skip(1)
                .map(|row| row.split('"').next().unwrap().to_owned())
                .take(of_api.len())
                .collect();
            let said = self.said(session, words);
            let of_line = rows(&serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}")));
            let same = of_page == of_api && of_line == of_api && !of_api.is_empty();
            if same {
                return;
            }
            assert!(look < LOOKS, "{page}: {of_page:?}, {of_api:?}, {words:?}: {of_line:?}");
            std::thread::sleep(Duration::from_secs(1));
        }
    }

    /// What the command line says with a session.
    fn said(&self, session: &str, words: &[&str]) -> String {
        let output = crate::sector::ward()
            .args(words)
            .env("WARD_SERVER", &self.address)
            .env("WARD_TOKEN", session)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}
