//! Symbols: listing, halts, the end of the day.

use super::{Exchange, Order, prices};
use openoutcry_wire::command::{EndDay, Halt, ListSymbol, Resume};
use openoutcry_wire::{Reason, TimeInForce, event};

#[derive(Debug)]
pub(crate) struct Symbol {
    pub(crate) ticker: [u8; 8],
    pub(crate) previous_close: u32,
    pub(crate) tick: u32,
    pub(crate) maximum_quantity: u32,
    pub(crate) sweep_collar: u32,
    pub(crate) limit_collar: u32,
    pub(crate) halted: bool,
    /// The last sale of the day, in 1/10000 dollar.
    pub(crate) last: Option<u32>,
}

impl Symbol {
    /// The last sale, before the first of the day the previous close, in 1/1,000,000 dollar.
    pub(crate) fn reference(&self) -> i128 {
        i128::from(self.last.unwrap_or(self.previous_close)) * 100
    }

    /// The furthest that a market order may sweep now.
    pub(crate) fn sweep_bound(&self, buy: bool) -> u32 {
        let unbounded = if buy { prices::floor(self.tick, i128::from(u32::MAX)) } else { 0 };
        prices::furthest(self.tick, buy, self.reference(), self.sweep_collar).unwrap_or(unbounded)
    }

    /// The most that a stop order without a limit may pay: the collar above its stop price, 10 %
    /// where there is none.
    pub(crate) fn dearest_stop(&self, stop: u32) -> u32 {
        let collar = if self.sweep_collar == 0 { 1_000 } else { self.sweep_collar };
        prices::furthest(self.tick, true, i128::from(stop) * 100, collar).unwrap()
    }
}

impl Exchange {
    pub(crate) fn symbol(&self, number: u32) -> Option<&Symbol> {
        self.symbols.get(number as usize)
    }

    pub(crate) fn symbol_count(&self) -> u32 {
        u32::try_from(self.symbols.len()).unwrap()
    }

    pub(crate) fn list_symbol(&mut self, command: &ListSymbol) {
        let ListSymbol { ticker, previous_close, tick, maximum_quantity, .. } = *command;
        let ListSymbol { sweep_collar, limit_collar, .. } = *command;
        let reason = if self.symbols.iter().any(|symbol| symbol.ticker == ticker) {
            Reason::AlreadyListed
        } else if !is_ticker(ticker) || sweep_collar > 1_000_000 || limit_collar > 1_000_000 {
            Reason::Malformed
        } else if tick > 1_000_000 || !prices::is_on_tick(tick, previous_close) {
            Reason::OffTick
        } else {
            Reason::None
        };
        if reason != Reason::None {
            return self.refuse(ListSymbol::KIND, 0, 0, (reason, 0, 0));
        }
        let number = self.symbol_count();
        self.symbols.push(Symbol {
            ticker,
            previous_close,
            tick,
            maximum_quantity,
            sweep_collar,
            limit_collar,
            halted: false,
            last: None,
        });
        let listed = event::SymbolListed {
            ticker,
            previous_close,
            tick,
            maximum_quantity,
            sweep_collar,
            limit_collar,
            ..Default::default()
        };
        self.say(number, Reason::None, listed);
    }

    /// The symbols that a command names: one, or all there are.
    fn named(&self, symbol: u32) -> Vec<u32> {
        let all = 0..self.symbol_count();
        all.filter(|&number| symbol == u32::MAX || symbol == number).collect()
    }

    pub(crate) fn halt(&mut self, command: &Halt) {
        let named = self.named(command.symbol);
        if named.is_empty() {
            return self.refuse(Halt::KIND, 0, 0, (Reason::UnknownSymbol, 0, 0));
        }
        for symbol in named {
            self.symbols[symbol as usize].halted = true;
            let halted = event::Halted { cause: command.cause, ..Default::default() };
            self.say(symbol, Reason::None, halted);
        }
    }

    pub(crate) fn resume(&mut self, command: &Resume) {
        let named = self.named(command.symbol);
        if named.is_empty() {
            return self.refuse(Resume::KIND, 0, 0, (Reason::UnknownSymbol, 0, 0));
        }
        for symbol in named {
            self.symbols[symbol as usize].halted = false;
            let resumed = event::Resumed { cause: command.cause, ..Default::default() };
            self.say(symbol, Reason::None, resumed);
        }
    }

    pub(crate) fn end_day(&mut self, command: &EndDay) {
        let named = self.named(command.symbol);
        if named.is_empty() {
            return self.refuse(EndDay::KIND, 0, 0, (Reason::UnknownSymbol, 0, 0));
        }
        for number in named {
            let symbol = &mut self.symbols[number as usize];
            if let Some(last) = symbol.last.take() {
                symbol.previous_close = last;
            }
            let close = i64::from(symbol.previous_close) * 100;
            self.say(number, Reason::None, event::DayEnded { close, ..Default::default() });
            for order in self.expiring(number) {
                self.orders.retain(|other| other.number != order.number);
                self.say_cancelled(&order, Reason::ExpiredAtClose);
            }
        }
    }

    /// Day orders as they expire: bids, then offers, each in their priority; then stops by number.
    fn expiring(&self, symbol: u32) -> Vec<Order> {
        let day =
            |order: &&Order| order.symbol == symbol && order.time_in_force == TimeInForce::Day;
        let mut orders: Vec<Order> = self.orders.iter().filter(day).copied().collect();
        orders.sort_by_key(|order| match order.limit.map(i64::from) {
            _ if order.waits() => (2, 0, order.number),
            Some(bid) if order.buy => (0, -bid, order.time),
            Some(offer) => (1, offer, order.time),
            None => unreachable!("what rests has a limit"),
        });
        orders
    }
}

/// One to eight capital letters, digits, dots or dashes, then spaces.
fn is_ticker(ticker: [u8; 8]) -> bool {
    let text = String::from_utf8_lossy(&ticker).into_owned();
    let name = text.trim_end_matches(' ');
    !name.is_empty()
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || ".-".contains(c))
}
