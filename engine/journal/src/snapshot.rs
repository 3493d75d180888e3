//! Snapshots: what the log had made of the venue at one of its frames, so that a start need not
//! replay all of it. Anything here can be made again from the log.
//!
//! A file is a header block, then two sections of bytes: the machine and the views. The header
//! carries their digests (the machine's is its state hash), the digest of the words for what is in
//! them, and the place in the journal where reading goes on; a checksum covers it. There is no byte
//! that nothing covers.

use crate::segment::numbered;
use crate::{BLOCK, Digest, File, JournalError, Outputs, Storage, Tail, Venue, segment_name};
use bytemuck::{Pod, Zeroable};
use openoutcry_planted::{Bug, on};
use openoutcry_wire::Sequence;
use std::io;

/// The format of these files.
const VERSION: u32 = 1;
const MAGIC: [u8; 8] = *b"OOTCRYS\n";
const HEADER: usize = 4096;
const _: () = assert!(HEADER as u64 == BLOCK);
/// What a snapshot that is being taken is called.
const DRAFT: &str = "state.taking";
/// Bytes that a sync may have to write.
const AT_ONCE: usize = 1 << 20;
const ENDING: &str = ".snapshot";

/// Magic, version and checksum stand where a segment has them.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Layout {
    magic: [u8; 8],
    version: u32,
    /// CRC32C over the whole block with this field as zero.
    checksum: u32,
    venue: Venue,
    words: Digest,
    machine: Digest,
    views: Digest,
    machine_bytes: u64,
    views_bytes: u64,
    next: u64,
    time: u64,
    frames: u64,
    segments: u64,
    bytes: u64,
    segment: u64,
    offset: u64,
    last_frame: u64,
    digest: Digest,
    outputs: [KnownOutputs; 2],
    epoch: u32,
    reserved: u32,
}

#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct KnownOutputs {
    sequence: u64,
    digest: Digest,
}

/// What a snapshot says about itself.
#[derive(Clone, Debug)]
pub struct SnapshotHeader {
    /// Where the journal goes on.
    pub place: Tail,
    /// The digests of events that the next frames may name.
    pub outputs: [Outputs; 2],
    /// The digest of the words that say what is written, and in which order.
    pub words: Digest,
    /// The machine's state hash.
    pub machine: Digest,
    pub views: Digest,
    machine_bytes: u64,
    views_bytes: u64,
}

impl SnapshotHeader {
    fn encode(&self) -> [u8; HEADER] {
        let Self { place, outputs, words, machine, views, machine_bytes, views_bytes } = self;
        let layout = Layout {
            magic: MAGIC,
            version: VERSION,
            checksum: 0,
            venue: place.venue,
            words: *words,
            machine: *machine,
            views: *views,
            machine_bytes: *machine_bytes,
            views_bytes: *views_bytes,
            next: place.next,
            time: place.time,
            frames: place.frames,
            segments: place.segments as u64,
            bytes: place.bytes,
            segment: crate::segment::sequence_in(&place.segment).unwrap_or(0),
            offset: place.offset,
            last_frame: place.last_frame,
            digest: place.digest,
            outputs: outputs.map(|Outputs { sequence, digest }| KnownOutputs { sequence, digest }),
            epoch: place.epoch,
            reserved: 0,
        };
        let mut block = [0; HEADER];
        let written = size_of::<Layout>();
        block[..written].copy_from_slice(bytemuck::bytes_of(&layout));
        let checksum = crc32c::crc32c(&block);
        block[..written].copy_from_slice(bytemuck::bytes_of(&Layout { checksum, ..layout }));
        block
    }

    fn decode(block: &[u8; HEADER]) -> Result<Self, String> {
        let layout: Layout = bytemuck::pod_read_unaligned(&block[..size_of::<Layout>()]);
        let mut zeroed = *block;
        let checked = bytemuck::bytes_of(&Layout { checksum: 0, ..layout }).to_vec();
        zeroed[..checked.len()].copy_from_slice(&checked);
        if layout.magic != MAGIC || crc32c::crc32c(&zeroed) != layout.checksum {
            return Err("its header is not what was written".to_owned());
        }
        if layout.version != VERSION {
            let version = layout.version;
            return Err(format!("it has format version {version}, this engine reads {VERSION}"));
        }
        let place = Tail {
            next: layout.next,
            time: layout.time,
            epoch: layout.epoch,
            digest: layout.digest,
            frames: layout.frames,
            segments: usize::try_from(layout.segments).unwrap_or(usize::MAX),
            bytes: layout.bytes,
            segment: segment_name(layout.segment),
            offset: layout.offset,
            last_frame: layout.last_frame,
            torn: None,
            venue: layout.venue,
        };
        Ok(Self {
            place,
            outputs: layout
                .outputs
                .map(|KnownOutputs { sequence, digest }| Outputs { sequence, digest }),
            words: layout.words,
            machine: layout.machine,
            views: layout.views,
            machine_bytes: layout.machine_bytes,
            views_bytes: layout.views_bytes,
        })
    }
}

/// A snapshot read whole, of which nothing is believed yet but its header.
#[derive(Debug)]
pub struct Snapshot {
    pub header: SnapshotHeader,
    bytes: Vec<u8>,
}

impl Snapshot {
    /// Reads the snapshot taken after this command.
    ///
    /// # Errors
    /// `Snapshot`, in words, when it is not whole.
    pub fn read<S: Storage>(storage: &S, sequence: Sequence) -> Result<Self, JournalError> {
        Self::read_named(storage, &snapshot_name(sequence)).and_then(|snapshot| {
            let says = snapshot.header.place.next - 1;
            if says == sequence {
                Ok(snapshot)
            } else {
                Err(unsound(sequence, format!("it says that it was taken after command {says}")))
            }
        })
    }

    fn read_named<S: Storage>(storage: &S, name: &str) -> Result<Self, JournalError> {
        let bytes =
            read_whole(storage, name).map_err(|error| unsound_file(name, error.to_string()))?;
        let broken = |what: String| unsound_file(name, what);
        let block = bytes.first_chunk().ok_or_else(|| broken("it is cut off".to_owned()))?;
        let header = SnapshotHeader::decode(block).map_err(broken)?;
        let whole = (HEADER as u64)
            .checked_add(header.machine_bytes)
            .and_then(|length| length.checked_add(header.views_bytes));
        if whole != Some(bytes.len() as u64) || header.place.next == 0 {
            return Err(broken("it is not as long as it should be".to_owned()));
        }
        Ok(Self { header, bytes })
    }

    /// Compares the bytes with the header's digests, and gives the header.
    ///
    /// # Errors
    /// `Snapshot` when they are not those that were written.
    pub fn check(self) -> Result<SnapshotHeader, JournalError> {
        let [machine, views] = self.sections().map(|bytes| *blake3::hash(bytes).as_bytes());
        if (machine, views) == (self.header.machine, self.header.views) {
            return Ok(self.header);
        }
        let what = "its bytes are not those that were written".to_owned();
        Err(unsound(self.header.place.next - 1, what))
    }

    /// The bytes of machine and views, still to be compared with the header's digests.
    #[must_use]
    pub fn sections(&self) -> [&[u8]; 2] {
        let (_, sections) = self.bytes.split_at(HEADER);
        let machine = usize::try_from(self.header.machine_bytes).expect("it was read");
        let (machine, views) = sections.split_at(machine);
        [machine, views]
    }
}

fn read_whole<S: Storage>(storage: &S, name: &str) -> io::Result<Vec<u8>> {
    let file = storage.open(name)?;
    let length = usize::try_from(file.length()?).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read(0, &mut bytes)?;
    Ok(bytes)
}

fn unsound_file(name: &str, what: String) -> JournalError {
    JournalError::Snapshot { snapshot: name.to_owned(), what }
}

/// That a snapshot is not to be used.
#[must_use]
pub fn unsound(sequence: Sequence, what: String) -> JournalError {
    unsound_file(&snapshot_name(sequence), what)
}

/// A snapshot on its way to the disk.
#[derive(Debug)]
pub struct SnapshotDraft<'a, S: Storage> {
    storage: &'a S,
    file: S::File,
    end: u64,
    /// Bytes written since the last sync.
    unsynced: usize,
    sections: Vec<(u64, Digest)>,
    /// The command that it is of, once it is finished.
    sequence: Option<Sequence>,
}

impl<'a, S: Storage> SnapshotDraft<'a, S> {
    /// Begins one; an earlier draft is overwritten.
    pub fn begin(storage: &'a S) -> io::Result<Self> {
        let file = storage.create(DRAFT)?;
        Ok(Self {
            storage,
            file,
            end: HEADER as u64,
            unsynced: 0,
            sections: Vec::new(),
            sequence: None,
        })
    }

    /// Writes the next section: `give` gives it, piece by piece, to what it is called with.
    ///
    /// # Errors
    /// The first error of the disk, or `Interrupted` once `go_on` says no.
    pub fn section(
        &mut self,
        go_on: &dyn Fn() -> bool,
        give: impl FnOnce(&mut dyn FnMut(&[u8])),
    ) -> io::Result<()> {
        let Self { file, end, unsynced, sections, .. } = self;
        let start = *end;
        let mut hasher = blake3::Hasher::new();
        let mut failed = None;
        give(&mut |bytes| {
            if failed.is_some() {
                return;
            }
            if !go_on() {
                failed = Some(io::ErrorKind::Interrupted.into());
                return;
            }
            hasher.update(bytes);
            failed = file.write(*end, bytes).err();
            *end += bytes.len() as u64;
            // Much at once would stand in the way of the journal's own syncs.
            *unsynced += bytes.len();
            if *unsynced >= AT_ONCE && failed.is_none() {
                failed = file.sync().err();
                *unsynced = 0;
            }
        });
        sections.push((*end - start, *hasher.finalize().as_bytes()));
        failed.map_or(Ok(()), Err)
    }

    /// Writes the header and makes the draft durable; it is not a snapshot yet.
    ///
    /// # Panics
    /// When there are not two sections.
    pub fn finish(&mut self, place: &Tail, outputs: [Outputs; 2], words: Digest) -> io::Result<()> {
        let [(machine_bytes, machine), (views_bytes, views)] = self.sections[..] else {
            unreachable!("a snapshot has two sections");
        };
        let header = SnapshotHeader {
            place: place.clone(),
            outputs,
            words,
            machine,
            views,
            machine_bytes,
            views_bytes,
        };
        self.file.write(0, &header.encode())?;
        if !on(Bug::UnsyncedSnapshot) {
            self.file.sync()?;
        }
        self.sequence = Some(place.next - 1);
        Ok(())
    }

    /// Reads the draft again, as a start would read it.
    pub fn read_back(&self) -> Result<Snapshot, JournalError> {
        Snapshot::read_named(self.storage, DRAFT)
    }

    /// Gives it its name.
    ///
    /// # Panics
    /// Before it is finished.
    pub fn publish(self) -> io::Result<()> {
        let sequence = self.sequence.expect("a draft is finished before it is published");
        self.storage.publish(DRAFT, &snapshot_name(sequence))
    }

    /// Lets go of the draft.
    pub fn discard(storage: &S) {
        // It may never have been begun.
        let _ = storage.remove(DRAFT);
    }
}

/// The file of a snapshot taken after this command.
pub fn snapshot_name(sequence: Sequence) -> String {
    format!("{sequence:020}{ENDING}")
}

/// The commands after which snapshots were taken, the newest first.
pub fn snapshots<S: Storage>(storage: &S) -> Result<Vec<Sequence>, JournalError> {
    let names = storage.names().map_err(JournalError::io("list the journal's segments"))?;
    let mut all: Vec<Sequence> = names.iter().filter_map(|name| numbered(name, ENDING)).collect();
    all.sort_unstable_by(|one, other| other.cmp(one));
    Ok(all)
}
