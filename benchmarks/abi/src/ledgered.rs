//! The whole machine behind the ABI: risk checks, holds, ledger, events, and the log's frame.

use crate::abi::{Cancel, Message, Modify, NewOrder, Report};
use crate::reports::{Kind, Reports};
use openoutcry_machine::Machine;
use openoutcry_wire::{Event, MONEY_PER_PRICE, Price, Side, TimeInForce, Unit, command, event};

/// The harness's tick of $0.005, in 1/10000 dollar.
const TICK: u32 = 50;
/// Accounts that the orders are spread over.
const ACCOUNTS: u32 = 512;
/// Cash of each, 1/1,000,000 dollar, and shares of each: enough never to be refused.
const CASH: i64 = 10_000_000_000_000_000;
const SHARES: i64 = 1_000_000_000_000_000;

pub struct Core {
    machine: Machine,
    reports: Reports,
    /// The machine's number of each of the harness's orders, and what is filled of it.
    orders: Vec<Known>,
    /// The harness's id of each of the machine's orders.
    ids: Vec<u32>,
    commands: Vec<Unit>,
    events: Vec<Unit>,
}

#[derive(Clone, Copy, Default)]
struct Known {
    order: u32,
    filled: u32,
}

impl Core {
    pub fn new(reports: Reports) -> Self {
        let mut core = Self {
            machine: Machine::new(),
            reports,
            orders: Vec::with_capacity(1 << 21),
            ids: Vec::with_capacity(1 << 22),
            commands: Vec::with_capacity(4),
            events: Vec::with_capacity(1 << 14),
        };
        core.ids.push(0);
        core.fund();
        core
    }

    fn fund(&mut self) {
        let symbol = command::ListSymbol {
            ticker: *b"NVDA    ",
            previous_close: TICK,
            tick: TICK,
            maximum_quantity: u32::MAX,
            ..Default::default()
        };
        command::encode(&symbol, None, &mut self.commands);
        for account in 1..=ACCOUNTS {
            let open = command::OpenAccount { owner: account, kind: 1, ..Default::default() };
            let cash = command::Transfer { to: account, amount: CASH, ..Default::default() };
            let shares = command::Transfer { asset: 1, amount: SHARES, ..cash };
            let limits =
                command::SetLimits { account, maximum_open_orders: u32::MAX, ..Default::default() };
            command::encode(&open, None, &mut self.commands);
            command::encode(&cash, None, &mut self.commands);
            command::encode(&shares, None, &mut self.commands);
            command::encode(&limits, None, &mut self.commands);
        }
        self.machine.apply(1, &self.commands, &mut self.events);
        self.commands.clear();
        self.events.clear();
    }

    #[inline]
    fn known(&mut self, id: u64) -> &mut Known {
        let place = usize::try_from(id).expect("ids are dense");
        if place >= self.orders.len() {
            self.orders.resize(place + 1, Known::default());
        }
        &mut self.orders[place]
    }

    #[inline]
    pub fn new_order(&mut self, order: &NewOrder) {
        let number = u32::try_from(self.ids.len()).expect("orders fit 32 bits");
        *self.known(order.order_id) = Known { order: number, filled: 0 };
        self.ids.push(u32::try_from(order.order_id).expect("ids fit 32 bits"));
        let command = command::NewOrder {
            account: account_of(order.order_id),
            side: side(order.side) as u8,
            order_type: 2,
            time_in_force: if order.ioc == 0 { TimeInForce::Gtc } else { TimeInForce::Ioc } as u8,
            quantity: order.quantity,
            price: price(order.price),
            ..Default::default()
        };
        command::encode(&command, None, &mut self.commands);
        self.apply();
        let ack = Report {
            side: order.side,
            sequence: order.sequence,
            order_id: order.order_id,
            price: order.price,
            quantity: order.quantity,
            ..Report::default()
        };
        self.reports.push(Kind::OrderAck, ack);
        self.report(order.sequence);
    }

    #[inline]
    pub fn cancel(&mut self, cancel: &Cancel) {
        let order = u64::from(self.known(cancel.order_id).order);
        let command = command::CancelOrder {
            account: account_of(cancel.order_id),
            order,
            ..Default::default()
        };
        command::encode(&command, None, &mut self.commands);
        self.apply();
        self.report(cancel.sequence);
    }

    #[inline]
    pub fn modify(&mut self, modify: &Modify) {
        let known = *self.known(modify.order_id);
        let command = command::ReplaceOrder {
            account: account_of(modify.order_id),
            order: u64::from(known.order),
            quantity: known.filled + modify.quantity,
            price: price(modify.price),
            ..Default::default()
        };
        command::encode(&command, None, &mut self.commands);
        self.apply();
        self.report(modify.sequence);
        if matches!(self.events.first().map(|unit| unit.0[0]), Some(event::Replaced::KIND)) {
            let ack = Report {
                side: modify.side,
                sequence: modify.sequence,
                order_id: modify.order_id,
                price: modify.price,
                quantity: modify.quantity,
                ..Report::default()
            };
            self.reports.push(Kind::ModifyAck, ack);
        }
    }

    #[cfg_attr(
        not(feature = "batch"),
        expect(dead_code, reason = "exported with the batch feature")
    )]
    pub fn batch(&mut self, messages: &[Message]) {
        for message in messages {
            // SAFETY: the harness sets the kind that its body has.
            unsafe {
                match message.kind {
                    0 => self.new_order(&message.body.new_order),
                    1 => self.cancel(&message.body.cancel),
                    _ => self.modify(&message.body.modify),
                }
            }
        }
    }

    #[inline]
    fn apply(&mut self) {
        self.events.clear();
        self.machine.apply(1, &self.commands, &mut self.events);
        self.commands.clear();
    }

    /// Turns the events of one message into reports.
    #[inline]
    fn report(&mut self, sequence: u64) {
        for event in event::walk(&self.events) {
            match event {
                Event::Trade(trade, _) => {
                    let maker = u64::from(self.ids[number(trade.maker_order)]);
                    let taker = u64::from(self.ids[number(trade.taker_order)]);
                    self.orders[number(maker)].filled += trade.quantity;
                    self.orders[number(taker)].filled += trade.quantity;
                    let report = Report {
                        sequence,
                        price: trade.price / (MONEY_PER_PRICE * i64::from(TICK)),
                        quantity: trade.quantity,
                        maker,
                        taker,
                        ..Report::default()
                    };
                    self.reports.push(Kind::Trade, report);
                }
                Event::Cancelled(cancelled, _) => {
                    let report = Report {
                        side: u8::from(cancelled.side == Side::Sell as u8),
                        sequence,
                        order_id: u64::from(self.ids[number(cancelled.order)]),
                        price: i64::from(cancelled.price / TICK),
                        quantity: cancelled.quantity,
                        ..Report::default()
                    };
                    self.reports.push(Kind::CancelAck, report);
                }
                Event::Refused(refused, _) => {
                    let id = self.ids.get(number(refused.order)).copied().unwrap_or_default();
                    let kind = if refused.kind == command::CancelOrder::KIND {
                        Kind::CancelReject
                    } else {
                        Kind::ModifyReject
                    };
                    self.reports.push(
                        kind,
                        Report { sequence, order_id: u64::from(id), ..Report::default() },
                    );
                }
                _ => {}
            }
        }
    }

    pub fn best(&self, buy: bool) -> Option<i64> {
        let side = if buy { Side::Buy } else { Side::Sell };
        self.machine.depth(0, side, 1).first().map(|level| i64::from(level.price.0 / TICK))
    }

    pub fn depth_at(&self, price: i64, buy: bool) -> u64 {
        let side = if buy { Side::Buy } else { Side::Sell };
        let wanted = Price(self::price(price));
        let levels = self.machine.depth(0, side, usize::MAX);
        levels.iter().find(|level| level.price == wanted).map_or(0, |level| level.quantity)
    }
}

fn number(id: u64) -> usize {
    usize::try_from(id).expect("ids are dense")
}

#[inline]
fn account_of(order_id: u64) -> u32 {
    u32::try_from(order_id % u64::from(ACCOUNTS)).expect("less than the accounts") + 1
}

#[inline]
fn side(side: u8) -> Side {
    if side == 0 { Side::Buy } else { Side::Sell }
}

/// The harness's ticks as a price; 0, which no order may have, where they are none.
#[inline]
fn price(ticks: i64) -> u32 {
    u32::try_from(ticks).ok().and_then(|ticks| ticks.checked_mul(TICK)).unwrap_or(0)
}
