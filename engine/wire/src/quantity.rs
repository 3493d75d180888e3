//! The integers that money is made of. No float exists in the engine.

use openoutcry_canonical::canonical;

/// Order price in 1/10000 dollar. The largest is $429,496.7295, the range of ITCH 5.0's price field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Price(pub u32);

canonical!(Price.0);

/// Money, or an execution price, in 1/1,000,000 dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Money(pub i64);

canonical!(Money.0);

/// Whole shares.
pub type Quantity = u32;

/// Nanoseconds since 1970-01-01T00:00:00Z.
pub type Nanoseconds = u64;

/// Millionths of a dollar in one step of an order price.
pub const MONEY_PER_PRICE: i64 = 100;

impl Price {
    /// The price as execution price, exact.
    #[inline]
    #[must_use]
    pub const fn money(self) -> Money {
        Money(self.0 as i64 * MONEY_PER_PRICE)
    }

    /// What `quantity` shares cost at this price, exact: it cannot overflow, since
    /// 2^32 x 2^32 x 100 is below 2^71 only for prices no venue sees, so it is checked.
    #[inline]
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Money {
        self.money().times(quantity)
    }
}

impl Money {
    pub const ZERO: Self = Self(0);

    /// An execution price times a quantity.
    ///
    /// # Panics
    /// When the product does not fit 64 bits; admission refuses orders that large.
    #[inline]
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Self {
        Self(self.0.checked_mul(i64::from(quantity)).expect("order value fits 64 bits"))
    }
}
