use openoutcry_fix::{Sent, Store};
use openoutcry_journal::SentLog;
use std::collections::VecDeque;
use std::io;

/// A session's file, and the numbers of the messages whose commands are not durable yet: after a
/// crash the peer sends those again.
#[derive(Debug)]
pub(crate) struct Kept {
    log: SentLog,
    pub(crate) under_way: VecDeque<u64>,
}

impl Kept {
    pub(crate) const fn new(log: SentLog) -> Self {
        Self { log, under_way: VecDeque::new() }
    }

    pub(crate) fn log(&mut self) -> &mut SentLog {
        &mut self.log
    }
}

impl Store for Kept {
    fn next_in(&self) -> u64 {
        self.log.next_in()
    }

    fn next_out(&self) -> u64 {
        self.log.next_out()
    }

    fn set_next_in(&mut self, sequence: u64) {
        self.log.set_next_in(sequence);
    }

    fn skip_out(&mut self) {
        self.log.skip_out();
    }

    fn append(&mut self, message: &[u8]) {
        self.log.append(message);
    }

    fn range(&mut self, first: u64, last: u64, room: usize) -> (Vec<Sent>, u64) {
        if self.flush().is_err() {
            return (Vec::new(), last);
        }
        let (mut found, mut used, mut complete) = (Vec::new(), 0, last);
        let read = self.log.messages(first, |sequence, bytes| {
            if sequence > last {
                return false;
            }
            used += bytes.len();
            if used > room && !found.is_empty() {
                complete = sequence - 1;
                return false;
            }
            found.push(Sent { sequence, bytes: bytes.to_vec() });
            true
        });
        // A file that cannot be read is as if nothing had been kept: the gap is filled.
        if read.is_err() { (Vec::new(), last) } else { (found, complete) }
    }

    fn reset(&mut self) {
        self.log.reset();
    }

    fn flush(&mut self) -> io::Result<()> {
        let next = self.under_way.front().copied().unwrap_or(self.log.next_in());
        // A sequence that began anew counts from there.
        let next = next.min(self.log.next_in());
        self.log.flush(next)
    }
}
