//! Ticks and collars.

/// $0.01 from $1 upwards and $0.0001 below, unless the symbol has one tick for all prices.
fn tick_at(tick: u32, price: u32) -> u32 {
    match tick {
        0 if price < 10_000 => 1,
        0 => 100,
        tick => tick,
    }
}

pub(crate) fn is_on_tick(tick: u32, price: u32) -> bool {
    price.is_multiple_of(tick_at(tick, price))
}

/// The highest price on a tick that is not above `price`.
pub(crate) fn floor(tick: u32, price: i128) -> u32 {
    let price = u32::try_from(price).unwrap_or(u32::MAX);
    price - price % tick_at(tick, price)
}

/// The lowest price on a tick that is not below `price`.
pub(crate) fn ceiling(tick: u32, price: i128) -> u32 {
    let below = floor(tick, price);
    if i128::from(below) == price { below } else { below + tick_at(tick, below) }
}

/// The price one tick above or below one that is on a tick.
pub(crate) fn beside(tick: u32, price: u32, above: bool) -> Option<u32> {
    if above {
        return price.checked_add(tick_at(tick, price));
    }
    let below = floor(tick, i128::from(price) - 1);
    (below > 0).then_some(below)
}

/// The furthest price that an order may reach when it may go `collar` basis points through
/// `reference` (1/1,000,000 dollar): above it to buy, below it to sell. None where nothing bounds.
pub(crate) fn furthest(tick: u32, buy: bool, reference: i128, collar: u32) -> Option<u32> {
    if reference == 0 || collar == 0 {
        return None;
    }
    // In 1/1,000,000 dollar and basis points, of which 100 x 10,000 make 1/10000 dollar.
    let unit = 1_000_000;
    if buy {
        Some(floor(tick, reference * (10_000 + i128::from(collar)) / unit))
    } else {
        let exact = reference * (10_000 - i128::from(collar.min(10_000)));
        Some(ceiling(tick, exact / unit + i128::from(exact % unit != 0)))
    }
}
