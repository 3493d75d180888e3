//! Repeatable random numbers, in integers alone.

/// `SplitMix64`: small, fast, and the same everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// All 64 bits alike.
    #[inline]
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Below `bound`, all values alike.
    #[inline]
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.bits()) * u128::from(bound);
        u64::try_from(wide >> 64).expect("the upper half of a product")
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Exponentially distributed with this median: halvings survived, and a part of the next.
    pub fn lifetime(&mut self, median: u64) -> u64 {
        let halvings = u64::from(self.bits().leading_zeros());
        halvings * median + self.below(median.max(1))
    }

    /// About normally distributed around 0, in units of a quarter of a standard deviation.
    pub fn normal(&mut self) -> i64 {
        // The sum of 64 coin tosses has a standard deviation of 4.
        i64::from(self.bits().count_ones()) - 32
    }
}
