use openoutcry_wire::{AccountId, OrderId, Quantity, SymbolId, event};

/// An order as its reports need it.
#[expect(clippy::struct_field_names, reason = "the words of the wire")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) order: OrderId,
    pub(crate) account: AccountId,
    pub(crate) symbol: SymbolId,
    pub(crate) side: u8,
    pub(crate) order_type: u8,
    pub(crate) time_in_force: u8,
    pub(crate) quantity: Quantity,
    pub(crate) price: u32,
    pub(crate) stop_price: u32,
    pub(crate) filled: Quantity,
    /// The sum of price times quantity over its fills, 1/1,000,000 dollar.
    pub(crate) value: i128,
    /// The id that the client knows it by now.
    pub(crate) id: Box<[u8]>,
    /// The session that it belongs to, if one of ours.
    pub(crate) seat: Option<usize>,
}

impl Order {
    pub(crate) fn accepted(event: &event::Accepted, id: &[u8], seat: Option<usize>) -> Self {
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
            filled: 0,
            value: 0,
            id: id.into(),
            seat,
        }
    }

    pub(crate) fn rejected(event: &event::Rejected, id: &[u8], seat: Option<usize>) -> Self {
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
            filled: 0,
            value: 0,
            id: id.into(),
            seat,
        }
    }

    pub(crate) fn viewed(order: &openoutcry_views::Order, seat: Option<usize>) -> Self {
        Self {
            order: order.order,
            account: order.account,
            symbol: order.symbol,
            side: order.side,
            order_type: order.order_type,
            time_in_force: order.time_in_force,
            quantity: order.quantity,
            price: order.price,
            stop_price: order.stop_price,
            filled: order.filled,
            value: order.value,
            id: order.name.clone().unwrap_or_default(),
            seat,
        }
    }

    pub(crate) fn fill(&mut self, quantity: Quantity, price: i64) {
        self.filled += quantity;
        self.value += i128::from(price) * i128::from(quantity);
    }

    pub(crate) const fn is_filled(&self) -> bool {
        self.filled >= self.quantity
    }

    /// `OrdStatus` of an order that is open, or filled.
    pub(crate) const fn working(&self) -> u8 {
        if self.is_filled() {
            b'2'
        } else if self.filled > 0 {
            b'1'
        } else {
            b'0'
        }
    }

    /// The average price of its fills in 1/1,000,000 dollar, rounded to the nearest.
    pub(crate) fn average(&self) -> u64 {
        if self.filled == 0 {
            return 0;
        }
        let filled = i128::from(self.filled);
        u64::try_from((self.value + filled / 2) / filled).unwrap_or(0)
    }
}
