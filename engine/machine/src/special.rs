//! What is unusual about some open orders: terms that the pool has no room for, by order number.
//!
//! An entry is made when such an order is accepted and lives as long as the order does, whether it
//! rests, waits, or is just on its way in. Orders without one never look here.

use crate::machine::Machine;
use crate::output::Output;
use openoutcry_canonical::canonical;
use openoutcry_wire::{Nanoseconds, OrderId, Reason, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// The unusual terms of one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Particulars {
    /// When it ends by itself; 0: never.
    pub expires_at: Nanoseconds,
}

canonical!(Particulars { expires_at });

/// The particulars of all orders that have some.
#[derive(Debug, Default)]
pub(crate) struct Specials {
    of: BTreeMap<OrderId, Particulars>,
    /// Orders that end by themselves, the first to do so first.
    due: BTreeSet<(Nanoseconds, OrderId)>,
}

canonical!(Specials { of, due });

impl Specials {
    pub(crate) fn insert(&mut self, order: OrderId, particulars: Particulars) {
        if particulars.expires_at != 0 {
            self.due.insert((particulars.expires_at, order));
        }
        self.of.insert(order, particulars);
    }

    /// Forgets an order that is done.
    pub(crate) fn remove(&mut self, order: OrderId) {
        let particulars = self.of.remove(&order).expect("a special order has particulars");
        self.due.remove(&(particulars.expires_at, order));
    }

    /// Whether an order's time has come.
    #[inline]
    pub(crate) fn are_due(&self, now: Nanoseconds) -> bool {
        self.due.first().is_some_and(|&(time, _)| time <= now)
    }

    /// The orders whose time has come, the earliest first, then by number.
    fn due(&self, now: Nanoseconds) -> Vec<OrderId> {
        self.due.iter().take_while(|&&(time, _)| time <= now).map(|&(_, order)| order).collect()
    }
}

impl Machine {
    /// Ends the orders whose time has come, in every symbol, and says so.
    fn expire(&mut self, out: &mut Output<'_>) {
        for id in self.specials.due(self.time) {
            let slot = self.index.get(id).expect("an order that expires is open");
            self.end(slot, Reason::ExpiredAtTime, out);
        }
    }

    /// Ends the orders whose time has come before the command that brought the time changes
    /// anything, so that it finds a market without them; its answer is still the first event.
    #[cold]
    pub(crate) fn expire_before(
        &mut self,
        apply: impl FnOnce(&mut Self, &mut Vec<Unit>),
        events: &mut Vec<Unit>,
    ) {
        let mut expired = Vec::new();
        self.expire(&mut Output::new(self.sequence, &mut expired));
        let answer = events.len();
        apply(self, events);
        let behind = answer + usize::from(events[answer].0[1]);
        events.splice(behind..behind, expired);
    }
}
