//! Reading a journal that a venue is writing: what is half there is no damage.

mod faulty;

use faulty::Memory;
use faulty::history::{SMALL, read, written};
use openoutcry_journal::{BLOCK, File, Sizes, Storage};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

const LARGE: Sizes =
    Sizes { segment: 1 << 20, chunk: 4096, ahead: 512, read: 1 << 16, snapshot: 1 << 40 };

/// A disk whose first read of the frames finds nothing from a byte on: the writer came that far.
struct Early<'a> {
    disk: Memory,
    came_to: u64,
    seen: &'a AtomicBool,
}

struct EarlyFile<'a> {
    file: <Memory as Storage>::File,
    came_to: u64,
    seen: &'a AtomicBool,
}

impl<'a> Storage for Early<'a> {
    type File = EarlyFile<'a>;

    fn names(&self) -> io::Result<Vec<String>> {
        self.disk.names()
    }

    fn open(&self, name: &str) -> io::Result<EarlyFile<'a>> {
        let (came_to, seen) = (self.came_to, self.seen);
        Ok(EarlyFile { file: self.disk.open(name)?, came_to, seen })
    }

    fn create(&self, _name: &str) -> io::Result<EarlyFile<'a>> {
        unreachable!("a reader creates nothing")
    }

    fn publish(&self, _from: &str, _to: &str) -> io::Result<()> {
        unreachable!("a reader publishes nothing")
    }

    fn remove(&self, _name: &str) -> io::Result<()> {
        unreachable!("a reader removes nothing")
    }
}

impl File for EarlyFile<'_> {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read(at, into)?;
        if at >= BLOCK && !self.seen.swap(true, Ordering::SeqCst) {
            let there = usize::try_from(self.came_to - at).unwrap();
            into[there..].fill(0);
        }
        Ok(())
    }

    fn write(&mut self, _at: u64, _bytes: &[u8]) -> io::Result<()> {
        unreachable!("a reader writes nothing")
    }

    fn allocate(&mut self, _length: u64) -> io::Result<()> {
        unreachable!("a reader reserves nothing")
    }

    fn truncate(&mut self, _length: u64) -> io::Result<()> {
        unreachable!("a reader cuts nothing")
    }

    fn sync(&mut self) -> io::Result<()> {
        unreachable!("a reader syncs nothing")
    }
}

#[test]
fn a_frame_that_was_half_there_is_read_again() {
    let disk = Memory::default();
    let told = written(&disk, LARGE, &[3, 4, 5, 6]);
    let end = read(&disk, LARGE).unwrap().1.unwrap().offset;
    for came_to in (BLOCK..end).step_by(16) {
        let seen = AtomicBool::new(false);
        let early = Early { disk: disk.clone(), came_to, seen: &seen };
        let (read, tail) = read(&early, LARGE).unwrap();
        let tail = tail.unwrap();
        // The last frame alone may still look as if it were on its way.
        let all = read == told && tail.torn.is_none();
        assert!(all || (read == told[..3] && tail.torn.is_some()), "written up to {came_to}");
    }
}

#[test]
fn segments_that_end_meanwhile_give_back_their_room() {
    let disk = Memory::default();
    let told = written(&disk, SMALL, &[8; 12]);
    let names = disk.segments();
    let mut reader = openoutcry_journal::Reader::new(&disk, SMALL).unwrap();
    let mut batch = openoutcry_journal::Batch::default();
    assert!(reader.next(&mut batch).unwrap());
    let mut read: u64 = batch.frames().map(|frame| u64::from(frame.header.count)).sum();
    // The writer ends its last segment at its last frame.
    let last = names.last().unwrap();
    let bytes = disk.bytes(last);
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    disk.put(last, &bytes[..used.next_multiple_of(64)]);
    while reader.next(&mut batch).unwrap() {
        read += batch.frames().map(|frame| u64::from(frame.header.count)).sum::<u64>();
    }
    assert_eq!(read, 8 * told.len() as u64);
}
