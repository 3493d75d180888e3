//! What each match does: money and shares move, the makers' holds shrink, events are written.

use crate::open;
use crate::output::Output;
use crate::special::Specials;
use openoutcry_book::{Arena, Executions, Order, OrderIndex};
use openoutcry_ledger::{Exchange, Ledger};
use openoutcry_planted::{Bug, on};
use openoutcry_wire::{
    AccountId, Money, OrderId, Price, Quantity, Reason, Side, SymbolId, TradeId, event,
};

/// The venue around one taker while it crosses the book.
pub(crate) struct Matching<'a, 'b> {
    pub ledger: &'a mut Ledger,
    pub index: &'a mut OrderIndex,
    pub specials: &'a mut Specials,
    pub out: &'a mut Output<'b>,
    pub last_trade: &'a mut TradeId,
    pub symbol: SymbolId,
    pub taker: OrderId,
    pub taker_account: AccountId,
    pub buy: bool,
    /// The taker's total quantity and version, which self-trade prevention may change.
    pub total: Quantity,
    pub version: u32,
    /// The taker's price as clients know it.
    pub shown_price: Price,
    pub sales: Sales,
}

/// The range and the last of the prices traded at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sales {
    pub range: Option<(Money, Money)>,
    pub last: Option<Money>,
}

impl Sales {
    #[inline]
    fn add(&mut self, price: Money) {
        let (low, high) = self.range.unwrap_or((price, price));
        self.range = Some((low.min(price), high.max(price)));
        self.last = Some(price);
    }
}

impl Executions for Matching<'_, '_> {
    #[inline]
    fn trade(&mut self, maker: &Order, quantity: Quantity) {
        let (buyer, seller) = if self.buy {
            (self.taker_account, maker.account)
        } else {
            (maker.account, self.taker_account)
        };
        let value = maker.price.times(quantity);
        self.ledger.exchange(&Exchange {
            buyer,
            seller,
            maker_buys: !self.buy,
            symbol: self.symbol,
            quantity,
            value,
        });
        if on(Bug::HalfMovement) {
            self.ledger.account_mut(seller).cash.0 -= value.0;
        }
        let price = maker.price.money();
        self.sales.add(price);
        *self.last_trade += 1;
        let trade = event::Trade {
            trade: *self.last_trade,
            maker_order: maker.id,
            taker_order: self.taker,
            price: price.0,
            quantity,
            maker_account: maker.account,
            taker_account: self.taker_account,
            taker_side: if self.buy { Side::Buy } else { Side::Sell } as u8,
            ..Default::default()
        };
        self.out.say(self.symbol, Reason::None, trade);
    }

    #[inline]
    fn filled(&mut self, arena: &mut Arena, slot: u32) {
        open::close(arena, self.ledger, self.index, slot);
    }

    fn special_filled(&mut self, arena: &mut Arena, slot: u32) -> bool {
        self.specials.remove(arena.orders.get(slot).id);
        open::close(arena, self.ledger, self.index, slot);
        false
    }

    fn prevented(&mut self, arena: &mut Arena, slot: u32) {
        let maker = *arena.orders.get(slot);
        open::release(self.ledger, &maker, maker.price, maker.leaves);
        if maker.special.is_any() {
            self.specials.remove(maker.id);
        }
        open::close(arena, self.ledger, self.index, slot);
        self.out.cancelled(&maker, Reason::CancelledSelfTrade);
    }

    fn decremented(&mut self, arena: &mut Arena, slot: u32, quantity: Quantity) {
        let maker = *arena.orders.get(slot);
        open::release(self.ledger, &maker, maker.price, quantity);
        let tail = arena.orders.tail_mut(slot);
        tail.quantity -= quantity;
        tail.version = tail.version.wrapping_add(1);
        let replaced = event::Replaced {
            order: maker.id,
            account: maker.account,
            quantity: tail.quantity,
            price: maker.price.0,
            version: tail.version,
            kept_priority: 1,
            side: side(&maker) as u8,
            ..Default::default()
        };
        self.out.say(self.symbol, Reason::CancelledSelfTrade, replaced);
    }

    fn taker_decremented(&mut self, quantity: Quantity) {
        self.total -= quantity;
        self.version = self.version.wrapping_add(1);
        let replaced = event::Replaced {
            order: self.taker,
            account: self.taker_account,
            quantity: self.total,
            price: self.shown_price.0,
            version: self.version,
            side: if self.buy { Side::Buy } else { Side::Sell } as u8,
            ..Default::default()
        };
        self.out.say(self.symbol, Reason::CancelledSelfTrade, replaced);
    }
}

/// The side of an open order.
pub(crate) const fn side(order: &Order) -> Side {
    if order.flags.is_buy() { Side::Buy } else { Side::Sell }
}

impl Output<'_> {
    /// Says that what was left of an order is gone.
    pub(crate) fn cancelled(&mut self, order: &Order, reason: Reason) {
        let cancelled = event::Cancelled {
            order: order.id,
            account: order.account,
            quantity: order.leaves,
            price: order.price.0,
            side: side(order) as u8,
            ..Default::default()
        };
        self.say(u32::from(order.symbol), reason, cancelled);
    }
}
