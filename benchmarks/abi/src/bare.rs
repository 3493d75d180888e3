//! The book alone behind the ABI: queues, levels and matching, without accounts or journal.

use crate::abi::{Any, Cancel, Modify, NewOrder, Report};
use crate::reports::{Kind, Reports};
use crate::ticks::{TICK, price};
use openoutcry_book::{Arena, Book, Executions, Flags, Grid, Order, OrderIndex, Outcome, Taker};
use openoutcry_wire::{Price, Quantity, SelfTrade, TimeInForce};

pub struct Core {
    arena: Arena,
    index: OrderIndex,
    book: Book,
    reports: Reports,
}

/// Reports what a match does, and gives filled orders' slots back.
struct Matching<'a> {
    index: &'a mut OrderIndex,
    reports: &'a Reports,
    sequence: u64,
    taker: u64,
}

impl Executions for Matching<'_> {
    #[inline]
    fn trade(&mut self, maker: &Order, quantity: Quantity) {
        let price = i64::from(maker.price.0 / TICK);
        self.reports.push(Report::trade(self.sequence, price, quantity, maker.id, self.taker));
    }

    #[inline]
    fn filled(&mut self, arena: &mut Arena, slot: u32) {
        self.index.remove(arena.orders.get(slot).id);
        arena.orders.remove(slot);
    }

    fn special_filled(&mut self, _: &mut Arena, _: u32) -> bool {
        unreachable!("nothing is special here")
    }

    fn prevented(&mut self, _: &mut Arena, _: u32) {}

    fn decremented(&mut self, _: &mut Arena, _: u32, _: Quantity) {}

    fn taker_decremented(&mut self, _: Quantity) {}
}

impl Core {
    pub fn new(reports: Reports) -> Self {
        Self {
            arena: Arena::with_room(1 << 17),
            index: OrderIndex::with_room(1 << 21),
            book: Book::new(Grid::of_tick(TICK)),
            reports,
        }
    }

    #[expect(clippy::unused_self, reason = "the book takes messages as they come")]
    pub fn prepare(&mut self, _: Any<'_>) {}

    #[expect(clippy::unused_self, reason = "nothing is put off")]
    pub fn flush(&mut self) {}

    #[inline]
    pub fn one(&mut self, message: Any<'_>) {
        match message {
            Any::New(order) => self.new_order(order),
            Any::Cancel(cancel) => self.cancel(cancel),
            Any::Modify(modify) => self.modify(modify),
        }
    }

    #[cfg(feature = "batch")]
    pub fn batch(&mut self, messages: &[crate::abi::Message]) {
        for message in messages {
            self.one(message.any());
        }
    }

    #[inline]
    fn new_order(&mut self, order: &NewOrder) {
        let NewOrder { sequence, order_id, quantity, side, .. } = *order;
        let report = Report::about(Kind::OrderAck, sequence, order_id);
        self.reports.push(report.of_order(side, order.price, quantity));
        let limit = Price(price(order.price));
        let left = self.enter(sequence, order_id, side == 0, limit, quantity, order.ioc == 0);
        if left > 0 {
            let report = Report::about(Kind::CancelAck, sequence, order_id);
            self.reports.push(report.of_order(side, order.price, left));
        }
    }

    #[inline]
    fn cancel(&mut self, cancel: &Cancel) {
        let Cancel { sequence, order_id } = *cancel;
        let report = match self.take_out(order_id) {
            Some(order) => {
                let side = u8::from(!order.flags.is_buy());
                let price = i64::from(order.price.0 / TICK);
                Report::about(Kind::CancelAck, sequence, order_id).of_order(
                    side,
                    price,
                    order.leaves,
                )
            }
            None => Report::about(Kind::CancelReject, sequence, order_id),
        };
        self.reports.push(report);
    }

    #[inline]
    fn modify(&mut self, modify: &Modify) {
        let Modify { sequence, order_id, quantity, side, .. } = *modify;
        let report = match self.take_out(order_id) {
            Some(order) => {
                let limit = Price(price(modify.price));
                self.enter(sequence, order_id, order.flags.is_buy(), limit, quantity, true);
                Report::about(Kind::ModifyAck, sequence, order_id).of_order(
                    side,
                    modify.price,
                    quantity,
                )
            }
            None => Report::about(Kind::ModifyReject, sequence, order_id),
        };
        self.reports.push(report);
    }

    /// Takes an order out of the book, if it is there.
    #[inline]
    fn take_out(&mut self, id: u64) -> Option<Order> {
        let slot = self.index.get(id)?;
        let order = *self.arena.orders.get(slot);
        self.book.unlink(&mut self.arena, slot);
        self.index.remove(id);
        self.arena.orders.remove(slot);
        Some(order)
    }

    /// Matches an order; what is left rests, or is returned when it may not.
    #[inline]
    fn enter(
        &mut self,
        sequence: u64,
        id: u64,
        buy: bool,
        limit: Price,
        leaves: Quantity,
        rests: bool,
    ) -> Quantity {
        let taker = Taker { buy, limit, leaves, account: 0, self_trade: SelfTrade::Allow };
        let mut matching =
            Matching { index: &mut self.index, reports: &self.reports, sequence, taker: id };
        match self.book.cross(&mut self.arena, &taker, &mut matching) {
            Outcome::Open(leaves) if leaves > 0 && rests => {
                let flags = Flags::new(buy, TimeInForce::Gtc, SelfTrade::Allow);
                let order = Order::new(id, 0, 0, limit, leaves, flags);
                let slot = self.arena.orders.insert(order, leaves);
                self.index.insert(id, slot);
                self.book.rest(&mut self.arena, slot);
                0
            }
            Outcome::Open(leaves) | Outcome::Prevented(leaves) => leaves,
        }
    }

    pub fn best(&self, buy: bool) -> Option<i64> {
        self.book.side(buy).best().map(|price| i64::from(price.0 / TICK))
    }

    pub fn depth_at(&self, ticks: i64, buy: bool) -> u64 {
        let wanted = Price(price(ticks));
        let mut levels = self.book.side(buy).levels(&self.arena.levels);
        levels.find(|level| level.price == wanted).map_or(0, |level| level.quantity)
    }
}
