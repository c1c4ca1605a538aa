//! `GET /healthz`: whether it runs. It answers, so it does.

use wardwatch_api::Access;

use super::super::endpoint::Endpoint;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/healthz", Access::Open, handle)
}

async fn handle() -> &'static str {
    "ok\n"
}
