//! From the machine's events to the messages of the feed.
//!
//! The machine says that an order was accepted before it matches, and nothing when what is left of
//! it rests. So an order is in flight until it can be said to rest: when another order's sales
//! begin, or at its command's end.

use super::shown::{Entry, Orders, Place, first_reference};
use openoutcry_machine::Machine;
use openoutcry_wire::itch::Stock;
use openoutcry_wire::itch::write::{Stamp, SystemEvent, Writer};
use openoutcry_wire::{
    Event, Nanoseconds, OrderId, OrderType, Price, Sequence, Side, SymbolId, Unit, event,
};

const DAY: Nanoseconds = 86_400_000_000_000;

/// One listed symbol.
#[derive(Clone, Copy, Debug)]
struct Listed {
    stock: Stock,
    halted: bool,
}

/// What the feed knows of the market, and how it says what happens to it.
#[derive(Debug, Default)]
pub struct Translator {
    symbols: Vec<Listed>,
    orders: Orders,
    /// Orders in flight, in the order in which they enter.
    in_flight: Vec<OrderId>,
    /// The command whose events are being read.
    sequence: Sequence,
    time: Nanoseconds,
}

/// The locate code of a symbol: 0 is nobody's. The last of 65,536 symbols has none and is not
/// published.
fn locate(symbol: SymbolId) -> Option<u16> {
    u16::try_from(symbol + 1).ok()
}

impl Translator {
    /// Knows the machine as it stands, and begins the session with it: its symbols, their states
    /// and the orders in their books.
    pub fn begin(machine: &Machine, out: &mut Vec<u8>) -> Self {
        let mut translator = Self { time: machine.time(), ..Self::default() };
        let symbols = SymbolId::try_from(machine.symbol_count()).expect("symbols fit 32 bits");
        for symbol in 0..symbols {
            let state = machine.symbol(symbol).expect("the symbol is listed");
            translator.symbols.push(Listed { stock: state.ticker, halted: state.halted });
            for order in machine.queue(symbol) {
                translator.adopt(machine, order);
            }
        }
        translator.open(out);
        translator
    }

    /// Takes an open order over.
    fn adopt(&mut self, machine: &Machine, order: OrderId) {
        let state = machine.order(order).expect("the order is open");
        let waiting = state.stop_price != Price(0);
        let rank = self.orders.next_rank();
        self.orders.insert(Entry {
            order,
            symbol: state.symbol,
            side: state.side,
            place: if waiting { Place::Waiting } else { Place::InBook },
            shown: !waiting && locate(state.symbol).is_some(),
            price: state.price,
            leaves: state.leaves,
            filled: state.quantity - state.leaves,
            reference: first_reference(order),
            rank,
        });
    }

    fn open(&self, out: &mut Vec<u8>) {
        let mut writer = Writer::new(out);
        let venue = self.stamp(0);
        writer.system_event(venue, SystemEvent::StartOfMessages);
        writer.system_event(venue, SystemEvent::StartOfSystemHours);
        self.image(&mut writer);
        writer.system_event(venue, SystemEvent::StartOfMarketHours);
    }

    /// The messages that end the session.
    pub fn end(&self, out: &mut Vec<u8>) {
        let mut writer = Writer::new(out);
        for event in [
            SystemEvent::EndOfMarketHours,
            SystemEvent::EndOfSystemHours,
            SystemEvent::EndOfMessages,
        ] {
            writer.system_event(self.stamp(0), event);
        }
    }

    /// The market as it stands, as GLIMPSE tells it; the feed goes on with message `next`.
    pub fn snapshot(&self, next: u64, out: &mut Vec<u8>) {
        let mut writer = Writer::new(out);
        self.image(&mut writer);
        writer.snapshot_end(next);
    }

    fn image(&self, writer: &mut Writer<'_>) {
        for (symbol, listed) in (0..).zip(&self.symbols) {
            if let Some(locate) = locate(symbol) {
                let stamp = self.stamp(locate);
                writer.directory(stamp, listed.stock);
                writer.trading_action(stamp, listed.stock, listed.halted);
            }
        }
        for entry in self.orders.shown() {
            self.add(&entry, writer);
        }
    }

    fn add(&self, entry: &Entry, writer: &mut Writer<'_>) {
        if let Some(locate) = locate(entry.symbol) {
            let stock = self.symbols[entry.symbol as usize].stock;
            let terms = (entry.side, entry.leaves, entry.price);
            writer.add(self.stamp(locate), entry.reference, terms, stock);
        }
    }

    const fn stamp(&self, locate: u16) -> Stamp {
        Stamp { locate, time: self.time % DAY }
    }

    /// Says what happened: the events of whole commands, all of one logged time.
    ///
    /// # Panics
    /// When they cannot follow those before.
    pub fn follow(&mut self, time: Nanoseconds, events: &[Unit], out: &mut Vec<u8>) {
        let mut writer = Writer::new(out);
        for event in event::walk(events) {
            let sequence = event.header().sequence;
            if sequence != self.sequence {
                self.rest_all(&mut writer);
                self.sequence = sequence;
                self.time = time;
            }
            self.tell(&event, &mut writer);
        }
        self.rest_all(&mut writer);
    }

    fn tell(&mut self, event: &Event<'_>, writer: &mut Writer<'_>) {
        match event {
            Event::Accepted(accepted, _) => self.accepted(accepted),
            Event::Trade(trade, _) => self.traded(trade, writer),
            Event::Cancelled(cancelled, _) => self.gone(cancelled.order, writer),
            Event::Replaced(replaced, _) => self.replaced(replaced, writer),
            Event::Triggered(triggered, _) => self.enters(triggered.order),
            Event::SymbolListed(listed, _) => self.listed(listed, writer),
            Event::Halted(halted, _) => self.halted(halted.header.symbol, true, writer),
            Event::Resumed(resumed, _) => self.halted(resumed.header.symbol, false, writer),
            Event::Rejected(..)
            | Event::Refused(..)
            | Event::Repeated(..)
            | Event::Transferred(..)
            | Event::AccountOpened(..)
            | Event::AccountStatusSet(..)
            | Event::DayEnded(..)
            | Event::Activated(..)
            | Event::LimitsSet(..)
            | Event::AllCancelled(..) => {}
        }
    }

    fn accepted(&mut self, accepted: &event::Accepted) {
        let waits =
            OrderType::try_from(accepted.order_type).is_ok_and(OrderType::waits_for_trigger);
        self.orders.insert(Entry {
            order: accepted.order,
            symbol: accepted.header.symbol,
            side: Side::try_from(accepted.side).expect("the machine checked the side"),
            place: if waits { Place::Waiting } else { Place::InFlight },
            shown: false,
            price: Price(accepted.price),
            leaves: accepted.quantity,
            filled: 0,
            reference: first_reference(accepted.order),
            rank: 0,
        });
        if !waits {
            self.in_flight.push(accepted.order);
        }
    }

    /// An order sets out for the book.
    fn enters(&mut self, order: OrderId) {
        self.known(order).place = Place::InFlight;
        self.in_flight.push(order);
    }

    fn traded(&mut self, trade: &event::Trade, writer: &mut Writer<'_>) {
        // Those that set out before the taker have come to their places.
        let before = self.in_flight.iter().position(|order| *order == trade.taker_order);
        let before: Vec<_> = self.in_flight.drain(..before.unwrap_or(0)).collect();
        for order in before {
            self.rest(order, writer);
        }
        self.hide(trade.taker_order, writer);
        self.filled(trade.taker_order, trade.quantity);
        let maker = *self.known(trade.maker_order);
        if let Some(locate) = locate(maker.symbol) {
            let (reference, stamp) = (maker.reference, self.stamp(locate));
            writer.executed(stamp, reference, trade.quantity, trade.trade);
        }
        self.filled(trade.maker_order, trade.quantity);
    }

    fn filled(&mut self, order: OrderId, quantity: u32) {
        let entry = self.known(order);
        entry.leaves -= quantity;
        entry.filled += quantity;
        if entry.leaves == 0 {
            self.forget(order);
        }
    }

    /// Takes an order out of the readers' sight, which is about to trade or gone.
    fn hide(&mut self, order: OrderId, writer: &mut Writer<'_>) {
        let entry = self.known(order);
        if !std::mem::take(&mut entry.shown) {
            return;
        }
        let (symbol, reference) = (entry.symbol, entry.reference);
        let next = self.orders.next_reference();
        self.known(order).reference = next;
        if let Some(locate) = locate(symbol) {
            writer.deleted(self.stamp(locate), reference);
        }
    }

    fn gone(&mut self, order: OrderId, writer: &mut Writer<'_>) {
        self.hide(order, writer);
        self.forget(order);
    }

    fn forget(&mut self, order: OrderId) {
        if self.orders.remove(order).is_some_and(|entry| entry.place == Place::InFlight) {
            self.in_flight.retain(|other| *other != order);
        }
    }

    fn replaced(&mut self, replaced: &event::Replaced, writer: &mut Writer<'_>) {
        let entry = self.known(replaced.order);
        let leaves = replaced.quantity - entry.filled;
        let less = entry.leaves.saturating_sub(leaves);
        entry.leaves = leaves;
        if replaced.price != 0 {
            entry.price = Price(replaced.price);
        }
        let entry = *entry;
        if leaves == 0 {
            return self.gone(replaced.order, writer);
        }
        match entry.place {
            Place::InBook if replaced.kept_priority == 0 => self.enters(replaced.order),
            Place::InBook if less > 0 && entry.shown => {
                if let Some(locate) = locate(entry.symbol) {
                    writer.reduced(self.stamp(locate), entry.reference, less);
                }
            }
            Place::InBook | Place::InFlight | Place::Waiting => {}
        }
    }

    fn rest_all(&mut self, writer: &mut Writer<'_>) {
        for order in std::mem::take(&mut self.in_flight) {
            self.rest(order, writer);
        }
    }

    /// An order came to rest behind all others at its price.
    fn rest(&mut self, order: OrderId, writer: &mut Writer<'_>) {
        let rank = self.orders.next_rank();
        let entry = self.known(order);
        (entry.place, entry.rank) = (Place::InBook, rank);
        let old = std::mem::replace(&mut entry.shown, true).then_some(entry.reference);
        if old.is_some() {
            let next = self.orders.next_reference();
            self.known(order).reference = next;
        }
        let entry = *self.known(order);
        let Some(locate) = locate(entry.symbol) else { return };
        match old {
            Some(old) => {
                let references = (old, entry.reference);
                writer.replaced(self.stamp(locate), references, entry.leaves, entry.price);
            }
            None => self.add(&entry, writer),
        }
    }

    fn listed(&mut self, listed: &event::SymbolListed, writer: &mut Writer<'_>) {
        let symbol = listed.header.symbol;
        assert_eq!(symbol as usize, self.symbols.len(), "symbols are numbered as they are listed");
        self.symbols.push(Listed { stock: listed.ticker, halted: false });
        if let Some(locate) = locate(symbol) {
            writer.directory(self.stamp(locate), listed.ticker);
            writer.trading_action(self.stamp(locate), listed.ticker, false);
        }
    }

    fn halted(&mut self, symbol: SymbolId, halted: bool, writer: &mut Writer<'_>) {
        let listed = &mut self.symbols[symbol as usize];
        listed.halted = halted;
        let stock = listed.stock;
        if let Some(locate) = locate(symbol) {
            writer.trading_action(self.stamp(locate), stock, halted);
        }
    }

    fn known(&mut self, order: OrderId) -> &mut Entry {
        self.orders.get(order).expect("events are about orders that were accepted")
    }
}
