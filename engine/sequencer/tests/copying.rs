//! A copy of a journal up to some command is the venue as it was after it.

mod venue;

use openoutcry_journal::{CopyError, Sizes, Until, copy};
use openoutcry_machine::Machine;
use openoutcry_sequencer::{archive_finished, take_snapshot, verify};
use openoutcry_wire::{Unit, command};
use venue::faulty::Memory;
use venue::{FOUNDING, SIZES, Venue, founding, orders};

const SMALL: Sizes = Sizes { segment: 1 << 13, ..SIZES };
const ORDERS: usize = 300;

/// A journal of frames of 1 to 24 commands, the k-th logged at 1,000 + k, with archived segments
/// and a snapshot; and its commands with their times.
fn journal() -> (Memory, Vec<(u64, Vec<Unit>)>) {
    let disk = Memory::default();
    let venue = Venue::open_with(&disk, SMALL).unwrap();
    let mut commands = Vec::new();
    let mut batches = vec![founding()];
    let mut left = ORDERS;
    while left > 0 {
        let size = (1 + left * 7 % 24).min(left);
        batches.push(orders(size));
        left -= size;
    }
    for (number, batch) in (1_u64..).zip(&batches) {
        venue.clock.store(1_000 + number, std::sync::atomic::Ordering::SeqCst);
        venue.run(batch);
        let mut rest: &[Unit] = batch;
        while let Ok(Some((_, after))) = command::next(rest) {
            commands.push((1_000 + number, rest[..rest.len() - after.len()].to_vec()));
            rest = after;
        }
        if number == 8 {
            take_snapshot(&disk, SMALL, venue.engine.status().sequence, &|| true).unwrap();
        }
    }
    drop(venue);
    archive_finished(&disk, &|| true).unwrap();
    (disk, commands)
}

fn copied(disk: &Memory, until: Until) -> Result<(Memory, u64), CopyError> {
    let target = Memory::default();
    let before = disk.everything();
    let copied = copy(disk, &target, SMALL, until, &mut |_, _| true);
    assert!(disk.everything() == before, "copying changes nothing");
    copied.map(|copied| (target, copied.sequence))
}

fn hash_after(commands: &[(u64, Vec<Unit>)]) -> [u8; 32] {
    let mut machine = Machine::new();
    for (time, units) in commands {
        machine.apply(*time, units, &mut Vec::new());
    }
    machine.state_hash()
}

fn check(target: &Memory, commands: &[(u64, Vec<Unit>)]) {
    let found = verify(target, SMALL, || false, &mut |_, _| true).unwrap();
    assert_eq!(found.discrepancies, [""; 0]);
    assert_eq!((found.commands, found.state_hash), (commands.len() as u64, hash_after(commands)));
}

#[test]
fn a_copy_ends_with_any_command_that_is_asked_for() {
    let (disk, commands) = journal();
    for sequence in 1..=commands.len() {
        let (target, reached) = copied(&disk, Until::Sequence(sequence as u64)).unwrap();
        assert_eq!(reached, sequence as u64);
        check(&target, &commands[..sequence]);
        if sequence % 40 == 0 {
            let venue = Venue::open_with(&target, SMALL).unwrap();
            assert_eq!(venue.hash(), hash_after(&commands[..sequence]));
            assert_eq!(venue.run(&orders(3)).len(), 3, "it goes on");
        }
    }
}

#[test]
fn a_copy_ends_with_the_last_command_of_any_time() {
    let (disk, commands) = journal();
    let (first, last) = (commands[0].0, commands.last().unwrap().0);
    for time in first..=last + 5 {
        let (target, reached) = copied(&disk, Until::Time(time)).unwrap();
        let expected = commands.iter().filter(|(logged, _)| *logged <= time).count();
        assert_eq!(reached, expected as u64);
        check(&target, &commands[..expected]);
    }
    let early = copied(&disk, Until::Time(first - 1)).unwrap_err();
    assert_eq!(early.to_string(), "the journal begins later than that");
}

#[test]
fn a_whole_copy_is_the_venue() {
    let (disk, commands) = journal();
    let (target, reached) = copied(&disk, Until::End).unwrap();
    assert_eq!(reached, FOUNDING + ORDERS as u64);
    check(&target, &commands);
    let found = verify(&target, SMALL, || false, &mut |_, _| true).unwrap();
    assert_eq!(found.snapshots, 1);
}

#[test]
fn what_cannot_be_copied_is_said() {
    let (disk, commands) = journal();
    let beyond = copied(&disk, Until::Sequence(commands.len() as u64 + 1)).unwrap_err();
    assert_eq!(beyond.to_string(), format!("the journal ends with command {}", commands.len()));
    let none = copied(&Memory::default(), Until::End).unwrap_err();
    assert_eq!(none.to_string(), "there is no journal");
    let stopped = copy(&disk, &Memory::default(), SMALL, Until::End, &mut |_, _| false);
    assert!(matches!(stopped, Err(CopyError::Interrupted)));
    let archived = |name: &&String| name.ends_with(".log.zst");
    let name = disk.everything().keys().find(archived).unwrap().clone();
    let mut bytes = disk.bytes(&name);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    disk.put(&name, &bytes);
    let damaged = copied(&disk, Until::Sequence(commands.len() as u64)).unwrap_err();
    assert!(damaged.to_string().starts_with("journal damaged: "), "{damaged}");
}
