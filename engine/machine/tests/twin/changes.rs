//! Orders changed or taken out.

use super::book::Order;
use super::{Exchange, Refusal};
use openoutcry_wire::command::{CancelAll, CancelOrder, ReplaceOrder};
use openoutcry_wire::{OrderType, Reason, Side, event};

impl Exchange {
    /// An open order of that account, or why there is none.
    fn find(&self, account: u32, number: u64) -> Result<Order, Refusal> {
        let reason = match self.orders.iter().find(|order| order.number == number) {
            Some(order) if order.account == account => return Ok(*order),
            None if (1..=self.orders_seen).contains(&number) => Reason::AlreadyDone,
            Some(_) | None => Reason::UnknownOrder,
        };
        Err((reason, 0, 0))
    }

    fn take_out(&mut self, order: &Order) {
        self.orders.retain(|other| other.number != order.number);
    }

    pub(crate) fn cancel_order(&mut self, command: &CancelOrder) {
        match self.find(command.account, command.order) {
            Err(refusal) => {
                self.refuse(CancelOrder::KIND, command.account, command.order, refusal);
            }
            Ok(order) => {
                self.take_out(&order);
                self.say_cancelled(&order, Reason::CancelledByUser);
            }
        }
    }

    pub(crate) fn cancel_all(&mut self, command: &CancelAll) {
        let CancelAll { account, symbol, side, by_operator, .. } = *command;
        let refusal = if self.account(account).is_none() {
            Some(Reason::UnknownAccount)
        } else if symbol != u32::MAX && self.symbol(symbol).is_none() {
            Some(Reason::UnknownSymbol)
        } else if side != 0 && Side::try_from(side).is_err() {
            Some(Reason::Malformed)
        } else {
            None
        };
        if let Some(reason) = refusal {
            return self.refuse(CancelAll::KIND, account, 0, (reason, 0, 0));
        }
        let wanted = |order: &&Order| {
            order.account == account
                && (symbol == u32::MAX || order.symbol == symbol)
                && (side == 0 || order.buy == (side == Side::Buy as u8))
        };
        let mut orders: Vec<Order> = self.orders.iter().filter(wanted).copied().collect();
        orders.sort_by_key(|order| order.time);
        let count = u32::try_from(orders.len()).unwrap();
        let done = event::AllCancelled { account, orders: count, ..Default::default() };
        self.say(0, Reason::None, done);
        let reason =
            if by_operator == 0 { Reason::CancelledByUser } else { Reason::CancelledByOperator };
        for order in orders {
            self.take_out(&order);
            self.say_cancelled(&order, reason);
        }
    }

    pub(crate) fn replace_order(&mut self, command: &ReplaceOrder) {
        let found = self.find(command.account, command.order);
        let checked = found.and_then(|old| Ok((old, self.check_replace(&old, command)?)));
        match checked {
            Err(refusal) => {
                self.refuse(ReplaceOrder::KIND, command.account, command.order, refusal);
            }
            Ok((old, mut new)) => {
                self.take_out(&old);
                new.changes += 1;
                let keeps_priority = is_only_less(&old, &new);
                self.say_replaced(&new, Reason::None, keeps_priority);
                if keeps_priority {
                    self.orders.push(new);
                } else if let Some(stop) = new.stop {
                    self.wait(new, stop);
                } else {
                    let sales = self.enter(new);
                    self.trigger_stops(new.symbol, sales);
                }
            }
        }
    }

    /// The order as it would be, after every check.
    fn check_replace(&self, old: &Order, command: &ReplaceOrder) -> Result<Order, Refusal> {
        let (expected, is) = (command.expected_version, old.version());
        if expected != 0 && expected != is {
            return Err((Reason::VersionMismatch, i128::from(expected), i128::from(is)));
        }
        if command.display_quantity != 0 || command.of_leaves > 1 {
            return Err((Reason::Malformed, 0, 0));
        }
        // A stop order has no limit to change, and one that does not wait no stop price.
        let limit_for_none = old.limit.is_none() && command.price != 0;
        let stop_for_none = old.stop.is_none() && command.stop_price != 0;
        if limit_for_none || stop_for_none {
            return Err((Reason::InvalidPrice, 0, 0));
        }
        let mut new = *old;
        let filled = old.total - old.leaves;
        if command.quantity != 0 && command.of_leaves == 1 {
            let total = u64::from(filled) + u64::from(command.quantity);
            new.total = u32::try_from(total).map_err(|_| (Reason::InvalidQuantity, 0, 0))?;
        } else if command.quantity != 0 {
            new.total = command.quantity;
        }
        if new.total <= filled {
            return Err((Reason::NotReplaceable, i128::from(new.total), i128::from(filled)));
        }
        new.leaves = new.total - filled;
        new.limit = new.limit.map(|old| if command.price == 0 { old } else { command.price });
        new.stop = new.stop.map(|old| match command.stop_price {
            0 => old,
            stop => stop,
        });
        self.check_quantity(&new)?;
        if is_only_less(old, &new) {
            return Ok(new);
        }
        if self.symbols[new.symbol as usize].halted {
            return Err((Reason::Halted, 0, 0));
        }
        self.check_active(&new)?;
        for price in [new.stop, new.limit].into_iter().flatten() {
            self.check_price(&new, price, true)?;
        }
        self.check_collar(&new)?;
        self.post(&mut new)?;
        self.check_value(&new)?;
        self.check_cover_again(old, &new)?;
        Ok(new)
    }

    /// The changed order is covered by what is available and what the old one held.
    fn check_cover_again(&self, old: &Order, new: &Order) -> Result<(), Refusal> {
        if new.buy {
            let held = i128::from(self.dearest(old)) * 100 * i128::from(old.leaves);
            let available = self.available_cash(new.account) + held;
            let required = i128::from(self.dearest(new)) * 100 * i128::from(new.leaves);
            if required > available {
                return Err((Reason::InsufficientFunds, required, available));
            }
        } else {
            let available = self.available_shares(new.account, new.symbol);
            let more = i128::from(new.leaves) - i128::from(old.leaves);
            if more > available {
                return Err((Reason::InsufficientShares, more, available));
            }
        }
        Ok(())
    }
}

/// Whether nothing but the quantity changes, and not upwards.
fn is_only_less(old: &Order, new: &Order) -> bool {
    assert!(matches!(old.kind, OrderType::Stop) == old.limit.is_none());
    (old.limit, old.stop) == (new.limit, new.stop) && new.total <= old.total
}
