//! Messages a second through the machine alone: `cargo run --release --example throughput`.

use openoutcry_machine::Machine;
use openoutcry_wire::{Event, event};
use openoutcry_workload::{Regime, Shape, Workload};
use std::time::Instant;

fn main() {
    let batch: usize = std::env::args().nth(1).and_then(|batch| batch.parse().ok()).unwrap_or(4096);
    for regime in Regime::ALL {
        let shape =
            Shape { symbols: 1, accounts: 512, standing: 0, messages: 2_000_000, regime, seed: 23 };
        run(regime.name(), &shape, batch);
    }
    let shape = Shape {
        symbols: 100,
        accounts: 10_000,
        standing: 100_000,
        messages: 2_000_000,
        regime: Regime::Normal,
        seed: 23,
    };
    run("hundred-symbols", &shape, batch);
}

fn run(name: &str, shape: &Shape, batch: usize) {
    let workload = Workload::new(shape);
    let mut machine = Machine::new();
    let mut events = Vec::with_capacity(1 << 20);
    machine.apply(1, &workload.setup, &mut events);
    let mut kinds = [0_u32; 20];
    let (mut peak, mut seconds) = (0, 0.0);
    for commands in workload.messages.chunks(batch) {
        events.clear();
        let start = Instant::now();
        machine.apply(1, commands, &mut events);
        seconds += start.elapsed().as_secs_f64();
        peak = peak.max(machine.open_orders());
        if batch > 1 {
            for event in event::walk(&events) {
                let _: &Event<'_> = &event;
                kinds[event.header().kind as usize] += 1;
            }
        }
    }
    let rate = workload.messages.len() as f64 / seconds / 1e6;
    println!(
        "{name:16} {rate:6.2} M/s  open {} peak {peak} events {kinds:?}",
        machine.open_orders()
    );
}
