//! Collars: the furthest price allowed is on a tick, within the collar, and the last that is.

use openoutcry_book::Grid;
use openoutcry_risk::{Collars, Instrument};
use openoutcry_wire::{Money, Price, Reason};

fn instrument(tick: u32, reference: u32, sweep: u32, limit: u32) -> Instrument {
    Instrument {
        grid: Grid::of_tick(tick),
        maximum_quantity: 0,
        collars: Collars { sweep, limit },
        reference: Money(i64::from(reference) * 100),
        halted: false,
    }
}

const PRICES: [u32; 10] =
    [1, 7, 9_999, 10_000, 10_100, 33_300, 1_500_000, 99_999_900, 4_294_967_200, u32::MAX];
const COLLARS: [u32; 8] = [1, 3, 50, 333, 1_000, 9_999, 10_000, 1_000_000];

/// Each tick, reference price on it, and collar.
fn cases() -> impl Iterator<Item = (u32, u32, u32)> {
    let ticks = [0, 1, 5, 100].into_iter();
    let cases = ticks.flat_map(|tick| PRICES.into_iter().map(move |price| (tick, price)));
    cases.flat_map(|(tick, price)| {
        let price = Grid::of_tick(tick).floor(Price(price)).0;
        COLLARS.into_iter().map(move |collar| (tick, price, collar))
    })
}

/// Whether a price is within the collar, compared exactly.
fn is_within(buy: bool, price: u32, reference: u32, collar: u32) -> bool {
    let (price, reference) = (i128::from(price) * 10_000, i128::from(reference));
    let collar = i128::from(collar);
    if buy {
        price <= reference * (10_000 + collar)
    } else {
        price >= reference * (10_000 - collar)
    }
}

#[test]
fn a_market_order_sweeps_to_the_last_tick_within_the_collar() {
    for (tick, reference, collar) in cases().filter(|(_, reference, _)| *reference > 0) {
        let instrument = instrument(tick, reference, collar, 0);
        let case = format!("tick {tick} reference {reference} collar {collar}");
        for buy in [true, false] {
            let furthest = instrument.sweep_limit(buy);
            assert!(instrument.grid.allows(furthest), "{case}");
            assert!(is_within(buy, furthest.0, reference, collar), "{case}");
            let beyond = if buy {
                furthest.0.checked_add(1).map(|price| instrument.grid.ceiling(Price(price)))
            } else {
                furthest.0.checked_sub(1).map(|price| instrument.grid.floor(Price(price)))
            };
            if let Some(beyond) = beyond.filter(|&beyond| beyond != furthest) {
                assert!(!is_within(buy, beyond.0, reference, collar), "{case} beyond {beyond:?}");
            }
        }
    }
}

#[test]
fn a_limit_is_refused_from_the_first_tick_beyond_the_collar() {
    for (tick, reference, collar) in cases().filter(|(_, reference, _)| *reference > 0) {
        let instrument = instrument(tick, reference, 0, collar);
        for price in PRICES.map(|price| instrument.grid.floor(Price(price))) {
            for buy in [true, false] {
                let allowed = instrument.check_collar(buy, price, None);
                let within = is_within(buy, price.0, reference, collar);
                assert_eq!(allowed.is_ok(), within, "{tick} {reference} {collar} {price:?} {buy}");
                if let Err(refusal) = allowed {
                    assert_eq!(refusal.reason, Reason::PriceCollar);
                    assert_eq!(refusal.required, i64::from(price.0));
                }
            }
        }
    }
}

#[test]
fn without_collar_or_reference_nothing_is_bounded() {
    for instrument in [instrument(0, 1_500_000, 0, 0), instrument(0, 0, 500, 500)] {
        assert_eq!(instrument.sweep_limit(true), Price(4_294_967_200));
        assert_eq!(instrument.sweep_limit(false), Price(0));
        assert!(instrument.check_collar(true, Price(4_294_967_200), None).is_ok());
        assert!(instrument.check_collar(false, Price(1), None).is_ok());
    }
}

#[test]
fn a_stop_order_to_buy_pays_at_most_its_collar_or_a_tenth_above_its_stop_price() {
    let stop = Price(1_000_000);
    assert_eq!(instrument(0, 0, 0, 0).stop_limit(stop), Price(1_100_000));
    assert_eq!(instrument(0, 0, 500, 0).stop_limit(stop), Price(1_050_000));
    // Never below the stop price, however coarse the tick, nor above the highest price.
    assert_eq!(instrument(1_000_000, 0, 500, 0).stop_limit(stop), stop);
    assert_eq!(instrument(1, 0, 500, 0).stop_limit(Price(u32::MAX)), Price(u32::MAX));
}
