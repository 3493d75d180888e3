use crate::views::Retention;
use openoutcry_canonical::{Canonical, Corrupt, Layout, Reader, Writer};
use std::collections::VecDeque;

/// Records in one block: forgetting costs this much at once, growing no more than this.
const BLOCK: usize = 4096;

/// Records numbered from 1 without gaps, of which at least the newest `limit` are kept, and at
/// most one block more. Blocks, so that no growth ever copies millions of records.
#[derive(Debug)]
pub(crate) struct Window<T> {
    /// All full but the last.
    blocks: VecDeque<Vec<T>>,
    /// The number of the oldest record kept.
    first: u64,
    /// Records in a block, and blocks kept.
    block: usize,
    limit: usize,
}

impl<T> Window<T> {
    pub(crate) fn new(limit: usize) -> Self {
        let block = limit.clamp(1, BLOCK);
        let limit = limit.div_ceil(block) + 1;
        Self { blocks: VecDeque::from([Vec::with_capacity(block)]), first: 1, block, limit }
    }

    /// The number that the next record takes.
    pub(crate) fn next(&self) -> u64 {
        let last = self.blocks.len() - 1;
        self.first + (last * self.block + self.blocks[last].len()) as u64
    }

    /// Adds the next record; the oldest come back when they no longer fit.
    pub(crate) fn push(&mut self, record: T) -> Vec<T> {
        let last = self.blocks.len() - 1;
        self.blocks[last].push(record);
        if self.blocks[last].len() < self.block {
            return Vec::new();
        }
        self.blocks.push_back(Vec::with_capacity(self.block));
        if self.blocks.len() <= self.limit {
            return Vec::new();
        }
        self.first += self.block as u64;
        self.blocks.pop_front().expect("there are more blocks than are kept")
    }

    pub(crate) fn get(&self, number: u64) -> Option<&T> {
        let place = self.place(number)?;
        self.blocks.get(place / self.block)?.get(place % self.block)
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let place = self.place(number)?;
        self.blocks.get_mut(place / self.block)?.get_mut(place % self.block)
    }

    fn place(&self, number: u64) -> Option<usize> {
        usize::try_from(number.checked_sub(self.first)?).ok()
    }

    /// The records from `number` on, or from the oldest kept.
    pub(crate) fn from(&self, number: u64) -> impl Iterator<Item = &T> {
        (number.max(self.first)..self.next()).map_while(|number| self.get(number))
    }

    /// The number of the last record that satisfies a condition that only old ones do; 0 when
    /// none does.
    pub(crate) fn last_where(&self, condition: impl Fn(&T) -> bool) -> u64 {
        let old = |block: &Vec<T>| block.first().is_some_and(&condition);
        let blocks = self.blocks.partition_point(old);
        let Some(block) = blocks.checked_sub(1) else { return 0 };
        let count = self.blocks[block].partition_point(&condition);
        self.first + (block * self.block + count) as u64 - 1
    }
}

impl<T: Canonical> Canonical for Window<T> {
    fn write(&self, to: &mut Writer<'_>) {
        let Self { blocks, first, block, limit } = self;
        (*first, *block, *limit).write(to);
        blocks.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let (first, block, limit) = Canonical::read(from)?;
        let blocks = VecDeque::<Vec<T>>::read(from)?;
        let full = |blocks: &Vec<T>| blocks.len() == block;
        let others = blocks.len().checked_sub(1).ok_or(Corrupt)?;
        let sound = blocks.iter().take(others).all(full) && blocks[others].len() < block;
        if sound { Ok(Self { blocks, first, block, limit }) } else { Err(Corrupt) }
    }

    fn layout(layout: &mut Layout) {
        layout.begin("Window");
        // What was kept under other limits is not what would be kept now.
        layout.word(&format!("{:?}", Retention::default()));
        T::layout(layout);
        layout.end();
    }
}
