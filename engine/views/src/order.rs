use openoutcry_canonical::canonical;
use openoutcry_wire::{
    AccountId, Instructions, Name, Nanoseconds, OrderId, OrderType, Quantity, Reason, SymbolId,
    TradeId, event,
};

/// Declares the statuses with the words that clients see.
macro_rules! statuses {
    ($($(#[$meta:meta])* $variant:ident = $value:literal $text:literal),+ $(,)?) => {
        /// Where an order stands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum OrderStatus { $($(#[$meta])* $variant = $value),+ }

        canonical!(OrderStatus as u8);

        impl TryFrom<u8> for OrderStatus {
            type Error = ();
            fn try_from(byte: u8) -> Result<Self, ()> {
                match byte { $($value => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }

        impl OrderStatus {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as the contract spells it.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

statuses! {
    New = 1 "NEW",
    /// Open, and traded in part.
    Partial = 2 "PARTIAL",
    Filled = 3 "FILLED",
    Cancelled = 4 "CANCELLED",
    Rejected = 5 "REJECTED",
    /// Its day ended, or its time came.
    Expired = 6 "EXPIRED",
    /// A stop order that no sale has reached.
    PendingTrigger = 7 "PENDING_TRIGGER",
}

impl OrderStatus {
    /// Whether the order may still trade.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Partial | Self::PendingTrigger)
    }
}

/// An order as it stands, or stood when it ended. Sides, types and times in force are numbers of
/// the wire's tables; prices 0 where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub order: OrderId,
    pub account: AccountId,
    pub symbol: SymbolId,
    pub side: u8,
    pub order_type: u8,
    pub time_in_force: u8,
    pub status: OrderStatus,
    /// A number of [`Reason`]: why it was rejected or ended.
    pub reason: u16,
    pub quantity: Quantity,
    pub filled: Quantity,
    pub price: u32,
    pub stop_price: u32,
    /// The sum of price times quantity over its fills, 1/1,000,000 dollar.
    pub value: i128,
    pub created: Nanoseconds,
    pub updated: Nanoseconds,
    /// What the machine counts beside the shares filled: 1 when new, then its changes.
    pub(crate) changes: u32,
    /// The newest of its trades, 0 before the first.
    pub(crate) last_trade: TradeId,
    /// The order of the same account before it.
    pub(crate) previous: OrderId,
    pub name: Option<Box<[u8]>>,
    /// What few orders have.
    pub special: Option<Box<Special>>,
}

canonical!(Order {
    order,
    account,
    symbol,
    side,
    order_type,
    time_in_force,
    status,
    reason,
    quantity,
    filled,
    price,
    stop_price,
    value,
    created,
    updated,
    changes,
    last_trade,
    previous,
    name,
    special,
});

/// Terms that few orders have; 0 where one has not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Special {
    /// Bits of [`openoutcry_wire::Instructions`].
    pub instructions: u8,
    pub minimum_quantity: Quantity,
    pub expires_at: Nanoseconds,
}

canonical!(Special { instructions, minimum_quantity, expires_at });

impl Special {
    /// What is special about an order, if anything is.
    fn of(event: &event::Accepted) -> Option<Box<Self>> {
        let instructions = Instructions::read(event.self_trade).map_or(0, |(_, bits)| bits.bits());
        let (minimum_quantity, expires_at) = (event.minimum_quantity, event.expires_at);
        let special = Self { instructions, minimum_quantity, expires_at };
        (special != Self::default()).then(|| Box::new(special))
    }
}

/// What `Accepted` and `Rejected` say alike.
pub(crate) struct Terms {
    pub(crate) order: OrderId,
    pub(crate) account: AccountId,
    pub(crate) symbol: SymbolId,
    pub(crate) side: u8,
    pub(crate) order_type: u8,
    pub(crate) time_in_force: u8,
    pub(crate) quantity: Quantity,
    pub(crate) price: u32,
    pub(crate) stop_price: u32,
}

macro_rules! terms_of {
    ($($event:ident),+) => {
        $(impl From<&event::$event> for Terms {
            fn from(event: &event::$event) -> Self {
                Self {
                    order: event.order,
                    account: event.account,
                    symbol: event.header.symbol,
                    side: event.side,
                    order_type: event.order_type,
                    time_in_force: event.time_in_force,
                    quantity: event.quantity,
                    price: event.price,
                    stop_price: event.stop_price,
                }
            }
        })+
    };
}

terms_of!(Accepted, Rejected);

impl Order {
    /// A new order, or one refused.
    pub(crate) fn new(
        terms: &Terms,
        status: OrderStatus,
        reason: u16,
        name: Option<&Name>,
        time: Nanoseconds,
    ) -> Self {
        Self {
            order: terms.order,
            account: terms.account,
            symbol: terms.symbol,
            side: terms.side,
            order_type: terms.order_type,
            time_in_force: terms.time_in_force,
            status,
            reason,
            quantity: terms.quantity,
            filled: 0,
            price: terms.price,
            stop_price: terms.stop_price,
            value: 0,
            created: time,
            updated: time,
            changes: 1,
            last_trade: 0,
            previous: 0,
            name: name.map(|name| name.text().into()),
            special: None,
        }
    }

    /// An order that was accepted.
    pub(crate) fn accepted(
        event: &event::Accepted,
        name: Option<&Name>,
        time: Nanoseconds,
    ) -> Self {
        let waits = OrderType::try_from(event.order_type).is_ok_and(OrderType::waits_for_trigger);
        let status = if waits { OrderStatus::PendingTrigger } else { OrderStatus::New };
        let order = Self::new(&Terms::from(event), status, 0, name, time);
        Self { special: Special::of(event), ..order }
    }

    /// Grows with every change, with every share filled, and with the end: the same number by
    /// which the machine recognises a stale view.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.changes.wrapping_add(self.filled)
    }

    /// The order traded.
    pub(crate) fn fill(
        &mut self,
        trade: TradeId,
        quantity: Quantity,
        value: i64,
        time: Nanoseconds,
    ) {
        self.filled += quantity;
        self.value += i128::from(value);
        self.last_trade = trade;
        self.updated = time;
        self.status = self.working();
    }

    /// The order changed while open; `event` leaves out what its kind of order does not have.
    pub(crate) fn replace(&mut self, event: &event::Replaced, time: Nanoseconds) {
        self.quantity = event.quantity;
        if self.price != 0 && event.price != 0 {
            self.price = event.price;
        }
        if event.stop_price != 0 {
            self.stop_price = event.stop_price;
        }
        self.changes = event.version;
        self.updated = time;
        if self.status != OrderStatus::PendingTrigger {
            self.status = self.working();
        }
    }

    pub(crate) fn trigger(&mut self, time: Nanoseconds) {
        self.status = OrderStatus::New;
        self.updated = time;
    }

    /// What was left of the order is gone.
    pub(crate) fn end(&mut self, reason: u16, time: Nanoseconds) {
        let expired = [Reason::ExpiredAtClose, Reason::ExpiredAtTime].map(|reason| reason as u16);
        let expired = expired.contains(&reason);
        self.status = if expired { OrderStatus::Expired } else { OrderStatus::Cancelled };
        self.reason = reason;
        self.changes = self.changes.wrapping_add(1);
        self.updated = time;
    }

    /// The status of an order in the book, by what it traded.
    const fn working(&self) -> OrderStatus {
        if self.filled >= self.quantity {
            OrderStatus::Filled
        } else if self.filled > 0 {
            OrderStatus::Partial
        } else {
            OrderStatus::New
        }
    }
}
