//! Lists that may be long: read in turns, so that no reader holds the writer up.

use crate::sequencer::Sequencer;
use openoutcry_views::{Entry, Order, OrderStatus, Trade, Views};
use openoutcry_wire::{AccountId, OrderId, SymbolId, TradeId};
use std::ops::ControlFlow;

/// How many records are looked at before the writer gets a turn.
const TURN: usize = 4096;

/// The most fills of one order that are given.
const MAXIMUM_FILLS: usize = 100_000;

/// Which of an account's orders are wanted.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// Empty: any.
    pub statuses: Vec<OrderStatus>,
    pub symbol: Option<SymbolId>,
    /// Only orders with numbers below it.
    pub before: Option<OrderId>,
}

impl OrderFilter {
    fn wants(&self, order: &Order) -> bool {
        self.before.is_none_or(|before| order.order < before)
            && self.symbol.is_none_or(|symbol| order.symbol == symbol)
            && (self.statuses.is_empty() || self.statuses.contains(&order.status))
    }

    /// Whether only open orders can pass.
    fn is_open(&self) -> bool {
        !self.statuses.is_empty() && self.statuses.iter().all(|status| status.is_open())
    }
}

/// Told of each record that is walked over: its number, and what is wanted of it.
type Visit<'a, R> = &'a mut dyn FnMut(u64, R) -> ControlFlow<()>;

/// All lists start with the newest and fail with the reason why the state
/// cannot be trusted any more.
impl Sequencer {
    /// An account's orders.
    pub fn orders(
        &self,
        account: AccountId,
        filter: &OrderFilter,
        limit: usize,
    ) -> Result<Vec<Order>, String> {
        if filter.is_open() {
            // The machine knows the open ones, however many are done since.
            return self.read(|state| {
                let live = state.machine.live(account).into_iter().rev();
                let orders = live.filter_map(|order| state.views.order(order));
                orders.filter(|order| filter.wants(order)).take(limit).cloned().collect()
            });
        }
        let own = |views: &Views, before: &OrderId| {
            views.order(*before).is_some_and(|order| order.account == account)
        };
        let start = self.read(|state| filter.before.filter(|before| own(&state.views, before)))?;
        self.in_turns(start, limit, |views, from, visit: Visit<'_, _>| {
            views.orders(account, from).try_for_each(|order| {
                visit(order.order, filter.wants(order).then(|| order.clone()))
            })
        })
    }

    /// An account's trades with numbers below `before`.
    pub fn account_trades(
        &self,
        account: AccountId,
        before: Option<TradeId>,
        limit: usize,
    ) -> Result<Vec<Trade>, String> {
        let start = self.read(|state| {
            let entry = state.views.trade(before?)?.entry();
            state.views.movement_of(account, entry)
        })?;
        let older = move |trade: &&Trade| before.is_none_or(|before| trade.trade < before);
        self.in_turns(start, limit, |views, from, visit: Visit<'_, _>| {
            views.movements(account, from).try_for_each(|movement| {
                visit(movement.number(), movement.trade().filter(older).cloned())
            })
        })
    }

    /// An account's ledger entries with numbers below `before`.
    pub fn entries(
        &self,
        account: AccountId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Entry>, String> {
        let start = self.read(|state| state.views.movement_of(account, before?))?;
        self.in_turns(start, limit, |views, from, visit: Visit<'_, _>| {
            views.movements(account, from).try_for_each(|movement| {
                let mut entries = movement.entries();
                entries.retain(|entry| before.is_none_or(|before| entry.entry < before));
                visit(movement.number(), entries)
            })
        })
    }

    /// A symbol's trades with numbers below `before`.
    pub fn trades(
        &self,
        symbol: SymbolId,
        before: Option<TradeId>,
        limit: usize,
    ) -> Result<Vec<Trade>, String> {
        let own = |views: &Views, before: &TradeId| {
            views.trade(*before).is_some_and(|trade| trade.symbol == symbol)
        };
        let start = self.read(|state| before.filter(|before| own(&state.views, before)))?;
        let older = move |trade: &Trade| before.is_none_or(|before| trade.trade < before);
        self.in_turns(start, limit, |views, from, visit: Visit<'_, _>| {
            views
                .trades(symbol, from)
                .try_for_each(|trade| visit(trade.trade, older(trade).then(|| trade.clone())))
        })
    }

    /// The newest trades of an order, 100,000 at most.
    pub fn fills(&self, order: OrderId) -> Result<Vec<Trade>, String> {
        self.in_turns(None, MAXIMUM_FILLS, |views, from, visit: Visit<'_, _>| {
            views.fills(order, from).try_for_each(|trade| visit(trade.trade, Some(trade.clone())))
        })
    }

    /// Walks on from where the turn before ended until there are rows enough. The first turn
    /// starts at `start`, or with the newest.
    fn in_turns<T, R: IntoIterator<Item = T>>(
        &self,
        start: Option<u64>,
        limit: usize,
        walk: impl Fn(&Views, Option<u64>, Visit<'_, R>) -> ControlFlow<()>,
    ) -> Result<Vec<T>, String> {
        let mut rows = Vec::new();
        let mut from = start;
        let mut resumed = false;
        loop {
            let mut visited = 0;
            let mut last = None;
            let mut visit = |number, found: R| {
                visited += 1;
                // A turn starts with the record that the one before ended with.
                if visited > 1 || !resumed {
                    rows.extend(found);
                }
                last = Some(number);
                if visited == TURN || rows.len() >= limit {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let stopped = self.read(|state| walk(&state.views, from, &mut visit))?;
            if stopped.is_continue() || rows.len() >= limit {
                rows.truncate(limit);
                return Ok(rows);
            }
            (from, resumed) = (last, true);
        }
    }
}
