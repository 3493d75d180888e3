//! Limits of the account that sends an order.

use crate::Refusal;
use openoutcry_ledger::Account;
use openoutcry_wire::{AccountStatus, Price, Quantity, Reason};

/// The most orders an account may have open, unless its own limit says otherwise.
pub const DEFAULT_MAXIMUM_OPEN_ORDERS: u32 = 100_000;

/// The largest order in a symbol, unless its listing says otherwise.
pub const DEFAULT_MAXIMUM_QUANTITY: Quantity = 10_000_000;

/// Whether the account may trade at all, and may have one more order open when `rests`.
///
/// # Errors
/// `AccountSuspended`, `TooManyOrders`.
#[inline]
pub fn check_account(account: &Account, rests: bool) -> Result<(), Refusal> {
    if account.status != AccountStatus::Active {
        return Err(Reason::AccountSuspended.into());
    }
    let most = match account.maximum_open_orders {
        0 => DEFAULT_MAXIMUM_OPEN_ORDERS,
        limit => limit,
    };
    if rests && account.open_orders >= most {
        let required = i64::from(account.open_orders) + 1;
        return Err(Refusal::figures(Reason::TooManyOrders, required, i64::from(most)));
    }
    Ok(())
}

/// Whether the account may trade, may have one more order open, and has no limit on the worth of
/// one: what most accounts can say of themselves at once.
#[inline]
#[must_use]
pub fn is_unhindered(account: &Account) -> bool {
    let most = match account.maximum_open_orders {
        0 => DEFAULT_MAXIMUM_OPEN_ORDERS,
        limit => limit,
    };
    account.status == AccountStatus::Active
        && account.open_orders < most
        && account.maximum_order_value.0 == 0
}

/// Whether an order of `quantity` at `price` is within what one order may be worth.
///
/// # Errors
/// `OrderTooLarge`.
#[inline]
pub fn check_value(account: &Account, price: Price, quantity: Quantity) -> Result<(), Refusal> {
    let most = match account.maximum_order_value.0 {
        0 => i64::MAX,
        limit => limit,
    };
    let value = i128::from(price.money().0) * i128::from(quantity);
    if value > i128::from(most) {
        let required = i64::try_from(value).unwrap_or(i64::MAX);
        return Err(Refusal::figures(Reason::OrderTooLarge, required, most));
    }
    Ok(())
}
