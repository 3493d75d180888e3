//! The grid against counting ticks one by one.

use openoutcry_book::Grid;
use openoutcry_wire::Price;

/// Whether a price is on a tick, from the rule: one tick for all prices, or (0) $0.01 from $1
/// upwards and $0.0001 below.
fn is_on_tick(tick: u32, price: u32) -> bool {
    match tick {
        0 => price < 10_000 || price.is_multiple_of(100),
        tick => price.is_multiple_of(tick),
    }
}

/// Prices around $1, around nothing, and at the end of the range.
fn ranges() -> impl Iterator<Item = u32> {
    (0..30_000).chain(4_294_900_000..=u32::MAX)
}

#[test]
fn a_price_is_allowed_when_it_is_on_a_tick() {
    for tick in [0, 1, 5, 25, 100, 10_000] {
        for price in ranges() {
            let allowed = Grid::of_tick(tick).allows(Price(price));
            assert_eq!(allowed, is_on_tick(tick, price), "tick {tick} price {price}");
        }
    }
}

#[test]
fn floor_and_ceiling_are_the_nearest_prices_on_a_tick() {
    for tick in [0, 1, 5, 25, 100, 10_000] {
        let grid = Grid::of_tick(tick);
        let mut below = 0;
        for price in 0..30_000 {
            if is_on_tick(tick, price) {
                below = price;
            }
            assert_eq!(grid.floor(Price(price)), Price(below), "tick {tick} price {price}");
        }
        let mut above = 30_000;
        for price in (0..=30_000).rev() {
            if is_on_tick(tick, price) {
                above = price;
            }
            assert_eq!(grid.ceiling(Price(price)), Price(above), "tick {tick} price {price}");
        }
    }
}

#[test]
fn ticks_are_numbered_densely_and_in_order_of_price() {
    for tick in [0, 1, 5, 25, 100, 10_000] {
        let grid = Grid::of_tick(tick);
        let on_ticks = (0..30_000).filter(|&price| is_on_tick(tick, price));
        for (number, price) in (0..).zip(on_ticks) {
            assert_eq!(grid.tick(Price(price)), number, "tick {tick} price {price}");
            assert_eq!(grid.price(number), Price(price));
        }
    }
}

#[test]
fn the_highest_price_has_no_ceiling_above_it() {
    for (tick, highest) in [(0, 4_294_967_200), (1, u32::MAX), (100, 4_294_967_200)] {
        let grid = Grid::of_tick(tick);
        assert_eq!(grid.floor(Price(u32::MAX)), Price(highest));
        assert_eq!(grid.ceiling(Price(u32::MAX)), Price(highest));
        assert_eq!(grid.price(grid.tick(Price(highest))), Price(highest));
    }
}
