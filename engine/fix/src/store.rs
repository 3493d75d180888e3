//! What a session must not forget: its sequence numbers, and what it sent.

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub sequence: u64,
    /// The whole message as it left.
    pub bytes: Vec<u8>,
}

/// Keeps a session's numbers and messages. What is written may wait until [`Store::flush`], which
/// the session's owner calls before anything of it leaves.
pub trait Store {
    /// The number that the peer's next message should have.
    fn next_in(&self) -> u64;
    /// The number that our next message gets.
    fn next_out(&self) -> u64;
    fn set_next_in(&mut self, sequence: u64);
    /// Takes the next number out of use, without a message that could be sent again.
    fn skip_out(&mut self);
    /// Keeps a message under the next number.
    fn append(&mut self, message: &[u8]);
    /// The kept messages with numbers in `first..=last`, in their order, until they are `room`
    /// bytes; and the number up to which that is complete.
    fn range(&mut self, first: u64, last: u64, room: usize) -> (Vec<Sent>, u64);
    /// Both numbers start with 1 again, and nothing is kept.
    fn reset(&mut self);
    /// Makes all of it durable.
    ///
    /// # Errors
    /// When that is not possible: nothing that was written since the last time may leave.
    fn flush(&mut self) -> std::io::Result<()>;
}

/// Forgets everything with the process: for tests, and for whoever needs no more.
#[derive(Debug)]
pub struct Memory {
    next_in: u64,
    next_out: u64,
    sent: Vec<Sent>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { next_in: 1, next_out: 1, sent: Vec::new() }
    }
}

impl Store for Memory {
    fn next_in(&self) -> u64 {
        self.next_in
    }

    fn next_out(&self) -> u64 {
        self.next_out
    }

    fn set_next_in(&mut self, sequence: u64) {
        self.next_in = sequence;
    }

    fn skip_out(&mut self) {
        self.next_out += 1;
    }

    fn append(&mut self, message: &[u8]) {
        self.sent.push(Sent { sequence: self.next_out, bytes: message.to_vec() });
        self.next_out += 1;
    }

    fn range(&mut self, first: u64, last: u64, room: usize) -> (Vec<Sent>, u64) {
        let mut used = 0;
        let mut found = Vec::new();
        for sent in self.sent.iter().filter(|sent| (first..=last).contains(&sent.sequence)) {
            used += sent.bytes.len();
            if used > room && !found.is_empty() {
                return (found, sent.sequence - 1);
            }
            found.push(sent.clone());
        }
        (found, last)
    }

    fn reset(&mut self) {
        *self = Self::default();
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
