//! Appending: one frame, one write, one sync, and only then is anything true.

use crate::frame::{self, HEADER_UNITS, Link, MAXIMUM_COMMANDS, Outputs, Seed};
use crate::segment::{BLOCK, DRAFT, SegmentHeader, digest_of, sequence_in};
use crate::{Digest, File, JournalError, Sizes, Storage, Tail, Venue, segment_name};
use bytemuck::Zeroable;
use openoutcry_planted::{Bug, on};
use openoutcry_wire::{Nanoseconds, Sequence, UNIT, Unit};
use std::io;

/// A journal open for appending.
pub struct Journal<S: Storage> {
    storage: S,
    sizes: Sizes,
    venue: Venue,
    link: Link,
    place: Place<S::File>,
    frame: Vec<Unit>,
    failure: Option<String>,
}

/// Where the next frame goes.
struct Place<F> {
    name: String,
    file: F,
    offset: u64,
    /// Up to where bytes were written, zeros among them.
    written: u64,
    /// Up to where room is reserved.
    reserved: u64,
    /// Bytes in the segments before this one.
    before: u64,
}

impl<S: Storage> std::fmt::Debug for Journal<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let next = self.link.next;
        f.debug_struct("Journal")
            .field("segment", &self.place.name)
            .field("next", &next)
            .finish_non_exhaustive()
    }
}

impl<S: Storage> Journal<S> {
    /// Begins a journal in a storage that has no segment. `venue` is random.
    pub fn create(storage: S, sizes: Sizes, venue: Venue) -> Result<Self, JournalError> {
        let seed = Seed::of(&venue);
        let mut link = Link { seed, next: 1, digest: [0; 32], epoch: 1, time: 0 };
        let place = begin(&storage, sizes, venue, &mut link, 0)
            .map_err(JournalError::io("create the journal's first segment"))?;
        Ok(Self::at(storage, sizes, venue, link, place))
    }

    /// Continues the journal that ends at `tail`, cutting off what is torn there. Its frames
    /// carry the next epoch.
    pub fn resume(storage: S, sizes: Sizes, tail: &Tail) -> Result<Self, JournalError> {
        let failed = || JournalError::io(format!("continue segment {}", tail.segment));
        let mut file = storage.open(&tail.segment).map_err(failed())?;
        if tail.torn.is_some() {
            file.truncate(tail.offset).map_err(failed())?;
        }
        if !on(Bug::UnsettledTail) {
            settle(&mut file, tail).map_err(failed())?;
        }
        let link = Link { epoch: tail.epoch + 1, ..tail.link() };
        let place = Place {
            reserved: file.length().map_err(failed())?,
            name: tail.segment.clone(),
            file,
            offset: tail.offset,
            written: tail.offset,
            before: tail.bytes - tail.offset,
        };
        Ok(Self::at(storage, sizes, tail.venue, link, place))
    }

    fn at(storage: S, sizes: Sizes, venue: Venue, link: Link, place: Place<S::File>) -> Self {
        Self { storage, sizes, venue, link, place, frame: Vec::new(), failure: None }
    }

    /// The sequence number of the next command.
    pub fn next_sequence(&self) -> Sequence {
        self.link.next
    }

    /// The random number that tells this journal from every other.
    pub const fn venue(&self) -> Venue {
        self.venue
    }

    /// The segment that is being written, by its first command.
    pub fn segment(&self) -> Sequence {
        sequence_in(&self.place.name).unwrap_or(0)
    }

    /// Bytes of all frames and headers.
    pub fn bytes(&self) -> u64 {
        self.place.before + self.place.offset
    }

    /// The chain's digest after the last frame.
    pub fn digest(&self) -> Digest {
        self.link.digest
    }

    /// Makes `count` commands durable as one frame at a logged time; returns once they are. The
    /// first of them has the sequence number that `next_sequence` said before.
    ///
    /// # Errors
    /// `Failed` when the disk refused, now or ever before: whether the frame will be found at the
    /// next start is unknown, nothing in it may be acknowledged, and nothing more is taken. A
    /// failed sync is never repeated, since the kernel may have dropped the bytes it could not
    /// write.
    ///
    /// # Panics
    /// When the time goes backwards or there are more commands than a frame holds.
    pub fn append(
        &mut self,
        time: Nanoseconds,
        commands: &[Unit],
        count: u32,
        outputs: Outputs,
    ) -> Result<(), JournalError> {
        if let Some(failure) = &self.failure {
            return Err(JournalError::Failed(failure.clone()));
        }
        assert!(time >= self.link.time, "logged time never goes backwards");
        assert!(count > 0 && count as usize <= MAXIMUM_COMMANDS, "a frame holds some commands");
        self.write(time, commands, count, outputs).map_err(|error| {
            let failure = format!("writing segment {}: {error}", self.place.name);
            if !on(Bug::FailedSyncForgotten) {
                self.failure = Some(failure.clone());
            }
            JournalError::Failed(failure)
        })
    }

    fn write(
        &mut self,
        time: Nanoseconds,
        commands: &[Unit],
        count: u32,
        outputs: Outputs,
    ) -> io::Result<()> {
        let length = ((HEADER_UNITS + commands.len()) * UNIT) as u64;
        if self.place.offset > BLOCK && self.place.offset + length > self.sizes.segment {
            self.roll()?;
        }
        let Self { sizes, link, place, frame, .. } = self;
        let end = place.offset + length;
        if end > place.reserved {
            place.reserved = end.next_multiple_of(sizes.chunk);
            place.file.allocate(place.reserved)?;
        }
        frame::encode(frame, link, time, commands, count, outputs);
        if end > place.written {
            place.written = end.next_multiple_of(sizes.ahead);
            let zeros = usize::try_from(place.written - end).expect("zeros fit memory") / UNIT;
            frame.resize(frame.len() + zeros, Unit::zeroed());
        }
        if on(Bug::AnswerBeforeSync) {
            place.file.sync()?;
        }
        place.file.write(place.offset, bytemuck::cast_slice(frame))?;
        if !on(Bug::SkippedSync) && !on(Bug::AnswerBeforeSync) {
            place.file.sync()?;
        }
        place.offset = end;
        Ok(())
    }

    /// Ends this segment at its last frame and begins the next.
    fn roll(&mut self) -> io::Result<()> {
        self.trim()?;
        let before = self.bytes();
        self.place = begin(&self.storage, self.sizes, self.venue, &mut self.link, before)?;
        Ok(())
    }

    fn trim(&mut self) -> io::Result<()> {
        self.place.file.truncate(self.place.offset)?;
        self.place.file.sync()
    }

    /// Gives back the room reserved behind the last frame.
    pub fn close(mut self) -> Result<(), JournalError> {
        if self.failure.is_some() {
            return Ok(());
        }
        let name = self.place.name.clone();
        self.trim().map_err(JournalError::io(format!("end segment {name}")))
    }
}

/// Makes sure that what was read is on the disk and not in the kernel's memory alone: all but the
/// last frame were synced once, and the pages of a sync that failed may count as clean since.
fn settle(file: &mut impl File, tail: &Tail) -> io::Result<()> {
    let length = usize::try_from(tail.offset - tail.last_frame).expect("a frame fits memory");
    let mut frame = vec![0; length];
    file.read(tail.last_frame, &mut frame)?;
    file.write(tail.last_frame, &frame)?;
    file.sync()
}

/// Prepares a segment under another name, so that no segment is ever seen half made.
fn begin<S: Storage>(
    storage: &S,
    sizes: Sizes,
    venue: Venue,
    link: &mut Link,
    before: u64,
) -> io::Result<Place<S::File>> {
    let header = SegmentHeader { venue, first_sequence: link.next, previous: link.digest };
    let block = header.encode();
    let mut file = storage.create(DRAFT)?;
    file.allocate(sizes.chunk)?;
    file.write(0, bytemuck::cast_slice(&block))?;
    if !on(Bug::UnsyncedSegment) {
        file.sync()?;
    }
    let name = segment_name(link.next);
    storage.publish(DRAFT, &name)?;
    link.digest = digest_of(&block);
    Ok(Place { name, file, offset: BLOCK, written: BLOCK, reserved: sizes.chunk, before })
}
