//! `POST /api/v1/contacts/import`: adds and changes contacts, from JSON or CSV.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use wardwatch_api::Access;
use wardwatch_api::service::{ImportQuery, ImportedList};
use wardwatch_model::{Contact, Permission};

use super::super::endpoint::Endpoint;
use super::super::listed;
use super::super::problem::Problem;
use super::super::request::{self, Asked};
use super::super::who::Within;
use super::csv;
use crate::app::App;

/// Characters of a telephone number.
const PHONE_CHARS: std::ops::RangeInclusive<usize> = 3..=40;

pub fn endpoint() -> Endpoint {
    let access = Access::Needs(Permission::ClassifyDevices);
    Endpoint::post("/api/v1/contacts/import", access, handle).body_up_to(listed::BODY_BYTES)
}

async fn handle(
    State(app): State<App>,
    Within(scope): Within,
    Asked(ImportQuery { dry_run }): Asked<ImportQuery>,
    request: Request,
) -> Result<Json<ImportedList>, Problem> {
    let contacts = match listed::read(request, csv::parse).await? {
        Ok(contacts) => contacts,
        Err(problems) => return Ok(Json(listed::refused(dry_run, problems))),
    };
    for one in &contacts {
        fits(one)?;
    }
    let report = app.state.import_contacts(&scope, contacts, dry_run, app.now()).await?;
    Ok(Json(listed::shape(dry_run, report)))
}

/// Whether a contact can be shown and rung.
fn fits(contact: &Contact) -> Result<(), Problem> {
    request::name(&contact.name)?;
    for text in [&contact.about, &contact.mail] {
        if !text.is_empty() {
            request::name(text)?;
        }
    }
    let wrong = |detail: String| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    let dialled = |c: char| c.is_ascii_digit() || "+() .-x".contains(c);
    let phone = &contact.phone;
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if !PHONE_CHARS.contains(&phone.len()) || !phone.chars().all(dialled) || digits < 3 {
        return wrong(format!(
            "{}/{}: a telephone number has 3 to 40 digits, blanks and + ( ) . - and x before an extension",
            contact.org, contact.name
        ));
    }
    if !contact.mail.is_empty() && (!contact.mail.contains('@') || contact.mail.contains(' ')) {
        return wrong(format!("{}/{}: this is no address of mail", contact.org, contact.name));
    }
    Ok(())
}
