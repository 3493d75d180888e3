//! Listing symbols, and the rules in force.

use crate::venue::Venue;
use openoutcry_wire::Unit;
use openoutcry_wire::command::{Activate, ListSymbol, encode};

fn list(ticker: [u8; 8]) -> ListSymbol {
    ListSymbol { ticker, ..Default::default() }
}

/// Listings of 65,536 symbols.
pub(crate) fn as_many_as_orders_can_name() -> Vec<Unit> {
    let mut units = Vec::new();
    for number in 0..1_u32 << 16 {
        let mut ticker = *b"        ";
        ticker[..5].copy_from_slice(format!("{number:05}").as_bytes());
        encode(&list(ticker), None, &mut units);
    }
    units
}

#[test]
fn symbols_are_numbered_from_zero_in_the_order_of_listing() {
    let mut venue = Venue::empty();
    venue.apply(&list(*b"AAPL    "));
    assert_eq!(venue.said(), ["symbol 0 listed"]);
    venue.apply(&list(*b"BRK.B   "));
    assert_eq!(venue.said(), ["symbol 1 listed"]);
    assert_eq!(venue.machine.symbol_of(b"BRK.B   "), Some(1));
    assert_eq!(venue.machine.symbol_of(b"MSFT    "), None);
}

#[test]
fn a_ticker_is_listed_once() {
    let mut venue = Venue::open();
    venue.apply(&list(*b"AAPL    "));
    assert_eq!(venue.said(), ["refused: ALREADY_LISTED"]);
}

#[test]
fn a_ticker_is_capital_letters_digits_dots_and_dashes_then_spaces() {
    let mut venue = Venue::empty();
    for good in [*b"A       ", *b"ABCDEFGH", *b"BF-A    ", *b"0700    "] {
        venue.apply(&list(good));
        assert!(venue.said()[0].ends_with("listed"));
    }
    for bad in
        [[b' '; 8], [0; 8], *b"aapl    ", *b" AAPL   ", *b"AA PL   ", *b"AAPL\0\0\0\0", [0xff; 8]]
    {
        venue.apply(&list(bad));
        assert_eq!(venue.said(), ["refused: MALFORMED"]);
    }
}

#[test]
fn a_previous_close_is_on_the_tick() {
    let mut venue = Venue::empty();
    venue.apply(&ListSymbol { previous_close: 1_500_050, ..list(*b"AAPL    ") });
    assert_eq!(venue.said(), ["refused: OFF_TICK"]);
    venue.apply(&ListSymbol { previous_close: 1_500_050, tick: 50, ..list(*b"AAPL    ") });
    assert_eq!(venue.said(), ["symbol 0 listed"]);
}

#[test]
fn a_tick_is_at_most_100_dollars_and_a_collar_100_times_the_price() {
    let mut venue = Venue::empty();
    venue.apply(&ListSymbol { tick: 1_000_001, ..list(*b"AAPL    ") });
    assert_eq!(venue.said(), ["refused: OFF_TICK"]);
    venue.apply(&ListSymbol { sweep_collar: 1_000_001, ..list(*b"AAPL    ") });
    assert_eq!(venue.said(), ["refused: MALFORMED"]);
    venue.apply(&ListSymbol { limit_collar: u32::MAX, ..list(*b"AAPL    ") });
    assert_eq!(venue.said(), ["refused: MALFORMED"]);
}

#[test]
fn an_order_for_a_symbol_that_is_not_listed_is_rejected() {
    let mut venue = Venue::open();
    venue.send("alice", crate::order::buy(10).at("150.00").in_symbol(2));
    assert_eq!(venue.said(), ["1 rejected: UNKNOWN_SYMBOL"]);
    venue.send("alice", crate::order::buy(10).at("150.00").in_symbol(u32::MAX));
    assert_eq!(venue.said(), ["2 rejected: UNKNOWN_SYMBOL"]);
}

#[test]
fn a_venue_lists_no_more_symbols_than_orders_can_name() {
    let mut venue = Venue::empty();
    venue.apply_units(&as_many_as_orders_can_name());
    assert_eq!(venue.machine.symbol_count(), 1 << 16);
    venue.apply(&list(*b"ONEMORE "));
    assert_eq!(venue.said(), ["refused: VENUE_FULL"]);
    assert_eq!(venue.machine.symbol_of(b"65535   "), Some(65_535));
}

#[test]
fn only_versions_of_the_rules_that_the_engine_knows_can_be_activated() {
    let mut venue = Venue::empty();
    venue.apply(&Activate { version: 1, ..Default::default() });
    assert_eq!(venue.said(), ["rules 1 hold"]);
    venue.apply(&Activate { version: 2, ..Default::default() });
    assert_eq!(venue.said(), ["refused: UNKNOWN_VERSION, 2 against 1"]);
    venue.apply(&Activate { version: 0, ..Default::default() });
    assert_eq!(venue.said(), ["refused: UNKNOWN_VERSION, 0 against 1"]);
}
