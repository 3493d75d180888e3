//! ITCH 5.0: the market as messages, one session from each start of the venue to its end.
//! Source: Nasdaq TotalView-ITCH 5.0.

mod feed;
pub mod mold;
mod reader;
mod shown;
mod translator;

pub use feed::{Feed, Ports};
pub use translator::Translator;
