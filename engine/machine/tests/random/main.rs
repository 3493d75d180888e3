//! The machine on random streams: against its twin, and with every invariant audited.

mod dice;
mod duel;
mod properties;
mod scenario;
mod stream;
#[path = "../twin/mod.rs"]
mod twin;
