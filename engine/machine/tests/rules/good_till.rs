//! Orders good till a moment (GTD).

use crate::order::{buy, sell, to, to_limit};
use crate::venue::{AAPL, Venue};

#[test]
fn an_order_good_till_a_moment_ends_with_the_first_command_at_or_after_it() {
    let mut venue = Venue::open();
    venue.send("alice", buy(100).at("150.00").good_till(10));
    venue.at(9).sells("bob", 10, "150.00");
    assert_eq!(venue.said(), ["2 accepted", "2 sells 10 at 150.00 to 1"]);
    venue.at(10).sells("bob", 10, "150.00");
    assert_eq!(venue.said(), ["3 accepted", "1 cancelled with 90 left: EXPIRED_AT_TIME"]);
    assert_eq!(venue.held("alice"), "0.00");
    assert_eq!(venue.offers(), ["10 at 150.00"]);
}

#[test]
fn whatever_the_command_is_about() {
    let mut venue = Venue::open();
    let order = venue.send("alice", buy(100).at("150.00").good_till(10));
    venue.at(11).halt(AAPL);
    assert_eq!(venue.said(), ["symbol 0 halted", "1 cancelled with 100 left: EXPIRED_AT_TIME"]);
    venue.cancel("alice", order);
    assert_eq!(venue.said(), ["refused: ORDER_ALREADY_DONE"]);
}

#[test]
fn a_command_about_an_order_that_it_ends_finds_it_gone() {
    let mut venue = Venue::open();
    let order = venue.send("alice", buy(100).at("150.00").good_till(10));
    venue.at(10).cancel("alice", order);
    assert_eq!(
        venue.said(),
        ["refused: ORDER_ALREADY_DONE", "1 cancelled with 100 left: EXPIRED_AT_TIME"]
    );
}

#[test]
fn its_cash_is_free_for_the_command_that_ends_it() {
    let mut venue = Venue::open();
    venue.send("alice", buy(6_000).at("150.00").good_till(10));
    venue.at(10).buys("alice", 6_000, "150.00");
    assert_eq!(venue.said()[0], "2 accepted");
}

#[test]
fn orders_end_in_the_order_of_their_moments_then_of_their_numbers() {
    let mut venue = Venue::open();
    venue.send("alice", buy(1).at("150.00").good_till(12));
    venue.send("bob", buy(1).at("149.00").good_till(11));
    venue.send("carol", sell(1).stop("149.00").good_till(11));
    venue.at(20).deposit("alice", "1.00");
    assert_eq!(
        venue.said()[1..],
        [
            "2 cancelled with 1 left: EXPIRED_AT_TIME",
            "3 cancelled with 1 left: EXPIRED_AT_TIME",
            "1 cancelled with 1 left: EXPIRED_AT_TIME"
        ]
    );
}

#[test]
fn the_end_of_the_day_leaves_it() {
    let mut venue = Venue::open();
    venue.send("alice", buy(1).at("150.00").good_till(12));
    venue.end_day(AAPL);
    assert_eq!(venue.bids(), ["1 at 150.00"]);
}

#[test]
fn a_change_keeps_its_moment() {
    let mut venue = Venue::open();
    let order = venue.send("alice", buy(10).at("150.00").good_till(12));
    venue.replace("alice", order, to(5));
    venue.replace("alice", order, to_limit("149.00"));
    venue.at(12).deposit("alice", "1.00");
    assert_eq!(venue.said()[1..], ["1 cancelled with 5 left: EXPIRED_AT_TIME"]);
}

#[test]
fn a_stop_that_was_triggered_keeps_its_moment() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).stop("151.00").at("151.50").good_till(12));
    venue.sale_at("151.00");
    assert_eq!(venue.bids(), ["10 at 151.50"]);
    venue.at(12).deposit("alice", "1.00");
    assert_eq!(venue.said()[1..], ["1 cancelled with 10 left: EXPIRED_AT_TIME"]);
}

#[test]
fn the_moment_is_to_come_and_is_named_by_no_other_order() {
    let mut venue = Venue::open();
    venue.at(10).send("alice", buy(1).at("150.00").good_till(10));
    assert_eq!(venue.said(), ["1 rejected: INVALID_EXPIRY, 10 against 10"]);
    venue.send("alice", buy(1).at("150.00").good_till(0));
    assert_eq!(venue.said(), ["2 rejected: INVALID_EXPIRY, 0 against 10"]);
    venue.send("alice", buy(1).at("150.00").with(|order| order.expires_at = 11));
    assert_eq!(venue.said(), ["3 rejected: INVALID_EXPIRY, 11 against 10"]);
}
