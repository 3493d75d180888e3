//! One file: what the disk has, what the kernel shows, and what lies between.

use openoutcry_workload::Random;
use std::io;

/// What a disk writes at once: a failure leaves each sector old, new, or cut.
const SECTOR: usize = 512;

/// A change that no sync has made durable yet.
#[derive(Clone, Debug)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Resize(usize),
}

/// A file's bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    durable: Vec<u8>,
    shown: Vec<u8>,
    changes: Vec<Change>,
}

fn put(into: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if into.len() < end {
        into.resize(end, 0);
    }
    into[at..end].copy_from_slice(bytes);
}

impl Content {
    pub(super) fn length(&self) -> usize {
        self.shown.len()
    }

    pub(super) fn read(&self, at: usize, into: &mut [u8]) -> io::Result<()> {
        let bytes = self.shown.get(at..at + into.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(bytes);
        Ok(())
    }

    /// What is shown there, zeros behind the end.
    pub(super) fn bytes(&self, at: usize, length: usize) -> Vec<u8> {
        let shown = self.shown.iter().skip(at).take(length).copied();
        shown.chain(std::iter::repeat(0)).take(length).collect()
    }

    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) {
        put(&mut self.shown, at, bytes);
        self.changes.push(Change::Write { at, bytes: bytes.to_vec() });
    }

    pub(super) fn grow(&mut self, length: usize) {
        if length > self.shown.len() {
            self.truncate(length);
        }
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.shown.resize(length, 0);
        self.changes.push(Change::Resize(length));
    }

    pub(super) fn sync(&mut self) {
        for change in std::mem::take(&mut self.changes) {
            match change {
                Change::Write { at, bytes } => put(&mut self.durable, at, &bytes),
                Change::Resize(length) => self.durable.resize(length, 0),
            }
        }
    }

    /// Some of what should have been written is, some is not, and all of it counts as written.
    pub(super) fn fail_sync(&mut self, dice: &mut Random) {
        self.keep_some(dice);
    }

    /// The kernel may write what it has of itself.
    pub(super) fn write_back(&mut self, dice: &mut Random) {
        if dice.chance(50) {
            self.sync();
        }
    }

    /// What was not synced is lost, kept, torn and out of order.
    pub(super) fn lose_power(&mut self, dice: &mut Random) {
        self.keep_some(dice);
        self.shown.clone_from(&self.durable);
    }

    fn keep_some(&mut self, dice: &mut Random) {
        let percent = [0, 50, 90, 100][usize::try_from(dice.below(4)).expect("small")];
        for change in std::mem::take(&mut self.changes) {
            match change {
                Change::Write { at, bytes } => self.keep_sectors(at, &bytes, percent, dice),
                Change::Resize(length) if dice.chance(percent) => self.durable.resize(length, 0),
                Change::Resize(_) => {}
            }
        }
    }

    fn keep_sectors(&mut self, at: usize, bytes: &[u8], percent: u64, dice: &mut Random) {
        let mut from = 0;
        while from < bytes.len() {
            let to = bytes.len().min((at + from) / SECTOR * SECTOR + SECTOR - at);
            if dice.chance(percent) {
                // One in eight is cut in the middle.
                let torn = dice.below(8) == 0;
                let kept = if torn { dice.below((to - from) as u64) } else { (to - from) as u64 };
                let kept = usize::try_from(kept).expect("a part of a sector");
                put(&mut self.durable, at + from, &bytes[from..from + kept]);
            }
            from = to;
        }
    }

    /// Sets bytes on the disk itself.
    pub(super) fn set(&mut self, at: usize, bytes: &[u8]) {
        put(&mut self.shown, at, bytes);
        put(&mut self.durable, at, bytes);
    }

    /// Cuts the file on the disk itself.
    pub(super) fn cut(&mut self, length: usize) {
        self.shown.truncate(length);
        self.durable.truncate(length);
    }

    pub(super) fn flip(&mut self, bit: usize) {
        self.shown[bit / 8] ^= 1 << (bit % 8);
    }
}
