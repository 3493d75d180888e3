//! Order flow to measure the engine with: shaped like a liquid share's, the same for a seed on
//! every machine, and made of the very commands that gateways send.
//!
//! The shapes follow what is published of real books: distances from the mid fall off by a power
//! law, 95 of 100 resting orders are cancelled rather than filled, one new order in seven is
//! immediate-or-cancel, one in five is changed once.

mod cases;
mod flow;
mod measure;
mod random;
mod regime;
mod venue;

pub use cases::{CASES, Case};
pub use flow::Flow;
pub use measure::{Delivery, Figures, run};
pub use random::Random;
pub use regime::Regime;
pub use venue::{Shape, Workload};
