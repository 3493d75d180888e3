//! Where events are written, each with the number of the command that caused it.

use bytemuck::Pod;
use openoutcry_wire::{AccountId, Name, OrderId, Reason, Sequence, SymbolId, Unit, event};

/// The events of one command.
#[derive(Debug)]
pub(crate) struct Output<'a> {
    sequence: Sequence,
    events: &'a mut Vec<Unit>,
}

/// An event's layout: lets the header be filled in one place.
pub(crate) trait Layout: Pod {
    fn header_mut(&mut self) -> &mut event::Header;
}

macro_rules! layouts {
    ($($name:ident),+ $(,)?) => {
        $(impl Layout for event::$name {
            #[inline]
            fn header_mut(&mut self) -> &mut event::Header {
                &mut self.header
            }
        })+
    };
}

layouts!(
    Accepted,
    Rejected,
    Trade,
    Cancelled,
    Replaced,
    Triggered,
    Refused,
    Repeated,
    Transferred,
    AccountOpened,
    SymbolListed,
    Halted,
    Resumed,
    AccountStatusSet,
    DayEnded,
    Activated,
    LimitsSet,
    AllCancelled,
);

impl<'a> Output<'a> {
    #[inline]
    pub(crate) fn new(sequence: Sequence, events: &'a mut Vec<Unit>) -> Self {
        Self { sequence, events }
    }

    /// Writes one event.
    #[inline]
    pub(crate) fn say(&mut self, symbol: SymbolId, reason: Reason, event: impl Layout) {
        self.say_named(symbol, reason, event, None);
    }

    /// Writes one event followed by the client's own name for what it is about.
    #[inline]
    pub(crate) fn say_named(
        &mut self,
        symbol: SymbolId,
        reason: Reason,
        mut event: impl Layout,
        name: Option<&Name>,
    ) {
        let header = event.header_mut();
        header.sequence = self.sequence;
        header.symbol = symbol;
        header.reason = reason as u16;
        event::encode(&event, name, self.events);
    }

    /// Refuses a command that is not a new order.
    pub(crate) fn refuse(
        &mut self,
        kind: u8,
        account: AccountId,
        order: OrderId,
        reason: Reason,
        figures: (i64, i64),
    ) {
        let (required, available) = figures;
        let refused =
            event::Refused { order, account, kind, required, available, ..Default::default() };
        self.say(0, reason, refused);
    }

    /// Answers a command that was carried out before.
    pub(crate) fn repeat(&mut self, kind: u8, account: AccountId, made: u64, reason: Reason) {
        self.say(0, reason, event::Repeated { made, account, kind, ..Default::default() });
    }

    /// Where the next event will be written.
    pub(crate) fn next_answer(&self) -> usize {
        self.events.len()
    }

    /// The event written at a place that [`Output::next_answer`] gave.
    pub(crate) fn answer_at(&self, place: usize) -> event::Event<'_> {
        event::walk(&self.events[place..]).next().expect("every command is answered")
    }
}
