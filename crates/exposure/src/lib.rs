//! Whether a device is open to a vulnerability, why, and by when it is to be closed.
//!
//! In: the landscape, a device's product and inventory, what protects it. Out: verdicts with their
//! reasons, missing updates, rank and clock. Never: a clock of its own, input or output; a device
//! that is not known counted as clean.
