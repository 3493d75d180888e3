//! What is appended is read back, in order, over any cut into frames and segments.

mod faulty;

use faulty::Memory;
use faulty::history::{SMALL, VENUE, append, read, resume, written};
use openoutcry_journal::{BLOCK, Journal, Sizes};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_frame_is_read_back_as_it_was_written(
        sessions in prop::collection::vec(prop::collection::vec(1u32..40, 0..12), 1..5),
        closed in any::<bool>(),
    ) {
        let disk = Memory::default();
        let mut told = Vec::new();
        let mut journal = Journal::create(disk.clone(), SMALL, VENUE).unwrap();
        for counts in &sessions {
            for count in counts {
                told.push(append(&mut journal, *count).unwrap());
            }
            let (bytes, digest) = (journal.bytes(), journal.digest());
            if closed { journal.close().unwrap() } else { drop(journal) }
            let (again, tail) = read(&disk, SMALL).unwrap();
            let tail = tail.unwrap();
            prop_assert_eq!(&again, &told);
            prop_assert_eq!((tail.bytes, tail.digest, &tail.torn), (bytes, digest, &None));
            prop_assert_eq!(tail.frames, told.len() as u64);
            journal = resume(&disk, SMALL).unwrap();
        }
    }
}

#[test]
fn a_segment_is_named_by_its_first_command() {
    let disk = Memory::default();
    let told = written(&disk, SMALL, &[30, 30, 30, 30]);
    let names = disk.segments();
    assert!(names.len() > 1, "small segments roll: {names:?}");
    for name in names {
        let first = name[..20].parse().unwrap();
        assert!(told.iter().any(|frame| frame.0 == first), "{name} starts with a frame");
    }
}

#[test]
fn a_frame_larger_than_a_segment_has_one_for_itself() {
    let disk = Memory::default();
    let told = written(&disk, SMALL, &[5, 400, 5]);
    assert_eq!(read(&disk, SMALL).unwrap().0, told);
    assert_eq!(disk.segments().len(), 3);
}

#[test]
fn every_frame_is_synced_before_append_returns() {
    let disk = Memory::default();
    let mut journal = Journal::create(disk.clone(), Sizes::default(), VENUE).unwrap();
    for _ in 0..10 {
        let before = disk.syncs();
        append(&mut journal, 3).unwrap();
        assert_eq!(disk.syncs(), before + 1);
    }
    disk.crash(|_| false);
    assert_eq!(read(&disk, Sizes::default()).unwrap().0.len(), 10);
}

#[test]
fn closing_gives_reserved_room_back() {
    let disk = Memory::default();
    let mut journal = Journal::create(disk.clone(), SMALL, VENUE).unwrap();
    append(&mut journal, 2).unwrap();
    let bytes = journal.bytes();
    journal.close().unwrap();
    assert_eq!(disk.bytes(&disk.segments()[0]).len() as u64, bytes);
}

#[test]
fn each_start_has_its_own_epoch() {
    let disk = Memory::default();
    written(&disk, SMALL, &[1]);
    append(&mut resume(&disk, SMALL).unwrap(), 1).unwrap();
    append(&mut resume(&disk, SMALL).unwrap(), 1).unwrap();
    assert_eq!(read(&disk, SMALL).unwrap().1.unwrap().epoch, 3);
}

#[test]
fn an_empty_directory_has_no_tail_and_an_empty_journal_has_one() {
    let disk = Memory::default();
    assert!(read(&disk, SMALL).unwrap().1.is_none());
    written(&disk, SMALL, &[]);
    let tail = read(&disk, SMALL).unwrap().1.unwrap();
    assert_eq!((tail.next, tail.frames, tail.bytes), (1, 0, BLOCK));
}

#[test]
#[should_panic(expected = "logged time never goes backwards")]
fn logged_time_never_goes_backwards() {
    let mut journal = Journal::create(Memory::default(), SMALL, VENUE).unwrap();
    append(&mut journal, 1).unwrap();
    let units = faulty::history::commands(2, 1);
    let _ = journal.append(0, &units, 1, openoutcry_journal::Outputs::default());
}
