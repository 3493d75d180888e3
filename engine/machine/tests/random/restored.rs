//! A machine made of another's bytes is that machine: it has the same bytes, breaks no invariant,
//! and says the same ever after.

use crate::determinism::{applied, large_book, stream};
use openoutcry_canonical::{Canonical, Corrupt, Reader, Writer};
use openoutcry_machine::Machine;
use openoutcry_wire::Unit;

fn bytes_of(machine: &Machine) -> Vec<u8> {
    let mut bytes = Vec::new();
    machine.write(&mut Writer::new(&mut |chunk| bytes.extend_from_slice(chunk)));
    bytes
}

fn machine_of(bytes: &[u8]) -> Result<Machine, Corrupt> {
    let mut reader = Reader::new(bytes);
    let machine = Machine::read(&mut reader)?;
    reader.finish().map(|()| machine)
}

/// Restores a machine every `every` commands, and lets each go on beside the original to the end.
fn check(commands: &[Unit], every: usize, what: &str) {
    let mut original = Machine::new();
    let mut restored: Vec<Machine> = Vec::new();
    let mut rest = commands;
    let mut count = 0;
    while let Some(first) = rest.first() {
        if count % every == 0 {
            let bytes = bytes_of(&original);
            let machine = machine_of(&bytes).unwrap_or_else(|why| panic!("{what}: {why}"));
            machine.audit().unwrap_or_else(|why| panic!("{what}: {why}"));
            assert!(bytes_of(&machine) == bytes, "{what}, command {count}");
            restored.push(machine);
        }
        let (command, after) = rest.split_at(first.0[1].into());
        let mut events = Vec::new();
        original.apply(1, command, &mut events);
        for machine in &mut restored {
            let mut same = Vec::new();
            machine.apply(1, command, &mut same);
            assert!(same == events, "{what}, command {count}");
        }
        rest = after;
        count += 1;
    }
    for machine in &restored {
        assert_eq!(machine.state_hash(), original.state_hash(), "{what}");
    }
}

#[test]
fn a_restored_machine_goes_on_as_the_one_it_was_made_of() {
    for seed in 0..24 {
        check(&stream(seed), 40, &format!("seed {seed}"));
    }
}

#[test]
fn so_does_one_with_a_large_book() {
    check(&large_book(), 15_000, "a large book");
}

#[test]
fn bytes_that_were_cut_make_no_machine() {
    let bytes = bytes_of(&applied(&stream(3)).1);
    for length in 0..bytes.len() {
        assert_eq!(machine_of(&bytes[..length]).err(), Some(Corrupt), "{length}");
    }
}
