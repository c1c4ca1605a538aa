//! Making a plan.
//!
//! In: what is known of a device, a day. Out: the plan. The order is that of the guidance for
//! obsolete platforms (NCSC): first cut what can reach it, then keep what is cut honest, then lower
//! what an attack would cost, and always a date on which it goes.

use wardwatch_model::Day;

use super::{
    Duty, Family, Flow, FlowKind, Plan, Reach, Signer, Step, StepState, Subject, Verification, Who,
    how,
};

/// Months after which a plan is looked at again; half of that when attackers reach it easily.
const REVIEW_MONTHS: i32 = 6;

/// The plan for a device.
pub fn make(subject: &Subject, today: Day) -> Plan {
    let mut steps = vec![wall(subject), care(subject), smb(subject)];
    steps.extend(remote(subject));
    steps.push(firewall(subject));
    steps.extend(updates(subject));
    steps.extend([strip(subject), watch(subject), restore(subject), leave(subject)]);
    steps.retain(|step| !step.verify.is_empty());
    for (number, step) in (1..).zip(&mut steps) {
        step.number = number;
    }
    let months = if subject.reach > Reach::Segment { REVIEW_MONTHS / 2 } else { REVIEW_MONTHS };
    let mut sign_off = vec![Signer::ClinicalEngineer, Signer::ServiceOwner, Signer::RiskOwner];
    if subject.supplier.is_some() {
        sign_off.insert(1, Signer::Supplier);
    }
    Plan {
        device: subject.device.clone(),
        about: about(subject),
        why: why(subject),
        passive: subject.passive(),
        steps,
        flows_to_keep: subject.care_flows().cloned().collect(),
        review: today.plus_months(months),
        sign_off,
    }
}

fn about(subject: &Subject) -> String {
    let service = subject.service.as_ref().map(|service| format!(", {service}"));
    format!("{} on {}{}", subject.what, subject.system, service.unwrap_or_default())
}

fn why(subject: &Subject) -> String {
    let system = &subject.system;
    let first = match subject.support_ended {
        Some(day) => format!("{system} gets no fixes since {day}."),
        None => format!("{system} cannot be updated here."),
    };
    let reach = match subject.reach {
        Reach::Internet => "the internet",
        Reach::WholeNetwork => "any device of the organisation",
        Reach::NothingKnown => "nobody knows where, so count on everywhere",
        Reach::Segment => "any device of its segment",
        Reach::Peers => "its listed peers only",
    };
    let smb = match subject.smb_open {
        Some(true) => ", port 445 with it",
        Some(false) => ", though not on port 445",
        None => "; whether on port 445 is not known",
    };
    format!("{first} It can be reached from {reach}{smb}.")
}

fn step(title: &str, who: Who, what: String, effect: &str, verify: Vec<Verification>) -> Step {
    Step {
        number: 0,
        title: title.to_owned(),
        what,
        who,
        effect: effect.to_owned(),
        keep: Vec::new(),
        verify,
        state: StepState::Open,
        reason: String::new(),
    }
}

/// Who does what has to be done on the device itself: never us on a passive one.
fn hands(subject: &Subject) -> Who {
    match (subject.passive(), subject.supplier.is_some()) {
        (true, true) => Who::Supplier,
        (true, false) => Who::ClinicalEngineer,
        _ => Who::It,
    }
}

/// On a passive device only the supplier's word opens the way.
fn with_consent(subject: &Subject, what: &str) -> String {
    match (subject.passive(), &subject.supplier) {
        (true, Some(supplier)) => format!("By {supplier}, or with its word in writing: {what}"),
        (true, None) => format!("Only if nobody is on the device: {what}"),
        _ => what.to_owned(),
    }
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

fn wall(subject: &Subject) -> Step {
    let what = "Own VLAN, or a rule at its switch port: allow only the flows listed above, both \
                ways, by address and port. Deny all else, the internet and mail with it. Log what \
                is denied.";
    let except: Vec<String> = subject.care_flows().map(|flow| flow.peer.clone()).collect();
    let verify = vec![not_seen(135, except), not_seen(3389, jump_host(subject))];
    let mut step = step(
        "Cut everything but care",
        Who::NetworkTeam,
        what.to_owned(),
        "an attacker must first hold one of the listed peers",
        verify,
    );
    step.keep = subject.care_flows().cloned().collect();
    step
}

fn care(subject: &Subject) -> Step {
    let seen =
        |flow: &Flow| Verification::FlowSeen { peer: flow.peer.clone(), port: flow.port, days: 7 };
    step(
        "Prove that care goes on",
        Who::ClinicalEngineer,
        "After each change send a test through every flow listed above. If one fails, take the \
         change back at once and call the network team."
            .to_owned(),
        "no step may cost care",
        subject.care_flows().map(seen).collect(),
    )
}

fn smb(subject: &Subject) -> Step {
    let (on_system, proof) = how::smb_v1(subject.family);
    let on_device = proof.is_some();
    let mut verify =
        vec![not_seen(445, allowed(subject, 445)), not_seen(139, allowed(subject, 139))];
    verify.extend(proof.filter(|_| !subject.passive()));
    let shares = subject.duty == Duty::FileServer;
    let mut what = on_system.to_owned();
    if on_device && subject.passive() {
        what = "Cut ports 139 and 445 at the segment; nothing is changed on the device.".to_owned();
    }
    if shares {
        what =
            "Let ports 139 and 445 in from the listed clients only, at the segment, and from no \
                ward or office PC. Set shares to read-only where nobody writes. Moving them to a \
                supported server ends this step."
                .to_owned();
        if !on_device {
            what.push_str(" SMB 1 cannot be switched off: the system speaks no other.");
        }
    }
    let mut step = step(
        if shares { "Narrow the file shares" } else { "Cut file sharing (SMB 1)" },
        Who::NetworkTeam,
        what,
        "closes the way that WannaCry took",
        verify,
    );
    step.keep = subject.care_flows().filter(|flow| flow.kind() == FlowKind::Smb).cloned().collect();
    step
}

fn remote(subject: &Subject) -> Option<Step> {
    let remote = |flow: &&Flow| matches!(flow.kind(), FlowKind::RemoteSession | FlowKind::Tunnel);
    let flow = subject.flows.iter().find(remote)?;
    let supplier = subject.supplier.as_deref().unwrap_or("the supplier");
    let what = format!(
        "Now {} port {} with {}. Close it; {supplier} comes through the jump host with a second \
         factor, only while a visit is booked, and the session is recorded.",
        flow.protocol, flow.port, flow.peer
    );
    let mut verify = vec![Verification::SignedBy { signer: Signer::Supplier }];
    if flow.inward {
        verify.insert(0, not_seen(flow.port, jump_host(subject)));
    }
    Some(step(
        "Lead the supplier through a door",
        Who::NetworkTeam,
        what,
        "a stolen login of the supplier opens nothing",
        verify,
    ))
}

fn firewall(subject: &Subject) -> Step {
    let proof = Verification::SettingReported {
        name: wardwatch_model::inventory::SettingName::Firewall,
        on: true,
    };
    let seen =
        Verification::ManualCheck { look: "screen of its firewall seen, ports noted".into() };
    step(
        "Switch on its own firewall",
        hands(subject),
        format!("{}.", with_consent(subject, how::firewall(subject.family))),
        "holds when a neighbour in the segment is infected",
        vec![if subject.passive() { seen } else { proof }],
    )
}

fn updates(subject: &Subject) -> Option<Step> {
    let wanted = how::late_updates(subject.family);
    let missing: Vec<_> =
        wanted.iter().filter(|kb| !how::covered(**kb, &subject.updates)).collect();
    if missing.is_empty() {
        return None;
    }
    let names: Vec<String> = missing.iter().map(|kb| kb.to_string()).collect();
    let names = names.join(", ");
    let effect = "closes flaws that worms use: SMB and Remote Desktop";
    if subject.passive() {
        let supplier = subject.supplier.as_deref().unwrap_or("the maker");
        let what = format!(
            "We install nothing on it. Ask {supplier} in writing whether {names} (made after the \
             end of support) are approved and when its engineer puts them on.",
        );
        let signed = vec![Verification::SignedBy { signer: Signer::Supplier }];
        return Some(step("Ask for the late updates", Who::ClinicalEngineer, what, effect, signed));
    }
    let what = format!(
        "Back up, then in this order, with a restart each, outside working hours: {names}, from the \
         vendor's update catalogue, for its language and service pack.",
    );
    let verify = missing.iter().map(|kb| Verification::UpdateInstalled { kb: **kb }).collect();
    Some(step("Install the late updates", Who::It, what, effect, verify))
}

fn strip(subject: &Subject) -> Step {
    let look = "list of services and accounts filed with this page".to_owned();
    step(
        "Take away what it does not need",
        hands(subject),
        with_consent(subject, how::strip(subject.family)),
        "fewer ways in, less to take over",
        vec![Verification::ManualCheck { look }],
    )
}

fn watch(subject: &Subject) -> Step {
    let on = how::crash_reports(subject.family);
    let what = format!(
        "Watch its segment from a mirror port; nothing is scanned. {}. Old Windows crashes when a \
         worm tries it: more than two reports in ten minutes are an alarm.",
        with_consent(subject, on)
    );
    step(
        "Listen for attempts",
        Who::NetworkTeam,
        what,
        "an attempt is seen in minutes, without an agent",
        vec![Verification::NoCrashReports { days: 30 }],
    )
}

fn restore(subject: &Subject) -> Step {
    let what = match subject.family {
        Family::Embedded => "Agree with the maker how soon a spare stands here; note its settings.",
        _ => {
            "Image of its disk and copy of its licences, kept off the network; restored once on a \
             spare. Note how work goes on without it for a day."
        }
    };
    let look = "day of the last test of the copy, and who did it".to_owned();
    step(
        "Be able to put it back",
        Who::ClinicalEngineer,
        what.to_owned(),
        "an attack costs hours, not weeks",
        vec![Verification::ManualCheck { look }],
    )
}

fn leave(subject: &Subject) -> Step {
    let service = subject.service.as_deref().unwrap_or("its service");
    let what = format!(
        "Name an owner, a date and the money for what follows it in {service}. Buy nothing new on \
         this system. Until then the risk is accepted with an end date.",
    );
    step(
        "Set the day on which it goes",
        Who::WardManager,
        what,
        "ends the plan",
        vec![Verification::SignedBy { signer: Signer::RiskOwner }],
    )
}
