//! Commands that wait to be written.

use crate::commands::check;
use openoutcry_wire::Unit;
use parking_lot::{Condvar, Mutex};

/// The most commands that may be under way: submitted, and their answers not yet taken.
pub const CAPACITY: usize = 1 << 20;

/// Why commands were not taken; nothing of the call was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("malformed command at byte {0}")]
    Malformed(usize),
    #[error("{0} commands wait already, {CAPACITY} may")]
    Overloaded(usize),
    /// The venue takes nothing more until it is started again.
    #[error("{0}")]
    Stopped(String),
}

#[derive(Debug, Default)]
struct Waiting {
    units: Vec<Unit>,
    count: usize,
    next_ticket: u64,
    under_way: usize,
    closing: bool,
    stopped: Option<String>,
}

/// What was taken from the queue at once.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) units: Vec<Unit>,
    pub(crate) first_ticket: u64,
}

/// The queue between those who submit and the one who writes.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    ready: Condvar,
}

impl Queue {
    /// Adds whole commands; the ticket of the first, the others count on from it.
    ///
    /// # Errors
    /// Nothing of the call was taken.
    pub fn submit(&self, commands: &[Unit]) -> Result<u64, Refusal> {
        self.push(commands, check(commands)?)
    }

    fn push(&self, units: &[Unit], count: usize) -> Result<u64, Refusal> {
        let mut waiting = self.waiting.lock();
        if let Some(why) = &waiting.stopped {
            return Err(Refusal::Stopped(why.clone()));
        }
        if waiting.under_way + count > CAPACITY {
            return Err(Refusal::Overloaded(waiting.under_way));
        }
        let ticket = waiting.next_ticket;
        waiting.next_ticket += count as u64;
        waiting.under_way += count;
        waiting.count += count;
        waiting.units.extend_from_slice(units);
        drop(waiting);
        self.ready.notify_one();
        Ok(ticket)
    }

    /// Takes all commands, leaving `spare` for the next, and waits for some if it may; `None` when
    /// there are none, which while it waits means that the queue is closed.
    pub(crate) fn take(&self, mut spare: Vec<Unit>, wait: bool) -> Option<Taken> {
        let mut waiting = self.waiting.lock();
        while waiting.count == 0 {
            if waiting.closing || !wait {
                return None;
            }
            self.ready.wait(&mut waiting);
        }
        spare.clear();
        let first_ticket = waiting.next_ticket - waiting.count as u64;
        waiting.count = 0;
        Some(Taken { units: std::mem::replace(&mut waiting.units, spare), first_ticket })
    }

    /// The answers of this many commands were taken.
    pub fn done(&self, count: usize) {
        self.waiting.lock().under_way -= count;
    }

    /// Takes nothing more, for this reason; the first one stays.
    pub fn stop(&self, why: &str) {
        self.waiting.lock().stopped.get_or_insert_with(|| why.to_owned());
    }

    /// Why nothing more is taken; `None` while it is.
    pub(crate) fn stopped(&self) -> Option<String> {
        self.waiting.lock().stopped.clone()
    }

    /// Takes nothing more, and lets the writer end after what waits.
    pub(crate) fn close(&self) {
        self.stop("the venue is shutting down");
        self.waiting.lock().closing = true;
        self.ready.notify_one();
    }

    /// Commands that wait to be written.
    pub fn len(&self) -> usize {
        self.waiting.lock().count
    }

    /// Whether no commands wait.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
