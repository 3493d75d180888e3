//! The order book of a venue: price levels, queues and the orders in them.
//!
//! All books share one [`Arena`]: flat pools of orders, levels and nodes linked by 32-bit indices,
//! so that nothing is allocated per message once the pools are warm. Nothing here knows money;
//! who trades with whom is decided here, what it costs elsewhere.

mod book;
mod grid;
mod index;
mod ladder;
mod levels;
mod order;
mod recent;

pub use book::{Book, Executions, Outcome, Taker};
pub use grid::Grid;
pub use index::OrderIndex;
pub use ladder::{Ladder, LevelState};
pub use levels::Levels;
pub use order::{Flags, NONE, Order, Orders, Special, Tail};

/// The memory that all books of a venue share.
#[derive(Debug, Default)]
pub struct Arena {
    pub orders: Orders,
    pub levels: Levels,
}

impl Arena {
    /// Memory for so many open orders, given by the system beforehand.
    #[must_use]
    pub fn with_room(orders: usize) -> Self {
        Self { orders: Orders::with_room(orders), levels: Levels::default() }
    }
}
