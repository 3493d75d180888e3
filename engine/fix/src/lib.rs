//! FIX 4.4: the codec, the data dictionary and the session layer.
//!
//! A library of its own: it knows no socket, no clock, no file and no venue. Bytes that were
//! received go in, bytes to send come out; what a session has sent is kept by a [`Store`], and an
//! [`Application`] is told of each message that passed every check, in the order of the peer's
//! sequence numbers.

mod dictionary;
mod encode;
mod frame;
mod link;
mod message;
mod number;
mod peer;
mod resend;
mod session;
mod store;
mod time;
mod validate;

pub use dictionary::{Dictionary, Kind};
pub use encode::{Body, Header, encode};
pub use frame::{Frame, LONGEST, split};
pub use link::Link;
pub use message::{Field, Fields, Message, Parsed, parse};
pub use number::{Unreadable, push_decimal, push_integer, read_decimal, read_integer};
pub use peer::{Knock, Peer};
pub use session::{Application, Handled, Profile, Session};
pub use store::{Memory, Sent, Store};
pub use time::{TimeText, read_timestamp};
pub use validate::{Problem, Reject, validate};
