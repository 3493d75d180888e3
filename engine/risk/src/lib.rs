//! Pre-trade checks (in the United States: rule 15c3-5, the market access rule). Each refusal has
//! its own reason and the figures that decided it; nothing is changed here.

mod limits;
mod refusal;
mod terms;

pub use limits::{
    DEFAULT_MAXIMUM_OPEN_ORDERS, DEFAULT_MAXIMUM_QUANTITY, check_account, check_value,
    is_unhindered,
};
pub use refusal::Refusal;
pub use terms::{Collars, Instrument, Terms, check_price, check_quantity};
