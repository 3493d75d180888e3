//! The real queue, pipeline, journal and machine under a simulated network, disk and clock, on one
//! thread and one seed: whatever happens, happens again.
//!
//! [`run`] plays a [`Plan`]; an auditor with an exchange and a memory of its own holds every step
//! to the venue's promises.

mod auditor;
mod client;
mod clock;
mod disk;
mod fault;
mod follower;
mod leader;
mod message;
mod minimise;
mod network;
mod plan;
mod scenario;
mod sweep;
mod trace;
mod trial;
#[path = "../../machine/tests/twin/mod.rs"]
mod twin;
mod words;
mod world;

pub use auditor::{Violation, promise};
pub use fault::{Counts, Fault, Faults};
pub use minimise::minimise;
pub use plan::{COMMANDS, Plan};
pub use sweep::{Sweep, sweep};
pub use world::{Outcome, run};
