//! Whoever looks after the past while the venue runs: takes snapshots, and archives segments that
//! are finished.
//!
//! A snapshot comes from a second machine, which starts from the newest snapshot and follows the
//! journal's files up to a durable frame. The venue's own state is not touched: no order waits.

use crate::recovery::{OpenError, Pace, start};
use crate::snapshot::save;
use openoutcry_journal::{JournalError, Sizes, Storage, archive, unarchived};
use openoutcry_wire::Sequence;
use parking_lot::{Condvar, Mutex};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// After so much work the keeper rests.
const PIECE: Duration = Duration::from_millis(2);
const LONGEST_REST: Duration = Duration::from_millis(50);

/// What the keeper has to know of the venue.
#[derive(Debug, Default)]
struct Progress {
    /// The last durable command.
    durable: Sequence,
    /// The segment being written, by its first command.
    segment: Sequence,
    /// The snapshot tried last, and the last that succeeded.
    snapshot: Sequence,
    taken: Sequence,
    /// Up to which segment all are archived, or were tried.
    archived: Sequence,
    /// Somebody asked for a snapshot now.
    asked: bool,
    /// What failed last.
    failure: Option<String>,
}

/// How the past is looked after; the venue tells it how far it came.
#[derive(Debug)]
pub(crate) struct Keeper {
    progress: Mutex<Progress>,
    moved: Condvar,
    ends: AtomicBool,
    /// Commands between two snapshots.
    every: u64,
}

/// What is to be done.
struct Work {
    /// Take a snapshot of this command or an earlier one.
    snapshot: Option<Sequence>,
    archive: bool,
}

impl Keeper {
    /// The venue stands at `durable`, its newest snapshot at `snapshot`.
    pub(crate) fn new(every: u64, durable: Sequence, snapshot: Sequence) -> Self {
        let progress =
            Mutex::new(Progress { durable, snapshot, taken: snapshot, ..Progress::default() });
        Self { progress, moved: Condvar::new(), ends: AtomicBool::new(false), every }
    }

    /// A frame is durable.
    pub(crate) fn wrote(&self, durable: Sequence, segment: Sequence) {
        let mut progress = self.progress.lock();
        (progress.durable, progress.segment) = (durable, segment);
        if self.is_due(&progress) {
            self.moved.notify_one();
        }
    }

    /// Takes a snapshot soon, whether one is due or not.
    pub(crate) fn ask(&self) {
        self.progress.lock().asked = true;
        self.moved.notify_one();
    }

    /// The newest snapshot, and what failed last.
    pub(crate) fn status(&self) -> (Sequence, Option<String>) {
        let progress = self.progress.lock();
        (progress.taken, progress.failure.clone())
    }

    /// Lets the keeper end; what it is at is left undone.
    pub(crate) fn end(&self) {
        let _progress = self.progress.lock();
        self.ends.store(true, Ordering::SeqCst);
        self.moved.notify_one();
    }

    fn goes_on(&self) -> bool {
        !self.ends.load(Ordering::SeqCst)
    }

    /// The same between two pieces of work, of which each is followed by a rest as long: the venue
    /// shares its processors and its disk with the keeper, and often a quota for both.
    fn goes_on_rested(&self, rested: &Cell<Instant>) -> bool {
        let worked = rested.get().elapsed();
        if worked >= PIECE {
            std::thread::sleep(worked.min(LONGEST_REST));
            rested.set(Instant::now());
        }
        self.goes_on()
    }

    fn is_due(&self, progress: &Progress) -> bool {
        self.is_snapshot_due(progress) || progress.segment > progress.archived
    }

    const fn is_snapshot_due(&self, progress: &Progress) -> bool {
        progress.asked || progress.durable - progress.snapshot >= self.every
    }

    /// Waits until something is to be done; `None` at the end.
    fn wait(&self) -> Option<Work> {
        let mut progress = self.progress.lock();
        while self.goes_on() && !self.is_due(&progress) {
            self.moved.wait(&mut progress);
        }
        let snapshot = self.is_snapshot_due(&progress).then_some(progress.durable);
        let archive = progress.segment > progress.archived;
        (progress.archived, progress.asked) = (progress.segment, false);
        // One that fails is tried again when the next is due.
        progress.snapshot = snapshot.unwrap_or(progress.snapshot);
        self.goes_on().then_some(Work { snapshot, archive })
    }

    /// Works until the end, and never in the way of the venue.
    pub(crate) fn run<S: Storage>(&self, storage: &S, sizes: Sizes) {
        give_way();
        while let Some(work) = self.wait() {
            let done = self.work(storage, sizes, &work);
            if self.goes_on() {
                self.progress.lock().failure = done.err().map(|error| error.to_string());
            }
        }
    }

    fn work<S: Storage>(&self, storage: &S, sizes: Sizes, work: &Work) -> Result<(), OpenError> {
        let rested = Cell::new(Instant::now());
        let go_on = || self.goes_on_rested(&rested);
        if let Some(durable) = work.snapshot {
            let taken = take_snapshot(storage, sizes, durable, &go_on)?;
            self.progress.lock().taken = taken;
        }
        if work.archive {
            archive_finished(storage, &go_on)?;
        }
        Ok(())
    }
}

/// Takes a snapshot as of the last frame up to `durable`, by a machine of its own; the command that
/// it is of.
///
/// # Errors
/// `Interrupted` when `go_on` says no, or what kept it from being taken.
pub fn take_snapshot<S: Storage>(
    storage: &S,
    sizes: Sizes,
    durable: Sequence,
    go_on: &dyn Fn() -> bool,
) -> Result<Sequence, OpenError> {
    let pause = || {
        go_on();
    };
    let followed = start(storage, sizes, durable, Pace::Gentle(&pause), &mut |_, _| go_on())?;
    let sequence = followed.state.machine.sequence();
    // Nothing may have happened since the last one.
    if let Some(tail) = followed.tail.filter(|_| sequence > followed.snapshot) {
        save(storage, followed.state, &tail, go_on)?;
    }
    Ok(sequence)
}

/// Archives all segments but the last.
///
/// # Errors
/// `Io`; the segment stays as it is.
pub fn archive_finished<S: Storage>(
    storage: &S,
    go_on: &dyn Fn() -> bool,
) -> Result<(), JournalError> {
    for segment in unarchived(storage)? {
        archive(storage, segment, go_on)?;
    }
    Ok(())
}

/// Takes processor time only when nobody else wants it.
fn give_way() {
    // On Linux this is the thread's own; elsewhere the keeper is as urgent as everyone.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 19);
}
