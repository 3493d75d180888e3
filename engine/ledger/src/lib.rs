//! Cash and shares of every account, and what open orders hold of them.
//!
//! Every movement leaves one account and reaches another, the world outside being an account too,
//! so that cash and each security sum to zero at all times. What is held stays the account's own
//! and can back nothing else. Callers check first; a movement that would break a promise is a
//! broken invariant and panics.

mod account;
mod ledger;
mod position;

pub use account::Account;
pub use ledger::{Exchange, Ledger};
pub use position::Position;
