//! A plan as one page of text: at most 60 lines of 100 characters.

use super::{Plan, Step};

/// Characters of a line.
const WIDTH: usize = 100;

/// Flows that are listed one by one; the others are counted.
const LISTED: usize = 6;

/// The page.
pub fn page(plan: &Plan) -> String {
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
    lines.push("Must go on:".to_owned());
    for flow in plan.flows_to_keep.iter().take(LISTED) {
        let arrow = if flow.inward { "<-" } else { "->" };
        let kind = flow.kind().as_str();
        wrap(
            &mut lines,
            "  ",
            &format!("{arrow} {} {} port {} ({kind})", flow.peer, flow.protocol, flow.port),
        );
    }
    match plan.flows_to_keep.len() {
        0 => lines.push(
            "  none observed yet: watch for 14 days before step 1, so that nothing is cut unseen"
                .to_owned(),
        ),
        count if count > LISTED => lines.push(format!("  and {} more", count - LISTED)),
        _ => {}
    }
    plan.steps.iter().for_each(|one| step(&mut lines, one));
    let signers: Vec<String> =
        plan.sign_off.iter().map(|signer| format!("{signer} ________")).collect();
    wrap(
        &mut lines,
        "",
        &format!("Looked at again: {}. Signed: {}", plan.review, signers.join(" ")),
    );
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn step(lines: &mut Vec<String>, step: &Step) {
    lines.push(format!("{}. {} [{}] {}", step.number, step.title, step.state.as_str(), step.who));
    wrap(lines, "   ", &step.what);
    let mut proofs: Vec<String> = step.verify.iter().map(ToString::to_string).collect();
    let hidden = proofs.len().saturating_sub(3);
    proofs.truncate(3);
    if hidden > 0 {
        proofs.push(format!("and {hidden} more"));
    }
    wrap(lines, "   ", &format!("Proof: {}.", proofs.join("; ")));
    if !step.reason.is_empty() {
        wrap(lines, "   ", &format!("Now: {}.", step.reason));
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
