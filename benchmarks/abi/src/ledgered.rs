//! The whole machine behind the ABI: risk checks, holds, ledger, events, and the journal's frames.

use crate::abi::{Any, Report};
use crate::framing::Framing;
use crate::messages::{ACCOUNTS, Cause, Messages};
use crate::reports::{Kind, Reports};
use crate::ticks::{TICK, price};
use openoutcry_machine::{Machine, Room};
use openoutcry_wire::{Event, MONEY_PER_PRICE, Price, Side, Unit, command, event};
use std::hint::select_unpredictable;
use std::mem::offset_of;

/// Cash of each account, 1/1,000,000 dollar, and shares of each: enough never to be refused.
const CASH: i64 = 10_000_000_000_000_000;
const SHARES: i64 = 1_000_000_000_000_000;

/// Commands applied before their events are reported: few enough that all of it stays in the cache.
#[cfg(feature = "batch")]
const TURN: usize = 128;

pub struct Core {
    machine: Machine,
    framing: Framing,
    reports: Reports,
    messages: Messages,
    /// Messages applied so far.
    done: usize,
    /// The machine's sequence number before the first message.
    before: u64,
    events: Vec<Unit>,
}

impl Core {
    pub fn new(reports: Reports) -> Self {
        let room = Room { orders: 1 << 17, numbers: 1 << 21, positions: 1 << 12 };
        let mut core = Self {
            machine: Machine::with_room(&room),
            framing: Framing::new(),
            reports,
            messages: Messages::new(),
            done: 0,
            before: 0,
            events: vec![Unit([1; 64]); 1 << 14],
        };
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
        let mut commands = Vec::new();
        command::encode(&symbol, None, &mut commands);
        for account in 1..=ACCOUNTS {
            let open = command::OpenAccount { owner: account, kind: 1, ..Default::default() };
            let cash = command::Transfer { to: account, amount: CASH, ..Default::default() };
            let shares = command::Transfer { asset: 1, amount: SHARES, ..cash };
            let limits =
                command::SetLimits { account, maximum_open_orders: u32::MAX, ..Default::default() };
            command::encode(&open, None, &mut commands);
            command::encode(&cash, None, &mut commands);
            command::encode(&shares, None, &mut commands);
            command::encode(&limits, None, &mut commands);
        }
        self.machine.apply(1, &commands, &mut self.events);
        self.events.clear();
        self.before = self.machine.sequence();
    }

    pub fn prepare(&mut self, message: Any<'_>) {
        self.messages.add(message);
    }

    #[inline]
    pub fn one(&mut self, message: Any<'_>) {
        if self.done == self.messages.commands.len() {
            self.messages.add(message);
        }
        self.carry_out(1);
    }

    #[cfg(feature = "batch")]
    pub fn batch(&mut self, messages: &[crate::abi::Message]) {
        while self.messages.commands.len() < self.done + messages.len() {
            let next = self.messages.commands.len() - self.done;
            self.messages.add(messages[next].any());
        }
        let mut left = messages.len();
        while left > 0 {
            let turn = left.min(TURN);
            self.carry_out(turn);
            left -= turn;
        }
    }

    /// Closes the journal's last frame.
    pub fn flush(&mut self) {
        self.framing.close(&self.messages.commands[..self.done]);
    }

    /// Applies the next messages and reports what happened.
    #[inline]
    fn carry_out(&mut self, count: usize) {
        self.events.clear();
        let commands = &self.messages.commands[self.done..self.done + count];
        self.machine.apply(1, commands, &mut self.events);
        self.done += count;
        self.framing.fill(&self.messages.commands[..self.done]);
        self.report();
    }

    #[inline]
    fn report(&self) {
        let mut modified = None;
        let mut rest = &self.events[..];
        while let Some(unit) = rest.first() {
            let header: &event::Header = &bytemuck::cast_ref::<Unit, event::Refused>(unit).header;
            let place =
                usize::try_from(header.sequence - self.before - 1).expect("messages fit memory");
            if modified.is_some_and(|modified| modified != place) {
                self.modified(&mut modified);
            }
            let cause = &self.messages.causes[place];
            if 1 << header.kind & PLAIN != 0 {
                self.reports.push(accepted_or_cancelled(unit, cause));
            } else if header.kind == event::Replaced::KIND {
                modified = Some(place);
            } else if let Some(report) = self.rare(unit, cause) {
                self.reports.push(report);
            }
            rest = &rest[usize::from(header.units)..];
        }
        self.modified(&mut modified);
    }

    /// What is reported of a trade or a refusal.
    fn rare(&self, unit: &Unit, cause: &Cause) -> Option<Report> {
        let id = cause.id;
        Some(match event::walk(std::slice::from_ref(unit)).next()? {
            Event::Trade(trade, _) => {
                let price = trade.price / (MONEY_PER_PRICE * i64::from(TICK));
                let maker = self.messages.id(trade.maker_order);
                Report::trade(cause.sequence, price, trade.quantity, maker, id)
            }
            Event::Rejected(..) => Report::about(Kind::OrderAck, cause.sequence, id).of_order(
                cause.side,
                cause.price,
                cause.quantity,
            ),
            Event::Refused(refused, _) if refused.kind == command::CancelOrder::KIND => {
                Report::about(Kind::CancelReject, cause.sequence, id)
            }
            Event::Refused(..) => Report::about(Kind::ModifyReject, cause.sequence, id),
            _ => return None,
        })
    }

    /// The acknowledgement of a modify, which follows its trades.
    #[inline]
    fn modified(&self, place: &mut Option<usize>) {
        let Some(place) = place.take() else { return };
        let cause = &self.messages.causes[place];
        let report = Report::about(Kind::ModifyAck, cause.sequence, cause.id);
        self.reports.push(report.of_order(cause.side, cause.price, cause.quantity));
    }

    pub fn best(&self, buy: bool) -> Option<i64> {
        self.machine.depth(0, side(buy), 1).first().map(|level| i64::from(level.price.0 / TICK))
    }

    pub fn depth_at(&self, ticks: i64, buy: bool) -> u64 {
        let wanted = Price(price(ticks));
        let levels = self.machine.depth(0, side(buy), usize::MAX);
        levels.iter().find(|level| level.price == wanted).map_or(0, |level| level.quantity)
    }
}

/// The two kinds of nearly all events, which come in no order that can be foretold, as one set.
const PLAIN: u32 = 1 << event::Accepted::KIND | 1 << event::Cancelled::KIND;

/// What is reported of either, read where both keep it.
#[inline]
fn accepted_or_cancelled(unit: &Unit, cause: &Cause) -> Report {
    let accepted: &event::Accepted = bytemuck::cast_ref(unit);
    let cancelled: &event::Cancelled = bytemuck::cast_ref(unit);
    let is_new = accepted.header.kind == event::Accepted::KIND;
    let side = select_unpredictable(is_new, accepted.side, cancelled.side);
    let kind = select_unpredictable(is_new, Kind::OrderAck, Kind::CancelAck);
    Report::about(kind, cause.sequence, cause.id).of_order(
        u8::from(side == Side::Sell as u8),
        i64::from(cancelled.price / TICK),
        cancelled.quantity,
    )
}

const _: () = assert!(
    offset_of!(event::Accepted, price) == offset_of!(event::Cancelled, price)
        && offset_of!(event::Accepted, quantity) == offset_of!(event::Cancelled, quantity)
);

const fn side(buy: bool) -> Side {
    if buy { Side::Buy } else { Side::Sell }
}
