//! The ledger against ordered maps, and the promises whose breach stops it.

use openoutcry_ledger::Ledger;
use openoutcry_wire::{AccountId, AccountKind, Money, OUTSIDE, SymbolId};
use std::collections::BTreeMap;

const ACCOUNTS: u32 = 300;
const SYMBOLS: u32 = 40;

fn with_accounts(count: u32) -> Ledger {
    let mut ledger = Ledger::default();
    for number in 1..=count {
        assert_eq!(ledger.open(number, 0, AccountKind::Cash), number);
    }
    ledger
}

/// Numbers without pattern.
fn scattered(count: u32) -> impl Iterator<Item = u32> {
    (1..=count).map(|number| number.wrapping_mul(2_654_435_761) >> 7)
}

#[test]
fn thousands_of_positions_are_found_while_their_table_grows() {
    let mut ledger = with_accounts(ACCOUNTS);
    let mut expected: BTreeMap<(AccountId, SymbolId), i64> = BTreeMap::new();
    for number in scattered(30_000) {
        let (account, symbol) = (1 + number % ACCOUNTS, number / ACCOUNTS % SYMBOLS);
        ledger.move_shares(OUTSIDE, account, symbol, 1);
        *expected.entry((account, symbol)).or_default() += 1;
        *expected.entry((OUTSIDE, symbol)).or_default() -= 1;
        assert_eq!(ledger.shares(account, symbol), expected[&(account, symbol)]);
    }
    assert!(expected.len() > 8_000);
    for account in 0..=ACCOUNTS {
        for symbol in 0..SYMBOLS {
            let shares = expected.get(&(account, symbol)).copied().unwrap_or(0);
            assert_eq!(ledger.shares(account, symbol), shares);
        }
        let mut chained: Vec<_> = ledger.positions(account).map(|p| (p.symbol, p.shares)).collect();
        chained.sort_unstable();
        let own = expected.range((account, 0)..=(account, SYMBOLS));
        let own: Vec<_> = own.map(|(&(_, symbol), &shares)| (symbol, shares)).collect();
        assert_eq!(chained, own, "account {account}");
    }
    assert_eq!(ledger.all_positions().count(), expected.len());
    assert_eq!(ledger.all_positions().map(|position| position.shares).sum::<i64>(), 0);
}

#[test]
fn what_is_held_is_not_available() {
    let mut ledger = with_accounts(2);
    ledger.move_cash(OUTSIDE, 1, Money(100));
    ledger.hold_cash(1, Money(70));
    assert_eq!(ledger.account(1).unwrap().available(), Money(30));
    ledger.move_shares(OUTSIDE, 1, 0, 10);
    ledger.hold_shares(1, 0, 4);
    assert_eq!((ledger.shares(1, 0), ledger.available_shares(1, 0)), (10, 6));
    ledger.release_cash(1, Money(70));
    ledger.release_shares(1, 0, 4);
    ledger.move_cash(1, 2, Money(100));
    ledger.move_shares(1, 2, 0, 10);
    assert_eq!(ledger.account(2).unwrap().cash, Money(100));
    assert_eq!((ledger.shares(1, 0), ledger.shares(2, 0)), (0, 10));
}

#[test]
fn the_outside_mirrors_all_accounts() {
    let mut ledger = with_accounts(2);
    ledger.move_cash(OUTSIDE, 1, Money(100));
    ledger.move_cash(1, 2, Money(40));
    assert_eq!(ledger.outside().cash, Money(-100));
    assert!(ledger.account(OUTSIDE).is_none());
    assert!(ledger.account(3).is_none());
    assert_eq!(ledger.len(), 2);
}

#[test]
#[should_panic(expected = "held cash is available")]
fn the_same_dollar_is_not_held_twice() {
    let mut ledger = with_accounts(1);
    ledger.move_cash(OUTSIDE, 1, Money(100));
    ledger.hold_cash(1, Money(60));
    ledger.hold_cash(1, Money(60));
}

#[test]
#[should_panic(expected = "held shares are available")]
fn the_same_share_is_not_held_twice() {
    let mut ledger = with_accounts(1);
    ledger.move_shares(OUTSIDE, 1, 0, 10);
    ledger.hold_shares(1, 0, 6);
    ledger.hold_shares(1, 0, 6);
}

#[test]
#[should_panic(expected = "released cash was held")]
fn what_was_not_held_is_not_released() {
    let mut ledger = with_accounts(1);
    ledger.move_cash(OUTSIDE, 1, Money(100));
    ledger.release_cash(1, Money(1));
}

#[test]
#[should_panic(expected = "moved cash is available")]
fn held_cash_does_not_move() {
    let mut ledger = with_accounts(2);
    ledger.move_cash(OUTSIDE, 1, Money(100));
    ledger.hold_cash(1, Money(60));
    ledger.move_cash(1, 2, Money(41));
}

#[test]
#[should_panic(expected = "moved shares are available")]
fn shares_that_are_not_there_do_not_move() {
    let mut ledger = with_accounts(2);
    ledger.move_shares(1, 2, 0, 1);
}

#[test]
#[should_panic(expected = "cash fits 64 bits")]
fn a_balance_does_not_wrap_around() {
    let mut ledger = with_accounts(1);
    ledger.move_cash(OUTSIDE, 1, Money(i64::MAX));
    ledger.move_cash(OUTSIDE, 1, Money(1));
}
