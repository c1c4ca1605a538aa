//! Values by which a list is narrowed: these alone, or without those.

use clap::Args;

/// Of which organisations a list says nothing.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Orgs {
    /// None of these and those below them, apart by commas.
    #[arg(long, value_name = "CODES")]
    pub not_org: Option<String>,
}

/// Which devices of a list are meant, by what they run and how careful one is with them.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Devices {
    #[command(flatten)]
    pub orgs: Orgs,
    /// Only those that run this.
    #[arg(long, value_name = "NAME")]
    pub system: Option<String>,
    /// None that runs this.
    #[arg(long, value_name = "NAME")]
    pub not_system: Option<String>,
    /// Only of this care class: normal, critical, passive or unclassified.
    #[arg(long, value_name = "CLASS")]
    pub care_class: Option<String>,
    /// None of this care class.
    #[arg(long, value_name = "CLASS")]
    pub not_care_class: Option<String>,
}
