//! `ward plan`: protection plans of what gets no fixes any more, and what is said for them.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;
use wardwatch_api::Paged;
use wardwatch_api::plan::{
    FlowsSeen, FlowsTaken, JudgeFlow, PlanQuery, PlanRow, PlanView, SignStep,
};
use wardwatch_model::plan::Placing;
use wardwatch_model::{Day, Duty, OrgId, Reach, Signer, StepKind};

use super::client::Client;
use super::list_file;
use super::only;
use super::path::segment;
use super::show::{Show, more, shown, table, whole};
use crate::exit::Exit;
use crate::output::words::number;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List devices that get no fixes any more, the most reachable first.
    List {
        /// Only of this organisation and those below it.
        #[arg(long, value_name = "CODE")]
        org: Option<OrgId>,
        #[command(flatten)]
        only: only::Devices,
        /// How many at most.
        #[arg(long, value_name = "N", default_value = "50")]
        limit: usize,
    },
    /// Print the plan of a device on one page, as it stands.
    Show {
        /// The device.
        name: String,
        /// Its organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
    },
    /// Say what a device does and from where it can be reached. What is left out is taken away.
    Place {
        /// The device.
        name: String,
        /// Its organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// imaging_console, lab_analyser, file_server, kiosk, ward_pc, pump, building_control, other.
        #[arg(long, value_name = "DUTY")]
        duty: Option<Duty>,
        /// What it is, in words of the house.
        #[arg(long, value_name = "TEXT")]
        what: Option<String>,
        /// Who supplied it.
        #[arg(long, value_name = "NAME")]
        supplier: Option<String>,
        /// The host through which the supplier comes, as the sensor names it.
        #[arg(long, value_name = "HOST")]
        jump_host: Option<String>,
        /// peers, segment, nothing_known, whole_network or internet.
        #[arg(long, value_name = "REACH")]
        reach: Option<Reach>,
    },
    /// Write down a signature under a step, or that somebody looked.
    Sign {
        /// The device.
        name: String,
        /// Its organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// The step, such as updates or restore.
        #[arg(long, value_name = "STEP")]
        step: StepKind,
        /// In whose name: clinical_engineer, supplier, service_owner or risk_owner. Left out for a
        /// check by hand.
        #[arg(long, value_name = "SIGNER")]
        signer: Option<Signer>,
        /// The last day on which it holds; until the plan is looked at again unless given.
        #[arg(long, value_name = "DAY", value_parser = day)]
        until: Option<Day>,
        /// What they said, or where the paper is.
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Say whether care needs a flow that was seen.
    Flow {
        /// The device.
        name: String,
        /// Its organisation.
        #[arg(long, value_name = "CODE")]
        org: OrgId,
        /// The other side.
        #[arg(long, value_name = "NAME")]
        peer: String,
        /// The port that is served.
        #[arg(long, value_name = "PORT")]
        port: u16,
        /// tcp or udp.
        #[arg(long, value_name = "PROTOCOL", default_value = "tcp")]
        protocol: String,
        /// The peer comes to the device; else the device goes to the peer.
        #[arg(long)]
        inward: bool,
        /// Care does without it; else care needs it.
        #[arg(long)]
        without: bool,
    },
    /// Tell what a sensor of the network saw of devices, from a file.
    Flows {
        /// JSON as of `POST /api/v1/flows`; `-` reads standard input.
        file: PathBuf,
    },
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "a day such as 2027-03-31 is expected".to_owned())
}

/// Does it.
///
/// # Errors
/// When the server refuses or cannot be reached.
pub fn run(verb: Verb, client: &Client, show: &Show) -> Result<Exit> {
    match verb {
        Verb::List { org, only, limit } => {
            let query = PlanQuery {
                org,
                not_org: only.orgs.not_org,
                system: only.system,
                not_system: only.not_system,
                care_class: only.care_class,
                not_care_class: only.not_care_class,
                ..PlanQuery::default()
            };
            let page: Paged<PlanRow> = client.pages("/api/v1/plans", &query, limit.max(1))?;
            show.answer(&page, list)
        }
        Verb::Show { name, org } => {
            let plan: PlanView = client.get(&format!("{}/plan", path(&org, &name)), &())?;
            show.answer(&plan, print)
        }
        Verb::Place { name, org, duty, what, supplier, jump_host, reach } => {
            let placing = Placing { duty, what, supplier, jump_host, reach };
            let () = client.put(&format!("{}/placing", path(&org, &name)), &placing)?;
            show.answer(&(), |(), out| writeln!(out, "It is written down of {}.", shown(&name)))
        }
        Verb::Sign { name, org, step, signer, until, note } => {
            let signed = SignStep { step, signer, until, note };
            let plan: PlanView =
                client.post(&format!("{}/plan/sign", path(&org, &name)), &signed)?;
            show.answer(&plan, print)
        }
        Verb::Flow { name, org, peer, port, protocol, inward, without } => {
            let judged = JudgeFlow { peer, port, protocol, inward, needed: !without };
            let plan: PlanView =
                client.post(&format!("{}/plan/flow", path(&org, &name)), &judged)?;
            show.answer(&plan, print)
        }
        Verb::Flows { file } => {
            let (body, _) = list_file::read(&file)?;
            let seen: FlowsSeen = serde_json::from_slice(&body).with_context(|| {
                format!("{} is not what a sensor tells (see docs/plans.md)", file.display())
            })?;
            let taken: FlowsTaken = client.post("/api/v1/flows", &seen)?;
            show.answer(&taken, |taken, out| {
                writeln!(
                    out,
                    "{} devices, {} flows; {} of all that is known came after the days of learning, \
                     and nobody has said that care needs it.",
                    number(taken.devices),
                    number(taken.flows),
                    number(taken.strangers)
                )
            })
        }
    }
}

fn path(org: &OrgId, name: &str) -> String {
    format!("/api/v1/devices/{org}/{}", segment(name))
}

fn print(plan: &PlanView, out: &mut dyn Write) -> io::Result<()> {
    plan.page.lines().try_for_each(|line| writeln!(out, "{}", whole(line)))
}

fn list(page: &Paged<PlanRow>, out: &mut dyn Write) -> io::Result<()> {
    let rows = page.items.iter().map(|row| {
        let steps = row.steps;
        [
            row.org.to_string(),
            row.device.clone(),
            row.system.clone(),
            row.duty.map_or("not said", Duty::as_str).to_owned(),
            row.care_class.map_or("unclassified", |class| class.as_str()).to_owned(),
            row.reasons.join("; "),
            format!(
                "{} broken, {} open, {} unknown, {} verified",
                steps.broken, steps.open, steps.unknown, steps.verified
            ),
        ]
    });
    let head = ["Organisation", "Device", "System", "Duty", "Care class", "Reach", "Steps"];
    table(out, head, rows, "No device that reported runs a system out of support.")?;
    more(out, page.next.as_ref(), page.items.len())
}
