//! Orders, and what happens when one meets those of the other side.

use openoutcry_wire::{OrderType, SelfTrade, TimeInForce};

/// An open order, or one on its way in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) number: u64,
    pub(crate) account: u32,
    pub(crate) symbol: u32,
    pub(crate) buy: bool,
    pub(crate) kind: OrderType,
    pub(crate) time_in_force: TimeInForce,
    pub(crate) self_trade: SelfTrade,
    pub(crate) total: u32,
    pub(crate) leaves: u32,
    pub(crate) limit: Option<u32>,
    /// While it waits for a trigger.
    pub(crate) stop: Option<u32>,
    pub(crate) changes: u32,
    pub(crate) post_only: bool,
    /// Rather than being refused for it.
    pub(crate) reprices: bool,
    /// The least that it trades at once.
    pub(crate) minimum: u32,
    /// 0: never.
    pub(crate) expires_at: u64,
    /// When it last came into the market.
    pub(crate) time: u64,
}

/// What happens between a taker and one maker.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meeting {
    /// The maker as it was before.
    Trade { maker: Order, quantity: u32 },
    /// The maker as it was before.
    MakerCancelled(Order),
    /// The maker as it is after.
    MakerReduced(Order),
    /// The taker as it is after.
    TakerReduced(Order),
    /// The taker must stop.
    TakerStopped,
}

impl Order {
    pub(crate) fn waits(&self) -> bool {
        self.stop.is_some()
    }

    /// 1, and one more for each change and each share filled; after 2^32 it starts over.
    pub(crate) fn version(&self) -> u32 {
        (1 + self.changes).wrapping_add(self.total - self.leaves)
    }

    fn take_from(&mut self, quantity: u32) {
        self.leaves -= quantity;
        self.total -= quantity;
        self.changes += 1;
    }
}

/// Lets `taker` trade with `orders` at prices not worse than `worst`.
pub(crate) fn meet(orders: &mut Vec<Order>, taker: &mut Order, worst: u32) -> Vec<Meeting> {
    let mut meetings = Vec::new();
    while taker.leaves > 0 {
        let Some(place) = first_maker(orders, taker, worst) else { break };
        let maker = &mut orders[place];
        if maker.account == taker.account && taker.self_trade != SelfTrade::Allow {
            let own = prevent(orders, place, taker);
            meetings.extend(&own);
            if matches!(own.last(), Some(Meeting::TakerStopped)) {
                break;
            }
            continue;
        }
        let quantity = maker.leaves.min(taker.leaves);
        meetings.push(Meeting::Trade { maker: *maker, quantity });
        maker.leaves -= quantity;
        taker.leaves -= quantity;
        if maker.leaves == 0 {
            orders.remove(place);
        }
    }
    meetings
}

/// The order that trades next: the best price, and of those at it the oldest.
fn first_maker(orders: &[Order], taker: &Order, worst: u32) -> Option<usize> {
    let mut makers: Vec<usize> = (0..orders.len())
        .filter(|&place| {
            let maker = &orders[place];
            maker.symbol == taker.symbol && maker.buy != taker.buy && !maker.waits()
        })
        .collect();
    makers.sort_by_key(|&place| {
        let maker = &orders[place];
        let price = i64::from(maker.limit.expect("what rests has a limit"));
        (if taker.buy { price } else { -price }, maker.time)
    });
    makers.into_iter().next().filter(|&place| {
        let price = orders[place].limit.unwrap();
        if taker.buy { price <= worst } else { price >= worst }
    })
}

/// Keeps the taker from trading with an order of its own account.
fn prevent(orders: &mut Vec<Order>, place: usize, taker: &mut Order) -> Vec<Meeting> {
    match taker.self_trade {
        SelfTrade::Allow => unreachable!(),
        SelfTrade::CancelNewest => vec![Meeting::TakerStopped],
        SelfTrade::CancelOldest => vec![Meeting::MakerCancelled(orders.remove(place))],
        SelfTrade::CancelBoth => {
            vec![Meeting::MakerCancelled(orders.remove(place)), Meeting::TakerStopped]
        }
        SelfTrade::Decrement => {
            // Both lose the smaller quantity; who has none left then is cancelled.
            let quantity = orders[place].leaves.min(taker.leaves);
            let mut meetings = Vec::new();
            if orders[place].leaves == quantity {
                meetings.push(Meeting::MakerCancelled(orders.remove(place)));
            } else {
                orders[place].take_from(quantity);
                meetings.push(Meeting::MakerReduced(orders[place]));
            }
            if taker.leaves == quantity {
                meetings.push(Meeting::TakerStopped);
            } else {
                taker.take_from(quantity);
                meetings.push(Meeting::TakerReduced(*taker));
            }
            meetings
        }
    }
}
