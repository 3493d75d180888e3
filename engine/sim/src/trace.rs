//! What happened, line by line: hashed always, printed when asked for.

use blake3::Hasher;
use openoutcry_wire::Nanoseconds;
use std::fmt::{Arguments, Write};

/// The lines of a run.
#[derive(Debug)]
pub(crate) struct Trace {
    hasher: Hasher,
    line: String,
    prints: bool,
}

impl Trace {
    /// Begins one, printing to standard output or not.
    #[must_use]
    pub(crate) fn new(prints: bool) -> Self {
        Self { hasher: Hasher::new(), line: String::new(), prints }
    }

    /// Adds a line about something that happened now.
    pub(crate) fn note(&mut self, now: Nanoseconds, what: Arguments<'_>) {
        self.line.clear();
        let (ms, ns) = (now / 1_000_000, now % 1_000_000);
        writeln!(self.line, "{ms:>6}.{ns:06} ms  {what}").expect("a string takes what it is given");
        self.hasher.update(self.line.as_bytes());
        if self.prints {
            print!("{}", self.line);
        }
    }

    /// The digest of all lines so far, in hexadecimal.
    #[must_use]
    pub(crate) fn hash(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}
