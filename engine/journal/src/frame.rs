//! A frame: what one sync makes durable.

use crate::{Digest, Venue};
use bytemuck::{Pod, Zeroable};
use openoutcry_planted::{Bug, on};
use openoutcry_wire::{Nanoseconds, Sequence, UNIT, Unit, command};

/// The most commands a frame may carry.
pub const MAXIMUM_COMMANDS: usize = 1 << 16;
/// The most units its commands may span: each has at most a name behind it.
pub const MAXIMUM_UNITS: usize = 2 * MAXIMUM_COMMANDS;

/// Units of a frame's header.
pub(crate) const HEADER_UNITS: usize = 2;

/// What every frame starts with.
pub(crate) const MAGIC: [u8; 4] = [0xF0, b'O', b'O', b'F'];

/// How far the machine had applied the log when a frame was written, and the chained digest of
/// all events up to there. Replay that comes to another digest runs other rules than those that
/// made the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    pub sequence: Sequence,
    pub digest: Digest,
}

/// The first 128 bytes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct FrameHeader {
    magic: [u8; 4],
    /// CRC32C over the rest of the header, seeded with the venue's id.
    checksum: u32,
    pub first_sequence: Sequence,
    /// The logged time of all its commands.
    pub time: Nanoseconds,
    /// Counts the writers: each start of a venue, or each leader, has the next.
    pub epoch: u32,
    /// Commands in the frame.
    pub count: u32,
    /// Units they span.
    pub units: u32,
    /// CRC32C over the commands, seeded likewise.
    commands_checksum: u32,
    pub outputs_sequence: Sequence,
    reserved: [u8; 16],
    /// The chain before this frame.
    pub previous: Digest,
    pub outputs: Digest,
}

const _: () = assert!(size_of::<FrameHeader>() == HEADER_UNITS * UNIT);

impl FrameHeader {
    /// Units of the whole frame.
    pub(crate) fn frame_units(&self) -> usize {
        HEADER_UNITS + self.units as usize
    }

    /// Whether these bytes are a frame's header of this venue. Clients know neither the seed nor
    /// the checksums, so nothing they send can be mistaken for one.
    pub(crate) fn read(head: &[Unit], seed: Seed) -> Result<&Self, &'static str> {
        let header = &bytemuck::cast_slice::<Unit, Self>(&head[..HEADER_UNITS])[0];
        if header.magic != MAGIC {
            return Err("no frame starts here");
        }
        if header.checksum != header.own_checksum(seed) {
            return Err("the checksum of the frame's header does not match");
        }
        let (count, units) = (header.count as usize, header.units as usize);
        if count == 0 || count > MAXIMUM_COMMANDS || units < count || units > 2 * count {
            return Err("the frame's length makes no sense");
        }
        Ok(header)
    }

    fn own_checksum(&self, seed: Seed) -> u32 {
        crc32c::crc32c_append(seed.0, &bytemuck::bytes_of(self)[8..])
    }
}

/// What a venue's checksums start from, so that another venue's frames do not match.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed(u32);

impl Seed {
    pub(crate) fn of(venue: &Venue) -> Self {
        Self(crc32c::crc32c(venue))
    }

    fn checksum(self, commands: &[Unit]) -> u32 {
        crc32c::crc32c_append(self.0, bytemuck::cast_slice(commands))
    }
}

/// A frame read in place.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub header: &'a FrameHeader,
    pub commands: &'a [Unit],
    units: &'a [Unit],
}

/// What stands where a frame should.
pub(crate) enum Found<'a> {
    /// A frame whose checksum matches.
    Whole(Frame<'a>),
    /// The start of a frame of this many units, more than there are.
    Cut(usize),
    /// Nothing that was written as it stands.
    Broken(&'static str),
}

impl<'a> Frame<'a> {
    /// Looks at the frame that starts with the first of `units`.
    pub(crate) fn find(units: &'a [Unit], seed: Seed) -> Found<'a> {
        if units.len() < HEADER_UNITS {
            return Found::Cut(HEADER_UNITS);
        }
        let header = match FrameHeader::read(units, seed) {
            Ok(header) => header,
            Err(why) => return Found::Broken(why),
        };
        let length = header.frame_units();
        let Some(units) = units.get(..length) else { return Found::Cut(length) };
        let commands = &units[HEADER_UNITS..];
        if seed.checksum(commands) != header.commands_checksum && !on(Bug::TornTailApplied) {
            return Found::Broken("the checksum of the frame's commands does not match");
        }
        Found::Whole(Self { header, commands, units })
    }

    /// The frame at the start of `units`, which `find` has looked at before.
    pub(crate) fn trusted(units: &'a [Unit]) -> Self {
        let header = &bytemuck::cast_slice::<Unit, FrameHeader>(&units[..HEADER_UNITS])[0];
        let units = &units[..header.frame_units()];
        Self { header, commands: &units[HEADER_UNITS..], units }
    }

    /// The chain's digest after this frame.
    pub(crate) fn digest(&self) -> Digest {
        digest(self.units)
    }

    /// Units of the whole frame.
    pub(crate) fn length(&self) -> usize {
        self.units.len()
    }
}

/// Where the chain stands: what the next frame has to follow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) seed: Seed,
    pub(crate) next: Sequence,
    pub(crate) digest: Digest,
    pub(crate) epoch: u32,
    pub(crate) time: Nanoseconds,
}

impl Link {
    /// Checks that `frame` is the one that follows, and steps onto it.
    ///
    /// # Errors
    /// What does not fit. A whole frame that does not follow was never written here.
    pub(crate) fn follow(&mut self, frame: &Frame<'_>) -> Result<(), String> {
        let header = frame.header;
        if header.first_sequence != self.next {
            let found = header.first_sequence;
            return Err(format!(
                "the frame starts with command {found} where {} follows",
                self.next
            ));
        }
        if header.previous != self.digest && !on(Bug::ChainUnchecked) {
            return Err("the chain digest does not match the frames before".to_owned());
        }
        let older = header.epoch < self.epoch && !on(Bug::EpochUnchecked);
        if older || header.time < self.time {
            return Err("the frame is older than the one before it".to_owned());
        }
        if command::count(frame.commands) != Ok(header.count as usize) {
            return Err("the frame's commands are malformed".to_owned());
        }
        self.next += u64::from(header.count);
        self.digest = frame.digest();
        self.epoch = header.epoch;
        self.time = header.time;
        Ok(())
    }
}

/// Writes the frame of `commands` that follows `link` over `buffer`, and steps `link` onto it.
pub(crate) fn encode(
    buffer: &mut Vec<Unit>,
    link: &mut Link,
    time: Nanoseconds,
    commands: &[Unit],
    count: u32,
    outputs: Outputs,
) {
    let mut header = FrameHeader {
        magic: MAGIC,
        first_sequence: link.next,
        time,
        epoch: link.epoch,
        count,
        units: u32::try_from(commands.len()).expect("a frame has at most MAXIMUM_UNITS"),
        commands_checksum: link.seed.checksum(commands),
        outputs_sequence: outputs.sequence,
        previous: link.digest,
        outputs: outputs.digest,
        ..FrameHeader::zeroed()
    };
    header.checksum = header.own_checksum(link.seed);
    buffer.clear();
    buffer.extend_from_slice(&bytemuck::cast::<FrameHeader, [Unit; HEADER_UNITS]>(header));
    buffer.extend_from_slice(commands);
    link.next += u64::from(count);
    link.digest = digest(buffer);
    link.time = time;
}

fn digest(units: &[Unit]) -> Digest {
    *blake3::hash(bytemuck::cast_slice(units)).as_bytes()
}
