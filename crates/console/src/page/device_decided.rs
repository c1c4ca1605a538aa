//! What people decided of a device: what becomes of it, and which of its holes may stay open.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;
use wardwatch_api::exposure::DeviceReport;
use wardwatch_model::{Exception, OrgId, SupportState};

use super::decisions::{decision, fields, filled_in};
use super::request::{Filled, back};
use crate::ask::Fault;
use crate::part::address::part;
use crate::part::moment;
use crate::part::text::shown;
use crate::visit::Visit;

/// The part of a device's page.
pub fn view(visit: &Visit, org: &OrgId, name: &str, report: &DeviceReport) -> Markup {
    let to = format!("/devices/{org}/{}", part(name));
    let ends = report.support.state != SupportState::Supported || report.support.ends.is_some();
    let may = visit.may("classify_devices");
    if !may && report.decided.is_none() {
        return html! {};
    }
    html! {
        section.card aria-labelledby="decided" {
            h2 #decided { "What was decided" }
            @match &report.decided {
                Some(decided) => p { (decision(decided, decided.is_late(moment::today()))) },
                None if ends => p.soft { "Nobody has decided what becomes of it." },
                None => p.soft { "Nothing has to be decided." },
            }
            @if may {
                details.nhsuk-details {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Decide what becomes of it" } }
                    form.nhsuk-details__text method="post" action=(format!("{to}/decide")) {
                        (fields())
                        button.button type="submit" { "Decide" }
                    }
                }
                details.nhsuk-details {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Let a hole stay open for now" } }
                    form.nhsuk-details__text method="post" action=(format!("{to}/except")) {
                        div.field { label for="cve" { "Vulnerability" } input #cve name="cve" required placeholder="CVE-2017-0144" autocomplete="off"; }
                        div.field { label for="except-owner" { "Who answers for it" } input #except-owner name="owner" required autocomplete="off"; }
                        div.field { label for="except-reason" { "Why it cannot be closed now" } input #except-reason name="reason" required autocomplete="off"; }
                        div.field { label for="except-until" { "The last day, within a year" } input #except-until name="until" type="date" required; }
                        p.soft.small { "It stays open in every count; it is only said who answers for that." }
                        button.button type="submit" { "Let it stay open" }
                    }
                }
            }
        }
    }
}

/// An exception in words.
pub fn excepted(exception: &Exception) -> Markup {
    html! {
        p { "It may stay open until " (moment::day(exception.until)) ": " (shown(&exception.owner)) " answers for that. " (shown(&exception.reason)) @if exception.device.is_none() { span.soft { " For all devices of the organisation." } } }
    }
}

/// `POST /devices/{org}/{name}/{verb}`: something decided of it.
pub async fn change(
    visit: Visit,
    Path((org, name, verb)): Path<(String, String, String)>,
    filled: Filled,
) -> Result<Response, Fault> {
    let (path, body) = match verb.as_str() {
        "decide" => (
            "/api/v1/decisions",
            json!({ "org": org, "devices": [name], "decision": filled_in(&filled) }),
        ),
        "except" => (
            "/api/v1/exceptions",
            json!({
                "org": org, "device": name, "cve": filled.text("cve").trim(),
                "owner": filled.text("owner"), "reason": filled.text("reason"),
                "until": filled.text("until"),
            }),
        ),
        _ => {
            let problem = wardwatch_api::Problem::new(404, "Not Found", "nothing is done so");
            return Err(Fault::Problem(problem));
        }
    };
    let _: serde_json::Value = visit.post(path, &body).await?;
    Ok(back(&format!("/devices/{}/{}", part(&org), part(&name))))
}
