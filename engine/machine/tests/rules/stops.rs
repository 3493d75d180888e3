//! Stop and stop-limit orders.

use crate::order::{buy, sell, to, to_limit, to_stop};
use crate::venue::{AAPL, Venue};

#[test]
fn a_stop_order_waits_outside_the_book() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).stop("151.00"));
    assert_eq!(venue.said(), ["1 accepted"]);
    assert!(venue.bids().is_empty());
    venue.sells("bob", 100, "150.00");
    assert_eq!(venue.said(), ["2 accepted"]);
}

#[test]
fn a_sale_at_the_stop_price_triggers() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).stop("151.00"));
    venue.sells("bob", 300, "151.00");
    venue.buys("carol", 50, "151.00");
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "3 buys 50 at 151.00 from 2",
            "1 with stop 151.00 triggered at 151.00",
            "1 buys 100 at 151.00 from 2"
        ]
    );
}

#[test]
fn a_sale_through_the_stop_price_triggers() {
    let mut venue = Venue::open();
    venue.send("alice", sell(100).stop("149.00"));
    venue.buys("bob", 300, "148.50");
    venue.sells("carol", 50, "148.50");
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "3 sells 50 at 148.50 to 2",
            "1 with stop 149.00 triggered at 148.50",
            "1 sells 100 at 148.50 to 2"
        ]
    );
}

#[test]
fn quotes_trigger_nothing() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).stop("151.00"));
    venue.buys("bob", 10, "152.00");
    assert_eq!(venue.said(), ["2 accepted"]);
    venue.sells("bob", 10, "153.00");
    assert_eq!(venue.said(), ["3 accepted"]);
}

#[test]
fn a_sale_short_of_the_stop_price_triggers_nothing() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).stop("151.00"));
    venue.send("alice", sell(100).stop("149.00"));
    venue.sale_at("150.99");
    assert_eq!(venue.said().len(), 2);
    venue.sale_at("149.01");
    assert_eq!(venue.said().len(), 2);
}

#[test]
fn the_aggressor_finishes_before_what_it_triggers_enters() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).stop("151.00"));
    venue.sells("bob", 10, "151.00");
    venue.sells("bob", 10, "152.00");
    venue.sells("bob", 10, "153.00");
    venue.buys("carol", 20, "152.00");
    assert_eq!(
        venue.said(),
        [
            "5 accepted",
            "5 buys 10 at 151.00 from 2",
            "5 buys 10 at 152.00 from 3",
            "1 with stop 151.00 triggered at 152.00",
            "1 buys 10 at 153.00 from 4"
        ]
    );
}

#[test]
fn a_sale_that_the_aggressor_has_swept_past_triggers_all_the_same() {
    let mut venue = Venue::open();
    venue.send("alice", sell(10).stop("149.00"));
    venue.sells("bob", 10, "149.00");
    venue.sells("bob", 10, "150.00");
    venue.buys("carol", 20, "150.00");
    assert_eq!(venue.said()[3], "1 with stop 149.00 triggered at 150.00");
}

#[test]
fn triggered_orders_enter_in_the_order_of_their_numbers() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).stop("151.50"));
    venue.send("alice", buy(10).stop("151.00"));
    venue.sells("bob", 100, "152.00");
    venue.buys("carol", 10, "152.00");
    assert_eq!(
        venue.said()[2..],
        [
            "1 with stop 151.50 triggered at 152.00",
            "2 with stop 151.00 triggered at 152.00",
            "1 buys 10 at 152.00 from 3",
            "2 buys 10 at 152.00 from 3"
        ]
    );
}

#[test]
fn the_sales_of_a_round_trigger_the_next() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).stop("153.00"));
    venue.send("alice", buy(10).stop("152.00"));
    venue.send("alice", buy(10).stop("151.00"));
    for limit in ["151.00", "152.00", "153.00", "154.00"] {
        venue.sells("bob", 10, limit);
    }
    venue.buys("carol", 10, "151.00");
    assert_eq!(
        venue.said()[1..],
        [
            "8 buys 10 at 151.00 from 4",
            "3 with stop 151.00 triggered at 151.00",
            "3 buys 10 at 152.00 from 5",
            "2 with stop 152.00 triggered at 152.00",
            "2 buys 10 at 153.00 from 6",
            "1 with stop 153.00 triggered at 153.00",
            "1 buys 10 at 154.00 from 7"
        ]
    );
}

#[test]
fn a_stop_that_the_last_sale_is_through_triggers_at_once() {
    let mut venue = Venue::open();
    venue.sale_at("150.00");
    venue.sells("bob", 10, "150.50");
    venue.send("alice", buy(10).stop("150.00"));
    assert_eq!(
        venue.said(),
        ["4 accepted", "4 with stop 150.00 triggered at 150.00", "4 buys 10 at 150.50 from 3"]
    );
}

#[test]
fn a_triggered_stop_order_never_rests() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).stop("151.00").gtc());
    venue.sale_at("151.00");
    assert_eq!(
        venue.said()[2..],
        ["1 with stop 151.00 triggered at 151.00", "1 cancelled with 100 left: CANCELLED_UNFILLED"]
    );
    assert_eq!(venue.held("alice"), "0.00");
}

#[test]
fn a_triggered_stop_limit_order_rests_at_its_limit() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).stop("151.00").at("151.50"));
    venue.sells("bob", 10, "151.00");
    venue.sells("bob", 30, "151.50");
    venue.sells("bob", 30, "151.60");
    venue.buys("carol", 10, "151.00");
    assert_eq!(
        venue.said()[2..],
        ["1 with stop 151.00 triggered at 151.00", "1 buys 30 at 151.50 from 3"]
    );
    assert_eq!(venue.bids(), ["70 at 151.50"]);
}

#[test]
fn a_triggered_stop_limit_order_has_the_time_of_its_entry() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).stop("151.00").at("151.00"));
    venue.buys("bob", 10, "151.00");
    venue.sells("carol", 5, "151.00");
    assert_eq!(venue.bids(), ["15 at 151.00"]);
    venue.sells("carol", 15, "151.00");
    assert_eq!(venue.said()[1..], ["4 sells 5 at 151.00 to 2", "4 sells 10 at 151.00 to 1"]);
}

#[test]
fn a_stop_order_pays_no_more_than_a_tenth_above_its_stop_price() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).stop("100.00"));
    assert_eq!(venue.held("alice"), "1100.00");
    venue.sells("bob", 1, "110.00");
    venue.sells("bob", 9, "110.01");
    venue.sale_at("100.00");
    assert_eq!(
        venue.said()[2..],
        [
            "1 with stop 100.00 triggered at 100.00",
            "1 buys 1 at 110.00 from 2",
            "1 cancelled with 9 left: CANCELLED_AT_COLLAR"
        ]
    );
}

#[test]
fn a_stop_order_shows_its_stop_price_and_no_limit() {
    let mut venue = Venue::open();
    let order = venue.send("alice", buy(10).stop("151.00"));
    let state = venue.machine.order(order).unwrap();
    assert_eq!((state.price.0, state.stop_price.0), (0, 1_510_000));
    venue.replace("alice", order, to(5));
    assert_eq!(venue.said(), ["1 is 5 stop 151.00 in its place, version 2"]);
}

#[test]
fn a_stop_order_can_be_moved() {
    let mut venue = Venue::open();
    let order = venue.send("alice", buy(10).stop("151.00"));
    venue.replace("alice", order, to_stop("152.00"));
    assert_eq!(venue.said(), ["1 is 10 stop 152.00 anew, version 2"]);
    venue.sale_at("151.00");
    assert_eq!(venue.said().len(), 2);
    venue.replace("alice", order, to_stop("150.50"));
    assert_eq!(
        venue.said(),
        [
            "1 is 10 stop 150.50 anew, version 3",
            "1 with stop 150.50 triggered at 151.00",
            "1 cancelled with 10 left: CANCELLED_UNFILLED"
        ]
    );
}

#[test]
fn a_stop_order_has_no_limit_to_move() {
    let mut venue = Venue::open();
    let order = venue.send("alice", buy(10).stop("151.00"));
    venue.replace("alice", order, to_limit("152.00"));
    assert_eq!(venue.said(), ["refused: INVALID_PRICE"]);
}

#[test]
fn a_moved_stop_order_is_worth_what_a_new_one_would_be() {
    let mut venue = Venue::open();
    venue.set_limits("alice", 0, "1500.00");
    let order = venue.send("alice", buy(10).stop("140.00"));
    venue.replace("alice", order, to_stop("150.00"));
    assert_eq!(venue.said(), ["1 is 10 stop 150.00 anew, version 2"]);
    venue.replace("alice", order, to_stop("150.01"));
    assert_eq!(venue.said(), ["refused: ORDER_TOO_LARGE, 1500.10 against 1500.00"]);
}

#[test]
fn a_stop_order_can_be_cancelled_and_gives_its_hold_back() {
    let mut venue = Venue::open();
    let order = venue.send("alice", sell(10).stop("149.00"));
    assert_eq!(venue.held_shares("alice", AAPL), 10);
    venue.cancel("alice", order);
    assert_eq!(venue.said(), ["1 cancelled with 10 left: CANCELLED_BY_USER"]);
    assert_eq!(venue.held_shares("alice", AAPL), 0);
}

#[test]
fn stops_wait_while_the_symbol_is_halted() {
    let mut venue = Venue::open();
    venue.sale_at("150.00");
    let order = venue.send("alice", buy(10).stop("151.00"));
    venue.halt(AAPL);
    venue.replace("alice", order, to_stop("150.00"));
    assert_eq!(venue.said(), ["refused: HALTED"]);
    venue.resume(AAPL);
    assert_eq!(venue.said(), ["symbol 0 resumed"]);
    venue.sale_at("151.00");
    assert_eq!(venue.said()[2], "3 with stop 151.00 triggered at 151.00");
}
