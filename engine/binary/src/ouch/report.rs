//! What a client is told. Each report is written behind its length in two bytes, as it is kept.

use super::request::{Echo, Reject};
use openoutcry_wire::{Nanoseconds, OrderId, TradeId};

const DAY: Nanoseconds = 86_400_000_000_000;

/// Why an order is smaller or gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Cancel {
    ByUser = b'U',
    Immediate = b'I',
    Timeout = b'T',
    BySupervisor = b'S',
    SelfMatch = b'Q',
    Regulatory = b'D',
}

/// Writes reports of one moment.
#[derive(Debug)]
pub struct Reports<'a> {
    out: &'a mut Vec<u8>,
    time: Nanoseconds,
    start: usize,
}

impl<'a> Reports<'a> {
    pub const fn new(out: &'a mut Vec<u8>, time: Nanoseconds) -> Self {
        Self { out, time: time % DAY, start: 0 }
    }

    /// S: the session starts (`S`) or ends (`E`).
    pub fn system_event(&mut self, event: u8) {
        self.begin(b'S').raw(&[event]).end();
    }

    pub fn accepted(&mut self, reference: u32, order: OrderId, echo: &Echo) {
        self.begin(b'A').u32(reference);
        self.order(order, echo);
    }

    pub fn replaced(&mut self, old: u32, reference: u32, order: OrderId, echo: &Echo) {
        self.begin(b'U').u32(old).u32(reference);
        self.order(order, echo);
    }

    /// What an order is, from its side on.
    fn order(&mut self, order: OrderId, echo: &Echo) {
        self.raw(&[echo.side]).u32(echo.quantity).raw(&echo.symbol).u64(echo.price);
        self.raw(&[echo.time_in_force, echo.display]).u64(2 * order);
        // No sweep, no cross, alive; no extras.
        self.raw(&[echo.capacity]).raw(b"NNL").raw(&echo.client_order_id).raw(&[0, 0]).end();
    }

    pub fn cancelled(&mut self, reference: u32, less: u32, why: Cancel) {
        self.begin(b'C').u32(reference).u32(less).raw(&[why as u8]).end();
    }

    /// `price` in 1/10000 dollar; `added`: whether the order stood in the book.
    pub fn executed(
        &mut self,
        reference: u32,
        quantity: u32,
        (price, added): (u64, bool),
        trade: TradeId,
    ) {
        let liquidity = if added { b'A' } else { b'R' };
        self.begin(b'E').u32(reference).u32(quantity).u64(price).raw(&[liquidity]).u64(trade);
        self.raw(&[0, 0]).end();
    }

    pub fn rejected(&mut self, reference: u32, why: Reject, client_order_id: &[u8; 14]) {
        self.begin(b'J').u32(reference).raw(&(why as u16).to_be_bytes()).raw(client_order_id).end();
    }

    /// I: an order that cannot be cancelled as asked.
    pub fn cancel_rejected(&mut self, reference: u32) {
        self.begin(b'I').u32(reference).end();
    }

    /// T: an order has another price, or another place at the same.
    pub fn priority(&mut self, reference: u32, order: OrderId, echo: &Echo) {
        self.begin(b'T').u32(reference).u64(echo.price).raw(&[echo.display]).u64(2 * order).end();
    }

    /// Q: the next reference that the account may use.
    pub fn account(&mut self, next: u32) {
        self.begin(b'Q').u32(next).end();
    }

    fn begin(&mut self, kind: u8) -> &mut Self {
        self.start = self.out.len();
        let time = self.time;
        self.raw(&[0, 0, kind]).u64(time)
    }

    fn end(&mut self) {
        let length = u16::try_from(self.out.len() - self.start - 2).expect("reports are short");
        self.out[self.start..self.start + 2].copy_from_slice(&length.to_be_bytes());
    }

    fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.out.extend_from_slice(bytes);
        self
    }

    fn u32(&mut self, number: u32) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    fn u64(&mut self, number: u64) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }
}
