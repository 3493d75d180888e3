//! What holds of any exchange at any moment, seen from outside and added up from scratch.

use super::{Violation, keep, promise};
use openoutcry_machine::Machine;
use openoutcry_wire::{AccountId, OUTSIDE, Side, SymbolId};
use std::collections::BTreeMap;

/// Conservation, cover, holds, and books that are not crossed.
pub(super) fn check(machine: &Machine) -> Result<(), Violation> {
    let accounts = AccountId::try_from(machine.account_count()).expect("accounts fit 32 bits");
    let mut cash = i128::from(machine.outside_cash());
    let mut shares: BTreeMap<SymbolId, i128> = BTreeMap::new();
    for account in OUTSIDE..=accounts {
        for position in machine.positions(account) {
            *shares.entry(position.symbol).or_default() += i128::from(position.shares);
            let covered = account == OUTSIDE || (0..=position.shares).contains(&position.held);
            keep(covered, promise::COVER, || format!("account {account}: {position:?}"))?;
        }
        if let Some(state) = machine.account(account) {
            cash += i128::from(state.cash);
            let covered = (0..=state.cash).contains(&state.held);
            keep(covered, promise::COVER, || format!("account {account}: {state:?}"))?;
            holds(machine, account)?;
        }
    }
    keep(cash == 0, promise::CONSERVATION, || format!("cash sums to {cash}"))?;
    let wrong = shares.iter().find(|(_, sum)| **sum != 0);
    keep(wrong.is_none(), promise::CONSERVATION, || format!("shares sum to {wrong:?}"))?;
    books(machine)
}

/// What an account holds is what its open orders need. What a stop order without a limit holds
/// cannot be seen from outside: such an account is left to the twin.
fn holds(machine: &Machine, account: AccountId) -> Result<(), Violation> {
    let state = machine.account(account).expect("the account was just there");
    let live = machine.live(account);
    keep(live.len() == state.open_orders as usize, promise::HOLDS, || {
        format!("account {account} has {live:?}, counts {}", state.open_orders)
    })?;
    let mut cash = Some(0);
    let mut shares: BTreeMap<SymbolId, i64> = BTreeMap::new();
    for order in live {
        let order = machine.order(order).expect("a live order is open");
        if order.side != Side::Buy {
            *shares.entry(order.symbol).or_default() += i64::from(order.leaves);
        } else if order.price.0 == 0 {
            cash = None;
        } else {
            cash = cash.map(|cash| cash + order.price.times(order.leaves).0);
        }
    }
    keep(cash.is_none_or(|cash| cash == state.held), promise::HOLDS, || {
        format!("account {account} holds {}, its orders need {cash:?}", state.held)
    })?;
    for position in machine.positions(account) {
        let needed = shares.get(&position.symbol).copied().unwrap_or(0);
        keep(position.held == needed, promise::HOLDS, || {
            format!("account {account}: its orders need {needed} of {position:?}")
        })?;
    }
    Ok(())
}

fn books(machine: &Machine) -> Result<(), Violation> {
    for symbol in 0..SymbolId::try_from(machine.symbol_count()).expect("few symbols") {
        let best = |side| machine.depth(symbol, side, 1).first().map(|level| level.price);
        if let (Some(bid), Some(offer)) = (best(Side::Buy), best(Side::Sell)) {
            keep(bid < offer, promise::UNCROSSED, || {
                format!("symbol {symbol}: {bid:?} meets {offer:?}")
            })?;
        }
    }
    Ok(())
}
