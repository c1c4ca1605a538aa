//! SQL over the lake, within a scope of tenants.
