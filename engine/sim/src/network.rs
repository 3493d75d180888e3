//! The network: when a message arrives, how often, if at all.

use crate::fault::{Counts, Fault, Faults};
use openoutcry_wire::Nanoseconds;
use openoutcry_workload::Random;
use std::collections::BTreeMap;

/// Who sends and receives: 0 is the venue, then its followers, then the clients.
pub(crate) type Node = usize;

/// The venue.
pub(crate) const VENUE: Node = 0;

/// All links between the nodes.
#[derive(Debug)]
pub(crate) struct Network {
    faults: Faults,
    dice: Random,
    /// When the last message of a link arrives: without reordering none overtakes it.
    last: BTreeMap<(Node, Node), Nanoseconds>,
    /// Who cannot be reached, as bits, and until when.
    cut: (u64, Nanoseconds),
    counts: Counts,
}

impl Network {
    /// A network with these faults.
    #[must_use]
    pub(crate) fn new(faults: Faults, dice: Random) -> Self {
        let counts = [0; Fault::ALL.len()];
        Self { faults, dice, last: BTreeMap::new(), cut: (0, 0), counts }
    }

    /// When a message sent now arrives: at no time, at one, or at two.
    pub(crate) fn send(&mut self, now: Nanoseconds, from: Node, to: Node) -> Vec<Nanoseconds> {
        let (lost, doubled) = (self.happens(Fault::Loss, 4), self.happens(Fault::Duplication, 4));
        let apart = now < self.cut.1 && (self.cut.0 >> from & 1) != (self.cut.0 >> to & 1);
        let times = if apart || lost { 0 } else { 1 + usize::from(doubled) };
        (0..times).map(|_| self.arrival(now, from, to)).collect()
    }

    fn arrival(&mut self, now: Nanoseconds, from: Node, to: Node) -> Nanoseconds {
        let mut at = now + 20_000 + self.dice.below(60_000);
        if self.happens(Fault::Delay, 2) {
            at += self.dice.below(40_000_000);
        }
        let overtakes = self.happens(Fault::Reordering, 20);
        if overtakes {
            at += self.dice.below(500_000);
        } else {
            let last = self.last.entry((from, to)).or_default();
            at = at.max(*last + 1);
            *last = at;
        }
        at
    }

    fn happens(&mut self, fault: Fault, percent: u64) -> bool {
        let happens = self.dice.chance(percent) && self.faults.has(fault);
        self.counts[fault as usize] += u64::from(happens);
        happens
    }

    /// Cuts some of `nodes` nodes off from the others until then.
    pub(crate) fn part(&mut self, nodes: usize, until: Nanoseconds) -> u64 {
        self.cut = (self.dice.below(1 << nodes), until);
        self.counts[Fault::Partition as usize] += 1;
        self.cut.0
    }

    /// From now on nothing goes wrong.
    pub(crate) fn calm(&mut self) {
        self.faults = Faults::default();
        self.cut = (0, 0);
    }

    /// How often each fault was injected.
    #[must_use]
    pub(crate) const fn counts(&self) -> &Counts {
        &self.counts
    }
}
