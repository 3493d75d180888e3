//! Segments that nothing is appended to any more, compressed: the venue archives its past and
//! deletes none of it.
//!
//! An archive is a file of Zstandard in its seekable format (frames of 1 MiB of content each, and a
//! table of their sizes in a skippable frame at the end: `contrib/seekable_format` of its
//! repository), so that `zstd -d` gives the segment back and a reader may start anywhere in it.
//! Another skippable frame before the table holds a CRC32C of each frame, as it stands in the file,
//! and one of table and sums: Zstandard has bits that mean nothing and that its own checksums leave
//! out.

use crate::segment::{archive_name, numbered, segment_name};
use crate::{File, JournalError, Storage};
use openoutcry_wire::Sequence;
use std::io;
use std::sync::Mutex;

/// Bytes of a segment in each frame.
const CHUNK: usize = 1 << 20;
/// Zstandard's default: a third of the size at some hundred megabytes a second.
const LEVEL: i32 = 3;
const SKIPPABLE: u32 = 0x184D_2A5E;
const SUMS: u32 = 0x184D_2A50;
const SEEKABLE: u32 = 0x8F92_EAB1;
/// Number of frames, a byte of flags (none), the magic number.
const FOOTER: usize = 9;
/// What an archive that is being made is called.
const DRAFT: &str = "segment.archiving";

/// A segment as it was written, or archived.
#[derive(Debug)]
pub(crate) enum Source<F> {
    Plain(F),
    Archived(Archive<F>),
}

impl<F: File> Source<F> {
    /// Opens a segment, which may be archived at this very moment; with its file's name.
    pub(crate) fn open<S: Storage<File = F>>(
        storage: &S,
        first: Sequence,
    ) -> io::Result<(String, Self)> {
        let name = segment_name(first);
        match storage.open(&name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let name = archive_name(first);
                let archive = Archive::open(storage.open(&name)?)?;
                Ok((name, Self::Archived(archive)))
            }
            opened => Ok((name, Self::Plain(opened?))),
        }
    }

    pub(crate) fn length(&self) -> io::Result<u64> {
        match self {
            Self::Plain(file) => file.length(),
            Self::Archived(archive) => Ok(archive.length),
        }
    }

    pub(crate) fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.read(at, into),
            Self::Archived(archive) => archive.read(at, into),
        }
    }
}

/// An archived segment, read in place.
#[derive(Debug)]
pub(crate) struct Archive<F> {
    file: F,
    /// Where each frame starts in the file, and behind them where the last one ends.
    starts: Vec<u64>,
    /// The CRC32C of each.
    sums: Vec<u32>,
    /// Bytes of the segment.
    length: u64,
    /// The chunk read last, and which it is.
    chunk: Mutex<Option<(usize, Vec<u8>)>>,
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the archive is damaged: {what}"))
}

/// Bytes of the skippable frame with the sums of so many frames.
const fn sums_of(frames: usize) -> usize {
    8 + frames * 4 + 4
}

/// Bytes of both skippable frames at the end.
const fn end_of(frames: usize) -> usize {
    sums_of(frames) + 8 + frames * 8 + FOOTER
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes"))
}

impl<F: File> Archive<F> {
    fn open(file: F) -> io::Result<Self> {
        let size = file.length()?;
        let mut footer = [0; FOOTER];
        let footer_at =
            size.checked_sub(FOOTER as u64).ok_or_else(|| damaged("it is too short"))?;
        file.read(footer_at, &mut footer)?;
        let frames = number(&footer[..4]) as usize;
        let end = end_of(frames) as u64;
        let start = size.checked_sub(end).ok_or_else(|| damaged("its table does not end it"))?;
        let mut bytes = vec![0; end_of(frames)];
        file.read(start, &mut bytes)?;
        let (sums, table) = bytes.split_at(sums_of(frames));
        let sum = number(&sums[sums.len() - 4..]);
        if crc32c::crc32c_append(crc32c::crc32c(table), &sums[..sums.len() - 4]) != sum {
            return Err(damaged("its table is not what was written"));
        }
        let mut starts = vec![0];
        let mut length = 0;
        for (index, entry) in table[8..table.len() - FOOTER].chunks_exact(8).enumerate() {
            starts.push(starts[index] + u64::from(number(&entry[..4])));
            length += u64::from(number(&entry[4..]));
        }
        if starts.last() != Some(&start) {
            return Err(damaged("its table does not fit it"));
        }
        let sums = sums[8..sums.len() - 4].chunks_exact(4).map(number).collect();
        Ok(Self { file, starts, sums, length, chunk: Mutex::new(None) })
    }

    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let end = at + into.len() as u64;
        if end > self.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut kept = self.chunk.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut done = 0;
        while done < into.len() {
            let place = usize::try_from(at).map_err(io::Error::other)? + done;
            let (index, within) = (place / CHUNK, place % CHUNK);
            if kept.as_ref().is_none_or(|(kept, _)| *kept != index) {
                *kept = Some((index, self.decompress(index)?));
            }
            let (_, chunk) = kept.as_ref().expect("a chunk was read");
            let part = &chunk[within..chunk.len().min(within + into.len() - done)];
            into[done..done + part.len()].copy_from_slice(part);
            done += part.len();
        }
        Ok(())
    }

    fn decompress(&self, index: usize) -> io::Result<Vec<u8>> {
        let (start, end) = (self.starts[index], self.starts[index + 1]);
        let size = usize::try_from(end - start).map_err(io::Error::other)?;
        let mut compressed = vec![0; size];
        self.file.read(start, &mut compressed)?;
        if crc32c::crc32c(&compressed) != self.sums[index] {
            return Err(damaged("a frame is not what was written"));
        }
        let content = (self.length - (index * CHUNK) as u64).min(CHUNK as u64);
        let chunk = zstd::bulk::decompress(&compressed, CHUNK)
            .map_err(|error| damaged(&error.to_string()))?;
        if chunk.len() as u64 == content { Ok(chunk) } else { Err(damaged("a frame is short")) }
    }
}

/// The finished segments that are not archived yet: all but the last.
pub fn unarchived<S: Storage>(storage: &S) -> Result<Vec<Sequence>, JournalError> {
    let names = storage.names().map_err(JournalError::io("list the journal's segments"))?;
    let mut firsts: Vec<Sequence> =
        names.iter().filter_map(|name| numbered(name, ".log")).collect();
    firsts.sort_unstable();
    firsts.pop();
    Ok(firsts)
}

/// Compresses a finished segment, reads the archive again to see that it holds the same, and only
/// then lets go of the segment. `go_on` is asked now and then; when it says no the segment stays
/// as it is. Whether it was archived.
pub fn archive<S: Storage>(
    storage: &S,
    first: Sequence,
    go_on: &dyn Fn() -> bool,
) -> Result<bool, JournalError> {
    let name = segment_name(first);
    let failed = || JournalError::io(format!("archive segment {name}"));
    if !compress(storage, &name, go_on).map_err(failed())? {
        return Ok(false);
    }
    let draft = storage.open(DRAFT).and_then(Archive::open).map_err(failed())?;
    if !holds(&draft, &storage.open(&name).map_err(failed())?, go_on).map_err(failed())? {
        return Ok(false);
    }
    storage.publish(DRAFT, &archive_name(first)).map_err(failed())?;
    storage.remove(&name).map_err(failed())?;
    Ok(true)
}

fn compress<S: Storage>(storage: &S, name: &str, go_on: &dyn Fn() -> bool) -> io::Result<bool> {
    let segment = storage.open(name)?;
    let length = segment.length()?;
    let mut draft = storage.create(DRAFT)?;
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    let (mut table, mut sums) = (Vec::new(), Vec::new());
    let (mut from, mut to) = (0, 0);
    let mut chunk = Vec::new();
    while from < length {
        if !go_on() {
            return Ok(false);
        }
        chunk.resize(CHUNK.min(usize::try_from(length - from).unwrap_or(CHUNK)), 0);
        segment.read(from, &mut chunk)?;
        let frame = compressor.compress(&chunk)?;
        draft.write(to, &frame)?;
        sums.extend(crc32c::crc32c(&frame).to_le_bytes());
        for size in [frame.len(), chunk.len()] {
            table.extend(u32::try_from(size).map_err(io::Error::other)?.to_le_bytes());
        }
        from += chunk.len() as u64;
        to += frame.len() as u64;
    }
    draft.write(to, &end(&table, &sums)?)?;
    draft.sync()?;
    Ok(true)
}

/// What stands behind the frames.
fn end(table: &[u8], sums: &[u8]) -> io::Result<Vec<u8>> {
    let word =
        |number: usize| u32::try_from(number).map(u32::to_le_bytes).map_err(io::Error::other);
    let mut behind = [SKIPPABLE.to_le_bytes(), word(table.len() + FOOTER)?].concat();
    behind.extend(table);
    behind.extend(word(table.len() / 8)?);
    behind.push(0);
    behind.extend(SEEKABLE.to_le_bytes());
    let mut end = [SUMS.to_le_bytes(), word(sums.len() + 4)?].concat();
    end.extend(sums);
    let sum = crc32c::crc32c_append(crc32c::crc32c(&behind), &end);
    end.extend(sum.to_le_bytes());
    end.extend(behind);
    Ok(end)
}

/// Whether the archive holds the segment, byte for byte; false too when there is no time to look.
fn holds<F: File>(archive: &Archive<F>, segment: &F, go_on: &dyn Fn() -> bool) -> io::Result<bool> {
    let length = segment.length()?;
    if archive.length != length {
        return Err(damaged("it does not hold what was written to it"));
    }
    let (mut there, mut here) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < length {
        if !go_on() {
            return Ok(false);
        }
        let size = CHUNK.min(usize::try_from(length - at).unwrap_or(CHUNK));
        there.resize(size, 0);
        here.resize(size, 0);
        archive.read(at, &mut there)?;
        segment.read(at, &mut here)?;
        if there != here {
            return Err(damaged("it does not hold what was written to it"));
        }
        at += size as u64;
    }
    Ok(true)
}
