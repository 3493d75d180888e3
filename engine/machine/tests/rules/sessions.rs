//! Sessions that number their commands, so that each is carried out exactly once.

use crate::order::{buy, to};
use crate::venue::{AAPL, Venue};
use openoutcry_wire::Event;
use openoutcry_wire::command::{CancelOrder, Halt, NewOrder, ReplaceOrder};

fn bid() -> NewOrder {
    NewOrder { account: 1, ..buy(10).at("150.00").command }
}

#[test]
fn numbers_start_at_one_and_go_up_by_one() {
    let mut venue = Venue::open();
    for number in 1..=3 {
        venue.apply_numbered(7, number, &bid());
        assert_eq!(venue.said(), [format!("{number} accepted")]);
    }
}

#[test]
fn a_repeated_number_gets_its_first_answer() {
    let mut venue = Venue::open();
    venue.apply_numbered(7, 1, &bid());
    venue.apply_numbered(7, 2, &bid());
    venue.apply_numbered(7, 1, &bid());
    assert_eq!(venue.said(), ["repeats 1"]);
    venue.apply_numbered(7, 2, &bid());
    assert_eq!(venue.said(), ["repeats 2"]);
    assert_eq!(venue.bids(), ["20 at 150.00"]);
}

#[test]
fn a_repeated_refusal_says_why_again() {
    let mut venue = Venue::open();
    let cancel = CancelOrder { account: 1, order: 9, ..Default::default() };
    venue.apply_numbered(7, 1, &cancel);
    assert_eq!(venue.said(), ["refused: UNKNOWN_ORDER"]);
    venue.apply_numbered(7, 1, &cancel);
    assert_eq!(venue.said(), ["repeats 9: UNKNOWN_ORDER"]);
    venue.apply_numbered(7, 2, &NewOrder { quantity: 0, ..bid() });
    venue.apply_numbered(7, 2, &bid());
    assert_eq!(venue.said(), ["repeats 1: INVALID_QUANTITY"]);
}

#[test]
fn a_repeat_names_the_kind_of_command_that_it_repeats() {
    let mut venue = Venue::open();
    let replace = ReplaceOrder { account: 1, order: 1, ..to(5).0 };
    let halt = Halt { symbol: AAPL, ..Default::default() };
    venue.apply_numbered(7, 1, &bid());
    venue.apply_numbered(7, 2, &replace);
    venue.apply_numbered(7, 3, &halt);
    for (number, kind) in [(1, NewOrder::KIND), (2, ReplaceOrder::KIND), (3, Halt::KIND)] {
        venue.apply_numbered(7, number, &bid());
        let Event::Repeated(repeated, _) = venue.answer() else { panic!("a repeat") };
        assert_eq!(repeated.kind, kind);
    }
    // So does one that was recognised by its name.
    venue.send("alice", buy(1).at("1.00").named("a"));
    venue.send("alice", buy(1).at("1.00").named("a"));
    let Event::Repeated(repeated, _) = venue.answer() else { panic!("a repeat") };
    assert_eq!(repeated.kind, NewOrder::KIND);
}

#[test]
fn a_number_that_skips_ahead_is_refused() {
    let mut venue = Venue::open();
    venue.apply_numbered(7, 2, &bid());
    assert_eq!(venue.said(), ["refused: STALE_SESSION_SEQUENCE, 2 against 0"]);
    venue.apply_numbered(7, 1, &bid());
    venue.apply_numbered(7, 3, &bid());
    assert_eq!(venue.said(), ["refused: STALE_SESSION_SEQUENCE, 3 against 1"]);
    venue.apply_numbered(7, u64::MAX, &bid());
    assert!(venue.said()[0].starts_with("refused: STALE_SESSION_SEQUENCE"));
    venue.apply_numbered(7, 0, &bid());
    assert_eq!(venue.said(), ["refused: STALE_SESSION_SEQUENCE, 0 against 1"]);
    assert_eq!(venue.bids(), ["10 at 150.00"]);
}

#[test]
fn the_last_1024_answers_can_be_given_again() {
    let mut venue = Venue::open();
    let cancel = CancelOrder { account: 1, order: 9, ..Default::default() };
    for number in 1..=1_025 {
        venue.apply_numbered(7, number, &cancel);
    }
    venue.apply_numbered(7, 2, &cancel);
    assert_eq!(venue.said(), ["repeats 9: UNKNOWN_ORDER"]);
    venue.apply_numbered(7, 1, &cancel);
    assert_eq!(venue.said(), ["refused: STALE_SESSION_SEQUENCE, 1 against 1025"]);
    venue.apply_numbered(7, 0, &cancel);
    assert_eq!(venue.said(), ["refused: STALE_SESSION_SEQUENCE, 0 against 1025"]);
}

#[test]
fn sessions_number_independently_and_zero_not_at_all() {
    let mut venue = Venue::open();
    venue.apply_numbered(7, 1, &bid());
    venue.apply_numbered(8, 1, &bid());
    assert_eq!(venue.said(), ["2 accepted"]);
    venue.apply_numbered(0, 9, &bid());
    venue.apply_numbered(0, 9, &bid());
    assert_eq!(venue.said(), ["4 accepted"]);
}
