//! OUCH 5.0: orders in, reports out. Source: Nasdaq, "OUCH 5.0".

mod desk;
mod door;
pub mod report;
pub mod request;

pub use door::{Door, Knock, Terms};
