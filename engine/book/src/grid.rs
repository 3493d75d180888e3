//! The prices a symbol may trade at, numbered densely so that a bitmap can hold them.

use openoutcry_wire::Price;

/// Maps between prices and dense tick numbers, both ascending.
///
/// Below `split` every 1/10000 dollar is a tick; from there on every `step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    split: u32,
    step: u32,
    reciprocal: Reciprocal,
}

/// Division by a step without dividing, which takes a processor longer than all else here: the
/// high half of `number * ceil(2^64 / step)` is the quotient for every 32-bit number (Lemire,
/// Kaser and Kurz, "Faster remainder by direct computation", 2019).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reciprocal(u64);

impl Reciprocal {
    /// The reciprocal of 1 is one more than fits, and kept as 0.
    const fn of(step: u32) -> Self {
        Self((u64::MAX / step as u64).wrapping_add(1))
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a quotient is no larger than its number")]
    const fn quotient(self, number: u32) -> u32 {
        if self.0 == 0 { number } else { ((number as u128 * self.0 as u128) >> 64) as u32 }
    }

    #[inline]
    const fn divides(self, number: u32) -> bool {
        (number as u64).wrapping_mul(self.0) <= self.0.wrapping_sub(1)
    }
}

impl Grid {
    /// Rule 612 of Regulation NMS: $0.01 from $1 upwards, $0.0001 below.
    pub const STANDARD: Self = Self { split: 10_000, step: 100, reciprocal: Reciprocal::of(100) };

    /// One tick size for all prices, in 1/10000 dollar; 0 stands for the standard table.
    #[must_use]
    pub const fn of_tick(tick: u32) -> Self {
        if tick == 0 {
            Self::STANDARD
        } else {
            Self { split: 0, step: tick, reciprocal: Reciprocal::of(tick) }
        }
    }

    /// Whether an order may carry this price.
    #[inline]
    #[must_use]
    pub const fn allows(self, price: Price) -> bool {
        price.0 < self.split || self.reciprocal.divides(price.0 - self.split)
    }

    /// The number of the highest tick at or below `price`.
    #[inline]
    #[must_use]
    pub const fn tick(self, price: Price) -> u32 {
        if price.0 < self.split {
            price.0
        } else {
            self.split + self.reciprocal.quotient(price.0 - self.split)
        }
    }

    /// The price of a tick number; the inverse of [`Grid::tick`] for prices on the grid.
    #[inline]
    #[must_use]
    pub const fn price(self, tick: u32) -> Price {
        if tick < self.split {
            Price(tick)
        } else {
            Price(self.split + (tick - self.split) * self.step)
        }
    }

    /// The highest allowed price at or below `price`.
    #[inline]
    #[must_use]
    pub const fn floor(self, price: Price) -> Price {
        self.price(self.tick(price))
    }

    /// The next allowed price below one that is allowed; none below the lowest.
    #[must_use]
    pub const fn below(self, price: Price) -> Option<Price> {
        match self.tick(price) {
            0 | 1 => None,
            tick => Some(self.price(tick - 1)),
        }
    }

    /// The next allowed price above one that is allowed; none above the highest.
    #[must_use]
    pub const fn above(self, price: Price) -> Option<Price> {
        let step = if price.0 < self.split { 1 } else { self.step };
        match price.0.checked_add(step) {
            Some(above) => Some(Price(above)),
            None => None,
        }
    }

    /// The lowest allowed price at or above `price`, or the highest there is.
    #[inline]
    #[must_use]
    pub const fn ceiling(self, price: Price) -> Price {
        let floor = self.floor(price);
        if floor.0 == price.0 {
            return floor;
        }
        let step = if floor.0 < self.split { 1 } else { self.step };
        match floor.0.checked_add(step) {
            Some(above) => Price(above),
            None => floor,
        }
    }
}
