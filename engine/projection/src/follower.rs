//! Reading a journal beside the venue that writes it, on a thread of its own.

use crate::projection::{Projection, Rows};
use openoutcry_journal::{Batch, Disk, JournalError, Reader, Sizes, Venue};
use openoutcry_wire::Sequence;
use parking_lot::{Condvar, Mutex};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Rows that wait to be taken, beside those being gathered.
const AHEAD: usize = 2;
/// Rows are given out once they stem from this many events.
const EVENTS: u64 = 40_000;
/// Beside a venue the journal is read in small pieces: what is new is small.
const SIZES: Sizes = Sizes { segment: 0, chunk: 0, ahead: 0, read: 256 << 10, snapshot: 0 };

/// Why a follower gives no more rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowError {
    /// The journal cannot be read.
    Journal(String),
    /// The journal has no frame that ends where the database does: they do not belong together.
    Apart(Sequence),
    /// The engine broke an invariant on this journal.
    Stopped,
}

impl std::fmt::Display for FollowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Journal(why) => f.write_str(why),
            Self::Apart(sequence) => write!(
                f,
                "the database was made up to command {sequence}, and the journal has no batch \
                 that ends there: they do not belong together"
            ),
            Self::Stopped => f.write_str("the engine stopped on this journal"),
        }
    }
}

impl From<JournalError> for FollowError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error.to_string())
    }
}

/// What the thread is told and tells.
#[derive(Debug, Default)]
struct Told {
    /// The last command known to be durable.
    durable: Sequence,
    closed: bool,
    /// How far it has come.
    sequence: Sequence,
    venue: Option<Venue>,
}

#[derive(Debug, Default)]
struct Shared {
    told: Mutex<Told>,
    changed: Condvar,
}

/// Follows a journal from a command onwards and hands out rows, up to what is durable.
#[derive(Debug)]
pub struct Follower {
    shared: Arc<Shared>,
    rows: Mutex<Option<Receiver<Result<Rows, FollowError>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Follower {
    /// Begins to read the journal in a data directory; commands up to `after` are applied, and
    /// give no rows.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(directory: &Path, after: Sequence) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (full, rows) = sync_channel(AHEAD);
        let thread =
            Work { directory: directory.to_owned(), after, shared: Arc::clone(&shared), full };
        let thread =
            std::thread::Builder::new().name("projection".to_owned()).spawn(|| thread.run())?;
        Ok(Self { shared, rows: Mutex::new(Some(rows)), thread: Mutex::new(Some(thread)) })
    }

    /// Lets it come as far as `durable`, the last command known to be on disk.
    pub fn allow(&self, durable: Sequence) {
        let mut told = self.shared.told.lock();
        if durable > told.durable {
            told.durable = durable;
            self.shared.changed.notify_all();
        }
    }

    /// The last command read, and the journal's id once it is known.
    #[must_use]
    pub fn position(&self) -> (Sequence, Option<Venue>) {
        let told = self.shared.told.lock();
        (told.sequence, told.venue)
    }

    /// The next rows; `None` when none come within `patience`.
    ///
    /// # Errors
    /// When there will be none any more.
    pub fn take(&self, patience: Duration) -> Result<Option<Rows>, FollowError> {
        let rows = self.rows.lock();
        let Some(rows) = rows.as_ref() else { return Err(FollowError::Stopped) };
        match rows.recv_timeout(patience) {
            Ok(rows) => rows.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(FollowError::Stopped),
        }
    }

    /// Ends the thread.
    pub fn close(&self) {
        self.shared.told.lock().closed = true;
        self.shared.changed.notify_all();
        // Nobody takes rows any more: a thread that waits to hand some over is woken.
        self.rows.lock().take();
        if let Some(thread) = self.thread.lock().take() {
            // A panic has been told as `Stopped`.
            let _ = thread.join();
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.close();
    }
}

struct Work {
    directory: PathBuf,
    after: Sequence,
    shared: Arc<Shared>,
    full: SyncSender<Result<Rows, FollowError>>,
}

impl Work {
    fn run(self) {
        if let Err(error) = self.follow() {
            // When nobody listens any more, nobody wants to know.
            let _ = self.full.send(Err(error));
        }
    }

    fn follow(&self) -> Result<(), FollowError> {
        let mut projection = Projection::default();
        let mut batch = Batch::default();
        // There is a journal once something in it is durable.
        let Some(mut durable) = self.wait_beyond(0) else { return Ok(()) };
        if durable < self.after {
            return Err(FollowError::Apart(self.after));
        }
        let disk = Disk::read_only(&self.directory);
        let mut reader = Reader::new(&disk, SIZES)?.until(durable);
        let mut first = 1;
        loop {
            while reader.next(&mut batch)? {
                let venue = reader.tail().map(|tail| tail.venue);
                self.shared.told.lock().venue = venue;
                if !self.take_in(&batch, &mut projection, &mut first)? {
                    return Ok(());
                }
            }
            let last = projection.sequence();
            if last >= first && last > self.after && !self.hand(&mut projection, &mut first) {
                return Ok(());
            }
            match self.wait_beyond(durable) {
                Some(further) => durable = further,
                None => return Ok(()),
            }
            if let Some(place) = reader.tail() {
                reader = Reader::resume(&disk, SIZES, &place)?.until(durable);
            } else {
                reader = Reader::new(&disk, SIZES)?.until(durable);
            }
        }
    }

    /// Applies frames, and hands over what is enough for one turn; false when told to end.
    fn take_in(
        &self,
        batch: &Batch,
        projection: &mut Projection,
        first: &mut Sequence,
    ) -> Result<bool, FollowError> {
        for frame in batch.frames() {
            projection.apply(frame.header.time, frame.commands);
            let sequence = projection.sequence();
            if sequence < self.after {
                continue;
            }
            if sequence == self.after {
                projection.skip();
                *first = sequence + 1;
            } else if *first <= self.after {
                return Err(FollowError::Apart(self.after));
            } else if projection.waiting() >= EVENTS && !self.hand(projection, first) {
                return Ok(false);
            }
        }
        let mut told = self.shared.told.lock();
        told.sequence = projection.sequence();
        Ok(!told.closed)
    }

    /// Hands rows over; false when nobody takes them any more.
    fn hand(&self, projection: &mut Projection, first: &mut Sequence) -> bool {
        let rows = projection.take_rows(*first);
        *first = rows.last + 1;
        self.full.send(Ok(rows)).is_ok()
    }

    /// Waits until something beyond `sequence` is durable; `None` when it is told to end.
    fn wait_beyond(&self, sequence: Sequence) -> Option<Sequence> {
        let mut told = self.shared.told.lock();
        while told.durable <= sequence && !told.closed {
            self.shared.changed.wait(&mut told);
        }
        (!told.closed).then_some(told.durable)
    }
}
