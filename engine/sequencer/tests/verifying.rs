//! Reading a journal again, trusting nothing.

mod venue;

use openoutcry_journal::Disk;
use openoutcry_sequencer::{Environment, OpenError, Sequencer, Verified, verify};
use std::sync::atomic::{AtomicBool, Ordering};
use venue::faulty::Memory;
use venue::{FOUNDING, SIZES, Venue, founding, orders};

fn verified(disk: &Memory, is_running: bool) -> Verified {
    let before = disk.everything();
    let verified = verify(disk, SIZES, || is_running, &mut |_, _| true).unwrap();
    assert_eq!(disk.everything(), before, "verifying changes nothing");
    verified
}

fn written(frames: usize) -> (Memory, [u8; 32]) {
    let disk = Memory::default();
    let venue = Venue::founded(&disk);
    for _ in 0..frames {
        venue.run(&orders(100));
    }
    let hash = venue.hash();
    (disk, hash)
}

#[test]
fn a_whole_journal_gives_the_state_it_made() {
    let disk = Memory::default();
    let venue = Venue::founded(&disk);
    for _ in 0..300 {
        venue.run(&orders(100));
    }
    let (hash, bytes) = (venue.hash(), venue.engine.status().journal_bytes);
    drop(venue);
    let found = verified(&disk, false);
    assert_eq!(found.discrepancies, [""; 0]);
    assert_eq!((found.commands, found.frames), (FOUNDING + 30_000, 301));
    assert_eq!(found.state_hash, hash);
    assert!(found.segments > 1);
    assert_eq!(found.bytes, bytes);
}

#[test]
fn each_discrepancy_is_one_line() {
    let (disk, _) = written(3);
    let name = disk.segments()[0].clone();
    let whole = disk.bytes(&name);

    let mut torn = whole.clone();
    torn.extend([1; 100]);
    disk.put(&name, &torn);
    let end = whole.len();
    let expected =
        format!("torn tail: segment {name} at byte {end}: 100 bytes: the frame is cut short");
    let lines = verified(&disk, false).discrepancies;
    assert_eq!(lines, [expected]);
    assert_eq!(verified(&disk, true).discrepancies, [""; 0], "a running venue may be writing");

    let mut damaged = whole.clone();
    damaged[5_000] ^= 1;
    disk.put(&name, &damaged);
    let lines = verified(&disk, false).discrepancies;
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].starts_with(&format!("journal damaged: segment {name} at byte 4")),
        "{lines:?}"
    );

    assert_eq!(verified(&Memory::default(), false).discrepancies, ["there is no journal"]);
}

#[test]
fn verifying_can_be_interrupted() {
    let (disk, _) = written(1);
    let stopped = verify(&disk, SIZES, || false, &mut |_, _| false);
    assert!(matches!(stopped, Err(OpenError::Interrupted)));
}

#[test]
fn a_journal_can_be_read_while_it_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let environment = Environment { clock: Box::new(|| 1), wake: Box::new(|| {}) };
    let disk = Disk::lock(directory.path()).unwrap();
    let engine =
        Sequencer::open(disk, SIZES, || [7; 16], None, environment, &mut |_, _| true).unwrap();
    engine.submit(&founding()).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                // Frames of all sizes, up to several blocks of the file system.
                let count = 1 + usize::try_from(engine.status().sequence).unwrap() * 7 % 900;
                while engine.submit(&orders(count)).is_err() {
                    engine.answers();
                }
            }
        });
        for _ in 0..40 {
            let disk = Disk::read_only(directory.path());
            let found = verify(&disk, SIZES, || true, &mut |_, _| true).unwrap();
            assert_eq!(found.discrepancies, [""; 0]);
            if found.segments > 3 {
                break;
            }
        }
        done.store(true, Ordering::SeqCst);
    });
}
