//! Running a workload through the machine with the clock on.

use crate::Workload;
use openoutcry_machine::Machine;
use openoutcry_wire::{UNIT, Unit};
use std::time::{Duration, Instant};

/// Units in a batch: what a busy gateway hands over at once.
const BATCH: usize = 4_096;

/// How messages reach the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Thousands in one call; a message's latency is that of its whole batch.
    Batched,
    /// One in a call, as fast as they go; a message's latency is its call's time.
    Single,
    /// One in a call, at a fixed rate a second, waited for or not: a message's latency counts
    /// from when it was due, so a slow one makes those behind it late as well.
    Open(u64),
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    pub messages: u64,
    pub nanoseconds: u64,
    pub p50_ns: u64,
    pub p99_ns: u64,
    pub p999_ns: u64,
    pub open_orders: u64,
    pub state_hash: [u8; 32],
}

/// Applies the setup, then the messages with the clock on: risk checks, ledger and events inside.
///
/// # Panics
/// When the venue is not in order afterwards: a wrong machine has no speed.
#[must_use]
pub fn run(workload: &Workload, delivery: Delivery) -> Figures {
    let mut machine = Machine::new();
    let mut events = Vec::with_capacity(1 << 16);
    for commands in workload.setup.chunks(BATCH) {
        machine.apply(1, commands, &mut events);
        events.clear();
    }
    let mut latencies = Vec::with_capacity(workload.messages.len());
    let spent = match delivery {
        Delivery::Batched => batched(&mut machine, &workload.messages, &mut latencies),
        Delivery::Single => single(&mut machine, &workload.messages, &mut latencies),
        Delivery::Open(rate) => open(&mut machine, &workload.messages, rate, &mut latencies),
    };
    machine.audit().expect("the venue is in order after the run");
    latencies.sort_unstable();
    let percentile = |permille: usize| {
        let place = (latencies.len() * permille / 1_000).min(latencies.len() - 1);
        latencies.get(place).copied().unwrap_or(0)
    };
    Figures {
        messages: workload.messages.len() as u64,
        nanoseconds: nanoseconds(spent).max(1),
        p50_ns: percentile(500),
        p99_ns: percentile(990),
        p999_ns: percentile(999),
        open_orders: machine.open_orders() as u64,
        state_hash: machine.state_hash(),
    }
}

fn batched(machine: &mut Machine, messages: &[Unit], latencies: &mut Vec<u64>) -> Duration {
    let mut events = Vec::with_capacity(BATCH * UNIT);
    let mut spent = Duration::ZERO;
    for commands in messages.chunks(BATCH) {
        events.clear();
        let start = Instant::now();
        machine.apply(2, commands, &mut events);
        let took = start.elapsed();
        spent += took;
        latencies.extend(std::iter::repeat_n(nanoseconds(took), commands.len()));
    }
    spent
}

fn single(machine: &mut Machine, messages: &[Unit], latencies: &mut Vec<u64>) -> Duration {
    let mut events = Vec::with_capacity(UNIT);
    let start = Instant::now();
    let mut before = start;
    for command in messages.chunks(1) {
        events.clear();
        machine.apply(2, command, &mut events);
        let now = Instant::now();
        latencies.push(nanoseconds(now - before));
        before = now;
    }
    start.elapsed()
}

fn open(machine: &mut Machine, messages: &[Unit], rate: u64, latencies: &mut Vec<u64>) -> Duration {
    let mut events = Vec::with_capacity(UNIT);
    let start = Instant::now();
    for (number, command) in (0_u64..).zip(messages.chunks(1)) {
        let due = Duration::from_nanos(number * 1_000_000_000 / rate);
        while start.elapsed() < due {
            std::hint::spin_loop();
        }
        events.clear();
        machine.apply(2, command, &mut events);
        latencies.push(nanoseconds(start.elapsed().saturating_sub(due)));
    }
    start.elapsed()
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
