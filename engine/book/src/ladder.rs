//! One side of a book: price levels in order of price, orders in order of time within each.
//!
//! Ticks (of bids in a mirror) are the keys of a shallow tree with a bitmap in every node: 32 levels in a leaf, 64
//! leaves under a node, 64 nodes under an upper node, and a short list of those. Any price costs
//! the same few steps wherever it lies; prices near those used lately cost one. In a thin book
//! levels come and go with every order, so a leaf that holds nothing stays in the tree for as long
//! as it is remembered.

use crate::levels::{LEAF_BITS, Level, Levels, NODE_BITS};
use crate::order::{NONE, Orders};
use crate::recent::Recent;
use crate::{Arena, Grid};
use openoutcry_wire::{Price, Quantity};
use std::hint::select_unpredictable;

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
    /// What makes the key of a tick: bids are kept in a mirror, so that on both sides the best
    /// level is the one with the lowest key and nothing below asks which side it is on.
    mirror: u32,
    roots: Vec<u32>,
    /// The best key, and its price with the mirror's bits turned.
    best: u32,
    best_price: u32,
    /// The leaf of the best key; `NONE` when the side is empty (every number is a key of some
    /// grid).
    best_leaf: u32,
    recent: Recent,
    /// The node that was used last, and its keys without the low bits.
    node: u32,
    node_number: u32,
}

impl Ladder {
    /// An empty side: the best bid is the highest, the best offer the lowest.
    pub(crate) fn new(grid: Grid, bids: bool) -> Self {
        Self {
            grid,
            mirror: if bids { u32::MAX } else { 0 },
            roots: Vec::new(),
            best: 0,
            best_price: 0,
            best_leaf: NONE,
            recent: Recent::default(),
            node: NONE,
            node_number: u32::MAX,
        }
    }

    /// The best price; `None` when the side is empty.
    #[inline]
    #[must_use]
    pub fn best(&self) -> Option<Price> {
        (self.best_leaf != NONE).then_some(Price(self.best_price ^ self.mirror))
    }

    /// Whether an order on the other side with this limit, which is on the grid, would reach the
    /// best level.
    #[inline]
    #[must_use]
    pub(crate) fn is_reached_by(&self, limit: Price) -> bool {
        self.best_leaf != NONE && self.best_price <= limit.0 ^ self.mirror
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
    #[inline(always)]
    pub(crate) fn push(&mut self, arena: &mut Arena, slot: u32) {
        let order = arena.orders.get(slot);
        let (price, leaves) = (order.price, order.leaves);
        let key = self.key(price);
        let leaf_index = match self.recent.find(key >> LEAF_BITS) {
            Some(leaf) => leaf,
            None => self.leaf_from_above(&mut arena.levels, key),
        };
        let leaf = arena.levels.leaves.get_mut(leaf_index);
        let was_empty = leaf.occupied == 0;
        leaf.occupied |= 1 << (key & LEAF_MASK);
        let level = &mut leaf.levels[(key & LEAF_MASK) as usize];
        enqueue(level, &mut arena.orders, slot);
        level.quantity += u64::from(leaves);
        if was_empty {
            arena.levels.idle -= 1;
            self.mark(&mut arena.levels, key);
        }
        let best = self.best_leaf == NONE || key < self.best;
        self.best = select_unpredictable(best, key, self.best);
        self.best_price = select_unpredictable(best, price.0 ^ self.mirror, self.best_price);
        self.best_leaf = select_unpredictable(best, leaf_index, self.best_leaf);
    }

    /// Takes an order out of its queue, wherever it stands.
    #[inline(always)]
    pub(crate) fn unlink(&mut self, arena: &mut Arena, slot: u32) {
        let order = arena.orders.get(slot);
        let (key, leaves) = (self.key(order.price), order.leaves);
        let leaf_index = self.leaf_at(&arena.levels, key);
        let leaf = arena.levels.leaves.get_mut(leaf_index);
        let level = &mut leaf.levels[(key & LEAF_MASK) as usize];
        dequeue(level, &mut arena.orders, slot);
        level.quantity -= u64::from(leaves);
        if level.orders == 0 {
            leaf.occupied &= !(1 << (key & LEAF_MASK));
            let occupied = leaf.occupied;
            self.level_emptied(&mut arena.levels, key, leaf_index, occupied);
        }
    }

    /// Takes the oldest order of the best level, which is the one in `slot`, out of its queue.
    #[inline(always)]
    pub(crate) fn unlink_front(&mut self, arena: &mut Arena, slot: u32) {
        let (key, leaf_index) = (self.best, self.best_leaf);
        let leaf = arena.levels.leaves.get_mut(leaf_index);
        let level = &mut leaf.levels[(key & LEAF_MASK) as usize];
        level.quantity -= u64::from(arena.orders.get(slot).leaves);
        dequeue(level, &mut arena.orders, slot);
        if level.orders == 0 {
            leaf.occupied &= !(1 << (key & LEAF_MASK));
            let occupied = leaf.occupied;
            self.level_emptied(&mut arena.levels, key, leaf_index, occupied);
        }
    }

    /// Lowers what is left of the oldest order of the best level, which is the one in `slot`.
    #[inline(always)]
    pub(crate) fn reduce_front(&mut self, arena: &mut Arena, slot: u32, quantity: Quantity) {
        arena.orders.get_mut(slot).leaves -= quantity;
        let leaf = arena.levels.leaves.get_mut(self.best_leaf);
        leaf.levels[(self.best & LEAF_MASK) as usize].quantity -= u64::from(quantity);
    }

    /// Lowers what is left of an order that stays where it stands.
    #[inline]
    pub(crate) fn reduce(&mut self, arena: &mut Arena, slot: u32, quantity: Quantity) {
        let order = arena.orders.get_mut(slot);
        order.leaves -= quantity;
        let key = self.key(order.price);
        let leaf_index = self.leaf_at(&arena.levels, key);
        let level = &mut arena.levels.leaves.get_mut(leaf_index).levels[(key & LEAF_MASK) as usize];
        level.quantity -= u64::from(quantity);
    }

    /// The levels from the best outwards.
    pub fn levels<'a>(&'a self, levels: &'a Levels) -> impl Iterator<Item = LevelState> + 'a {
        self.keys(levels).map(|key| {
            let level = self.level(levels, key);
            LevelState { price: self.price(key), quantity: level.quantity, orders: level.orders }
        })
    }

    /// The slots of all orders in the order in which they would trade.
    pub fn queue<'a>(&'a self, arena: &'a Arena) -> impl Iterator<Item = u32> + 'a {
        self.keys(&arena.levels).flat_map(move |key| {
            let first = self.level(&arena.levels, key).first;
            std::iter::successors(Some(first), |&slot| {
                let next = arena.orders.get(slot).next;
                (next != NONE).then_some(next)
            })
        })
    }

    fn keys<'a>(&'a self, levels: &'a Levels) -> impl Iterator<Item = u32> + 'a {
        let first = (self.best_leaf != NONE).then_some(self.best);
        std::iter::successors(first, move |&key| self.next_occupied(levels, key))
    }

    fn level<'a>(&self, levels: &'a Levels, key: u32) -> &'a Level {
        &levels.leaves.get(self.leaf_at(levels, key)).levels[(key & LEAF_MASK) as usize]
    }

    #[inline]
    fn key(&self, price: Price) -> u32 {
        self.grid.tick(price) ^ self.mirror
    }

    #[inline]
    fn price(&self, key: u32) -> Price {
        self.grid.price(key ^ self.mirror)
    }

    /// Where the root of a key is: roots are listed by tick, which are low numbers on both sides.
    #[inline]
    fn root(&self, key: u32) -> usize {
        ((key ^ self.mirror) >> ROOT_SHIFT) as usize
    }

    /// Finds the next best level after the one at `key` emptied, whose leaf has `occupied` left.
    #[inline(always)]
    fn level_emptied(&mut self, levels: &mut Levels, key: u32, leaf: u32, occupied: u32) {
        if key == self.best {
            match behind_in_leaf(occupied, key) {
                Some(next) => self.best = next,
                None => self.next_best(levels, key),
            }
            self.best_price = self.price(self.best).0 ^ self.mirror;
        }
        if occupied == 0 {
            self.unmark(levels, key);
            levels.idle += 1;
            if levels.idle > Levels::MOST_IDLE || self.recent.find(key >> LEAF_BITS).is_none() {
                self.remove_leaf(levels, key >> LEAF_BITS, leaf);
            }
        }
    }

    /// The best level is behind the leaf of `key`, or there is none.
    #[inline]
    fn next_best(&mut self, levels: &Levels, key: u32) {
        self.best_leaf = NONE;
        if let Some((number, leaf)) = self.next_leaf(levels, key) {
            self.best = first_in_leaf(levels, number, leaf);
            self.best_leaf = leaf;
        }
    }

    /// The leaf of a key that holds orders.
    #[inline(always)]
    fn leaf_at(&self, levels: &Levels, key: u32) -> u32 {
        match self.recent.find(key >> LEAF_BITS) {
            Some(leaf) => leaf,
            None => levels.nodes.get(self.node_at(levels, key)).children[node_child(key)],
        }
    }

    /// The node above the leaf of a key that has one.
    #[inline]
    fn node_at(&self, levels: &Levels, key: u32) -> u32 {
        if self.node_number == key >> (LEAF_BITS + NODE_BITS) {
            return self.node;
        }
        levels.nodes.get(self.roots[self.root(key)]).children[upper_child(key)]
    }

    /// The leaf of a key, made when there is none.
    #[inline(never)]
    fn leaf_from_above(&mut self, levels: &mut Levels, key: u32) -> u32 {
        let root = self.root(key);
        if root >= self.roots.len() {
            self.roots.resize(root + 1, NONE);
        }
        if self.roots[root] == NONE {
            self.roots[root] = levels.new_node();
        }
        let node = child_or(levels, self.roots[root], upper_child(key), Levels::new_node);
        (self.node, self.node_number) = (node, key >> (LEAF_BITS + NODE_BITS));
        let leaf = child_or(levels, node, node_child(key), Levels::new_leaf);
        if let Some(forgotten) = self.recent.remember(key >> LEAF_BITS, leaf)
            && levels.leaves.get(forgotten.leaf).occupied == 0
        {
            self.remove_leaf(levels, forgotten.number, forgotten.leaf);
        }
        leaf
    }

    /// Says in the nodes above that a leaf holds orders again.
    #[inline(always)]
    fn mark(&mut self, levels: &mut Levels, key: u32) {
        let node_index = self.node_at(levels, key);
        (self.node, self.node_number) = (node_index, key >> (LEAF_BITS + NODE_BITS));
        let node = levels.nodes.get_mut(node_index);
        let was_empty = node.occupied == 0;
        node.occupied |= 1 << node_child(key);
        if was_empty {
            let upper = self.roots[self.root(key)];
            levels.nodes.get_mut(upper).occupied |= 1 << upper_child(key);
        }
    }

    /// Says in the nodes above that a leaf holds no orders any more.
    #[inline(always)]
    fn unmark(&mut self, levels: &mut Levels, key: u32) {
        let node_index = self.node_at(levels, key);
        let node = levels.nodes.get_mut(node_index);
        node.occupied &= !(1 << node_child(key));
        if node.occupied == 0 {
            let upper = self.roots[self.root(key)];
            levels.nodes.get_mut(upper).occupied &= !(1 << upper_child(key));
        }
    }

    /// Frees a leaf that holds nothing, and the nodes above that have no other child.
    #[inline(never)]
    fn remove_leaf(&mut self, levels: &mut Levels, number: u32, leaf: u32) {
        let key = number << LEAF_BITS;
        self.recent.forget(number);
        levels.idle -= 1;
        levels.leaves.give_back(leaf);
        let root = self.root(key);
        let upper_index = self.roots[root];
        let node_index = levels.nodes.get(upper_index).children[upper_child(key)];
        if orphan(levels, node_index, node_child(key)) {
            (self.node, self.node_number) = (NONE, u32::MAX);
            if orphan(levels, upper_index, upper_child(key)) {
                self.roots[root] = NONE;
            }
        }
    }

    /// The nearest key behind `key` (worse than it) that holds orders.
    fn next_occupied(&self, levels: &Levels, key: u32) -> Option<u32> {
        let leaf = levels.leaves.get(self.leaf_at(levels, key));
        behind_in_leaf(leaf.occupied, key).or_else(|| {
            let (number, leaf) = self.next_leaf(levels, key)?;
            Some(first_in_leaf(levels, number, leaf))
        })
    }

    /// The nearest leaf behind that of `key` that holds orders: its number and its index.
    #[inline]
    fn next_leaf(&self, levels: &Levels, key: u32) -> Option<(u32, u32)> {
        let node = levels.nodes.get(self.node_at(levels, key));
        if let Some(child) = behind(node.occupied, key >> LEAF_BITS & NODE_MASK) {
            let number = key >> (LEAF_BITS + NODE_BITS) << NODE_BITS | child;
            return Some((number, node.children[child as usize]));
        }
        self.next_leaf_beyond_node(levels, key)
    }

    /// The same, when nothing under the node of `key` is behind it.
    #[inline(never)]
    fn next_leaf_beyond_node(&self, levels: &Levels, key: u32) -> Option<(u32, u32)> {
        let upper = levels.nodes.get(self.roots[self.root(key)]);
        if let Some(child) = behind(upper.occupied, key >> (LEAF_BITS + NODE_BITS) & NODE_MASK) {
            let prefix = key >> ROOT_SHIFT << NODE_BITS | child;
            return Some(first_in_node(levels, upper.children[child as usize], prefix));
        }
        let root = self.next_root(levels, self.root(key))?;
        let upper = levels.nodes.get(root.node);
        let child = foremost(upper.occupied);
        let prefix = root.number << NODE_BITS | child;
        Some(first_in_node(levels, upper.children[child as usize], prefix))
    }

    /// The next root behind `root` that holds orders.
    fn next_root(&self, levels: &Levels, root: usize) -> Option<Root> {
        let occupied = |&place: &usize| {
            let node = self.roots[place];
            node != NONE && levels.nodes.get(node).occupied != 0
        };
        let place = if self.mirror == 0 {
            (root + 1..self.roots.len()).find(occupied)
        } else {
            (0..root).rev().find(occupied)
        }?;
        let number = u32::try_from(place).expect("roots are few") ^ self.mirror >> ROOT_SHIFT;
        Some(Root { number, node: self.roots[place] })
    }
}

/// An upper node and the bits that its keys start with.
struct Root {
    number: u32,
    node: u32,
}

/// The first leaf that holds orders under a node: its number and its index.
fn first_in_node(levels: &Levels, node: u32, prefix: u32) -> (u32, u32) {
    let node = levels.nodes.get(node);
    let child = foremost(node.occupied);
    (prefix << NODE_BITS | child, node.children[child as usize])
}

/// The first key of a leaf that holds orders.
#[inline]
fn first_in_leaf(levels: &Levels, number: u32, leaf: u32) -> u32 {
    number << LEAF_BITS | levels.leaves.get(leaf).occupied.trailing_zeros()
}

/// The lowest bit: the best key.
#[inline]
const fn foremost(bits: u64) -> u32 {
    bits.trailing_zeros()
}

/// The lowest bit above `at`: the next best key.
#[inline]
fn behind(bits: u64, at: u32) -> Option<u32> {
    let rest = bits & ((u64::MAX << at) << 1);
    (rest != 0).then(|| foremost(rest))
}

/// The next best key of the leaf of `key`, of which `occupied` hold orders.
#[inline]
fn behind_in_leaf(occupied: u32, key: u32) -> Option<u32> {
    let rest = occupied & ((u32::MAX << (key & LEAF_MASK)) << 1);
    (rest != 0).then(|| key & !LEAF_MASK | rest.trailing_zeros())
}

#[inline]
fn upper_child(key: u32) -> usize {
    (key >> (LEAF_BITS + NODE_BITS) & NODE_MASK) as usize
}

#[inline]
fn node_child(key: u32) -> usize {
    (key >> LEAF_BITS & NODE_MASK) as usize
}

/// The child of a node, made by `make` when there is none.
fn child_or(
    levels: &mut Levels,
    node: u32,
    child: usize,
    make: impl FnOnce(&mut Levels) -> u32,
) -> u32 {
    let parent = levels.nodes.get(node);
    if parent.existing >> child & 1 == 1 {
        return parent.children[child];
    }
    let made = make(levels);
    let parent = levels.nodes.get_mut(node);
    parent.existing |= 1 << child;
    parent.children[child] = made;
    made
}

/// Takes an empty child from a node; whether it was the last one, and the node freed.
fn orphan(levels: &mut Levels, node: u32, child: usize) -> bool {
    let parent = levels.nodes.get_mut(node);
    parent.existing &= !(1 << child);
    let last = parent.existing == 0;
    if last {
        levels.nodes.give_back(node);
    }
    last
}

/// Puts an order behind the last of its level. In an empty level that is nobody, who may be told.
#[inline(always)]
fn enqueue(level: &mut Level, orders: &mut Orders, slot: u32) {
    let last = level.last;
    let order = orders.get_mut(slot);
    order.next = NONE;
    order.previous = last;
    orders.get_mut(last).next = slot;
    level.first = select_unpredictable(last == NONE, slot, level.first);
    level.last = slot;
    level.orders += 1;
}

/// Takes an order out from between its neighbours, of which either may be nobody.
#[inline(always)]
fn dequeue(level: &mut Level, orders: &mut Orders, slot: u32) {
    let (previous, next) = (orders.get(slot).previous, orders.get(slot).next);
    orders.get_mut(previous).next = next;
    orders.get_mut(next).previous = previous;
    level.first = select_unpredictable(previous == NONE, next, level.first);
    level.last = select_unpredictable(next == NONE, previous, level.last);
    level.orders -= 1;
}
