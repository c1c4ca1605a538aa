//! `POST /api/v1/rules`: adds a rule of an organisation, or puts another text in its place.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::rule::{AddedRule, NewRule};
use wardwatch_model::{OwnRule, Permission};

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::Body;
use super::super::who::Within;
use super::text;
use crate::app::App;
use crate::rules::{ReloadError, own};

pub fn endpoint() -> Endpoint {
    Endpoint::post("/api/v1/rules", Access::Needs(Permission::WriteRules), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Body(new): Body<NewRule>,
) -> Result<(StatusCode, Json<AddedRule>), Problem> {
    if !scope.covers(&new.org) {
        return Err(Problem::not_found("organisation"));
    }
    let desk = app.desk()?;
    let rules = desk.rules(app.now()).await?;
    let (org, given) = (new.org.clone(), new.text.clone());
    let papers = rules.papers.clone();
    let checked =
        tokio::task::spawn_blocking(move || own::check(&org, &given, &papers.placeholders));
    let checked = checked.await.map_err(|_| Problem::busy("the server is ending"))?;
    let id = match checked {
        Ok((id, _)) => id,
        Err(found) => {
            let problems = found.iter().map(|one| text::problem(&scope, one)).collect();
            return Ok((StatusCode::OK, Json(AddedRule { id: None, problems })));
        }
    };
    if new.dry_run {
        return Ok((StatusCode::OK, Json(AddedRule { id: Some(id), problems: Vec::new() })));
    }
    let rule = OwnRule {
        id: id.clone(),
        org: new.org,
        text: new.text,
        author: scope.actor().to_owned(),
        created: app.now(),
    };
    app.state.put_own_rule(&scope, &rule).await?;
    match desk.reload(app.now()).await {
        Ok(_) => Ok((StatusCode::CREATED, Json(AddedRule { id: Some(id), problems: Vec::new() }))),
        Err(ReloadError::Refused(_)) => Err(Problem::conflict(
            "the rule is stored, but the server's other rules cannot be loaded again now: it goes \
             live with the next load",
        )),
        Err(ReloadError::Store(error)) => Err(error.into()),
    }
}
