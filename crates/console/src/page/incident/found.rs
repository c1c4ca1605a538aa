//! What was found in an incident: a line of time, and each detection with what it matched.

use maud::{Markup, html};
use wardwatch_api::detection::Detection;

use super::{Around, DETECTIONS};
use crate::part::address::part;
use crate::part::count::number;
use crate::part::text::{short, shown};
use crate::part::{level, moment};
use crate::visit::Visit;

/// Lines of a timeline; the rest stands under Detections.
const RUNS: usize = 80;

/// Detections in order of time; the same one again and again is one line.
pub fn timeline(visit: &Visit, around: &Around) -> Markup {
    let mut in_order: Vec<&Detection> = around.detections.iter().collect();
    in_order.sort_by_key(|detection| (detection.sighting.time, detection.sighting.id));
    let same = |a: &&Detection, b: &&Detection| {
        let (a, b) = (&a.sighting, &b.sighting);
        a.rule_id == b.rule_id
            && a.device == b.device
            && process(&a.matched, "CommandLine") == process(&b.matched, "CommandLine")
    };
    html! {
        section.card aria-labelledby="timeline" {
            h2 #timeline { "Timeline" }
            @if around.more_detections || in_order.chunk_by(same).count() > RUNS { p.soft { "A part is shown; more stands under Detections." } }
            ol.line {
                @for run in in_order.chunk_by(same).take(RUNS) {
                    @let sighting = &run[0].sighting;
                    @let last = run.last().map_or(sighting.time, |last| last.sighting.time);
                    li {
                        (moment::moment(sighting.time)) " " (level::tag(sighting.level)) " "
                        strong { (shown(visit.title(&sighting.advice.title, &sighting.rule_title))) }
                        @if !sighting.device.is_empty() { " on " (short(&sighting.device, 48)) }
                        @if run.len() > 1 { span.soft { ", " (number(run.len() as u64)) " times until " (moment::clock(last)) } }
                        @if let Some(parent) = process(&sighting.matched, "ParentImage") {
                            br; span.soft.small { (short(parent, 80)) " started " } @if let Some(image) = process(&sighting.matched, "Image") { span.small { (short(image, 80)) } }
                        }
                        @if let Some(command) = process(&sighting.matched, "CommandLine") { br; code { (short(command, 220)) } }
                    }
                }
            }
        }
    }
}

/// What a detection matched in a field.
fn process<'m>(matched: &'m [(String, String)], field: &str) -> Option<&'m str> {
    matched.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
}

/// Each detection with its advice and what it matched.
pub fn alerts(visit: &Visit, around: &Around) -> Markup {
    html! {
        section.card aria-labelledby="alerts" {
            h2 #alerts { "Detections" }
            @if around.more_detections { p.soft { "The last " (DETECTIONS) " are shown." } }
            @for detection in &around.detections {
                @let sighting = &detection.sighting;
                details.nhsuk-details {
                    summary.nhsuk-details__summary {
                        span.nhsuk-details__summary-text { (moment::in_words(sighting.time)) " " (shown(visit.title(&sighting.advice.title, &sighting.rule_title))) " on " (short(&sighting.device, 48)) }
                    }
                    div.nhsuk-details__text {
                        p { (level::tag(sighting.level)) @if detection.suppressed_by.is_some() { " " (level::word("info", "suppressed")) } }
                        @if !sighting.advice.why.is_empty() { p { (shown(&sighting.advice.why)) } }
                        @if !sighting.advice.r#do.is_empty() { p { strong { "Do: " } (shown(&sighting.advice.r#do)) } }
                        dl.facts {
                            dt { "Rule" } dd { a href=(format!("/rules/{}", part(&sighting.rule_id.0))) { (shown(&sighting.rule_id.0)) } }
                            @for (field, value) in &sighting.matched { dt { (shown(field)) } dd { code { (shown(value)) } } }
                        }
                    }
                }
            }
        }
    }
}
