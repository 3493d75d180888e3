//! Appending: one frame, one write, one sync, and only then is anything true.

use crate::frame::{self, HEADER_UNITS, Link, MAXIMUM_COMMANDS, Outputs, Seed};
use crate::segment::{BLOCK, DRAFT, SegmentHeader, digest_of};
use crate::{Digest, File, JournalError, Sizes, Storage, Tail, Venue, segment_name};
use openoutcry_wire::{Nanoseconds, Sequence, UNIT, Unit};
use std::io;

/// A journal open for appending.
pub struct Journal<S: Storage> {
    storage: S,
    sizes: Sizes,
    venue: Venue,
    link: Link,
    place: Place<S::File>,
    /// Up to where room is reserved in the segment.
    reserved: u64,
    frame: Vec<Unit>,
    failure: Option<String>,
}

/// Where the next frame goes.
struct Place<F> {
    name: String,
    file: F,
    offset: u64,
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
        Self::at(storage, sizes, venue, link, place)
    }

    /// Continues the journal that ends at `tail`, cutting off what is torn there. Its frames
    /// carry the next epoch.
    pub fn resume(storage: S, sizes: Sizes, tail: &Tail) -> Result<Self, JournalError> {
        let failed = || JournalError::io(format!("continue segment {}", tail.segment));
        let mut file = storage.open(&tail.segment).map_err(failed())?;
        if tail.torn.is_some() {
            file.truncate(tail.offset).map_err(failed())?;
            file.sync().map_err(failed())?;
        }
        let link = Link { epoch: tail.epoch + 1, ..tail.link() };
        let before = tail.bytes - tail.offset;
        Self::at(
            storage,
            sizes,
            tail.venue,
            link,
            Place { name: tail.segment.clone(), file, offset: tail.offset, before },
        )
    }

    fn at(
        storage: S,
        sizes: Sizes,
        venue: Venue,
        link: Link,
        place: Place<S::File>,
    ) -> Result<Self, JournalError> {
        let length = place.file.length();
        let reserved = length.map_err(JournalError::io(format!("open segment {}", place.name)))?;
        Ok(Self { storage, sizes, venue, link, place, reserved, frame: Vec::new(), failure: None })
    }

    /// The sequence number of the next command.
    pub fn next_sequence(&self) -> Sequence {
        self.link.next
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
            self.failure = Some(failure.clone());
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
        let end = self.place.offset + length;
        if end > self.reserved {
            self.reserved = end.next_multiple_of(self.sizes.chunk);
            self.place.file.allocate(self.reserved)?;
        }
        frame::encode(&mut self.frame, &mut self.link, time, commands, count, outputs);
        self.place.file.write(self.place.offset, bytemuck::cast_slice(&self.frame))?;
        self.place.file.sync()?;
        self.place.offset = end;
        Ok(())
    }

    /// Ends this segment at its last frame and begins the next.
    fn roll(&mut self) -> io::Result<()> {
        self.trim()?;
        let before = self.bytes();
        self.place = begin(&self.storage, self.sizes, self.venue, &mut self.link, before)?;
        self.reserved = self.sizes.chunk;
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
    file.sync()?;
    let name = segment_name(link.next);
    storage.publish(DRAFT, &name)?;
    link.digest = digest_of(&block);
    Ok(Place { name, file, offset: BLOCK, before })
}
