//! Limit orders, ticks and sizes.

use crate::order::{Order, buy, sell};
use crate::venue::Venue;
use crate::words::price;
use openoutcry_wire::command::ListSymbol;
use openoutcry_wire::{Reason, Side};

#[test]
fn a_limit_order_rests_at_its_price() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "149.99");
    venue.sells("bob", 70, "150.01");
    assert_eq!(venue.said(), ["2 accepted"]);
    assert_eq!(venue.bids(), ["100 at 149.99"]);
    assert_eq!(venue.offers(), ["70 at 150.01"]);
}

#[test]
fn a_limit_order_trades_at_its_limit_or_better_and_not_a_tick_beyond() {
    let mut venue = Venue::open();
    venue.sells("alice", 10, "149.99");
    venue.sells("alice", 10, "150.00");
    venue.sells("alice", 10, "150.01");
    venue.buys("bob", 30, "150.00");
    assert_eq!(
        venue.said(),
        ["4 accepted", "4 buys 10 at 149.99 from 1", "4 buys 10 at 150.00 from 2"]
    );
    assert_eq!(venue.bids(), ["10 at 150.00"]);
    assert_eq!(venue.offers(), ["10 at 150.01"]);
}

#[test]
fn a_limit_order_names_a_price() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).at("150.00").with(|order| order.price = 0));
    assert_eq!(venue.said(), ["1 rejected: INVALID_PRICE"]);
    venue.send("alice", buy(100).at("150.00").with(|order| order.stop_price = 1));
    assert_eq!(venue.said(), ["2 rejected: INVALID_PRICE, 1 against 0"]);
}

#[test]
fn from_a_dollar_upwards_a_tick_is_a_cent() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "1.01");
    venue.buys("alice", 100, "1.00");
    assert_eq!(venue.bids(), ["100 at 1.01", "100 at 1.00"]);
    venue.buys("alice", 100, "1.005");
    assert_eq!(venue.said(), ["3 rejected: OFF_TICK, 1.005 against 1.00"]);
    venue.sells("alice", 100, "150.0001");
    assert_eq!(venue.said(), ["4 rejected: OFF_TICK, 150.0001 against 150.00"]);
}

#[test]
fn off_tick_below_a_dollar() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "0.9999");
    venue.buys("alice", 100, "0.0001");
    assert_eq!(venue.bids(), ["100 at 0.9999", "100 at 0.0001"]);
    // A symbol with a tick of its own has it there too.
    let tick = price("0.05");
    let list = ListSymbol { ticker: *b"NICKEL  ", tick, ..Default::default() };
    venue.apply(&list);
    venue.send("alice", buy(100).at("0.95").in_symbol(2));
    assert_eq!(venue.said(), ["3 accepted"]);
    venue.send("alice", buy(100).at("0.99").in_symbol(2));
    assert_eq!(venue.said(), ["4 rejected: OFF_TICK, 0.99 against 0.95"]);
}

#[test]
fn a_price_finer_than_the_wire_is_off_any_tick_however_it_is_rounded() {
    let mut venue = Venue::open();
    for order in [buy(100).at("150.00"), buy(100).at("0.9999"), buy(100)] {
        venue.send("alice", order.between_ticks());
        assert_eq!(venue.reasons(), [Reason::OffTick]);
    }
}

#[test]
fn prices_on_both_sides_of_a_dollar_are_in_order() {
    let mut venue = Venue::open();
    for limit in ["1.01", "0.9998", "1.00", "0.9999"] {
        venue.sells("alice", 10, limit);
    }
    assert_eq!(venue.offers(), ["10 at 0.9998", "10 at 0.9999", "10 at 1.00", "10 at 1.01"]);
    venue.buys("bob", 40, "1.01");
    assert_eq!(venue.said().last().unwrap(), "5 buys 10 at 1.01 from 1");
}

#[test]
fn the_highest_price_is_one_like_any_other() {
    let mut venue = Venue::open();
    let list = ListSymbol { ticker: *b"DEAR    ", tick: 1, ..Default::default() };
    venue.apply(&list);
    venue.send("alice", buy(1).at("429496.7295").in_symbol(2));
    venue.deliver("bob", 2, 5);
    venue.send("bob", sell(1).at("429496.7295").in_symbol(2));
    assert_eq!(venue.said(), ["2 accepted", "2 sells 1 at 429496.7295 to 1"]);
}

#[test]
fn an_order_is_for_one_share_or_more_and_not_for_more_than_the_symbol_allows() {
    let mut venue = Venue::open();
    venue.buys("alice", 0, "150.00");
    assert_eq!(venue.said(), ["1 rejected: INVALID_QUANTITY, 0 against 10000000"]);
    venue.buys("alice", 10_000_001, "0.01");
    assert_eq!(venue.said(), ["2 rejected: INVALID_QUANTITY, 10000001 against 10000000"]);
    venue.buys("alice", 10_000_000, "0.01");
    assert_eq!(venue.said(), ["3 accepted"]);
    let list = ListSymbol { ticker: *b"SMALL   ", maximum_quantity: 50, ..Default::default() };
    venue.apply(&list);
    venue.send("alice", buy(51).at("1.00").in_symbol(2));
    assert_eq!(venue.said(), ["4 rejected: INVALID_QUANTITY, 51 against 50"]);
}

#[test]
fn a_short_sale_needs_a_locate_that_no_account_has() {
    let mut venue = Venue::open();
    venue.send("alice", Order::new(Side::SellShort, 100).at("150.00"));
    assert_eq!(venue.said(), ["1 rejected: SHORT_SALE_NOT_PERMITTED"]);
}

#[test]
fn a_word_that_does_not_exist_is_malformed() {
    let mut venue = Venue::open();
    let order = || buy(100).at("150.00");
    let malformed = [
        order().with(|order| order.side = 0),
        order().with(|order| order.side = 4),
        order().with(|order| order.order_type = 0),
        order().with(|order| order.order_type = 5),
        order().with(|order| order.time_in_force = 0),
        order().with(|order| order.time_in_force = 6),
        order().with(|order| order.self_trade = 5),
        // Fields of order types that do not exist yet.
        order().with(|order| order.display_quantity = 1),
        order().with(|order| order.offset = -1),
        order().with(|order| order.group = 1),
    ];
    for (number, order) in (1..).zip(malformed) {
        venue.send("alice", order);
        assert_eq!(venue.said(), [format!("{number} rejected: MALFORMED")]);
    }
}
