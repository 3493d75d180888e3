//! What shares cost and earned when the oldest are given away first.
//!
//! Source: 26 CFR 1.1012-1(c)(1): shares not otherwise identified are charged against the earliest
//! acquired.

use openoutcry_wire::{AccountId, SymbolId};
use std::collections::{BTreeMap, VecDeque};

/// Shares of one sign that came in together. `cost` in 1/1,000,000 dollar, of the same sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lot {
    shares: i64,
    cost: i128,
}

/// One account's lots of one symbol, the oldest first, and what closing lots earned.
#[derive(Clone, Debug, Default)]
pub struct Lots {
    open: VecDeque<Lot>,
    cost: i128,
    realised: i128,
}

impl Lots {
    /// Cost of all open lots.
    #[must_use]
    pub const fn cost(&self) -> i128 {
        self.cost
    }

    #[must_use]
    pub const fn realised(&self) -> i128 {
        self.realised
    }

    /// Takes `quantity` shares in, or, when negative, gives them away, at a price.
    pub fn trade(&mut self, quantity: i64, price: i64) {
        let mut left = quantity;
        while left != 0 {
            let opposite =
                self.open.front().is_some_and(|lot| lot.shares.signum() == -left.signum());
            if !opposite {
                break;
            }
            let (closed, cost) = self.take(left.abs());
            left += closed;
            self.realised += i128::from(closed) * i128::from(price) - cost;
        }
        if left != 0 {
            self.receive(left, i128::from(left) * i128::from(price));
        }
    }

    /// Takes shares in at a given cost, as a lot of their own.
    pub fn receive(&mut self, shares: i64, cost: i128) {
        self.open.push_back(Lot { shares, cost });
        self.cost += cost;
    }

    /// Takes the oldest shares out, for their cost.
    pub fn release(&mut self, shares: i64) -> i128 {
        let (mut left, mut released) = (shares, 0);
        while left > 0 && !self.open.is_empty() {
            let (taken, cost) = self.take(left);
            left -= taken.abs();
            released += cost;
        }
        released
    }

    /// Takes up to `most` shares out of the oldest lot: how many, with the lot's sign, and their
    /// cost. The cost of a part is rounded towards zero; the rest stays with the lot.
    fn take(&mut self, most: i64) -> (i64, i128) {
        let lot = self.open.front_mut().expect("there is a lot");
        let taken = lot.shares.signum() * lot.shares.abs().min(most);
        let cost = lot.cost * i128::from(taken) / i128::from(lot.shares);
        lot.shares -= taken;
        lot.cost -= cost;
        self.cost -= cost;
        if lot.shares == 0 {
            self.open.pop_front();
        }
        (taken, cost)
    }
}

/// The lots of all accounts.
#[derive(Debug, Default)]
pub(crate) struct AllLots(BTreeMap<(AccountId, SymbolId), Lots>);

impl AllLots {
    pub(crate) fn of(&mut self, account: AccountId, symbol: SymbolId) -> &mut Lots {
        self.0.entry((account, symbol)).or_default()
    }

    pub(crate) fn get(&self, account: AccountId, symbol: SymbolId) -> Option<&Lots> {
        self.0.get(&(account, symbol))
    }
}
