//! A side of the book against an ordered map of queues.

use openoutcry_book::{Arena, Book, Flags, Grid, Order};
use openoutcry_wire::{Price, Quantity, SelfTrade, TimeInForce};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::{BTreeMap, VecDeque};

/// The fast side and the obvious one.
struct Sides {
    grid: Grid,
    book: Book,
    arena: Arena,
    buy: bool,
    /// Slots by price, the oldest first.
    queues: BTreeMap<u32, VecDeque<u32>>,
    open: Vec<u32>,
    orders: u64,
}

impl Sides {
    fn new(tick: u32, buy: bool) -> Self {
        let grid = Grid::of_tick(tick);
        let (book, arena) = (Book::new(grid), Arena::default());
        Self { grid, book, arena, buy, queues: BTreeMap::new(), open: Vec::new(), orders: 0 }
    }

    fn rest(&mut self, price: u32, quantity: Quantity) {
        let price = self.grid.floor(Price(price));
        self.orders += 1;
        let flags = Flags::new(self.buy, TimeInForce::Day, SelfTrade::Allow);
        let order = Order::new(self.orders, 1, 0, price, quantity, flags);
        let slot = self.arena.orders.insert(order, quantity);
        self.book.rest(&mut self.arena, slot);
        self.queues.entry(price.0).or_default().push_back(slot);
        self.open.push(slot);
    }

    fn take_out(&mut self, place: usize) {
        let slot = self.open.swap_remove(place);
        let price = self.arena.orders.get(slot).price.0;
        self.book.unlink(&mut self.arena, slot);
        self.arena.orders.remove(slot);
        let queue = self.queues.get_mut(&price).unwrap();
        queue.retain(|&other| other != slot);
        if queue.is_empty() {
            self.queues.remove(&price);
        }
    }

    fn reduce(&mut self, place: usize) {
        let slot = self.open[place];
        let leaves = self.arena.orders.get(slot).leaves;
        self.book.reduce(&mut self.arena, slot, leaves / 2);
        assert_eq!(self.arena.orders.get(slot).leaves, leaves - leaves / 2);
    }

    /// The queues from the best price outwards.
    fn expected(&self) -> Vec<(u32, &VecDeque<u32>)> {
        let ascending = self.queues.iter().map(|(&price, queue)| (price, queue));
        if self.buy { ascending.rev().collect() } else { ascending.collect() }
    }

    fn check_best(&self) {
        let (first, last) = (self.queues.first_key_value(), self.queues.last_key_value());
        let expected = if self.buy { last } else { first };
        let side = self.book.side(self.buy);
        assert_eq!(side.best(), expected.map(|(&price, _)| Price(price)));
        assert_eq!(side.front(&self.arena.levels), expected.map(|(_, queue)| queue[0]));
        assert_eq!(self.book.side(!self.buy).best(), None);
    }

    fn check_all(&self) {
        self.check_best();
        let side = self.book.side(self.buy);
        let queue: Vec<u32> = side.queue(&self.arena).collect();
        let expected = self.expected();
        let slots: Vec<u32> = expected.iter().flat_map(|(_, queue)| *queue).copied().collect();
        assert_eq!(queue, slots);
        let levels: Vec<_> = side
            .levels(&self.arena.levels)
            .map(|level| (level.price.0, level.quantity, level.orders))
            .collect();
        let leaves = |&slot: &u32| u64::from(self.arena.orders.get(slot).leaves);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(price, queue)| {
                (price, queue.iter().map(leaves).sum(), u32::try_from(queue.len()).unwrap())
            })
            .collect();
        assert_eq!(levels, expected);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Rest(u32, Quantity),
    TakeOut(Index),
    Reduce(Index),
}

fn prices() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => 9_950_u32..10_900,
        4 => 1_490_000_u32..1_510_000,
        1 => 1_u32..200,
        1 => u32::MAX - 300..=u32::MAX,
        2 => any::<u32>(),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (prices(), prop_oneof![1_u32..500, Just(u32::MAX)])
            .prop_map(|(price, quantity)| Step::Rest(price, quantity)),
        4 => any::<Index>().prop_map(Step::TakeOut),
        1 => any::<Index>().prop_map(Step::Reduce),
    ];
    prop::collection::vec(step, 1..120)
}

proptest! {
    #[test]
    fn levels_and_queues_are_in_the_order_of_price_and_time(
        tick in prop::sample::select(vec![0_u32, 1, 5, 1_000_000]),
        buy: bool,
        steps in steps(),
    ) {
        let mut sides = Sides::new(tick, buy);
        for step in steps {
            match step {
                Step::Rest(price, quantity) => sides.rest(price, quantity),
                _ if sides.open.is_empty() => {}
                Step::TakeOut(which) => sides.take_out(which.index(sides.open.len())),
                Step::Reduce(which) => sides.reduce(which.index(sides.open.len())),
            }
            sides.check_all();
        }
    }
}

/// Numbers below 2^32 in an order without pattern, none twice.
fn scattered(count: u32) -> impl Iterator<Item = u32> {
    (1..=count).map(|number| number.wrapping_mul(2_654_435_761))
}

#[test]
fn hundreds_of_thousands_of_prices_all_over_the_range() {
    for (tick, buy) in [(0, true), (0, false), (1, true), (1, false)] {
        let mut sides = Sides::new(tick, buy);
        for price in scattered(200_000) {
            sides.rest(price, 1);
            sides.check_best();
        }
        sides.check_all();
        // Half of them go in an order of their own, then the rest from the best outwards.
        for place in scattered(100_000) {
            sides.take_out(place as usize % sides.open.len());
            sides.check_best();
        }
        sides.check_all();
        while let Some(front) = sides.book.side(buy).front(&sides.arena.levels) {
            let price = sides.arena.orders.get(front).price.0;
            let queue = sides.queues.get_mut(&price).unwrap();
            assert_eq!(queue.pop_front(), Some(front));
            if queue.is_empty() {
                sides.queues.remove(&price);
            }
            sides.book.unlink(&mut sides.arena, front);
            sides.arena.orders.remove(front);
            sides.check_best();
        }
        assert!(sides.queues.is_empty() && sides.arena.orders.is_empty());
    }
}

#[test]
fn the_highest_number_is_a_price_like_any_other() {
    let mut sides = Sides::new(1, true);
    sides.rest(u32::MAX, 5);
    sides.check_all();
    sides.rest(u32::MAX - 1, 5);
    sides.check_all();
    sides.take_out(0);
    sides.check_all();
}

#[test]
fn memory_for_levels_that_emptied_is_used_again() {
    let mut sides = Sides::new(0, true);
    let mut prices = scattered(20_000);
    let mut pass = |sides: &mut Sides| {
        for price in prices.by_ref().take(10_000) {
            sides.rest(price, 1);
            sides.take_out(0);
        }
        // All it holds is in its debug form.
        format!("{:?}", sides.arena.levels).len()
    };
    let first = pass(&mut sides);
    assert!(pass(&mut sides) < first + first / 10);
}
