//! Parts that pages are made of: each a function from values to markup.

pub mod address;
pub mod chart;
pub mod contacts;
pub mod count;
pub mod cover;
pub mod entity;
pub mod form;
pub mod level;
pub mod list;
pub mod moment;
pub mod only;
pub mod text;
