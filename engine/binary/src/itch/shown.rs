//! The orders as the feed knows them.

use openoutcry_book::OrderIndex;
use openoutcry_wire::{OrderId, Price, Quantity, Side, SymbolId};

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A stop that no sale has reached: nobody knows of it.
    Waiting,
    /// On its way into the book; its command is not at its end.
    InFlight,
    InBook,
}

/// One open order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub order: OrderId,
    pub symbol: SymbolId,
    pub side: Side,
    pub place: Place,
    /// Whether readers see it, under the reference of its present generation.
    pub shown: bool,
    pub price: Price,
    pub leaves: Quantity,
    pub filled: Quantity,
    /// What the feed calls the order. Each time it goes to the end of a queue it is called anew.
    pub reference: u64,
    /// Orders of one price queue by it.
    pub rank: u64,
}

/// The reference of an order's first place in a book: even. Those of its later places are odd and
/// counted up, so that all stay small: there are readers that use them as an index.
pub(super) const fn first_reference(order: OrderId) -> u64 {
    2 * order
}

/// All open orders, by number.
#[derive(Debug)]
pub(super) struct Orders {
    index: OrderIndex,
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    rank: u64,
    later: u64,
}

impl Default for Orders {
    fn default() -> Self {
        let index = OrderIndex::with_room(0);
        // A slot of the index is never 0.
        Self { index, entries: vec![None], free: Vec::new(), rank: 0, later: 0 }
    }
}

impl Orders {
    pub(super) fn insert(&mut self, entry: Entry) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            u32::try_from(self.entries.len() - 1).expect("open orders fit 32 bits")
        });
        self.index.insert(entry.order, slot);
        self.entries[slot as usize] = Some(entry);
    }

    pub(super) fn get(&mut self, order: OrderId) -> Option<&mut Entry> {
        let slot = self.index.get(order)?;
        self.entries[slot as usize].as_mut()
    }

    pub(super) fn remove(&mut self, order: OrderId) -> Option<Entry> {
        let slot = self.index.get(order)?;
        self.index.remove(order);
        self.free.push(slot);
        self.entries[slot as usize].take()
    }

    pub(super) fn next_rank(&mut self) -> u64 {
        self.rank += 1;
        self.rank
    }

    /// What an order is called that comes to another place.
    pub(super) fn next_reference(&mut self) -> u64 {
        self.later += 1;
        2 * self.later - 1
    }

    /// All that readers see, in the order in which they came to their places.
    pub(super) fn shown(&self) -> Vec<Entry> {
        let mut shown: Vec<_> =
            self.entries.iter().flatten().filter(|entry| entry.shown).copied().collect();
        shown.sort_unstable_by_key(|entry| entry.rank);
        shown
    }
}
