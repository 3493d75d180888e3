//! Price collars, in basis points of the reference price: how far a market order sweeps, and how
//! far through the market a limit may be set.

use crate::order::{buy, sell, to_limit, to_stop};
use crate::venue::{AAPL, Venue};

#[test]
fn a_market_order_sweeps_to_the_collar_and_not_beyond() {
    let mut venue = Venue::with_collars(500, 0);
    venue.sells("bob", 10, "157.50");
    venue.sells("bob", 10, "157.51");
    venue.send("alice", buy(20));
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "3 buys 10 at 157.50 from 1",
            "3 cancelled with 10 left: CANCELLED_AT_COLLAR"
        ]
    );
}

#[test]
fn a_market_order_to_sell_sweeps_down_to_the_collar() {
    let mut venue = Venue::with_collars(500, 0);
    venue.buys("bob", 10, "142.50");
    venue.buys("bob", 10, "142.49");
    venue.send("alice", sell(20));
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "3 sells 10 at 142.50 to 1",
            "3 cancelled with 10 left: CANCELLED_AT_COLLAR"
        ]
    );
}

#[test]
fn the_reference_is_the_last_sale_once_there_is_one() {
    let mut venue = Venue::with_collars(500, 0);
    venue.sale_at("100.00");
    venue.sells("bob", 10, "105.01");
    venue.send("alice", buy(10));
    assert_eq!(venue.said()[1], "4 cancelled with 10 left: CANCELLED_AT_COLLAR");
    venue.sells("bob", 10, "105.00");
    venue.send("alice", buy(10));
    assert_eq!(venue.said()[1], "6 buys 10 at 105.00 from 5");
}

#[test]
fn a_collar_between_two_ticks_is_the_inner_one() {
    let mut venue = Venue::with_collars(333, 0);
    // 150.00 and 3.33 % are 154.995 and 145.005.
    venue.sells("bob", 10, "155.00");
    venue.buys("bob", 10, "145.00");
    venue.send("alice", buy(10));
    assert_eq!(venue.said()[1], "3 cancelled with 10 left: CANCELLED_AT_COLLAR");
    venue.send("alice", sell(10));
    assert_eq!(venue.said()[1], "4 cancelled with 10 left: CANCELLED_AT_COLLAR");
    venue.sells("bob", 10, "154.99");
    venue.send("alice", buy(10));
    assert_eq!(venue.said()[1], "6 buys 10 at 154.99 from 5");
}

#[test]
fn a_limit_may_not_be_far_through_the_market() {
    let mut venue = Venue::with_collars(0, 1_000);
    venue.buys("alice", 10, "165.01");
    assert_eq!(venue.said(), ["1 rejected: PRICE_COLLAR, 165.01 against 165.00"]);
    venue.sells("alice", 10, "134.99");
    assert_eq!(venue.said(), ["2 rejected: PRICE_COLLAR, 134.99 against 135.00"]);
    venue.buys("alice", 10, "165.00");
    assert_eq!(venue.said(), ["3 accepted"]);
}

#[test]
fn a_limit_may_be_as_far_from_the_market_as_it_likes() {
    let mut venue = Venue::with_collars(0, 1_000);
    venue.buys("alice", 10, "0.01");
    venue.sells("alice", 10, "400000.00");
    assert_eq!(venue.said(), ["2 accepted"]);
}

#[test]
fn the_limit_of_a_stop_limit_order_may_not_be_far_through_its_stop_price() {
    let mut venue = Venue::with_collars(0, 1_000);
    venue.sale_at("150.00");
    // Already through the last sale: it would enter at once, and is the fat finger of a limit.
    venue.send("alice", buy(10).stop("150.00").at("165.01"));
    assert_eq!(venue.said(), ["3 rejected: PRICE_COLLAR, 165.01 against 165.00"]);
    venue.send("alice", sell(10).stop("100.00").at("89.99"));
    assert_eq!(venue.said(), ["4 rejected: PRICE_COLLAR, 89.99 against 90.00"]);
    let order = venue.send("alice", sell(10).stop("100.00").at("90.00"));
    assert_eq!(venue.said(), ["5 accepted"]);
    venue.replace("alice", order, to_limit("89.99"));
    assert_eq!(venue.said(), ["refused: PRICE_COLLAR, 89.99 against 90.00"]);
    venue.replace("alice", order, to_stop("100.01"));
    assert_eq!(venue.said(), ["refused: PRICE_COLLAR, 90.00 against 90.01"]);
}

#[test]
fn a_stop_order_holds_and_pays_up_to_the_collar_above_its_stop_price() {
    let mut venue = Venue::with_collars(500, 0);
    venue.send("alice", buy(10).stop("160.00"));
    assert_eq!(venue.held("alice"), "1680.00");
}

#[test]
fn a_triggered_stop_order_sweeps_no_further_than_a_market_order_would() {
    let mut venue = Venue::with_collars(500, 0);
    venue.send("alice", sell(10).stop("150.00"));
    venue.buys("bob", 10, "142.49");
    venue.sale_at("150.00");
    assert_eq!(
        venue.said()[2..],
        ["1 with stop 150.00 triggered at 150.00", "1 cancelled with 10 left: CANCELLED_AT_COLLAR"]
    );
}

#[test]
fn without_a_reference_there_is_no_collar() {
    let mut venue = Venue::with_collars(0, 0);
    venue.apply(&openoutcry_wire::command::ListSymbol {
        ticker: *b"NEW     ",
        sweep_collar: 1,
        limit_collar: 1,
        ..Default::default()
    });
    venue.deliver("bob", 2, 10);
    venue.send("bob", sell(10).at("9000.00").in_symbol(2));
    venue.send("alice", buy(10).in_symbol(2));
    assert_eq!(venue.said(), ["2 accepted", "2 buys 10 at 9000.00 from 1"]);
}

#[test]
fn the_close_is_the_reference_of_the_next_day() {
    let mut venue = Venue::with_collars(0, 1_000);
    venue.sale_at("140.00");
    venue.end_day(AAPL);
    venue.buys("alice", 10, "154.01");
    assert_eq!(venue.said(), ["3 rejected: PRICE_COLLAR, 154.01 against 154.00"]);
}
