//! What console, command line and partners may ask.
//!
//! In: the nouns of `model`. Out: what requests and answers under `/api/v1` look like, one file a
//! noun, and the OpenAPI document that says so to others. Never: input or output, a decision, a
//! right; who may ask what is for the server to check.

pub mod access;
pub mod alert;
pub mod audit;
pub mod backtest;
pub mod campaign;
pub mod code;
pub mod contact;
pub mod decision;
pub mod detection;
pub mod device;
pub mod evidence;
pub mod export;
pub mod exposure;
pub mod hunt;
pub mod incident;
pub mod indicator;
pub mod landscape;
pub mod lifecycle;
pub mod live;
pub mod me;
pub mod openapi;
pub mod organisation;
pub mod overview;
pub mod page;
pub mod person;
pub mod plan;
pub mod problem;
pub mod retention;
pub mod rule;
pub mod secret;
pub mod sender;
pub mod service;
pub mod session;
pub mod subscription;
pub mod suppression;
pub mod token;

pub use access::Access;
pub use page::{MAX_PAGE, PAGE, Paged};
pub use problem::Problem;
pub use secret::Secret;

/// The header that a write with a session cookie must carry, with the value `1`: a page of another
/// site cannot set it.
pub const WRITE_HEADER: &str = "x-ward";
