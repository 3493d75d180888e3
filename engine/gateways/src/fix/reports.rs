//! Execution reports and their like, as bodies of messages.

use crate::fix::kept::Kept;
use crate::fix::order::Order;
use openoutcry_fix::{Body, Link, Message};
use openoutcry_wire::{Nanoseconds, OrderId, OrderType, Side, TimeInForce, TradeId};

/// Decimals of an order's price, and of an execution's.
const PRICE: u32 = 4;
const EXECUTION: u32 = 6;

/// What an execution report tells beside the order itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Report<'a> {
    execution_type: u8,
    status: u8,
    /// `ClOrdID` where it is not the order's own.
    id: Option<&'a [u8]>,
    original: Option<&'a [u8]>,
    fill: Option<(u32, u64)>,
    reason: Option<u32>,
    text: &'a str,
    mass: Option<(&'a [u8], u64, bool)>,
}

/// What makes an execution's number: unique, and the same whenever it is made again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Execution {
    /// A trade, by the order that took part.
    Trade(TradeId, OrderId),
    /// What a command did to an order, once of each type.
    Command(u64, OrderId),
    /// A change of an order, by the version that it made.
    Change(u32, OrderId),
    /// An answer that no command caused: of a session's message.
    Answer(u64),
    /// What became of an order while its session's file did not hear of it.
    Late(Nanoseconds, OrderId),
}

impl<'a> Report<'a> {
    pub(crate) fn new(execution_type: u8, status: u8) -> Self {
        Self { execution_type, status, ..Self::default() }
    }

    pub(crate) const fn ids(mut self, id: &'a [u8], original: &'a [u8]) -> Self {
        (self.id, self.original) = (Some(id), Some(original));
        self
    }

    pub(crate) const fn fill(mut self, quantity: u32, price: u64) -> Self {
        self.fill = Some((quantity, price));
        self
    }

    pub(crate) const fn reason(mut self, reason: u32, text: &'a str) -> Self {
        (self.reason, self.text) = (Some(reason), text);
        self
    }

    pub(crate) const fn text(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }

    /// One of several answers to a mass status request.
    pub(crate) const fn mass(mut self, id: &'a [u8], total: u64, last: bool) -> Self {
        self.mass = Some((id, total, last));
        self
    }

    /// Writes the report of an order. Fields are in the order of their tags.
    pub(crate) fn write(
        &self,
        order: &Order,
        ticker: &[u8],
        execution: Execution,
        time: Nanoseconds,
        body: &mut Body,
    ) {
        body.clear();
        account(body, order.account);
        body.decimal(6, order.average(), EXECUTION);
        body.text(11, self.id.unwrap_or(if order.id.is_empty() { b"NONE" } else { &order.id }));
        body.integer(14, u64::from(order.filled));
        execution_id(body, execution, self.execution_type);
        if let Some((quantity, price)) = self.fill {
            body.decimal(31, price, EXECUTION).integer(32, u64::from(quantity));
        }
        order_id(body, order.order);
        body.integer(38, u64::from(order.quantity)).char(39, self.status);
        body.char(40, order_type(order.order_type));
        if let Some(original) = self.original {
            body.text(41, original);
        }
        if order.price != 0 {
            body.decimal(44, u64::from(order.price), PRICE);
        }
        body.char(54, side(order.side)).text(55, ticker);
        self.write_text(body);
        body.char(59, time_in_force(order.time_in_force)).time(60, time);
        if order.stop_price != 0 {
            body.decimal(99, u64::from(order.stop_price), PRICE);
        }
        self.write_reason(body);
        let open = matches!(self.status, b'0' | b'1');
        let leaves = if open { order.quantity.saturating_sub(order.filled) } else { 0 };
        body.char(150, self.execution_type).integer(151, u64::from(leaves));
        self.write_mass(body);
    }

    fn write_text(&self, body: &mut Body) {
        if !self.text.is_empty() {
            body.text(58, self.text.as_bytes());
        }
    }

    fn write_reason(&self, body: &mut Body) {
        if let Some(reason) = self.reason {
            body.integer(103, u64::from(reason));
        }
    }

    fn write_mass(&self, body: &mut Body) {
        if let Some((id, total, last)) = self.mass {
            body.text(584, id).integer(911, total).char(912, if last { b'Y' } else { b'N' });
        }
    }

    /// Sends the report of an order that does not exist: what the request said of it.
    pub(crate) fn of_request(
        &self,
        message: &Message<'_>,
        number: u64,
        link: &mut Link<Kept>,
        body: &mut Body,
        now: Nanoseconds,
    ) {
        body.clear();
        let copy = |body: &mut Body, tag| {
            if let Some(value) = message.get(tag) {
                body.text(tag, value);
            }
        };
        copy(body, 1);
        body.integer(6, 0).text(11, message.get(11).unwrap_or(b"NONE")).integer(14, 0);
        execution_id(body, Execution::Answer(number), self.execution_type);
        body.text(37, b"NONE");
        copy(body, 38);
        body.char(39, self.status);
        copy(body, 40);
        copy(body, 44);
        body.text(54, message.get(54).unwrap_or(b"7"));
        body.text(55, message.get(55).unwrap_or(b"-"));
        self.write_text(body);
        body.time(60, now);
        copy(body, 99);
        self.write_reason(body);
        body.char(150, self.execution_type).integer(151, 0);
        self.write_mass(body);
        link.send(b"8", now, body.bytes());
    }
}

/// Sends an `OrderCancelReject`; `refused` is `CxlRejReason` and a sentence.
#[expect(clippy::too_many_arguments, reason = "the message has that many fields")]
pub(crate) fn cancel_reject(
    order: Option<&Order>,
    id: &[u8],
    original: &[u8],
    replace: bool,
    refused: (u32, &str),
    body: &mut Body,
    link: &mut Link<Kept>,
    now: Nanoseconds,
) {
    body.clear();
    body.text(11, id);
    match order {
        Some(order) => {
            order_id(body, order.order);
            body.char(39, order.working());
        }
        None => {
            body.text(37, b"NONE").char(39, b'8');
        }
    }
    body.text(41, original).text(58, refused.1.as_bytes()).time(60, now);
    body.integer(102, u64::from(refused.0)).char(434, if replace { b'2' } else { b'1' });
    link.send(b"9", now, body.bytes());
}

/// Sends an `OrderMassCancelReport`: how many orders ended, or `MassCancelRejectReason`.
pub(crate) fn mass_cancel(
    id: &[u8],
    kind: u8,
    outcome: Result<u64, u64>,
    body: &mut Body,
    link: &mut Link<Kept>,
    now: Nanoseconds,
) {
    body.clear();
    body.text(11, id);
    body.text(37, if id.is_empty() { b"NONE" } else { id }).time(60, now).char(530, kind);
    match outcome {
        Ok(orders) => body.char(531, kind).integer(533, orders),
        Err(reason) => body.char(531, b'0').integer(532, reason),
    };
    link.send(b"r", now, body.bytes());
}

fn account(body: &mut Body, account: u32) {
    body.text(1, format!("ACC-{account:06}").as_bytes());
}

pub(crate) fn order_id(body: &mut Body, order: OrderId) {
    body.text(37, format!("ORD-{order:010}").as_bytes());
}

fn execution_id(body: &mut Body, execution: Execution, execution_type: u8) {
    let text = match execution {
        Execution::Trade(trade, order) => format!("T{trade}-{order}"),
        Execution::Command(sequence, order) => {
            format!("C{sequence}-{order}-{}", char::from(execution_type))
        }
        Execution::Change(version, order) => format!("V{version}-{order}"),
        Execution::Answer(number) => format!("A{number}"),
        Execution::Late(time, order) => format!("L{time}-{order}"),
    };
    body.text(17, text.as_bytes());
}

pub(crate) const fn side(side: u8) -> u8 {
    if side == Side::Buy as u8 {
        b'1'
    } else if side == Side::Sell as u8 {
        b'2'
    } else {
        b'5'
    }
}

const fn order_type(number: u8) -> u8 {
    const NUMBERS: [(OrderType, u8); 4] = [
        (OrderType::Market, b'1'),
        (OrderType::Limit, b'2'),
        (OrderType::Stop, b'3'),
        (OrderType::StopLimit, b'4'),
    ];
    let mut at = 0;
    while at < NUMBERS.len() {
        if NUMBERS[at].0 as u8 == number {
            return NUMBERS[at].1;
        }
        at += 1;
    }
    // Pegged: none of ours can be written otherwise.
    b'P'
}

fn time_in_force(number: u8) -> u8 {
    match TimeInForce::try_from(number) {
        Ok(TimeInForce::Gtc) => b'1',
        Ok(TimeInForce::Ioc) => b'3',
        Ok(TimeInForce::Fok) => b'4',
        Ok(TimeInForce::Gtd) => b'6',
        _ => b'0',
    }
}
