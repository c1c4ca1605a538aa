//! Making a plan.
//!
//! In: what is known of a device, a day. Out: the plan. The order is that of the guidance for
//! obsolete platforms (NCSC): first cut what can reach it, then keep what is cut honest, then lower
//! what an attack would cost, and always a date on which it goes.

use wardwatch_model::Day;

use super::{
    Family, Plan, Reach, Signer, Step, StepKind, StepState, Subject, Verification, Who, device,
    network,
};

/// Months after which a plan is looked at again; half of that when attackers reach it easily.
const REVIEW_MONTHS: i32 = 6;

/// The plan for a device.
pub fn make(subject: &Subject, today: Day) -> Plan {
    let mut steps = vec![network::wall(subject), network::care(subject), network::smb(subject)];
    steps.extend(network::remote(subject));
    steps.push(device::firewall(subject));
    steps.extend(device::service_pack(subject));
    steps.extend(device::updates(subject));
    steps.extend([device::strip(subject), network::listen(subject)]);
    steps.extend([restore(subject), leave(subject)]);
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
        let_through: subject.plan_flows(),
        observed: !subject.flows.is_empty(),
        review: today.plus_months(months),
        review_months: months,
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

/// A step that nobody has looked at yet.
pub fn step(
    kind: StepKind,
    title: &str,
    who: Who,
    what: String,
    effect: &str,
    verify: Vec<Verification>,
) -> Step {
    Step {
        number: 0,
        kind,
        title: title.to_owned(),
        what,
        who,
        effect: effect.to_owned(),
        keep: Vec::new(),
        verify,
        state: StepState::Open,
        held: false,
        reason: String::new(),
    }
}

/// On a passive device only the supplier's word opens the way.
pub fn with_consent(subject: &Subject, what: &str) -> String {
    match (subject.passive(), &subject.supplier) {
        (true, Some(supplier)) => format!("By {supplier} or with its written word: {what}"),
        (true, None) => format!("Only if nobody is on the device: {what}"),
        _ => what.to_owned(),
    }
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
        StepKind::Restore,
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
        StepKind::Leave,
        "Set the day on which it goes",
        Who::WardManager,
        what,
        "ends the plan",
        vec![Verification::SignedBy { signer: Signer::RiskOwner }],
    )
}
