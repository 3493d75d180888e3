//! From order number to pool slot, without hashing: numbers are dense, so pages of them are.

use crate::order::NONE;
use openoutcry_wire::OrderId;

const PAGE_BITS: u32 = 12;
const PAGE: usize = 1 << PAGE_BITS;

/// A page of slots and how many of them are in use; a page whose orders are all done is given back.
#[derive(Debug)]
struct Page {
    slots: Box<[u32; PAGE]>,
    used: u32,
}

/// The slot of every open order.
#[derive(Debug, Default)]
pub struct OrderIndex {
    pages: Vec<Option<Page>>,
    spare: Vec<Box<[u32; PAGE]>>,
}

impl OrderIndex {
    /// Memory for the next so many order numbers, written to once, so that the system has given it
    /// before the first of them comes.
    #[must_use]
    pub fn with_room(numbers: usize) -> Self {
        let spare = (0..numbers.div_ceil(PAGE)).map(|_| Box::new([NONE; PAGE])).collect();
        Self { pages: Vec::with_capacity(1 << 16), spare }
    }

    /// The slot of an open order; `None` when it is done or never was.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, id: OrderId) -> Option<u32> {
        let page = self.pages.get(usize::try_from(id >> PAGE_BITS).ok()?)?.as_ref()?;
        let slot = page.slots[Self::within(id)];
        (slot != NONE).then_some(slot)
    }

    /// Remembers the slot of a new open order.
    #[inline(always)]
    pub fn insert(&mut self, id: OrderId, slot: u32) {
        let number = usize::try_from(id >> PAGE_BITS).expect("order numbers fit the address space");
        if number >= self.pages.len() {
            self.pages.resize_with(number + 1, || None);
        }
        let spare = &mut self.spare;
        let page = self.pages[number].get_or_insert_with(|| Page {
            slots: spare.pop().unwrap_or_else(|| Box::new([NONE; PAGE])),
            used: 0,
        });
        page.slots[Self::within(id)] = slot;
        page.used += 1;
    }

    /// Forgets an order that is done.
    #[inline(always)]
    pub fn remove(&mut self, id: OrderId) {
        let number = usize::try_from(id >> PAGE_BITS).expect("order numbers fit the address space");
        let page = self.pages[number].as_mut().expect("an open order has a page");
        page.slots[Self::within(id)] = NONE;
        page.used -= 1;
        if page.used == 0 {
            let page = self.pages[number].take().expect("the page is there");
            self.spare.push(page.slots);
        }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "only the low bits are wanted")]
    const fn within(id: OrderId) -> usize {
        id as usize & (PAGE - 1)
    }
}
