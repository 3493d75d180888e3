//! The real storage: files in a directory, locked by one process.

use crate::{File, JournalError, Storage};
use rustix::fs::FlockOperation;
use rustix::io::Errno;
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const LOCK: &str = "lock";
const SEGMENTS: &str = "journal";
const ARCHIVE: &str = "archive";
const SNAPSHOTS: &str = "snapshots";

/// The folders `journal/`, `archive/` and `snapshots/` of a data directory.
#[derive(Clone, Debug)]
pub struct Disk {
    directory: PathBuf,
    /// Held as long as this lives; `None` when reading alone.
    lock: Option<Arc<fs::File>>,
}

/// A segment file on disk.
#[derive(Debug)]
pub struct DiskFile(fs::File);

impl Disk {
    /// Creates the data directory if it is absent and locks it for this process.
    ///
    /// # Errors
    /// `InUse` when another process holds it, `Io` when it cannot be created or written.
    pub fn lock(directory: &Path) -> Result<Self, JournalError> {
        let failed = || JournalError::io(format!("use data directory {}", directory.display()));
        for folder in [SEGMENTS, ARCHIVE, SNAPSHOTS] {
            create_durably(&directory.join(folder)).map_err(failed())?;
        }
        let mut lock = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(directory.join(LOCK))
            .map_err(failed())?;
        match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(in_use(directory, &mut lock)),
            Err(error) => return Err(failed()(error.into())),
        }
        // The number serves the message above alone: a full disk must not keep a venue from reading.
        let _ = lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id()));
        Ok(Self { directory: directory.to_owned(), lock: Some(Arc::new(lock)) })
    }

    /// Looks at a data directory without changing anything in it, whoever may be using it.
    pub fn read_only(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), lock: None }
    }

    /// The folder of a file, by what it is.
    fn folder(&self, name: &str) -> PathBuf {
        let folder = match Path::new(name).extension().and_then(|extension| extension.to_str()) {
            Some("zst" | "archiving") => ARCHIVE,
            Some("snapshot" | "taking") => SNAPSHOTS,
            _ => SEGMENTS,
        };
        self.directory.join(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder(name).join(name)
    }

    /// Whether a process holds the data directory at this moment.
    pub fn is_held(directory: &Path) -> bool {
        let Ok(lock) = fs::File::open(directory.join(LOCK)) else { return false };
        let shared = rustix::fs::flock(&lock, FlockOperation::NonBlockingLockShared);
        shared == Err(Errno::WOULDBLOCK)
    }
}

fn in_use(directory: &Path, lock: &mut fs::File) -> JournalError {
    let mut holder = String::new();
    // Whoever holds the lock may not have written its number yet.
    let known = lock.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
    let process = if known { holder.trim() } else { "unknown" };
    JournalError::InUse { directory: directory.display().to_string(), process: process.to_owned() }
}

/// Creates a directory and its missing parents, each made durable in the directory it lies in.
fn create_durably(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    let parent = match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    create_durably(parent)?;
    match fs::create_dir(directory) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !directory.is_dir() => {
            Err(error)
        }
        _ => fs::File::open(parent)?.sync_all(),
    }
}

impl Storage for Disk {
    type File = DiskFile;

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for folder in [SEGMENTS, ARCHIVE, SNAPSHOTS] {
            let entries = match fs::read_dir(self.directory.join(folder)) {
                // A venue that was never started since has no such folder.
                Err(error) if error.kind() == io::ErrorKind::NotFound && folder != SEGMENTS => {
                    continue;
                }
                entries => entries?,
            };
            for entry in entries {
                // A name that is no UTF-8 is none of ours.
                names.extend(entry?.file_name().into_string());
            }
        }
        Ok(names)
    }

    fn open(&self, name: &str) -> io::Result<DiskFile> {
        let writable = self.lock.is_some();
        let path = self.path(name);
        fs::OpenOptions::new().read(true).write(writable).open(path).map(DiskFile)
    }

    fn create(&self, name: &str) -> io::Result<DiskFile> {
        let path = self.path(name);
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true).open(path).map(DiskFile)
    }

    fn publish(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path(from), self.path(to))?;
        fs::File::open(self.folder(to))?.sync_all()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path(name))?;
        fs::File::open(self.folder(name))?.sync_all()
    }
}

impl File for DiskFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(into, at)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, at)
    }

    #[cfg(target_os = "linux")]
    fn allocate(&mut self, length: u64) -> io::Result<()> {
        match rustix::fs::fallocate(&self.0, rustix::fs::FallocateFlags::empty(), 0, length) {
            // Without reserved room appending works as well, slower; a full disk is reported by
            // the write that does not fit.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::NOSPC) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn allocate(&mut self, _length: u64) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}
