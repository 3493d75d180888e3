//! Where the leaves of a side are that were used lately.

use crate::order::NONE;

/// A leaf's number (its keys without the low bits) and its index in the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub number: u32,
    pub leaf: u32,
}

impl Known {
    /// No leaf has this number.
    const NOBODY: Self = Self { number: u32::MAX, leaf: NONE };
}

/// Leaves by number, each in the one place that its number gives it. A book whose leaves push each
/// other out is wide, and gets more places.
#[derive(Debug)]
pub(crate) struct Recent {
    places: Box<[Known]>,
    /// Leaves pushed out since the places were last doubled.
    pushed_out: usize,
}

/// Places at first, and at most: 256 bytes a side, and 2 KiB. More leaves than that
/// do not stay in the cache: finding them again costs more than making them.
const FIRST: usize = 1 << 5;
const MOST: usize = 1 << 8;

impl Default for Recent {
    fn default() -> Self {
        Self { places: vec![Known::NOBODY; FIRST].into(), pushed_out: 0 }
    }
}

impl Recent {
    #[inline(always)]
    pub(crate) fn find(&self, number: u32) -> Option<u32> {
        let known = self.places[self.place(number)];
        (known.number == number).then_some(known.leaf)
    }

    /// Remembers a leaf; gives what had to be forgotten for it.
    pub(crate) fn remember(&mut self, number: u32, leaf: u32) -> Option<Known> {
        if self.pushed_out == self.places.len() && self.places.len() < MOST {
            self.grow();
        }
        let place = self.place(number);
        let before = std::mem::replace(&mut self.places[place], Known { number, leaf });
        let pushed_out = before.leaf != NONE && before.number != number;
        self.pushed_out += usize::from(pushed_out);
        pushed_out.then_some(before)
    }

    /// Forgets a leaf that is gone, if it was remembered.
    pub(crate) fn forget(&mut self, number: u32) {
        let place = self.place(number);
        if self.places[place].number == number {
            self.places[place] = Known::NOBODY;
        }
    }

    fn grow(&mut self) {
        let grown = vec![Known::NOBODY; self.places.len() * 2].into();
        self.pushed_out = 0;
        for known in std::mem::replace(&mut self.places, grown) {
            if known.leaf != NONE {
                let place = self.place(known.number);
                self.places[place] = known;
            }
        }
    }

    #[inline(always)]
    const fn place(&self, number: u32) -> usize {
        number as usize & (self.places.len() - 1)
    }
}
