//! Accounts, their limits, and the switch that stops one.

use crate::order::{buy, sell};
use crate::venue::{AAPL, Venue, account};
use openoutcry_wire::command::{OpenAccount, SetAccountStatus, SetLimits};
use openoutcry_wire::{AccountKind, AccountStatus, Name};

#[test]
fn accounts_are_numbered_from_one_without_gaps() {
    let mut venue = Venue::empty();
    for number in 1..=3 {
        venue.open_account("alice");
        assert_eq!(venue.said(), [format!("account {number} opened")]);
    }
    assert_eq!(venue.machine.account_count(), 3);
}

#[test]
fn an_account_keeps_what_it_was_opened_with() {
    let mut venue = Venue::empty();
    let kind = AccountKind::Margin;
    venue.apply(&OpenAccount { owner: 7, group: 9, kind: kind as u8, ..Default::default() });
    let state = venue.machine.account(1).unwrap();
    assert_eq!((state.owner, state.group, state.kind), (7, 9, kind));
    assert_eq!((state.cash, state.held, state.status), (0, 0, AccountStatus::Active));
}

#[test]
fn an_account_is_opened_once_under_one_name() {
    let mut venue = Venue::empty();
    let open = |owner, group| OpenAccount { owner, group, kind: 1, ..Default::default() };
    let name = Name::new(b"main");
    venue.apply_named(&open(7, 0), name.as_ref());
    venue.apply_named(&open(7, 0), name.as_ref());
    assert_eq!(venue.said(), ["repeats 1"]);
    venue.apply_named(&open(7, 1), name.as_ref());
    assert_eq!(venue.said(), ["repeats 1: DUPLICATE_REFERENCE"]);
    venue.apply_named(&open(8, 0), name.as_ref());
    assert_eq!(venue.said(), ["account 2 opened"]);
}

#[test]
fn an_account_of_no_kind_is_not_opened() {
    let mut venue = Venue::empty();
    venue.apply(&OpenAccount { owner: 1, kind: 3, ..Default::default() });
    assert_eq!(venue.said(), ["refused: MALFORMED"]);
    assert_eq!(venue.machine.account_count(), 0);
}

#[test]
fn an_order_needs_an_account_and_the_outside_has_none() {
    let mut venue = Venue::open();
    for who in ["0", "4", "4294967295"] {
        venue.buys(who, 10, "150.00");
        assert!(venue.said()[0].ends_with("rejected: UNKNOWN_ACCOUNT"));
    }
}

#[test]
fn a_suspended_account_sends_no_orders() {
    let mut venue = Venue::open();
    venue.set_status("alice", AccountStatus::Suspended);
    assert_eq!(venue.said(), ["account 1 has status 2"]);
    for order in [buy(10), sell(10).at("150.00")] {
        venue.send("alice", order);
        assert!(venue.said()[0].ends_with("rejected: ACCOUNT_SUSPENDED"));
    }
    venue.set_status("alice", AccountStatus::Active);
    venue.buys("alice", 10, "150.00");
    assert_eq!(venue.said(), ["3 accepted"]);
}

#[test]
fn a_suspended_account_may_cancel_and_its_open_orders_trade() {
    let mut venue = Venue::open();
    venue.buys("alice", 10, "150.00");
    venue.buys("alice", 10, "149.00");
    venue.set_status("alice", AccountStatus::Suspended);
    venue.sells("bob", 10, "150.00");
    assert_eq!(venue.said(), ["3 accepted", "3 sells 10 at 150.00 to 1"]);
    venue.cancel("alice", 2);
    assert_eq!(venue.said(), ["2 cancelled with 10 left: CANCELLED_BY_USER"]);
}

#[test]
fn nobody_elses_status_can_be_set_to_nothing() {
    let mut venue = Venue::open();
    venue.set_status("4", AccountStatus::Active);
    assert_eq!(venue.said(), ["refused: UNKNOWN_ACCOUNT"]);
    venue.set_status("0", AccountStatus::Suspended);
    assert_eq!(venue.said(), ["refused: UNKNOWN_ACCOUNT"]);
    venue.apply(&SetAccountStatus { account: account("alice"), ..Default::default() });
    assert_eq!(venue.said(), ["refused: MALFORMED"]);
}

#[test]
fn an_account_has_no_more_open_orders_than_it_may() {
    let mut venue = Venue::open();
    venue.set_limits("alice", 2, "0");
    venue.buys("alice", 1, "149.00");
    venue.send("alice", buy(1).stop("151.00"));
    venue.buys("alice", 1, "149.00");
    assert_eq!(venue.said(), ["3 rejected: TOO_MANY_ORDERS, 3 against 2"]);
    venue.send("alice", buy(1).stop("151.00"));
    assert_eq!(venue.said(), ["4 rejected: TOO_MANY_ORDERS, 3 against 2"]);
    // What cannot stay open is none.
    venue.send("alice", buy(1).at("149.00").ioc());
    assert_eq!(venue.said()[0], "5 accepted");
    venue.cancel("alice", 1);
    venue.buys("alice", 1, "149.00");
    assert_eq!(venue.said(), ["6 accepted"]);
}

#[test]
fn an_order_is_worth_no_more_than_it_may() {
    let mut venue = Venue::open();
    venue.set_limits("alice", 0, "1500.00");
    assert_eq!(venue.said(), ["account 1 has limits"]);
    venue.buys("alice", 10, "150.00");
    assert_eq!(venue.said(), ["1 accepted"]);
    venue.sells("alice", 10, "150.01");
    assert_eq!(venue.said(), ["2 rejected: ORDER_TOO_LARGE, 1500.10 against 1500.00"]);
    // A market order is judged at the reference price, a stop order at its stop price.
    venue.send("alice", buy(11));
    assert_eq!(venue.said(), ["3 rejected: ORDER_TOO_LARGE, 1650.00 against 1500.00"]);
    venue.send("alice", sell(10).stop("150.01"));
    assert_eq!(venue.said(), ["4 rejected: ORDER_TOO_LARGE, 1500.10 against 1500.00"]);
}

#[test]
fn limits_are_of_an_account_and_not_negative() {
    let mut venue = Venue::open();
    venue.set_limits("4", 1, "0");
    assert_eq!(venue.said(), ["refused: UNKNOWN_ACCOUNT"]);
    let maximum_order_value = -1;
    venue.apply(&SetLimits { account: 1, maximum_order_value, ..Default::default() });
    assert_eq!(venue.said(), ["refused: INVALID_AMOUNT"]);
}

#[test]
fn lower_limits_leave_open_orders_alone() {
    let mut venue = Venue::open();
    venue.buys("alice", 10, "150.00");
    venue.buys("alice", 10, "150.00");
    venue.set_limits("alice", 1, "1.00");
    venue.sells("bob", 20, "150.00");
    assert_eq!(venue.said().len(), 3);
    assert_eq!(venue.shares("alice", AAPL), 10_020);
}
