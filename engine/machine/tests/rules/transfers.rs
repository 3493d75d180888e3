//! Deposits, withdrawals and transfers between accounts.

use crate::venue::{AAPL, MSFT, Venue};
use openoutcry_wire::command::Transfer;
use openoutcry_wire::{CASH, Name, OUTSIDE};

fn cash(from: u32, to: u32, amount: i64) -> Transfer {
    Transfer { from, to, asset: CASH, amount, ..Default::default() }
}

fn shares(from: u32, to: u32, symbol: u32, amount: i64) -> Transfer {
    Transfer { from, to, asset: symbol + 1, amount, ..Default::default() }
}

#[test]
fn a_deposit_comes_from_outside() {
    let mut venue = Venue::empty();
    venue.open_account("alice");
    venue.deposit("alice", "100.00");
    assert_eq!(venue.said(), ["transfer 1"]);
    assert_eq!(venue.cash("alice"), "100.00");
    assert_eq!(venue.machine.outside_cash(), -100_000_000);
}

#[test]
fn a_withdrawal_is_no_more_than_what_is_available() {
    let mut venue = Venue::open();
    venue.buys("alice", 1_000, "150.00");
    venue.withdraw("alice", "850000.000001");
    assert_eq!(venue.said(), ["refused: INSUFFICIENT_FUNDS, 850000.000001 against 850000.00"]);
    venue.withdraw("alice", "850000.00");
    assert_eq!(venue.cash("alice"), "150000.00");
    venue.cancel("alice", 1);
    venue.withdraw("alice", "150000.00");
    assert_eq!(venue.cash("alice"), "0.00");
}

#[test]
fn shares_that_back_an_order_stay() {
    let mut venue = Venue::open();
    venue.sells("alice", 9_000, "150.00");
    venue.apply(&shares(1, OUTSIDE, AAPL, 1_001));
    assert_eq!(venue.said(), ["refused: INSUFFICIENT_SHARES, 1001 against 1000"]);
    venue.apply(&shares(1, OUTSIDE, AAPL, 1_000));
    assert_eq!(venue.shares("alice", AAPL), 9_000);
}

#[test]
fn cash_and_shares_move_between_accounts() {
    let mut venue = Venue::open();
    venue.apply(&cash(1, 2, 1));
    venue.apply(&shares(1, 2, MSFT, 10_000));
    assert_eq!(venue.cash("alice"), "999999.999999");
    assert_eq!(venue.cash("bob"), "1000000.000001");
    assert_eq!((venue.shares("alice", MSFT), venue.shares("bob", MSFT)), (0, 20_000));
}

#[test]
fn an_amount_is_positive_and_moves_from_one_account_to_another() {
    let mut venue = Venue::open();
    for refused in [cash(0, 1, 0), cash(1, 0, -1), cash(1, 1, 5), cash(0, 0, 5)] {
        venue.apply(&refused);
        assert!(venue.said()[0].starts_with("refused: INVALID_AMOUNT"));
    }
    venue.apply(&cash(0, 1, i64::MIN));
    assert!(venue.said()[0].starts_with("refused: INVALID_AMOUNT"));
}

#[test]
fn accounts_and_assets_must_exist() {
    let mut venue = Venue::open();
    for refused in [cash(0, 4, 1), cash(4, 0, 1), cash(1, u32::MAX, 1)] {
        venue.apply(&refused);
        assert!(venue.said()[0].starts_with("refused: UNKNOWN_ACCOUNT"));
    }
    for refused in [shares(0, 1, 2, 1), shares(1, 0, u32::MAX - 1, 1)] {
        venue.apply(&refused);
        assert!(venue.said()[0].starts_with("refused: UNKNOWN_SYMBOL"));
    }
}

#[test]
fn all_that_ever_came_in_fits_64_bits() {
    let mut venue = Venue::empty();
    venue.open_account("alice");
    venue.open_account("bob");
    venue.apply(&cash(0, 1, i64::MAX));
    assert_eq!(venue.said(), ["transfer 1"]);
    for to in [1, 2] {
        venue.apply(&cash(0, to, 1));
        assert_eq!(venue.said(), ["refused: INVALID_AMOUNT, 1 against 0"]);
    }
    venue.apply(&cash(1, 2, i64::MAX));
    venue.apply(&cash(2, 0, 1));
    venue.apply(&cash(0, 1, 1));
    assert_eq!(venue.said(), ["transfer 4"]);
}

#[test]
fn all_shares_that_ever_came_in_fit_64_bits() {
    let mut venue = Venue::open();
    let rest = i64::MAX - 30_000;
    venue.apply(&shares(0, 1, AAPL, rest + 1));
    assert!(venue.said()[0].starts_with("refused: INVALID_AMOUNT"));
    venue.apply(&shares(0, 1, AAPL, rest));
    venue.apply(&shares(2, 1, AAPL, 10_000));
    venue.apply(&shares(3, 1, AAPL, 10_000));
    assert_eq!(venue.shares("alice", AAPL), i64::MAX);
}

#[test]
fn a_reference_moves_an_asset_once() {
    let mut venue = Venue::open();
    let name = Name::new(b"wire 4711");
    venue.apply_named(&cash(0, 1, 1_000_000), name.as_ref());
    assert_eq!(venue.said(), ["transfer 10"]);
    venue.apply_named(&cash(0, 1, 1_000_000), name.as_ref());
    assert_eq!(venue.said(), ["repeats 10"]);
    assert_eq!(venue.cash("alice"), "1000001.00");
    venue.apply_named(&cash(0, 1, 2_000_000), name.as_ref());
    assert_eq!(venue.said(), ["repeats 10: DUPLICATE_REFERENCE"]);
    assert_eq!(venue.cash("alice"), "1000001.00");
    // It belongs to the account that the transfer is about.
    venue.apply_named(&cash(0, 2, 1_000_000), name.as_ref());
    assert_eq!(venue.said(), ["transfer 11"]);
}

#[test]
fn a_refused_transfer_leaves_its_reference_free() {
    let mut venue = Venue::open();
    let name = Name::new(b"withdrawal");
    venue.apply_named(&cash(1, 0, 1_000_001_000_000), name.as_ref());
    assert!(venue.said()[0].starts_with("refused: INSUFFICIENT_FUNDS"));
    venue.deposit("alice", "1.00");
    venue.apply_named(&cash(1, 0, 1_000_001_000_000), name.as_ref());
    assert_eq!(venue.said(), ["transfer 11"]);
}

#[test]
fn a_suspended_account_still_gets_its_money_back() {
    let mut venue = Venue::open();
    venue.set_status("alice", openoutcry_wire::AccountStatus::Suspended);
    venue.withdraw("alice", "1000000.00");
    assert_eq!(venue.cash("alice"), "0.00");
}
