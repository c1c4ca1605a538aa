//! What stands between a device and a newer release.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing in the way.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Blocker {
    /// A program that does not run on the target.
    Application {
        /// Its name.
        name: String,
        /// Who makes it, where known.
        supplier: Option<String>,
    },
    /// A driver that the target has not.
    Driver {
        /// The part that it drives.
        hardware: String,
        /// Who makes the part, where known.
        supplier: Option<String>,
    },
    /// Too little room on the disk.
    Disk {
        /// MiB that are free.
        free_mib: u32,
        /// MiB that are needed.
        needed_mib: u32,
    },
    /// Too little memory.
    Memory {
        /// MiB that it has.
        has_mib: u32,
        /// MiB that are needed.
        needed_mib: u32,
    },
    /// The security chip that the target asks for is missing or too old.
    Tpm,
    /// The processor is not on the target's list.
    Processor,
    /// The supplier has not approved the target, as for medical equipment.
    SupplierApproval {
        /// The supplier.
        supplier: String,
        /// What it supplied.
        product: String,
    },
}

impl Blocker {
    /// Who can take it away, where that is somebody outside.
    pub fn supplier(&self) -> Option<&str> {
        match self {
            Blocker::Application { supplier, .. } | Blocker::Driver { supplier, .. } => {
                supplier.as_deref()
            }
            Blocker::SupplierApproval { supplier, .. } => Some(supplier),
            _ => None,
        }
    }

    /// The program, part or equipment that it is about, where it is about one.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Blocker::Application { name, .. } => Some(name),
            Blocker::Driver { hardware, .. } => Some(hardware),
            Blocker::SupplierApproval { product, .. } => Some(product),
            _ => None,
        }
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Blocker::Application { name, .. } => write!(f, "{name} does not run on it"),
            Blocker::Driver { hardware, .. } => write!(f, "no driver for {hardware}"),
            Blocker::Disk { free_mib, needed_mib } => {
                write!(f, "{free_mib} MiB free on disk, {needed_mib} needed")
            }
            Blocker::Memory { has_mib, needed_mib } => {
                write!(f, "{has_mib} MiB of memory, {needed_mib} needed")
            }
            Blocker::Tpm => f.write_str("no TPM 2.0"),
            Blocker::Processor => f.write_str("processor not on the list"),
            Blocker::SupplierApproval { supplier, product } => {
                write!(f, "{supplier} has not approved it for {product}")
            }
        }
    }
}
