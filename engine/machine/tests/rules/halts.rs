//! Halts.

use crate::order::{buy, sell};
use crate::venue::{AAPL, MSFT, Venue};
use openoutcry_wire::ALL_SYMBOLS;
use openoutcry_wire::command::Halt;

#[test]
fn a_halted_symbol_takes_no_orders() {
    let mut venue = Venue::open();
    venue.halt(AAPL);
    assert_eq!(venue.said(), ["symbol 0 halted"]);
    for order in [buy(10), buy(10).at("150.00"), sell(10).at("150.00").ioc(), buy(1).stop("1.00")] {
        venue.send("alice", order);
        assert!(venue.said()[0].ends_with("rejected: HALTED"));
    }
    venue.send("alice", buy(10).at("150.00").in_symbol(MSFT));
    assert_eq!(venue.said(), ["5 accepted"]);
}

#[test]
fn open_orders_stay_and_may_be_cancelled() {
    let mut venue = Venue::open();
    venue.buys("alice", 10, "150.00");
    venue.buys("alice", 10, "149.00");
    venue.halt(AAPL);
    assert_eq!(venue.bids(), ["10 at 150.00", "10 at 149.00"]);
    venue.cancel("alice", 1);
    assert_eq!(venue.said(), ["1 cancelled with 10 left: CANCELLED_BY_USER"]);
    venue.cancel_all("alice");
    assert_eq!(venue.said()[0], "1 orders cancelled");
}

#[test]
fn a_resumed_symbol_trades_on() {
    let mut venue = Venue::open();
    venue.buys("alice", 10, "150.00");
    venue.halt(AAPL);
    venue.resume(AAPL);
    assert_eq!(venue.said(), ["symbol 0 resumed"]);
    venue.sells("bob", 10, "150.00");
    assert_eq!(venue.said(), ["2 accepted", "2 sells 10 at 150.00 to 1"]);
}

#[test]
fn all_symbols_can_be_halted_and_resumed_at_once() {
    let mut venue = Venue::open();
    venue.halt(ALL_SYMBOLS);
    assert_eq!(venue.said(), ["symbol 0 halted", "symbol 1 halted"]);
    venue.resume(ALL_SYMBOLS);
    assert_eq!(venue.said(), ["symbol 0 resumed", "symbol 1 resumed"]);
}

#[test]
fn all_symbols_of_a_venue_without_any_are_unknown() {
    let mut venue = Venue::empty();
    venue.halt(ALL_SYMBOLS);
    assert_eq!(venue.said(), ["refused: UNKNOWN_SYMBOL"]);
    venue.resume(ALL_SYMBOLS);
    assert_eq!(venue.said(), ["refused: UNKNOWN_SYMBOL"]);
    venue.end_day(ALL_SYMBOLS);
    assert_eq!(venue.said(), ["refused: UNKNOWN_SYMBOL"]);
    // A numbered command must have an answer that can be given again.
    venue.apply_numbered(1, 1, &Halt { symbol: ALL_SYMBOLS, ..Default::default() });
    assert_eq!(venue.said(), ["refused: UNKNOWN_SYMBOL"]);
}

#[test]
fn a_symbol_that_is_not_listed_cannot_be_halted() {
    let mut venue = Venue::open();
    venue.halt(2);
    assert_eq!(venue.said(), ["refused: UNKNOWN_SYMBOL"]);
    venue.resume(2);
    assert_eq!(venue.said(), ["refused: UNKNOWN_SYMBOL"]);
}

#[test]
fn a_halt_shows_its_cause_until_it_is_taken_back() {
    let mut venue = Venue::open();
    venue.apply(&Halt { symbol: AAPL, cause: 7, ..Default::default() });
    let state = venue.machine.symbol(AAPL).unwrap();
    assert_eq!((state.halted, state.halt_cause), (true, 7));
    venue.resume(AAPL);
    let state = venue.machine.symbol(AAPL).unwrap();
    assert_eq!((state.halted, state.halt_cause), (false, 0));
}
