//! The thread that writes, and the one that helps it under load.

use crate::answer::Answer;
use crate::commands::split;
use crate::queue::Queue;
use crate::sequencer::Shared;
use openoutcry_journal::{Journal, JournalError, MAXIMUM_COMMANDS, Outputs, Storage};
use openoutcry_wire::{Nanoseconds, Unit};
use parking_lot::{Mutex, MutexGuard};
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// How many commands are applied before readers get a turn.
const TURN: usize = 256;

/// When this many commands wait, the next frame is written and synced by the helper while this
/// one is applied. With fewer, waking the helper costs more than it saves.
const AHEAD: usize = 2048;

/// The commands that one sync makes durable.
struct Frame {
    /// What was taken from the queue at once, and which part of it this is.
    taken: Arc<Vec<Unit>>,
    part: Range<usize>,
    count: usize,
    first_ticket: u64,
    time: Nanoseconds,
    /// What is known of the events when the frame is written.
    outputs: Outputs,
}

impl Frame {
    fn commands(&self) -> &[Unit] {
        &self.taken[self.part.clone()]
    }
}

/// Commands taken from the queue, cut into frames.
#[derive(Default)]
struct Backlog {
    taken: Arc<Vec<Unit>>,
    at: usize,
    ticket: u64,
}

impl Backlog {
    fn is_empty(&self) -> bool {
        self.at == self.taken.len()
    }

    /// Waits for commands when none are left; false when there will be none.
    fn fill(&mut self, queue: &Queue) -> bool {
        if !self.is_empty() {
            return true;
        }
        // A frame that is still being written keeps the buffer: then a new one begins.
        let spare = Arc::try_unwrap(std::mem::take(&mut self.taken)).unwrap_or_default();
        let Some(taken) = queue.take(spare) else { return false };
        *self = Self { taken: Arc::new(taken.units), at: 0, ticket: taken.first_ticket };
        true
    }

    fn frame(&mut self, time: Nanoseconds, outputs: Outputs) -> Frame {
        let (commands, count, _) = split(&self.taken[self.at..], MAXIMUM_COMMANDS);
        let part = self.at..self.at + commands.len();
        let (taken, first_ticket) = (Arc::clone(&self.taken), self.ticket);
        self.at = part.end;
        self.ticket += count as u64;
        Frame { taken, part, count, first_ticket, time, outputs }
    }
}

/// Writes, syncs, applies, answers.
pub(crate) struct Writer<S: Storage> {
    pub(crate) journal: Mutex<Journal<S>>,
    pub(crate) time: Nanoseconds,
    pub(crate) outputs: Outputs,
}

impl<S: Storage> Writer<S> {
    /// Serves the queue until it is closed.
    ///
    /// # Errors
    /// `Failed` as soon as the journal cannot make a frame durable.
    pub(crate) fn run(self, shared: &Shared) -> Result<(), JournalError> {
        let Self { journal, time, outputs } = self;
        std::thread::scope(|scope| {
            let (frames, to_write) = channel();
            let (written, durable) = channel();
            let journal = &journal;
            scope.spawn(move || help(journal, shared, &to_write, &written));
            let helper = Helper { frames, durable };
            serve(journal, shared, &helper, time, outputs)
        })?;
        journal.into_inner().close()
    }
}

/// The way to the helper and back.
struct Helper {
    frames: Sender<Frame>,
    durable: Receiver<Result<Frame, JournalError>>,
}

/// Writes the frames it is given, until nobody gives any.
fn help<S: Storage>(
    journal: &Mutex<Journal<S>>,
    shared: &Shared,
    frames: &Receiver<Frame>,
    durable: &Sender<Result<Frame, JournalError>>,
) {
    for frame in frames {
        let written = append(journal, shared, &frame).map(|()| frame);
        if durable.send(written).is_err() {
            return;
        }
    }
}

fn serve<S: Storage>(
    journal: &Mutex<Journal<S>>,
    shared: &Shared,
    helper: &Helper,
    mut time: Nanoseconds,
    mut outputs: Outputs,
) -> Result<(), JournalError> {
    let mut backlog = Backlog::default();
    let mut ahead = false;
    loop {
        let frame = if ahead {
            helper.durable.recv().expect("the helper answers each frame")?
        } else {
            if !backlog.fill(&shared.queue) {
                return Ok(());
            }
            time = time.max((shared.environment.clock)());
            let frame = backlog.frame(time, outputs);
            append(journal, shared, &frame)?;
            frame
        };
        let more = !backlog.is_empty() || shared.queue.len() >= AHEAD;
        ahead = more && backlog.fill(&shared.queue);
        if ahead {
            time = time.max((shared.environment.clock)());
            let next = backlog.frame(time, outputs);
            helper.frames.send(next).expect("the helper listens");
        }
        outputs = apply(shared, &frame);
    }
}

/// Makes a frame durable.
fn append<S: Storage>(
    journal: &Mutex<Journal<S>>,
    shared: &Shared,
    frame: &Frame,
) -> Result<(), JournalError> {
    let started = Instant::now();
    let mut journal = journal.lock();
    let count = u32::try_from(frame.count).expect("a frame's commands are few");
    journal.append(frame.time, frame.commands(), count, frame.outputs)?;
    shared.figures.lock().wrote(journal.bytes(), started.elapsed());
    Ok(())
}

/// Applies a durable frame and answers it; what is known of the events then.
fn apply(shared: &Shared, frame: &Frame) -> Outputs {
    let mut ticket = frame.first_ticket;
    let mut answers = Vec::new();
    let mut rest = frame.commands();
    let mut state = shared.state.lock();
    while !rest.is_empty() {
        let (turn, count, after) = split(rest, TURN);
        answers.reserve(count);
        state.apply(frame.time, turn, |event| {
            answers.push(Answer::new(ticket, frame.time, event));
            ticket += 1;
        });
        rest = after;
        shared.figures.lock().applied(count);
        shared.answers.lock().append(&mut answers);
        if !rest.is_empty() {
            (shared.environment.wake)();
            MutexGuard::bump(&mut state);
        }
    }
    state.end_frame();
    let outputs = state.outputs();
    drop(state);
    (shared.environment.wake)();
    outputs
}
