//! The document's part on the server itself.

use serde_json::json;

use super::Operation;
use super::schema::{reference, text};
use crate::access::Access;

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new("get", "/openapi.json", Access::Open, "server_document", "This document.")
            .gives_of(200, "application/json", json!({ "type": "object" }), "OpenAPI 3.1."),
        Operation::new("get", "/healthz", Access::Open, "server_health", "Whether it runs.")
            .gives_of(200, "text/plain", text(), "It runs."),
        Operation::new(
            "get",
            "/readyz",
            Access::Open,
            "server_ready",
            "Whether it can take data and answer questions.",
        )
        .gives_of(200, "text/plain", text(), "It can.")
        .gives_of(
            503,
            "application/problem+json",
            reference("Problem"),
            "It can not, now.",
        ),
        Operation::new(
            "get",
            "/metrics",
            Access::Open,
            "server_metrics",
            "Figures in the text form of Prometheus: totals only, nothing of any organisation.",
        )
        .gives_of(200, "text/plain", text(), "The figures."),
    ]
}
