//! The messages of a session, from the first: the newest in memory, all others in a file that has
//! no name and ends with the process.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// One message in so many has its place noted.
const STRIDE: u64 = 256;
/// Bytes that are kept in memory before they go to the file.
const NEAR: usize = 1 << 20;
/// Read from the file at once.
const READ: usize = 1 << 16;

/// Messages, each behind its length in two bytes, numbered from 1.
#[derive(Debug)]
pub struct Store {
    file: File,
    /// Bytes in the file.
    far: u64,
    near: Vec<u8>,
    marks: Vec<u64>,
    count: u64,
}

/// A place between two messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The number of the message behind it.
    pub next: u64,
    at: u64,
}

impl Default for Cursor {
    fn default() -> Self {
        Self { next: 1, at: 0 }
    }
}

/// Cuts the first message off; `None` when there is no whole one.
pub(crate) fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

impl Store {
    /// An empty session, whose file lies in `directory`.
    ///
    /// # Errors
    /// When there can be no file.
    pub fn create(directory: &Path) -> io::Result<Self> {
        let path = directory.join(format!("messages.{}", std::process::id()));
        let options = || {
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(true);
            options
        };
        let file = options().open(&path)?;
        std::fs::remove_file(&path)?;
        Ok(Self { file, far: 0, near: Vec::new(), marks: Vec::new(), count: 0 })
    }

    /// The number of the message that comes next.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.count + 1
    }

    /// Adds whole messages.
    ///
    /// # Errors
    /// When the disk takes no more; the messages are there all the same, in memory.
    pub fn append(&mut self, messages: &[u8]) -> io::Result<()> {
        let start = self.far + self.near.len() as u64;
        let mut rest = messages;
        while let Some((_, after)) = split(rest) {
            if self.count.is_multiple_of(STRIDE) {
                self.marks.push(start + (messages.len() - rest.len()) as u64);
            }
            self.count += 1;
            rest = after;
        }
        assert!(rest.is_empty(), "messages are appended whole");
        self.near.extend_from_slice(messages);
        if self.near.len() >= NEAR {
            self.file.write_all_at(&self.near, self.far)?;
            self.far += self.near.len() as u64;
            self.near.clear();
        }
        Ok(())
    }

    /// Where message `next` starts; `None` when it lies behind the one that comes next.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn find(&self, next: u64) -> io::Result<Option<Cursor>> {
        if next == 0 || next > self.next() {
            return Ok(None);
        }
        if next == self.next() {
            return Ok(Some(Cursor { next, at: self.far + self.near.len() as u64 }));
        }
        let mark = (next - 1) / STRIDE;
        let place = usize::try_from(mark).expect("marks fit memory");
        let mut cursor = Cursor { next: mark * STRIDE + 1, at: self.marks[place] };
        let mut bytes = Vec::new();
        while cursor.next < next {
            bytes.clear();
            let wanted = next - cursor.next;
            cursor = self.read(cursor, wanted, READ, &mut bytes)?;
        }
        Ok(Some(cursor))
    }

    /// Gives the messages behind `cursor`, as many as `room` bytes take and no more than `most`;
    /// at least one, if there is one. Where reading goes on.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(
        &self,
        cursor: Cursor,
        most: u64,
        room: usize,
        out: &mut Vec<u8>,
    ) -> io::Result<Cursor> {
        let start = out.len();
        let far = usize::try_from(self.far.saturating_sub(cursor.at)).unwrap_or(usize::MAX);
        // A message is shorter than 64 KiB, its length included.
        let wanted = room.max(READ);
        if far > 0 {
            out.resize(start + far.min(wanted), 0);
            self.file.read_exact_at(&mut out[start..], cursor.at)?;
        }
        if far < wanted {
            let from = cursor.at.max(self.far) - self.far;
            let from = usize::try_from(from).expect("what is near fits memory");
            let end = self.near.len().min(from + wanted - far);
            out.extend_from_slice(&self.near[from..end]);
        }
        let (mut taken, mut count) = (0, 0);
        while let Some((message, _)) = split(&out[start + taken..]) {
            let after = taken + 2 + message.len();
            if count == most || (count > 0 && after > room) {
                break;
            }
            (taken, count) = (after, count + 1);
        }
        out.truncate(start + taken);
        Ok(Cursor { next: cursor.next + count, at: cursor.at + taken as u64 })
    }
}
