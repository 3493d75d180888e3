//! Why something is refused, with the figures behind it.

use openoutcry_wire::Reason;

/// A refusal: `required` against `available`, in the unit of the reason; 0 where it has no figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: Reason,
    pub required: i64,
    pub available: i64,
}

impl Refusal {
    #[must_use]
    pub const fn figures(reason: Reason, required: i64, available: i64) -> Self {
        Self { reason, required, available }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { reason, required: 0, available: 0 }
    }
}
