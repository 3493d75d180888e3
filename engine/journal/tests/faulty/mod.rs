//! A disk in memory that loses, tears and refuses what it is told to.

// Each test file takes in what it needs of this.
#![allow(dead_code, unreachable_pub)]

pub mod history;

use openoutcry_journal::{File, Storage};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// What the disk does wrong from now on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// No more than this many further bytes fit; a write that does not fit is cut short.
    pub room: Option<usize>,
    /// This many further syncs succeed.
    pub syncs: Option<usize>,
}

#[derive(Clone, Debug, Default)]
struct Content {
    durable: Vec<u8>,
    cached: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, Arc<Mutex<Content>>>,
    faults: Faults,
    syncs: usize,
}

/// The disk; clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    state: Arc<Mutex<State>>,
    gate: Arc<Mutex<()>>,
}

#[derive(Debug)]
pub struct MemoryFile {
    disk: Memory,
    content: Arc<Mutex<Content>>,
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the disk")
    }

    pub fn fail(&self, faults: Faults) {
        self.state().faults = faults;
    }

    /// As long as the guard lives no sync comes to its end.
    pub fn stall(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().expect("unpoisoned")
    }

    /// Syncs carried out so far.
    pub fn syncs(&self) -> usize {
        self.state().syncs
    }

    /// The power fails: of what was not synced, `survives` says per sector of 512 bytes whether
    /// it reached the disk.
    pub fn crash(&self, mut survives: impl FnMut(usize) -> bool) {
        for content in self.state().files.values() {
            let mut content = content.lock().expect("unpoisoned");
            let Content { durable, cached } = &mut *content;
            durable.resize(cached.len().max(durable.len()), 0);
            for (sector, bytes) in cached.chunks(512).enumerate() {
                let at = sector * 512;
                if durable[at..at + bytes.len()] != *bytes && survives(sector) {
                    durable[at..at + bytes.len()].copy_from_slice(bytes);
                }
            }
            cached.clone_from(durable);
        }
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.state().files[name].lock().expect("unpoisoned").cached.clone()
    }

    pub fn put(&self, name: &str, bytes: &[u8]) {
        let content = Content { durable: bytes.to_vec(), cached: bytes.to_vec() };
        self.state().files.insert(name.to_owned(), Arc::new(Mutex::new(content)));
    }

    pub fn lose(&self, name: &str) {
        self.state().files.remove(name);
    }

    pub fn segments(&self) -> Vec<String> {
        self.state().files.keys().filter(|name| name.len() == 24).cloned().collect()
    }

    /// All files as they are now, to compare with later.
    pub fn everything(&self) -> BTreeMap<String, Vec<u8>> {
        let names: Vec<String> = self.state().files.keys().cloned().collect();
        names.into_iter().map(|name| (name.clone(), self.bytes(&name))).collect()
    }

    fn file(&self, content: Arc<Mutex<Content>>) -> MemoryFile {
        MemoryFile { disk: self.clone(), content }
    }
}

fn missing() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl Storage for Memory {
    type File = MemoryFile;

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.state().files.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<MemoryFile> {
        let content = self.state().files.get(name).cloned().ok_or_else(missing)?;
        Ok(self.file(content))
    }

    fn create(&self, name: &str) -> io::Result<MemoryFile> {
        let content = Arc::new(Mutex::new(Content::default()));
        self.state().files.insert(name.to_owned(), Arc::clone(&content));
        Ok(self.file(content))
    }

    fn publish(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        let content = state.files.remove(from).ok_or_else(missing)?;
        state.files.insert(to.to_owned(), content);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.state().files.remove(name).map(|_| ()).ok_or_else(missing)
    }
}

impl MemoryFile {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().expect("unpoisoned")
    }
}

impl File for MemoryFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.content().cached.len() as u64)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let at = usize::try_from(at).expect("small files");
        let content = self.content();
        let bytes = content.cached.get(at..at + into.len());
        into.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let at = usize::try_from(at).expect("small files");
        let mut state = self.disk.state();
        let fits = state.faults.room.map_or(bytes.len(), |room| room.min(bytes.len()));
        if let Some(room) = &mut state.faults.room {
            *room -= fits;
        }
        let mut content = self.content();
        let end = content.cached.len().max(at + fits);
        content.cached.resize(end, 0);
        content.cached[at..at + fits].copy_from_slice(&bytes[..fits]);
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn allocate(&mut self, length: u64) -> io::Result<()> {
        let length = usize::try_from(length).expect("small files");
        let mut content = self.content();
        let length = length.max(content.cached.len());
        content.cached.resize(length, 0);
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.content().cached.truncate(usize::try_from(length).expect("small files"));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let _open = self.disk.gate.lock().expect("unpoisoned");
        let mut state = self.disk.state();
        match &mut state.faults.syncs {
            Some(0) => return Err(io::Error::other("the disk reports an error")),
            Some(left) => *left -= 1,
            None => {}
        }
        state.syncs += 1;
        let mut content = self.content();
        let Content { durable, cached } = &mut *content;
        durable.clone_from(cached);
        Ok(())
    }
}
