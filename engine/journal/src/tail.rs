//! Telling a torn tail from damage.

use crate::archive::Source;
use crate::frame::{FrameHeader, HEADER_UNITS, Link, MAGIC, Seed};
use crate::{Digest, File, JournalError, Venue};
use bytemuck::Zeroable;
use openoutcry_planted::{Bug, on};
use openoutcry_wire::{Nanoseconds, Sequence, UNIT, Unit};

/// Where a journal ends: what an appender has to continue.
#[derive(Clone, Debug)]
pub struct Tail {
    /// The sequence number that the next command takes.
    pub next: Sequence,
    /// Logged time of the last command, 0 before the first.
    pub time: Nanoseconds,
    /// The highest epoch so far, 0 before the first.
    pub epoch: u32,
    /// The chain's digest after the last frame.
    pub digest: Digest,
    pub frames: u64,
    pub segments: usize,
    /// Bytes of all whole frames and headers.
    pub bytes: u64,
    /// The last segment, and where its last frame ends.
    pub segment: String,
    pub offset: u64,
    /// Where its last frame starts; the same as `offset` when it has none.
    pub last_frame: u64,
    /// What lies behind the last whole frame, if anything does.
    pub torn: Option<Torn>,
    pub venue: Venue,
}

impl Tail {
    pub(crate) fn link(&self) -> Link {
        let Self { next, time, epoch, digest, venue, .. } = *self;
        Link { seed: Seed::of(&venue), next, digest, epoch, time }
    }
}

/// Bytes behind the last whole frame that never became one: a write that the process or the
/// machine did not live to finish. They were never acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    pub bytes: u64,
    pub what: &'static str,
}

/// A place in an open segment where no whole frame starts.
pub(crate) struct Break<'a, F> {
    pub(crate) file: &'a Source<F>,
    pub(crate) segment: &'a str,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) what: &'static str,
}

/// What was found behind a break.
enum Behind {
    /// Only zeros: room that was reserved.
    Nothing,
    /// Something that is no frame; this many bytes up to the last that is not zero.
    Rubbish(u64),
    /// A frame's header at this offset.
    Frame(u64),
}

impl<F: File> Break<'_, F> {
    /// Decides what the break is, in the journal's last segment.
    ///
    /// # Errors
    /// `Damaged` when a frame lies behind it: a frame is written only once the one before it is
    /// durable, so what stood at the break had been acknowledged.
    pub(crate) fn torn(&self, window: usize, seed: Seed) -> Result<Option<Torn>, JournalError> {
        match self.behind(window, seed)? {
            Behind::Nothing => Ok(None),
            Behind::Rubbish(bytes) => Ok(Some(Torn { bytes, what: self.what })),
            Behind::Frame(later) => Err(self.damaged(&format!("a later frame starts at {later}"))),
        }
    }

    /// Decides what the break is, in a segment that others follow: it ends at its last frame.
    ///
    /// # Errors
    /// `Damaged` unless nothing follows.
    pub(crate) fn ended(&self, window: usize, seed: Seed) -> Result<(), JournalError> {
        match self.behind(window, seed)? {
            Behind::Nothing => Ok(()),
            _ => Err(self.damaged("later segments follow")),
        }
    }

    fn damaged(&self, proof: &str) -> JournalError {
        JournalError::Damaged {
            segment: self.segment.to_owned(),
            offset: self.offset,
            what: format!("{}, but {proof}", self.what),
        }
    }

    /// Reads everything from the break to the end of the file, looking for headers at every byte:
    /// bytes that went missing may have moved what follows.
    fn behind(&self, window: usize, seed: Seed) -> Result<Behind, JournalError> {
        let header = HEADER_UNITS * UNIT;
        let mut units = vec![Unit::zeroed(); window.div_ceil(UNIT) + HEADER_UNITS];
        let mut last = None;
        let mut at = self.offset;
        while at < self.length {
            let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut units);
            let size = bytes.len().min(usize::try_from(self.length - at).unwrap_or(usize::MAX));
            let bytes = &mut bytes[..size];
            self.file
                .read(at, bytes)
                .map_err(JournalError::io(format!("read {}", self.segment)))?;
            let used = last_used(bytes);
            if let Some(index) = used {
                last = Some(at + index as u64);
                for start in memchr::memmem::find_iter(bytes, &MAGIC) {
                    let found = at + start as u64;
                    let whole = bytes.get(start..start + header);
                    // The broken frame's own header proves nothing about what follows it.
                    if found > self.offset && whole.is_some_and(|head| is_header(head, seed)) {
                        return Ok(Behind::Frame(found));
                    }
                }
            }
            // Windows overlap by less than a header, so that none hides on a seam.
            let overlaps = size > header && !on(Bug::TailScanOffByOne);
            at += if overlaps { size - header + 1 } else { size } as u64;
        }
        Ok(last.map_or(Behind::Nothing, |index| Behind::Rubbish(index + 1 - self.offset)))
    }
}

/// The index of the last byte that is not zero.
fn last_used(bytes: &[u8]) -> Option<usize> {
    let block = bytes.rchunks(UNIT).position(|block| block.iter().any(|byte| *byte != 0))?;
    let end = bytes.len() - block * UNIT;
    bytes[..end].iter().rposition(|byte| *byte != 0)
}

fn is_header(head: &[u8], seed: Seed) -> bool {
    let mut units = [Unit::zeroed(); HEADER_UNITS];
    bytemuck::cast_slice_mut(&mut units).copy_from_slice(head);
    FrameHeader::read(&units, seed).is_ok()
}
