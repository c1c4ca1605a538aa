//! Steps round the device: what the network lets through, and who watches it.
//!
//! In: what is known of a device. Out: steps. Never: an observed flow cut before people said that
//! care does not need it, but for remote sessions and shares that worms use.

use super::make::{step, with_consent};
use super::{
    Duty, Family, Flow, FlowKind, Signer, Step, StepKind, Subject, Verification, Who, how,
};

/// Peers that are named one by one.
const NAMED: usize = 3;

/// Everything but care is cut.
pub fn wall(subject: &Subject) -> Step {
    let watch = match subject.flows.is_empty() {
        true => "First watch for 14 days and list what is seen. ",
        false => "",
    };
    let unknown = subject.care_flows().any(|flow| flow.kind() == FlowKind::Other);
    let unknown = match unknown {
        true => " What is to be confirmed stays until somebody has said that care does without.",
        false => "",
    };
    let door = match subject.sessions().next() {
        Some(_) => " What the supplier uses today is closed by its own step, not before.",
        None => "",
    };
    let what = format!(
        "{watch}Own VLAN with its address kept, or a rule at its switch port, at a quiet time: allow \
         only what is listed above, by address, port and direction, with its answers.{unknown}{door} \
         Deny all else, internet and mail too; log it.",
    );
    let listed = subject.care_flows().cloned().chain(subject.plan_flows()).collect();
    let verify = vec![
        not_seen(135, allowed(subject, 135)),
        not_seen(3389, jump_host(subject)),
        Verification::OnlyListed { allowed: listed, days: 14 },
    ];
    let mut step = step(
        StepKind::Wall,
        "Cut everything but care",
        Who::NetworkTeam,
        what,
        "an attacker must first hold one of the listed peers",
        verify,
    );
    step.keep = subject.care_flows().cloned().chain(subject.plan_flows()).collect();
    step
}

/// Care is seen to go on. What a port of unknown purpose carries may come once a month.
pub fn care(subject: &Subject) -> Step {
    let seen = |flow: &Flow| Verification::FlowSeen {
        peer: flow.peer.clone(),
        port: flow.port,
        inward: flow.inward,
        days: if flow.kind() == FlowKind::Other { 30 } else { 7 },
    };
    let mut verify: Vec<Verification> = subject.care_flows().map(seen).collect();
    let how = if verify.is_empty() {
        let look = "its users have named what it sends and gets, and a test of each went through";
        verify.push(Verification::ManualCheck { look: look.to_owned() });
        "No flow of care is known yet: ask its users before anything is cut, and test after each \
         change what they name."
    } else {
        "After each change send a test through every flow listed above."
    };
    step(
        StepKind::Care,
        "Prove that care goes on",
        Who::ClinicalEngineer,
        format!("{how} If one fails, take the change back at once and call the network team."),
        "no step may cost care",
        verify,
    )
}

/// File sharing is cut, or narrowed where it is the device's duty.
pub fn smb(subject: &Subject) -> Step {
    let shares = subject.duty == Duty::FileServer;
    let mut verify =
        vec![not_seen(445, allowed(subject, 445)), not_seen(139, allowed(subject, 139))];
    let mut what = if shares {
        "Let ports 139 and 445 in from the listed clients only, at the segment, and from no ward or \
         office PC. Set shares to read-only where nobody writes. Moving them to a supported server \
         ends this step."
            .to_owned()
    } else {
        "Let nothing in on ports 139 and 445, at the segment; what is listed as going outward stays."
            .to_owned()
    };
    if subject.cut_shares().next().is_some() {
        what.push_str(&format!(
            " First ask what {} fetches there: what care needs, the device sends out instead.",
            names(subject.cut_shares().map(|flow| flow.peer.as_str()))
        ));
    }
    match how::smb_v1(subject.family) {
        None if subject.family == Family::Embedded => {}
        None => what.push_str(" SMB 1 cannot be switched off: the system speaks no other."),
        Some(_) if subject.passive() => what.push_str(" Nothing is changed on the device."),
        // A client as old as the server may speak nothing else.
        Some((off, _)) if shares => {
            what.push_str(&format!(" When no client needs SMB 1 any more: {off}."));
        }
        Some((off, proof)) => {
            what.push_str(&format!(" SMB 1 off: {off}."));
            verify.push(proof);
        }
    }
    let mut step = step(
        StepKind::FileSharing,
        if shares { "Narrow the file shares" } else { "Cut file sharing (SMB 1)" },
        Who::NetworkTeam,
        what,
        "closes the way that WannaCry took",
        verify,
    );
    step.keep = subject.care_flows().filter(|flow| flow.kind() == FlowKind::Smb).cloned().collect();
    step
}

/// Who comes from afar comes through one door.
pub fn remote(subject: &Subject) -> Option<Step> {
    subject.sessions().next()?;
    let ways = names(subject.sessions().map(|flow| {
        let way = if flow.inward { "from" } else { "to" };
        format!("{} {} {way} {}", flow.protocol, flow.port, flow.peer)
    }));
    let outward = match subject.sessions().any(|flow| !flow.inward) {
        true => " If staff work through what goes out, keep it and write it on this page.",
        false => "",
    };
    let supplier = subject.supplier.as_deref().unwrap_or("whoever needs it");
    let door = match &subject.jump_host {
        Some(host) => format!("the jump host {host}"),
        None => "a jump host, to be set up first".to_owned(),
    };
    let what = format!(
        "Today: {ways}. {supplier} comes through {door}, with a second factor, only while a visit is \
         booked, and recorded. Try that, then close the old way.{outward}",
    );
    let signer = match subject.supplier {
        Some(_) => Signer::Supplier,
        None => Signer::ServiceOwner,
    };
    let mut ports: Vec<u16> =
        subject.sessions().filter(|flow| flow.inward).map(|flow| flow.port).collect();
    ports.sort_unstable();
    ports.dedup();
    let mut verify: Vec<Verification> =
        ports.into_iter().map(|port| not_seen(port, jump_host(subject))).collect();
    verify.push(Verification::SignedBy { signer });
    Some(step(
        StepKind::Remote,
        "Lead the supplier through a door",
        Who::NetworkTeam,
        what,
        "a stolen login of the supplier opens nothing",
        verify,
    ))
}

/// Attempts are listened for. A device that says nothing proves nothing.
pub fn listen(subject: &Subject) -> Step {
    let on = with_consent(subject, how::crash_reports(subject.family));
    let (what, proof) = match subject.family {
        Family::Embedded => (
            format!("Watch its segment from a mirror port; nothing is scanned. {on}."),
            Verification::ManualCheck { look: "its error log read, day noted".to_owned() },
        ),
        _ => (
            format!(
                "Watch its segment from a mirror port; nothing is scanned. {on}. Note the day of \
                 its first report: silence before proves nothing. Old Windows crashes when a worm \
                 tries it: three in ten minutes: alarm."
            ),
            Verification::NoCrashReports { days: 30 },
        ),
    };
    step(
        StepKind::Listen,
        "Listen for attempts",
        Who::NetworkTeam,
        what,
        "an attempt is seen in minutes, without an agent",
        vec![proof],
    )
}

fn not_seen(port: u16, except: Vec<String>) -> Verification {
    Verification::FlowNotSeen { port, except, days: 14 }
}

/// The host through which the supplier may come all the same.
fn jump_host(subject: &Subject) -> Vec<String> {
    subject.jump_host.iter().cloned().collect()
}

/// Peers that may reach a port of the device.
fn allowed(subject: &Subject, port: u16) -> Vec<String> {
    let flows = subject.care_flows().filter(|flow| flow.inward && flow.port == port);
    flows.map(|flow| flow.peer.clone()).collect()
}

/// Some things by name, the others counted.
pub fn names(all: impl Iterator<Item = impl Into<String>>) -> String {
    let mut names: Vec<String> = all.map(Into::into).collect();
    let hidden = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let names = names.join(", ");
    if hidden > 0 { format!("{names} and {hidden} more of the plan's list") } else { names }
}
