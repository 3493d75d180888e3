//! What happened to the orders of accounts that someone watches.

use crate::order::Order;
use crate::trade::Trade;
use openoutcry_wire::AccountId;
use std::collections::{HashSet, VecDeque};

/// One event of one order, and the order as it stood after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderUpdate {
    /// The event's kind.
    pub event: u8,
    pub reason: u16,
    pub order: Order,
    /// The trade, when it was one.
    pub trade: Option<Trade>,
}

/// Updates that wait to be taken.
#[derive(Debug)]
pub(crate) struct Updates {
    watched: HashSet<AccountId>,
    waiting: VecDeque<OrderUpdate>,
    limit: usize,
    dropped: bool,
}

impl Updates {
    pub(crate) fn new(limit: usize) -> Self {
        let (watched, waiting) = (HashSet::new(), VecDeque::new());
        Self { watched, waiting, limit, dropped: false }
    }

    pub(crate) fn watch(&mut self, accounts: impl IntoIterator<Item = AccountId>) {
        self.watched = accounts.into_iter().collect();
    }

    pub(crate) fn is_watched(&self, account: AccountId) -> bool {
        !self.watched.is_empty() && self.watched.contains(&account)
    }

    /// Keeps an update, at the cost of the oldest when there is no room.
    pub(crate) fn push(&mut self, update: OrderUpdate) {
        if self.waiting.len() == self.limit {
            self.waiting.pop_front();
            self.dropped = true;
        }
        self.waiting.push_back(update);
    }

    /// Takes all that waits; true when some were dropped since the last time.
    pub(crate) fn take(&mut self) -> (Vec<OrderUpdate>, bool) {
        let dropped = std::mem::take(&mut self.dropped);
        (std::mem::take(&mut self.waiting).into(), dropped)
    }
}
