//! The durable log of commands: nothing is acknowledged before its frame is on disk.
//!
//! A journal is a directory of segments; a segment is one header block and then frames back to
//! back; a frame is what one sync made durable: a header of two units and the commands it carries.
//! Every frame carries a CRC32C (did the disk keep it?) and the BLAKE3 digest of the frame before
//! it (is it still the history that was acknowledged?), so that no byte of the past can change
//! unnoticed. A frame is written only after the one before it is durable; hence at most the last
//! frame can be torn, and anything unreadable before it is damage.
//!
//! This is the only crate of the engine that touches files.

mod append;
mod archive;
mod copy;
mod disk;
mod error;
mod frame;
mod reader;
mod segment;
mod sent;
mod snapshot;
mod storage;
mod tail;

pub use append::Journal;
pub use archive::{archive, unarchived};
pub use copy::{Copied, CopyError, Until, copy};
pub use disk::Disk;
pub use error::JournalError;
pub use frame::{Frame, FrameHeader, MAXIMUM_COMMANDS, MAXIMUM_UNITS, Outputs};
pub use reader::{Batch, Reader};
pub use segment::{BLOCK, VERSION, archive_name, segment_name};
pub use sent::SentLog;
pub use snapshot::{Snapshot, SnapshotDraft, SnapshotHeader, snapshot_name, snapshots, unsound};
pub use storage::{File, Sizes, Storage};
pub use tail::{Tail, Torn};

/// A BLAKE3 digest.
pub type Digest = [u8; 32];
/// Sixteen random bytes made with the journal, repeated in each of its segments.
pub type Venue = [u8; 16];
