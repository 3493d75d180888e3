use std::collections::VecDeque;

/// Records numbered from 1 without gaps, of which the newest are kept.
#[derive(Debug)]
pub(crate) struct Window<T> {
    records: VecDeque<T>,
    /// The number of the oldest record kept.
    first: u64,
    limit: usize,
}

impl<T> Window<T> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { records: VecDeque::new(), first: 1, limit }
    }

    /// The number that the next record takes.
    pub(crate) fn next(&self) -> u64 {
        self.first + self.records.len() as u64
    }

    /// Adds the next record; the oldest comes back when it no longer fits.
    pub(crate) fn push(&mut self, record: T) -> Option<T> {
        self.records.push_back(record);
        if self.records.len() <= self.limit {
            return None;
        }
        self.first += 1;
        self.records.pop_front()
    }

    pub(crate) fn get(&self, number: u64) -> Option<&T> {
        self.records.get(self.place(number)?)
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let place = self.place(number)?;
        self.records.get_mut(place)
    }

    fn place(&self, number: u64) -> Option<usize> {
        usize::try_from(number.checked_sub(self.first)?).ok()
    }

    /// The records from `number` on, or from the oldest kept.
    pub(crate) fn from(&self, number: u64) -> impl Iterator<Item = &T> {
        let place = self.place(number).unwrap_or(0).min(self.records.len());
        self.records.range(place..)
    }

    /// How many records, counted from the oldest, satisfy a condition that only old ones do; the
    /// number of the last of them, 0 when none does.
    pub(crate) fn last_where(&self, condition: impl FnMut(&T) -> bool) -> u64 {
        match self.records.partition_point(condition) {
            0 => 0,
            count => self.first + count as u64 - 1,
        }
    }
}
