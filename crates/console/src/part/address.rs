//! Addresses: a path with a query, where every state of a page stands.

use std::fmt::Display;

/// An address that is put together.
#[derive(Debug, Clone)]
pub struct Address {
    path: String,
    query: Vec<(String, String)>,
}

impl Address {
    /// Of a path.
    pub fn of(path: impl Into<String>) -> Self {
        Address { path: path.into(), query: Vec::new() }
    }

    /// With a value.
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// With a value if there is one that is not empty.
    pub fn maybe(self, name: &str, value: Option<impl Display>) -> Self {
        match value.map(|value| value.to_string()).filter(|value| !value.is_empty()) {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// What a word has as its value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(word, _)| word == name).map(|(_, value)| value.as_str())
    }

    /// With another value of a word, or without the word.
    #[must_use]
    pub fn set(mut self, name: &str, value: Option<&str>) -> Self {
        self.query.retain(|(word, _)| word != name);
        self.maybe(name, value)
    }

    /// Its words and their values.
    pub fn words(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query.iter().map(|(word, value)| (word.as_str(), value.as_str()))
    }

    /// As text.
    pub fn text(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query);
        format!("{}?{}", self.path, query.finish())
    }
}

/// A text as one part of a path.
pub fn part(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    // A lone dot or two would be taken for a step up.
    if out.bytes().all(|byte| byte == b'.') { out.replace('.', "%2E") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_address_cannot_leave_its_place() {
        assert_eq!(part("PC 1/../x?y#z"), "PC%201%2F..%2Fx%3Fy%23z");
        assert_eq!(part(".."), "%2E%2E");
        let address =
            Address::of("/incidents").with("org", "ZZ1&state=closed").maybe("x", None::<&str>);
        assert_eq!(address.text(), "/incidents?org=ZZ1%26state%3Dclosed");
    }
}
