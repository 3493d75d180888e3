//! Orders that must not take.

use crate::order::{buy, sell, to_limit};
use crate::venue::Venue;

#[test]
fn a_post_only_order_that_would_take_is_refused() {
    let mut venue = Venue::open();
    venue.sells("bob", 10, "150.00");
    venue.send("alice", buy(10).at("150.01").post_only());
    assert_eq!(venue.said(), ["2 rejected: POST_ONLY_WOULD_TAKE, 150.01 against 150.00"]);
    venue.send("alice", buy(10).at("149.99").post_only());
    assert_eq!(venue.bids(), ["10 at 149.99"]);
    venue.send("carol", sell(10).at("149.99").post_only());
    assert_eq!(venue.said(), ["4 rejected: POST_ONLY_WOULD_TAKE, 149.99 against 149.99"]);
}

#[test]
fn or_priced_one_tick_short_of_the_other_side_if_it_asked_for_that() {
    let mut venue = Venue::open();
    venue.sells("bob", 10, "150.00");
    venue.send("alice", buy(10).at("150.50").repriced());
    assert_eq!(venue.said(), ["2 accepted"]);
    assert_eq!(
        (venue.bids(), venue.held("alice")),
        (vec!["10 at 149.99".into()], "1499.90".into())
    );
    venue.send("carol", sell(10).at("149.00").repriced());
    assert_eq!(venue.offers(), ["20 at 150.00"]);
}

#[test]
fn below_the_lowest_price_there_is_no_tick() {
    let mut venue = Venue::open();
    venue.sells("bob", 10, "0.0001");
    venue.send("alice", buy(10).at("1.00").repriced());
    assert_eq!(venue.said(), ["2 rejected: POST_ONLY_WOULD_TAKE, 1.00 against 0.0001"]);
}

#[test]
fn an_order_for_its_own_account_counts_as_well() {
    let mut venue = Venue::open();
    venue.sells("alice", 10, "150.00");
    venue.send("alice", buy(10).at("150.00").post_only());
    assert_eq!(venue.said(), ["2 rejected: POST_ONLY_WOULD_TAKE, 150.00 against 150.00"]);
}

#[test]
fn a_change_must_not_make_it_take_either() {
    let mut venue = Venue::open();
    venue.sells("bob", 10, "150.00");
    let refused = venue.send("alice", buy(10).at("149.00").post_only());
    venue.replace("alice", refused, to_limit("150.00"));
    assert_eq!(venue.said(), ["refused: POST_ONLY_WOULD_TAKE, 150.00 against 150.00"]);
    let repriced = venue.send("alice", buy(10).at("149.00").repriced());
    venue.replace("alice", repriced, to_limit("150.00"));
    assert_eq!(venue.said(), ["3 is 10 at 149.99 anew, version 2"]);
}

#[test]
fn only_a_limit_order_that_rests_can_be_post_only() {
    let mut venue = Venue::open();
    let orders = [
        buy(1).post_only(),
        buy(1).at("150.00").ioc().post_only(),
        buy(1).at("150.00").fok().post_only(),
        buy(1).stop("151.00").at("152.00").post_only(),
        buy(1).at("150.00").with(|order| order.self_trade = 1 << 4),
    ];
    for order in orders {
        venue.send("alice", order);
        assert!(venue.said()[0].ends_with("rejected: INVALID_INSTRUCTION"), "{order:?}");
    }
}
