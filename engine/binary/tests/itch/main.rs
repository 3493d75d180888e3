//! The feed.

mod books;
#[path = "../../../machine/tests/random/dice.rs"]
#[allow(dead_code)]
mod dice;
mod packets;
mod reader;
#[path = "../../../machine/tests/random/scenario.rs"]
#[allow(dead_code)]
mod scenario;
mod store;
#[path = "../../../machine/tests/random/stream.rs"]
#[allow(dead_code)]
mod stream;
