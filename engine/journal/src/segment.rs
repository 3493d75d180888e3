//! The block that starts every segment.

use crate::{Digest, JournalError, Venue};
use bytemuck::{Pod, Zeroable};
use openoutcry_wire::{Sequence, UNIT, Unit};

/// Bytes of a segment's header; its first frame follows.
pub const BLOCK: u64 = 4096;

/// The format this crate writes and reads.
pub const VERSION: u32 = 1;

/// What a segment still being prepared is called; it becomes a segment by being renamed.
pub(crate) const DRAFT: &str = "segment.new";

/// How the names of archived segments end.
pub(crate) const ARCHIVED: &str = ".log.zst";

pub(crate) const BLOCK_UNITS: usize = 4096 / UNIT;
const MAGIC: [u8; 8] = *b"OOTCRYJ\n";

/// Magic, version and checksum keep their places in every version of the format.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Layout {
    magic: [u8; 8],
    version: u32,
    /// CRC32C over the whole block with this field as zero.
    checksum: u32,
    venue: Venue,
    first_sequence: u64,
    reserved: [u8; 24],
    previous: Digest,
    reserved_1: [u8; 32],
}

const _: () = assert!(size_of::<Layout>() == 2 * UNIT);

/// What a segment says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) venue: Venue,
    pub(crate) first_sequence: Sequence,
    /// The chain's digest at the end of the segment before; zeros in the first.
    pub(crate) previous: Digest,
}

impl SegmentHeader {
    /// The header as the block that goes to disk.
    pub(crate) fn encode(&self) -> Vec<Unit> {
        let layout = Layout {
            magic: MAGIC,
            version: VERSION,
            checksum: 0,
            venue: self.venue,
            first_sequence: self.first_sequence,
            previous: self.previous,
            ..Layout::zeroed()
        };
        let mut block = vec![Unit::zeroed(); BLOCK_UNITS];
        block[..2].copy_from_slice(&bytemuck::cast::<Layout, [Unit; 2]>(layout));
        let checksum = crc32c::crc32c(bytemuck::cast_slice(&block));
        block[..2]
            .copy_from_slice(&bytemuck::cast::<Layout, [Unit; 2]>(Layout { checksum, ..layout }));
        block
    }

    /// Reads the block at the start of `segment`.
    ///
    /// # Errors
    /// `Damaged` when the checksum does not match, `UnknownVersion` when it does but the block is
    /// from another version.
    pub(crate) fn decode(block: &[Unit], segment: &str) -> Result<Self, JournalError> {
        let layout = bytemuck::cast_slice::<Unit, Layout>(&block[..2])[0];
        let mut zeroed = block.to_vec();
        zeroed[..2].copy_from_slice(&bytemuck::cast::<Layout, [Unit; 2]>(Layout {
            checksum: 0,
            ..layout
        }));
        let whole = crc32c::crc32c(bytemuck::cast_slice(&zeroed)) == layout.checksum;
        if layout.magic != MAGIC || !whole {
            let what = "the segment's header is not what was written".to_owned();
            return Err(JournalError::Damaged { segment: segment.to_owned(), offset: 0, what });
        }
        if layout.version != VERSION {
            let segment = segment.to_owned();
            return Err(JournalError::UnknownVersion { segment, version: layout.version });
        }
        let Layout { venue, first_sequence, previous, .. } = layout;
        Ok(Self { venue, first_sequence, previous })
    }
}

/// The chain's digest once a segment has begun: what the segment's first frame names as the frame
/// before it. It covers the header, and through it the segment before.
pub(crate) fn digest_of(block: &[Unit]) -> Digest {
    *blake3::hash(bytemuck::cast_slice(block)).as_bytes()
}

/// The file that starts with this sequence number.
pub fn segment_name(first: Sequence) -> String {
    format!("{first:020}.log")
}

/// The file in which that segment is archived.
pub fn archive_name(first: Sequence) -> String {
    format!("{first:020}{ARCHIVED}")
}

/// The sequence number in the file name of a segment, archived or not; `None` for any other file.
pub(crate) fn sequence_in(name: &str) -> Option<Sequence> {
    numbered(name, ARCHIVED).or_else(|| numbered(name, ".log"))
}

/// The number in a file name that ends so.
pub(crate) fn numbered(name: &str, ending: &str) -> Option<Sequence> {
    let digits = name.strip_suffix(ending)?;
    (digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}
