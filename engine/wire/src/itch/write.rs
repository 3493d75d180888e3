//! Writing: each message behind its length in two bytes, as in a file and in a packet of
//! `MoldUDP64`. The fields are in the order of the specification.

use super::Stock;
use crate::{OrderId, Price, Quantity, Side, TradeId};

/// What every message of one moment and one symbol starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Number of the stock, 0 for what is about none.
    pub locate: u16,
    /// Nanoseconds since midnight, UTC.
    pub time: u64,
}

/// S: what the feed and the market begin and end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SystemEvent {
    StartOfMessages = b'O',
    StartOfSystemHours = b'S',
    StartOfMarketHours = b'Q',
    EndOfMarketHours = b'M',
    EndOfSystemHours = b'E',
    EndOfMessages = b'C',
}

/// Writes messages to the end of a buffer.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> Writer<'a> {
    #[must_use]
    pub const fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, start: 0 }
    }

    /// S.
    pub fn system_event(&mut self, stamp: Stamp, event: SystemEvent) {
        self.begin(b'S', stamp).u8(event as u8).end();
    }

    /// R: a common stock in good standing, that trades in round lots of 100 and odd lots alike.
    pub fn directory(&mut self, stamp: Stamp, stock: Stock) {
        // Market category, financial status, round lot, round lots only, classification, subtype,
        // authenticity, threshold, new issue, tier, fund flag, leverage, inverse.
        self.begin(b'R', stamp).raw(&stock).raw(b"QN").u32(100).raw(b"NCZ P   N");
        self.u32(0).raw(b"N").end();
    }

    /// H: whether the stock trades.
    pub fn trading_action(&mut self, stamp: Stamp, stock: Stock, halted: bool) {
        let state = if halted { b"H " } else { b"T " };
        self.begin(b'H', stamp).raw(&stock).raw(state).raw(b"    ").end();
    }

    /// A: an order in the book, behind all others at its price.
    pub fn add(
        &mut self,
        stamp: Stamp,
        reference: OrderId,
        (side, shares, price): (Side, Quantity, Price),
        stock: Stock,
    ) {
        let side = if side.is_buy() { b'B' } else { b'S' };
        self.begin(b'A', stamp).u64(reference).u8(side).u32(shares).raw(&stock).u32(price.0).end();
    }

    /// E: an order in the book traded at its own price.
    pub fn executed(&mut self, stamp: Stamp, reference: OrderId, shares: Quantity, trade: TradeId) {
        self.begin(b'E', stamp).u64(reference).u32(shares).u64(trade).end();
    }

    /// X: an order is smaller, and keeps its place.
    pub fn reduced(&mut self, stamp: Stamp, reference: OrderId, shares: Quantity) {
        self.begin(b'X', stamp).u64(reference).u32(shares).end();
    }

    /// D: an order is gone.
    pub fn deleted(&mut self, stamp: Stamp, reference: OrderId) {
        self.begin(b'D', stamp).u64(reference).end();
    }

    /// U: an order is gone, and another of its side and stock stands behind all at its price.
    pub fn replaced(
        &mut self,
        stamp: Stamp,
        (reference, new_reference): (OrderId, OrderId),
        shares: Quantity,
        price: Price,
    ) {
        self.begin(b'U', stamp).u64(reference).u64(new_reference).u32(shares).u32(price.0).end();
    }

    /// G of GLIMPSE: the snapshot ends here, and the feed goes on with this message.
    pub fn snapshot_end(&mut self, next: u64) {
        self.start = self.out.len();
        self.raw(&[0, 0]).u8(b'G').raw(format!("{next:>20}").as_bytes()).end();
    }

    fn begin(&mut self, kind: u8, stamp: Stamp) -> &mut Self {
        self.start = self.out.len();
        self.raw(&[0, 0]).u8(kind).raw(&stamp.locate.to_be_bytes());
        // Tracking number: nobody's but the venue's.
        self.raw(&[0, 0]).raw(&stamp.time.to_be_bytes()[2..])
    }

    fn end(&mut self) {
        let length = u16::try_from(self.out.len() - self.start - 2).expect("messages are short");
        self.out[self.start..self.start + 2].copy_from_slice(&length.to_be_bytes());
    }

    #[inline]
    fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.out.extend_from_slice(bytes);
        self
    }

    #[inline]
    fn u8(&mut self, byte: u8) -> &mut Self {
        self.out.push(byte);
        self
    }

    #[inline]
    fn u32(&mut self, number: u32) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    #[inline]
    fn u64(&mut self, number: u64) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }
}
