//! One side of a book: price levels in order of price, orders in order of time within each.
//!
//! Ticks are the keys of a shallow tree with a bitmap in every node: 32 levels in a leaf, 64
//! leaves under a node, 64 nodes under an upper node, and a short list of those. Any price costs
//! the same few steps wherever it lies; neighbours of the last price touched cost one.

use crate::levels::{LEAF_BITS, Level, Levels, NODE_BITS};
use crate::order::{NONE, Orders};
use crate::{Arena, Grid};
use openoutcry_wire::{Price, Quantity};

const LEAF_MASK: u32 = (1 << LEAF_BITS) - 1;
const NODE_MASK: u32 = (1 << NODE_BITS) - 1;
/// Ticks under one root entry, as a power of two.
const ROOT_SHIFT: u32 = LEAF_BITS + 2 * NODE_BITS;

/// A price level as readers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelState {
    pub price: Price,
    pub quantity: u64,
    pub orders: u32,
}

/// One side of a book. The best level is the highest bid or the lowest offer.
#[derive(Debug)]
pub struct Ladder {
    grid: Grid,
    ascending: bool,
    roots: Vec<u32>,
    best: u32,
    /// The leaf of the best tick; `NONE` when the side is empty (every number is a tick of some
    /// grid).
    best_leaf: u32,
    near: u32,
    near_leaf: u32,
}

impl Ladder {
    /// An empty side: `ascending` for offers, whose best is the lowest.
    pub(crate) fn new(grid: Grid, ascending: bool) -> Self {
        Self {
            grid,
            ascending,
            roots: Vec::new(),
            best: 0,
            best_leaf: NONE,
            near: NONE,
            near_leaf: NONE,
        }
    }

    /// The best price; `None` when the side is empty.
    #[inline]
    #[must_use]
    pub fn best(&self) -> Option<Price> {
        (self.best_leaf != NONE).then(|| self.grid.price(self.best))
    }

    /// The oldest order of the best level.
    #[inline]
    #[must_use]
    pub fn front(&self, levels: &Levels) -> Option<u32> {
        (self.best_leaf != NONE).then(|| {
            levels.leaves.get(self.best_leaf).levels[(self.best & LEAF_MASK) as usize].first
        })
    }

    /// Puts an order at the tail of its price's queue.
    #[inline]
    pub(crate) fn push(&mut self, arena: &mut Arena, slot: u32) {
        let order = arena.orders.get(slot);
        let (tick, leaves) = (self.grid.tick(order.price), order.leaves);
        let leaf_index = self.leaf_for(&mut arena.levels, tick);
        let leaf = arena.levels.leaves.get_mut(leaf_index);
        leaf.occupied |= 1 << (tick & LEAF_MASK);
        let level = &mut leaf.levels[(tick & LEAF_MASK) as usize];
        enqueue(level, &mut arena.orders, slot);
        level.quantity += u64::from(leaves);
        if self.best_leaf == NONE || self.better(tick, self.best) {
            self.best = tick;
            self.best_leaf = leaf_index;
        }
    }

    /// Takes an order out of its queue, wherever it stands.
    #[inline]
    pub(crate) fn unlink(&mut self, arena: &mut Arena, slot: u32) {
        let order = arena.orders.get(slot);
        let (tick, leaves) = (self.grid.tick(order.price), order.leaves);
        let leaf_index = self.leaf_at(&arena.levels, tick);
        let leaf = arena.levels.leaves.get_mut(leaf_index);
        let level = &mut leaf.levels[(tick & LEAF_MASK) as usize];
        dequeue(level, &mut arena.orders, slot);
        level.quantity -= u64::from(leaves);
        if level.orders == 0 {
            leaf.occupied &= !(1 << (tick & LEAF_MASK));
            self.level_emptied(&mut arena.levels, tick, leaf_index);
        }
    }

    /// Lowers what is left of an order that stays where it stands.
    #[inline]
    pub(crate) fn reduce(&mut self, arena: &mut Arena, slot: u32, quantity: Quantity) {
        let order = arena.orders.get_mut(slot);
        order.leaves -= quantity;
        let tick = self.grid.tick(order.price);
        let leaf_index = self.leaf_at(&arena.levels, tick);
        let level =
            &mut arena.levels.leaves.get_mut(leaf_index).levels[(tick & LEAF_MASK) as usize];
        level.quantity -= u64::from(quantity);
    }

    /// The levels from the best outwards.
    pub fn levels<'a>(&'a self, levels: &'a Levels) -> impl Iterator<Item = LevelState> + 'a {
        self.ticks(levels).map(|tick| {
            let level = self.level(levels, tick);
            LevelState {
                price: self.grid.price(tick),
                quantity: level.quantity,
                orders: level.orders,
            }
        })
    }

    /// The slots of all orders in the order in which they would trade.
    pub fn queue<'a>(&'a self, arena: &'a Arena) -> impl Iterator<Item = u32> + 'a {
        self.ticks(&arena.levels).flat_map(move |tick| {
            let first = self.level(&arena.levels, tick).first;
            std::iter::successors(Some(first), |&slot| {
                let next = arena.orders.get(slot).next;
                (next != NONE).then_some(next)
            })
        })
    }

    fn ticks<'a>(&'a self, levels: &'a Levels) -> impl Iterator<Item = u32> + 'a {
        let first = (self.best_leaf != NONE).then_some(self.best);
        std::iter::successors(first, move |&tick| self.next_occupied(levels, tick))
    }

    fn level<'a>(&self, levels: &'a Levels, tick: u32) -> &'a Level {
        &levels.leaves.get(self.leaf_at(levels, tick)).levels[(tick & LEAF_MASK) as usize]
    }

    #[inline]
    fn better(&self, tick: u32, than: u32) -> bool {
        if self.ascending { tick < than } else { tick > than }
    }

    /// Finds the next best level after the one at `tick` emptied, and frees what holds nothing.
    fn level_emptied(&mut self, levels: &mut Levels, tick: u32, leaf_index: u32) {
        if tick == self.best {
            match self.next_occupied(levels, tick) {
                Some(next) => {
                    self.best_leaf = if next >> LEAF_BITS == tick >> LEAF_BITS {
                        leaf_index
                    } else {
                        self.leaf_at(levels, next)
                    };
                    self.best = next;
                }
                None => self.best_leaf = NONE,
            }
        }
        if levels.leaves.get(leaf_index).occupied == 0 {
            self.remove_leaf(levels, tick, leaf_index);
        }
    }

    /// The leaf of a tick that holds orders.
    #[inline]
    fn leaf_at(&self, levels: &Levels, tick: u32) -> u32 {
        if self.best_leaf != NONE && tick >> LEAF_BITS == self.best >> LEAF_BITS {
            return self.best_leaf;
        }
        if tick >> LEAF_BITS == self.near {
            return self.near_leaf;
        }
        let upper = levels.nodes.get(self.roots[(tick >> ROOT_SHIFT) as usize]);
        let node = levels.nodes.get(upper.children[upper_child(tick)]);
        node.children[node_child(tick)]
    }

    /// The leaf of a tick, made when there is none.
    #[inline]
    fn leaf_for(&mut self, levels: &mut Levels, tick: u32) -> u32 {
        if tick >> LEAF_BITS == self.near {
            return self.near_leaf;
        }
        let leaf = self.descend(levels, tick);
        self.near = tick >> LEAF_BITS;
        self.near_leaf = leaf;
        leaf
    }

    fn descend(&mut self, levels: &mut Levels, tick: u32) -> u32 {
        let root = (tick >> ROOT_SHIFT) as usize;
        if root >= self.roots.len() {
            self.roots.resize(root + 1, NONE);
        }
        if self.roots[root] == NONE {
            self.roots[root] = levels.new_node();
        }
        let node = child_or(levels, self.roots[root], upper_child(tick), Levels::new_node);
        child_or(levels, node, node_child(tick), Levels::new_leaf)
    }

    /// Frees an empty leaf, and the nodes above that hold nothing any more.
    fn remove_leaf(&mut self, levels: &mut Levels, tick: u32, leaf_index: u32) {
        if tick >> LEAF_BITS == self.near {
            self.near = NONE;
        }
        levels.leaves.give_back(leaf_index);
        let root = (tick >> ROOT_SHIFT) as usize;
        let upper_index = self.roots[root];
        let node_index = levels.nodes.get(upper_index).children[upper_child(tick)];
        let node = levels.nodes.get_mut(node_index);
        node.occupied &= !(1 << node_child(tick));
        if node.occupied != 0 {
            return;
        }
        levels.nodes.give_back(node_index);
        let upper = levels.nodes.get_mut(upper_index);
        upper.occupied &= !(1 << upper_child(tick));
        if upper.occupied == 0 {
            levels.nodes.give_back(upper_index);
            self.roots[root] = NONE;
        }
    }

    /// The nearest tick behind `tick` (worse than it) that holds orders.
    fn next_occupied(&self, levels: &Levels, tick: u32) -> Option<u32> {
        let leaf = levels.leaves.get(self.leaf_at(levels, tick));
        if let Some(within) = self.behind(leaf.occupied, tick & LEAF_MASK) {
            return Some(tick & !LEAF_MASK | within);
        }
        let upper = levels.nodes.get(self.roots[(tick >> ROOT_SHIFT) as usize]);
        let node = levels.nodes.get(upper.children[upper_child(tick)]);
        if let Some(child) = self.behind(node.occupied, tick >> LEAF_BITS & NODE_MASK) {
            let prefix = tick >> (LEAF_BITS + NODE_BITS) << NODE_BITS | child;
            return Some(self.first_in_leaf(levels, node.children[child as usize], prefix));
        }
        if let Some(child) =
            self.behind(upper.occupied, tick >> (LEAF_BITS + NODE_BITS) & NODE_MASK)
        {
            let prefix = tick >> ROOT_SHIFT << NODE_BITS | child;
            return Some(self.first_in_node(levels, upper.children[child as usize], prefix));
        }
        let root = self.next_root(tick >> ROOT_SHIFT)?;
        let upper = levels.nodes.get(self.roots[root as usize]);
        let child = self.foremost(upper.occupied);
        Some(self.first_in_node(levels, upper.children[child as usize], root << NODE_BITS | child))
    }

    fn next_root(&self, root: u32) -> Option<u32> {
        let end = u32::try_from(self.roots.len()).expect("roots are few");
        let exists = |&candidate: &u32| self.roots[candidate as usize] != NONE;
        if self.ascending { (root + 1..end).find(exists) } else { (0..root).rev().find(exists) }
    }

    fn first_in_node(&self, levels: &Levels, node: u32, prefix: u32) -> u32 {
        let node = levels.nodes.get(node);
        let child = self.foremost(node.occupied);
        self.first_in_leaf(levels, node.children[child as usize], prefix << NODE_BITS | child)
    }

    fn first_in_leaf(&self, levels: &Levels, leaf: u32, prefix: u32) -> u32 {
        prefix << LEAF_BITS | self.foremost(levels.leaves.get(leaf).occupied)
    }

    /// The first bit in the direction from best to worst.
    #[inline]
    fn foremost(&self, bits: u64) -> u32 {
        if self.ascending { bits.trailing_zeros() } else { bits.ilog2() }
    }

    /// The first bit behind `at` in that direction.
    #[inline]
    fn behind(&self, bits: u64, at: u32) -> Option<u32> {
        let rest =
            if self.ascending { bits & ((u64::MAX << at) << 1) } else { bits & ((1 << at) - 1) };
        (rest != 0).then(|| self.foremost(rest))
    }
}

#[inline]
fn upper_child(tick: u32) -> usize {
    (tick >> (LEAF_BITS + NODE_BITS) & NODE_MASK) as usize
}

#[inline]
fn node_child(tick: u32) -> usize {
    (tick >> LEAF_BITS & NODE_MASK) as usize
}

/// The child of a node, made by `make` when the node's bit says there is none.
fn child_or(
    levels: &mut Levels,
    node: u32,
    child: usize,
    make: impl FnOnce(&mut Levels) -> u32,
) -> u32 {
    let parent = levels.nodes.get(node);
    if parent.occupied >> child & 1 == 1 {
        return parent.children[child];
    }
    let made = make(levels);
    let parent = levels.nodes.get_mut(node);
    parent.occupied |= 1 << child;
    parent.children[child] = made;
    made
}

#[inline]
fn enqueue(level: &mut Level, orders: &mut Orders, slot: u32) {
    let order = orders.get_mut(slot);
    order.next = NONE;
    order.previous = level.last;
    if level.last == NONE {
        level.first = slot;
    } else {
        orders.get_mut(level.last).next = slot;
    }
    level.last = slot;
    level.orders += 1;
}

#[inline]
fn dequeue(level: &mut Level, orders: &mut Orders, slot: u32) {
    let (previous, next) = (orders.get(slot).previous, orders.get(slot).next);
    if previous == NONE {
        level.first = next;
    } else {
        orders.get_mut(previous).next = next;
    }
    if next == NONE {
        level.last = previous;
    } else {
        orders.get_mut(next).previous = previous;
    }
    level.orders -= 1;
}
