//! One operation of the document: a method on a path, who may, what goes in, what comes out.

use serde_json::{Map, Value, json};

use super::schema::{self, reference};
use crate::access::Access;
use crate::page::{MAX_PAGE, PAGE};

/// A method on a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The method, in small letters.
    pub method: &'static str,
    /// The path, with `{id}` where an identifier stands.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    id: &'static str,
    summary: &'static str,
    query: Vec<Value>,
    bodies: Map<String, Value>,
    answers: Map<String, Value>,
    more_problems: Vec<u16>,
}

impl Operation {
    /// An operation without query, body or answers yet. `id` is its name in generated clients.
    pub fn new(
        method: &'static str,
        path: &'static str,
        access: Access,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        Operation {
            method,
            path,
            access,
            id,
            summary,
            query: Vec::new(),
            bodies: Map::new(),
            answers: Map::new(),
            more_problems: Vec::new(),
        }
    }

    /// With a parameter of the query that may be left out.
    pub fn query(mut self, name: &str, schema: Value, about: &str) -> Self {
        self.query.push(json!({
            "name": name, "in": "query", "required": false, "schema": schema, "description": about,
        }));
        self
    }

    /// With a parameter of the query that must be there.
    pub fn needed_query(mut self, name: &str, schema: Value, about: &str) -> Self {
        self.query.push(json!({
            "name": name, "in": "query", "required": true, "schema": schema, "description": about,
        }));
        self
    }

    /// With the two parameters of every list that comes in pages.
    pub fn paged(self) -> Self {
        let limit =
            json!({ "type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": PAGE });
        self.query("after", schema::text(), "Where the page starts: `next` of the page before.")
            .query("limit", limit, "How many items a page has.")
    }

    /// With a JSON body of a named schema.
    pub fn body(self, name: &str) -> Self {
        self.body_of("application/json", reference(name))
    }

    /// With a body of a media type.
    pub fn body_of(mut self, media: &str, schema: Value) -> Self {
        self.bodies.insert(media.to_owned(), json!({ "schema": schema }));
        self
    }

    /// Answering success with JSON of a named schema.
    pub fn gives(self, status: u16, name: &str, about: &str) -> Self {
        self.gives_of(status, "application/json", reference(name), about)
    }

    /// Answering success with a media type.
    pub fn gives_of(mut self, status: u16, media: &str, schema: Value, about: &str) -> Self {
        let answer = json!({ "description": about, "content": { media: { "schema": schema } } });
        self.answers.insert(status.to_string(), answer);
        self
    }

    /// Answering success with nothing.
    pub fn gives_nothing(mut self, about: &str) -> Self {
        self.answers.insert("204".to_owned(), json!({ "description": about }));
        self
    }

    /// Answering with a problem too that does not follow from what it is, such as 404 where the
    /// query or body names an organisation.
    pub fn or_problem(mut self, status: u16) -> Self {
        self.more_problems.push(status);
        self
    }

    /// As the document has it: with the problems that follow from what it is.
    pub fn to_json(&self) -> Value {
        let mut answers = self.answers.clone();
        for status in self.problems() {
            answers
                .entry(status.to_string())
                .or_insert_with(|| json!({ "$ref": "#/components/responses/Problem" }));
        }
        let in_path: Vec<Value> = self.path_names().map(in_path).collect();
        let parameters: Vec<&Value> = in_path.iter().chain(&self.query).collect();
        let mut operation = json!({
            "operationId": self.id,
            "summary": self.summary,
            "tags": [self.id.split('_').next()],
            "x-access": self.access.word(),
            "parameters": parameters,
            "responses": answers,
        });
        if !self.bodies.is_empty() {
            operation["requestBody"] = json!({ "required": true, "content": self.bodies });
        }
        if self.access == Access::Open {
            operation["security"] = json!([]);
        }
        operation
    }

    /// Names between braces in the path.
    fn path_names(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    fn problems(&self) -> Vec<u16> {
        let mut problems = self.more_problems.clone();
        if self.access != Access::Open {
            problems.extend([401, 403]);
        }
        if !self.query.is_empty() || !self.bodies.is_empty() {
            problems.push(400);
        }
        if !self.bodies.is_empty() {
            problems.extend([413, 415, 422]);
        }
        if self.path_names().next().is_some() {
            problems.push(404);
        }
        if self.path.starts_with("/api/") {
            problems.extend([429, 503]);
        }
        problems
    }
}

fn in_path(name: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema::text() })
}
