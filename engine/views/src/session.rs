use crate::candle::Candles;
use openoutcry_canonical::canonical;
use openoutcry_wire::{Nanoseconds, Quantity, TradeId};

/// A symbol's trading day so far. Prices in 1/1,000,000 dollar; open, high and low are 0 before
/// the day's first trade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The last sale, of today or before; the previous close until there is any.
    pub last: i64,
    pub last_size: Quantity,
    pub last_time: Nanoseconds,
    pub open: i64,
    pub high: i64,
    pub low: i64,
    pub volume: u64,
    /// The sum of price times quantity.
    pub turnover: i128,
    pub previous_close: i64,
}

canonical!(Session {
    last,
    last_size,
    last_time,
    open,
    high,
    low,
    volume,
    turnover,
    previous_close,
});

impl Session {
    pub(crate) fn add(&mut self, time: Nanoseconds, price: i64, quantity: Quantity) {
        if self.volume == 0 {
            (self.open, self.high, self.low) = (price, price, price);
        }
        self.high = self.high.max(price);
        self.low = self.low.min(price);
        (self.last, self.last_size, self.last_time) = (price, quantity, time);
        self.volume += u64::from(quantity);
        self.turnover += i128::from(price) * i128::from(quantity);
    }

    /// The day ended at `close`; the next one starts with nothing traded.
    pub(crate) fn end(&mut self, close: i64) {
        let Self { last, last_size, last_time, .. } = *self;
        *self = Self { last, last_size, last_time, previous_close: close, ..Self::default() };
    }
}

/// All that is kept about a symbol.
#[derive(Debug, Default)]
pub(crate) struct Symbol {
    pub(crate) session: Session,
    pub(crate) candles: Candles,
    pub(crate) last_trade: TradeId,
}

canonical!(Symbol { session, candles, last_trade });
