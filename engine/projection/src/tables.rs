//! Which columns the rows of each table have: the one place where Rust and SQL meet.

use crate::copy::Copy;

/// How rows reach a table is the database's side's business; its name and columns are here.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
}

/// Declares the tables, and a set with a buffer for each.
macro_rules! tables {
    ($($(#[$meta:meta])* $field:ident [$($column:literal)+])+) => {
        /// The rows that some commands made or changed, by table.
        #[derive(Debug, Default)]
        pub struct Tables { $($(#[$meta])* pub $field: Copy),+ }

        impl Tables {
            pub const ALL: &'static [Table] =
                &[$(Table { name: stringify!($field), columns: &[$($column),+] }),+];

            /// Each table's buffer, in the order of [`Tables::ALL`].
            #[must_use]
            pub fn into_all(self) -> Vec<Copy> {
                vec![$(self.$field),+]
            }
        }

        $(#[expect(non_upper_case_globals, reason = "named as the field that it is about")]
        pub(crate) const $field: usize = [$($column),+].len();)+
    };
}

tables! {
    /// Listed, one row for ever.
    symbols ["symbol" "number" "previous_close" "tick" "maximum_quantity" "listed_at"]
    /// As they stand after the rows' last command.
    accounts ["account_id" "owner_id" "group_id" "kind" "status" "cash" "opened_at"]
    /// As they stand after the rows' last command.
    positions [
        "account_id" "symbol" "quantity" "cost" "realised" "fifo_cost" "fifo_realised"
    ]
    /// Entered since the rows' first command, as they stand after its last.
    orders [
        "order_id" "symbol" "account_id" "side" "type" "time_in_force" "status" "reason"
        "quantity" "filled" "price" "stop_price" "value" "client_order_id" "created_at"
        "updated_at" "version"
    ]
    /// Entered before, and changed since.
    order_changes [
        "order_id" "symbol" "status" "reason" "quantity" "filled" "price" "stop_price" "value"
        "updated_at" "version"
    ]
    trades [
        "trade_id" "sequence" "executed_at" "symbol" "price" "quantity" "taker_side"
        "maker_order" "taker_order" "maker_account" "taker_account"
    ]
    /// Line 1 is what the source gave, line 2 what the target got.
    ledger_entries [
        "entry_id" "line" "sequence" "posted_at" "account_id" "asset" "amount" "trade_id"
        "order_id" "reference"
    ]
    /// Minutes that are over.
    market_data [
        "symbol" "minute_at" "open" "high" "low" "close" "volume" "trades" "bid" "ask"
    ]
}
