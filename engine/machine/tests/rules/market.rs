//! Market orders.

use crate::order::{buy, sell};
use crate::venue::Venue;
use openoutcry_wire::SelfTrade;

#[test]
fn a_market_order_never_rests() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100));
    assert_eq!(venue.said(), ["1 accepted", "1 cancelled with 100 left: CANCELLED_UNFILLED"]);
    venue.sells("bob", 40, "150.00");
    venue.send("alice", buy(100).gtc());
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "3 buys 40 at 150.00 from 2",
            "3 cancelled with 60 left: CANCELLED_UNFILLED"
        ]
    );
    assert!(venue.bids().is_empty());
}

#[test]
fn a_market_order_takes_whatever_price_there_is() {
    let mut venue = Venue::open();
    venue.buys("bob", 10, "150.00");
    venue.buys("bob", 10, "0.0001");
    venue.send("alice", sell(20));
    assert_eq!(
        venue.said(),
        ["3 accepted", "3 sells 10 at 150.00 to 1", "3 sells 10 at 0.0001 to 2"]
    );
}

#[test]
fn a_market_order_names_no_price() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).with(|order| order.price = 1_500_000));
    assert_eq!(venue.said(), ["1 rejected: INVALID_PRICE, 1500000 against 0"]);
    venue.send("alice", buy(100).with(|order| order.stop_price = 1_500_000));
    assert_eq!(venue.said(), ["2 rejected: INVALID_PRICE, 1500000 against 0"]);
}

#[test]
fn a_market_order_needs_no_more_cash_than_the_book_asks_for_now() {
    let mut venue = Venue::open();
    venue.sells("bob", 6_000, "150.00");
    venue.sells("bob", 1_000, "160.00");
    venue.send("alice", buy(6_625));
    assert_eq!(venue.said()[0], "3 accepted");
    assert_eq!(venue.cash("alice"), "0.00");
}

#[test]
fn a_market_order_that_the_account_cannot_pay_is_rejected_whole() {
    let mut venue = Venue::open();
    venue.sells("bob", 6_000, "150.00");
    venue.sells("bob", 1_000, "160.00");
    venue.send("alice", buy(6_626));
    assert_eq!(venue.said(), ["3 rejected: INSUFFICIENT_FUNDS, 1000160.00 against 1000000.00"]);
    assert_eq!(venue.offers(), ["6000 at 150.00", "1000 at 160.00"]);
}

#[test]
fn what_a_market_order_may_not_trade_with_costs_it_nothing() {
    let mut venue = Venue::open();
    venue.sells("alice", 9_000, "150.00");
    venue.sells("bob", 100, "150.00");
    venue.send("alice", buy(9_000).preventing(SelfTrade::CancelOldest));
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "1 cancelled with 9000 left: CANCELLED_SELF_TRADE",
            "3 buys 100 at 150.00 from 2",
            "3 cancelled with 8900 left: CANCELLED_UNFILLED"
        ]
    );
}

#[test]
fn a_market_order_to_sell_needs_its_shares() {
    let mut venue = Venue::open();
    venue.send("alice", sell(10_001));
    assert_eq!(venue.said(), ["1 rejected: INSUFFICIENT_SHARES, 10001 against 10000"]);
}
