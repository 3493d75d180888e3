//! What readers ask for, kept up from the machine's events alone: orders, trades, ledger entries,
//! session figures, candles. Nothing here decides anything; all of it can be made again from the
//! log. Every collection has a bound, and no answer depends on the order of a hash map.

mod account;
mod candle;
mod entry;
mod order;
mod orders;
mod position;
mod session;
mod trade;
mod transfer;
mod update;
mod views;
mod window;

pub use candle::Candle;
pub use entry::{Entry, Movement};
pub use order::{Order, OrderStatus, Special};
pub use position::Position;
pub use session::Session;
pub use trade::Trade;
pub use transfer::Transfer;
pub use update::OrderUpdate;
pub use views::{Retention, Views};
