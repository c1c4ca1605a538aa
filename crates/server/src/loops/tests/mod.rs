//! Stories of the detection loop with rules that change while it runs.

mod backtest;
mod crashes;
mod decisions;
mod equality;
mod legacy;
mod panics;
mod reload;
mod wheel;
