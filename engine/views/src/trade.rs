use openoutcry_canonical::canonical;
use openoutcry_wire::{
    AccountId, Nanoseconds, OrderId, Quantity, Sequence, Side, SymbolId, TradeId, event,
};

/// A trade. `price` in 1/1,000,000 dollar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    pub trade: TradeId,
    pub sequence: Sequence,
    pub time: Nanoseconds,
    pub price: i64,
    pub maker_order: OrderId,
    pub taker_order: OrderId,
    /// The first of its two ledger entries.
    pub(crate) entry: u64,
    pub symbol: SymbolId,
    pub quantity: Quantity,
    pub maker_account: AccountId,
    pub taker_account: AccountId,
    pub(crate) links: Links,
    /// The aggressor's, a number of [`Side`].
    pub taker_side: u8,
}

canonical!(Trade {
    trade,
    sequence,
    time,
    price,
    maker_order,
    taker_order,
    entry,
    symbol,
    quantity,
    maker_account,
    taker_account,
    links,
    taker_side,
});

/// How far back the trades of the same orders and symbol lie before it, and, counted in ledger
/// entries, what moved in the same accounts before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Links {
    maker_order: u32,
    taker_order: u32,
    maker_account: u32,
    taker_account: u32,
    symbol: u32,
}

canonical!(Links { maker_order, taker_order, maker_account, taker_account, symbol });

/// The newest trades before this one, and the newest entries of its accounts; 0 where there is
/// none.
pub(crate) struct Before {
    pub(crate) maker_order: TradeId,
    pub(crate) taker_order: TradeId,
    pub(crate) maker_account: u64,
    pub(crate) taker_account: u64,
    pub(crate) symbol: TradeId,
}

/// The distance from `from` back to the older `to`, of which 0 is none; 0 ends a chain, and so
/// does a distance beyond what any window keeps.
pub(crate) fn back(from: u64, to: u64) -> u32 {
    if to == 0 { 0 } else { u32::try_from(from - to).unwrap_or(0) }
}

impl Trade {
    pub(crate) fn new(
        event: &event::Trade,
        time: Nanoseconds,
        entry: u64,
        before: &Before,
    ) -> Self {
        let number = event.trade;
        Self {
            trade: number,
            sequence: event.header.sequence,
            time,
            price: event.price,
            maker_order: event.maker_order,
            taker_order: event.taker_order,
            entry,
            symbol: event.header.symbol,
            quantity: event.quantity,
            maker_account: event.maker_account,
            taker_account: event.taker_account,
            links: Links {
                maker_order: back(number, before.maker_order),
                taker_order: back(number, before.taker_order),
                maker_account: back(entry, before.maker_account),
                taker_account: back(entry, before.taker_account),
                symbol: back(number, before.symbol),
            },
            taker_side: event.taker_side,
        }
    }

    /// What was paid, 1/1,000,000 dollar: the machine took it from an account, so it fits.
    #[must_use]
    pub const fn value(&self) -> i64 {
        self.price * self.quantity as i64
    }

    /// The number of the first of its two ledger entries.
    #[must_use]
    pub const fn entry(&self) -> u64 {
        self.entry
    }

    /// Whether the aggressor bought.
    #[must_use]
    pub const fn taker_bought(&self) -> bool {
        self.taker_side == Side::Buy as u8
    }

    /// Whether the account is on either side.
    pub(crate) const fn is_of(&self, account: AccountId) -> bool {
        self.maker_account == account || self.taker_account == account
    }

    pub(crate) const fn back_of_order(&self, order: OrderId) -> u32 {
        if self.maker_order == order { self.links.maker_order } else { self.links.taker_order }
    }

    pub(crate) const fn back_of_account(&self, account: AccountId) -> u32 {
        if self.maker_account == account {
            self.links.maker_account
        } else {
            self.links.taker_account
        }
    }

    pub(crate) const fn back_of_symbol(&self) -> u32 {
        self.links.symbol
    }
}
