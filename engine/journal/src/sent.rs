//! What a session of a gateway has sent, and how far it came: one file for each session.
//!
//! Records follow each other: length 4, CRC32C 4, number 8, the peer's next number 8, our next
//! number 8, then the message, which is empty when only the numbers moved. The last whole record
//! says where the session stands.

use crc32c::crc32c;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

const HEAD: usize = 32;
/// No message is longer: what claims to be is no record.
const LONGEST: usize = 1 << 20;
/// One place in the file is remembered for so many messages.
const STRIDE: u64 = 256;
const READ: usize = 1 << 18;

/// A session's file. What is written waits for [`SentLog::flush`].
#[derive(Debug)]
pub struct SentLog {
    file: File,
    /// Bytes of whole records in the file.
    end: u64,
    next_in: u64,
    next_out: u64,
    waiting: Vec<u8>,
    moved: bool,
    emptied: bool,
    /// Some messages' numbers and places.
    places: Vec<(u64, u64)>,
    messages: u64,
}

/// One record as it was read.
struct Record<'a> {
    sequence: u64,
    next_in: u64,
    next_out: u64,
    message: &'a [u8],
    length: usize,
}

fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().expect("eight bytes"))
}

/// The first record of `bytes`; `None` when it is torn.
fn record(bytes: &[u8]) -> Option<Record<'_>> {
    let head = bytes.get(..HEAD)?;
    let length = u32::from_le_bytes(head[..4].try_into().expect("four bytes")) as usize;
    let sum = u32::from_le_bytes(head[4..8].try_into().expect("four bytes"));
    if !(HEAD..=LONGEST).contains(&length) {
        return None;
    }
    let whole = bytes.get(..length)?;
    (crc32c(&whole[8..]) == sum).then(|| Record {
        sequence: number(&whole[8..16]),
        next_in: number(&whole[16..24]),
        next_out: number(&whole[24..32]),
        message: &whole[HEAD..],
        length,
    })
}

impl SentLog {
    /// Opens a session's file, or begins a new one; a torn record at its end is cut off.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut log = Self {
            file,
            end: 0,
            next_in: 1,
            next_out: 1,
            waiting: Vec::new(),
            moved: false,
            emptied: false,
            places: Vec::new(),
            messages: 0,
        };
        let mut at = 0;
        let mut position = None;
        let mut found = Vec::new();
        log.walk(0, |record| {
            position = Some((record.next_in, record.next_out));
            if !record.message.is_empty() {
                found.push((record.sequence, at));
            }
            at += record.length as u64;
            true
        })?;
        (log.next_in, log.next_out) = position.unwrap_or((1, 1));
        for (sequence, place) in found {
            log.remember(sequence, place);
        }
        log.end = at;
        if log.file.metadata()?.len() > at {
            log.file.set_len(at)?;
            log.file.sync_data()?;
        }
        Ok(log)
    }

    /// Visits the records from a place in the file on, until it says false or they end.
    fn walk(&self, from: u64, mut visit: impl FnMut(&Record<'_>) -> bool) -> io::Result<()> {
        let mut buffer = Vec::new();
        let mut place = from;
        let mut used = 0;
        loop {
            if let Some(record) = record(&buffer[used..]) {
                used += record.length;
                if !visit(&record) {
                    return Ok(());
                }
                continue;
            }
            buffer.drain(..used);
            used = 0;
            let held = buffer.len();
            if held > LONGEST {
                return Ok(());
            }
            buffer.resize(held + READ, 0);
            let count = self.file.read_at(&mut buffer[held..], place)?;
            buffer.truncate(held + count);
            place += count as u64;
            if count == 0 {
                return Ok(());
            }
        }
    }

    fn remember(&mut self, sequence: u64, place: u64) {
        if self.messages.is_multiple_of(STRIDE) {
            self.places.push((sequence, place));
        }
        self.messages += 1;
    }

    #[must_use]
    pub const fn next_in(&self) -> u64 {
        self.next_in
    }

    #[must_use]
    pub const fn next_out(&self) -> u64 {
        self.next_out
    }

    pub const fn set_next_in(&mut self, sequence: u64) {
        self.next_in = sequence;
        self.moved = true;
    }

    pub const fn skip_out(&mut self) {
        self.next_out += 1;
        self.moved = true;
    }

    /// Keeps a message under our next number.
    pub fn append(&mut self, message: &[u8]) {
        let sequence = self.next_out;
        self.next_out += 1;
        let place = self.end + self.waiting.len() as u64;
        self.remember(sequence, place);
        self.write(sequence, self.next_in, message);
        self.moved = true;
    }

    fn write(&mut self, sequence: u64, next_in: u64, message: &[u8]) {
        let start = self.waiting.len();
        let length = u32::try_from(HEAD + message.len()).expect("a message is short");
        self.waiting.extend_from_slice(&length.to_le_bytes());
        self.waiting.extend_from_slice(&[0; 4]);
        for number in [sequence, next_in, self.next_out] {
            self.waiting.extend_from_slice(&number.to_le_bytes());
        }
        self.waiting.extend_from_slice(message);
        let sum = crc32c(&self.waiting[start + 8..]);
        self.waiting[start + 4..start + 8].copy_from_slice(&sum.to_le_bytes());
    }

    /// Forgets everything: both numbers begin with 1 again.
    pub fn reset(&mut self) {
        (self.next_in, self.next_out, self.end, self.messages) = (1, 1, 0, 0);
        self.waiting.clear();
        self.places.clear();
        (self.moved, self.emptied) = (true, true);
    }

    /// Whether something waits to become durable.
    #[must_use]
    pub const fn is_dirty(&self) -> bool {
        self.moved
    }

    /// Makes everything durable. After a crash the peer's next number is `next_in`, which may lie
    /// before the present one while what was received is still on its way.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self, next_in: u64) -> io::Result<()> {
        if !self.moved {
            return Ok(());
        }
        self.write(0, next_in, &[]);
        if self.emptied {
            self.file.set_len(0)?;
            self.emptied = false;
        }
        self.file.write_all_at(&self.waiting, self.end)?;
        self.file.sync_data()?;
        self.end += self.waiting.len() as u64;
        self.waiting.clear();
        self.moved = false;
        Ok(())
    }

    /// Visits the kept messages from a number on, in order, until it says false.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn messages(
        &mut self,
        from: u64,
        mut visit: impl FnMut(u64, &[u8]) -> bool,
    ) -> io::Result<()> {
        self.flush(self.next_in)?;
        let found = self.places.partition_point(|(sequence, _)| *sequence <= from);
        let place = found.checked_sub(1).map_or(0, |at| self.places[at].1);
        self.walk(place, |record| {
            let wanted = !record.message.is_empty() && record.sequence >= from;
            !wanted || visit(record.sequence, record.message)
        })
    }
}
