//! The invariants of the venue, checked from scratch: slow, obvious, and for tests and `verify`.

use crate::machine::Machine;
use openoutcry_book::{Ladder, Order};
use openoutcry_wire::{AccountId, SymbolId};
use std::collections::BTreeMap;

/// What open orders should hold, added up order by order.
#[derive(Default)]
struct Holds {
    cash: BTreeMap<AccountId, i64>,
    shares: BTreeMap<(AccountId, SymbolId), i64>,
    orders: BTreeMap<AccountId, u32>,
}

impl Machine {
    /// Checks conservation, holds, queues and chains.
    ///
    /// # Errors
    /// The first promise that is broken, in words.
    pub fn audit(&self) -> Result<(), String> {
        self.audit_conservation()?;
        let mut holds = Holds::default();
        for symbol in 0..u32::try_from(self.listings.len()).expect("symbols fit 16 bits") {
            self.audit_book(symbol)?;
            for slot in self.open_in(symbol) {
                self.audit_order(slot, symbol, &mut holds)?;
            }
        }
        let open: u32 = holds.orders.values().sum();
        ensure(open as usize == self.open_orders(), || {
            format!("{open} orders stand, {} are open", self.open_orders())
        })?;
        self.audit_holds(&holds)
    }

    fn audit_conservation(&self) -> Result<(), String> {
        let mut cash = self.ledger.outside().cash.0;
        for id in self.account_ids() {
            cash += self.ledger.account(id).map_or(0, |account| account.cash.0);
        }
        ensure(cash == 0, || format!("cash sums to {cash}"))?;
        let mut shares: BTreeMap<SymbolId, i64> = BTreeMap::new();
        for position in self.ledger.all_positions() {
            *shares.entry(position.symbol).or_default() += position.shares;
        }
        let wrong = shares.iter().find(|(_, sum)| **sum != 0);
        ensure(wrong.is_none(), || format!("shares of a symbol sum to other than zero: {wrong:?}"))
    }

    fn audit_book(&self, symbol: SymbolId) -> Result<(), String> {
        let book = &self.listings[symbol as usize].book;
        if let (Some(bid), Some(offer)) = (book.side(true).best(), book.side(false).best()) {
            ensure(bid < offer, || format!("symbol {symbol} is crossed: {bid:?} {offer:?}"))?;
        }
        self.audit_side(book.side(true), symbol)?;
        self.audit_side(book.side(false), symbol)
    }

    /// Each level's totals are those of its orders.
    fn audit_side(&self, ladder: &Ladder, symbol: SymbolId) -> Result<(), String> {
        let mut levels: Vec<(u32, u64, u32)> = Vec::new();
        for slot in ladder.queue(&self.arena) {
            let order = self.arena.orders.get(slot);
            match levels.last_mut() {
                Some((price, quantity, orders)) if *price == order.price.0 => {
                    *quantity += u64::from(order.leaves);
                    *orders += 1;
                }
                _ => levels.push((order.price.0, u64::from(order.leaves), 1)),
            }
        }
        let said: Vec<_> = ladder
            .levels(&self.arena.levels)
            .map(|level| (level.price.0, level.quantity, level.orders))
            .collect();
        ensure(levels == said, || {
            format!("levels of symbol {symbol} say {said:?}, hold {levels:?}")
        })
    }

    fn audit_order(&self, slot: u32, symbol: SymbolId, holds: &mut Holds) -> Result<(), String> {
        let order: &Order = self.arena.orders.get(slot);
        let tail = self.arena.orders.tail(slot);
        let id = order.id;
        ensure(self.index.get(id) == Some(slot), || {
            format!("order {id} is not where its number says")
        })?;
        ensure(u32::from(order.symbol) == symbol, || {
            format!("order {id} stands in symbol {symbol}")
        })?;
        ensure(order.leaves > 0 && order.leaves <= tail.quantity, || {
            format!("order {id} leaves {}", order.leaves)
        })?;
        if order.flags.is_buy() {
            *holds.cash.entry(order.account).or_default() +=
                self.hold_price(order).times(order.leaves).0;
        } else {
            *holds.shares.entry((order.account, symbol)).or_default() += i64::from(order.leaves);
        }
        *holds.orders.entry(order.account).or_default() += 1;
        Ok(())
    }

    fn audit_holds(&self, holds: &Holds) -> Result<(), String> {
        for id in self.account_ids() {
            let Some(account) = self.ledger.account(id) else { continue };
            let held = holds.cash.get(&id).copied().unwrap_or(0);
            ensure(account.held.0 == held, || {
                format!("account {id} holds {:?}, needs {held}", account.held)
            })?;
            ensure(account.available().0 >= 0, || {
                format!("account {id} is overdrawn: {account:?}")
            })?;
            let chained = self.chain(account.first_order).count();
            let standing = holds.orders.get(&id).copied().unwrap_or(0);
            ensure(account.open_orders == standing && chained == standing as usize, || {
                format!(
                    "account {id} counts {} orders, chains {chained}, has {standing}",
                    account.open_orders
                )
            })?;
        }
        for position in self.ledger.all_positions().filter(|position| position.account != 0) {
            let held = holds.shares.get(&(position.account, position.symbol)).copied().unwrap_or(0);
            ensure(position.held == held, || format!("position {position:?} should hold {held}"))?;
            ensure(position.available() >= 0, || format!("position is oversold: {position:?}"))?;
        }
        Ok(())
    }

    fn account_ids(&self) -> std::ops::RangeInclusive<AccountId> {
        1..=AccountId::try_from(self.ledger.len()).expect("accounts fit 32 bits")
    }
}

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message()) }
}
