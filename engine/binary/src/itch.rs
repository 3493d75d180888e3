//! ITCH 5.0: the market as messages, one session from each start of the venue to its end.
//! Source: Nasdaq TotalView-ITCH 5.0.

mod feed;
mod measure;
pub mod mold;
mod reader;
mod shown;
mod translator;

pub use feed::{Feed, Ports};
pub use measure::{Published, publish};
pub use translator::Translator;
