//! `POST /api/v1/rules/reload`: loads the rules again, for whoever writes rules at the centre.

use axum::Json;
use axum::extract::State;
use wardwatch_api::Access;
use wardwatch_api::rule::Reloaded;
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::who::Within;
use super::text;
use crate::app::App;
use crate::rules::ReloadError;

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/rules/reload", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(State(app): State<App>, Within(scope): Within) -> Result<Json<Reloaded>, Problem> {
    if !scope.reaches_top() {
        return Err(Problem::forbidden(
            "rules of all are loaded by who writes rules at the centre",
        ));
    }
    let desk = app.desk()?;
    let now = app.now();
    let refused = match desk.reload(now).await {
        Ok(_) => None,
        Err(ReloadError::Refused(refused)) => Some(refused.reason),
        Err(ReloadError::Store(error)) => return Err(error.into()),
    };
    let loaded = desk.book.current().engine.rules().len();
    let detail = serde_json::json!({ "loaded": loaded, "refused": refused });
    app.state.record(&scope, "rule.reload", None, "", detail, now).await?;
    let own = desk.own_ids().await?;
    Ok(Json(Reloaded {
        replaced: refused.is_none(),
        loaded,
        refused,
        problems: text::problems(&scope, &desk.book.last().diagnostics, &own),
    }))
}
