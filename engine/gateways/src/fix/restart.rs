//! Taking a session up again where its file ends: which orders are its own, and what became of
//! them that it was not told.

use crate::fix::floor::Floor;
use crate::fix::kept::Kept;
use crate::fix::order::Order;
use crate::fix::queries::status_of;
use crate::fix::reports::{Execution, Report};
use crate::fix::requests::order_number;
use crate::fix::seat::Seat;
use openoutcry_fix::{Fields, Link, Message, Store, parse, read_integer};
use openoutcry_views::Trade;
use openoutcry_wire::OrderId;
use std::collections::BTreeMap;

/// The last that a session was told of an order.
#[derive(Debug)]
struct Told {
    id: Box<[u8]>,
    filled: u64,
    done: bool,
}

/// Reads from a session's file what it was told of each order that is not done.
fn read(kept: &mut Kept) -> std::io::Result<BTreeMap<OrderId, Told>> {
    let mut told = BTreeMap::new();
    let mut fields = Fields::new();
    kept.log().messages(1, |_, bytes| {
        parse(bytes, &mut fields);
        let message = Message { bytes, fields: &fields };
        let number = message.get(37).and_then(order_number);
        let status = message.get(39).and_then(|status| status.first()).copied();
        let (Some(number), Some(status)) = (number, status) else { return true };
        if message.kind() != b"8" || message.get(150) == Some(b"I") {
            return true;
        }
        if matches!(status, b'0' | b'1') {
            let id = message.get(11).unwrap_or_default().into();
            let filled = message.get(14).and_then(read_integer).unwrap_or(0);
            told.insert(number, Told { id, filled, done: false });
        } else {
            told.remove(&number);
        }
        true
    })?;
    Ok(told)
}

impl Floor {
    /// Adds the open orders of a session's accounts, and tells the session what it missed.
    pub(crate) fn take_up(&mut self, seat: &mut Seat, now: u64) -> std::io::Result<()> {
        let number = seat.trader.number;
        let listens = seat.trader.terms.drop_copy;
        let told = read(seat.session.link().store())?;
        for account in seat.trader.terms.accounts.clone() {
            self.inbox.watch(account);
            self.add_open(account);
        }
        for (order, told) in told {
            if !told.done {
                self.tell_missed(order, &told, (number, listens), seat.session.link(), now);
            }
        }
        seat.session.link().store().flush()
    }

    fn add_open(&mut self, account: u32) {
        let live = self.engine.read(|state| {
            let live = state.machine.live(account).into_iter();
            live.filter_map(|order| state.views.order(order).cloned()).collect::<Vec<_>>()
        });
        for view in live.unwrap_or_default() {
            let order = Order::viewed(&view, None);
            self.orders.entry(order.order).or_insert(order);
        }
    }

    fn tell_missed(
        &mut self,
        number: OrderId,
        told: &Told,
        (seat, listens): (usize, bool),
        link: &mut Link<Kept>,
        now: u64,
    ) {
        let seen = self.engine.read(|state| {
            let view = state.views.order(number).cloned()?;
            let mut fills: Vec<Trade> = state.views.fills(number, None).cloned().collect();
            fills.reverse();
            Some((view, fills))
        });
        let Ok(Some((view, fills))) = seen else { return };
        let mut order = Order::viewed(&view, (!listens).then_some(seat));
        order.id.clone_from(&told.id);
        (order.filled, order.value) = (0, 0);
        if self.symbol_is_new(order.symbol) {
            self.refresh();
        }
        let mut body = std::mem::take(&mut self.body);
        for fill in fills {
            order.fill(fill.quantity, fill.price);
            if u64::from(order.filled) <= told.filled {
                continue;
            }
            let price = u64::try_from(fill.price).unwrap_or(0);
            let report = Report::new(b'F', order.working()).fill(fill.quantity, price);
            let execution = Execution::Trade(fill.trade, number);
            report.write(&order, self.ticker(order.symbol), execution, fill.time, &mut body);
            link.send(b"8", now, body.bytes());
        }
        let status = status_of(view.status);
        if matches!(status, b'4' | b'C') {
            let text = self.code(view.reason).2;
            let report = Report::new(status, status).text(text);
            let execution = Execution::Late(view.updated, number);
            report.write(&order, self.ticker(order.symbol), execution, view.updated, &mut body);
            link.send(b"8", now, body.bytes());
        }
        self.body = body;
        if view.status.is_open() && !listens {
            self.track(order);
        }
    }

    fn symbol_is_new(&self, symbol: u32) -> bool {
        self.ticker(symbol) == b"-"
    }
}
