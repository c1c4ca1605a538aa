//! One protection plan: what must go on, the steps with their proofs, who signed. It prints on one page.

use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Value, json};
use wardwatch_api::plan::{FlowView, PlanView, StepView};
use wardwatch_model::plan::StepSignature;
use wardwatch_model::{Duty, OrgId, Reach, StepState};

use super::request::{Filled, back};
use crate::ask::Fault;
use crate::frame::Page;
use crate::part::address::part;
use crate::part::form::{choice, line};
use crate::part::text::{bare, shown, words};
use crate::part::{level, list, moment};
use crate::visit::Visit;

/// `GET /plans/{org}/{name}`.
pub async fn show(
    visit: Visit,
    Path((org, name)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let path = format!("/api/v1/devices/{}/{}/plan", part(&org), part(&name));
    let plan: PlanView = visit.get(&path).await?;
    let names = visit.names_of([&plan.org]).await?;
    let whose = names.of(&plan.org).to_owned();
    let body = view(&visit, &plan, &whose);
    Ok(Page::new(&visit, format!("Protection plan of {}", plan.device), body).answer())
}

/// The address of a plan.
pub fn address(org: &OrgId, device: &str) -> String {
    format!("/plans/{org}/{}", part(device))
}

fn view(visit: &Visit, plan: &PlanView, whose: &str) -> Markup {
    let may = visit.may("classify_devices");
    let to = address(&plan.org, &plan.device);
    html! {
        p.small.no-print { a href="/plans" { "Protection plans" } " / " a href=(format!("/organisations/{}", plan.org)) { (shown(whose)) } " / " a href=(format!("/devices/{}/{}", plan.org, part(&plan.device))) { (shown(&plan.device)) } }
        div.no-print {
            h1 { "Protection plan of " (shown(&plan.device)) }
            p { (shown(&plan.about)) ". " (shown(&plan.why)) }
            @if plan.passive { div.told { p { strong { "Passive: " } "Wardwatch installs, scans and restarts nothing here. Steps are for people and the network." } } }
            (watch(plan))
            section.card aria-labelledby="steps" {
                h2 #steps { "Steps, what keeps attackers away first" }
                ol.plan-steps { @for step in &plan.steps { (step_of(step, plan, may, &to)) } }
                p { "Looked at again by " (moment::day(plan.review)) ". The whole is signed by: " (plan.sign_off.iter().map(|signer| words(signer.as_str())).collect::<Vec<_>>().join(", ")) "." }
            }
            (flows(plan, may, &to))
            (placing(plan, may, &to))
            (signatures(&plan.signatures))
        }
        section.card aria-labelledby="page" {
            h2.no-print #page { "The page to print and hang up" }
            pre.plan { (shown(&plan.page)) }
        }
        p.small.no-print { a href=(format!("/api/v1/devices/{}/{}/plan", plan.org, part(&plan.device))) { "This as JSON" } }
    }
}

/// How much the plan rests on.
fn watch(plan: &PlanView) -> Markup {
    html! {
        p.cover {
            @match &plan.watched {
                None => (level::word("unknown", "? its segment was never watched")) ,
                Some(watched) => { "Its segment was watched from " (moment::day(watched.from)) " through " (moment::day(watched.through)) "." },
            }
            @if let Some(until) = plan.learnt_until { " What was seen until " (moment::day(until)) " is taken for care; later peers are not, until somebody says so." }
            @else { " Until a sensor reports flows, steps of the network cannot be proven." }
        }
    }
}

/// A step's state, in a word with a colour.
fn state(state: StepState) -> Markup {
    let class = match state {
        StepState::Verified => "good",
        StepState::Broken => "critical",
        StepState::Open => "medium",
        StepState::Unknown => "unknown",
    };
    level::word(class, state.as_str())
}

fn step_of(step: &StepView, plan: &PlanView, may: bool, to: &str) -> Markup {
    let key = step.kind.as_str();
    html! {
        li id=(key) {
            h3 { (state(step.state)) " " (shown(&step.title)) " " span.soft.small { (shown(&step.who)) } }
            p { (shown(&step.what)) }
            p.small { strong { "Proof: " } (shown(&step.proofs.join("; "))) "." @if !step.reason.is_empty() { " " strong { "Now: " } (shown(&step.reason)) "." } }
            @if may && (step.by_hand || !step.signers.is_empty()) {
                details.nhsuk-details {
                    summary.nhsuk-details__summary aria-label=(format!("Sign: {}", step.title)) { span.nhsuk-details__summary-text { @if step.signers.is_empty() { "Say that it is done" } @else { "Write down a signature" } } }
                    form.nhsuk-details__text method="post" action=(format!("{to}/sign")) {
                        input type="hidden" name="step" value=(key);
                        @if let Some(signer) = step.signers.first() { input type="hidden" name="signer" value=(signer.as_str()); p { "In the name of: " (words(signer.as_str())) "." } }
                        div.field { label for=(format!("until-{key}")) { "Holds until (" (moment::day(plan.review)) " unless given)" } input id=(format!("until-{key}")) name="until" type="date"; }
                        div.field { label for=(format!("note-{key}")) { "What they said, or where the paper is" } textarea id=(format!("note-{key}")) name="note" {} }
                        button.button type="submit" { "Write it down" }
                    }
                }
            }
        }
    }
}

fn flows(plan: &PlanView, may: bool, to: &str) -> Markup {
    html! {
        section.card aria-labelledby="flows" {
            h2 #flows { "What it talks to" }
            @if plan.keep.is_empty() && plan.others.is_empty() {
                (list::empty("No sensor has reported a flow of it.", html! { p { "Send what a sensor of its segment saw to " code { "POST /api/v1/flows" } ", or by " code { "ward plan flows FILE" } "." } }))
            } @else {
                @if !plan.keep.is_empty() { h3 { "Must go on" } (flow_table(&plan.keep, plan, may, to)) }
                @if !plan.others.is_empty() { h3 { "Beside that: new peers, and what the plan closes" } (flow_table(&plan.others, plan, may, to)) }
            }
        }
    }
}

fn flow_table(flows: &[FlowView], plan: &PlanView, may: bool, to: &str) -> Markup {
    html! {
        div.scroll { table.stack {
            thead { tr { th { "Direction" } th { "Other side" } th { "Port" } th { "For" } th { "First seen" } th { "Last seen" } @if may { th { "Care" } } } }
            tbody { @for flow in flows { tr {
                td { @if flow.inward { "in from" } @else { "out to" } }
                td data-name="Other side" { (shown(&flow.peer)) }
                td data-name="Port" { (flow.protocol) " " (flow.port) }
                td data-name="For" { (shown(&flow.purpose)) }
                td data-name="First seen" { @if let Some(first) = flow.first { (moment::day(first)) } }
                td data-name="Last seen" { @if let Some(last) = flow.last { (moment::day(last)) } }
                @if may { td data-name="Care" { @if flow.first.is_some() { (judge(flow, plan, to)) } } }
            } } }
        } }
    }
}

/// Two buttons: care needs it, care does without.
fn judge(flow: &FlowView, plan: &PlanView, to: &str) -> Markup {
    let what = format!("{} port {} of {}", flow.peer, flow.port, plan.device);
    html! {
        @for (needed, text) in [(true, "Needs it"), (false, "Does without")] {
            @if flow.needed == Some(needed) { strong { (text) } " " }
            @else {
                form.inline method="post" action=(format!("{to}/flow")) {
                    input type="hidden" name="peer" value=(flow.peer);
                    input type="hidden" name="port" value=(flow.port);
                    input type="hidden" name="protocol" value=(flow.protocol);
                    input type="hidden" name="inward" value=(flow.inward);
                    input type="hidden" name="needed" value=(needed);
                    button.button.quiet type="submit" aria-label=(format!("{text}: {}", bare(&what))) { (text) }
                }
            }
        }
    }
}

fn placing(plan: &PlanView, may: bool, to: &str) -> Markup {
    let said = &plan.placing;
    let duties: Vec<(&str, String)> =
        Duty::ALL.iter().map(|duty| (duty.as_str(), words(duty.as_str()))).collect();
    let duties: Vec<(&str, &str)> =
        duties.iter().map(|(word, text)| (*word, text.as_str())).collect();
    let rings: Vec<(&str, String)> =
        Reach::ALL.iter().map(|reach| (reach.as_str(), words(reach.as_str()))).collect();
    let rings: Vec<(&str, &str)> =
        rings.iter().map(|(word, text)| (*word, text.as_str())).collect();
    html! {
        section.card aria-labelledby="placing" {
            h2 #placing { "Where it stands" }
            @if may {
                form.filters method="post" action=(format!("{to}/placing")) {
                    (choice("duty", "What it does", "nobody has said", &duties, said.duty.map(Duty::as_str)))
                    (line("what", "What it is, in words of the house", said.what.as_deref().unwrap_or_default()))
                    (line("supplier", "Who supplied it", said.supplier.as_deref().unwrap_or_default()))
                    (line("jump_host", "Host through which the supplier comes", said.jump_host.as_deref().unwrap_or_default()))
                    (choice("reach", "From where it can be reached", "nobody has said", &rings, said.reach.map(Reach::as_str)))
                    div { button.button.quiet type="submit" { "Save" } }
                }
            } @else {
                dl.facts {
                    dt { "Duty" } dd { (said.duty.map_or("nobody has said".to_owned(), |duty| words(duty.as_str()))) }
                    dt { "Supplier" } dd { @match &said.supplier { Some(supplier) => (shown(supplier)), None => "nobody has said" } }
                    dt { "Reached from" } dd { (said.reach.map_or("nobody has said".to_owned(), |reach| words(reach.as_str()))) }
                }
            }
        }
    }
}

fn signatures(signed: &[StepSignature]) -> Markup {
    html! {
        @if !signed.is_empty() {
            section.card aria-labelledby="signed" {
                h2 #signed { "What was signed" }
                ol.line { @for one in signed.iter().take(40) {
                    li { (moment::moment(one.time)) " " (words(one.step.as_str())) ": " @match one.signer { Some(signer) => { "in the name of " (words(signer.as_str())) ", " }, None => "looked at, " } "written down by " (shown(&one.by)) @if let Some(until) = one.until { ", until " (moment::day(until)) } @if !one.note.is_empty() { " “" (shown(&one.note)) "”" } }
                } }
            }
        }
    }
}

/// `POST /plans/{org}/{name}/{verb}`: signs, judges a flow, or says where it stands.
pub async fn change(
    visit: Visit,
    Path((org, name, verb)): Path<(String, String, String)>,
    filled: Filled,
) -> Result<Response, Fault> {
    let place = format!("{}/{}", part(&org), part(&name));
    let (to, device) = (format!("/plans/{place}"), format!("/api/v1/devices/{place}"));
    match verb.as_str() {
        "sign" => {
            let body = json!({
                "step": filled.text("step"), "signer": filled.get("signer"),
                "until": filled.get("until"), "note": filled.text("note"),
            });
            visit.send(Method::POST, &format!("{device}/plan/sign"), &body).await?;
            Ok(back(&format!("{to}#{}", part(filled.text("step")))))
        }
        "flow" => {
            let port: u16 = filled.text("port").parse().unwrap_or_default();
            let body: Value = json!({
                "peer": filled.text("peer"), "port": port, "protocol": filled.text("protocol"),
                "inward": filled.text("inward") == "true", "needed": filled.text("needed") == "true",
            });
            visit.send(Method::POST, &format!("{device}/plan/flow"), &body).await?;
            Ok(back(&format!("{to}#flows")))
        }
        "placing" => {
            let body = json!({
                "duty": filled.get("duty"), "what": filled.get("what"),
                "supplier": filled.get("supplier"), "jump_host": filled.get("jump_host"),
                "reach": filled.get("reach"),
            });
            visit.send(Method::PUT, &format!("{device}/placing"), &body).await?;
            Ok(back(&to))
        }
        _ => Ok(back(&to)),
    }
}
