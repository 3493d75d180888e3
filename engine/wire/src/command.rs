//! What the log stores: everything that may change the exchange.

use crate::units::{Malformed, UNIT, Unit, name_of, split};
use crate::{Name, SymbolId};
use bytemuck::{Pod, Zeroable};

/// The first 16 bytes of every command.
///
/// `session` 0 keeps no numbers; any other session numbers its commands from 1 upwards, and the
/// machine answers a repeated number with its first answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Header {
    pub kind: u8,
    pub units: u8,
    pub flags: u16,
    pub session: u32,
    pub session_sequence: u64,
}

impl Header {
    /// A flag: whoever follows all events finds the answer there, and nobody waits for it.
    pub const FOLLOWED: u16 = 1;
}

/// Declares the layouts: each a unit of 64 bytes starting with the header, its number in the log
/// fixed for ever.
macro_rules! commands {
    ($($(#[$meta:meta])* $name:ident = $kind:literal { $($(#[$fmeta:meta])* $field:ident: $type:ty),+ $(,)? })+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
            #[repr(C)]
            pub struct $name { pub header: Header, $($(#[$fmeta])* pub $field: $type),+ }

            impl $name {
                pub const KIND: u8 = $kind;
            }

            const _: () = assert!(size_of::<$name>() == UNIT);

            impl Default for $name {
                fn default() -> Self {
                    let header = Header { kind: $kind, units: 1, ..Header::default() };
                    Self { header, ..Self::zeroed() }
                }
            }
        )+

        /// One command, borrowed from the buffer it came in.
        #[derive(Clone, Copy, Debug)]
        pub enum Command<'a> {
            $($name(&'a $name, Option<&'a Name>)),+
        }

        impl<'a> Command<'a> {
            fn from_units(first: &'a Unit, own: &'a [Unit]) -> Option<Self> {
                let name = name_of(own).ok()?;
                Some(match first.0[0] {
                    $($kind => Self::$name(bytemuck::cast_ref(first), name),)+
                    _ => return None,
                })
            }

            /// The header all commands share.
            #[must_use]
            pub fn header(&self) -> &'a Header {
                match self { $(Self::$name(command, _) => &command.header),+ }
            }
        }
    };
}

commands! {
    /// A new order. `price` is 0 where the type has none; `name` is the client's order id. The byte
    /// of `self_trade` carries [`crate::Instructions`] above the mode. `minimum_quantity` is 0 for an
    /// order that takes what it gets, `expires_at` for one that is not good till a moment.
    NewOrder = 1 {
        account: u32,
        symbol: SymbolId,
        side: u8,
        order_type: u8,
        time_in_force: u8,
        self_trade: u8,
        quantity: u32,
        price: u32,
        stop_price: u32,
        display_quantity: u32,
        minimum_quantity: u32,
        expires_at: u64,
        offset: i32,
        group: u32,
    }
    /// Cancels what is left of one order of `account`.
    CancelOrder = 2 { account: u32, reserved_0: u32, order: u64, reserved: [u8; 32] }
    /// Changes an order's total quantity or its prices; 0 keeps what it is. With `of_leaves` 1
    /// `quantity` is what is to be left, however much was filled meanwhile. When
    /// `expected_version` is not 0 the order must still have that version.
    ReplaceOrder = 3 {
        account: u32,
        quantity: u32,
        order: u64,
        price: u32,
        stop_price: u32,
        expected_version: u32,
        display_quantity: u32,
        of_leaves: u8,
        reserved: [u8; 15],
    }
    /// Cancels all open orders of `account`, in one symbol or in all, on one side or (0) both.
    CancelAll = 4 { account: u32, symbol: SymbolId, side: u8, by_operator: u8, reserved: [u8; 38] }
    /// Moves `amount` of an asset (millionths of a dollar, or shares) between two accounts; a
    /// deposit comes from the outside account and a withdrawal goes there. `name` is the
    /// reference: the same one moves nothing twice.
    Transfer = 5 { from: u32, to: u32, asset: u32, reserved_0: u32, amount: i64, reserved: [u8; 24] }
    /// Opens the next account for a user; `name` makes it idempotent.
    OpenAccount = 6 { owner: u32, group: u32, kind: u8, reserved: [u8; 39] }
    /// Lists a symbol. `previous_close` and `tick` (0: by the dated default table) in 1/10000
    /// dollar; the collars in basis points of the reference price (0: none).
    ListSymbol = 7 {
        ticker: [u8; 8],
        previous_close: u32,
        tick: u32,
        maximum_quantity: u32,
        sweep_collar: u32,
        limit_collar: u32,
        reserved: [u8; 20],
    }
    /// Stops trading in a symbol, or in all; open orders stay and may be cancelled.
    Halt = 8 { symbol: SymbolId, cause: u32, reserved: [u8; 40] }
    /// Takes a halt back.
    Resume = 9 { symbol: SymbolId, cause: u32, reserved: [u8; 40] }
    /// Lets an account trade or not (the kill switch of one participant).
    SetAccountStatus = 10 { account: u32, status: u8, reserved: [u8; 43] }
    /// Ends the trading day of a symbol, or of all: day orders expire, closes are taken.
    EndDay = 11 { symbol: SymbolId, reserved: [u8; 44] }
    /// From here on the rules of `version` hold.
    Activate = 12 { version: u32, reserved: [u8; 44] }
    /// Sets the limits of one account; 0 means the venue's default.
    SetLimits = 13 { account: u32, maximum_open_orders: u32, maximum_order_value: i64, reserved: [u8; 32] }
}

/// Writes `command` to the end of `out`, followed by `name` as a second unit when there is one.
#[inline]
pub fn encode<T: Pod>(command: &T, name: Option<&Name>, out: &mut Vec<Unit>) {
    let mut unit: Unit = bytemuck::cast(*command);
    if let Some(name) = name {
        unit.0[1] = 2;
        out.push(unit);
        out.push(bytemuck::cast(*name));
    } else {
        out.push(unit);
    }
}

/// Splits the first command off `units`; `None` when there is none left.
///
/// # Errors
/// `Malformed` when the units are no command.
#[inline]
pub fn next(units: &[Unit]) -> Result<Option<(Command<'_>, &[Unit])>, Malformed> {
    let Some((first, own, after)) = split(units)? else { return Ok(None) };
    let command = Command::from_units(first, own).ok_or(Malformed { unit: 0 })?;
    Ok(Some((command, after)))
}

/// The number of commands in `units`.
///
/// # Errors
/// `Malformed` with the index of the first unit that is no command.
pub fn count(units: &[Unit]) -> Result<usize, Malformed> {
    let mut rest = units;
    let mut count = 0;
    loop {
        match next(rest) {
            Ok(None) => return Ok(count),
            Ok(Some((_, after))) => {
                rest = after;
                count += 1;
            }
            Err(_) => return Err(Malformed { unit: units.len() - rest.len() }),
        }
    }
}
