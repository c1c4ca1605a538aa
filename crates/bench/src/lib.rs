//! Peers in the same process: `rsigma-eval` with our log sources, for results and for speed.

pub mod peer;
