//! The harness's prices and the venue's.

/// The harness's tick of $0.005, in 1/10000 dollar.
pub const TICK: u32 = 50;

/// The harness's ticks as a price; 0, which no order may have, where they are none.
#[inline]
pub fn price(ticks: i64) -> u32 {
    u32::try_from(ticks).ok().and_then(|ticks| ticks.checked_mul(TICK)).unwrap_or(0)
}
