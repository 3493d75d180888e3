//! What shares cost and earned, by average cost.

use openoutcry_canonical::canonical;
use openoutcry_wire::{AccountId, SymbolId};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The cost of an account's shares in one symbol, and what trading them earned so far; both in
/// 1/1,000,000 dollar. Short positions have negative shares and cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub shares: i64,
    pub cost: i128,
    pub realised: i128,
}

canonical!(Position { shares, cost, realised });

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
        let cost = part(self.cost, quantity, self.shares);
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

/// `cost * quantity / shares`, rounded towards zero; in 64 bits where they do, since a division of
/// 128 costs ten times as much.
fn part(cost: i128, quantity: i64, shares: i64) -> i128 {
    if quantity == shares {
        return cost;
    }
    let small = i64::try_from(cost).ok().and_then(|cost| cost.checked_mul(quantity));
    small.map_or_else(
        || cost * i128::from(quantity) / i128::from(shares),
        |product| i128::from(product / shares),
    )
}

/// Mixes the dense numbers of an account and a symbol: nobody chooses them, so a keyed hash would
/// protect from nothing.
#[derive(Debug, Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The positions of all accounts.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    all: HashMap<u64, Position, BuildHasherDefault<Mix>>,
}

canonical!(Positions { all });

impl Positions {
    pub(crate) fn get(&self, account: AccountId, symbol: SymbolId) -> Option<&Position> {
        self.all.get(&key(account, symbol))
    }

    /// The position, begun with nothing when there is none.
    pub(crate) fn of(&mut self, account: AccountId, symbol: SymbolId) -> &mut Position {
        self.all.entry(key(account, symbol)).or_default()
    }
}

fn key(account: AccountId, symbol: SymbolId) -> u64 {
    u64::from(account) << 32 | u64::from(symbol)
}
