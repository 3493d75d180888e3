//! Cancelling: one order, or all of an account's.

use crate::machine::Machine;
use crate::output::Output;
use openoutcry_wire::command::{CancelAll, CancelOrder};
use openoutcry_wire::{ALL_SYMBOLS, Reason, Side, event};

impl Machine {
    #[inline(always)]
    pub(crate) fn cancel_order(&mut self, command: &CancelOrder, out: &mut Output<'_>) {
        match self.open_order(command.account, command.order) {
            Err(reason) => {
                out.refuse(CancelOrder::KIND, command.account, command.order, reason, (0, 0));
            }
            Ok(slot) => {
                self.end(slot, Reason::CancelledByUser, out);
            }
        }
    }

    /// Cancels an account's open orders, the oldest first; how many comes as the answer.
    pub(crate) fn cancel_all(&mut self, command: &CancelAll, out: &mut Output<'_>) {
        let refuse = |reason, out: &mut Output<'_>| {
            out.refuse(CancelAll::KIND, command.account, 0, reason, (0, 0));
        };
        let Some(account) = self.ledger.account(command.account) else {
            return refuse(Reason::UnknownAccount, out);
        };
        if command.symbol != ALL_SYMBOLS && command.symbol as usize >= self.listings.len() {
            return refuse(Reason::UnknownSymbol, out);
        }
        let side = match command.side {
            0 => None,
            side => match Side::try_from(side) {
                Ok(side) => Some(side.is_buy()),
                Err(()) => return refuse(Reason::Malformed, out),
            },
        };
        let wanted = |&slot: &u32| {
            let order = self.arena.orders.get(slot);
            (command.symbol == ALL_SYMBOLS || command.symbol == u32::from(order.symbol))
                && side.is_none_or(|buy| buy == order.flags.is_buy())
        };
        let slots: Vec<_> = self.chain(account.first_order).filter(wanted).collect();
        let orders = u32::try_from(slots.len()).expect("open orders fit 32 bits");
        out.say(
            0,
            Reason::None,
            event::AllCancelled { account: command.account, orders, ..Default::default() },
        );
        let reason = if command.by_operator == 0 {
            Reason::CancelledByUser
        } else {
            Reason::CancelledByOperator
        };
        for slot in slots {
            self.end(slot, reason, out);
        }
    }
}
