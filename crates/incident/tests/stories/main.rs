//! Incidents and campaigns, told as stories of at least two organisations.

mod campaigns;
mod folding;
mod handling;
mod limits;
mod made;
mod properties;
mod pseudonyms;
mod words;
