//! What open orders hold of cash and shares.

use crate::order::{buy, sell};
use crate::venue::{AAPL, MSFT, Venue};

#[test]
fn two_orders_cannot_hold_the_same_dollar() {
    let mut venue = Venue::open();
    venue.buys("alice", 4_000, "150.00");
    assert_eq!(venue.held("alice"), "600000.00");
    venue.send("alice", buy(4_000).at("150.00").in_symbol(MSFT));
    assert_eq!(venue.said(), ["2 rejected: INSUFFICIENT_FUNDS, 600000.00 against 400000.00"]);
    venue.send("alice", buy(4_000).at("100.00").in_symbol(MSFT));
    assert_eq!(venue.said(), ["3 accepted"]);
    venue.buys("alice", 1, "0.0001");
    assert_eq!(venue.said(), ["4 rejected: INSUFFICIENT_FUNDS, 0.0001 against 0.00"]);
}

#[test]
fn two_orders_cannot_hold_the_same_share() {
    let mut venue = Venue::open();
    venue.sells("alice", 6_000, "150.00");
    venue.send("alice", sell(6_000).stop("140.00"));
    assert_eq!(venue.said(), ["2 rejected: INSUFFICIENT_SHARES, 6000 against 4000"]);
    venue.send("alice", sell(4_000).stop("140.00"));
    assert_eq!(venue.held_shares("alice", AAPL), 10_000);
    venue.send("alice", sell(1));
    assert_eq!(venue.said(), ["4 rejected: INSUFFICIENT_SHARES, 1 against 0"]);
}

#[test]
fn shares_of_one_symbol_cover_no_sale_of_another() {
    let mut venue = Venue::open();
    venue.sells("alice", 10_000, "150.00");
    venue.send("alice", sell(10_000).at("150.00").in_symbol(MSFT));
    assert_eq!(venue.said(), ["2 accepted"]);
}

#[test]
fn a_fill_at_a_better_price_gives_back_what_it_saved() {
    let mut venue = Venue::open();
    venue.sells("bob", 40, "149.00");
    venue.buys("alice", 100, "150.00");
    assert_eq!(venue.cash("alice"), "994040.00");
    assert_eq!(venue.held("alice"), "9000.00");
}

#[test]
fn each_fill_of_a_maker_frees_its_part_of_the_hold() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "150.00");
    venue.sells("bob", 30, "150.00");
    assert_eq!(venue.held("alice"), "10500.00");
    assert_eq!(venue.cash("alice"), "995500.00");
    venue.sells("bob", 70, "150.00");
    assert_eq!(venue.held("alice"), "0.00");
    assert_eq!(venue.cash("alice"), "985000.00");
}

#[test]
fn proceeds_of_a_sale_can_be_spent_at_once() {
    let mut venue = Venue::open();
    venue.buys("alice", 6_666, "150.00");
    venue.buys("alice", 1, "150.00");
    assert_eq!(venue.said(), ["2 rejected: INSUFFICIENT_FUNDS, 150.00 against 100.00"]);
    venue.buys("bob", 1, "151.00");
    venue.sells("alice", 1, "151.00");
    venue.buys("alice", 1, "150.00");
    assert_eq!(venue.said(), ["5 accepted"]);
}

#[test]
fn shares_bought_can_be_sold_at_once() {
    let mut venue = Venue::open();
    venue.sells("alice", 10_000, "150.00");
    venue.sells("bob", 5, "149.00");
    venue.buys("alice", 5, "149.00");
    venue.sells("alice", 5, "151.00");
    assert_eq!(venue.said(), ["4 accepted"]);
}

#[test]
fn an_order_that_ends_unfilled_holds_nothing() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).at("150.00").ioc());
    venue.send("alice", buy(100).at("150.00").fok());
    venue.send("alice", buy(100));
    assert_eq!(venue.held("alice"), "0.00");
}

#[test]
fn stops_triggered_together_still_cannot_spend_the_same_dollar() {
    let mut venue = Venue::open();
    venue.send("alice", buy(4_000).stop("150.00").at("150.00"));
    venue.send("alice", buy(2_600).stop("150.00").at("150.00"));
    assert_eq!(venue.held("alice"), "990000.00");
    venue.sells("bob", 5_000, "150.00");
    venue.buys("carol", 1_000, "150.00");
    assert_eq!(venue.held("alice"), "390000.00");
    assert_eq!(venue.cash("alice"), "400000.00");
    assert_eq!(venue.bids(), ["2600 at 150.00"]);
}

#[test]
fn cash_and_shares_are_conserved() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.buys("bob", 60, "151.00");
    assert_eq!(venue.machine.outside_cash(), -3_000_000_000_000);
    let people = ["alice", "bob", "carol"];
    let shares: i64 = people.iter().map(|who| venue.shares(who, AAPL)).sum();
    assert_eq!(shares, 30_000);
    assert_eq!(venue.machine.positions(0)[0].shares, -30_000);
}
