//! The simplest reader of a feed: it keeps what it was told, order by order.

use openoutcry_wire::itch::{Body, Splitter};
use openoutcry_wire::{Price, Quantity};
use std::collections::BTreeMap;

/// One order: who, how much, and when it came to its place.
#[derive(Clone, Copy, Debug)]
struct Order {
    locate: u16,
    buy: bool,
    shares: Quantity,
    price: Price,
    rank: u64,
}

/// Symbol, side and price of a level.
pub(crate) type Level = (u16, bool, u32);

#[derive(Debug, Default)]
pub(crate) struct Books {
    orders: BTreeMap<u64, Order>,
    rank: u64,
    pub(crate) messages: usize,
    pub(crate) next: Option<u64>,
}

impl Books {
    pub(crate) fn add(&mut self, locate: u16, id: u64, buy: bool, shares: Quantity, price: Price) {
        self.rank += 1;
        let order = Order { locate, buy, shares, price, rank: self.rank };
        assert!(self.orders.insert(id, order).is_none(), "reference {id} is used twice");
        assert!(shares > 0 && price > Price(0), "an order shows shares and a price");
    }

    fn less(&mut self, id: u64, shares: Quantity) {
        let order = self.orders.get_mut(&id).expect("the order is known");
        order.shares = order.shares.checked_sub(shares).expect("no more than it had");
        if order.shares == 0 {
            self.orders.remove(&id);
        }
    }

    /// Reads messages, each behind its length; the end of a snapshot may be the last.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        let end = bytes.len().checked_sub(23).filter(|at| bytes[*at..*at + 3] == *b"\0\x15G");
        if let Some(at) = end {
            let text = std::str::from_utf8(&bytes[at + 3..]).unwrap();
            self.next = Some(text.trim().parse().unwrap());
        }
        let mut splitter = Splitter::default();
        let whole = &bytes[..end.unwrap_or(bytes.len())];
        splitter.feed(whole, |header, body| self.read(header.locate, body)).unwrap();
        splitter.finish().unwrap();
    }

    fn read(&mut self, locate: u16, body: Body) {
        self.messages += 1;
        match body {
            Body::Add { reference, side, shares, price, .. } => {
                self.add(locate, reference, side.is_buy(), shares, price);
            }
            Body::Executed { reference, shares } | Body::Reduced { reference, shares } => {
                self.less(reference, shares);
            }
            Body::ExecutedAt { reference, shares, .. } => self.less(reference, shares),
            Body::Deleted { reference } => {
                self.orders.remove(&reference).expect("the order is known");
            }
            Body::Replaced { reference, new_reference, shares, price } => {
                let old = self.orders.remove(&reference).expect("the order is known");
                self.add(old.locate, new_reference, old.buy, shares, price);
            }
            Body::Directory { .. } | Body::Other => {}
        }
    }

    /// The shares of each level's orders, as they queue.
    pub(crate) fn levels(&self) -> BTreeMap<Level, Vec<Quantity>> {
        let mut orders: Vec<_> = self.orders.values().collect();
        orders.sort_by_key(|order| order.rank);
        let mut levels: BTreeMap<Level, Vec<Quantity>> = BTreeMap::new();
        for order in orders {
            let level = (order.locate, order.buy, order.price.0);
            levels.entry(level).or_default().push(order.shares);
        }
        levels
    }
}
