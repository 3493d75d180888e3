use openoutcry_wire::{AccountId, Event, Nanoseconds, OrderId, Sequence, command};

/// What became of one submitted command: its first event, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The number that `submit` gave the command.
    pub ticket: u64,
    pub sequence: Sequence,
    pub time: Nanoseconds,
    /// The order, transfer, account or symbol that the command made or concerns; for a mass cancel
    /// the number of orders cancelled.
    pub made: u64,
    /// The order that the command named or made, 0 for none. It may be another account's.
    pub order: OrderId,
    /// Figures behind a refusal.
    pub required: i64,
    pub available: i64,
    pub account: AccountId,
    pub reason: u16,
    /// The event's kind.
    pub event: u8,
}

impl Answer {
    pub(crate) fn new(ticket: u64, time: Nanoseconds, event: &Event<'_>) -> Self {
        let header = event.header();
        let (account, made) = event.subject();
        let made = match event {
            Event::Halted(..) | Event::Resumed(..) | Event::DayEnded(..) => header.symbol.into(),
            _ => made,
        };
        let (required, available) = match event {
            Event::Rejected(e, _) => (e.required, e.available),
            Event::Refused(e, _) => (e.required, e.available),
            _ => (0, 0),
        };
        Self {
            ticket,
            sequence: header.sequence,
            time,
            made,
            order: order_of(event),
            required,
            available,
            account,
            reason: header.reason,
            event: header.kind,
        }
    }
}

/// The order an event is about, 0 for none; it may be named by an account that does not own it.
fn order_of(event: &Event<'_>) -> OrderId {
    match event {
        Event::Accepted(..)
        | Event::Rejected(..)
        | Event::Cancelled(..)
        | Event::Replaced(..)
        | Event::Refused(..) => event.subject().1,
        Event::Repeated(repeated, _) if repeated.kind == command::NewOrder::KIND => repeated.made,
        _ => 0,
    }
}
