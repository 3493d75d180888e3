//! Looking ahead in a batch: what the next commands will touch is read in three short passes, each
//! over all of them, so that their waits for memory overlap instead of following one another.
//! Nothing is decided here and nothing changes; a read that turns out to be useless does no harm.

use crate::machine::Machine;
use openoutcry_wire::command::{CancelOrder, NewOrder, ReplaceOrder};
use openoutcry_wire::{OrderId, Side, Unit};
use std::hint::black_box;

/// How many units are looked at together: enough to overlap, few enough to stay in the cache.
const TOGETHER: usize = 24;

/// Open orders and positions that a processor's own cache holds about: with fewer there is nothing
/// to wait for, and looking ahead would only cost.
const NEAR: usize = 1 << 15;

impl Machine {
    /// Whether looking ahead is worth its while.
    #[inline]
    pub(crate) const fn is_far(&self) -> bool {
        self.arena.orders.len() + self.ledger.position_count() > NEAR
    }

    /// Reads what the next commands will need: the orders they name, then the neighbours, accounts
    /// and positions of those. Gives the number of units after which to look again.
    pub(crate) fn look_ahead(&self, rest: &[Unit]) -> usize {
        let units = &rest[..rest.len().min(TOGETHER)];
        let mut read = 0;
        let mut slots = [None; TOGETHER];
        for (unit, slot) in units.iter().zip(&mut slots) {
            *slot = named_order(unit).and_then(|order| self.index.get(order));
        }
        for (unit, slot) in units.iter().zip(slots) {
            read ^= match slot {
                Some(slot) => {
                    self.arena.orders.get(slot).leaves ^ self.arena.orders.tail(slot).version
                }
                None => self.read_sender(unit),
            };
        }
        for slot in slots.into_iter().flatten() {
            let order = self.arena.orders.get(slot);
            read ^= self.arena.orders.read_neighbours(slot);
            read ^= self.ledger.account(order.account).map_or(0, |account| account.open_orders);
            if !order.flags.is_buy() {
                read ^= self.ledger.first_look(order.account, u32::from(order.symbol));
            }
        }
        black_box(read);
        units.len()
    }

    /// Reads the account, and for a sale the position, of a new order.
    #[inline]
    fn read_sender(&self, unit: &Unit) -> u32 {
        if unit.0[0] != NewOrder::KIND {
            return 0;
        }
        let new: &NewOrder = bytemuck::cast_ref(unit);
        let read = self.ledger.account(new.account).map_or(0, |account| account.open_orders);
        if new.side == Side::Buy as u8 {
            read
        } else {
            read ^ self.ledger.first_look(new.account, new.symbol)
        }
    }
}

/// The order that a cancel or a replace names. Both name it in the same place.
#[inline]
fn named_order(unit: &Unit) -> Option<OrderId> {
    let named = matches!(unit.0[0], CancelOrder::KIND | ReplaceOrder::KIND);
    named.then(|| bytemuck::cast_ref::<Unit, CancelOrder>(unit).order)
}

const _: () =
    assert!(std::mem::offset_of!(CancelOrder, order) == std::mem::offset_of!(ReplaceOrder, order));
