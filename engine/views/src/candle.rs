//! Candles: bars of a second for the last hours, bars of a minute for the last weeks.

use openoutcry_canonical::canonical;
use openoutcry_wire::{Nanoseconds, Quantity};
use std::collections::VecDeque;

const SECOND: Nanoseconds = 1_000_000_000;
const MINUTE: Nanoseconds = 60 * SECOND;

/// Seconds and minutes with trades that are kept for each symbol: at least two hours and two
/// weeks.
const SECONDS: usize = 2 * 3_600;
const MINUTES: usize = 14 * 24 * 60;

/// What traded in one interval; prices in 1/1,000,000 dollar. Intervals without a trade have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candle {
    /// When the interval starts.
    pub time: Nanoseconds,
    pub open: i64,
    pub high: i64,
    pub low: i64,
    pub close: i64,
    pub volume: u64,
    pub trades: u64,
}

canonical!(Candle { time, open, high, low, close, volume, trades });

impl Candle {
    fn new(time: Nanoseconds, price: i64, quantity: Quantity) -> Self {
        let volume = u64::from(quantity);
        Self { time, open: price, high: price, low: price, close: price, volume, trades: 1 }
    }

    /// Adds what traded later in the same interval.
    fn extend(&mut self, later: &Self) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.volume += later.volume;
        self.trades += later.trades;
    }
}

/// The candles of one symbol.
#[derive(Debug, Default)]
pub(crate) struct Candles {
    seconds: VecDeque<Candle>,
    minutes: VecDeque<Candle>,
}

canonical!(Candles { seconds, minutes });

impl Candles {
    pub(crate) fn add(&mut self, time: Nanoseconds, price: i64, quantity: Quantity) {
        for (bars, interval, limit) in
            [(&mut self.seconds, SECOND, SECONDS), (&mut self.minutes, MINUTE, MINUTES)]
        {
            let trade = Candle::new(time - time % interval, price, quantity);
            match bars.back_mut() {
                Some(last) if last.time == trade.time => last.extend(&trade),
                _ => bars.push_back(trade),
            }
            if bars.len() > limit {
                bars.pop_front();
            }
        }
    }

    /// The newest `limit` candles that start at `from` or later and before `to`, oldest first.
    pub(crate) fn between(
        &self,
        interval: Nanoseconds,
        from: Nanoseconds,
        to: Nanoseconds,
        limit: usize,
    ) -> Vec<Candle> {
        let bars = if interval.is_multiple_of(MINUTE) { &self.minutes } else { &self.seconds };
        let start = |bar: &Candle| bar.time - bar.time % interval;
        let first = bars.partition_point(|bar| start(bar) < from);
        let last = bars.partition_point(|bar| start(bar) < to).max(first);
        let mut groups = 0;
        let mut group = None;
        let mut begin = last;
        while begin > first {
            let this = start(&bars[begin - 1]);
            if group != Some(this) {
                if groups == limit {
                    break;
                }
                groups += 1;
                group = Some(this);
            }
            begin -= 1;
        }
        let mut candles: Vec<Candle> = Vec::with_capacity(groups);
        for bar in bars.range(begin..last) {
            match candles.last_mut() {
                Some(candle) if candle.time == start(bar) => candle.extend(bar),
                _ => candles.push(Candle { time: start(bar), ..*bar }),
            }
        }
        candles
    }
}
