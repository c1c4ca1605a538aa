//! Which pages the console has, out of its own table of them, so that no test that walks all of them forgets one.

#![allow(dead_code)]

/// The console's table of pages.
const TABLE: &str = include_str!("../../../console/src/page/mod.rs");

/// Pages that can be opened, as the table writes them; the first page stands elsewhere.
pub fn all() -> Vec<&'static str> {
    let lines = TABLE.lines().filter_map(|line| line.trim().strip_prefix(".route(\""));
    let routes = lines.filter_map(|line| line.split_once('"'));
    let opened = routes.filter(|(path, how)| how.contains("get(") && !path.contains("{*"));
    std::iter::once("/").chain(opened.map(|(path, _)| path)).collect()
}

/// Pages that none of these addresses opens.
pub fn not_opened(addresses: &[String]) -> Vec<&'static str> {
    let mut pages = all();
    pages.retain(|page| !addresses.iter().any(|address| opens(page, address)));
    pages
}

/// Whether an address opens a page. Of two that could, the one without a part that is given is opened.
fn opens(page: &str, address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    if page != path && all().contains(&path) {
        return false;
    }
    let (mut wanted, mut given) = (page.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}
