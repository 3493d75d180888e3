//! Stop orders: they wait for a sale at or through their price, then enter the book.

use crate::entry::Incoming;
use crate::machine::Machine;
use crate::open;
use crate::output::Output;
use openoutcry_book::{Flags, Order};
use openoutcry_canonical::canonical;
use openoutcry_planted::{Bug, on};
use openoutcry_wire::{Money, OrderId, OrderType, Price, Reason, TimeInForce, event};
use std::collections::{BTreeMap, BTreeSet};

/// What a waiting stop order does once triggered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StopTerms {
    /// Its limit; for a stop order to buy, the most it may pay and holds cash for.
    pub limit: Price,
    pub order_type: OrderType,
}

canonical!(StopTerms { limit, order_type });

/// The waiting stop orders of one symbol. Ordered maps: they are few beside the orders that rest,
/// and those pay nothing for them.
#[derive(Debug, Default)]
pub(crate) struct Stops {
    buys: BTreeSet<(Price, OrderId)>,
    sells: BTreeSet<(Price, OrderId)>,
    terms: BTreeMap<OrderId, StopTerms>,
}

canonical!(Stops { buys, sells, terms });

impl Stops {
    fn insert(&mut self, order: &Order, terms: StopTerms) {
        let side = if order.flags.is_buy() { &mut self.buys } else { &mut self.sells };
        side.insert((order.price, order.id));
        self.terms.insert(order.id, terms);
    }

    pub(crate) fn remove(&mut self, order: &Order) {
        let side = if order.flags.is_buy() { &mut self.buys } else { &mut self.sells };
        assert!(side.remove(&(order.price, order.id)), "a waiting stop is among the stops");
        self.terms.remove(&order.id);
    }

    /// # Panics
    /// When the order does not wait here.
    pub(crate) fn terms(&self, order: OrderId) -> StopTerms {
        self.terms[&order]
    }

    /// The numbers of all waiting stops, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = OrderId> {
        self.terms.keys().copied()
    }

    /// The stops that sales between `low` and `high` trigger, in the order of their numbers.
    fn triggered(&self, low: Money, high: Money) -> Vec<OrderId> {
        let buys = self.buys.iter().take_while(|(stop, _)| stop.money() <= high);
        let sells = self.sells.iter().rev().take_while(|(stop, _)| stop.money() >= low);
        let mut orders: Vec<_> = buys.chain(sells).map(|&(_, order)| order).collect();
        if !on(Bug::StopsOutOfOrder) {
            orders.sort_unstable();
        }
        orders
    }
}

impl Machine {
    /// Lets a stop order wait, or triggers it at once when the last sale is already through it.
    pub(crate) fn wait_or_trigger(
        &mut self,
        incoming: &Incoming,
        stop: Price,
        terms: StopTerms,
        out: &mut Output<'_>,
    ) {
        let listing = &mut self.listings[usize::from(incoming.symbol)];
        let flags = Flags::new(incoming.buy, incoming.time_in_force, incoming.self_trade).waiting();
        let order = Order::new(
            incoming.id,
            incoming.account,
            incoming.symbol,
            stop,
            incoming.leaves,
            flags,
        )
        .specially(incoming.special);
        open::hold(&mut self.ledger, &order, terms.limit, order.leaves);
        let terms_of_slot = (incoming.total, incoming.version);
        open::open(&mut self.arena, &mut self.ledger, &mut self.index, order, terms_of_slot);
        listing.stops.insert(&order, terms);
        let reached =
            |last: Money| if incoming.buy { stop.money() <= last } else { stop.money() >= last };
        if let Some(last) = listing.last.filter(|&last| reached(last)) {
            self.elect(usize::from(incoming.symbol), last, last, out);
        }
    }

    /// Triggers the stops that sales between `low` and `high` reached, in the order of their own
    /// numbers; then those that their sales reached, until a round triggers none.
    pub(crate) fn elect(&mut self, symbol: usize, low: Money, high: Money, out: &mut Output<'_>) {
        let mut round = self.listings[symbol].stops.triggered(low, high);
        while !round.is_empty() {
            let entering: Vec<_> = round.iter().map(|&order| self.trigger(order, out)).collect();
            let mut range: Option<(Money, Money)> = None;
            for incoming in entering {
                let sales = self.enter_alone(&self.bounded(incoming), out);
                range = match (range, sales.range) {
                    (Some((low, high)), Some((lower, higher))) => {
                        Some((low.min(lower), high.max(higher)))
                    }
                    (earlier, later) => later.or(earlier),
                };
            }
            round = range.map_or_else(Vec::new, |(low, high)| {
                self.listings[symbol].stops.triggered(low, high)
            });
        }
    }

    /// Takes a stop out of its wait, its hold given back.
    fn trigger(&mut self, order: OrderId, out: &mut Output<'_>) -> Incoming {
        let slot = self.index.get(order).expect("a waiting stop is open");
        let tail = *self.arena.orders.tail(slot);
        let symbol = self.arena.orders.get(slot).symbol;
        let terms = self.listings[usize::from(symbol)].stops.terms(order);
        let stop = self.withdraw(slot);
        let last = self.listings[usize::from(symbol)].last.expect("a sale triggered the stop");
        let triggered = event::Triggered {
            order,
            account: stop.account,
            stop_price: stop.price.0,
            last: last.0,
            ..Default::default()
        };
        out.say(u32::from(symbol), Reason::None, triggered);
        let time_in_force = stop.flags.time_in_force();
        Incoming {
            id: order,
            account: stop.account,
            symbol,
            buy: stop.flags.is_buy(),
            time_in_force: if terms.order_type == OrderType::Stop {
                TimeInForce::Ioc
            } else {
                time_in_force
            },
            self_trade: stop.flags.self_trade(),
            limit: terms.limit,
            total: tail.quantity,
            leaves: stop.leaves,
            version: tail.version,
            rests: terms.order_type == OrderType::StopLimit,
            has_limit: terms.order_type.has_limit(),
            special: stop.special,
        }
    }

    /// A triggered stop order without a limit sweeps no further than a market order would now, nor
    /// than it held cash for.
    fn bounded(&self, incoming: Incoming) -> Incoming {
        if incoming.rests {
            return incoming;
        }
        let sweep =
            self.listings[usize::from(incoming.symbol)].instrument().sweep_limit(incoming.buy);
        let limit = if incoming.buy { sweep.min(incoming.limit) } else { sweep };
        Incoming { limit, ..incoming }
    }
}
