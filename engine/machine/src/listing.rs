//! A listed symbol: its rules, its book, its stops; and the commands about it.

use crate::machine::Machine;
use crate::output::Output;
use crate::stops::Stops;
use openoutcry_book::{Book, Grid, NONE};
use openoutcry_canonical::canonical;
use openoutcry_planted::{Bug, on};
use openoutcry_risk::{Collars, Instrument, Refusal};
use openoutcry_wire::command::{EndDay, Halt, ListSymbol, Resume};
use openoutcry_wire::{
    ALL_SYMBOLS, MONEY_PER_PRICE, Money, Price, Quantity, Reason, SymbolId, TimeInForce, event,
};

/// The most symbols a venue may list: orders name theirs in 16 bits.
const MAXIMUM_SYMBOLS: usize = 1 << 16;

/// The largest collar, in basis points: a price may fall by no more than all of it.
const MAXIMUM_COLLAR: u32 = 1_000_000;

/// One symbol.
#[derive(Debug)]
pub(crate) struct Listing {
    pub ticker: [u8; 8],
    pub previous_close: Price,
    pub tick: u32,
    pub maximum_quantity: Quantity,
    pub collars: Collars,
    pub halted: bool,
    pub halt_cause: u32,
    /// The last sale of this trading day.
    pub last: Option<Money>,
    /// The lowest limit to sell and the highest to buy that the collar lets pass now.
    pub limit_range: (Price, Price),
    pub book: Book,
    pub stops: Stops,
}

// The orders of the book, and with them the range of limits, come once all orders are read.
canonical!(Listing {
    ticker,
    previous_close,
    tick,
    maximum_quantity,
    collars,
    halted,
    halt_cause,
    last,
    stops,
} derived {
    limit_range = (Price(0), Price(0)),
    book = Book::new(Grid::of_tick(tick)),
});

impl Listing {
    fn new(command: &ListSymbol) -> Self {
        let mut listing = Self {
            ticker: command.ticker,
            previous_close: Price(command.previous_close),
            tick: command.tick,
            maximum_quantity: command.maximum_quantity,
            collars: Collars { sweep: command.sweep_collar, limit: command.limit_collar },
            halted: false,
            halt_cause: 0,
            last: None,
            limit_range: (Price(0), Price(0)),
            book: Book::new(Grid::of_tick(command.tick)),
            stops: Stops::default(),
        };
        listing.reference_moved();
        listing
    }

    /// Takes note of a sale.
    #[inline]
    pub(crate) fn sold(&mut self, last: Money) {
        if self.last != Some(last) {
            self.last = Some(last);
            self.reference_moved();
        }
    }

    /// The price at which an order that must not take may rest: its own, or if it reprices one tick
    /// short of the other side.
    ///
    /// # Errors
    /// `PostOnlyWouldTake`, with its price and the other side's best, in 1/10000 dollar.
    pub(crate) fn posted(&self, buy: bool, price: Price, reprices: bool) -> Result<Price, Refusal> {
        let best = self.book.side(!buy).best();
        let Some(best) = best.filter(|_| self.book.crosses(buy, price)) else { return Ok(price) };
        let short = if buy { self.book.grid.below(best) } else { self.book.grid.above(best) };
        short.filter(|_| reprices).ok_or_else(|| {
            Refusal::figures(Reason::PostOnlyWouldTake, i64::from(price.0), i64::from(best.0))
        })
    }

    pub(crate) fn reference_moved(&mut self) {
        self.limit_range = self.instrument().limit_range();
    }

    /// What the risk checks need to know.
    #[inline]
    pub(crate) fn instrument(&self) -> Instrument {
        Instrument {
            grid: self.book.grid,
            maximum_quantity: self.maximum_quantity,
            collars: self.collars,
            reference: self.last.unwrap_or_else(|| self.previous_close.money()),
            halted: self.halted && !on(Bug::HaltIgnored),
        }
    }
}

impl Machine {
    pub(crate) fn list_symbol(&mut self, command: &ListSymbol, out: &mut Output<'_>) {
        let reason = self.check_listing(command);
        if reason != Reason::None {
            return out.refuse(ListSymbol::KIND, 0, 0, reason, (0, 0));
        }
        let symbol = SymbolId::try_from(self.listings.len()).expect("symbols fit 16 bits");
        self.listings.push(Listing::new(command));
        let listed = event::SymbolListed {
            ticker: command.ticker,
            previous_close: command.previous_close,
            tick: command.tick,
            maximum_quantity: command.maximum_quantity,
            sweep_collar: command.sweep_collar,
            limit_collar: command.limit_collar,
            ..Default::default()
        };
        out.say(symbol, Reason::None, listed);
    }

    fn check_listing(&self, command: &ListSymbol) -> Reason {
        if self.listings.len() == MAXIMUM_SYMBOLS {
            Reason::VenueFull
        } else if self.listings.iter().any(|listing| listing.ticker == command.ticker) {
            Reason::AlreadyListed
        } else if !is_ticker(command.ticker)
            || command.sweep_collar.max(command.limit_collar) > MAXIMUM_COLLAR
        {
            Reason::Malformed
        } else if command.tick > 1_000_000
            || !Grid::of_tick(command.tick).allows(Price(command.previous_close))
        {
            Reason::OffTick
        } else {
            Reason::None
        }
    }

    /// The symbols a command names: one, or all of them, of which there must be one.
    fn named(&self, symbol: SymbolId) -> Result<std::ops::Range<SymbolId>, Reason> {
        let count = SymbolId::try_from(self.listings.len()).expect("symbols fit 16 bits");
        match symbol {
            ALL_SYMBOLS if count > 0 => Ok(0..count),
            symbol if symbol < count => Ok(symbol..symbol + 1),
            _ => Err(Reason::UnknownSymbol),
        }
    }

    pub(crate) fn halt(&mut self, command: &Halt, out: &mut Output<'_>) {
        match self.named(command.symbol) {
            Err(reason) => out.refuse(Halt::KIND, 0, 0, reason, (0, 0)),
            Ok(symbols) => {
                for symbol in symbols {
                    let listing = &mut self.listings[symbol as usize];
                    listing.halted = true;
                    listing.halt_cause = command.cause;
                    out.say(
                        symbol,
                        Reason::None,
                        event::Halted { cause: command.cause, ..Default::default() },
                    );
                }
            }
        }
    }

    pub(crate) fn resume(&mut self, command: &Resume, out: &mut Output<'_>) {
        match self.named(command.symbol) {
            Err(reason) => out.refuse(Resume::KIND, 0, 0, reason, (0, 0)),
            Ok(symbols) => {
                for symbol in symbols {
                    let listing = &mut self.listings[symbol as usize];
                    listing.halted = false;
                    listing.halt_cause = 0;
                    out.say(
                        symbol,
                        Reason::None,
                        event::Resumed { cause: command.cause, ..Default::default() },
                    );
                }
            }
        }
    }

    /// Ends the trading day: the last sale becomes the close, and day orders expire.
    pub(crate) fn end_day(&mut self, command: &EndDay, out: &mut Output<'_>) {
        match self.named(command.symbol) {
            Err(reason) => out.refuse(EndDay::KIND, 0, 0, reason, (0, 0)),
            Ok(symbols) => symbols.for_each(|symbol| self.end_day_of(symbol, out)),
        }
    }

    fn end_day_of(&mut self, symbol: SymbolId, out: &mut Output<'_>) {
        let listing = &mut self.listings[symbol as usize];
        if let Some(last) = listing.last.take() {
            listing.previous_close =
                Price(u32::try_from(last.0 / MONEY_PER_PRICE).expect("sales are at order prices"));
            listing.reference_moved();
        }
        let close = listing.previous_close.money().0;
        out.say(symbol, Reason::None, event::DayEnded { close, ..Default::default() });
        for slot in self.open_in(symbol) {
            if self.arena.orders.get(slot).flags.time_in_force() == TimeInForce::Day {
                self.end(slot, Reason::ExpiredAtClose, out);
            }
        }
    }

    /// The slots of a symbol's open orders: bids, offers, then stops that wait.
    pub(crate) fn open_in(&self, symbol: SymbolId) -> Vec<u32> {
        let Listing { book, stops, .. } = &self.listings[symbol as usize];
        let resting = book.side(true).queue(&self.arena).chain(book.side(false).queue(&self.arena));
        let waiting = stops.iter().map(|order| self.index.get(order).unwrap_or(NONE));
        resting.chain(waiting).collect()
    }
}

/// One to eight capital letters, digits, dots or dashes, padded with spaces at the end.
fn is_ticker(ticker: [u8; 8]) -> bool {
    let length = ticker.iter().position(|&byte| byte == b' ').unwrap_or(8);
    let (text, padding) = ticker.split_at(length);
    let allowed = |&byte: &u8| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'.' || byte == b'-'
    };
    length > 0 && text.iter().all(allowed) && padding.iter().all(|&byte| byte == b' ')
}
