//! Every byte of a journal, of an archive and of a snapshot flipped, zeroed and cut off in turn:
//! each time it is detected, nothing is applied that was not written, and nothing panics.
//!
//! `make bytes` prints the table.

mod venue;

use openoutcry_journal::{Batch, Reader, Sizes, Snapshot, snapshot_name};
use openoutcry_sequencer::{archive_finished, take_snapshot};
use openoutcry_wire::Unit;
use venue::faulty::Memory;
use venue::{SIZES, Venue, order, orders};

const KIB: usize = 1 << 10;
const SMALL: Sizes = Sizes { segment: 1 << 30, chunk: 4096, ahead: 64, read: 1 << 17, ..SIZES };

/// What became of harm: noticed, or read as a write that was cut short, which no answer covers.
#[derive(Debug, Default)]
struct Tally {
    harmed: [u32; 3],
    refused: u32,
    torn: u32,
}

enum Read {
    Refused,
    /// The journal up to the frame before the last, or less where its end was cut off.
    Shorter,
    Whole,
}

/// Commands frame by frame.
type Frames = Vec<Vec<Unit>>;

fn frames(disk: &Memory) -> Result<Frames, String> {
    let mut reader = Reader::new(disk, SMALL).map_err(|error| error.to_string())?;
    let (mut batch, mut frames) = (Batch::default(), Vec::new());
    while reader.next(&mut batch).map_err(|error| error.to_string())? {
        frames.extend(batch.frames().map(|frame| frame.commands.to_vec()));
    }
    Ok(frames)
}

/// Harms each byte of a file in three ways; a byte that is zero already is not zeroed.
fn harm_every_byte(disk: &Memory, name: &str, read: impl Fn(&Memory) -> Read) -> Tally {
    let bytes = disk.bytes(name);
    let mut tally = Tally::default();
    let mut try_one = |kind: usize, at: usize, harmed: &[u8], cut: bool| {
        disk.put(name, harmed);
        tally.harmed[kind] += 1;
        match read(disk) {
            Read::Refused => tally.refused += 1,
            Read::Shorter => tally.torn += 1,
            // Room behind the last frame may go away.
            Read::Whole => assert!(cut && bytes[at..].iter().all(|byte| *byte == 0), "{at}"),
        }
    };
    let mut harmed = bytes.clone();
    for (at, byte) in bytes.iter().enumerate() {
        harmed[at] = byte ^ (1 << (at % 8));
        try_one(0, at, &harmed, false);
        if *byte != 0 {
            harmed[at] = 0;
            try_one(1, at, &harmed, false);
        }
        harmed[at] = *byte;
        try_one(2, at, &bytes[..at], true);
    }
    disk.put(name, &bytes);
    tally
}

/// A journal whose one segment has this many bytes, in frames of some commands.
fn journal(bytes: usize, sizes: Sizes) -> Memory {
    let disk = Memory::default();
    let venue = Venue::open_with(&disk, sizes).unwrap();
    venue.run(&venue::founding());
    let mut number = 0;
    while venue.engine.status().journal_bytes < bytes as u64 {
        number += 1;
        let resting = order(1 + number % 2, Some(&format!("order {number}")));
        venue.run(&[orders(number as usize % 7), resting].concat());
    }
    drop(venue);
    disk
}

fn print(file: &str, bytes: usize, tally: &Tally) {
    let [flipped, zeroed, cut] = tally.harmed;
    let (refused, torn) = (tally.refused, tally.torn);
    println!("{file:<18} {bytes:>8} {flipped:>8} {zeroed:>8} {cut:>8} {refused:>9} {torn:>6}");
}

fn read_journal(disk: &Memory, sound: &Frames, torn: bool) -> Read {
    match frames(disk) {
        Err(_) => Read::Refused,
        Ok(found) if found == *sound => Read::Whole,
        Ok(found) => {
            assert!(torn && sound.starts_with(&found), "nothing but history is read");
            Read::Shorter
        }
    }
}

fn all_are_detected(tally: &Tally) {
    assert_eq!(tally.harmed.iter().sum::<u32>(), tally.refused);
}

#[test]
fn every_byte_of_a_journal_is_watched() {
    let disk = journal(64 * KIB, SMALL);
    let whole = frames(&disk).unwrap();
    let name = disk.segments().remove(0);
    let bytes = disk.bytes(&name).len();
    assert!(bytes >= 64 * KIB);
    let tally = harm_every_byte(&disk, &name, |disk| read_journal(disk, &whole, true));
    print("journal segment", bytes, &tally);
}

#[test]
fn every_byte_of_a_snapshot_is_watched() {
    let disk = journal(64 * KIB, SMALL);
    let sequence = take_snapshot(&disk, SMALL, u64::MAX, &|| true).unwrap();
    let name = snapshot_name(sequence);
    let tally = harm_every_byte(&disk, &name, |disk| {
        let checked = Snapshot::read(disk, sequence).and_then(Snapshot::check);
        if checked.is_err() { Read::Refused } else { Read::Whole }
    });
    print("snapshot", disk.bytes(&name).len(), &tally);
    all_are_detected(&tally);
}

#[test]
fn every_byte_of_an_archived_segment_is_watched() {
    let disk = journal(64 * KIB, Sizes { segment: 48 * KIB as u64, ..SMALL });
    archive_finished(&disk, &|| true).unwrap();
    let whole = frames(&disk).unwrap();
    let archived = |name: &&String| name.ends_with(".log.zst");
    let name = disk.everything().keys().find(archived).unwrap().clone();
    let tally = harm_every_byte(&disk, &name, |disk| read_journal(disk, &whole, false));
    print("archived segment", disk.bytes(&name).len(), &tally);
    all_are_detected(&tally);
}
