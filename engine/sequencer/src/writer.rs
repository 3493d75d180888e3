//! The thread that writes, and the one that helps it under load.

use crate::pipeline::{Durable, Frame, Pipeline};
use crate::sequencer::Shared;
use openoutcry_journal::{Journal, JournalError, Storage};
use parking_lot::{Mutex, MutexGuard};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// When this many commands wait, the next frame is written and synced by the helper while this
/// one is applied. With fewer, waking the helper costs more than it saves.
pub(crate) const AHEAD: usize = 2048;

/// Writes, syncs, applies, answers.
pub(crate) struct Writer<S: Storage> {
    pub(crate) journal: Mutex<Journal<S>>,
    pub(crate) pipeline: Pipeline,
}

impl<S: Storage> Writer<S> {
    /// Serves the queue until it is closed.
    ///
    /// # Errors
    /// `Failed` as soon as the journal cannot make a frame durable.
    pub(crate) fn run(self, shared: &Shared) -> Result<(), JournalError> {
        let Self { journal, pipeline } = self;
        std::thread::scope(|scope| {
            let (frames, to_write) = channel();
            let (written, durable) = channel();
            let journal = &journal;
            scope.spawn(move || help(journal, shared, to_write, &written));
            let helper = Helper { frames, durable };
            serve(journal, shared, &helper, pipeline)
        })?;
        journal.into_inner().close()
    }
}

/// The way to the helper and back.
struct Helper {
    frames: Sender<Frame>,
    durable: Receiver<Result<Durable, JournalError>>,
}

/// Writes the frames it is given, until nobody gives any.
fn help<S: Storage>(
    journal: &Mutex<Journal<S>>,
    shared: &Shared,
    frames: Receiver<Frame>,
    durable: &Sender<Result<Durable, JournalError>>,
) {
    for frame in frames {
        if durable.send(write(journal, shared, frame)).is_err() {
            return;
        }
    }
}

fn serve<S: Storage>(
    journal: &Mutex<Journal<S>>,
    shared: &Shared,
    helper: &Helper,
    mut pipeline: Pipeline,
) -> Result<(), JournalError> {
    let clock = &shared.environment.clock;
    let mut ahead = false;
    loop {
        let mut durable = if ahead {
            helper.durable.recv().expect("the helper answers each frame")?
        } else {
            if !pipeline.fill(&shared.queue, true) {
                return Ok(());
            }
            write(journal, shared, pipeline.cut(clock()))?
        };
        ahead = pipeline.runs_ahead(&shared.queue);
        if ahead {
            helper.frames.send(pipeline.cut(clock())).expect("the helper listens");
        }
        apply(shared, &mut durable, &mut pipeline);
    }
}

/// Makes a frame durable.
fn write<S: Storage>(
    journal: &Mutex<Journal<S>>,
    shared: &Shared,
    frame: Frame,
) -> Result<Durable, JournalError> {
    let started = Instant::now();
    let mut journal = journal.lock();
    let durable = frame.write(&mut journal)?;
    shared.figures.lock().wrote(journal.bytes(), started.elapsed());
    shared.keeper.wrote(journal.next_sequence() - 1, journal.segment());
    Ok(durable)
}

/// Applies a durable frame and answers it.
fn apply(shared: &Shared, durable: &mut Durable, pipeline: &mut Pipeline) {
    let mut answers = Vec::new();
    let mut state = shared.state.lock();
    loop {
        let more = durable.apply(&mut state, &mut answers);
        let turn = durable.turn(&state);
        let count = shared.tell(&turn);
        shared.figures.lock().applied(count);
        // Followed commands have no answer that could be taken.
        shared.queue.done(count - answers.len());
        shared.answers.lock().append(&mut answers);
        if !more {
            break;
        }
        (shared.environment.wake)();
        MutexGuard::bump(&mut state);
    }
    pipeline.applied(&state);
    drop(state);
    (shared.environment.wake)();
}
