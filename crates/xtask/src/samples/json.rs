//! Writes one JSON object on a line, its members in the order they were given.
//!
//! The order matters: shippers do not sort, so neither do the samples.

use serde_json::Value;

/// An object in the making.
#[derive(Default)]
pub struct Object(String);

impl Object {
    /// An empty object.
    pub fn new() -> Self {
        Object::default()
    }

    /// Adds a member with text.
    pub fn text(self, name: &str, text: impl AsRef<str>) -> Self {
        self.member(name, &Value::from(text.as_ref()).to_string())
    }

    /// Adds a member with a whole number.
    pub fn number(self, name: &str, number: u64) -> Self {
        self.member(name, &number.to_string())
    }

    /// Adds a member that is true or false.
    pub fn truth(self, name: &str, truth: bool) -> Self {
        self.member(name, &truth.to_string())
    }

    /// Adds a member that is already JSON.
    pub fn member(mut self, name: &str, json: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&Value::from(name).to_string());
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    /// Adds an object.
    pub fn object(self, name: &str, object: Object) -> Self {
        self.member(name, &object.finish())
    }

    /// The object as text.
    pub fn finish(self) -> String {
        format!("{{{}}}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_text_is_escaped() {
        let inner = Object::new().truth("yes", true);
        let json =
            Object::new().text("b", "C:\\x \"y\"").number("a", 3).object("o", inner).finish();
        assert_eq!(json, r#"{"b":"C:\\x \"y\"","a":3,"o":{"yes":true}}"#);
        assert_eq!(Object::new().finish(), "{}");
    }
}
