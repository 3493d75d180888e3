//! Price, then time.

use crate::order::{buy, sell};
use crate::venue::{MSFT, Venue};

#[test]
fn the_best_price_trades_first() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.10");
    venue.sells("alice", 100, "150.00");
    venue.buys("bob", 150, "150.10");
    assert_eq!(
        venue.said(),
        ["3 accepted", "3 buys 100 at 150.00 from 2", "3 buys 50 at 150.10 from 1"]
    );
}

#[test]
fn the_highest_bid_is_the_best() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "149.90");
    venue.buys("alice", 100, "150.00");
    venue.sells("bob", 150, "149.90");
    assert_eq!(
        venue.said(),
        ["3 accepted", "3 sells 100 at 150.00 to 2", "3 sells 50 at 149.90 to 1"]
    );
}

#[test]
fn at_one_price_the_oldest_trades_first() {
    let mut venue = Venue::open();
    venue.sells("alice", 10, "150.00");
    venue.sells("bob", 5_000, "150.00");
    venue.sells("alice", 10, "150.00");
    venue.buys("carol", 5_015, "150.00");
    assert_eq!(
        venue.said(),
        [
            "4 accepted",
            "4 buys 10 at 150.00 from 1",
            "4 buys 5000 at 150.00 from 2",
            "4 buys 5 at 150.00 from 3"
        ]
    );
}

#[test]
fn trades_are_at_the_makers_price() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.buys("bob", 100, "155.00");
    assert_eq!(venue.said(), ["2 accepted", "2 buys 100 at 150.00 from 1"]);
    assert_eq!(venue.cash("alice"), "1015000.00");
    assert_eq!(venue.cash("bob"), "985000.00");
}

#[test]
fn a_maker_filled_in_part_keeps_its_place() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.sells("bob", 100, "150.00");
    venue.buys("carol", 60, "150.00");
    venue.buys("carol", 60, "150.00");
    assert_eq!(
        venue.said(),
        ["4 accepted", "4 buys 40 at 150.00 from 1", "4 buys 20 at 150.00 from 2"]
    );
}

#[test]
fn what_is_left_of_a_taker_rests_behind_those_at_its_price() {
    let mut venue = Venue::open();
    venue.buys("alice", 10, "150.00");
    venue.sells("carol", 10, "150.00");
    venue.sells("carol", 10, "150.10");
    venue.buys("alice", 10, "150.00");
    venue.buys("bob", 30, "150.10");
    assert_eq!(venue.said(), ["5 accepted", "5 buys 10 at 150.10 from 3"]);
    assert_eq!(venue.bids(), ["20 at 150.10", "10 at 150.00"]);
    venue.sells("carol", 25, "150.00");
    assert_eq!(
        venue.said(),
        ["6 accepted", "6 sells 20 at 150.10 to 5", "6 sells 5 at 150.00 to 4"]
    );
}

#[test]
fn an_order_meets_only_those_in_its_own_symbol() {
    let mut venue = Venue::open();
    venue.send("alice", sell(100).at("150.00").in_symbol(MSFT));
    venue.buys("bob", 100, "150.00");
    assert_eq!(venue.said(), ["2 accepted"]);
    venue.send("bob", buy(100).at("150.00").in_symbol(MSFT));
    assert_eq!(venue.said(), ["3 accepted", "3 buys 100 at 150.00 from 1"]);
}

#[test]
fn the_book_is_never_crossed() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.buys("bob", 300, "150.01");
    assert_eq!(venue.bids(), ["200 at 150.01"]);
    assert!(venue.offers().is_empty());
}
