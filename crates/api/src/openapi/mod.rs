//! The OpenAPI 3.1 document, written down by hand, one file a noun.
//!
//! Out: the document as JSON, the same on every call. Types of `model` derive nothing for it, so
//! that the nouns stay free of it; a test holds each schema to what serde really writes.

mod alert;
mod audit;
mod campaign;
mod contact;
mod decision;
mod detection;
mod device;
mod evidence;
mod exposure;
mod hunt;
mod incident;
mod indicator;
mod lifecycle;
mod live;
mod operation;
mod organisation;
mod overview;
mod person;
mod plan;
mod retention;
mod rule;
mod schema;
mod sender;
mod server;
mod service;
mod session;
mod subscription;
mod suppression;
mod token;

use serde_json::{Map, Value, json};

pub use operation::Operation;

/// Schemas of a noun, by name.
type Schemas = Vec<(&'static str, Value)>;

/// All operations, in the order of the document.
pub fn operations() -> Vec<Operation> {
    [
        session::operations(),
        overview::operations(),
        organisation::operations(),
        contact::operations(),
        person::operations(),
        token::operations(),
        sender::operations(),
        service::operations(),
        device::operations(),
        detection::operations(),
        incident::operations(),
        campaign::operations(),
        exposure::operations(),
        lifecycle::operations(),
        decision::operations(),
        plan::operations(),
        evidence::operations(),
        alert::operations(),
        indicator::operations(),
        rule::operations(),
        suppression::operations(),
        live::operations(),
        hunt::operations(),
        retention::operations(),
        subscription::operations(),
        audit::operations(),
        server::operations(),
    ]
    .concat()
}

fn schemas() -> Schemas {
    [
        schema::shared(),
        session::schemas(),
        overview::schemas(),
        organisation::schemas(),
        contact::schemas(),
        person::schemas(),
        token::schemas(),
        sender::schemas(),
        service::schemas(),
        device::schemas(),
        detection::schemas(),
        incident::schemas(),
        campaign::schemas(),
        exposure::schemas(),
        lifecycle::schemas(),
        decision::schemas(),
        plan::schemas(),
        evidence::schemas(),
        alert::schemas(),
        indicator::schemas(),
        rule::schemas(),
        suppression::schemas(),
        live::schemas(),
        hunt::schemas(),
        retention::schemas(),
        subscription::schemas(),
        audit::schemas(),
    ]
    .concat()
}

/// The document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for operation in operations() {
        let methods = paths.entry(operation.path).or_insert_with(|| json!({}));
        methods[operation.method] = operation.to_json();
    }
    let schemas: Map<String, Value> =
        schemas().into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Wardwatch",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Attacks across a health and care sector: organisations, devices, \
                detections, incidents and campaigns. What a caller may not see is not there: it \
                is answered with 404.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of the API (`wa_…`), or the secret of a session \
                        (`ws_…`) that was opened with `bearer`.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "ward_session",
                    "description": "With TLS the name is `__Host-ward_session`. Writes also \
                        need the header `X-Ward: 1`, or an `Origin` that is the server itself.",
                },
            },
            "responses": {
                "Problem": {
                    "description": "Why not.",
                    "content": { "application/problem+json": {
                        "schema": schema::reference("Problem"),
                    } },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests;
