//! What goes wrong at a moment of the world rather than with a message or a write.

use super::{Event, FOLLOWERS, World};
use crate::disk::End;
use crate::fault::Fault;
use crate::follower::Follower;
use crate::scenario::CLIENTS;
use openoutcry_wire::Nanoseconds;

/// The faults that come by the clock.
const TIMED: [Fault; 8] = [
    Fault::PowerFailure,
    Fault::KilledProcess,
    Fault::PausedProcess,
    Fault::SlowDisk,
    Fault::Partition,
    Fault::ClockBack,
    Fault::ClockAhead,
    Fault::FollowerRestart,
];

impl World {
    /// One of the timed faults, and when the next will come.
    pub(super) fn trouble(&mut self) {
        if self.calm.is_some() {
            return;
        }
        let next = self.dice.below(60_000_000);
        self.plan_event(next, Event::Trouble);
        let place = usize::try_from(self.dice.below(TIMED.len() as u64)).expect("few");
        let (fault, long) = (TIMED[place], self.dice.below(20_000_000));
        let coin = self.dice.chance(70);
        if !self.plan.faults.has(fault) {
            return;
        }
        self.trace.note(self.now, format_args!("trouble: {}", fault.text()));
        match fault {
            Fault::PowerFailure => self.end_process(End::Power, coin),
            Fault::KilledProcess => self.end_process(End::Process, coin),
            Fault::Partition => {
                let until = self.now + long;
                self.network.part(1 + FOLLOWERS + CLIENTS, until);
            }
            _ => {
                self.counts[fault as usize] += 1;
                self.lasting(fault, long);
            }
        }
    }

    fn lasting(&mut self, fault: Fault, long: Nanoseconds) {
        match fault {
            Fault::PausedProcess => self.paused = self.now + long,
            Fault::SlowDisk => self.slow = self.now + long,
            Fault::ClockBack => self.clock.step(-seconds(long)),
            Fault::ClockAhead => self.clock.step(seconds(long)),
            Fault::FollowerRestart => {
                let which = usize::from(long.is_multiple_of(2));
                self.followers[which] = Follower::default();
            }
            _ => unreachable!("not a fault that lasts"),
        }
    }

    /// At an operation of the disk that is near, or now between two steps.
    fn end_process(&mut self, end: End, at_the_disk: bool) {
        let at_a_roll = self.dice.chance(40);
        if at_the_disk && at_a_roll {
            self.disk.end_at_roll(end);
        } else if at_the_disk {
            self.disk.end_soon(end, 12);
        } else if self.leader.is_some() {
            let fault = if end == End::Power { Fault::PowerFailure } else { Fault::KilledProcess };
            self.counts[fault as usize] += 1;
            self.end(end, fault.text());
        }
    }

    /// Now and then a process ends while it starts, or cannot read.
    pub(super) fn end_early(&mut self) {
        let (early, within) = (self.dice.chance(15), 1 + self.dice.below(60));
        let power = self.dice.chance(50);
        let (fault, end) = if power {
            (Fault::PowerFailure, End::Power)
        } else {
            (Fault::KilledProcess, End::Process)
        };
        if early && self.plan.faults.has(fault) {
            self.disk.end_soon(end, within);
        }
        if self.dice.chance(15) && self.plan.faults.has(Fault::UnreadableDisk) {
            self.disk.fail_a_read(within);
        }
    }
}

/// A step of a clock: a million times as long as troubles last, hours at most.
fn seconds(long: Nanoseconds) -> i64 {
    i64::try_from(long * 1_000_000).expect("some hours")
}
