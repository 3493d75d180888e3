//! The plain limit order, which nearly all orders are, on a short way of its own.
//!
//! It asks one question, whether nothing at all is unusual about the order, and says yes only when
//! every check of the long way would pass too; whatever is in doubt goes there and is judged in
//! full. What follows the checks is what follows them there.

use crate::entry::{Incoming, accepted};
use crate::listing::Listing;
use crate::machine::Machine;
use crate::open;
use crate::output::Output;
use openoutcry_book::{Flags, Order, Orders, Special};
use openoutcry_risk::{DEFAULT_MAXIMUM_QUANTITY, is_unhindered};
use openoutcry_wire::command::NewOrder;
use openoutcry_wire::{
    MONEY_PER_PRICE, Money, Name, OrderType, Price, Reason, SelfTrade, Side, TimeInForce,
};
use std::hint::select_unpredictable;

/// What a plain order sets aside: cash, or shares at a place in the ledger.
#[derive(Clone, Copy, Debug)]
enum Cover {
    Cash,
    Shares(u32),
}

impl Machine {
    /// Takes a plain order; false, with nothing touched, for any other.
    #[inline(always)]
    pub(crate) fn take_plain(
        &mut self,
        command: &NewOrder,
        name: Option<&Name>,
        out: &mut Output<'_>,
    ) -> bool {
        let Some((time_in_force, self_trade)) = plain_words(command) else { return false };
        let Some(cover) = self.plain_cover(command) else { return false };
        debug_assert!(self.admit(command).is_ok(), "the long way would take it too");
        self.last_order += 1;
        let id = self.last_order;
        out.say_named(command.symbol, Reason::None, accepted(id, command), name);
        let buy = command.side == Side::Buy as u8;
        let limit = Price(command.price);
        let rests = time_in_force.may_rest();
        let listing = &mut self.listings[command.symbol as usize];
        let symbol = u16::try_from(command.symbol).expect("listed symbols fit 16 bits");
        if listing.book.crosses(buy, limit) || !rests {
            let incoming = Incoming {
                id,
                account: command.account,
                symbol,
                buy,
                time_in_force,
                self_trade,
                limit,
                total: command.quantity,
                leaves: command.quantity,
                version: 1,
                rests,
                has_limit: true,
                special: Special::NONE,
            };
            self.enter(&incoming, out);
            return true;
        }
        match cover {
            Cover::Cash => self.ledger.hold_cash(command.account, limit.times(command.quantity)),
            Cover::Shares(place) => self.ledger.hold_at(place, command.quantity),
        }
        let flags = Flags::new(buy, time_in_force, self_trade);
        let order = Order::new(id, command.account, symbol, limit, command.quantity, flags);
        let terms = (command.quantity, 1);
        let slot = open::open(&mut self.arena, &mut self.ledger, &mut self.index, order, terms);
        listing.book.rest(&mut self.arena, slot);
        true
    }

    /// Whether symbol, account and cover all let the order pass; what it would set aside.
    #[inline(always)]
    fn plain_cover(&self, command: &NewOrder) -> Option<Cover> {
        let account = self.ledger.account(command.account)?;
        let listing = self.listings.get(command.symbol as usize)?;
        let room = self.arena.orders.len() < Orders::CAPACITY;
        if !(room && is_unhindered(account) && is_taken(listing, command)) {
            return None;
        }
        let value = plain_value(command)?;
        if command.side == Side::Buy as u8 {
            (value <= account.available()).then_some(Cover::Cash)
        } else {
            let place = self.ledger.place(command.account, command.symbol)?;
            let available = self.ledger.position_at(place).available();
            (i64::from(command.quantity) <= available).then_some(Cover::Shares(place))
        }
    }
}

/// The words of a limit order for the day, until cancelled or immediate, to buy or to sell, with no
/// other field in use.
#[inline(always)]
fn plain_words(command: &NewOrder) -> Option<(TimeInForce, SelfTrade)> {
    let unused = command.stop_price
        | command.display_quantity
        | command.minimum_quantity
        | command.group
        | command.offset.cast_unsigned();
    let plain = unused == 0
        && command.expires_at == 0
        && command.order_type == OrderType::Limit as u8
        && matches!(command.side, 1 | 2);
    if !plain {
        return None;
    }
    let time_in_force = TimeInForce::try_from(command.time_in_force).ok()?;
    let self_trade = SelfTrade::try_from(command.self_trade).ok()?;
    let usual = matches!(time_in_force, TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Ioc);
    usual.then_some((time_in_force, self_trade))
}

/// Whether the symbol takes orders of that quantity and price now.
#[inline(always)]
fn is_taken(listing: &Listing, command: &NewOrder) -> bool {
    let most = match listing.maximum_quantity {
        0 => DEFAULT_MAXIMUM_QUANTITY,
        limit => limit,
    };
    let price = Price(command.price);
    let (lowest, highest) = listing.limit_range;
    // Chosen, not branched on: the side of the next order cannot be foretold.
    let buy = command.side == Side::Buy as u8;
    let lowest = select_unpredictable(buy, 0, lowest.0);
    let highest = select_unpredictable(buy, highest.0, u32::MAX);
    !listing.halted
        && (lowest.max(1)..=highest).contains(&price.0)
        && listing.book.grid.allows(price)
        && command.quantity != 0
        && command.quantity <= most
}

/// What all of the order is worth at its limit, if money can say it.
#[inline(always)]
fn plain_value(command: &NewOrder) -> Option<Money> {
    const MOST: u64 = (i64::MAX / MONEY_PER_PRICE).unsigned_abs();
    let steps = u64::from(command.price) * u64::from(command.quantity);
    (steps <= MOST).then(|| Money(steps.cast_signed() * MONEY_PER_PRICE))
}
