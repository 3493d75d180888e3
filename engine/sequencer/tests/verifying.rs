//! Reading a journal again, trusting nothing.

mod venue;

use openoutcry_sequencer::{OpenError, Verified, verify};
use venue::faulty::Memory;
use venue::{FOUNDING, SIZES, Venue, orders};

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
    let (disk, hash) = written(300);
    let found = verified(&disk, false);
    assert_eq!(found.discrepancies, [""; 0]);
    assert_eq!((found.commands, found.frames), (FOUNDING + 30_000, 301));
    assert_eq!(found.state_hash, hash);
    assert!(found.segments > 1);
    let bytes: usize = disk.segments().iter().map(|name| disk.bytes(name).len()).sum();
    assert_eq!(found.bytes, bytes as u64);
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
