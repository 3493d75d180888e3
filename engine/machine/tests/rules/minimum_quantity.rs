//! Orders that trade so much at once, or nothing.

use crate::order::buy;
use crate::venue::Venue;
use openoutcry_wire::SelfTrade;

#[test]
fn an_order_with_a_minimum_trades_when_that_much_is_there() {
    let mut venue = Venue::open();
    venue.sells("bob", 30, "150.00");
    venue.sells("bob", 30, "150.10");
    venue.send("alice", buy(100).at("150.10").ioc().at_least(60));
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "3 buys 30 at 150.00 from 1",
            "3 buys 30 at 150.10 from 2",
            "3 cancelled with 40 left: CANCELLED_UNFILLED"
        ]
    );
}

#[test]
fn and_not_at_all_when_there_is_less() {
    let mut venue = Venue::open();
    venue.sells("bob", 30, "150.00");
    venue.sells("bob", 30, "150.20");
    venue.send("alice", buy(100).at("150.10").ioc().at_least(31));
    assert_eq!(venue.said(), ["3 accepted", "3 cancelled with 100 left: CANCELLED_NO_LIQUIDITY"]);
    venue.send("alice", buy(100).at_least(61));
    assert_eq!(venue.said(), ["4 accepted", "4 cancelled with 100 left: CANCELLED_NO_LIQUIDITY"]);
    venue.send("alice", buy(100).at_least(60));
    assert_eq!(venue.said().len(), 4);
}

#[test]
fn what_it_may_not_trade_with_does_not_count() {
    let mut venue = Venue::open();
    venue.sells("alice", 30, "150.00");
    venue.sells("bob", 30, "150.00");
    let order = buy(60).at("150.00").ioc().preventing(SelfTrade::CancelOldest);
    venue.send("alice", order.at_least(31));
    assert_eq!(venue.said()[1], "3 cancelled with 60 left: CANCELLED_NO_LIQUIDITY");
}

#[test]
fn an_order_that_may_stay_open_has_no_minimum() {
    let mut venue = Venue::open();
    for order in [buy(10).at("150.00"), buy(10).stop("151.00")] {
        venue.send("alice", order.at_least(5));
        assert!(venue.said()[0].ends_with("rejected: INVALID_INSTRUCTION"));
    }
}

#[test]
fn the_minimum_is_no_more_than_the_order() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).at("150.00").ioc().at_least(11));
    assert_eq!(venue.said(), ["1 rejected: INVALID_QUANTITY, 11 against 10"]);
}
