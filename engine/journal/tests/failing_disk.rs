//! A disk that fills up, fails or loses power: nothing unsynced is ever acknowledged.

mod faulty;

use faulty::history::{SMALL, VENUE, append, read, resume, written};
use faulty::{Faults, Memory};
use openoutcry_journal::{Journal, JournalError, Sizes};
use proptest::prelude::*;

const LARGE: Sizes =
    Sizes { segment: 1 << 20, chunk: 1 << 16, ahead: 4096, read: 1 << 16, snapshot: 1 << 40 };

#[test]
fn after_a_full_disk_nothing_more_is_taken() {
    for room in 0..700 {
        let disk = Memory::default();
        let mut told = written(&disk, LARGE, &[2, 3]);
        let mut journal = resume(&disk, LARGE).unwrap();
        disk.fail(Faults { room: Some(room), ..Faults::default() });
        let acknowledged = append(&mut journal, 5);
        if let Ok(frame) = acknowledged {
            told.push(frame);
        }
        let error = append(&mut journal, 5).unwrap_err();
        assert!(matches!(error, JournalError::Failed(_)), "{error}");
        disk.fail(Faults::default());
        let again = append(&mut journal, 1).unwrap_err();
        assert_eq!(again.to_string(), error.to_string(), "room alone does not mend a journal");
        drop(journal);
        let (read, tail) = read(&disk, LARGE).unwrap();
        // Only zeros may have been missing, which is what the disk had: then the frame is whole.
        assert!(read.starts_with(&told), "room for {room} bytes");
        assert!(read.len() <= told.len() + 1, "room for {room} bytes");
        append(&mut Journal::resume(disk.clone(), LARGE, &tail.unwrap()).unwrap(), 1).unwrap();
    }
}

#[test]
fn a_failed_sync_is_never_tried_again() {
    let disk = Memory::default();
    written(&disk, LARGE, &[2]);
    let mut journal = resume(&disk, LARGE).unwrap();
    disk.fail(Faults { syncs: Some(0), ..Faults::default() });
    assert!(append(&mut journal, 1).is_err());
    disk.fail(Faults::default());
    let syncs = disk.syncs();
    assert!(append(&mut journal, 1).is_err());
    journal.close().unwrap();
    assert_eq!(disk.syncs(), syncs);
}

#[test]
fn a_disk_that_fails_while_a_segment_rolls_stops_the_journal_and_not_the_next_start() {
    for syncs in 0..4 {
        let disk = Memory::default();
        let mut told = written(&disk, SMALL, &[20]);
        let mut journal = resume(&disk, SMALL).unwrap();
        disk.fail(Faults { syncs: Some(syncs), ..Faults::default() });
        while let Ok(frame) = append(&mut journal, 20) {
            told.push(frame);
        }
        drop(journal);
        disk.fail(Faults::default());
        disk.crash(|_| false);
        let mut journal = resume(&disk, SMALL).unwrap();
        told.push(append(&mut journal, 20).unwrap());
        assert_eq!(read(&disk, SMALL).unwrap().0, told, "{syncs} syncs");
    }
}

#[test]
fn what_a_start_reads_is_durable_before_anything_follows_it() {
    let disk = Memory::default();
    let mut told = written(&disk, LARGE, &[3, 4]);
    let mut journal = resume(&disk, LARGE).unwrap();
    disk.fail(Faults { syncs: Some(0), ..Faults::default() });
    assert!(append(&mut journal, 5).is_err());
    disk.fail(Faults::default());
    // The process ended, the machine did not: the unsynced frame can be read, and so is history.
    let (read_again, _) = read(&disk, LARGE).unwrap();
    assert_eq!(read_again.len(), 3);
    drop(resume(&disk, LARGE).unwrap());
    disk.crash(|_| false);
    told.push(read_again[2].clone());
    assert_eq!(read(&disk, LARGE).unwrap().0, told);
}

#[test]
fn a_full_disk_at_creation_leaves_nothing_behind() {
    let disk = Memory::default();
    disk.fail(Faults { room: Some(100), ..Faults::default() });
    assert!(Journal::create(disk.clone(), SMALL, VENUE).is_err());
    assert!(read(&disk, SMALL).unwrap().1.is_none());
    disk.fail(Faults::default());
    written(&disk, SMALL, &[1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The power fails while the last frame is being written, and any of its sectors may or may
    /// not have reached the disk: all that was acknowledged is there, and the last frame is there
    /// whole or not at all.
    #[test]
    fn a_power_failure_costs_nothing_acknowledged(
        counts in prop::collection::vec(1u32..30, 1..8),
        last in 1u32..60,
        survivors in prop::collection::vec(any::<bool>(), 64),
    ) {
        let disk = Memory::default();
        let mut told = written(&disk, LARGE, &counts);
        let mut journal = resume(&disk, LARGE).unwrap();
        disk.fail(Faults { syncs: Some(0), ..Faults::default() });
        prop_assert!(append(&mut journal, last).is_err());
        drop(journal);
        disk.fail(Faults::default());
        disk.crash(|sector| survivors[sector % survivors.len()]);
        let (after, tail) = read(&disk, LARGE).unwrap();
        prop_assert!(after.starts_with(&told));
        prop_assert!(after.len() <= told.len() + 1);
        told = after;
        let mut journal = Journal::resume(disk.clone(), LARGE, &tail.unwrap()).unwrap();
        told.push(append(&mut journal, 3).unwrap());
        prop_assert_eq!(read(&disk, LARGE).unwrap().0, told);
    }
}
