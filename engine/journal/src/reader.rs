//! Reading a journal from its first segment to its tail.

use crate::archive::Source;
use crate::frame::{Found, Frame, Link, Seed};
use crate::segment::{BLOCK, BLOCK_UNITS, SegmentHeader, digest_of, segment_name, sequence_in};
use crate::tail::Break;
use crate::{File, JournalError, Sizes, Storage, Tail, Torn, Venue};
use bytemuck::Zeroable;
use openoutcry_wire::{Sequence, UNIT, Unit};
use std::io;

/// Some consecutive whole frames, checked, in one buffer.
#[derive(Debug, Default)]
pub struct Batch {
    units: Vec<Unit>,
    /// Where each frame starts.
    starts: Vec<usize>,
    /// Bytes of the journal read so far, this batch included.
    pub done: u64,
}

impl Batch {
    /// The frames, in order.
    pub fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        self.starts.iter().map(|start| Frame::trusted(&self.units[*start..]))
    }
}

/// The segment being read.
struct Segment<F> {
    file: Source<F>,
    name: String,
    length: u64,
    offset: u64,
    /// Where the last frame read starts; the offset before the first.
    last_frame: u64,
}

/// Reads frames in order, checking checksums, chain and sequence; stops at the tail.
pub struct Reader<'a, S: Storage> {
    storage: &'a S,
    sizes: Sizes,
    /// The first commands of the segments to be read.
    firsts: Vec<Sequence>,
    /// Those not entered yet start here.
    next_segment: usize,
    /// Segments before those.
    skipped: usize,
    /// Frames that start behind this command are not read.
    until: Sequence,
    segment: Option<Segment<S::File>>,
    /// The place that looked damaged last.
    doubted: Option<(usize, u64)>,
    /// The segment read before, and where its last frame starts and ends.
    ended: Option<(String, u64, u64)>,
    total: u64,
    finished_bytes: u64,
    frames: u64,
    link: Option<(Venue, Link)>,
    torn: Option<Torn>,
}

impl<S: Storage> std::fmt::Debug for Reader<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("segments", &self.firsts).finish_non_exhaustive()
    }
}

impl<'a, S: Storage> Reader<'a, S> {
    /// Lists the segments; reads nothing yet.
    pub fn new(storage: &'a S, sizes: Sizes) -> Result<Self, JournalError> {
        let listed = storage.names().map_err(JournalError::io("list the journal's segments"))?;
        let mut firsts: Vec<Sequence> =
            listed.iter().filter_map(|name| sequence_in(name)).collect();
        firsts.sort_unstable();
        // A segment that is being archived is there twice.
        firsts.dedup();
        let total = length(storage, &firsts)?;
        Ok(Self {
            storage,
            sizes,
            firsts,
            next_segment: 0,
            skipped: 0,
            until: Sequence::MAX,
            segment: None,
            doubted: None,
            ended: None,
            total,
            finished_bytes: 0,
            frames: 0,
            link: None,
            torn: None,
        })
    }

    /// Goes on where reading ended before: at `place`, where a whole frame must end.
    ///
    /// # Errors
    /// `Damaged` when the journal has another frame there, or none.
    pub fn resume(storage: &'a S, sizes: Sizes, place: &Tail) -> Result<Self, JournalError> {
        let mut reader = Self::new(storage, sizes)?;
        let first = sequence_in(&place.segment).unwrap_or(0);
        reader.skipped = reader.firsts.partition_point(|other| *other < first);
        reader.firsts.drain(..reader.skipped);
        let failed = || JournalError::io(format!("read {}", place.segment));
        let damaged = || JournalError::Damaged {
            segment: place.segment.clone(),
            offset: place.offset,
            what: "no frame that ends here is the one that should".to_owned(),
        };
        if reader.firsts.first() != Some(&first) {
            return Err(damaged());
        }
        let (name, file) = Source::open(storage, first).map_err(failed())?;
        if file.length().map_err(failed())? < place.offset
            || !ends(&file, place).map_err(failed())?
        {
            return Err(damaged());
        }
        reader.next_segment = 1;
        reader.finished_bytes = place.bytes - place.offset;
        reader.total = reader.finished_bytes + length(storage, &reader.firsts)?;
        reader.frames = place.frames;
        reader.link = Some((place.venue, place.link()));
        let (offset, last_frame) = (place.offset, place.last_frame);
        let length = place.offset;
        reader.segment = Some(Segment { file, name, length, offset, last_frame });
        Ok(reader)
    }

    /// Reads no frame that starts behind this command.
    #[must_use]
    pub fn until(self, until: Sequence) -> Self {
        Self { until, ..self }
    }

    fn is_done(&self) -> bool {
        self.link.is_some_and(|(_, link)| link.next > self.until)
    }

    /// Bytes of all segments, the room reserved in the last one included.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Fills `batch` with the next frames; false when the tail is reached.
    ///
    /// # Errors
    /// `Damaged` naming the segment and the byte, `UnknownVersion`, `Foreign`, or `Io`. The
    /// frames before the damage have been given out by then.
    pub fn next(&mut self, batch: &mut Batch) -> Result<bool, JournalError> {
        loop {
            batch.starts.clear();
            if self.is_done() || (self.segment.is_none() && !self.enter()?) {
                return Ok(false);
            }
            if let Some(what) = self.fill(batch)? {
                self.leave(what)?;
            }
            if !batch.starts.is_empty() {
                let here = self.segment.as_ref().map_or(0, |segment| segment.offset);
                batch.done = self.finished_bytes + here;
                return Ok(true);
            }
        }
    }

    /// How far reading came; once `next` said false that is where the journal ends. `None` when
    /// it has no segment.
    pub fn tail(&self) -> Option<Tail> {
        let (venue, Link { next, digest, epoch, time, .. }) = self.link?;
        let (bytes, (segment, last_frame, offset)) = match &self.segment {
            None => (self.finished_bytes, self.ended.clone()?),
            Some(Segment { name, offset, last_frame, .. }) => {
                (self.finished_bytes + offset, (name.clone(), *last_frame, *offset))
            }
        };
        Some(Tail {
            next,
            time,
            epoch,
            digest,
            frames: self.frames,
            segments: self.skipped + self.next_segment,
            bytes,
            segment,
            offset,
            last_frame,
            torn: self.torn.clone(),
            venue,
        })
    }

    /// Opens the next segment; false when there is none.
    fn enter(&mut self) -> Result<bool, JournalError> {
        let Some(first) = self.firsts.get(self.next_segment).copied() else { return Ok(false) };
        let (name, file) = open(self.storage, first)?;
        let damaged =
            |what: String| JournalError::Damaged { segment: name.clone(), offset: 0, what };
        let failed = |error| unreadable(&name, error);
        let length = file.length().map_err(failed)?;
        if length < BLOCK {
            return Err(damaged(format!("the segment's header is cut off after {length} bytes")));
        }
        let mut block = vec![Unit::zeroed(); BLOCK_UNITS];
        file.read(0, bytemuck::cast_slice_mut(&mut block)).map_err(failed)?;
        let header = SegmentHeader::decode(&block, &name)?;
        let (venue, mut link) = self.link.unwrap_or_else(|| {
            let seed = Seed::of(&header.venue);
            let digest = [0; 32];
            (header.venue, Link { seed, next: 1, digest, epoch: 0, time: 0 })
        });
        if header.venue != venue {
            return Err(JournalError::Foreign { segment: name });
        }
        if header.first_sequence != link.next || sequence_in(&name) != Some(link.next) {
            return Err(self.gap(&name, header.first_sequence, link.next));
        }
        if header.previous != link.digest {
            return Err(damaged("the chain digest does not match the segment before".to_owned()));
        }
        link.digest = digest_of(&block);
        self.link = Some((venue, link));
        self.next_segment += 1;
        self.segment = Some(Segment { file, name, length, offset: BLOCK, last_frame: BLOCK });
        Ok(true)
    }

    /// Commands are missing between two segments: the damage is where the earlier one ends.
    fn gap(&self, name: &str, found: Sequence, next: Sequence) -> JournalError {
        let what = format!("segment {name} starts with command {found} where {next} follows");
        let ended = self.ended.clone();
        let (segment, _, offset) = ended.unwrap_or_else(|| (name.to_owned(), 0, 0));
        JournalError::Damaged { segment, offset, what }
    }

    /// Reads on in the open segment and indexes the whole frames. When the segment gives no more,
    /// says what stands in the place of the next frame.
    fn fill(&mut self, batch: &mut Batch) -> Result<Option<&'static str>, JournalError> {
        let (Some(segment), Some((_, link))) = (&mut self.segment, &mut self.link) else {
            unreachable!("a segment is open");
        };
        let mut size = self.sizes.read.next_multiple_of(UNIT);
        loop {
            segment.read(size, &mut batch.units)?;
            let left = segment.length.saturating_sub(segment.offset);
            let mut at = 0;
            let stopped = loop {
                match Frame::find(&batch.units[at..], link.seed) {
                    Found::Whole(frame) => {
                        link.follow(&frame).map_err(|what| segment.damaged(what))?;
                        batch.starts.push(at);
                        at += frame.length();
                        self.frames += 1;
                        segment.last_frame = segment.offset;
                        segment.offset += (frame.length() * UNIT) as u64;
                        if link.next > self.until {
                            return Ok(None);
                        }
                    }
                    stopped => break stopped,
                }
            };
            match stopped {
                Found::Cut(units) if (units * UNIT) as u64 <= left - (at * UNIT) as u64 => {
                    if at > 0 {
                        return Ok(None);
                    }
                    size = units * UNIT;
                }
                Found::Cut(_) => return Ok(Some("the frame is cut short")),
                Found::Broken(what) => return Ok(Some(what)),
                Found::Whole(_) => unreachable!("the loop above goes on at a whole frame"),
            }
        }
    }

    /// Ends with the open segment, where no further whole frame starts. What looks like damage is
    /// read a second time: beside a running venue the frame may have been whole a moment later,
    /// and is so before anything behind it is written.
    fn leave(&mut self, what: &'static str) -> Result<(), JournalError> {
        let (Some(segment), Some((_, link))) = (&self.segment, &self.link) else {
            unreachable!("a segment is open");
        };
        let Segment { file, name, length, offset, .. } = segment;
        let broken = Break { file, segment: name, offset: *offset, length: *length, what };
        let torn = if self.next_segment < self.firsts.len() {
            broken.ended(self.sizes.read, link.seed).map(|()| None)
        } else {
            broken.torn(self.sizes.read, link.seed)
        };
        let here = Some((self.next_segment, *offset));
        match torn {
            Err(_) if self.doubted != here => self.doubted = here,
            Err(error) => return Err(error),
            Ok(torn) => {
                self.finished_bytes += *offset;
                self.ended = Some((name.clone(), segment.last_frame, *offset));
                self.torn = torn;
                self.segment = None;
            }
        }
        Ok(())
    }
}

impl<F: File> Segment<F> {
    /// Reads the whole units among the next `size` bytes.
    fn read(&mut self, size: usize, units: &mut Vec<Unit>) -> Result<(), JournalError> {
        let failed = |error| unreadable(&self.name, error);
        // A venue that ends its segment just now gives back the room behind its last frame.
        self.length = self.file.length().map_err(failed)?;
        let left = usize::try_from(self.length.saturating_sub(self.offset)).unwrap_or(usize::MAX);
        units.resize(size.min(left) / UNIT, Unit::zeroed());
        self.file.read(self.offset, bytemuck::cast_slice_mut(units)).map_err(failed)
    }

    fn damaged(&self, what: String) -> JournalError {
        JournalError::Damaged { segment: self.name.clone(), offset: self.offset, what }
    }
}

/// Opens a segment, archived or not.
fn open<S: Storage>(
    storage: &S,
    first: Sequence,
) -> Result<(String, Source<S::File>), JournalError> {
    let name = segment_name(first);
    Source::open(storage, first).map_err(|error| unreadable(&name, error))
}

/// An archive that does not hold what its frames' checksums say is damage, not the disk's refusal.
fn unreadable(name: &str, error: io::Error) -> JournalError {
    if error.kind() == io::ErrorKind::InvalidData {
        let (segment, what) = (name.to_owned(), error.to_string());
        return JournalError::Damaged { segment, offset: 0, what };
    }
    JournalError::io(format!("read {name}"))(error)
}

/// Bytes of these segments.
fn length<S: Storage>(storage: &S, firsts: &[Sequence]) -> Result<u64, JournalError> {
    let mut total = 0;
    for first in firsts {
        let (name, file) = open(storage, *first)?;
        total += file.length().map_err(|error| unreadable(&name, error))?;
    }
    Ok(total)
}

/// Whether the frame that should end at `place`, or the header of a segment without one, does.
fn ends<F: File>(file: &Source<F>, place: &Tail) -> io::Result<bool> {
    let header = place.last_frame == place.offset;
    let (start, end) = if header { (0, BLOCK) } else { (place.last_frame, place.offset) };
    let Some(length) = end.checked_sub(start) else { return Ok(false) };
    let length = usize::try_from(length).map_err(io::Error::other)?;
    let mut units = vec![Unit::zeroed(); length / UNIT];
    file.read(start, bytemuck::cast_slice_mut(&mut units))?;
    Ok(digest_of(&units) == place.digest)
}
