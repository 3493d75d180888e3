//! Bytes that change after they were acknowledged: always noticed, never applied, never a crash.

mod faulty;

use faulty::Memory;
use faulty::history::{SMALL, Told, append, read, read_into, resume, written};
use openoutcry_journal::{BLOCK, Journal, JournalError, Sizes, Tail};

const NAME: &str = "00000000000000000001.log";

/// A journal of 7 frames in one segment that was not closed: zeros follow.
fn one_segment() -> (Vec<u8>, Vec<Told>) {
    let disk = Memory::default();
    let told = written(&disk, Sizes { segment: 1 << 20, ..SMALL }, &[3, 1, 4, 1, 5, 2, 6]);
    assert_eq!(disk.segments(), [NAME]);
    (disk.bytes(NAME), told)
}

/// Reads a journal of one segment with these bytes.
fn read_bytes(bytes: &[u8]) -> (Vec<Told>, Result<Option<Tail>, JournalError>) {
    let disk = Memory::default();
    disk.put(NAME, bytes);
    let before = disk.everything();
    let mut told = Vec::new();
    let tail = read_into(&disk, SMALL, &mut told);
    assert_eq!(disk.everything(), before, "reading changes nothing");
    (told, tail)
}

/// Where the frames of a segment start, and where the last one ends.
fn boundaries(told: &[Told]) -> Vec<usize> {
    let mut at = usize::try_from(BLOCK).unwrap();
    let mut starts = vec![at];
    for (_, _, units) in told {
        at += (2 + units.len()) * 64;
        starts.push(at);
    }
    starts
}

/// A change at byte `at` of a journal: what was read is what was written before it; damage names
/// the frame that was hit; only the last frame may count as torn.
fn check_noticed(bytes: &[u8], at: usize, told: &[Told], starts: &[usize]) {
    let (read, tail) = read_bytes(bytes);
    assert!(told.starts_with(&read), "byte {at}: nothing but history is read");
    let hit = starts.iter().filter(|start| **start <= at).count();
    match tail {
        Err(JournalError::Damaged { segment, offset, .. }) => {
            assert_eq!(segment, NAME);
            let expected = if hit == 0 { 0 } else { starts[hit - 1] };
            assert_eq!(offset, expected as u64, "byte {at}");
            assert!(hit < told.len(), "byte {at}: the last frame and what follows is torn");
        }
        Ok(Some(tail)) => {
            let torn = tail.torn.expect("noticed");
            assert!(hit >= told.len(), "byte {at}: damage before the tail is no torn tail");
            assert_eq!(read.len(), hit - 1, "byte {at}");
            assert_eq!(tail.offset, starts[hit - 1] as u64);
            assert!(torn.bytes > 0 && tail.offset + torn.bytes <= bytes.len() as u64);
        }
        other => panic!("byte {at}: {other:?}"),
    }
}

#[test]
fn every_flipped_byte_is_noticed() {
    let (bytes, told) = one_segment();
    let starts = boundaries(&told);
    for at in 0..bytes.len() {
        for mask in [0x01, 0x80, 0xFF] {
            let mut changed = bytes.clone();
            changed[at] ^= mask;
            check_noticed(&changed, at, &told, &starts);
        }
    }
}

#[test]
fn every_zeroed_byte_and_sector_is_noticed() {
    let (bytes, told) = one_segment();
    let starts = boundaries(&told);
    let end = *starts.last().unwrap();
    for at in (0..end).filter(|at| bytes[*at] != 0) {
        let mut changed = bytes.clone();
        changed[at] = 0;
        check_noticed(&changed, at, &told, &starts);
    }
    // A sector that holds the last frame's header and some of the frame before leaves no trace of
    // the last frame: both count as torn.
    let last = starts[told.len() - 1];
    for at in (0..end).step_by(512).filter(|at| !(last - 512..last + 128).contains(at)) {
        let mut changed = bytes.clone();
        let sector = &mut changed[at..(at + 512).min(end)];
        let Some(first) = sector.iter().position(|byte| *byte != 0) else { continue };
        sector.fill(0);
        check_noticed(&changed, at + first, &told, &starts);
    }
}

#[test]
fn a_journal_cut_anywhere_is_a_shorter_history() {
    let (bytes, told) = one_segment();
    let starts = boundaries(&told);
    for length in 0..bytes.len() {
        let (read, tail) = read_bytes(&bytes[..length]);
        assert!(told.starts_with(&read), "cut at {length}");
        let whole = starts.iter().filter(|start| **start <= length).count();
        if whole == 0 {
            let damaged = matches!(tail, Err(JournalError::Damaged { offset: 0, .. }));
            assert!(damaged, "cut at {length}: a cut header is damage");
            continue;
        }
        let tail = tail.expect("a torn tail").expect("a journal");
        assert_eq!(read.len(), whole - 1, "cut at {length}");
        let end = starts[whole - 1];
        let rest = &bytes[end..length];
        assert_eq!(tail.torn.is_some(), rest.iter().any(|byte| *byte != 0), "cut at {length}");
    }
}

#[test]
fn a_byte_that_went_missing_is_noticed_though_the_rest_moved() {
    let (bytes, told) = one_segment();
    let starts = boundaries(&told);
    for at in (0..starts[told.len() - 1]).step_by(7) {
        let mut changed = bytes.clone();
        changed.remove(at);
        let (read, tail) = read_bytes(&changed);
        assert!(told.starts_with(&read));
        assert!(matches!(tail, Err(JournalError::Damaged { .. })), "byte {at}: {tail:?}");
    }
}

#[test]
fn every_flipped_byte_in_an_earlier_segment_is_damage() {
    let disk = Memory::default();
    let told = written(&disk, SMALL, &[8; 16]);
    let segments = disk.segments();
    assert!(segments.len() >= 3);
    for segment in &segments[..segments.len() - 1] {
        let bytes = disk.bytes(segment);
        for at in (0..bytes.len()).step_by(3) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            disk.put(segment, &changed);
            let mut read = Vec::new();
            let error = read_into(&disk, SMALL, &mut read).unwrap_err();
            assert!(told.starts_with(&read));
            let JournalError::Damaged { segment: named, .. } = &error else {
                panic!("byte {at} of {segment}: {error}")
            };
            assert_eq!(named, segment, "byte {at}");
        }
        disk.put(segment, &bytes);
    }
}

#[test]
fn a_missing_segment_is_damage_where_the_one_before_ends() {
    let disk = Memory::default();
    written(&disk, SMALL, &[8; 16]);
    let segments = disk.segments();
    let end = disk.bytes(&segments[0]).len();
    disk.lose(&segments[1]);
    let error = read(&disk, SMALL).unwrap_err().to_string();
    assert!(error.contains(&format!("segment {} at byte {end}", segments[0])), "{error}");
    disk.lose(&segments[0]);
    let error = read(&disk, SMALL).unwrap_err().to_string();
    assert!(error.contains("where 1 follows"), "{error}");
}

#[test]
fn an_earlier_segment_cut_at_a_frame_is_damage() {
    let disk = Memory::default();
    let told = written(&disk, SMALL, &[8; 16]);
    let first = disk.segments()[0].clone();
    let bytes = disk.bytes(&first);
    let end = boundaries(&told)[1];
    disk.put(&first, &bytes[..end]);
    let error = read(&disk, SMALL).unwrap_err().to_string();
    assert!(error.contains(&format!("segment {first} at byte {end}")), "{error}");
}

#[test]
fn a_segment_of_another_venue_is_refused() {
    let ours = Memory::default();
    written(&ours, SMALL, &[8; 16]);
    let theirs = Memory::default();
    let mut journal = Journal::create(theirs.clone(), SMALL, [3; 16]).unwrap();
    for _ in 0..16 {
        append(&mut journal, 8).unwrap();
    }
    let second = ours.segments()[1].clone();
    ours.put(&second, &theirs.bytes(&second));
    let error = read(&ours, SMALL).unwrap_err();
    assert!(matches!(&error, JournalError::Foreign { segment } if *segment == second), "{error}");
    assert_eq!(error.to_string(), format!("journal segment {second} belongs to another venue"));
}

#[test]
fn a_frame_of_another_history_is_damage_though_its_checksum_matches() {
    let disk = Memory::default();
    let told = written(&disk, Sizes { segment: 1 << 20, ..SMALL }, &[3, 4, 5]);
    let other = Memory::default();
    written(&other, Sizes { segment: 1 << 20, ..SMALL }, &[3]);
    let mut journal = resume(&other, Sizes { segment: 1 << 20, ..SMALL }).unwrap();
    append(&mut journal, 4).unwrap();
    // The same commands under another epoch: what follows was not written after this.
    let starts = boundaries(&told);
    let mut bytes = disk.bytes(NAME);
    bytes[starts[1]..starts[2]].copy_from_slice(&other.bytes(NAME)[starts[1]..starts[2]]);
    let (read, tail) = read_bytes(&bytes);
    assert!(told.starts_with(&read));
    let error = tail.unwrap_err().to_string();
    assert!(error.contains(&format!("byte {}", starts[2])), "{error}");
    assert!(error.contains("the chain digest does not match"), "{error}");
}

#[test]
fn a_frame_behind_a_zeroed_one_is_found_even_in_small_windows() {
    let (bytes, told) = one_segment();
    let starts = boundaries(&told);
    for read in [64, 128, 192, 4096] {
        let mut changed = bytes.clone();
        changed[starts[2]..starts[5]].fill(0);
        let disk = Memory::default();
        disk.put(NAME, &changed);
        let error = faulty::history::read(&disk, Sizes { read, ..SMALL }).unwrap_err().to_string();
        let expected = format!("a later frame starts at {}", starts[5]);
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn a_format_of_the_future_is_refused_by_its_number() {
    let disk = Memory::default();
    written(&disk, SMALL, &[2]);
    let mut bytes = disk.bytes(NAME);
    bytes[8..16].copy_from_slice(&[9, 0, 0, 0, 0, 0, 0, 0]);
    let checksum = crc32c::crc32c(&bytes[..4096]);
    bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
    let error = read_bytes(&bytes).1.unwrap_err();
    assert!(matches!(error, JournalError::UnknownVersion { version: 9, .. }), "{error}");
}
