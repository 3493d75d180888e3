//! How long orders live.

use crate::order::{buy, sell};
use crate::venue::{Venue, account};
use openoutcry_wire::SelfTrade;
use openoutcry_wire::command::{NewOrder, encode};

#[test]
fn immediate_or_cancel_leaves_nothing_behind() {
    let mut venue = Venue::open();
    venue.sells("alice", 40, "150.00");
    venue.send("bob", buy(100).at("150.00").ioc());
    assert_eq!(
        venue.said(),
        [
            "2 accepted",
            "2 buys 40 at 150.00 from 1",
            "2 cancelled with 60 left: CANCELLED_UNFILLED"
        ]
    );
    assert!(venue.bids().is_empty());
    assert_eq!(venue.held("bob"), "0.00");
}

#[test]
fn immediate_or_cancel_that_meets_nobody_is_cancelled_whole() {
    let mut venue = Venue::open();
    venue.sells("alice", 40, "150.01");
    venue.send("bob", buy(100).at("150.00").ioc());
    assert_eq!(venue.said(), ["2 accepted", "2 cancelled with 100 left: CANCELLED_UNFILLED"]);
}

#[test]
fn immediate_or_cancel_needs_no_more_cash_than_the_book_asks_for_now() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.send("bob", buy(100_000).at("150.00").ioc());
    assert_eq!(
        venue.said(),
        [
            "2 accepted",
            "2 buys 100 at 150.00 from 1",
            "2 cancelled with 99900 left: CANCELLED_UNFILLED"
        ]
    );
    // The same order could rest, and would have to be paid then.
    venue.buys("bob", 100_000, "150.00");
    assert_eq!(venue.said(), ["3 rejected: INSUFFICIENT_FUNDS, 15000000.00 against 985000.00"]);
}

#[test]
fn fill_or_kill_fills_whole_over_several_levels() {
    let mut venue = Venue::open();
    venue.sells("alice", 40, "150.00");
    venue.sells("alice", 60, "150.10");
    venue.send("bob", buy(100).at("150.10").fok());
    assert_eq!(
        venue.said(),
        ["3 accepted", "3 buys 40 at 150.00 from 1", "3 buys 60 at 150.10 from 2"]
    );
}

#[test]
fn fill_or_kill_that_cannot_fill_whole_trades_nothing() {
    let mut venue = Venue::open();
    venue.sells("alice", 99, "150.00");
    venue.sells("alice", 100, "150.01");
    venue.send("bob", buy(100).at("150.00").fok());
    assert_eq!(venue.said(), ["3 accepted", "3 cancelled with 100 left: CANCELLED_NO_LIQUIDITY"]);
    assert_eq!(venue.offers(), ["99 at 150.00", "100 at 150.01"]);
    venue.send("bob", sell(1).fok());
    assert_eq!(venue.said(), ["4 accepted", "4 cancelled with 1 left: CANCELLED_NO_LIQUIDITY"]);
}

#[test]
fn fill_or_kill_counts_only_what_it_may_trade_with() {
    for mode in [
        SelfTrade::CancelNewest,
        SelfTrade::CancelOldest,
        SelfTrade::CancelBoth,
        SelfTrade::Decrement,
    ] {
        let mut venue = Venue::open();
        venue.sells("alice", 50, "150.00");
        venue.sells("bob", 50, "150.00");
        venue.send("bob", buy(100).at("150.00").fok().preventing(mode));
        assert_eq!(
            venue.said(),
            ["3 accepted", "3 cancelled with 100 left: CANCELLED_NO_LIQUIDITY"],
            "{mode:?}"
        );
        assert_eq!(venue.offers(), ["100 at 150.00"], "{mode:?}");
    }
    // An account that trades with itself if it must has them all.
    let mut venue = Venue::open();
    venue.sells("alice", 50, "150.00");
    venue.sells("bob", 50, "150.00");
    venue.send("bob", buy(100).at("150.00").fok());
    assert_eq!(
        venue.said(),
        ["3 accepted", "3 buys 50 at 150.00 from 1", "3 buys 50 at 150.00 from 2"]
    );
}

#[test]
fn fill_or_kill_that_cancels_its_own_older_orders_counts_those_behind_them() {
    let mut venue = Venue::open();
    venue.sells("bob", 50, "149.00");
    venue.sells("alice", 100, "150.00");
    venue.send("bob", buy(100).at("150.00").fok().preventing(SelfTrade::CancelOldest));
    assert_eq!(
        venue.said(),
        [
            "3 accepted",
            "1 cancelled with 50 left: CANCELLED_SELF_TRADE",
            "3 buys 100 at 150.00 from 2"
        ]
    );
}

#[test]
fn fill_or_kill_does_not_mind_its_own_orders_behind_what_it_needs() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.sells("bob", 50, "150.00");
    venue.send("bob", buy(100).at("150.00").fok().preventing(SelfTrade::CancelBoth));
    assert_eq!(venue.said(), ["3 accepted", "3 buys 100 at 150.00 from 1"]);
    assert_eq!(venue.offers(), ["50 at 150.00"]);
}

/// So many offers of one share by bob, each a cent above the one before.
fn offers(venue: &mut Venue, count: u32) {
    let offer = |place| sell(1).at("1.00").with(|order| order.price = 10_000 + 100 * place);
    let bob = |place| NewOrder { account: account("bob"), ..offer(place).command };
    let mut units = Vec::new();
    (0..count).for_each(|place| encode(&bob(place), None, &mut units));
    venue.apply_units(&units);
}

#[test]
fn fill_or_kill_looks_no_further_than_1024_levels() {
    let mut venue = Venue::open();
    offers(&mut venue, 2_000);
    venue.send("alice", buy(1_025).at("1000.00").fok());
    assert_eq!(venue.said()[1], "2001 cancelled with 1025 left: CANCELLED_NO_LIQUIDITY");
    venue.send("alice", buy(1_024).at("1000.00").fok());
    assert_eq!(venue.said().len(), 1 + 1_024);
}

#[test]
fn fill_or_kill_with_self_trade_prevention_looks_at_no_more_than_1024_orders() {
    let mut venue = Venue::open();
    let mut units = Vec::new();
    let offer = NewOrder { account: account("bob"), ..sell(1).at("1.00").command };
    (0..2_000).for_each(|_| encode(&offer, None, &mut units));
    venue.apply_units(&units);
    let order = |quantity| buy(quantity).at("1.00").fok().preventing(SelfTrade::CancelOldest);
    venue.send("alice", order(1_025));
    assert_eq!(venue.said()[1], "2001 cancelled with 1025 left: CANCELLED_NO_LIQUIDITY");
    venue.send("alice", order(1_024));
    assert_eq!(venue.said().len(), 1 + 1_024);
}

#[test]
fn what_an_immediate_order_costs_beyond_1024_levels_is_its_limit() {
    let mut venue = Venue::open();
    offers(&mut venue, 2_000);
    // The first 1,024 cost 6,261.76 together.
    venue.withdraw("alice", "993700.00");
    venue.send("alice", buy(1_025).at("100.00").ioc());
    assert_eq!(venue.said(), ["2001 rejected: INSUFFICIENT_FUNDS, 6361.76 against 6300.00"]);
    venue.send("alice", buy(1_024).at("100.00").ioc());
    assert_eq!(venue.cash("alice"), "38.24");
}

#[test]
fn day_orders_and_good_till_cancelled_orders_rest() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).at("150.00"));
    venue.send("alice", buy(10).at("150.00").gtc());
    assert_eq!(venue.bids(), ["20 at 150.00"]);
}

#[test]
fn a_stop_order_cannot_be_immediate() {
    let mut venue = Venue::open();
    for order in [buy(10).stop("151.00").ioc(), buy(10).stop("151.00").at("152.00").fok()] {
        venue.send("alice", order);
        assert!(venue.said()[0].ends_with("rejected: INVALID_TIME_IN_FORCE"));
    }
}
