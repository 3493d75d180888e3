use std::io;

/// Where a journal keeps its segments, their archive and its snapshots, as far as it needs a place.
///
/// The real one is [`crate::Disk`]; a simulator puts a faulty one under the same code.
pub trait Storage: Send + Sync {
    type File: File;

    /// The names of all files, in any order.
    fn names(&self) -> io::Result<Vec<String>>;

    /// Opens an existing file.
    fn open(&self, name: &str) -> io::Result<Self::File>;

    /// Creates an empty file, replacing one of that name.
    fn create(&self, name: &str) -> io::Result<Self::File>;

    /// Gives a synced file its final name, durably: the directory is synced too.
    fn publish(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file, durably.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// One open segment file.
pub trait File: Send {
    fn length(&self) -> io::Result<u64>;

    /// Fills `into` from byte `at`; an error when the file ends before.
    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()>;

    /// Writes all of `bytes` at byte `at`.
    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Reserves room up to `length`, reading as zeros, so that later syncs need not flush
    /// metadata. Best effort: a file system that cannot is not an error.
    fn allocate(&mut self, length: u64) -> io::Result<()>;

    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Returns once all written bytes are durable.
    fn sync(&mut self) -> io::Result<()>;
}

/// How a journal cuts its files, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// A segment ends before it would grow beyond this.
    pub segment: u64,
    /// Room is reserved in steps of this.
    pub chunk: u64,
    /// Zeros are written ahead, together with a frame, up to the next multiple of this: a sync
    /// that writes where something was written before need not tell the file system about it.
    pub ahead: u64,
    /// Reading takes this much at once.
    pub read: usize,
    /// So many commands after a snapshot the next one is taken: what a start has to replay at most,
    /// and some more.
    pub snapshot: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            segment: 256 << 20,
            chunk: 64 << 20,
            ahead: 256 << 10,
            read: 4 << 20,
            snapshot: 1_000_000,
        }
    }
}
