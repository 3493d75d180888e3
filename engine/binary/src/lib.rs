//! The binary protocols and the threads that speak them: market data out as ITCH 5.0. Python
//! starts and ends them and is not asked for anything in between.

mod inbox;
pub mod itch;
mod notices;
pub mod ouch;
mod ports;
pub mod soup;
mod store;

pub use notices::Notices;
pub use ports::{Multicast, datagrams, listen};
pub use store::{Cursor, Store};
