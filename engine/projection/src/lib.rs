//! The journal as rows of a relational database.
//!
//! A follower reads the durable journal, applies it to a machine of its own and gathers, for many
//! commands at once, the rows that these made or changed, in the bytes that PostgreSQL's binary
//! COPY takes. It stands beside the venue and never asks it for anything but how far the journal
//! is durable, so however slow the database is, no order waits for it.

mod bars;
mod copy;
mod follower;
mod lots;
mod projection;
mod tables;

pub use copy::Copy;
pub use follower::{FollowError, Follower};
pub use lots::Lots;
pub use projection::{Projection, Rows};
pub use tables::{Table, Tables};
