//! Self-trade prevention: what happens when an order meets one of its own account.

use crate::order::{buy, sell};
use crate::venue::{AAPL, Venue};
use openoutcry_wire::SelfTrade;

/// bob's offer, then alice's, then bob's again, ten shares each at one price.
fn alice_between_bob() -> Venue {
    let mut venue = Venue::open();
    venue.sells("bob", 10, "150.00");
    venue.sells("alice", 10, "150.00");
    venue.sells("bob", 10, "150.00");
    venue
}

#[test]
fn without_it_an_account_trades_with_itself() {
    let mut venue = alice_between_bob();
    venue.buys("alice", 25, "150.00");
    assert_eq!(
        venue.said(),
        [
            "4 accepted",
            "4 buys 10 at 150.00 from 1",
            "4 buys 10 at 150.00 from 2",
            "4 buys 5 at 150.00 from 3"
        ]
    );
    assert_eq!(venue.shares("alice", AAPL), 10_015);
    assert_eq!(venue.cash("alice"), "997750.00");
}

#[test]
fn cancel_newest_ends_the_taker() {
    let mut venue = alice_between_bob();
    venue.send("alice", buy(25).at("150.00").preventing(SelfTrade::CancelNewest));
    assert_eq!(
        venue.said(),
        [
            "4 accepted",
            "4 buys 10 at 150.00 from 1",
            "4 cancelled with 15 left: CANCELLED_SELF_TRADE"
        ]
    );
    assert_eq!(venue.offers(), ["20 at 150.00"]);
}

#[test]
fn cancel_oldest_ends_the_maker() {
    let mut venue = alice_between_bob();
    venue.send("alice", buy(25).at("150.00").preventing(SelfTrade::CancelOldest));
    assert_eq!(
        venue.said(),
        [
            "4 accepted",
            "4 buys 10 at 150.00 from 1",
            "2 cancelled with 10 left: CANCELLED_SELF_TRADE",
            "4 buys 10 at 150.00 from 3"
        ]
    );
    assert_eq!(venue.bids(), ["5 at 150.00"]);
    assert_eq!(venue.held_shares("alice", AAPL), 0);
}

#[test]
fn cancel_both_ends_both() {
    let mut venue = alice_between_bob();
    venue.send("alice", buy(25).at("150.00").preventing(SelfTrade::CancelBoth));
    assert_eq!(
        venue.said(),
        [
            "4 accepted",
            "4 buys 10 at 150.00 from 1",
            "2 cancelled with 10 left: CANCELLED_SELF_TRADE",
            "4 cancelled with 15 left: CANCELLED_SELF_TRADE"
        ]
    );
    assert_eq!(venue.offers(), ["10 at 150.00"]);
}

#[test]
fn decrement_takes_the_smaller_quantity_from_both_and_ends_who_has_none_left() {
    let mut venue = alice_between_bob();
    venue.send("alice", buy(25).at("150.00").preventing(SelfTrade::Decrement));
    assert_eq!(
        venue.said(),
        [
            "4 accepted",
            "4 buys 10 at 150.00 from 1",
            "2 cancelled with 10 left: CANCELLED_SELF_TRADE",
            "4 is 15 at 150.00 anew, version 2: CANCELLED_SELF_TRADE",
            "4 buys 5 at 150.00 from 3"
        ]
    );
    assert_eq!(venue.offers(), ["5 at 150.00"]);
}

#[test]
fn decrement_of_a_larger_maker_leaves_it_in_its_place() {
    let mut venue = Venue::open();
    venue.sells("alice", 30, "150.00");
    venue.sells("bob", 30, "150.00");
    venue.send("alice", buy(10).at("150.00").preventing(SelfTrade::Decrement));
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "1 is 20 at 150.00 in its place, version 2: CANCELLED_SELF_TRADE",
            "3 cancelled with 10 left: CANCELLED_SELF_TRADE"
        ]
    );
    assert_eq!(venue.held_shares("alice", AAPL), 20);
    venue.buys("carol", 1, "150.00");
    assert_eq!(venue.said()[1], "4 buys 1 at 150.00 from 1");
}

#[test]
fn decrement_of_equals_ends_both() {
    let mut venue = Venue::open();
    venue.sells("alice", 10, "150.00");
    venue.send("alice", buy(10).at("150.00").preventing(SelfTrade::Decrement));
    assert_eq!(
        venue.said(),
        [
            "2 accepted",
            "1 cancelled with 10 left: CANCELLED_SELF_TRADE",
            "2 cancelled with 10 left: CANCELLED_SELF_TRADE"
        ]
    );
}

#[test]
fn a_decremented_market_order_still_names_no_price() {
    let mut venue = alice_between_bob();
    venue.send("alice", buy(25).preventing(SelfTrade::Decrement));
    assert_eq!(venue.said()[3], "4 is 15 anew, version 2: CANCELLED_SELF_TRADE");
}

#[test]
fn the_takers_mode_decides() {
    let mut venue = Venue::open();
    venue.send("alice", sell(10).at("150.00").preventing(SelfTrade::CancelBoth));
    venue.buys("alice", 10, "150.00");
    assert_eq!(venue.said(), ["2 accepted", "2 buys 10 at 150.00 from 1"]);
}

#[test]
fn it_concerns_one_account_alone() {
    let mut venue = Venue::open();
    venue.sells("bob", 10, "150.00");
    venue.send("alice", buy(10).at("150.00").preventing(SelfTrade::CancelBoth));
    assert_eq!(venue.said(), ["2 accepted", "2 buys 10 at 150.00 from 1"]);
}

#[test]
fn it_holds_for_a_triggered_stop_too() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).stop("150.00").preventing(SelfTrade::CancelOldest));
    venue.sells("alice", 10, "150.50");
    venue.sale_at("150.00");
    assert_eq!(
        venue.said()[2..],
        [
            "1 with stop 150.00 triggered at 150.00",
            "2 cancelled with 10 left: CANCELLED_SELF_TRADE",
            "1 cancelled with 10 left: CANCELLED_UNFILLED"
        ]
    );
}
