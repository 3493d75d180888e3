//! Commands and events as bytes: every record is one or more units of 64 bytes, little-endian,
//! readable in place without copying or parsing.
//!
//! A command is what the log stores; an event is what the machine says about it. Both start with
//! a 16-byte header naming their kind and how many units they span, so a buffer of mixed records
//! can be walked without knowing every kind.

pub mod command;
pub mod event;
pub mod itch;
mod name;
mod quantity;
pub mod reason;
mod terms;
mod units;

pub use command::Command;
pub use event::Event;
pub use name::Name;
pub use quantity::{MONEY_PER_PRICE, Money, Nanoseconds, Price, Quantity};
pub use reason::Reason;
pub use terms::{
    AccountKind, AccountStatus, Instructions, OrderType, SelfTrade, Side, TimeInForce,
};
pub use units::{Malformed, UNIT, Unit, units_of};

/// Dense account number; 0 is the outside world, against which deposits are booked.
pub type AccountId = u32;
/// Dense symbol number, in order of listing.
pub type SymbolId = u32;
/// Dense order number, given by the machine from 1 upwards to every order it looks at.
pub type OrderId = u64;
/// Dense trade number, venue-wide, from 1 upwards.
pub type TradeId = u64;
/// Position of a command in the log, from 1 upwards without gaps.
pub type Sequence = u64;

/// The account of the world outside the venue.
pub const OUTSIDE: AccountId = 0;
/// The asset number of cash; shares of symbol `s` are asset `s + 1`.
pub const CASH: u32 = 0;
/// Stands for "every symbol" in commands that take one or all.
pub const ALL_SYMBOLS: SymbolId = u32::MAX;

#[cfg(target_endian = "big")]
compile_error!("the wire layouts are read in place and are little-endian");
