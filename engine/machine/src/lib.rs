//! The deterministic exchange. Commands go in, events come out; nothing else changes the machine
//! and nothing else is needed to repeat what it did.
//!
//! It sees no clock, no randomness and no I/O: time comes with the commands. A command is checked
//! completely before anything is touched, and refused by an event with a reason; a broken
//! invariant panics, because a wrong exchange is worse than a stopped one.

mod accounts;
mod ahead;
mod audit;
mod cancel;
mod canonical;
mod entry;
mod listing;
mod machine;
mod matching;
mod names;
mod open;
mod output;
mod plain;
mod replace;
mod sessions;
mod special;
mod state;
mod stops;

pub use machine::{Machine, Room};
pub use openoutcry_book::LevelState;
pub use state::{AccountState, OrderState, PositionState, SymbolState};
