//! Processes of one device of an incident, as trees: who started what, and what rules found in it.

use maud::{Markup, html};
use wardwatch_api::incident::ProcessTrees;
use wardwatch_model::Incident;
use wardwatch_model::process::ProcessNode;

use crate::ask::Fault;
use crate::part::address::{Address, part};
use crate::part::count::{number, of};
use crate::part::text::{bare, short, shown};
use crate::part::{level, moment};
use crate::visit::Visit;

/// Devices that one can choose from on this page.
const DEVICES: usize = 25;
/// Letters of a command line.
const COMMAND: usize = 300;

/// The trees of a device; of the first one unless it is named.
pub async fn ask(visit: &Visit, id: &str, device: Option<&str>) -> Result<ProcessTrees, Fault> {
    let address = Address::of(format!("/api/v1/incidents/{}/processes", part(id)));
    visit.get(&address.maybe("device", device).text()).await
}

/// The page's part.
pub fn view(incident: &Incident, found: Option<&Result<ProcessTrees, Fault>>) -> Markup {
    html! {
        section.card aria-labelledby="processes" {
            h2 #processes { "Processes" }
            @match found {
                None => {},
                Some(Err(fault)) => (why_not(fault)),
                Some(Ok(found)) => (shown_trees(incident, found)),
            }
        }
    }
}

fn why_not(fault: &Fault) -> Markup {
    html! {
        @match fault {
            Fault::Problem(problem) if problem.status == 403 => p { "Processes are told by events, and those you may not read here." },
            Fault::Problem(problem) if problem.status == 404 => p.soft { "Nothing was found on a device of this incident." },
            Fault::Problem(problem) => p { (level::word("unknown", "?")) " They could not be read: " (shown(&problem.detail)) },
            Fault::Unreadable(_) => p { (level::word("unknown", "?")) " They could not be read: try again." },
        }
    }
}

fn shown_trees(incident: &Incident, found: &ProcessTrees) -> Markup {
    html! {
        @if incident.devices.len() > 1 {
            nav aria-label="Devices of the incident" {
                ul.values {
                    @for device in incident.devices.iter().take(DEVICES) {
                        @let address = Address::of(format!("/incidents/{}", incident.id)).with("tab", "processes").with("device", device);
                        li { a.chip href=(address.text()) aria-current=[(*device == found.device).then_some("true")] { (short(device, 32)) } }
                    }
                }
            }
        }
        p {
            "On " a href=(format!("/devices/{}/{}", found.org, part(&found.device))) { (short(&found.device, 48)) } ", from "
            (moment::moment(found.from)) " until " (moment::moment(found.until)) ": "
            (of(found.starts, "process started", "processes started")) ". Shown are those that something was found in, who started them, and what they started."
            @if found.cut { " There was more than is read for a page." }
        }
        @if found.trees.is_empty() {
            p.soft { "No event tells of the processes in which something was found: the device sends no starts of processes, or they are not kept any more." }
        } @else {
            ul.tree { @for tree in &found.trees { (node(tree)) } }
        }
        @if found.unplaced > 0 { p.soft { (of(found.unplaced, "finding stands", "findings stand")) " in no tree: nothing tells of the process, or there was no room." } }
    }
}

fn node(process: &ProcessNode) -> Markup {
    let name =
        process.image.as_deref().map(|image| image.rsplit(['\\', '/']).next().unwrap_or(image));
    html! {
        li {
            div.process {
                @match process.time { Some(time) => span.number { (moment::second(time)) }, None => span.soft { "before" } }
                " " strong title=[process.image.as_deref().map(bare)] { @match name { Some(name) => (short(name, 60)), None => "a process that no event names" } }
                @for mark in &process.found { " " (level::tag(mark.level)) " " (shown(&mark.title)) @if mark.count > 1 { span.soft { " (" (number(mark.count)) " times)" } } }
                @if process.guessed { " " span.soft.small title="No event has the identifier of the one that started it" { "by name" } }
                @if let Some(user) = &process.user { " " span.soft.small { "as " (short(user, 40)) } }
                @if let Some(command) = &process.command_line { br; code { (short(command, COMMAND)) } }
            }
            @if !process.children.is_empty() || process.more > 0 {
                ul {
                    @for child in &process.children { (node(child)) }
                    @if process.more > 0 { li.soft.small { (of(process.more, "other", "others")) " not shown" } }
                }
            }
        }
    }
}
