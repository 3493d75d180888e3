use std::time::Duration;

/// How many measurements are kept.
const KEPT: usize = 4096;

/// The latest durations of something, for their percentiles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latency {
    latest: Vec<u32>,
    next: usize,
}

impl Latency {
    pub(crate) fn add(&mut self, duration: Duration) {
        let nanoseconds = u32::try_from(duration.as_nanos()).unwrap_or(u32::MAX);
        if self.latest.len() < KEPT {
            self.latest.push(nanoseconds);
        } else {
            self.latest[self.next] = nanoseconds;
            self.next = (self.next + 1) % KEPT;
        }
    }

    /// The 50th and the 99th percentile in nanoseconds, 0 before the first measurement.
    pub(crate) fn percentiles(self) -> (u64, u64) {
        let mut sorted = self.latest;
        sorted.sort_unstable();
        let at = |percent: usize| {
            let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
            sorted.get(place).map_or(0, |nanoseconds| u64::from(*nanoseconds))
        };
        (at(50), at(99))
    }
}
