//! Protection plans for what cannot be updated: what to do instead, who does it, how each step is
//! proven.
//!
//! In: what is known of the device and the network round it. Out: a plan that fits one page, its
//! state after new observations, an order of devices by how far an attacker can reach them.
//! Never: an order to the device. Steps are for people and for the network.

mod check;
mod device;
mod facts;
mod how;
mod make;
mod network;
mod pack;
mod page;
mod rank;
mod step;
mod subject;

pub use check::{Observations, SeenFlow, Signature, check};
pub use facts::{LEARNING_DAYS, Seen, observed, place, sign, strangers, take};
pub use make::make;
pub use page::page;
pub use rank::{Ranked, rank, weigh};
pub use step::{Plan, Step, Verification, Who, signer_word};
pub use subject::{Family, Flow, FlowKind, Subject};
pub use wardwatch_model::plan::{Duty, Reach, Signer, StepKind, StepState};
