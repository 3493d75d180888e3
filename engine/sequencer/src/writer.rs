//! The thread that owns the journal.

use crate::answer::Answer;
use crate::commands::split;
use crate::sequencer::Shared;
use openoutcry_journal::{Journal, JournalError, MAXIMUM_COMMANDS, Outputs, Storage};
use openoutcry_wire::{Nanoseconds, Unit};
use parking_lot::MutexGuard;
use std::time::Instant;

/// How many commands are applied before readers get a turn.
const TURN: usize = 256;

/// Writes, syncs, applies, answers.
pub(crate) struct Writer<S: Storage> {
    pub(crate) journal: Journal<S>,
    pub(crate) time: Nanoseconds,
    pub(crate) outputs: Outputs,
}

impl<S: Storage> Writer<S> {
    /// Serves the queue until it is closed.
    ///
    /// # Errors
    /// `Failed` as soon as the journal cannot make a frame durable.
    pub(crate) fn run(mut self, shared: &Shared) -> Result<(), JournalError> {
        let mut spare = Vec::new();
        while let Some(taken) = shared.queue.take(spare) {
            let mut ticket = taken.first_ticket;
            let mut rest = &taken.units[..];
            while !rest.is_empty() {
                let (commands, count, after) = split(rest, MAXIMUM_COMMANDS);
                self.step(shared, commands, count, ticket)?;
                ticket += count as u64;
                rest = after;
            }
            spare = taken.units;
        }
        self.journal.close()
    }

    /// One frame: durable first, then applied, then answered.
    fn step(
        &mut self,
        shared: &Shared,
        commands: &[Unit],
        count: usize,
        ticket: u64,
    ) -> Result<(), JournalError> {
        self.time = self.time.max((shared.environment.clock)());
        let started = Instant::now();
        let frame = u32::try_from(count).expect("a frame's commands are few");
        self.journal.append(self.time, commands, frame, self.outputs)?;
        shared.figures.lock().wrote(count, self.journal.bytes(), started.elapsed());
        self.apply(shared, commands, ticket);
        Ok(())
    }

    fn apply(&mut self, shared: &Shared, commands: &[Unit], mut ticket: u64) {
        let mut answers = Vec::new();
        let mut rest = commands;
        let mut state = shared.state.lock();
        while !rest.is_empty() {
            let (turn, count, after) = split(rest, TURN);
            answers.reserve(count);
            state.apply(self.time, turn, |event| {
                answers.push(Answer::new(ticket, self.time, event));
                ticket += 1;
            });
            rest = after;
            shared.answers.lock().append(&mut answers);
            if !rest.is_empty() {
                (shared.environment.wake)();
                MutexGuard::bump(&mut state);
            }
        }
        state.end_frame();
        self.outputs = state.outputs();
        drop(state);
        (shared.environment.wake)();
    }
}
