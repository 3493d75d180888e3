//! Many seeds, on as many threads as there are processors; each world has one thread of its own.

use crate::fault::{Counts, Fault};
use crate::plan::Plan;
use crate::world::{Outcome, run};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What came of all runs, and the first that broke a promise.
#[derive(Debug, Default)]
pub struct Sweep {
    pub seeds: u64,
    pub commands: u64,
    pub starts: u64,
    pub snapshots: u64,
    /// Runs that ended because a lying disk left what no venue may start from.
    pub refused: u64,
    /// Seeds that had each fault, and how often it was injected.
    pub seeds_with: Counts,
    pub injected: Counts,
    /// Runs that broke a promise, by the seed's order.
    pub broken: Vec<Outcome>,
}

impl Sweep {
    fn add(&mut self, outcome: Outcome) {
        self.seeds += 1;
        self.commands += outcome.commands;
        self.starts += u64::from(outcome.starts);
        self.snapshots += u64::from(outcome.snapshots);
        self.refused += u64::from(outcome.refused);
        for fault in Fault::ALL {
            let place = *fault as usize;
            self.seeds_with[place] += u64::from(outcome.plan.faults.has(*fault));
            self.injected[place] += outcome.counts[place];
        }
        if outcome.violation.is_some() {
            self.broken.push(outcome);
            self.broken.sort_by_key(|outcome| outcome.plan.seed);
        }
    }
}

/// Runs all plans; with `first_only` no more are begun once one has broken a promise.
#[must_use]
pub fn sweep(plans: &[Plan], first_only: bool) -> Sweep {
    let (sum, next) = (Mutex::new(Sweep::default()), AtomicUsize::new(0));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = run(plan, false);
                    let mut sum = sum.lock().expect("nobody panics with the sum");
                    sum.add(outcome);
                    if first_only && !sum.broken.is_empty() {
                        return;
                    }
                }
            });
        }
    });
    sum.into_inner().expect("nobody panics with the sum")
}
