//! What the operator should know, one line each, until someone takes it.

use parking_lot::Mutex;

/// Lines that may wait; more than that say no more.
const MOST: usize = 256;

/// Lines, and who is told that there are some.
pub struct Notices {
    lines: Mutex<Vec<String>>,
    tell: Box<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Notices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notices").finish_non_exhaustive()
    }
}

impl Notices {
    /// `tell` is called for each new line.
    #[must_use]
    pub fn new(tell: Box<dyn Fn() + Send + Sync>) -> Self {
        Self { lines: Mutex::default(), tell }
    }

    pub(crate) fn say(&self, line: String) {
        let mut lines = self.lines.lock();
        if lines.len() < MOST {
            lines.push(line);
            drop(lines);
            (self.tell)();
        }
    }

    /// Tells that there is something to look at.
    pub(crate) fn ring(&self) {
        (self.tell)();
    }

    /// Takes the lines.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock())
    }
}
