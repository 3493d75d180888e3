//! What readers may see of the machine: copies, never references into it.

use crate::machine::Machine;
use crate::replace::version;
use openoutcry_book::LevelState;
use openoutcry_wire::{
    AccountId, AccountKind, AccountStatus, Money, Nanoseconds, OrderId, Price, Quantity, Sequence,
    Side, SymbolId,
};

/// An account's cash and standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountState {
    pub owner: u32,
    pub group: u32,
    pub kind: AccountKind,
    pub status: AccountStatus,
    pub cash: i64,
    pub held: i64,
    pub open_orders: u32,
    pub maximum_open_orders: u32,
    pub maximum_order_value: i64,
}

/// Shares of one symbol in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionState {
    pub symbol: SymbolId,
    pub shares: i64,
    pub held: i64,
}

/// A listed symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SymbolState {
    pub ticker: [u8; 8],
    pub previous_close: Price,
    pub tick: u32,
    pub maximum_quantity: Quantity,
    pub halted: bool,
    pub halt_cause: u32,
    pub last: Option<Money>,
}

/// An open order. `price` is its limit (0: none), `stop_price` is 0 unless it waits for a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderState {
    pub account: AccountId,
    pub symbol: SymbolId,
    pub side: Side,
    pub price: Price,
    pub stop_price: Price,
    pub quantity: Quantity,
    pub leaves: Quantity,
    pub version: u32,
}

impl Machine {
    /// The number of the last command applied; 0 before the first.
    #[must_use]
    pub const fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// The latest logged time.
    #[must_use]
    pub const fn time(&self) -> Nanoseconds {
        self.time
    }

    #[must_use]
    pub const fn open_orders(&self) -> usize {
        self.arena.orders.len()
    }

    /// The number of accounts; they are numbered from 1 to it.
    #[must_use]
    pub const fn account_count(&self) -> usize {
        self.ledger.len()
    }

    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<AccountState> {
        self.ledger.account(id).map(|account| AccountState {
            owner: account.owner,
            group: account.group,
            kind: account.kind,
            status: account.status,
            cash: account.cash.0,
            held: account.held.0,
            open_orders: account.open_orders,
            maximum_open_orders: account.maximum_open_orders,
            maximum_order_value: account.maximum_order_value.0,
        })
    }

    /// What an account (the outside too, as 0) has of each symbol it ever had, by symbol.
    #[must_use]
    pub fn positions(&self, id: AccountId) -> Vec<PositionState> {
        let state = |p: &openoutcry_ledger::Position| PositionState {
            symbol: p.symbol,
            shares: p.shares,
            held: p.held,
        };
        let mut positions: Vec<_> = self.ledger.positions(id).map(state).collect();
        positions.sort_unstable_by_key(|position| position.symbol);
        positions
    }

    /// The cash of the outside world: what all accounts have, with the sign turned.
    #[must_use]
    pub fn outside_cash(&self) -> i64 {
        self.ledger.outside().cash.0
    }

    /// The number of symbols; they are numbered from 0.
    #[must_use]
    pub const fn symbol_count(&self) -> usize {
        self.listings.len()
    }

    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> Option<SymbolState> {
        self.listings.get(id as usize).map(|listing| SymbolState {
            ticker: listing.ticker,
            previous_close: listing.previous_close,
            tick: listing.tick,
            maximum_quantity: listing.maximum_quantity,
            halted: listing.halted,
            halt_cause: listing.halt_cause,
            last: listing.last,
        })
    }

    /// The number of the symbol with this space-padded ticker.
    #[must_use]
    pub fn symbol_of(&self, ticker: &[u8; 8]) -> Option<SymbolId> {
        let place = self.listings.iter().position(|listing| listing.ticker == *ticker)?;
        SymbolId::try_from(place).ok()
    }

    /// Up to `levels` price levels of one side, the best first; nothing for an unknown symbol.
    #[must_use]
    pub fn depth(&self, symbol: SymbolId, side: Side, levels: usize) -> Vec<LevelState> {
        let listing = self.listings.get(symbol as usize);
        let ladder = listing.map(|listing| listing.book.side(side.is_buy()));
        ladder.map_or_else(Vec::new, |ladder| {
            ladder.levels(&self.arena.levels).take(levels).collect()
        })
    }

    /// An order while it is open.
    #[must_use]
    pub fn order(&self, id: OrderId) -> Option<OrderState> {
        let slot = self.index.get(id)?;
        let order = self.arena.orders.get(slot);
        let tail = self.arena.orders.tail(slot);
        let waiting = order.flags.is_waiting();
        let terms = waiting.then(|| self.listings[usize::from(order.symbol)].stops.terms(id));
        let shown = terms.is_none_or(|terms| terms.order_type.has_limit());
        Some(OrderState {
            account: order.account,
            symbol: u32::from(order.symbol),
            side: crate::matching::side(order),
            price: if shown { self.hold_price(order) } else { Price(0) },
            stop_price: if waiting { order.price } else { Price(0) },
            quantity: tail.quantity,
            leaves: order.leaves,
            version: version(order, tail),
        })
    }

    /// The numbers of an account's open orders, ascending.
    #[must_use]
    pub fn live(&self, account: AccountId) -> Vec<OrderId> {
        let Some(account) = self.ledger.account(account) else { return Vec::new() };
        let mut orders: Vec<_> =
            self.chain(account.first_order).map(|slot| self.arena.orders.get(slot).id).collect();
        orders.sort_unstable();
        orders
    }

    /// The numbers of a symbol's open orders: bids and offers as they queue, then stops that wait.
    ///
    /// # Panics
    /// When there is no such symbol.
    #[must_use]
    pub fn queue(&self, symbol: SymbolId) -> Vec<OrderId> {
        let slots = self.open_in(symbol).into_iter();
        slots.map(|slot| self.arena.orders.get(slot).id).collect()
    }
}
