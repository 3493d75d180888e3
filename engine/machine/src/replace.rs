//! Replacing an open order: less quantity keeps its place, anything else enters anew.

use crate::entry::Incoming;
use crate::machine::Machine;
use crate::matching::side;
use crate::open;
use crate::output::Output;
use crate::stops::StopTerms;
use openoutcry_book::{Order, Special, Tail};
use openoutcry_ledger::Account;
use openoutcry_planted::{Bug, on};
use openoutcry_risk::{
    Instrument, Refusal, check_account, check_price, check_quantity, check_value,
};
use openoutcry_wire::command::ReplaceOrder;
use openoutcry_wire::{OrderType, Price, Quantity, Reason, event};

/// An open order as it would be after the replace.
#[derive(Clone, Copy, Debug)]
struct Change {
    total: Quantity,
    leaves: Quantity,
    limit: Price,
    stop: Price,
    /// Whether clients see the limit: that of a plain stop order is the venue's own bound.
    has_limit: bool,
    keeps_priority: bool,
}

impl Machine {
    pub(crate) fn replace_order(&mut self, command: &ReplaceOrder, out: &mut Output<'_>) {
        let refuse = |refusal: Refusal, out: &mut Output<'_>| {
            let figures = (refusal.required, refusal.available);
            out.refuse(ReplaceOrder::KIND, command.account, command.order, refusal.reason, figures);
        };
        let slot = match self.open_order(command.account, command.order) {
            Ok(slot) => slot,
            Err(reason) => return refuse(reason.into(), out),
        };
        match self.check_replace(slot, command) {
            Err(refusal) => refuse(refusal, out),
            Ok(change) if change.keeps_priority && !on(Bug::PriorityLostByLess) => {
                self.shrink(slot, change, out);
            }
            Ok(change) => self.enter_anew(slot, change, out),
        }
    }

    /// Every check of a replace; nothing is touched.
    fn check_replace(&self, slot: u32, command: &ReplaceOrder) -> Result<Change, Refusal> {
        let order = self.arena.orders.get(slot);
        let tail = self.arena.orders.tail(slot);
        let listing = &self.listings[usize::from(order.symbol)];
        let instrument = listing.instrument();
        let account = self.ledger.account(order.account).expect("an open order has an account");
        check_version(order, tail, command.expected_version)?;
        if command.display_quantity != 0 || command.of_leaves > 1 {
            return Err(Reason::Malformed.into());
        }
        let mut change = self.change(order, tail, command)?;
        check_quantity(change.total, &instrument)?;
        if change.keeps_priority {
            return Ok(change);
        }
        if instrument.halted {
            return Err(Reason::Halted.into());
        }
        check_account(account, false)?;
        check_prices(order, &change, &instrument)?;
        if order.special.has(Special::POST_ONLY) {
            let reprices = order.special.has(Special::REPRICES);
            change.limit = listing.posted(order.flags.is_buy(), change.limit, reprices)?;
            change.keeps_priority = change.limit == order.price && change.total <= tail.quantity;
        }
        let valued_at = if change.has_limit { change.limit } else { change.stop };
        check_value(account, valued_at, change.total)?;
        self.check_cover_again(order, account, &change)?;
        Ok(change)
    }

    /// What the order would become.
    fn change(
        &self,
        order: &Order,
        tail: &Tail,
        command: &ReplaceOrder,
    ) -> Result<Change, Refusal> {
        let waiting = order.flags.is_waiting();
        let listing = &self.listings[usize::from(order.symbol)];
        let terms = waiting.then(|| listing.stops.terms(order.id));
        let without_limit = terms.is_some_and(|terms| terms.order_type == OrderType::Stop);
        if (without_limit && command.price != 0) || (!waiting && command.stop_price != 0) {
            return Err(Reason::InvalidPrice.into());
        }
        let filled = tail.quantity - order.leaves;
        let total = match (command.quantity, command.of_leaves) {
            (0, _) => tail.quantity,
            (quantity, 0) => quantity,
            (quantity, _) => quantity.checked_add(filled).ok_or(Reason::InvalidQuantity)?,
        };
        if total <= filled {
            return Err(Refusal::figures(
                Reason::NotReplaceable,
                i64::from(total),
                i64::from(filled),
            ));
        }
        let (old_limit, old_stop) = match terms {
            Some(terms) => (terms.limit, order.price),
            None => (order.price, Price(0)),
        };
        let stop = if command.stop_price == 0 { old_stop } else { Price(command.stop_price) };
        let limit = if without_limit && order.flags.is_buy() {
            listing.instrument().stop_limit(stop)
        } else if command.price == 0 {
            old_limit
        } else {
            Price(command.price)
        };
        let keeps_priority = stop == old_stop && limit == old_limit && total <= tail.quantity;
        Ok(Change {
            total,
            leaves: total - filled,
            limit,
            stop,
            has_limit: !without_limit,
            keeps_priority,
        })
    }

    /// Whether the account can cover the changed order with what it has and what this order holds.
    fn check_cover_again(
        &self,
        order: &Order,
        account: &Account,
        change: &Change,
    ) -> Result<(), Refusal> {
        if !order.flags.is_buy() {
            let more = change.leaves.saturating_sub(order.leaves);
            return self.check_shares(order.account, u32::from(order.symbol), more);
        }
        let required = i128::from(change.limit.money().0) * i128::from(change.leaves);
        let available = account.available().0 + self.hold_price(order).times(order.leaves).0;
        if required > i128::from(available) {
            let required = i64::try_from(required).unwrap_or(i64::MAX);
            return Err(Refusal::figures(Reason::InsufficientFunds, required, available));
        }
        Ok(())
    }

    /// Lowers the quantity of an order that keeps its place.
    fn shrink(&mut self, slot: u32, change: Change, out: &mut Output<'_>) {
        let order = *self.arena.orders.get(slot);
        let less = order.leaves - change.leaves;
        let price = self.hold_price(&order);
        open::release(&mut self.ledger, &order, price, less);
        if order.flags.is_waiting() {
            self.arena.orders.get_mut(slot).leaves = change.leaves;
        } else if less > 0 {
            self.listings[usize::from(order.symbol)].book.reduce(&mut self.arena, slot, less);
        }
        let tail = self.arena.orders.tail_mut(slot);
        tail.quantity = change.total;
        tail.version = tail.version.wrapping_add(1);
        let version = tail.version;
        out.replaced(&order, change, version);
    }

    /// Takes the order out and enters it again under its number, with new terms and new time.
    fn enter_anew(&mut self, slot: u32, change: Change, out: &mut Output<'_>) {
        let version = self.arena.orders.tail(slot).version.wrapping_add(1);
        let waiting = self.arena.orders.get(slot).flags.is_waiting();
        let symbol = usize::from(self.arena.orders.get(slot).symbol);
        let id = self.arena.orders.get(slot).id;
        let terms = waiting.then(|| self.listings[symbol].stops.terms(id));
        let order = self.withdraw(slot);
        out.replaced(&order, change, version);
        let incoming = Incoming {
            id,
            account: order.account,
            symbol: order.symbol,
            buy: order.flags.is_buy(),
            time_in_force: order.flags.time_in_force(),
            self_trade: order.flags.self_trade(),
            limit: change.limit,
            total: change.total,
            leaves: change.leaves,
            version,
            rests: true,
            has_limit: change.has_limit,
            special: order.special,
        };
        match terms {
            Some(terms) => {
                let terms = StopTerms { limit: change.limit, order_type: terms.order_type };
                self.wait_or_trigger(&incoming, change.stop, terms, out);
            }
            None => self.enter(&incoming, out),
        }
    }
}

/// The version clients see: it grows with every change and with every share filled, and starts
/// over after 2^32 of them, which is no reason to stop the venue.
pub(crate) const fn version(order: &Order, tail: &Tail) -> u32 {
    tail.version.wrapping_add(tail.quantity - order.leaves)
}

fn check_version(order: &Order, tail: &Tail, expected: u32) -> Result<(), Refusal> {
    let is = version(order, tail);
    if expected != 0 && expected != is && !on(Bug::StaleVersionAccepted) {
        return Err(Refusal::figures(Reason::VersionMismatch, i64::from(expected), i64::from(is)));
    }
    Ok(())
}

/// Whether the changed prices are ones an order of its kind may have.
fn check_prices(order: &Order, change: &Change, instrument: &Instrument) -> Result<(), Refusal> {
    let stop = order.flags.is_waiting().then_some(change.stop);
    if let Some(stop) = stop {
        check_price(stop, true, instrument.grid)?;
    }
    if !change.has_limit {
        return Ok(());
    }
    check_price(change.limit, true, instrument.grid)?;
    instrument.check_collar(order.flags.is_buy(), change.limit, stop)
}

impl Output<'_> {
    fn replaced(&mut self, order: &Order, change: Change, version: u32) {
        let replaced = event::Replaced {
            order: order.id,
            account: order.account,
            quantity: change.total,
            price: if change.has_limit { change.limit.0 } else { 0 },
            stop_price: change.stop.0,
            version,
            kept_priority: u8::from(change.keeps_priority),
            side: side(order) as u8,
            ..Default::default()
        };
        self.say(u32::from(order.symbol), Reason::None, replaced);
    }
}
