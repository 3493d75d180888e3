use openoutcry_canonical::canonical;
use openoutcry_wire::{AccountId, Nanoseconds, OrderId};

/// Where the chains of one account start.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    pub(crate) opened: Nanoseconds,
    pub(crate) last_order: OrderId,
    /// The first ledger entry of its newest trade or transfer.
    pub(crate) last_entry: u64,
    /// The account of the same owner opened before it.
    pub(crate) previous_of_owner: AccountId,
}

canonical!(Account { opened, last_order, last_entry, previous_of_owner });
