//! Minutes of trading. A minute's row is made when a later minute's first command comes, with the
//! touch as it stood before it: the same at every replay.

use openoutcry_wire::{Nanoseconds, SymbolId};
use std::collections::BTreeMap;

pub(crate) const MINUTE: Nanoseconds = 60_000_000_000;

/// Prices in 1/1,000,000 dollar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    pub(crate) open: i64,
    pub(crate) high: i64,
    pub(crate) low: i64,
    pub(crate) close: i64,
    pub(crate) volume: u64,
    pub(crate) trades: u64,
}

/// The bars of the minute that runs.
#[derive(Debug, Default)]
pub(crate) struct Bars {
    minute: Nanoseconds,
    bars: BTreeMap<SymbolId, Bar>,
}

impl Bars {
    /// Comes to a logged time; when that is in a later minute, gives out the start and the bars of
    /// the one that is over.
    pub(crate) fn come_to(
        &mut self,
        time: Nanoseconds,
    ) -> Option<(Nanoseconds, BTreeMap<SymbolId, Bar>)> {
        let minute = time - time % MINUTE;
        if minute <= self.minute {
            return None;
        }
        let over = std::mem::replace(&mut self.minute, minute);
        Some((over, std::mem::take(&mut self.bars)))
    }

    pub(crate) fn add(&mut self, symbol: SymbolId, price: i64, quantity: u32) {
        let bar = self.bars.entry(symbol).or_insert(Bar {
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 0,
            trades: 0,
        });
        bar.high = bar.high.max(price);
        bar.low = bar.low.min(price);
        bar.close = price;
        bar.volume += u64::from(quantity);
        bar.trades += 1;
    }
}
