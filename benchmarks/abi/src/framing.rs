//! The journal's frames, built as the venue builds them (copied, checksummed, chained) and then
//! thrown away: what is measured is the processor's part, not a disk's.

use openoutcry_journal::{File, Journal, MAXIMUM_COMMANDS, Outputs, Sizes, Storage};
use openoutcry_wire::Unit;
use std::io;

/// A frame is closed with this many commands at the latest.
const FRAME: usize = 4_096;
const _: () = assert!(FRAME <= MAXIMUM_COMMANDS);

/// A disk that takes everything at once and keeps nothing.
struct Nowhere;

impl Storage for Nowhere {
    type File = Self;

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn open(&self, _: &str) -> io::Result<Self> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn create(&self, _: &str) -> io::Result<Self> {
        Ok(Self)
    }

    fn publish(&self, _: &str, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Ok(())
    }
}

impl File for Nowhere {
    fn length(&self) -> io::Result<u64> {
        Ok(0)
    }

    fn read(&self, _: u64, _: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    fn write(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn allocate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A journal that frames what is applied.
pub struct Framing {
    journal: Journal<Nowhere>,
    /// Commands before this place are in closed frames.
    framed: usize,
}

impl Framing {
    pub fn new() -> Self {
        let sizes = Sizes { segment: u64::MAX, chunk: 1 << 40, ahead: 64, ..Sizes::default() };
        let journal = Journal::create(Nowhere, sizes, [7; 16]).expect("nowhere is always writable");
        Self { journal, framed: 0 }
    }

    /// Frames `commands` from where the last frame ended, if they fill one.
    #[inline]
    pub fn fill(&mut self, commands: &[Unit]) {
        if commands.len() - self.framed >= FRAME {
            self.close(commands);
        }
    }

    /// Frames all of `commands` that is not framed yet.
    pub fn close(&mut self, commands: &[Unit]) {
        for frame in commands[self.framed..].chunks(FRAME) {
            let count = u32::try_from(frame.len()).expect("a frame is short");
            self.journal.append(1, frame, count, Outputs::default()).expect("nowhere never fails");
        }
        self.framed = commands.len();
    }
}
