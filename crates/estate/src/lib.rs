//! What an organisation owns, how old it is, and what protects what cannot be updated.
//!
//! In: inventories, support dates, what people said of a device. Out: the product that a device
//! runs, with the evidence; when support ends; waves; protection plans. Never: a clock, input or
//! output, a guess that is not called one.

pub mod lifecycle;
pub mod plan;
pub mod product;
pub mod wave;
