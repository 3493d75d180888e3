//! The machine on random streams: against its twin, and with every invariant audited.

mod determinism;
mod dice;
mod duel;
mod hostile;
mod properties;
mod restored;
mod scenario;
mod stream;
#[path = "../twin/mod.rs"]
mod twin;
