//! Orders and changes of orders as the tests write them: `buy(100).at("150.00").ioc()`.

use crate::words::price;
use openoutcry_wire::command::{NewOrder, ReplaceOrder};
use openoutcry_wire::{Instructions, Name, OrderType, SelfTrade, Side, TimeInForce};

/// An order to be sent; a market order until it gets a limit or a stop price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) command: NewOrder,
    pub(crate) name: Option<Name>,
}

pub(crate) fn buy(quantity: u32) -> Order {
    Order::new(Side::Buy, quantity)
}

pub(crate) fn sell(quantity: u32) -> Order {
    Order::new(Side::Sell, quantity)
}

impl Order {
    pub(crate) fn new(side: Side, quantity: u32) -> Self {
        let command = NewOrder {
            side: side as u8,
            order_type: OrderType::Market as u8,
            time_in_force: TimeInForce::Day as u8,
            quantity,
            ..Default::default()
        };
        Self { command, name: None }
    }

    /// With a limit.
    pub(crate) fn at(mut self, limit: &str) -> Self {
        self.command.price = price(limit);
        self.typed()
    }

    /// Waiting for a sale at this price.
    pub(crate) fn stop(mut self, stop: &str) -> Self {
        self.command.stop_price = price(stop);
        self.typed()
    }

    fn typed(mut self) -> Self {
        let order_type = match (self.command.price, self.command.stop_price) {
            (0, 0) => OrderType::Market,
            (_, 0) => OrderType::Limit,
            (0, _) => OrderType::Stop,
            (_, _) => OrderType::StopLimit,
        };
        self.command.order_type = order_type as u8;
        self
    }

    pub(crate) fn gtc(self) -> Self {
        self.lasting(TimeInForce::Gtc)
    }

    pub(crate) fn ioc(self) -> Self {
        self.lasting(TimeInForce::Ioc)
    }

    pub(crate) fn fok(self) -> Self {
        self.lasting(TimeInForce::Fok)
    }

    /// Until a logged time.
    pub(crate) fn good_till(mut self, time: u64) -> Self {
        self.command.expires_at = time;
        self.lasting(TimeInForce::Gtd)
    }

    /// Refused rather than taking.
    pub(crate) fn post_only(mut self) -> Self {
        self.command.self_trade |= Instructions::POST_ONLY.bits();
        self
    }

    /// Priced anew rather than taking.
    pub(crate) fn repriced(mut self) -> Self {
        self.command.self_trade |= Instructions::REPRICE.bits();
        self.post_only()
    }

    /// At a price that the wire can only say rounded down.
    pub(crate) fn between_ticks(mut self) -> Self {
        self.command.self_trade |= Instructions::BETWEEN_TICKS.bits();
        self
    }

    /// So much at once, or nothing.
    pub(crate) fn at_least(mut self, quantity: u32) -> Self {
        self.command.minimum_quantity = quantity;
        self
    }

    fn lasting(mut self, time_in_force: TimeInForce) -> Self {
        self.command.time_in_force = time_in_force as u8;
        self
    }

    /// Not to be traded with its own account.
    pub(crate) fn preventing(mut self, mode: SelfTrade) -> Self {
        self.command.self_trade = mode as u8;
        self
    }

    pub(crate) fn in_symbol(mut self, symbol: u32) -> Self {
        self.command.symbol = symbol;
        self
    }

    /// With the client's own id.
    pub(crate) fn named(mut self, name: &str) -> Self {
        self.name = Name::new(name.as_bytes());
        self
    }

    /// With a field set as no careful client would.
    pub(crate) fn with(mut self, set: impl FnOnce(&mut NewOrder)) -> Self {
        set(&mut self.command);
        self
    }
}

/// A change of an open order: what is not named stays.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Change(pub(crate) ReplaceOrder);

/// To a new total quantity.
pub(crate) fn to(quantity: u32) -> Change {
    Change(ReplaceOrder { quantity, ..Default::default() })
}

/// To so much left, whatever was filled.
pub(crate) fn to_leaves(quantity: u32) -> Change {
    Change(ReplaceOrder { quantity, of_leaves: 1, ..Default::default() })
}

/// To a new limit.
pub(crate) fn to_limit(limit: &str) -> Change {
    Change::default().at(limit)
}

/// To a new stop price.
pub(crate) fn to_stop(stop: &str) -> Change {
    Change::default().stop(stop)
}

impl Change {
    pub(crate) fn at(mut self, limit: &str) -> Self {
        self.0.price = price(limit);
        self
    }

    pub(crate) fn stop(mut self, stop: &str) -> Self {
        self.0.stop_price = price(stop);
        self
    }

    /// Only if the order still has this version.
    pub(crate) fn if_version(mut self, version: u32) -> Self {
        self.0.expected_version = version;
        self
    }
}
