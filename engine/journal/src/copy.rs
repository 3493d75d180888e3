//! A journal as far as some command, copied into another storage: backups, and their return.
//!
//! Files are copied as they are, the archived ones as archives; the last segment ends where the
//! copy does. A frame that holds the last command and others behind it is written anew without
//! those: it is the only frame of the copy whose digest is another than the original's.

use crate::archive::Source;
use crate::reader::Batch;
use crate::segment::{archive_name, sequence_in};
use crate::{
    BLOCK, File, Journal, JournalError, Outputs, Reader, Sizes, Storage, Tail, segment_name,
    snapshot_name, snapshots,
};
use openoutcry_wire::{Nanoseconds, Sequence, Unit, command};
use std::io;

/// Bytes copied at once.
const PIECE: usize = 1 << 20;

/// Where a copy ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    End,
    /// With this command.
    Sequence(Sequence),
    /// With the last command logged at this time or before.
    Time(Nanoseconds),
}

/// What stops a copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("there is no journal")]
    Nothing,
    /// The journal does not reach so far.
    #[error("the journal ends with command {0}")]
    EndsBefore(Sequence),
    #[error("the journal begins later than that")]
    BeginsLater,
    /// `progress` said to stop.
    #[error("interrupted")]
    Interrupted,
}

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The last command, and its logged time.
    pub sequence: Sequence,
    pub time: Nanoseconds,
    /// Bytes of the copy's journal, unpacked.
    pub bytes: u64,
    pub snapshots: usize,
}

/// A frame that is cut: where it starts, and what is left of it.
struct Cut {
    before: Tail,
    time: Nanoseconds,
    commands: Vec<Unit>,
    count: u32,
    outputs: Outputs,
}

/// Copies into an empty storage, reading all before anything is written. `progress` is told bytes
/// done and in all, and says whether to go on. What was copied.
///
/// # Errors
/// When the journal is damaged before that, does not reach so far, or cannot be written.
pub fn copy<S: Storage, T: Storage + Clone>(
    from: &S,
    to: &T,
    sizes: Sizes,
    until: Until,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Copied, CopyError> {
    let total = Reader::new(from, sizes)?.total();
    let mut read = |done| progress(done, 2 * total);
    let (tail, cut) = find(from, sizes, until, &mut read)?;
    let end = cut.as_ref().map_or(&tail, |cut| &cut.before);
    let mut written = total;
    let mut wrote = |bytes: usize| {
        written += bytes as u64;
        progress(written.min(2 * total), 2 * total)
    };
    let last = sequence_in(&end.segment).unwrap_or(0);
    for first in segments(from)?.into_iter().filter(|first| *first < last) {
        copy_segment(from, to, first, &mut wrote)?;
    }
    copy_last(from, to, last, end.offset, &mut wrote)?;
    if let Some(cut) = &cut {
        let mut journal = Journal::resume(to.clone(), sizes, &cut.before)?;
        journal.append(cut.time, &cut.commands, cut.count, cut.outputs)?;
        journal.close()?;
    }
    // In the copy a snapshot goes on from a frame that ends with its command.
    let reached = end.next - 1;
    let mut kept = 0;
    for sequence in snapshots(from)?.into_iter().filter(|sequence| *sequence <= reached) {
        match copy_file(from, to, &snapshot_name(sequence), "state.taking", &mut wrote) {
            // The venue lets go of old ones.
            Err(error) if is_gone(&error) => {}
            copied => {
                copied?;
                kept += 1;
            }
        }
    }
    let left = cut.as_ref().map_or(0, |cut| u64::from(cut.count));
    let time = cut.as_ref().map_or(tail.time, |cut| cut.time);
    Ok(Copied { sequence: reached + left, time, bytes: end.bytes, snapshots: kept })
}

fn is_gone(error: &CopyError) -> bool {
    matches!(error, CopyError::Journal(JournalError::Io { source, .. })
        if source.kind() == io::ErrorKind::NotFound)
}

fn segments<S: Storage>(storage: &S) -> Result<Vec<Sequence>, JournalError> {
    let names = storage.names().map_err(JournalError::io("list the journal's segments"))?;
    let mut firsts: Vec<Sequence> = names.iter().filter_map(|name| sequence_in(name)).collect();
    firsts.sort_unstable();
    firsts.dedup();
    Ok(firsts)
}

/// Reads up to where the copy ends, and finds the frame to be cut there, if one is.
fn find<S: Storage>(
    from: &S,
    sizes: Sizes,
    until: Until,
    read: &mut dyn FnMut(u64) -> bool,
) -> Result<(Tail, Option<Cut>), CopyError> {
    let last = match until {
        Until::End => Sequence::MAX,
        Until::Sequence(sequence) => sequence,
        Until::Time(time) => last_at(from, sizes, time, read)?,
    };
    if last == 0 {
        return Err(CopyError::BeginsLater);
    }
    let mut reader = Reader::new(from, sizes)?.until(last);
    let mut batch = Batch::default();
    // Of the frame before the last.
    let mut time = 0;
    let mut cut = None;
    while reader.next(&mut batch)? {
        for frame in batch.frames() {
            let header = frame.header;
            if header.first_sequence + u64::from(header.count) - 1 > last {
                let (commands, count) = first_of(frame.commands, last + 1 - header.first_sequence);
                let outputs = Outputs { sequence: header.outputs_sequence, digest: header.outputs };
                cut = Some((*header, commands, count, outputs));
            } else {
                time = header.time;
            }
        }
        if !read(batch.done) {
            return Err(CopyError::Interrupted);
        }
    }
    let tail = Tail { torn: None, ..reader.tail().ok_or(CopyError::Nothing)? };
    if until != Until::End && tail.next - 1 < last {
        return Err(CopyError::EndsBefore(tail.next - 1));
    }
    let cut = cut.map(|(header, commands, count, outputs)| Cut {
        before: Tail {
            next: header.first_sequence,
            time,
            // The frame keeps its epoch, which is one more than that of the tail it follows.
            epoch: header.epoch - 1,
            digest: header.previous,
            frames: tail.frames - 1,
            bytes: tail.bytes - (tail.offset - tail.last_frame),
            offset: tail.last_frame,
            last_frame: tail.last_frame,
            segment: segment_name(sequence_in(&tail.segment).unwrap_or(0)),
            ..tail.clone()
        },
        time: header.time,
        commands,
        count,
        outputs,
    });
    Ok((tail, cut))
}

/// The last command logged at `time` or before.
fn last_at<S: Storage>(
    from: &S,
    sizes: Sizes,
    time: Nanoseconds,
    read: &mut dyn FnMut(u64) -> bool,
) -> Result<Sequence, CopyError> {
    let mut reader = Reader::new(from, sizes)?;
    let mut batch = Batch::default();
    let mut last = 0;
    while reader.next(&mut batch)? {
        for frame in batch.frames() {
            let header = frame.header;
            if header.time > time {
                return Ok(last);
            }
            last = header.first_sequence + u64::from(header.count) - 1;
        }
        if !read(batch.done) {
            return Err(CopyError::Interrupted);
        }
    }
    Ok(last)
}

/// The first so many commands.
fn first_of(commands: &[Unit], count: u64) -> (Vec<Unit>, u32) {
    let count = u32::try_from(count).expect("less than a frame's commands");
    let mut rest = commands;
    for _ in 0..count {
        rest = command::next(rest).ok().flatten().map_or(&[], |(_, after)| after);
    }
    (commands[..commands.len() - rest.len()].to_vec(), count)
}

fn copy_segment<S: Storage, T: Storage>(
    from: &S,
    to: &T,
    first: Sequence,
    wrote: &mut dyn FnMut(usize) -> bool,
) -> Result<(), CopyError> {
    match copy_file(from, to, &segment_name(first), "segment.new", wrote) {
        Err(error) if is_gone(&error) => {
            copy_file(from, to, &archive_name(first), "segment.archiving", wrote)
        }
        copied => copied,
    }
}

fn copy_file<S: Storage, T: Storage>(
    from: &S,
    to: &T,
    name: &str,
    draft: &str,
    wrote: &mut dyn FnMut(usize) -> bool,
) -> Result<(), CopyError> {
    let failed = || JournalError::io(format!("copy {name}"));
    let file = from.open(name).map_err(failed())?;
    let length = file.length().map_err(failed())?;
    write(to, draft, name, length, |at, piece| file.read(at, piece), wrote)
}

/// The last segment, which will be appended to: as it was before it was archived, if it was.
fn copy_last<S: Storage, T: Storage>(
    from: &S,
    to: &T,
    first: Sequence,
    length: u64,
    wrote: &mut dyn FnMut(usize) -> bool,
) -> Result<(), CopyError> {
    let name = segment_name(first);
    let (_, file) = Source::open(from, first).map_err(JournalError::io(format!("copy {name}")))?;
    write(to, "segment.new", &name, length.max(BLOCK), |at, piece| file.read(at, piece), wrote)
}

fn write<T: Storage>(
    to: &T,
    draft: &str,
    name: &str,
    length: u64,
    read: impl Fn(u64, &mut [u8]) -> io::Result<()>,
    wrote: &mut dyn FnMut(usize) -> bool,
) -> Result<(), CopyError> {
    let failed = || JournalError::io(format!("copy {name}"));
    let mut file = to.create(draft).map_err(failed())?;
    let mut piece = Vec::new();
    let mut at = 0;
    while at < length {
        piece.resize(PIECE.min(usize::try_from(length - at).unwrap_or(PIECE)), 0);
        read(at, &mut piece).and_then(|()| file.write(at, &piece)).map_err(failed())?;
        at += piece.len() as u64;
        if !wrote(piece.len()) {
            return Err(CopyError::Interrupted);
        }
    }
    file.sync().and_then(|()| to.publish(draft, name)).map_err(failed())?;
    Ok(())
}
