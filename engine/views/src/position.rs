//! What shares cost and earned, by average cost.

use openoutcry_wire::{AccountId, SymbolId};
use std::collections::HashMap;

/// The cost of an account's shares in one symbol, and what trading them earned so far; both in
/// 1/1,000,000 dollar. Short positions have negative shares and cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub shares: i64,
    pub cost: i128,
    pub realised: i128,
}

impl Position {
    /// Takes `quantity` shares in (or, when negative, gives them away) at a price. Shares that
    /// close earn the difference to their average cost.
    pub(crate) fn trade(&mut self, quantity: i64, price: i64) {
        let closing = if self.shares.signum() == -quantity.signum() {
            quantity.signum() * quantity.abs().min(self.shares.abs())
        } else {
            0
        };
        let released = self.release(-closing);
        self.realised -= i128::from(closing) * i128::from(price) + released;
        let opening = quantity - closing;
        self.shares += opening;
        self.cost += i128::from(opening) * i128::from(price);
    }

    /// Takes out shares of the position's own sign; their cost comes back.
    ///
    /// The cost of a part is rounded towards zero to a millionth; what that leaves over stays with
    /// the other shares, so that the sum is exact once all are gone.
    pub(crate) fn release(&mut self, quantity: i64) -> i128 {
        if quantity == 0 {
            return 0;
        }
        let cost = self.cost * i128::from(quantity) / i128::from(self.shares);
        self.shares -= quantity;
        self.cost -= cost;
        cost
    }

    /// Takes shares in at a given cost.
    pub(crate) fn receive(&mut self, quantity: i64, cost: i128) {
        self.shares += quantity;
        self.cost += cost;
    }
}

/// The positions of all accounts.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    slots: HashMap<(AccountId, SymbolId), usize>,
    all: Vec<Position>,
}

impl Positions {
    pub(crate) fn get(&self, account: AccountId, symbol: SymbolId) -> Option<&Position> {
        self.slots.get(&(account, symbol)).map(|slot| &self.all[*slot])
    }

    /// The position, begun with nothing when there is none.
    pub(crate) fn of(&mut self, account: AccountId, symbol: SymbolId) -> &mut Position {
        let slot = *self.slots.entry((account, symbol)).or_insert_with(|| {
            self.all.push(Position::default());
            self.all.len() - 1
        });
        &mut self.all[slot]
    }
}
