//! Client order ids: the same order is not sent twice.

use crate::order::buy;
use crate::venue::{Venue, account};
use openoutcry_wire::Name;
use openoutcry_wire::command::{NewOrder, encode};

#[test]
fn the_same_order_under_the_same_name_is_the_first_again() {
    let mut venue = Venue::open();
    let order = buy(10).at("150.00").named("a");
    assert_eq!(venue.send("alice", order), 1);
    venue.send("alice", order);
    assert_eq!(venue.said(), ["repeats 1"]);
    assert_eq!(venue.bids(), ["10 at 150.00"]);
}

#[test]
fn a_name_cannot_be_used_for_another_order() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).at("150.00").named("a"));
    venue.send("alice", buy(11).at("150.00").named("a"));
    assert_eq!(venue.said(), ["repeats 1: DUPLICATE_CLIENT_ORDER_ID"]);
    venue.send("alice", buy(10).at("150.01").named("a"));
    assert_eq!(venue.said(), ["repeats 1: DUPLICATE_CLIENT_ORDER_ID"]);
    assert_eq!(venue.bids(), ["10 at 150.00"]);
}

#[test]
fn a_repeat_takes_no_order_number() {
    let mut venue = Venue::open();
    let order = buy(10).at("150.00").named("a");
    venue.send("alice", order);
    venue.send("alice", order);
    assert_eq!(venue.send("alice", buy(10).at("150.00").named("b")), 2);
}

#[test]
fn a_name_outlives_its_order() {
    let mut venue = Venue::open();
    let order = buy(10).at("150.00").named("a");
    venue.send("alice", order);
    venue.cancel("alice", 1);
    venue.send("alice", order);
    assert_eq!(venue.said(), ["repeats 1"]);
    assert!(venue.bids().is_empty());
}

#[test]
fn a_refused_order_keeps_its_name_too() {
    let mut venue = Venue::open();
    let order = buy(0).at("150.00").named("a");
    venue.send("alice", order);
    assert!(venue.said()[0].starts_with("1 rejected: INVALID_QUANTITY"));
    venue.send("alice", order);
    assert_eq!(venue.said(), ["repeats 1"]);
}

#[test]
fn each_account_has_names_of_its_own() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).at("150.00").named("a"));
    assert_eq!(venue.send("bob", buy(10).at("150.00").named("a")), 2);
}

#[test]
fn an_account_that_does_not_exist_uses_up_no_names() {
    let mut venue = Venue::open();
    let order = buy(10).at("150.00").named("a");
    venue.send("4", order);
    assert_eq!(venue.said(), ["1 rejected: UNKNOWN_ACCOUNT"]);
    venue.open_account("4");
    venue.send("4", order);
    assert!(venue.said()[0].starts_with("2 rejected: INSUFFICIENT_FUNDS"));
}

#[test]
fn a_name_is_said_with_the_answer() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).at("150.00").named("my order"));
    let openoutcry_wire::Event::Accepted(_, name) = venue.answer() else { panic!("accepted") };
    assert_eq!(name.map(Name::text), Some(&b"my order"[..]));
    venue.send("alice", buy(0).at("150.00").named("no order"));
    let openoutcry_wire::Event::Rejected(_, name) = venue.answer() else { panic!("rejected") };
    assert_eq!(name.map(Name::text), Some(&b"no order"[..]));
}

#[test]
fn the_oldest_name_is_forgotten_when_two_million_newer_ones_exist() {
    let mut venue = Venue::open();
    let order = NewOrder { account: account("alice"), ..buy(0).at("150.00").command };
    let name = |number: u32| Name::new(&number.to_le_bytes());
    for batch in 0..1_u32 << 10 {
        let mut units = Vec::new();
        for number in batch << 11..(batch + 1) << 11 {
            encode(&order, name(number).as_ref(), &mut units);
        }
        venue.apply_units(&units);
    }
    venue.apply_named(&order, name(0).as_ref());
    assert_eq!(venue.said(), ["repeats 1"]);
    venue.apply_named(&order, name(1 << 21).as_ref());
    venue.apply_named(&order, name(1).as_ref());
    assert_eq!(venue.said(), ["repeats 2"]);
    venue.apply_named(&order, name(0).as_ref());
    assert!(venue.said()[0].contains("rejected"));
}

#[test]
fn a_name_has_one_to_63_bytes() {
    assert_eq!(Name::new(b""), None);
    assert_eq!(Name::new(&[b'x'; 64]), None);
    let mut venue = Venue::open();
    let (one, two) = ("x".repeat(63), "x".repeat(62));
    venue.send("alice", buy(10).at("150.00").named(&one));
    assert_eq!(venue.send("alice", buy(10).at("150.00").named(&two)), 2);
}
