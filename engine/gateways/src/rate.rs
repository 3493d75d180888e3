/// How fast a session may send: the generic cell rate algorithm, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    interval: u64,
    burst: u64,
    /// When everything taken so far is paid for.
    due: u64,
}

impl Rate {
    /// So many a second, and as many at once.
    #[must_use]
    pub const fn new(per_second: u32) -> Self {
        let interval = 1_000_000_000 / if per_second == 0 { 1 } else { per_second as u64 };
        Self { interval, burst: 1_000_000_000, due: 0 }
    }

    /// Whether one more may be taken now.
    pub const fn take(&mut self, now: u64) -> bool {
        let due = if self.due > now { self.due } else { now };
        if due - now >= self.burst {
            return false;
        }
        self.due = due + self.interval;
        true
    }
}
