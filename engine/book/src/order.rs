//! Open orders in a flat pool: 48 bytes each, linked by index.

use openoutcry_canonical::canonical;
use openoutcry_wire::{AccountId, OrderId, Price, Quantity, SelfTrade, TimeInForce};

/// The index that means "no order" (and no leaf, and no node). What lies there in a pool is nobody's:
/// links may be written to it without asking first whether there is a neighbour.
pub const NONE: u32 = 0;

/// What matching touches of an open order: half a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Order {
    pub id: OrderId,
    pub(crate) next: u32,
    pub(crate) previous: u32,
    pub leaves: Quantity,
    pub account: AccountId,
    /// Its limit; for a stop that waits, its stop price.
    pub price: Price,
    pub symbol: u16,
    pub flags: Flags,
    pub special: Special,
}

canonical!(Order { id, leaves, account, price, symbol, flags, special } derived {
    next = NONE,
    previous = NONE,
});

/// What matching does not touch: the total, the version, and the account's own chain of orders.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Tail {
    pub quantity: Quantity,
    pub version: u32,
    pub account_next: u32,
    pub account_previous: u32,
}

canonical!(Tail { quantity, version } derived { account_next = NONE, account_previous = NONE });

const _: () = assert!(size_of::<Order>() == 32 && size_of::<Tail>() == 16);

/// Side, time in force and self-trade prevention of an open order in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Flags(u8);

canonical!(Flags.0);

impl Flags {
    const BUY: u8 = 1;
    const WAITING: u8 = 2;

    #[must_use]
    pub const fn new(buy: bool, time_in_force: TimeInForce, self_trade: SelfTrade) -> Self {
        Self(buy as u8 | (time_in_force as u8) << 2 | (self_trade as u8) << 5)
    }

    /// The same order as a stop that waits for its trigger.
    #[must_use]
    pub const fn waiting(self) -> Self {
        Self(self.0 | Self::WAITING)
    }

    #[inline]
    #[must_use]
    pub const fn is_buy(self) -> bool {
        self.0 & Self::BUY != 0
    }

    /// Whether the order waits for a trigger, outside the book.
    #[inline]
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        self.0 & Self::WAITING != 0
    }

    #[must_use]
    pub fn time_in_force(self) -> TimeInForce {
        TimeInForce::try_from(self.0 >> 2 & 0b111).expect("flags hold a time in force")
    }

    #[must_use]
    pub fn self_trade(self) -> SelfTrade {
        SelfTrade::try_from(self.0 >> 5).expect("flags hold a self-trade mode")
    }

    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }
}

/// What is unusual about an open order, one bit each: an order with none of them costs matching one
/// look at this byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Special(u8);

canonical!(Special.0);

impl Special {
    pub const NONE: Self = Self(0);
    /// Good till a moment.
    pub const EXPIRES: Self = Self(1);
    /// Must not take, not after a change either.
    pub const POST_ONLY: Self = Self(1 << 1);
    /// Beside that: is priced anew rather than refused.
    pub const REPRICES: Self = Self(1 << 2);

    #[inline]
    #[must_use]
    pub const fn is_any(self) -> bool {
        self.0 != 0
    }

    #[must_use]
    pub const fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    /// These and `one`, if it is `so`.
    #[must_use]
    pub const fn and(self, one: Self, so: bool) -> Self {
        Self(self.0 | if so { one.0 } else { 0 })
    }

    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }
}

impl Order {
    #[must_use]
    pub fn new(
        id: OrderId,
        account: AccountId,
        symbol: u16,
        price: Price,
        leaves: Quantity,
        flags: Flags,
    ) -> Self {
        let special = Special::NONE;
        Self { id, next: NONE, previous: NONE, leaves, account, price, symbol, flags, special }
    }

    /// The same order with something unusual about it.
    #[inline]
    #[must_use]
    pub const fn specially(mut self, special: Special) -> Self {
        self.special = special;
        self
    }
}

/// The pool: an open order keeps its slot until it is done.
#[derive(Debug)]
pub struct Orders {
    heads: Vec<Order>,
    tails: Vec<Tail>,
    free: u32,
    open: usize,
}

impl Default for Orders {
    fn default() -> Self {
        // Address space, not memory: pages are touched as orders come. Growing beyond it copies.
        let reserved = 1 << 22;
        let mut pool = Self {
            heads: Vec::with_capacity(reserved),
            tails: Vec::with_capacity(reserved),
            free: NONE,
            open: 0,
        };
        pool.heads.push(Order::new(0, 0, 0, Price(0), 0, Flags(0)));
        pool.tails.push(Tail::default());
        pool
    }
}

impl Orders {
    /// Memory for so many open orders, written to once, so that the system has given it before
    /// the first of them comes.
    pub(crate) fn with_room(orders: usize) -> Self {
        let mut pool = Self::default();
        pool.heads.resize(orders + 1, Order::new(1, 0, 0, Price(1), 1, Flags(0)));
        pool.tails.resize(orders + 1, Tail { quantity: 1, ..Tail::default() });
        pool.heads.truncate(1);
        pool.tails.truncate(1);
        pool
    }

    /// The most orders that can be open at once: what a 32-bit link can name, with room to spare.
    pub const CAPACITY: usize = 1 << 30;

    /// The number of open orders.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.open
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.open == 0
    }

    /// Takes a slot for an open order of `quantity` in total.
    ///
    /// # Panics
    /// Beyond [`Orders::CAPACITY`]; admission refuses before.
    #[inline(always)]
    pub fn insert(&mut self, order: Order, quantity: Quantity) -> u32 {
        let tail = Tail { quantity, version: 1, account_next: NONE, account_previous: NONE };
        self.open += 1;
        if self.free == NONE {
            assert!(self.heads.len() < Self::CAPACITY, "order pool is full");
            self.heads.push(order);
            self.tails.push(tail);
            return u32::try_from(self.heads.len() - 1).expect("capacity is below 2^32");
        }
        let slot = self.free;
        self.free = self.heads[slot as usize].next;
        self.heads[slot as usize] = order;
        self.tails[slot as usize] = tail;
        slot
    }

    /// Gives a slot back.
    #[inline(always)]
    pub fn remove(&mut self, slot: u32) {
        let order = &mut self.heads[slot as usize];
        order.id = 0;
        order.next = self.free;
        self.free = slot;
        self.open -= 1;
    }

    #[inline]
    #[must_use]
    pub fn get(&self, slot: u32) -> &Order {
        &self.heads[slot as usize]
    }

    /// Reads the orders before and behind one in its queue, so that unlinking it need not wait;
    /// the figure means nothing.
    #[inline]
    #[must_use]
    pub fn read_neighbours(&self, slot: u32) -> u32 {
        let Order { previous, next, .. } = self.heads[slot as usize];
        self.get(previous).leaves ^ self.get(next).leaves
    }

    #[inline]
    pub fn get_mut(&mut self, slot: u32) -> &mut Order {
        &mut self.heads[slot as usize]
    }

    #[inline]
    #[must_use]
    pub fn tail(&self, slot: u32) -> &Tail {
        &self.tails[slot as usize]
    }

    #[inline]
    pub fn tail_mut(&mut self, slot: u32) -> &mut Tail {
        &mut self.tails[slot as usize]
    }
}
