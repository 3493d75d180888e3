//! Who follows everything that happens: gateways of binary sessions, market data.

use crate::commands::split;
use openoutcry_wire::{Nanoseconds, Sequence, Unit};

/// Some hundred commands at most that were durable and applied at once, with all their events.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'a> {
    /// The logged time of all of them.
    pub time: Nanoseconds,
    /// The ticket of the first, which `submit` gave; the others count on.
    pub first_ticket: u64,
    /// The first one's position in the log; the others count on.
    pub first_sequence: Sequence,
    pub commands: &'a [Unit],
    pub events: &'a [Unit],
}

impl Turn<'_> {
    /// How many commands it was.
    #[must_use]
    pub fn count(&self) -> usize {
        split(self.commands, usize::MAX).1
    }
}

/// Is told of each turn in order, by the sequencer's thread, which waits meanwhile: take what is
/// needed and return. The sequencer's state must not be read from within.
pub trait Follower: Send + Sync + std::fmt::Debug {
    fn follow(&self, turn: &Turn<'_>);
}
