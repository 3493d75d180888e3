use crate::answer::Answer;
use crate::follower::{Follower, Turn};
use crate::keeper::Keeper;
use crate::latency::Latency;
use crate::pipeline::Pipeline;
use crate::queue::{Queue, Refusal};
use crate::recovery::{Known, OpenError, Pace, Recovered, start};
use crate::state::State;
use crate::writer::{AHEAD, Writer};
use openoutcry_journal::{Journal, JournalError, Sizes, Storage, Venue};
use openoutcry_wire::{Nanoseconds, Sequence, Unit};
use parking_lot::{Mutex, MutexGuard};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What the sequencer needs of the world.
pub struct Environment {
    /// Nanoseconds since 1970. May step back: logged time then stands still.
    pub clock: Box<dyn Fn() -> Nanoseconds + Send + Sync>,
    /// Called when answers wait or the state moved.
    pub wake: Box<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

/// Figures about the running venue.
#[derive(Clone, Debug)]
pub struct Status {
    pub sequence: u64,
    pub time: Nanoseconds,
    /// Why nothing more is accepted.
    pub failure: Option<String>,
    pub queued: usize,
    /// Commands applied since the start.
    pub commands: u64,
    pub batches: u64,
    pub journal_bytes: u64,
    /// Write and sync of one frame, the latest few thousand, in nanoseconds.
    pub sync_p50: u64,
    pub sync_p99: u64,
    pub recovered: Recovered,
    /// The command that the newest snapshot is of, 0 before the first.
    pub snapshot: u64,
    /// Why the last snapshot or archive could not be made. The venue goes on; starts take longer.
    pub upkeep_failure: Option<String>,
    pub open_orders: usize,
    pub accounts: usize,
}

/// What the writer counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    commands: u64,
    batches: u64,
    journal_bytes: u64,
    syncs: Latency,
}

impl Figures {
    pub(crate) fn wrote(&mut self, journal_bytes: u64, duration: Duration) {
        self.batches += 1;
        self.journal_bytes = journal_bytes;
        self.syncs.add(duration);
    }

    pub(crate) fn applied(&mut self, commands: usize) {
        self.commands += commands as u64;
    }
}

/// What the writer and everyone else see.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) queue: Queue,
    pub(crate) state: Mutex<State>,
    pub(crate) answers: Mutex<Vec<Answer>>,
    pub(crate) figures: Mutex<Figures>,
    followers: Mutex<Vec<Arc<dyn Follower>>>,
    /// An invariant broke: what the state says cannot be trusted.
    broken: Mutex<Option<String>>,
    pub(crate) environment: Environment,
    pub(crate) keeper: Keeper,
}

impl Shared {
    /// Tells everyone who follows; the number of commands.
    pub(crate) fn tell(&self, turn: &Turn<'_>) -> usize {
        for follower in self.followers.lock().iter() {
            follower.follow(turn);
        }
        turn.count()
    }
}

/// The running venue: machine, views and journal behind one writer thread.
#[derive(Debug)]
pub struct Sequencer {
    shared: Arc<Shared>,
    /// The writer and the keeper.
    threads: Mutex<Vec<JoinHandle<()>>>,
    recovered: Recovered,
    venue: Venue,
}

impl Sequencer {
    /// Recovers what `storage` holds, or begins a new journal there as `venue`, and starts the
    /// writer. A journal that is `known` must be there; nothing is changed where it is not.
    ///
    /// # Errors
    /// When the journal is damaged, is not this engine's or not the one known, or cannot be written.
    pub fn open<S: Storage + Clone + 'static>(
        storage: S,
        sizes: Sizes,
        venue: impl FnOnce() -> Venue,
        known: Option<Known>,
        environment: Environment,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Self, OpenError>
    where
        S::File: 'static,
    {
        let started = Instant::now();
        let found = start(&storage, sizes, Sequence::MAX, Pace::Fast, progress)?;
        known.map_or(Ok(()), |known| known.check(found.tail.as_ref()))?;
        let journal = match &found.tail {
            Some(tail) => Journal::resume(storage.clone(), sizes, tail)?,
            None => Journal::create(storage.clone(), sizes, venue())?,
        };
        let recovered = found.sum_up(started);
        let state = found.state;
        let keeper = Keeper::new(sizes.snapshot, state.machine.sequence(), found.snapshot);
        let venue = journal.venue();
        keeper.wrote(state.machine.sequence(), journal.segment());
        let figures = Figures { journal_bytes: journal.bytes(), ..Figures::default() };
        let journal = Mutex::new(journal);
        let writer = Writer { journal, pipeline: Pipeline::new(&state, AHEAD) };
        let shared = Arc::new(Shared {
            queue: Queue::default(),
            state: Mutex::new(state),
            answers: Mutex::default(),
            figures: Mutex::new(figures),
            followers: Mutex::default(),
            broken: Mutex::default(),
            environment,
            keeper,
        });
        let threads = vec![
            write_on(writer, Arc::clone(&shared))?,
            spawn("keeper", {
                let shared = Arc::clone(&shared);
                move || shared.keeper.run(&storage, sizes)
            })?,
        ];
        Ok(Self { shared, threads: Mutex::new(threads), recovered, venue })
    }

    /// The number that tells this venue's journal from every other.
    #[must_use]
    pub const fn venue(&self) -> Venue {
        self.venue
    }

    /// Tells `follower` of everything that happens from now on. Commands whose header carries
    /// [`command::Header::FOLLOWED`](openoutcry_wire::command::Header::FOLLOWED) are answered to
    /// followers alone.
    pub fn follow(&self, follower: Arc<dyn Follower>) {
        let _between_turns = self.shared.state.lock();
        self.shared.followers.lock().push(follower);
    }

    /// Looks at the state, and tells `follower` of everything that happens after what was seen.
    ///
    /// # Errors
    /// Why the state cannot be trusted any more.
    pub fn join<T>(
        &self,
        follower: Arc<dyn Follower>,
        look: impl FnOnce(&State) -> T,
    ) -> Result<T, String> {
        let state = self.state()?;
        self.shared.followers.lock().push(follower);
        Ok(look(&state))
    }

    /// Queues whole commands; the ticket of the first, the others count on from it. Never waits
    /// for the disk.
    ///
    /// # Errors
    /// Nothing of the call was taken.
    pub fn submit(&self, commands: &[Unit]) -> Result<u64, Refusal> {
        self.shared.queue.submit(commands)
    }

    /// Lets the keeper take a snapshot now; the status tells when it is there.
    pub fn ask_for_snapshot(&self) {
        self.shared.keeper.ask();
    }

    /// Takes the answers that wait, in the order of their tickets.
    pub fn answers(&self) -> Vec<Answer> {
        let answers = std::mem::take(&mut *self.shared.answers.lock());
        if !answers.is_empty() {
            self.shared.queue.done(answers.len());
        }
        answers
    }

    /// Looks at the state between two commands. Keep it short: the writer waits.
    ///
    /// # Errors
    /// Why the state cannot be trusted any more.
    pub fn read<T>(&self, look: impl FnOnce(&mut State) -> T) -> Result<T, String> {
        Ok(look(&mut *self.state()?))
    }

    /// The same without waiting: gives `look` back when the writer or another reader is at it.
    ///
    /// # Errors
    /// `look`, unused.
    pub fn try_read<T, L: FnOnce(&mut State) -> T>(&self, look: L) -> Result<Result<T, String>, L> {
        match self.shared.state.try_lock() {
            None => Err(look),
            Some(mut state) => Ok(match &*self.shared.broken.lock() {
                Some(why) => Err(why.clone()),
                None => Ok(look(&mut state)),
            }),
        }
    }

    pub(crate) fn state(&self) -> Result<MutexGuard<'_, State>, String> {
        let state = self.shared.state.lock();
        match &*self.shared.broken.lock() {
            Some(why) => Err(why.clone()),
            None => Ok(state),
        }
    }

    /// The figures; the position is the last one known when an invariant broke.
    #[must_use]
    pub fn status(&self) -> Status {
        let (sequence, time, open_orders, accounts) = {
            let machine = &self.shared.state.lock().machine;
            let (orders, accounts) = (machine.open_orders(), machine.account_count());
            (machine.sequence(), machine.time(), orders, accounts)
        };
        let figures = self.shared.figures.lock().clone();
        let (snapshot, upkeep_failure) = self.shared.keeper.status();
        let (sync_p50, sync_p99) = figures.syncs.percentiles();
        Status {
            sequence,
            time,
            failure: self.shared.queue.stopped(),
            queued: self.shared.queue.len(),
            commands: figures.commands,
            batches: figures.batches,
            journal_bytes: figures.journal_bytes,
            sync_p50,
            sync_p99,
            recovered: self.recovered.clone(),
            snapshot,
            upkeep_failure,
            open_orders,
            accounts,
        }
    }

    /// Takes nothing more, finishes what waits, syncs, and gives the storage back.
    pub fn close(&self) {
        self.shared.queue.close();
        self.shared.keeper.end();
        for thread in self.threads.lock().drain(..) {
            // The writer catches its own panics; the keeper's is nobody's loss.
            let _ = thread.join();
        }
    }
}

impl Drop for Sequencer {
    fn drop(&mut self) {
        self.close();
    }
}

/// Starts the writer; whatever ends it early is kept as the failure.
fn write_on<S: Storage + 'static>(
    writer: Writer<S>,
    shared: Arc<Shared>,
) -> Result<JoinHandle<()>, JournalError>
where
    S::File: 'static,
{
    let work = move || {
        let ended = catch_unwind(AssertUnwindSafe(|| writer.run(&shared)));
        let failure = match ended {
            Ok(Ok(())) => "the venue is shut down".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(panic) => {
                let why = format!("the engine stopped: {}", message_of(&*panic));
                *shared.broken.lock() = Some(why.clone());
                why
            }
        };
        shared.queue.stop(&failure);
        (shared.environment.wake)();
    };
    spawn("sequencer", work)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, JournalError> {
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    started.map_err(|source| JournalError::Io { action: format!("start the {name}"), source })
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("an invariant broke")
}
