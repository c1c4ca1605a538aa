//! Steps on the device itself. On a passive one they are the supplier's, or wait for its word.
//!
//! In: what is known of a device. Out: steps. Never: a command that is not there before a service
//! pack, without saying so.

use wardwatch_model::inventory::SettingName;

use super::make::{step, with_consent};
use super::network::names;
use super::{Family, Signer, Step, StepKind, Subject, Verification, Who, how, pack};

/// Who does what has to be done on the device itself: never us on a passive one.
fn hands(subject: &Subject) -> Who {
    match (subject.passive(), subject.supplier.is_some()) {
        (true, true) => Who::Supplier,
        (true, false) => Who::ClinicalEngineer,
        _ => Who::It,
    }
}

/// The device's own firewall, which filters what comes in.
pub fn firewall(subject: &Subject) -> Step {
    let proof = Verification::SettingReported { name: SettingName::Firewall, on: true };
    let seen =
        Verification::ManualCheck { look: "screen of its firewall seen, ports noted".into() };
    let mut how = how::firewall(subject.family, &inward(subject));
    if let Some(pack) = pack::before_firewall(subject) {
        how.push_str(&format!("; the commands are there only after Service Pack {pack}"));
    }
    step(
        StepKind::Firewall,
        "Switch on its own firewall",
        hands(subject),
        format!("{}.", capital(&with_consent(subject, &how))),
        "holds when a neighbour in the segment is infected",
        vec![if subject.passive() { seen } else { proof }],
    )
}

/// What has to come in, for the device's own firewall.
fn inward(subject: &Subject) -> String {
    let care = subject.care_flows().cloned();
    let all: Vec<String> = care
        .chain(subject.plan_flows())
        .filter(|flow| flow.inward)
        .map(|flow| format!("{} {} from {}", flow.protocol, flow.port, flow.peer))
        .collect();
    match (all.is_empty(), subject.flows.is_empty()) {
        (true, true) => "what the watch of step 1 shows to be needed".to_owned(),
        (true, false) => "nothing".to_owned(),
        (false, true) => format!("{} and what the watch of step 1 shows", names(all.into_iter())),
        (false, false) => names(all.into_iter()),
    }
}

/// The last service pack, which late updates need.
pub fn service_pack(subject: &Subject) -> Option<Step> {
    let pack = pack::missing(subject)?;
    let look = format!("winver shows Service Pack {pack}");
    let effect = "late updates install on nothing less";
    if subject.passive() {
        let supplier = subject.supplier.as_deref().unwrap_or("the maker");
        let what = format!(
            "By {supplier} only, never by us: ask in writing whether Service Pack {pack} is approved \
             and when its engineer puts it on, where winver does not show it yet.",
        );
        let who = subject.supplier.as_ref().map_or(Who::ClinicalEngineer, |_| Who::Supplier);
        let signed = vec![Verification::SignedBy { signer: Signer::Supplier }];
        let title = "Ask for the last service pack first";
        return Some(step(StepKind::ServicePack, title, who, what, effect, signed));
    }
    let what = format!(
        "Where winver does not show Service Pack {pack}: try it on a copy with the programs that \
         care uses, back up, then install it outside working hours.",
    );
    let seen = vec![Verification::ManualCheck { look }];
    let title = "Install the last service pack first";
    Some(step(StepKind::ServicePack, title, Who::It, what, effect, seen))
}

/// Late updates against flaws that worms use.
pub fn updates(subject: &Subject) -> Option<Step> {
    let wanted = how::late_updates(subject.family);
    let missing: Vec<_> =
        wanted.iter().filter(|kb| !how::covered(**kb, &subject.updates)).collect();
    if missing.is_empty() {
        return None;
    }
    let kbs: Vec<String> = missing.iter().map(ToString::to_string).collect();
    let kbs = kbs.join(", ");
    let effect = "closes flaws that worms use: SMB and Remote Desktop";
    if subject.passive() {
        let supplier = subject.supplier.as_deref().unwrap_or("the maker");
        let late = match subject.family {
            Family::Vista => "",
            _ => " (made after the end of support)",
        };
        let (are, it) = if missing.len() == 1 { ("is", "it") } else { ("are", "them") };
        let what = format!(
            "We install nothing on it. Ask {supplier} in writing whether {kbs}{late} {are} approved \
             and when its engineer puts {it} on.",
        );
        let signed = vec![Verification::SignedBy { signer: Signer::Supplier }];
        let title = "Ask for the late updates";
        return Some(step(StepKind::Updates, title, Who::ClinicalEngineer, what, effect, signed));
    }
    let order =
        if missing.len() == 1 { "with a restart" } else { "in this order, with a restart each" };
    let what = format!(
        "Back up, then {order}, outside working hours: {kbs}, from the vendor's update catalogue, \
         for its language and service pack.",
    );
    let verify = missing.iter().map(|kb| Verification::UpdateInstalled { kb: **kb }).collect();
    Some(step(StepKind::Updates, "Install the late updates", Who::It, what, effect, verify))
}

/// What is not needed is taken away.
pub fn strip(subject: &Subject) -> Step {
    let look = "list of services and accounts filed with this page".to_owned();
    step(
        StepKind::Strip,
        "Take away what it does not need",
        hands(subject),
        with_consent(subject, how::strip(subject.family)),
        "fewer ways in, less to take over",
        vec![Verification::ManualCheck { look }],
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}
