//! The prices a symbol may trade at, numbered densely so that a bitmap can hold them.

use openoutcry_wire::Price;

/// Maps between prices and dense tick numbers, both ascending.
///
/// Below `split` every 1/10000 dollar is a tick; from there on every `step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    split: u32,
    step: u32,
}

impl Grid {
    /// Rule 612 of Regulation NMS: $0.01 from $1 upwards, $0.0001 below.
    pub const STANDARD: Self = Self { split: 10_000, step: 100 };

    /// One tick size for all prices, in 1/10000 dollar; 0 stands for the standard table.
    #[must_use]
    pub const fn of_tick(tick: u32) -> Self {
        if tick == 0 { Self::STANDARD } else { Self { split: 0, step: tick } }
    }

    /// Whether an order may carry this price.
    #[inline]
    #[must_use]
    pub const fn allows(self, price: Price) -> bool {
        price.0 < self.split || (price.0 - self.split).is_multiple_of(self.step)
    }

    /// The number of the highest tick at or below `price`.
    #[inline]
    #[must_use]
    pub const fn tick(self, price: Price) -> u32 {
        if price.0 < self.split { price.0 } else { self.split + (price.0 - self.split) / self.step }
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
