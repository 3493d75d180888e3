//! The venue's clock: the world's time, and how far it is off.

use openoutcry_wire::Nanoseconds;

/// When the simulated world begins: some time after 1970, so that clocks can step back.
const BEGINNING: Nanoseconds = 1_700_000_000_000_000_000;

/// A clock that may be set.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    off: i64,
}

impl Clock {
    /// What it shows at a moment of the world.
    #[must_use]
    pub(crate) fn read(self, now: Nanoseconds) -> Nanoseconds {
        BEGINNING.saturating_add(now).saturating_add_signed(self.off)
    }

    /// Sets it ahead, or back by a negative step, in nanoseconds.
    pub(crate) const fn step(&mut self, by: i64) {
        self.off += by;
    }
}
