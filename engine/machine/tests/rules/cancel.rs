//! Cancelling one order, or all.

use crate::order::{buy, sell};
use crate::venue::{AAPL, MSFT, Venue, account};
use openoutcry_wire::command::CancelAll;
use openoutcry_wire::{ALL_SYMBOLS, Side};

#[test]
fn a_cancel_takes_out_what_is_left() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.buys("bob", 40, "150.00");
    venue.cancel("alice", 1);
    assert_eq!(venue.said(), ["1 cancelled with 60 left: CANCELLED_BY_USER"]);
    assert!(venue.offers().is_empty());
    assert_eq!(venue.held_shares("alice", AAPL), 0);
}

#[test]
fn a_cancel_from_the_middle_of_a_queue_leaves_the_others_in_order() {
    let mut venue = Venue::open();
    for who in ["alice", "bob", "carol"] {
        venue.sells(who, 10, "150.00");
    }
    venue.cancel("bob", 2);
    venue.buys("bob", 20, "150.00");
    assert_eq!(
        venue.said(),
        ["4 accepted", "4 buys 10 at 150.00 from 1", "4 buys 10 at 150.00 from 3"]
    );
}

#[test]
fn an_order_is_cancelled_once() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.cancel("alice", 1);
    venue.cancel("alice", 1);
    assert_eq!(venue.said(), ["refused: ORDER_ALREADY_DONE"]);
}

#[test]
fn a_filled_or_refused_order_is_done() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.buys("bob", 100, "150.00");
    venue.sells("alice", 0, "150.00");
    for order in 1..=3 {
        venue.cancel(if order == 2 { "bob" } else { "alice" }, order);
        assert_eq!(venue.said(), ["refused: ORDER_ALREADY_DONE"]);
    }
}

#[test]
fn nobody_cancels_the_order_of_another() {
    let mut venue = Venue::open();
    venue.sells("alice", 100, "150.00");
    venue.cancel("bob", 1);
    assert_eq!(venue.said(), ["refused: UNKNOWN_ORDER"]);
    assert_eq!(venue.offers(), ["100 at 150.00"]);
}

#[test]
fn an_order_that_never_was_is_unknown() {
    let mut venue = Venue::open();
    for order in [0, 1, u64::MAX] {
        venue.cancel("alice", order);
        assert_eq!(venue.said(), ["refused: UNKNOWN_ORDER"]);
    }
}

/// alice has a bid, an offer in each symbol and a stop; bob has a bid.
fn five_orders() -> Venue {
    let mut venue = Venue::open();
    venue.sells("alice", 10, "151.00");
    venue.send("alice", sell(10).at("151.00").in_symbol(MSFT));
    venue.buys("alice", 10, "149.00");
    venue.send("alice", buy(10).stop("152.00"));
    venue.buys("bob", 10, "149.00");
    venue
}

#[test]
fn a_mass_cancel_takes_the_oldest_first_and_leaves_those_of_others() {
    let mut venue = five_orders();
    venue.cancel_all("alice");
    let cancelled = |order: u64| format!("{order} cancelled with 10 left: CANCELLED_BY_USER");
    let mut expected = vec!["4 orders cancelled".to_owned()];
    expected.extend((1..=4).map(cancelled));
    assert_eq!(venue.said(), expected);
    assert_eq!(venue.bids(), ["10 at 149.00"]);
    assert_eq!((venue.held("alice"), venue.held_shares("alice", AAPL)), ("0.00".into(), 0));
}

#[test]
fn an_order_entered_anew_is_the_youngest() {
    let mut venue = five_orders();
    venue.replace("alice", 1, crate::order::to_limit("151.50"));
    venue.cancel_all("alice");
    assert_eq!(venue.said()[4], "1 cancelled with 10 left: CANCELLED_BY_USER");
}

#[test]
fn a_mass_cancel_may_name_a_symbol_or_a_side() {
    let mut venue = five_orders();
    venue.cancel_all_of("alice", MSFT, None);
    assert_eq!(venue.said(), ["1 orders cancelled", "2 cancelled with 10 left: CANCELLED_BY_USER"]);
    venue.cancel_all_of("alice", ALL_SYMBOLS, Some(Side::Buy));
    assert_eq!(
        venue.said(),
        [
            "2 orders cancelled",
            "3 cancelled with 10 left: CANCELLED_BY_USER",
            "4 cancelled with 10 left: CANCELLED_BY_USER"
        ]
    );
    venue.cancel_all_of("alice", AAPL, Some(Side::Buy));
    assert_eq!(venue.said(), ["0 orders cancelled"]);
    assert_eq!(venue.offers(), ["10 at 151.00"]);
}

#[test]
fn the_operator_cancels_in_his_own_name() {
    let mut venue = Venue::open();
    venue.buys("alice", 10, "150.00");
    venue.apply(&CancelAll {
        account: account("alice"),
        symbol: ALL_SYMBOLS,
        by_operator: 1,
        ..Default::default()
    });
    assert_eq!(
        venue.said(),
        ["1 orders cancelled", "1 cancelled with 10 left: CANCELLED_BY_OPERATOR"]
    );
}

#[test]
fn a_mass_cancel_of_nobody_nothing_or_nonsense_is_refused() {
    let mut venue = five_orders();
    venue.cancel_all("9");
    assert_eq!(venue.said(), ["refused: UNKNOWN_ACCOUNT"]);
    venue.cancel_all_of("alice", 2, None);
    assert_eq!(venue.said(), ["refused: UNKNOWN_SYMBOL"]);
    let account = account("alice");
    venue.apply(&CancelAll { account, symbol: AAPL, side: 9, ..Default::default() });
    assert_eq!(venue.said(), ["refused: MALFORMED"]);
}
