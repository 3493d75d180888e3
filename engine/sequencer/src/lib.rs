//! One writer: takes the commands that wait, stamps their time, makes them durable, applies them
//! to the machine and the views, and only then answers.
//!
//! The journal is written outside every lock, so readers never wait for the disk; they wait for a
//! few hundred commands at most. Nothing is visible before it is durable.

mod answer;
mod commands;
mod follower;
mod keeper;
mod latency;
mod pipeline;
mod queue;
mod reads;
mod recovery;
mod sequencer;
mod snapshot;
mod state;
mod verify;
mod writer;

pub use answer::Answer;
pub use follower::{Follower, Turn};
pub use keeper::{archive_finished, take_snapshot};
pub use pipeline::{Durable, Frame, Pipeline};
pub use queue::{CAPACITY, Queue, Refusal};
pub use reads::OrderFilter;
pub use recovery::{Known, OpenError, Pace, Recovered, Started, start};
pub use sequencer::{Environment, Sequencer, Status};
pub use state::State;
pub use verify::{Verified, verify};
