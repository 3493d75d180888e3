//! Where the sequencer leaves what happened, for a thread that makes something of it.

use mio::Waker;
use openoutcry_sequencer::{Follower, Turn};
use openoutcry_wire::{Nanoseconds, Sequence, Unit};
use parking_lot::{Condvar, Mutex};
use std::sync::atomic::{AtomicBool, Ordering};

/// Units that may wait, 64 MiB: past that the venue waits for its feed, which has only memory and
/// a file to write to.
const MOST: usize = 1 << 20;

/// One turn of the sequencer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) time: Nanoseconds,
    /// Units of its events.
    pub(crate) units: usize,
    pub(crate) first_ticket: u64,
    pub(crate) first_sequence: Sequence,
}

/// What waits: events, cut into turns of one logged time.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    pub(crate) events: Vec<Unit>,
    pub(crate) turns: Vec<Mark>,
}

/// A follower of the sequencer.
#[derive(Debug)]
pub(crate) struct Inbox {
    waiting: Mutex<Waiting>,
    taken: Condvar,
    waker: Waker,
    closed: AtomicBool,
}

impl Inbox {
    pub(crate) fn new(waker: Waker) -> Self {
        let closed = AtomicBool::new(false);
        Self { waiting: Mutex::default(), taken: Condvar::new(), waker, closed }
    }

    /// Takes all that waits, leaving `spare` for the next.
    pub(crate) fn take(&self, mut spare: Waiting) -> Waiting {
        spare.events.clear();
        spare.turns.clear();
        let taken = std::mem::replace(&mut *self.waiting.lock(), spare);
        self.taken.notify_all();
        taken
    }

    /// Asks the thread to end, and takes nothing more.
    pub(crate) fn close(&self) {
        let _waiting = self.waiting.lock();
        self.closed.store(true, Ordering::SeqCst);
        self.taken.notify_all();
        // The thread looks at its clock anyway.
        let _ = self.waker.wake();
    }

    /// Lets the thread look around.
    pub(crate) fn wake(&self) {
        let _ = self.waker.wake();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }
}

impl Follower for Inbox {
    fn follow(&self, turn: &Turn<'_>) {
        let mut waiting = self.waiting.lock();
        while waiting.events.len() > MOST && !self.is_closed() {
            self.taken.wait(&mut waiting);
        }
        if self.is_closed() {
            return;
        }
        waiting.events.extend_from_slice(turn.events);
        waiting.turns.push(Mark {
            time: turn.time,
            units: turn.events.len(),
            first_ticket: turn.first_ticket,
            first_sequence: turn.first_sequence,
        });
        // The first of many wakes.
        if waiting.turns.len() == 1 {
            let _ = self.waker.wake();
        }
    }
}
