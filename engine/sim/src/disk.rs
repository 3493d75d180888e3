//! The simulated disk behind the journal's `Storage`: it keeps what was synced, and of the rest
//! whatever the dice say.

mod content;
mod damage;

use crate::fault::{Counts, Fault, Faults};
use content::Content;
pub(crate) use damage::Damage;
use openoutcry_journal::{File, Storage};
use openoutcry_workload::Random;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// How many of the latest writes are remembered, to misdirect or lose one after the fact.
const REMEMBERED: usize = 8;

/// How the process or the machine ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The machine: what was not synced is at the disk's mercy.
    Power,
    /// The process alone: the kernel keeps what was written.
    Process,
}

/// A write as it was asked for, and what stood there before.
#[derive(Clone, Debug)]
struct Written {
    file: usize,
    at: usize,
    before: Vec<u8>,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
struct State {
    names: BTreeMap<String, usize>,
    contents: Vec<Content>,
    faults: Faults,
    dice: Random,
    counts: Counts,
    /// Operations so far, and the one at which it all ends.
    operations: u64,
    end_at: Option<(u64, End)>,
    ended: Option<End>,
    end_at_roll: Option<End>,
    /// How many reads are left until one fails.
    readable: Option<u64>,
    /// Counts the lives of the process: handles of an earlier one are dead.
    life: u32,
    full: bool,
    latest: VecDeque<Written>,
}

/// The disk; clones are the same disk.
#[derive(Clone, Debug)]
pub(crate) struct SimDisk(Arc<Mutex<State>>);

/// An open file of one life of the process.
#[derive(Debug)]
pub(crate) struct SimFile {
    disk: SimDisk,
    file: usize,
    life: u32,
}

fn error(what: &str) -> io::Error {
    io::Error::other(what.to_owned())
}

impl SimDisk {
    /// An empty disk with these faults.
    #[must_use]
    pub(crate) fn new(faults: Faults, dice: Random) -> Self {
        Self(Arc::new(Mutex::new(State {
            names: BTreeMap::new(),
            contents: Vec::new(),
            faults,
            dice,
            counts: [0; Fault::ALL.len()],
            operations: 0,
            end_at: None,
            ended: None,
            end_at_roll: None,
            readable: None,
            life: 0,
            full: false,
            latest: VecDeque::new(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A venue that panicked leaves the disk as it is.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Ends the process or the machine at one of the next operations.
    pub(crate) fn end_soon(&self, end: End, within: u64) {
        let mut state = self.state();
        let at = state.operations + 1 + state.dice.below(within);
        state.end_at = Some((at, end));
    }

    /// Ends the process or the machine soon after the next segment has got its name.
    pub(crate) fn end_at_roll(&self, end: End) {
        self.state().end_at_roll = Some(end);
    }

    /// Lets one of the next reads fail.
    pub(crate) fn fail_a_read(&self, within: u64) {
        self.state().readable = Some(within.max(1));
    }

    /// Whether the end came during an operation since the last start.
    #[must_use]
    pub(crate) fn ended(&self) -> Option<End> {
        self.state().ended
    }

    /// Ends it now; the next process finds what is left.
    pub(crate) fn end(&self, end: End) {
        let mut state = self.state();
        state.life += 1;
        (state.ended, state.end_at, state.end_at_roll) = (None, None, None);
        let State { contents, dice, .. } = &mut *state;
        match end {
            End::Power => contents.iter_mut().for_each(|content| content.lose_power(dice)),
            // Sooner or later the kernel writes by itself.
            End::Process => contents.iter_mut().for_each(|content| content.write_back(dice)),
        }
    }

    /// There is room again.
    pub(crate) fn free(&self) {
        self.state().full = false;
    }

    /// From now on nothing goes wrong.
    pub(crate) fn calm(&self) {
        let mut state = self.state();
        (state.faults, state.full, state.end_at) = (Faults::default(), false, None);
        (state.readable, state.end_at_roll) = (None, None);
    }

    /// How often each fault was injected.
    #[must_use]
    pub(crate) fn counts(&self) -> Counts {
        self.state().counts
    }

    /// A disk of its own with the same files, on which nothing goes wrong.
    #[must_use]
    pub(crate) fn copy(&self) -> Self {
        let mut state = self.state().clone();
        (state.faults, state.full, state.end_at) = (Faults::default(), false, None);
        (state.ended, state.readable, state.end_at_roll) = (None, None, None);
        Self(Arc::new(Mutex::new(state)))
    }

    fn open_file(&self, file: usize) -> SimFile {
        SimFile { disk: self.clone(), file, life: self.state().life }
    }
}

impl State {
    /// Counts an operation; an error when the process does not live to finish it.
    fn step(&mut self) -> io::Result<()> {
        self.operations += 1;
        if let Some((at, end)) = self.end_at
            && at <= self.operations
        {
            self.ended = Some(end);
        }
        if self.ended.is_some() { Err(error("the process has ended")) } else { Ok(()) }
    }

    fn happens(&mut self, fault: Fault, of: u64) -> bool {
        let happens = self.dice.below(of) == 0 && self.faults.has(fault);
        self.counts[fault as usize] += u64::from(happens);
        happens
    }

    /// How much of a write of this length is carried out, and what is said about it.
    fn carries(&mut self, length: usize) -> (usize, io::Result<()>) {
        let part = usize::try_from(self.dice.below(length as u64 + 1)).expect("a part of it");
        let was_alive = self.ended.is_none();
        if let Err(ended) = self.step() {
            return (if was_alive { part } else { 0 }, Err(ended));
        }
        if self.happens(Fault::FailedWrite, 600) {
            return (part, Err(error("input/output error")));
        }
        if self.full || self.happens(Fault::FullDisk, 600) {
            self.full = true;
            return (part, Err(io::ErrorKind::StorageFull.into()));
        }
        (length, Ok(()))
    }

    /// Whether it is a segment of the journal, or becomes one.
    fn is_segment(&self, file: usize) -> bool {
        let mut names = self.names.iter().filter(|(_, other)| **other == file);
        names.any(|(name, _)| name.strip_suffix(".log").is_some() || name == "segment.new")
    }

    fn remember(&mut self, file: usize, at: usize, bytes: &[u8]) {
        // The zeros behind a frame are there for the next one to be written over.
        let used = bytes.chunks(64).rposition(|unit| unit.iter().any(|byte| *byte != 0));
        let bytes = &bytes[..used.map_or(0, |last| last * 64 + 64)];
        let before = self.contents[file].bytes(at, bytes.len());
        self.latest.push_back(Written { file, at, before, bytes: bytes.to_vec() });
        if self.latest.len() > REMEMBERED {
            self.latest.pop_front();
        }
    }
}

impl Storage for SimDisk {
    type File = SimFile;

    fn names(&self) -> io::Result<Vec<String>> {
        let mut state = self.state();
        state.step()?;
        Ok(state.names.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<SimFile> {
        let file = {
            let mut state = self.state();
            state.step()?;
            state.names.get(name).copied().ok_or(io::ErrorKind::NotFound)?
        };
        Ok(self.open_file(file))
    }

    fn create(&self, name: &str) -> io::Result<SimFile> {
        let file = {
            let mut state = self.state();
            state.step()?;
            state.contents.push(Content::default());
            let file = state.contents.len() - 1;
            state.names.insert(name.to_owned(), file);
            file
        };
        Ok(self.open_file(file))
    }

    fn publish(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        // A rename is done or not: whoever ends in it may find either.
        let was_alive = state.ended.is_none();
        let ended = state.step();
        if ended.is_err() && !(was_alive && state.dice.chance(50)) {
            return ended;
        }
        let file = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), file);
        if let Some(end) = state.end_at_roll.take() {
            let at = state.operations + 1 + state.dice.below(4);
            state.end_at = Some((at, end));
        }
        ended
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        let was_alive = state.ended.is_none();
        let ended = state.step();
        if ended.is_err() && !(was_alive && state.dice.chance(50)) {
            return ended;
        }
        state.names.remove(name).ok_or(io::ErrorKind::NotFound)?;
        ended
    }
}

impl SimFile {
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.disk.state();
        if state.life == self.life { Ok(state) } else { Err(error("the process has ended")) }
    }
}

fn place(at: u64) -> usize {
    usize::try_from(at).expect("files are small")
}

impl File for SimFile {
    fn length(&self) -> io::Result<u64> {
        let mut state = self.state()?;
        state.step()?;
        Ok(state.contents[self.file].length() as u64)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let mut state = self.state()?;
        state.step()?;
        if let Some(left) = &mut state.readable {
            *left -= 1;
            if *left == 0 {
                state.readable = None;
                state.counts[Fault::UnreadableDisk as usize] += 1;
                return Err(error("input/output error"));
            }
        }
        state.contents[self.file].read(place(at), into)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state()?;
        let (part, said) = state.carries(bytes.len());
        if said.is_ok() && state.is_segment(self.file) {
            state.remember(self.file, place(at), bytes);
        }
        state.contents[self.file].write(place(at), &bytes[..part]);
        said
    }

    fn allocate(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.state()?;
        state.step()?;
        // Best effort, as on a real disk: the write that does not fit will say so.
        if !state.full {
            state.contents[self.file].grow(place(length));
        }
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.state()?;
        state.step()?;
        state.contents[self.file].truncate(place(length));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.state()?;
        state.step()?;
        if state.happens(Fault::LyingSync, 40) {
            return Ok(());
        }
        let fails = state.happens(Fault::FailedSync, 600);
        let State { contents, dice, .. } = &mut *state;
        if fails {
            contents[self.file].fail_sync(dice);
            return Err(error("input/output error"));
        }
        contents[self.file].sync();
        Ok(())
    }
}
