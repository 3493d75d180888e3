//! What the writer does and when, without its threads: commands that wait become a frame, a frame
//! becomes durable, and only what is durable is applied and answered.
//!
//! [`Durable`] is made by the journal's success alone, so that nothing else can be applied. The
//! writer runs this on its threads, the simulator on one.

use crate::answer::Answer;
use crate::commands::split;
use crate::follower::Turn;
use crate::queue::Queue;
use crate::state::State;
use openoutcry_journal::{Journal, JournalError, MAXIMUM_COMMANDS, Outputs, Storage};
use openoutcry_planted::{Bug, on};
use openoutcry_wire::{Nanoseconds, Unit, command};
use std::ops::Range;
use std::sync::Arc;

/// How many commands are applied before readers get a turn.
const TURN: usize = 256;

/// The commands that one sync makes durable.
#[derive(Debug)]
pub struct Frame {
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
    /// Writes and syncs the frame.
    ///
    /// # Errors
    /// `Failed`: nothing of the frame may be applied or answered, and nothing may follow it.
    pub fn write<S: Storage>(self, journal: &mut Journal<S>) -> Result<Durable, JournalError> {
        let count = u32::try_from(self.count).expect("a frame's commands are few");
        let commands = &self.taken[self.part.clone()];
        let written = journal.append(self.time, commands, count, self.outputs);
        if !on(Bug::FailureAnswered) {
            written?;
        }
        let (at, ticket) = (self.part.start, self.first_ticket);
        Ok(Durable { at, ticket, turn: at..at, frame: self })
    }
}

/// A frame that is on the disk: it may be applied and answered.
#[derive(Debug)]
pub struct Durable {
    frame: Frame,
    at: usize,
    ticket: u64,
    /// The commands applied last.
    turn: Range<usize>,
}

impl Durable {
    /// The frame's commands.
    #[must_use]
    pub fn commands(&self) -> &[Unit] {
        &self.frame.taken[self.frame.part.clone()]
    }

    /// The logged time of all its commands.
    #[must_use]
    pub const fn time(&self) -> Nanoseconds {
        self.frame.time
    }

    /// What was known of the events when the frame was written.
    #[must_use]
    pub const fn outputs(&self) -> Outputs {
        self.frame.outputs
    }

    /// The commands applied last, for those who follow; their events are the state's.
    #[must_use]
    pub fn turn<'a>(&'a self, state: &'a State) -> Turn<'a> {
        let commands = &self.frame.taken[self.turn.clone()];
        let count = split(commands, usize::MAX).1 as u64;
        Turn {
            time: self.frame.time,
            first_ticket: self.ticket - count,
            first_sequence: state.machine.sequence() + 1 - count,
            commands,
            events: state.events(),
        }
    }

    /// Applies its next commands, some hundred at most, and answers those that are not followed;
    /// false once none are left.
    pub fn apply(&mut self, state: &mut State, answers: &mut Vec<Answer>) -> bool {
        let Self { frame, at, ticket, turn: applied } = self;
        let (turn, count, after) = split(&frame.taken[*at..frame.part.end], TURN);
        answers.reserve(count);
        let mut command = 0;
        state.apply(frame.time, turn, |event| {
            let header: &command::Header = bytemuck::from_bytes(&turn[command].0[..16]);
            if header.flags & command::Header::FOLLOWED == 0 {
                answers.push(Answer::new(*ticket, frame.time, event));
            }
            command += usize::from(header.units);
            *ticket += 1;
        });
        *applied = *at..*at + turn.len();
        *at += turn.len();
        if after.is_empty() {
            state.end_frame();
        }
        !after.is_empty()
    }
}

/// Commands taken from the queue, on their way into frames.
#[derive(Debug)]
pub struct Pipeline {
    taken: Arc<Vec<Unit>>,
    at: usize,
    ticket: u64,
    time: Nanoseconds,
    outputs: Outputs,
    ahead: usize,
}

impl Pipeline {
    /// Goes on from `state`. With `ahead` commands waiting, the next frame is written while the
    /// one before it is applied.
    #[must_use]
    pub fn new(state: &State, ahead: usize) -> Self {
        let (time, outputs) = (state.machine.time(), state.outputs());
        Self { taken: Arc::default(), at: 0, ticket: 0, time, outputs, ahead }
    }

    fn is_empty(&self) -> bool {
        self.at == self.taken.len()
    }

    /// Takes commands from the queue when none are left, waiting for them if it may; false when
    /// there are none.
    pub fn fill(&mut self, queue: &Queue, wait: bool) -> bool {
        if !self.is_empty() {
            return true;
        }
        // A frame that is still being written keeps the buffer: then a new one begins.
        let spare = Arc::try_unwrap(std::mem::take(&mut self.taken)).unwrap_or_default();
        self.at = 0;
        let Some(taken) = queue.take(spare, wait) else { return false };
        (self.taken, self.ticket) = (Arc::new(taken.units), taken.first_ticket);
        true
    }

    /// Whether the next frame should be written before the one that is durable is applied; what it
    /// would take is taken by then.
    pub fn runs_ahead(&mut self, queue: &Queue) -> bool {
        let more = !self.is_empty() || queue.len() >= self.ahead;
        more && self.fill(queue, false)
    }

    /// Cuts the next frame off what was taken. `now` may lie before the last frame's time: logged
    /// time then stands still.
    ///
    /// # Panics
    /// When nothing was taken.
    pub fn cut(&mut self, now: Nanoseconds) -> Frame {
        self.time = if on(Bug::TimeStepsBack) { now } else { self.time.max(now) };
        let (commands, count, _) = split(&self.taken[self.at..], MAXIMUM_COMMANDS);
        let part = self.at..self.at + commands.len();
        let (taken, first_ticket) = (Arc::clone(&self.taken), self.ticket);
        self.at = part.end;
        self.ticket += count as u64;
        Frame { taken, part, count, first_ticket, time: self.time, outputs: self.outputs }
    }

    /// A frame is applied: later ones name the events up to here.
    pub fn applied(&mut self, state: &State) {
        self.outputs = state.outputs();
    }
}
