use openoutcry_canonical::canonical;
use openoutcry_wire::{AccountId, Nanoseconds, Sequence};

/// An asset moved by a transfer.
#[derive(Clone, Debug)]
pub struct Transfer {
    pub(crate) entry: u64,
    pub(crate) sequence: Sequence,
    pub(crate) time: Nanoseconds,
    pub(crate) from: AccountId,
    pub(crate) to: AccountId,
    pub(crate) asset: u32,
    pub(crate) amount: i64,
    /// How many entries back the same accounts were last touched.
    pub(crate) back_of_from: u32,
    pub(crate) back_of_to: u32,
    pub(crate) reference: Option<Box<[u8]>>,
}

canonical!(Transfer {
    entry,
    sequence,
    time,
    from,
    to,
    asset,
    amount,
    back_of_from,
    back_of_to,
    reference,
});

impl Transfer {
    pub(crate) const fn is_of(&self, account: AccountId) -> bool {
        self.from == account || self.to == account
    }

    pub(crate) const fn back_of(&self, account: AccountId) -> u32 {
        if self.from == account { self.back_of_from } else { self.back_of_to }
    }
}
