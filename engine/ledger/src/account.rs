//! One account in one cache line.

use openoutcry_canonical::canonical;
use openoutcry_wire::{AccountKind, AccountStatus, Money};

/// An account's cash, limits, and the heads of its chains of orders and positions.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Account {
    pub cash: Money,
    /// What open buy orders may need; never more than `cash` but for the outside account.
    pub held: Money,
    /// The most one order may be worth; 0 means the venue's default.
    pub maximum_order_value: Money,
    pub owner: u32,
    pub group: u32,
    /// The most orders open at once; 0 means the venue's default.
    pub maximum_open_orders: u32,
    pub open_orders: u32,
    /// Oldest and newest of the account's open orders, in the order pool; 0 when it has none.
    pub first_order: u32,
    pub last_order: u32,
    pub(crate) first_position: u32,
    pub kind: AccountKind,
    pub status: AccountStatus,
}

// Orders and positions enter their chains, and are counted, as they are read.
canonical!(Account {
    cash,
    held,
    maximum_order_value,
    owner,
    group,
    maximum_open_orders,
    kind,
    status,
} derived {
    open_orders = 0,
    first_order = 0,
    last_order = 0,
    first_position = NONE,
});

const _: () = assert!(size_of::<Account>() == 64);

/// The link that names nothing.
pub(crate) const NONE: u32 = u32::MAX;

impl Account {
    pub(crate) const fn new(owner: u32, group: u32, kind: AccountKind) -> Self {
        Self {
            cash: Money::ZERO,
            held: Money::ZERO,
            maximum_order_value: Money::ZERO,
            owner,
            group,
            maximum_open_orders: 0,
            open_orders: 0,
            first_order: 0,
            last_order: 0,
            first_position: NONE,
            kind,
            status: AccountStatus::Active,
        }
    }

    /// Cash that backs no order.
    #[inline]
    #[must_use]
    pub const fn available(&self) -> Money {
        Money(self.cash.0 - self.held.0)
    }
}
