//! Replacing open orders.

use crate::order::{buy, sell, to, to_leaves, to_limit, to_stop};
use crate::venue::{AAPL, Venue};
use openoutcry_wire::AccountStatus;

/// Two offers at one price, alice's before bob's.
fn alice_before_bob() -> Venue {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.sells("bob", 100, "150.00");
    venue
}

/// Whose order trades next.
fn next_maker(venue: &mut Venue) -> String {
    venue.send("carol", buy(1));
    venue.said()[1].split(' ').next_back().unwrap().to_owned()
}

#[test]
fn test_replace_down_keeps_priority() {
    let mut venue = alice_before_bob();
    venue.replace("alice", 1, to(50));
    assert_eq!(venue.said(), ["1 is 50 at 150.00 in its place, version 2"]);
    assert_eq!(next_maker(&mut venue), "1");
    assert_eq!(venue.offers(), ["149 at 150.00"]);
}

#[test]
fn replace_up_loses_priority() {
    let mut venue = alice_before_bob();
    venue.replace("alice", 1, to(101));
    assert_eq!(venue.said(), ["1 is 101 at 150.00 anew, version 2"]);
    assert_eq!(next_maker(&mut venue), "2");
}

#[test]
fn replace_may_name_what_is_to_be_left() {
    let mut venue = alice_before_bob();
    venue.send("carol", buy(30));
    venue.replace("alice", 1, to_leaves(50));
    assert_eq!(venue.said(), ["1 is 80 at 150.00 in its place, version 2"]);
    assert_eq!(venue.offers(), ["150 at 150.00"]);
}

#[test]
fn replace_of_the_price_loses_priority() {
    let mut venue = alice_before_bob();
    venue.replace("alice", 1, to_limit("150.01"));
    assert_eq!(venue.offers(), ["100 at 150.00", "100 at 150.01"]);
    venue.replace("alice", 1, to_limit("150.00"));
    assert_eq!(venue.said(), ["1 is 100 at 150.00 anew, version 3"]);
    assert_eq!(next_maker(&mut venue), "2");
}

#[test]
fn replace_down_and_to_another_price_loses_priority() {
    let mut venue = alice_before_bob();
    venue.replace("alice", 1, to(50).at("149.99"));
    assert_eq!(venue.said(), ["1 is 50 at 149.99 anew, version 2"]);
    assert_eq!(venue.offers(), ["50 at 149.99", "100 at 150.00"]);
}

#[test]
fn replace_by_what_it_is_keeps_priority() {
    let mut venue = alice_before_bob();
    venue.replace("alice", 1, to(100).at("150.00"));
    assert_eq!(venue.said(), ["1 is 100 at 150.00 in its place, version 2"]);
    assert_eq!(next_maker(&mut venue), "1");
}

#[test]
fn a_crossing_replace_matches_at_the_makers_prices() {
    let mut venue = Venue::open();
    venue.sells("bob", 30, "150.00");
    venue.sells("bob", 30, "150.10");
    venue.buys("alice", 100, "149.00");
    venue.replace("alice", 3, to_limit("150.20"));
    assert_eq!(
        venue.said(),
        [
            "3 is 100 at 150.20 anew, version 2",
            "3 buys 30 at 150.00 from 1",
            "3 buys 30 at 150.10 from 2"
        ]
    );
    assert_eq!(venue.bids(), ["40 at 150.20"]);
    assert_eq!(venue.held("alice"), "6008.00");
}

#[test]
fn a_crossing_replace_triggers_stops() {
    let mut venue = Venue::open();
    venue.send("carol", buy(10).stop("150.00"));
    venue.sells("bob", 30, "150.00");
    venue.buys("alice", 10, "149.00");
    venue.replace("alice", 3, to_limit("150.00"));
    assert_eq!(
        venue.said()[1..],
        [
            "3 buys 10 at 150.00 from 2",
            "1 with stop 150.00 triggered at 150.00",
            "1 buys 10 at 150.00 from 2"
        ]
    );
}

#[test]
fn the_quantity_of_a_replace_counts_what_is_filled() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.buys("bob", 60, "150.00");
    venue.replace("alice", 1, to(80));
    assert_eq!(venue.offers(), ["20 at 150.00"]);
    venue.replace("alice", 1, to(60));
    assert_eq!(venue.said(), ["refused: NOT_REPLACEABLE, 60 against 60"]);
    venue.replace("alice", 1, to(61));
    assert_eq!(venue.offers(), ["1 at 150.00"]);
}

#[test]
fn a_version_is_one_more_for_each_change_and_each_share_filled() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    assert_eq!(venue.version(1), 1);
    venue.buys("bob", 10, "150.00");
    assert_eq!(venue.version(1), 11);
    venue.replace("alice", 1, to(90));
    assert_eq!(venue.version(1), 12);
    venue.replace("alice", 1, to(95));
    assert_eq!(venue.version(1), 13);
    venue.replace("alice", 1, to_limit("150.01"));
    assert_eq!(venue.version(1), 14);
}

#[test]
fn a_replace_of_a_stale_view_is_refused() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.buys("bob", 10, "150.00");
    venue.replace("alice", 1, to(50).if_version(1));
    assert_eq!(venue.said(), ["refused: VERSION_MISMATCH, 1 against 11"]);
    venue.replace("alice", 1, to(50).if_version(11));
    assert_eq!(venue.said(), ["1 is 50 at 150.00 in its place, version 2"]);
}

#[test]
fn a_replace_is_covered_by_what_the_order_held_and_what_is_available() {
    let mut venue = Venue::open();
    venue.buys("alice", 6_000, "150.00");
    venue.replace("alice", 1, to(6_666));
    assert_eq!(venue.said(), ["1 is 6666 at 150.00 anew, version 2"]);
    venue.replace("alice", 1, to(6_667));
    assert_eq!(venue.said(), ["refused: INSUFFICIENT_FUNDS, 1000050.00 against 1000000.00"]);
    venue.sells("bob", 9_000, "160.00");
    venue.replace("bob", 2, to(10_001));
    assert_eq!(venue.said(), ["refused: INSUFFICIENT_SHARES, 1001 against 1000"]);
    venue.replace("bob", 2, to(10_000));
    assert_eq!(venue.held_shares("bob", AAPL), 10_000);
}

#[test]
fn a_replace_to_a_lower_price_gives_cash_back() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "150.00");
    venue.replace("alice", 1, to_limit("100.00"));
    assert_eq!(venue.held("alice"), "10000.00");
}

#[test]
fn the_changed_order_passes_the_checks_of_a_new_one() {
    let mut venue = Venue::with_collars(0, 1_000);
    venue.buys("alice", 100, "150.00");
    venue.replace("alice", 1, to_limit("150.005"));
    assert_eq!(venue.said(), ["refused: OFF_TICK, 150.005 against 150.00"]);
    venue.replace("alice", 1, to(10_000_001));
    assert_eq!(venue.said(), ["refused: INVALID_QUANTITY, 10000001 against 10000000"]);
    venue.replace("alice", 1, to_limit("165.01"));
    assert_eq!(venue.said(), ["refused: PRICE_COLLAR, 165.01 against 165.00"]);
    venue.replace("alice", 1, to_stop("151.00"));
    assert_eq!(venue.said(), ["refused: INVALID_PRICE"]);
    venue.set_limits("alice", 0, "15000.00");
    venue.replace("alice", 1, to(101));
    assert_eq!(venue.said(), ["refused: ORDER_TOO_LARGE, 15150.00 against 15000.00"]);
    assert_eq!(venue.bids(), ["100 at 150.00"]);
}

#[test]
fn a_halt_or_a_suspension_leaves_only_replaces_downwards() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "150.00");
    venue.halt(AAPL);
    venue.replace("alice", 1, to_limit("149.00"));
    assert_eq!(venue.said(), ["refused: HALTED"]);
    venue.replace("alice", 1, to(90));
    assert_eq!(venue.said(), ["1 is 90 at 150.00 in its place, version 2"]);
    venue.resume(AAPL);
    venue.set_status("alice", AccountStatus::Suspended);
    venue.replace("alice", 1, to(91));
    assert_eq!(venue.said(), ["refused: ACCOUNT_SUSPENDED"]);
    venue.replace("alice", 1, to(80));
    assert_eq!(venue.said(), ["1 is 80 at 150.00 in its place, version 3"]);
}

#[test]
fn nobody_replaces_the_order_of_another() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "150.00");
    venue.replace("bob", 1, to(10));
    assert_eq!(venue.said(), ["refused: UNKNOWN_ORDER"]);
    venue.replace("alice", 2, to(10));
    assert_eq!(venue.said(), ["refused: UNKNOWN_ORDER"]);
    venue.sells("bob", 100, "150.00");
    venue.replace("alice", 1, to(10));
    assert_eq!(venue.said(), ["refused: ORDER_ALREADY_DONE"]);
}

#[test]
fn a_stop_limit_order_can_change_both_prices() {
    let mut venue = Venue::open();
    venue.send("alice", sell(100).stop("149.00").at("148.00"));
    venue.replace("alice", 1, to_stop("148.00").at("147.00"));
    assert_eq!(venue.said(), ["1 is 100 at 147.00 stop 148.00 anew, version 2"]);
    venue.replace("alice", 1, to(60));
    assert_eq!(venue.said(), ["1 is 60 at 147.00 stop 148.00 in its place, version 3"]);
    assert_eq!(venue.held_shares("alice", AAPL), 60);
}

#[test]
fn an_order_without_a_hidden_part_cannot_be_given_one() {
    let mut venue = Venue::open();
    venue.buys("alice", 100, "150.00");
    let mut change = to(90);
    change.0.display_quantity = 10;
    venue.replace("alice", 1, change);
    assert_eq!(venue.said(), ["refused: MALFORMED"]);
}
