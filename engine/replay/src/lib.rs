//! Recorded order flow driven through a machine of its own: what stood in another venue's book
//! stands in ours, what traded there trades here.

mod itch;
mod listings;
mod venue;

pub use itch::ItchReplay;
pub use venue::Outcome;
