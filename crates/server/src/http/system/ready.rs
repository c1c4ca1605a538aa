//! `GET /readyz`: whether it can answer questions: the state can be read, and somebody can log in.

use axum::extract::State;
use wardwatch_api::Access;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/readyz", Access::Open, handle)
}

async fn handle(State(app): State<App>) -> Result<&'static str, Problem> {
    match app.state.has_people().await {
        Ok(true) => Ok("ready\n"),
        Ok(false) => Err(Problem::busy("the first start is not done")),
        Err(error) => {
            tracing::warn!(%error, "the state cannot be read");
            Err(Problem::busy("the state cannot be read"))
        }
    }
}
