//! From what happened to who is told: the machine's events become reports.

use crate::fix::floor::{Asked, Floor, Pending};
use crate::fix::order::Order;
use crate::fix::queries::status_of;
use crate::fix::reports::{self, Execution, Report};
use crate::fix::seat::Seat;
use crate::inbox::Received;
use openoutcry_wire::{Event, Nanoseconds, OrderId, Reason, Side, event};

/// All sessions and all they share, while events are told.
pub(crate) struct Teller<'a> {
    pub(crate) floor: &'a mut Floor,
    pub(crate) seats: &'a mut [Seat],
    time: Nanoseconds,
    /// What the command asked that caused the event.
    asked: Option<Pending>,
}

impl<'a> Teller<'a> {
    pub(crate) const fn new(floor: &'a mut Floor, seats: &'a mut [Seat]) -> Self {
        Self { floor, seats, time: 0, asked: None }
    }

    /// Tells everything that happened in one turn.
    pub(crate) fn tell(&mut self, received: &Received) {
        self.time = received.time;
        let mut last = None;
        for event in event::walk(&received.events) {
            let ticket = received.ticket(&event);
            let first = last != Some(ticket);
            if first {
                self.asked = self.answered(ticket);
                last = Some(ticket);
            }
            self.event(&event, first);
        }
        self.asked = None;
    }

    /// Takes what waits for that ticket; the account's commands from elsewhere have nothing waiting.
    fn answered(&mut self, ticket: u64) -> Option<Pending> {
        self.floor.pending.front().filter(|pending| pending.ticket == ticket)?;
        let pending = self.floor.pending.pop_front();
        if let Some(Pending { seat, what, .. }) = &pending
            && !matches!(what, Asked::Disconnect)
        {
            self.seats[*seat].session.link().store().under_way.pop_front();
        }
        pending
    }

    fn event(&mut self, event: &Event<'_>, first: bool) {
        match event {
            Event::Accepted(accepted, name) => {
                let name = name.map(openoutcry_wire::Name::text).unwrap_or_default();
                self.accepted(accepted, name);
            }
            Event::Rejected(rejected, name) => {
                let name = name.map(openoutcry_wire::Name::text).unwrap_or_default();
                self.rejected(rejected, name);
            }
            Event::Trade(trade, _) => self.trade(trade),
            Event::Cancelled(cancelled, _) => self.cancelled(cancelled),
            Event::Replaced(replaced, _) => self.replaced(replaced),
            Event::Triggered(triggered, _) => {
                let sequence = triggered.header.sequence;
                let execution = Execution::Command(sequence, triggered.order);
                self.report(triggered.order, &Report::new(b'L', b'0'), execution);
            }
            Event::Refused(refused, _) if first => self.refused(refused),
            Event::Repeated(repeated, _) if first => self.repeated(repeated),
            Event::AllCancelled(all, _) if first => self.all_cancelled(all),
            _ => {}
        }
    }

    /// Sends a report to the order's session and to those that listen to its account.
    fn report(&mut self, order: OrderId, report: &Report<'_>, execution: Execution) {
        let Some(order) = self.floor.orders.get(&order) else { return };
        let mut body = std::mem::take(&mut self.floor.body);
        report.write(order, self.floor.ticker(order.symbol), execution, self.time, &mut body);
        let copies = self.floor.copies.get(&order.account).map_or(&[][..], |seats| seats);
        for seat in order.seat.iter().chain(copies) {
            self.seats[*seat].session.link().send(b"8", self.time, body.bytes());
        }
        self.floor.body = body;
    }

    fn accepted(&mut self, accepted: &event::Accepted, name: &[u8]) {
        let seat = self.new_of(name);
        self.floor.track(Order::accepted(accepted, name, seat));
        let execution = Execution::Command(accepted.header.sequence, accepted.order);
        self.report(accepted.order, &Report::new(b'0', b'0'), execution);
    }

    /// The seat whose new order the command was.
    fn new_of(&self, name: &[u8]) -> Option<usize> {
        match &self.asked {
            Some(Pending { seat, what: Asked::New { id, .. }, .. }) if **id == *name => Some(*seat),
            _ => None,
        }
    }

    fn rejected(&mut self, rejected: &event::Rejected, name: &[u8]) {
        let seat = self.new_of(name);
        let number = rejected.order;
        let execution = Execution::Command(rejected.header.sequence, number);
        self.floor.track(Order::rejected(rejected, name, seat));
        let (reason, _, text) = self.floor.code(rejected.header.reason);
        let text = text.to_owned();
        self.report(number, &Report::new(b'8', b'8').reason(reason, &text), execution);
        self.floor.forget(number);
    }

    fn trade(&mut self, trade: &event::Trade) {
        let price = u64::try_from(trade.price).unwrap_or(0);
        for number in [trade.maker_order, trade.taker_order] {
            let Some(order) = self.floor.orders.get_mut(&number) else { continue };
            order.fill(trade.quantity, trade.price);
            let (status, done) = (order.working(), order.is_filled());
            let report = Report::new(b'F', status).fill(trade.quantity, price);
            self.report(number, &report, Execution::Trade(trade.trade, number));
            self.capture(trade, number);
            if done {
                self.floor.forget(number);
            }
        }
    }

    /// Tells those who listen to an account of its trade as a trade, too.
    fn capture(&mut self, trade: &event::Trade, number: OrderId) {
        let Some(order) = self.floor.orders.get(&number) else { return };
        let Some(copies) = self.floor.copies.get(&order.account) else { return };
        let mut body = std::mem::take(&mut self.floor.body);
        let buys = order.side == Side::Buy as u8;
        let price = u64::try_from(trade.price).unwrap_or(0);
        body.clear();
        body.decimal(31, price, 6).integer(32, u64::from(trade.quantity));
        body.text(55, self.floor.ticker(order.symbol)).time(60, self.time);
        let mut day = Vec::new();
        openoutcry_fix::TimeText::default().push(&mut day, self.time);
        body.text(75, &day[..8]).char(150, b'F').integer(487, 0).char(570, b'N');
        body.text(571, format!("T{}-{number}", trade.trade).as_bytes());
        body.integer(552, 1).char(54, if buys { b'1' } else { b'2' });
        reports::order_id(&mut body, number);
        if !order.id.is_empty() {
            body.text(11, &order.id);
        }
        body.text(1, format!("ACC-{:06}", order.account).as_bytes());
        for seat in copies {
            self.seats[*seat].session.link().send(b"AE", self.time, body.bytes());
        }
        self.floor.body = body;
    }

    fn cancelled(&mut self, cancelled: &event::Cancelled) {
        let number = cancelled.order;
        let reason = cancelled.header.reason;
        let expired = [Reason::ExpiredAtClose, Reason::ExpiredAtTime]
            .map(|reason| reason as u16)
            .contains(&reason);
        let status = if expired { b'C' } else { b'4' };
        let text = self.floor.code(reason).2.to_owned();
        let execution = Execution::Command(cancelled.header.sequence, number);
        let report = Report::new(status, status).text(&text);
        let asked = self.asked.take();
        match asked.as_ref().map(|pending| &pending.what) {
            Some(Asked::Cancel { id, original, order }) if *order == number => {
                self.adopt(asked.as_ref(), number);
                self.report(number, &report.ids(id, original), execution);
            }
            _ => self.report(number, &report, execution),
        }
        self.asked = asked;
        self.floor.forget(number);
    }

    /// An order of the account that came in elsewhere belongs to the session that changes it.
    fn adopt(&mut self, asked: Option<&Pending>, number: OrderId) {
        let Some(seat) = asked.map(|pending| pending.seat) else { return };
        if let Some(order) = self.floor.orders.get_mut(&number)
            && order.seat.is_none()
        {
            order.seat = Some(seat);
            let order = order.clone();
            self.floor.name(&order);
        }
    }

    fn replaced(&mut self, replaced: &event::Replaced) {
        let number = replaced.order;
        let asked = self.asked.take();
        self.adopt(asked.as_ref(), number);
        let Some(order) = self.floor.orders.get_mut(&number) else { return };
        order.quantity = replaced.quantity;
        if order.price != 0 && replaced.price != 0 {
            order.price = replaced.price;
        }
        if replaced.stop_price != 0 {
            order.stop_price = replaced.stop_price;
        }
        let status = order.working();
        let execution = Execution::Change(replaced.version, number);
        let report = Report::new(b'5', status);
        match asked.as_ref().map(|pending| &pending.what) {
            Some(Asked::Replace { id, original, order }) if *order == number => {
                self.rename(number, id);
                self.report(number, &report.ids(id, original), execution);
            }
            _ => self.report(number, &report, execution),
        }
        self.asked = asked;
    }

    /// The client knows an order by another id from now on.
    fn rename(&mut self, number: OrderId, id: &[u8]) {
        let Some(order) = self.floor.orders.get_mut(&number) else { return };
        order.id = id.into();
        let order = order.clone();
        self.floor.name(&order);
    }

    fn refused(&mut self, refused: &event::Refused) {
        let Some(Pending { seat, what, .. }) = self.asked.take() else { return };
        let (_, reason, text) = self.floor.code(refused.header.reason);
        let text = text.to_owned();
        let (replace, (id, original, number)) = match &what {
            Asked::Cancel { id, original, order } => (false, (id, original, *order)),
            Asked::Replace { id, original, order } => (true, (id, original, *order)),
            Asked::CancelAll { id, kind } => {
                let link = self.seats[seat].session.link();
                let body = &mut self.floor.body;
                return reports::mass_cancel(id, *kind, Err(99), body, link, self.time);
            }
            Asked::New { .. } | Asked::Disconnect => return,
        };
        let order = self.floor.orders.get(&number);
        let link = self.seats[seat].session.link();
        let refused = (reason, text.as_str());
        let body = &mut self.floor.body;
        reports::cancel_reject(order, id, original, replace, refused, body, link, self.time);
    }

    /// An order whose id its account used before: sent again as a possible duplicate with the
    /// same content it is answered with how the order stands, else it is refused.
    fn repeated(&mut self, repeated: &event::Repeated) {
        let Some(Pending { seat, what: Asked::New { id, again }, ticket }) = self.asked.take()
        else {
            return;
        };
        let engine = std::sync::Arc::clone(&self.floor.engine);
        let view = engine.read(|state| state.views.order(repeated.made).cloned()).ok().flatten();
        let Some(view) = view else { return };
        let mut order = Order::viewed(&view, Some(seat));
        let other = repeated.header.reason != 0 || !again;
        let (reason, _, text) = self.floor.code(Reason::DuplicateClientOrderId as u16);
        let text = text.to_owned();
        let report = if other {
            order.id = id;
            Report::new(b'8', b'8').reason(reason, &text)
        } else {
            Report::new(b'I', status_of(view.status))
        };
        let mut body = std::mem::take(&mut self.floor.body);
        let execution = Execution::Command(repeated.header.sequence, ticket);
        report.write(&order, self.floor.ticker(order.symbol), execution, self.time, &mut body);
        self.seats[seat].session.link().send(b"8", self.time, body.bytes());
        self.floor.body = body;
        if !other {
            self.adopt(Some(&Pending { seat, ticket, what: Asked::Disconnect }), repeated.made);
        }
    }

    fn all_cancelled(&mut self, all: &event::AllCancelled) {
        let Some(Pending { seat, what: Asked::CancelAll { id, kind }, .. }) = &self.asked else {
            return;
        };
        let link = self.seats[*seat].session.link();
        let orders = u64::from(all.orders);
        reports::mass_cancel(id, *kind, Ok(orders), &mut self.floor.body, link, self.time);
    }
}
