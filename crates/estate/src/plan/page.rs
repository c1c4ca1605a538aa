//! A plan as one page of text: at most 66 lines of 100 characters, as A4 holds in 9 points.
//!
//! In: a plan. Out: the page; the more it has to say, the denser it is set: first proofs follow the
//! words of their step, then flows share lines and only the first proof stands there. Never: a flow
//! left out without a word that there are more.

use super::{Flow, Plan, Step, signer_word};

/// Characters of a line.
const WIDTH: usize = 100;

/// Lines of a page.
const LINES: usize = 66;

/// Flows that are listed one by one; the others are counted.
const LISTED: usize = 6;

/// The page.
pub fn page(plan: &Plan) -> String {
    let settings = [Set::Spacious, Set::Dense];
    let fits = settings.iter().map(|set| lines(plan, *set)).find(|lines| lines.len() <= LINES);
    let lines = fits.unwrap_or_else(|| lines(plan, Set::Tight));
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// How densely a page is set.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Set {
    Spacious,
    Dense,
    Tight,
}

fn lines(plan: &Plan, set: Set) -> Vec<String> {
    let mut lines = vec![format!("PROTECTION PLAN  {}", plan.device)];
    wrap(&mut lines, "", &plan.about);
    wrap(&mut lines, "", &plan.why);
    if plan.passive {
        lines.push(
            "PASSIVE: Wardwatch installs, scans and restarts nothing here. Steps are for people and \
             the network."
                .to_owned(),
        );
    }
    let mut keep: Vec<String> = plan.flows_to_keep.iter().take(LISTED).map(flow).collect();
    match plan.flows_to_keep.len() {
        0 if plan.observed => keep.push(
            "only sessions and shares were seen that the steps below close: ask its users first"
                .to_owned(),
        ),
        0 => keep.push(
            "none observed yet: watch for 14 days before step 1, so that nothing is cut unseen"
                .to_owned(),
        ),
        count if count > LISTED => keep.push(format!(
            "and {} more: they count as listed here, take them from the plan's own list",
            count - LISTED
        )),
        _ => {}
    }
    list(&mut lines, "Must go on:", &keep, set);
    let through: Vec<String> = plan.let_through.iter().take(LISTED).map(flow).collect();
    if !through.is_empty() {
        list(&mut lines, "Let through for this plan:", &through, set);
    }
    plan.steps.iter().for_each(|one| step(&mut lines, one, set));
    let signers: Vec<String> =
        plan.sign_off.iter().map(|signer| format!("{} ________", signer_word(*signer))).collect();
    wrap(
        &mut lines,
        "",
        &format!("Looked at again: {}. Signed: {}", plan.review, signers.join(" ")),
    );
    lines
}

fn flow(flow: &Flow) -> String {
    let arrow = if flow.inward { "<-" } else { "->" };
    let kind = flow.kind().as_str();
    format!("{arrow} {} {} port {} ({kind})", flow.peer, flow.protocol, flow.port)
}

fn list(lines: &mut Vec<String>, head: &str, entries: &[String], set: Set) {
    if set == Set::Tight {
        return wrap(lines, "", &format!("{head} {}", entries.join("; ")));
    }
    lines.push(head.to_owned());
    entries.iter().for_each(|entry| wrap(lines, "  ", entry));
}

fn step(lines: &mut Vec<String>, step: &Step, set: Set) {
    lines.push(format!("{}. {} [{}] {}", step.number, step.title, step.state.as_str(), step.who));
    let shown = if set == Set::Tight { 1 } else { 3 };
    let mut proofs: Vec<String> = step.verify.iter().map(ToString::to_string).collect();
    let hidden = proofs.len().saturating_sub(shown);
    proofs.truncate(shown);
    if hidden > 0 {
        proofs.push(format!("and {hidden} more"));
    }
    let mut proof = format!("Proof: {}.", proofs.join("; "));
    if !step.reason.is_empty() {
        let now = format!("Now: {}.", step.reason);
        // What is said of now tells as well what is lacking.
        proof = if set == Set::Tight { now } else { format!("{proof} {now}") };
    }
    if set == Set::Spacious {
        wrap(lines, "   ", &step.what);
        wrap(lines, "   ", &proof);
    } else {
        wrap(lines, "   ", &format!("{} {proof}", step.what));
    }
}

/// Adds `text` in lines no longer than [`WIDTH`], each after `indent`.
fn wrap(lines: &mut Vec<String>, indent: &str, text: &str) {
    let mut line = indent.to_owned();
    for word in text.split_whitespace() {
        let length = line.chars().count() + 1 + word.chars().count();
        if length > WIDTH && line.len() > indent.len() {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        }
        if line.len() > indent.len() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.len() > indent.len() {
        lines.push(line);
    }
}
