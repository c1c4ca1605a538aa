//! `GET /api/v1/tokens`: those that count, of the API and of senders, without their secrets.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::token::{Token, TokenKind};
use wardwatch_model::Permission;
use wardwatch_store::AccessToken;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use crate::app::App;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/tokens", Access::Needs(Permission::Administer), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
) -> Result<Json<Vec<Token>>, Problem> {
    let tokens = app.state.access_tokens(&scope, app.now()).await?;
    Ok(Json(tokens.into_iter().map(shape).collect()))
}

fn shape(token: AccessToken) -> Token {
    let (kind, role) = match token.kind {
        wardwatch_store::TokenKind::Api(role) => (TokenKind::Api, Some(role)),
        wardwatch_store::TokenKind::Sender => (TokenKind::Sender, None),
    };
    Token {
        id: token.token,
        kind,
        role,
        org: token.org,
        name: token.name,
        made_by: token.made_by,
        created: token.created,
        last_used: token.last_used,
        until: token.until,
    }
}
