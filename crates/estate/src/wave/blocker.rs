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
    /// A machine whose parts have no drivers for the target.
    Driver {
        /// Its model.
        hardware: String,
        /// Who makes it, where known.
        supplier: Option<String>,
    },
    /// Too small a disk.
    Disk {
        /// GB that the target asks for.
        needed_gb: u32,
    },
    /// Too little memory.
    Memory {
        /// GB that the target asks for.
        needed_gb: u32,
    },
    /// The security chip that the target asks for is missing or too old.
    Tpm,
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
            Blocker::Driver { hardware, .. } => write!(f, "no drivers for {hardware}"),
            Blocker::Disk { needed_gb } => write!(f, "its disk has less than {needed_gb} GB"),
            Blocker::Memory { needed_gb } => write!(f, "it has less than {needed_gb} GB of memory"),
            Blocker::Tpm => f.write_str("it has no TPM 2.0"),
            Blocker::SupplierApproval { supplier, product } => {
                write!(f, "{supplier} has not approved it for {product}")
            }
        }
    }
}
