//! The flow of one symbol: where its next order goes, and what becomes of those that stand.

use crate::{Random, Regime};
use openoutcry_wire::OrderId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One step of a symbol's flow, to be made into a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A limit order at a price in ticks; `ioc` ones do not stay.
    New { buy: bool, ticks: u32, quantity: u32, ioc: bool },
    /// The end of a standing order.
    Cancel(Standing),
    /// One share more, and four times out of five another price.
    Replace(Standing, i32),
}

/// An order as its sender remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    pub order: OrderId,
    pub account: u32,
    pub ticks: u32,
    pub quantity: u32,
}

/// One symbol's price path and the orders its senders will come back to.
#[derive(Debug)]
pub struct Flow {
    regime: Regime,
    start: u64,
    /// The walk around the course, in 1/64 tick.
    walk: i64,
    due: BinaryHeap<Reverse<(u64, bool, Standing)>>,
}

/// Distances from the mid in ticks, the near ones likelier: cumulative weights of a power law.
const REACH: usize = 200;

impl Flow {
    /// A flow around `start` ticks.
    #[must_use]
    pub fn new(regime: Regime, start: u32) -> Self {
        Self { regime, start: u64::from(start), walk: 0, due: BinaryHeap::new() }
    }

    /// What happens at `step` of `steps` in all.
    pub fn next(&mut self, step: u64, steps: u64, random: &mut Random) -> Step {
        if self.due.peek().is_some_and(|Reverse((due, ..))| *due <= step) {
            let Reverse((_, cancel, standing)) = self.due.pop().expect("one was due");
            if cancel {
                return Step::Cancel(standing);
            }
            let shift = if random.chance(80) { if random.chance(50) { 1 } else { -1 } } else { 0 };
            return Step::Replace(standing, shift);
        }
        self.walk += random.normal() * self.regime.roughness() / 4;
        let course = i64::try_from(self.start * self.regime.course(step, steps) / 1_000);
        let mid = course.expect("prices are small") + self.walk / 64;
        let buy = random.chance(50);
        let ioc = random.chance(15);
        let distance = if ioc { -random_below(random, 4) } else { distance(random) };
        let ticks = if buy { mid - distance } else { mid + 1 + distance };
        let ticks = u32::try_from(ticks.max(1)).expect("prices are small");
        Step::New { buy, ticks, quantity: 1 + u32_below(random, 100), ioc }
    }

    /// Remembers an order that was sent at `step` and may stand, to come back to it.
    pub fn sent(&mut self, step: u64, standing: Standing, random: &mut Random) {
        let lifetime = 1 + random.lifetime(self.regime.lifetime());
        if random.chance(20) {
            self.due.push(Reverse((step + 1 + lifetime / 2, false, standing)));
        }
        if random.chance(95) {
            self.due.push(Reverse((step + lifetime, true, standing)));
        }
    }
}

/// A distance from the mid by a power law with exponent 2.
fn distance(random: &mut Random) -> i64 {
    let reach = REACH as u64;
    let inverse = reach * 8 / (1 + random.below(reach * 8));
    i64::try_from(inverse.min(reach) + random.below(4)).expect("distances are small")
}

fn random_below(random: &mut Random, bound: u64) -> i64 {
    i64::try_from(random.below(bound)).expect("bounds are small")
}

fn u32_below(random: &mut Random, bound: u64) -> u32 {
    u32::try_from(random.below(bound)).expect("bounds are small")
}
