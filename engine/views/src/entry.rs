//! The double-entry journal, derived: a trade moves cash and shares, a transfer one asset.

use crate::trade::Trade;
use crate::transfer::Transfer;
use openoutcry_wire::{AccountId, CASH, Nanoseconds, OrderId, Sequence, TradeId};

/// One movement: `amount` of `asset` left `source` and reached `target`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub entry: u64,
    pub sequence: Sequence,
    pub time: Nanoseconds,
    pub source: AccountId,
    pub target: AccountId,
    pub asset: u32,
    pub amount: i64,
    /// The trade it belongs to; 0 for a transfer, as are its orders.
    pub trade: TradeId,
    pub source_order: OrderId,
    pub target_order: OrderId,
    pub reference: Option<Box<[u8]>>,
}

/// A trade or a transfer, as the ledger sees it.
#[derive(Clone, Copy, Debug)]
pub enum Movement<'a> {
    Trade(&'a Trade),
    Transfer(&'a Transfer),
}

impl<'a> Movement<'a> {
    /// The number of its first entry, which is where reading can go on.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Trade(trade) => trade.entry,
            Self::Transfer(transfer) => transfer.entry,
        }
    }

    /// Its entries, the newest first.
    #[must_use]
    pub fn entries(self) -> Vec<Entry> {
        match self {
            Self::Trade(trade) => Entry::of_trade(trade).into(),
            Self::Transfer(transfer) => vec![Entry::of_transfer(transfer)],
        }
    }

    /// The trade, if it is one.
    #[must_use]
    pub const fn trade(self) -> Option<&'a Trade> {
        match self {
            Self::Trade(trade) => Some(trade),
            Self::Transfer(_) => None,
        }
    }

    pub(crate) const fn is_of(self, account: AccountId) -> bool {
        match self {
            Self::Trade(trade) => trade.is_of(account),
            Self::Transfer(transfer) => transfer.is_of(account),
        }
    }

    pub(crate) const fn back_of(self, account: AccountId) -> u32 {
        match self {
            Self::Trade(trade) => trade.back_of_account(account),
            Self::Transfer(transfer) => transfer.back_of(account),
        }
    }
}

impl Entry {
    /// A trade's two entries, the newer first: shares to the buyer, and before them the cash.
    pub(crate) fn of_trade(trade: &Trade) -> [Self; 2] {
        let maker = (trade.maker_account, trade.maker_order);
        let taker = (trade.taker_account, trade.taker_order);
        let (buyer, seller) = if trade.taker_bought() { (taker, maker) } else { (maker, taker) };
        let cash = Self {
            entry: trade.entry,
            sequence: trade.sequence,
            time: trade.time,
            source: buyer.0,
            target: seller.0,
            asset: CASH,
            amount: trade.value(),
            trade: trade.trade,
            source_order: buyer.1,
            target_order: seller.1,
            reference: None,
        };
        let shares = Self {
            entry: trade.entry + 1,
            source: seller.0,
            target: buyer.0,
            asset: trade.symbol + 1,
            amount: i64::from(trade.quantity),
            source_order: seller.1,
            target_order: buyer.1,
            ..cash.clone()
        };
        [shares, cash]
    }

    pub(crate) fn of_transfer(transfer: &Transfer) -> Self {
        Self {
            entry: transfer.entry,
            sequence: transfer.sequence,
            time: transfer.time,
            source: transfer.from,
            target: transfer.to,
            asset: transfer.asset,
            amount: transfer.amount,
            trade: 0,
            source_order: 0,
            target_order: 0,
            reference: transfer.reference.clone(),
        }
    }
}
