//! What gateways of binary sessions do for each message: whole buffers in, commands out; events
//! back, whole buffers of reports out.
//!
//! Sockets, log-ins and time are the venue's; here a session is a number. Nothing leaves before
//! both the journal and the session's own file are durable.

pub mod fix;
mod inbox;
mod rate;

pub use inbox::{Inbox, Received};
pub use rate::Rate;
