//! Price-time priority: the best price trades first, and at one price the oldest order.

use crate::{Arena, Grid, Ladder, Order};
use openoutcry_wire::{AccountId, Price, Quantity, SelfTrade};

/// The incoming order, as far as matching needs to know it.
#[derive(Clone, Copy, Debug)]
pub struct Taker {
    pub buy: bool,
    /// The worst price it may trade at: one of the grid, or 0 to sell at any.
    pub limit: Price,
    pub leaves: Quantity,
    pub account: AccountId,
    pub self_trade: SelfTrade,
}

/// How matching ended for the taker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This much is left; no order that it may trade with is.
    Open(Quantity),
    /// It met an order of its own account, and this much of it must be cancelled.
    Prevented(Quantity),
}

/// What follows from a match: money, events, the end of orders.
pub trait Executions {
    /// `maker` trades at its own price; called before its leaves change.
    fn trade(&mut self, maker: &Order, quantity: Quantity);
    /// The maker in `slot` is out of its queue, filled; its slot is the callee's to free.
    fn filled(&mut self, arena: &mut Arena, slot: u32);
    /// The same for a maker with something special about it: whether there is more of it, which is
    /// to stand at the tail of its price now.
    fn special_filled(&mut self, arena: &mut Arena, slot: u32) -> bool;
    /// The maker in `slot` is out of its queue, cancelled so as not to trade with its own account.
    fn prevented(&mut self, arena: &mut Arena, slot: u32);
    /// The maker in `slot` keeps its place but lost `quantity`, so as not to trade it with its own
    /// account.
    fn decremented(&mut self, arena: &mut Arena, slot: u32, quantity: Quantity);
    /// The taker goes on without `quantity`, for the same reason.
    fn taker_decremented(&mut self, quantity: Quantity);
}

/// The two sides of one symbol.
#[derive(Debug)]
pub struct Book {
    pub grid: Grid,
    /// Offers, then bids.
    sides: [Ladder; 2],
}

impl Book {
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        Self { grid, sides: [Ladder::new(grid, false), Ladder::new(grid, true)] }
    }

    /// The side an order of that direction rests on.
    #[inline]
    #[must_use]
    pub fn side(&self, buy: bool) -> &Ladder {
        &self.sides[usize::from(buy)]
    }

    /// Whether an order of that direction and limit would find another to trade with.
    #[inline]
    #[must_use]
    pub fn crosses(&self, buy: bool, limit: Price) -> bool {
        self.side(!buy).is_reached_by(limit)
    }

    #[inline]
    fn side_mut(&mut self, buy: bool) -> &mut Ladder {
        &mut self.sides[usize::from(buy)]
    }

    /// Puts the order in `slot` behind all others at its price.
    #[inline(always)]
    pub fn rest(&mut self, arena: &mut Arena, slot: u32) {
        let buy = arena.orders.get(slot).flags.is_buy();
        self.side_mut(buy).push(arena, slot);
    }

    /// Takes the order in `slot` out of its queue; the slot stays the caller's.
    #[inline(always)]
    pub fn unlink(&mut self, arena: &mut Arena, slot: u32) {
        let buy = arena.orders.get(slot).flags.is_buy();
        self.side_mut(buy).unlink(arena, slot);
    }

    /// Lowers what is left of the order in `slot`, which keeps its place.
    #[inline]
    pub fn reduce(&mut self, arena: &mut Arena, slot: u32, quantity: Quantity) {
        let buy = arena.orders.get(slot).flags.is_buy();
        self.side_mut(buy).reduce(arena, slot, quantity);
    }

    /// Trades the taker against the other side, best price first and oldest first at each, at the
    /// makers' prices, until it is filled or nothing within its limit is left.
    #[inline]
    pub fn cross(
        &mut self,
        arena: &mut Arena,
        taker: &Taker,
        executions: &mut impl Executions,
    ) -> Outcome {
        let makers = self.side_mut(!taker.buy);
        let mut leaves = taker.leaves;
        while leaves > 0 && makers.is_reached_by(taker.limit) {
            let Some(slot) = makers.front(&arena.levels) else { break };
            let maker = *arena.orders.get(slot);
            if maker.account == taker.account && taker.self_trade != SelfTrade::Allow {
                match prevent(makers, arena, slot, taker.self_trade, leaves, executions) {
                    Some(left) => leaves = left,
                    None => return Outcome::Prevented(leaves),
                }
                continue;
            }
            let quantity = leaves.min(maker.leaves);
            executions.trade(&maker, quantity);
            leaves -= quantity;
            if quantity == maker.leaves {
                makers.unlink_front(arena, slot);
                if maker.special.is_any() {
                    if executions.special_filled(arena, slot) {
                        makers.push(arena, slot);
                    }
                    continue;
                }
                executions.filled(arena, slot);
            } else {
                makers.reduce_front(arena, slot, quantity);
            }
        }
        Outcome::Open(leaves)
    }

    /// How much of `taker` would trade at once, and the most that it would cost in all, without
    /// trading: what self-trade prevention would keep it from does not count. Beyond `SEEN`
    /// levels (or orders, where each must be looked at) nothing counts as traded, and the rest as
    /// costing the taker's limit.
    #[must_use]
    pub fn sweep(&self, arena: &Arena, taker: &Taker) -> (Quantity, i128) {
        let makers = self.side(!taker.buy);
        let mut sweep = Sweep { leaves: u64::from(taker.leaves), traded: 0, cost: 0 };
        if taker.self_trade == SelfTrade::Allow {
            for (seen, level) in makers.levels(&arena.levels).enumerate() {
                if sweep.leaves == 0 || !reaches(taker.buy, taker.limit, level.price) {
                    break;
                }
                if seen == SEEN {
                    return sweep.stopped(taker.limit);
                }
                sweep.take(level.price, level.quantity);
            }
            return sweep.result();
        }
        let orders = makers.queue(arena).map(|slot| arena.orders.get(slot));
        for (seen, order) in orders.enumerate() {
            if sweep.leaves == 0 || !reaches(taker.buy, taker.limit, order.price) {
                break;
            }
            if seen == SEEN {
                return sweep.stopped(taker.limit);
            }
            match taker.self_trade {
                _ if order.account != taker.account => {
                    sweep.take(order.price, u64::from(order.leaves));
                }
                SelfTrade::CancelNewest | SelfTrade::CancelBoth => break,
                SelfTrade::Decrement => {
                    sweep.leaves = sweep.leaves.saturating_sub(u64::from(order.leaves));
                }
                SelfTrade::CancelOldest | SelfTrade::Allow => {}
            }
        }
        sweep.result()
    }
}

/// How many levels or orders a sweep looks at before it gives up. Looking is free for who asks:
/// without a bound one account could rest orders at a hundred thousand far prices, and have the
/// venue count them with each fill-or-kill order that it sends.
const SEEN: usize = 1_024;

/// A sweep that only counts.
struct Sweep {
    leaves: u64,
    traded: u64,
    cost: i128,
}

impl Sweep {
    fn take(&mut self, price: Price, quantity: u64) {
        let taken = quantity.min(self.leaves);
        self.leaves -= taken;
        self.traded += taken;
        self.cost += i128::from(price.money().0) * i128::from(taken);
    }

    /// The result when there may be more than was looked at.
    fn stopped(self, limit: Price) -> (Quantity, i128) {
        let unseen = i128::from(limit.money().0) * i128::from(self.leaves);
        let (traded, cost) = self.result();
        (traded, cost + unseen)
    }

    fn result(self) -> (Quantity, i128) {
        (Quantity::try_from(self.traded).expect("at most the taker's leaves"), self.cost)
    }
}

/// Whether an order with this limit may trade at `price`.
#[inline]
fn reaches(buy: bool, limit: Price, price: Price) -> bool {
    if buy { price <= limit } else { price >= limit }
}

/// Self-trade prevention: what is left of the taker afterwards, `None` when it must stop.
fn prevent(
    makers: &mut Ladder,
    arena: &mut Arena,
    slot: u32,
    mode: SelfTrade,
    leaves: Quantity,
    executions: &mut impl Executions,
) -> Option<Quantity> {
    let resting = arena.orders.get(slot).leaves;
    match mode {
        SelfTrade::Allow => unreachable!("self-trades are allowed"),
        SelfTrade::CancelNewest => None,
        SelfTrade::CancelOldest | SelfTrade::CancelBoth => {
            makers.unlink(arena, slot);
            executions.prevented(arena, slot);
            (mode == SelfTrade::CancelOldest).then_some(leaves)
        }
        SelfTrade::Decrement if leaves < resting => {
            makers.reduce(arena, slot, leaves);
            executions.decremented(arena, slot, leaves);
            None
        }
        SelfTrade::Decrement => {
            makers.unlink(arena, slot);
            executions.prevented(arena, slot);
            if leaves == resting {
                return None;
            }
            executions.taker_decremented(resting);
            Some(leaves - resting)
        }
    }
}
