//! A second machine that follows the leader's durable log over the network.

use crate::message::Shipped;
use openoutcry_sequencer::{OpenError, State};
use openoutcry_wire::Sequence;

/// One replica. It holds nothing on disk: whoever restarts it has it read all again.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    state: State,
}

impl Follower {
    /// The command that it wants next.
    #[must_use]
    pub(crate) fn next(&self) -> Sequence {
        self.state.machine.sequence() + 1
    }

    /// The machine and the events' digest, as far as it came.
    #[must_use]
    pub(crate) const fn state(&self) -> &State {
        &self.state
    }

    /// Applies a frame when it is the next; false when it is not: known already, or too far ahead.
    ///
    /// # Errors
    /// When this machine made other events of the same log.
    pub(crate) fn take(&mut self, frame: &Shipped) -> Result<bool, OpenError> {
        if frame.first != self.next() {
            return Ok(false);
        }
        self.state.follow(frame.time, &frame.commands, frame.outputs)?;
        Ok(true)
    }
}
