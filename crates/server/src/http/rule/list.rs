//! `GET /api/v1/rules`: rules in use, with what became of their hits in the caller's organisations.

use axum::Json;
use axum::extract::State;
use wardwatch_api::rule::{ListedRule, RuleQuery};
use wardwatch_api::{Access, Paged};
use wardwatch_model::Permission;

use super::super::endpoint::Endpoint;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::shape::{Counted, ORGS_LISTED, listed};
use super::text;
use crate::app::App;
use crate::rules::heads;

pub fn endpoint() -> Endpoint {
    Endpoint::get("/api/v1/rules", Access::Needs(Permission::ReadFindings), handle)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(query): Asked<RuleQuery>,
) -> Result<Json<Paged<ListedRule>>, Problem> {
    let scope = request::narrowed(scope, query.org.as_ref())?;
    let page = request::page(query.after, query.limit)?;
    let rules = app.desk()?.rules(app.now()).await?;
    let counted = Counted::read(&app, &scope).await?;
    let wanted = query.text.map(|text| text.to_lowercase());
    let mut numbers: Vec<_> = heads(rules.engine.rules())
        .filter(|(number, _)| text::sees(&scope, &rules, *number))
        .filter(|(_, head)| page.after.as_ref().is_none_or(|after| head.id.0 > *after))
        .filter(|(_, head)| {
            wanted.as_ref().is_none_or(|wanted| {
                let tags = head.tags.iter().map(String::as_str);
                let mut texts = [head.id.0.as_str(), head.title.as_str()].into_iter().chain(tags);
                texts.any(|text| text.to_lowercase().contains(wanted))
            })
        })
        .collect();
    numbers.sort_by(|(_, one), (_, other)| one.id.cmp(&other.id));
    let size = page.limit as usize;
    let mut items: Vec<ListedRule> = numbers
        .into_iter()
        .filter_map(|(number, _)| {
            listed(&scope, &rules, number, query.org.as_ref(), &counted, ORGS_LISTED)
        })
        .filter(|rule| query.level.is_none_or(|level| rule.level >= level))
        .filter(|rule| query.status.is_none_or(|status| rule.status == status))
        .take(size + 1)
        .collect();
    let more = items.len() > size;
    items.truncate(size);
    let next = if more { items.last().map(|last| last.id.0.clone()) } else { None };
    Ok(Json(Paged { items, next }))
}
