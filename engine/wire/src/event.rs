//! What the machine says: each command causes one or more events, of which the first is its answer.

use crate::units::{Malformed, UNIT, Unit, name_of, split};
use crate::{AccountId, Name, OUTSIDE, Sequence, SymbolId};
use bytemuck::{Pod, Zeroable};

/// The first 16 bytes of every event. `sequence` is the position in the log of the command that
/// caused it; `reason` is a number of [`crate::Reason`], 0 when there is nothing to explain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Header {
    pub kind: u8,
    pub units: u8,
    pub reason: u16,
    pub symbol: SymbolId,
    pub sequence: Sequence,
}

/// Declares the layouts: each a unit of 64 bytes starting with the header.
macro_rules! events {
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

        /// One event, borrowed from the buffer it lies in.
        #[derive(Clone, Copy, Debug)]
        pub enum Event<'a> {
            $($name(&'a $name, Option<&'a Name>)),+
        }

        impl<'a> Event<'a> {
            fn from_units(first: &'a Unit, own: &'a [Unit]) -> Option<Self> {
                let name = name_of(own).ok()?;
                Some(match first.0[0] {
                    $($kind => Self::$name(bytemuck::cast_ref(first), name),)+
                    _ => return None,
                })
            }

            /// The header all events share.
            #[must_use]
            pub fn header(&self) -> &'a Header {
                match self { $(Self::$name(event, _) => &event.header),+ }
            }
        }
    };
}

events! {
    /// An order passed every check: its cash or shares are held, and it is about to match, rest,
    /// or wait for its trigger. `name` is the client's order id.
    Accepted = 1 {
        order: u64,
        account: u32,
        quantity: u32,
        price: u32,
        stop_price: u32,
        side: u8,
        order_type: u8,
        time_in_force: u8,
        self_trade: u8,
        display_quantity: u32,
        minimum_quantity: u32,
        offset: i32,
        expires_at: u64,
    }
    /// An order was refused; `required` and `available` are the figures that decided it, in the
    /// unit of the reason (millionths of a dollar, shares, 1/10000 dollar for prices).
    Rejected = 2 {
        order: u64,
        account: u32,
        quantity: u32,
        price: u32,
        stop_price: u32,
        side: u8,
        order_type: u8,
        time_in_force: u8,
        self_trade: u8,
        reserved: u32,
        required: i64,
        available: i64,
    }
    /// Two orders traded. `price` in 1/1,000,000 dollar; `taker_side` is the aggressor's.
    Trade = 3 {
        trade: u64,
        maker_order: u64,
        taker_order: u64,
        price: i64,
        quantity: u32,
        maker_account: u32,
        taker_account: u32,
        taker_side: u8,
        reserved: [u8; 3],
    }
    /// What was left of an order (at `price`; for a stop that waits, its stop price) is gone
    /// without trading; the reason says why.
    Cancelled = 4 {
        order: u64,
        account: u32,
        quantity: u32,
        price: u32,
        side: u8,
        reserved: [u8; 27],
    }
    /// An order has a new total quantity or new prices; without `kept_priority` it went to the
    /// tail of its level.
    Replaced = 5 {
        order: u64,
        account: u32,
        quantity: u32,
        price: u32,
        stop_price: u32,
        version: u32,
        kept_priority: u8,
        side: u8,
        reserved: [u8; 18],
    }
    /// A last sale elected a stop order: it now enters as a market or limit order.
    Triggered = 6 { order: u64, account: u32, stop_price: u32, last: i64, reserved: [u8; 24] }
    /// A command that is not a new order was refused, and changed nothing.
    Refused = 7 {
        order: u64,
        account: u32,
        kind: u8,
        reserved_0: [u8; 3],
        required: i64,
        available: i64,
        reserved: [u8; 16],
    }
    /// The command had been carried out before; this is what it made then: an order, a transfer,
    /// an account. It changed nothing now.
    Repeated = 8 { made: u64, account: u32, kind: u8, reserved_0: [u8; 3], reserved: [u8; 32] }
    /// An asset moved between two accounts; `name` is the reference.
    Transferred = 9 { transfer: u64, from: u32, to: u32, asset: u32, reserved_0: u32, amount: i64, reserved: [u8; 16] }
    /// An account exists from now on.
    AccountOpened = 10 { account: u32, owner: u32, group: u32, kind: u8, reserved: [u8; 35] }
    /// A symbol is listed from now on, under the number in the header.
    SymbolListed = 11 {
        ticker: [u8; 8],
        previous_close: u32,
        tick: u32,
        maximum_quantity: u32,
        sweep_collar: u32,
        limit_collar: u32,
        reserved: [u8; 20],
    }
    /// Trading in the header's symbol stopped.
    Halted = 12 { cause: u32, reserved: [u8; 44] }
    /// Trading in the header's symbol goes on.
    Resumed = 13 { cause: u32, reserved: [u8; 44] }
    /// An account's status changed.
    AccountStatusSet = 14 { account: u32, status: u8, reserved: [u8; 43] }
    /// The trading day of the header's symbol ended at this closing price (1/1,000,000 dollar).
    DayEnded = 15 { close: i64, reserved: [u8; 40] }
    /// From here on the rules of `version` hold.
    Activated = 16 { version: u32, reserved: [u8; 44] }
    /// An account's limits are now these; 0 means the venue's default.
    LimitsSet = 17 { account: u32, maximum_open_orders: u32, maximum_order_value: i64, reserved: [u8; 32] }
    /// A mass cancel was carried out; the cancelled orders follow as events of their own.
    AllCancelled = 18 { account: u32, orders: u32, reserved: [u8; 40] }
}

impl Event<'_> {
    /// The account an event is about and the number of what it made or concerns: an order, a
    /// transfer, an account, a symbol; 0 where there is none.
    #[must_use]
    pub fn subject(&self) -> (AccountId, u64) {
        match self {
            Self::Accepted(e, _) => (e.account, e.order),
            Self::Rejected(e, _) => (e.account, e.order),
            Self::Trade(e, _) => (e.taker_account, e.taker_order),
            Self::Cancelled(e, _) => (e.account, e.order),
            Self::Replaced(e, _) => (e.account, e.order),
            Self::Triggered(e, _) => (e.account, e.order),
            Self::Refused(e, _) => (e.account, e.order),
            Self::Repeated(e, _) => (e.account, e.made),
            Self::Transferred(e, _) => (if e.to == OUTSIDE { e.from } else { e.to }, e.transfer),
            Self::AccountOpened(e, _) => (e.account, u64::from(e.account)),
            Self::SymbolListed(e, _) => (OUTSIDE, u64::from(e.header.symbol)),
            Self::AccountStatusSet(e, _) => (e.account, 0),
            Self::LimitsSet(e, _) => (e.account, 0),
            Self::AllCancelled(e, _) => (e.account, u64::from(e.orders)),
            Self::Halted(..) | Self::Resumed(..) | Self::DayEnded(..) | Self::Activated(..) => {
                (OUTSIDE, 0)
            }
        }
    }
}

/// Writes `event` to the end of `out`, followed by `name` as a second unit when there is one.
#[inline]
pub fn encode<T: Pod>(event: &T, name: Option<&Name>, out: &mut Vec<Unit>) {
    let place = out.len();
    out.push(Unit::zeroed());
    // Written where it will stay: put together elsewhere first, it would be copied in pieces of
    // other sizes than it was written in, which stalls the processor.
    *bytemuck::cast_mut(&mut out[place]) = *event;
    if let Some(name) = name {
        out[place].0[1] = 2;
        out.push(bytemuck::cast(*name));
    }
}

/// Splits the first event off `units`; `None` when there is none left.
///
/// # Errors
/// `Malformed` when the units are no event.
#[inline]
pub fn next(units: &[Unit]) -> Result<Option<(Event<'_>, &[Unit])>, Malformed> {
    let Some((first, own, after)) = split(units)? else { return Ok(None) };
    let event = Event::from_units(first, own).ok_or(Malformed { unit: 0 })?;
    Ok(Some((event, after)))
}

/// Walks a buffer of events that the machine wrote.
///
/// # Panics
/// When the buffer is not one: the machine's own output is never malformed.
pub fn walk(units: &[Unit]) -> impl Iterator<Item = Event<'_>> {
    let mut rest = units;
    std::iter::from_fn(move || {
        let (event, after) = next(rest).expect("the machine writes whole events")?;
        rest = after;
        Some(event)
    })
}
