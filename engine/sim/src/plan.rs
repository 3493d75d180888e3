//! Everything that a run is made from: one seed, and what was left out to make it smaller.

use crate::fault::{Fault, Faults};
use openoutcry_journal::Sizes;
use openoutcry_workload::Random;

/// Commands of a run unless said otherwise.
pub const COMMANDS: u32 = 5_000;

/// One run: the same plan gives the same trace.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    /// Commands that clients send, repeats not counted.
    pub commands: u32,
    pub faults: Faults,
}

impl Plan {
    /// The run of a seed: about half of all faults, none in one of eight.
    #[must_use]
    pub fn of(seed: u64, commands: u32) -> Self {
        let mut dice = Random::new(seed ^ 0xfa17);
        let mut faults = Faults::default();
        for fault in Fault::ALL {
            // A disk that lies takes the promise about losses away: that is the exception.
            let percent = if *fault == Fault::LyingSync { 12 } else { 50 };
            if dice.chance(percent) {
                faults = faults.with(*fault);
            }
        }
        if seed.is_multiple_of(8) {
            faults = Faults::default();
        }
        Self { seed, commands, faults }
    }

    /// Randomness for one purpose: leaving out one fault changes nothing about the others.
    #[must_use]
    pub fn dice(&self, purpose: u64) -> Random {
        Random::new(Random::new(self.seed ^ purpose << 48).bits())
    }

    /// How the journal cuts its files: small, so that segments roll often and reads meet every
    /// seam.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        let mut dice = self.dice(1);
        let small = dice.chance(50);
        let mut power = |least: u64, steps: u64| least << dice.below(steps);
        Sizes {
            segment: power(16_384, 4),
            chunk: power(4_096, 3),
            ahead: power(512, 4),
            read: usize::try_from(power(256, if small { 1 } else { 8 })).expect("some kilobytes"),
            snapshot: 0,
        }
    }
}
