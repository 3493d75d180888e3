//! FIX 4.4: orders in, execution reports out.

mod desk;
mod floor;
mod follow;
mod kept;
mod order;
mod queries;
mod reports;
mod requests;
mod restart;
mod seat;

pub use desk::{Desk, Step};
pub use floor::Codes;
pub use seat::Terms;
