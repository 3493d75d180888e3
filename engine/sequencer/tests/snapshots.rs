//! Snapshots: a start goes on from the newest sound one, and whatever became of them, it comes to
//! the same state or says why not.

mod venue;

use openoutcry_journal::{Sizes, snapshot_name, snapshots};
use openoutcry_sequencer::{Pace, Recovered, start, take_snapshot, verify};
use venue::faulty::Memory;
use venue::{FOUNDING, SIZES, Venue, orders};

/// Snapshots often, and segments that are soon finished.
const OFTEN: Sizes = Sizes { segment: 1 << 14, snapshot: 500, ..SIZES };

/// A journal of some frames, with snapshots after 1,000, 2,000 and 3,000 orders; its state hash.
fn kept() -> (Memory, [u8; 32]) {
    let disk = Memory::default();
    let venue = Venue::founded(&disk);
    for _ in 0..3 {
        for _ in 0..10 {
            venue.run(&orders(100));
        }
        let durable = venue.engine.status().sequence;
        assert_eq!(take_snapshot(&disk, SIZES, durable, &|| true).unwrap(), durable);
    }
    venue.run(&orders(101));
    (disk, venue.hash())
}

/// What a start comes to, and how.
fn started(disk: &Memory) -> Result<([u8; 32], Recovered), String> {
    let before = disk.everything();
    let started = start(disk, SIZES, u64::MAX, Pace::Fast, &mut |_, _| true)
        .map_err(|error| error.to_string());
    assert!(disk.everything() == before, "looking changes nothing");
    started?;
    let venue = Venue::open(disk).unwrap();
    Ok((venue.hash(), venue.engine.status().recovered))
}

fn name(thousands: u64) -> String {
    snapshot_name(FOUNDING + thousands * 1_000)
}

fn harm(disk: &Memory, name: &str) {
    let mut bytes = disk.bytes(name);
    let place = bytes.len() / 2;
    bytes[place] ^= 4;
    disk.put(name, &bytes);
}

#[test]
fn a_start_goes_on_from_the_newest() {
    let (disk, hash) = kept();
    let (again, recovered) = started(&disk).unwrap();
    assert_eq!(again, hash);
    assert_eq!((recovered.snapshot, recovered.commands), (FOUNDING + 3_000, 101));
    assert_eq!(recovered.notices, [""; 0]);
}

#[test]
fn a_venue_that_went_on_from_a_snapshot_answers_as_before() {
    let (disk, _) = kept();
    let copy = Memory::default();
    disk.everything().iter().for_each(|(name, bytes)| copy.put(name, bytes));
    snapshots(&copy).unwrap().iter().for_each(|one| copy.lose(&snapshot_name(*one)));
    let (with, without) = (Venue::open(&disk).unwrap(), Venue::open(&copy).unwrap());
    assert_eq!(without.engine.status().recovered.snapshot, 0);
    for count in [1, 10, 100] {
        assert_eq!(with.run(&orders(count)), without.run(&orders(count)));
        assert_eq!(with.hash(), without.hash());
    }
}

#[test]
fn a_damaged_snapshot_falls_back_to_an_older_one_and_says_so() {
    let (disk, hash) = kept();
    for (harmed, left, commands) in [(3, 2, 1_101), (2, 1, 2_101), (1, 0, FOUNDING + 3_101)] {
        harm(&disk, &name(harmed));
        let (again, recovered) = started(&disk).unwrap();
        assert_eq!(again, hash);
        let snapshot = if left == 0 { 0 } else { FOUNDING + left * 1_000 };
        assert_eq!((recovered.snapshot, recovered.commands), (snapshot, commands));
        let expected: Vec<String> = (harmed..=3)
            .rev()
            .map(|one| format!("snapshot {}: its bytes are not those that were written", name(one)))
            .collect();
        assert_eq!(recovered.notices, expected);
    }
}

#[test]
fn snapshots_are_taken_and_segments_archived_while_the_venue_runs() {
    let disk = Memory::default();
    let venue = Venue::open_with(&disk, OFTEN).unwrap();
    venue.run(&venue::founding());
    let mut answers = 0;
    for _ in 0..60 {
        answers += venue.run(&orders(50)).len();
    }
    assert_eq!(answers, 3_000);
    venue.until_kept(|status| status.snapshot + 500 > FOUNDING + 3_000);
    venue.until_kept(|_| disk.segments().len() == 1);
    let hash = venue.hash();
    drop(venue);
    assert!(!snapshots(&disk).unwrap().is_empty() && snapshots(&disk).unwrap().len() <= 3);
    let archived = disk.everything().keys().filter(|name| name.ends_with(".log.zst")).count();
    assert!(archived > 10, "{archived}");
    let found = verify(&disk, OFTEN, || false, &mut |_, _| true).unwrap();
    assert_eq!(found.discrepancies, [""; 0]);
    assert_eq!((found.state_hash, found.commands), (hash, FOUNDING + 3_000));
    assert!(found.snapshots >= 1 && found.segments == archived + 1);
    assert_eq!(started(&disk).unwrap().0, hash);
}

#[test]
fn a_journal_that_ends_before_a_snapshot_is_refused() {
    let (disk, _) = kept();
    let segment = disk.segments().pop().unwrap();
    let bytes = disk.bytes(&segment);
    disk.put(&segment, &bytes[..bytes.len() / 2]);
    let error = started(&disk).unwrap_err();
    assert!(error.starts_with(&format!("journal damaged: segment {segment} at byte ")), "{error}");
    assert!(error.ends_with(&format!("before snapshot {}", name(3))), "{error}");
    disk.segments().iter().for_each(|segment| disk.lose(segment));
    let error = started(&disk).unwrap_err();
    assert!(error.contains("the journal ends with command 0"), "{error}");
}

#[test]
fn a_snapshot_of_another_journal_is_passed_over() {
    let (disk, hash) = kept();
    let (other, _) = kept();
    let foreign = Memory::default();
    let venue = Venue::founded(&foreign);
    venue.run(&orders(2_993));
    let durable = venue.engine.status().sequence;
    take_snapshot(&foreign, SIZES, durable, &|| true).unwrap();
    drop((venue, other));
    disk.put(&name(3), &foreign.bytes(&snapshot_name(durable)));
    let (again, recovered) = started(&disk).unwrap();
    assert_eq!((again, recovered.snapshot), (hash, FOUNDING + 2_000));
    assert_eq!(recovered.notices.len(), 1);
}

#[test]
fn verify_holds_snapshots_to_what_replay_comes_to() {
    let (disk, _) = kept();
    let verified = |disk: &Memory| verify(disk, SIZES, || false, &mut |_, _| true).unwrap();
    assert_eq!((verified(&disk).snapshots, verified(&disk).discrepancies), (3, vec![]));
    harm(&disk, &name(2));
    let expected = format!("snapshot {}: its bytes are not those that were written", name(2));
    assert_eq!(verified(&disk).discrepancies, [expected]);
    disk.put(&name(2), &disk.bytes(&name(3)));
    let lines = verified(&disk).discrepancies;
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("it says that it was taken after command"), "{lines:?}");
}

#[test]
fn a_snapshot_that_cannot_be_written_harms_nobody() {
    let disk = Memory::default();
    let venue = Venue::open_with(&disk, OFTEN).unwrap();
    venue.run(&venue::founding());
    disk.fail(venue::faulty::Faults { room: Some(200_000), ..Default::default() });
    let before = disk.everything();
    let full = take_snapshot(&disk, SIZES, u64::MAX, &|| false);
    assert_eq!(full.unwrap_err().to_string(), "interrupted");
    assert_eq!(disk.everything(), before);
    disk.fail(venue::faulty::Faults { room: Some(100), ..Default::default() });
    let full = take_snapshot(&disk, SIZES, u64::MAX, &|| true).unwrap_err().to_string();
    assert!(full.starts_with("cannot take "), "{full}");
    assert_eq!(disk.everything(), before, "the draft is gone");
}
