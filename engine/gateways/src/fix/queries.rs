//! How orders stand: status requests.

use crate::fix::kept::Kept;
use crate::fix::order::Order;
use crate::fix::reports::{Execution, Report};
use crate::fix::requests::Desktop;
use openoutcry_fix::{Handled, Link, Message};
use openoutcry_views::OrderStatus;
use openoutcry_wire::{AccountId, OrderId};

/// The most orders that one mass status tells.
const MOST: usize = 10_000;
/// `OrdRejReason`: unknown order.
const UNKNOWN_ORDER: u32 = 5;

impl Desktop<'_> {
    /// Answers an `OrderStatusRequest`.
    pub(crate) fn status(
        &mut self,
        message: &Message<'_>,
        link: &mut Link<Kept>,
        now: u64,
    ) -> Handled {
        let number = self.next_answer();
        let found = self.find(message).and_then(|(_, order)| self.seen(order));
        let Some((order, status)) = found else {
            let text = "UNKNOWN_ORDER: No such order of this account exists.";
            let report = Report::new(b'I', b'8').reason(UNKNOWN_ORDER, text);
            report.of_request(message, number, link, &mut self.floor.body, now);
            return Handled::Done;
        };
        self.tell(&order, number, &Report::new(b'I', status), link, now);
        Handled::Done
    }

    /// Answers an `OrderMassStatusRequest`: every open order, of one symbol or of all.
    pub(crate) fn mass_status(
        &mut self,
        message: &Message<'_>,
        link: &mut Link<Kept>,
        now: u64,
    ) -> Handled {
        let symbol = match message.get(585) {
            Some(b"7") => None,
            Some(b"1") => match message.get(55) {
                Some(ticker) => Some(self.floor.symbol(ticker)),
                None => return Handled::Business(5, "Conditionally Required Field Missing: 55"),
            },
            _ => return Handled::Business(3, "Only MassStatusReqType 1 and 7 are known"),
        };
        let id = message.get(584).unwrap_or_default().to_vec();
        let orders: Vec<_> = self.open_orders().into_iter().filter_map(|o| self.seen(o)).collect();
        let wanted = |order: &Order| symbol.is_none_or(|symbol| symbol == Some(order.symbol));
        let orders: Vec<_> =
            orders.into_iter().filter(|(order, _)| wanted(order)).take(MOST).collect();
        let total = orders.len() as u64;
        if orders.is_empty() {
            let number = self.next_answer();
            let report = Report::new(b'I', b'8').reason(UNKNOWN_ORDER, "No open orders.");
            let report = report.mass(&id, 0, true);
            report.of_request(message, number, link, &mut self.floor.body, now);
        }
        for (at, (order, status)) in orders.iter().enumerate() {
            let number = self.next_answer();
            let report = Report::new(b'I', *status).mass(&id, total, at + 1 == orders.len());
            self.tell(order, number, &report, link, now);
        }
        Handled::Done
    }

    fn next_answer(&mut self) -> u64 {
        self.trader.answers += 1;
        self.trader.answers
    }

    fn tell(
        &mut self,
        order: &Order,
        number: u64,
        report: &Report<'_>,
        link: &mut Link<Kept>,
        now: u64,
    ) {
        let mut body = std::mem::take(&mut self.floor.body);
        let ticker = self.floor.ticker(order.symbol);
        report.write(order, ticker, Execution::Answer(number), now, &mut body);
        link.send(b"8", now, body.bytes());
        self.floor.body = body;
    }

    fn open_orders(&self) -> Vec<OrderId> {
        let own: Vec<AccountId> = self.trader.terms.accounts.clone();
        let live = self
            .floor
            .engine
            .read(|state| own.iter().flat_map(|account| state.machine.live(*account)).collect());
        live.unwrap_or_default()
    }

    /// An order as it stands, with the id that its client knows it by, and its `OrdStatus`.
    pub(crate) fn seen(&self, number: OrderId) -> Option<(Order, u8)> {
        let view = self.floor.engine.read(|state| state.views.order(number).cloned()).ok()??;
        let mut order = Order::viewed(&view, None);
        if let Some(known) = self.floor.orders.get(&number) {
            order.id.clone_from(&known.id);
        }
        Some((order, status_of(view.status)))
    }
}

/// `OrdStatus` of ours.
pub(crate) const fn status_of(status: OrderStatus) -> u8 {
    match status {
        OrderStatus::New | OrderStatus::PendingTrigger => b'0',
        OrderStatus::Partial => b'1',
        OrderStatus::Filled => b'2',
        OrderStatus::Cancelled => b'4',
        OrderStatus::Rejected => b'8',
        OrderStatus::Expired => b'C',
    }
}
