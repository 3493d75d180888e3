//! The pools behind the ladders: leaves of neighbouring price levels, and the nodes above them.

use crate::order::NONE;

/// Ticks in a leaf, as a power of two.
pub(crate) const LEAF_BITS: u32 = 5;
/// Children of a node, as a power of two.
pub(crate) const NODE_BITS: u32 = 6;

/// One price level: its queue, oldest first, and its totals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub quantity: u64,
    pub first: u32,
    pub last: u32,
    pub orders: u32,
}

impl Level {
    const EMPTY: Self = Self { quantity: 0, first: NONE, last: NONE, orders: 0 };
}

/// Neighbouring price levels and a bit for each that holds orders.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub occupied: u32,
    pub levels: [Level; 1 << LEAF_BITS],
}

impl Leaf {
    const EMPTY: Self = Self { occupied: 0, levels: [Level::EMPTY; 1 << LEAF_BITS] };
}

/// Children (leaves or nodes): a bit for each that exists, and one for each that holds orders.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub occupied: u64,
    pub existing: u64,
    pub children: [u32; 1 << NODE_BITS],
}

impl Node {
    const EMPTY: Self = Self { occupied: 0, existing: 0, children: [NONE; 1 << NODE_BITS] };
}

/// A pool whose items are all alike when free.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    items: Vec<T>,
    free: Vec<u32>,
}

impl<T: Clone> Pool<T> {
    fn take(&mut self, empty: &T) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.items.push(empty.clone());
            u32::try_from(self.items.len() - 1).expect("a pool stays below 2^32 items")
        })
    }

    #[inline]
    pub(crate) fn get(&self, index: u32) -> &T {
        &self.items[index as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, index: u32) -> &mut T {
        &mut self.items[index as usize]
    }

    pub(crate) fn give_back(&mut self, index: u32) {
        self.free.push(index);
    }
}

/// All leaves and nodes of all books.
#[derive(Debug)]
pub struct Levels {
    pub(crate) leaves: Pool<Leaf>,
    pub(crate) nodes: Pool<Node>,
    /// Leaves in the trees that hold no orders.
    pub(crate) idle: usize,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            leaves: Pool { items: vec![Leaf::EMPTY], free: Vec::new() },
            nodes: Pool { items: vec![Node::EMPTY], free: Vec::new() },
            idle: 0,
        }
    }
}

impl Levels {
    /// The most leaves that are kept while they hold nothing: 12 MiB of them, so that orders which
    /// come and go at ever other prices take no memory for good.
    pub(crate) const MOST_IDLE: usize = 1 << 14;

    /// A leaf without orders.
    pub(crate) fn new_leaf(&mut self) -> u32 {
        self.idle += 1;
        self.leaves.take(&Leaf::EMPTY)
    }

    pub(crate) fn new_node(&mut self) -> u32 {
        self.nodes.take(&Node::EMPTY)
    }
}
