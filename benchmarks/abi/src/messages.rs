//! The harness's messages as the machine's commands.
//!
//! A venue's gateways do this on threads of their own before the matching thread sees a command,
//! so it is done when the harness offers a message ahead of time (`engine_prebuild`), or else with
//! the message itself.

use crate::abi::{Any, Cancel, Modify, NewOrder};
use crate::ticks::price;
use openoutcry_wire::{Side, TimeInForce, Unit, command};
use std::collections::HashMap;

/// Accounts that the orders are spread over.
pub const ACCOUNTS: u32 = 512;

/// Ids below this are looked up by place.
const LOW: usize = 1 << 24;

/// What a report says of the message that caused it.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    pub sequence: u64,
    pub price: i64,
    pub id: u64,
    pub quantity: u32,
    pub side: u8,
}

/// Commands, the messages behind them, and who is who.
pub struct Messages {
    pub commands: Vec<Unit>,
    pub causes: Vec<Cause>,
    /// The machine's latest order under each of the harness's ids: low ones, and any others.
    orders: Vec<u32>,
    high_orders: HashMap<u64, u32>,
    /// The harness's id of each of the machine's orders, which it numbers from 1 as they come.
    ids: Vec<u64>,
}

impl Messages {
    pub fn new() -> Self {
        let mut ids = Vec::with_capacity(1 << 22);
        ids.push(0);
        Self {
            commands: Vec::with_capacity(1 << 22),
            causes: Vec::with_capacity(1 << 22),
            orders: Vec::with_capacity(1 << 22),
            high_orders: HashMap::new(),
            ids,
        }
    }

    pub fn add(&mut self, message: Any<'_>) {
        match message {
            Any::New(order) => self.add_order(order),
            Any::Cancel(cancel) => self.add_cancel(cancel),
            Any::Modify(modify) => self.add_modify(modify),
        }
    }

    fn add_order(&mut self, order: &NewOrder) {
        let id = order.order_id;
        self.remember(id, u32::try_from(self.ids.len()).expect("orders fit 32 bits"));
        self.ids.push(id);
        let command = command::NewOrder {
            account: account_of(id),
            side: if order.side == 0 { Side::Buy } else { Side::Sell } as u8,
            order_type: 2,
            time_in_force: if order.ioc == 0 { TimeInForce::Gtc } else { TimeInForce::Ioc } as u8,
            quantity: order.quantity,
            price: price(order.price),
            ..Default::default()
        };
        command::encode(&command, None, &mut self.commands);
        let NewOrder { sequence, price, quantity, side, .. } = *order;
        self.causes.push(Cause { sequence, price, id, quantity, side });
    }

    fn add_cancel(&mut self, cancel: &Cancel) {
        let id = cancel.order_id;
        let command = command::CancelOrder {
            account: account_of(id),
            order: self.order(id),
            ..Default::default()
        };
        command::encode(&command, None, &mut self.commands);
        let sequence = cancel.sequence;
        self.causes.push(Cause { sequence, price: 0, id, quantity: 0, side: 0 });
    }

    fn add_modify(&mut self, modify: &Modify) {
        let id = modify.order_id;
        let command = command::ReplaceOrder {
            account: account_of(id),
            order: self.order(id),
            quantity: modify.quantity,
            of_leaves: 1,
            price: price(modify.price),
            ..Default::default()
        };
        command::encode(&command, None, &mut self.commands);
        let Modify { sequence, price, quantity, side, .. } = *modify;
        self.causes.push(Cause { sequence, price, id, quantity, side });
    }

    fn remember(&mut self, id: u64, order: u32) {
        match usize::try_from(id) {
            Ok(place) if place < LOW => {
                if place >= self.orders.len() {
                    self.orders.resize(place + 1, 0);
                }
                self.orders[place] = order;
            }
            _ => {
                self.high_orders.insert(id, order);
            }
        }
    }

    /// The machine's number of an order; 0 for one that never came.
    fn order(&self, id: u64) -> u64 {
        let low = usize::try_from(id).ok().and_then(|place| self.orders.get(place));
        low.or_else(|| self.high_orders.get(&id)).copied().unwrap_or_default().into()
    }

    /// The harness's id of one of the machine's orders.
    #[inline]
    pub fn id(&self, order: u64) -> u64 {
        self.ids[usize::try_from(order).expect("orders fit memory")]
    }
}

fn account_of(id: u64) -> u32 {
    u32::try_from(id % u64::from(ACCOUNTS)).expect("less than the accounts") + 1
}
