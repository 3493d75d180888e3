//! The life of an open order: its slot, its number, its account's chain, and what it holds.

use crate::machine::Machine;
use crate::output::Output;
use openoutcry_book::{Arena, NONE, Order, OrderIndex};
use openoutcry_ledger::Ledger;
use openoutcry_planted::{Bug, on};
use openoutcry_wire::{Price, Quantity, Reason};
use std::hint::select_unpredictable;

/// Gives an order a slot and enters it into its account's chain, as the newest.
#[inline(always)]
pub(crate) fn open(
    arena: &mut Arena,
    ledger: &mut Ledger,
    index: &mut OrderIndex,
    order: Order,
    (quantity, version): (Quantity, u32),
) -> u32 {
    let slot = arena.orders.insert(order, quantity);
    index.insert(order.id, slot);
    let account = ledger.account_mut(order.account);
    account.open_orders += 1;
    let previous = std::mem::replace(&mut account.last_order, slot);
    account.first_order = select_unpredictable(previous == NONE, slot, account.first_order);
    // The tail of nobody takes what is said to a neighbour that is not there.
    arena.orders.tail_mut(previous).account_next = slot;
    let tail = arena.orders.tail_mut(slot);
    tail.account_previous = previous;
    tail.version = version;
    slot
}

/// Takes an order that is in no queue any more out of its account's chain and frees its slot.
#[inline(always)]
pub(crate) fn close(arena: &mut Arena, ledger: &mut Ledger, index: &mut OrderIndex, slot: u32) {
    let (id, account) = {
        let order = arena.orders.get(slot);
        (order.id, order.account)
    };
    let tail = *arena.orders.tail(slot);
    let account = ledger.account_mut(account);
    account.open_orders -= 1;
    let (previous, next) = (tail.account_previous, tail.account_next);
    account.first_order = select_unpredictable(previous == NONE, next, account.first_order);
    account.last_order = select_unpredictable(next == NONE, previous, account.last_order);
    arena.orders.tail_mut(previous).account_next = next;
    arena.orders.tail_mut(next).account_previous = previous;
    index.remove(id);
    arena.orders.remove(slot);
}

/// Sets aside what `quantity` of an order may need: cash at `price` for a buy, else shares.
#[inline(always)]
pub(crate) fn hold(ledger: &mut Ledger, order: &Order, price: Price, quantity: Quantity) {
    if order.flags.is_buy() {
        ledger.hold_cash(order.account, price.times(quantity));
    } else {
        ledger.hold_shares(order.account, u32::from(order.symbol), quantity);
    }
}

/// Gives back what `quantity` of an order holds.
#[inline(always)]
pub(crate) fn release(ledger: &mut Ledger, order: &Order, price: Price, quantity: Quantity) {
    if order.flags.is_buy() {
        ledger.release_cash(order.account, price.times(quantity));
    } else {
        ledger.release_shares(order.account, u32::from(order.symbol), quantity);
    }
}

impl Machine {
    /// The price at which an open buy order holds cash: its limit, or for a stop that waits the
    /// most it may pay once triggered.
    pub(crate) fn hold_price(&self, order: &Order) -> Price {
        if order.flags.is_waiting() {
            self.listings[usize::from(order.symbol)].stops.terms(order.id).limit
        } else {
            order.price
        }
    }

    /// Ends an open order, and says why.
    #[inline(always)]
    pub(crate) fn end(&mut self, slot: u32, reason: Reason, out: &mut Output<'_>) {
        let order = self.withdraw(slot);
        if order.special.is_any() {
            self.specials.remove(order.id);
        }
        out.cancelled(&order, reason);
    }

    /// Takes an open order out of the venue: out of its queue, its hold given back, its slot free.
    /// Gives a copy of what it was.
    #[inline(always)]
    pub(crate) fn withdraw(&mut self, slot: u32) -> Order {
        let order = *self.arena.orders.get(slot);
        if order.flags.is_waiting() {
            self.stop_waiting(&order);
        } else {
            if !on(Bug::MissingHoldRelease) {
                release(&mut self.ledger, &order, order.price, order.leaves);
            }
            let listing = &mut self.listings[usize::from(order.symbol)];
            listing.book.unlink(&mut self.arena, slot);
        }
        close(&mut self.arena, &mut self.ledger, &mut self.index, slot);
        order
    }

    /// Takes a stop out of its wait, its hold given back.
    #[inline(never)]
    fn stop_waiting(&mut self, order: &Order) {
        let price = self.hold_price(order);
        release(&mut self.ledger, order, price, order.leaves);
        self.listings[usize::from(order.symbol)].stops.remove(order);
    }

    /// The slots of an account's open orders, the oldest first.
    pub(crate) fn chain(&self, first: u32) -> impl Iterator<Item = u32> {
        let link = |slot: u32| (slot != NONE).then_some(slot);
        std::iter::successors(link(first), move |&slot| {
            link(self.arena.orders.tail(slot).account_next)
        })
    }
}
