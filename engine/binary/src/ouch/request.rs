//! What a client asks, as OUCH 5.0 writes it: big-endian, with extras of a length, a tag and a
//! value behind the fixed part. Source: Nasdaq, "OUCH 5.0", whose reject codes these are.

use openoutcry_wire::{Side, TimeInForce};

/// Why a request is refused, as the specification numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Reject {
    InvalidDisplay = 0x03,
    InvalidMaxFloor = 0x04,
    Halted = 0x07,
    IsoNotAllowed = 0x08,
    InvalidSide = 0x09,
    ProcessingError = 0x0A,
    InvalidMinQuantity = 0x0D,
    Other = 0x0F,
    PeggingNotAllowed = 0x11,
    InvalidQuantity = 0x13,
    InvalidCrossOrder = 0x14,
    ReplaceNotAllowed = 0x15,
    InvalidSymbol = 0x17,
    InvalidPrice = 0x1D,
    ExposureExceeded = 0x20,
    FatFinger = 0x26,
    MessageRate = 0x29,
    ShortSellNotAllowed = 0x2B,
    NotionalExceeded = 0x30,
    MaximumQuantityExceeded = 0x31,
}

/// The price that means any.
const MARKET: u64 = 0x7FFF_FFFF;
/// Quantities lie below it.
const MOST: u32 = 1_000_000;

/// What an order says of itself and is told back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Echo {
    pub side: u8,
    pub quantity: u32,
    pub symbol: [u8; 8],
    pub price: u64,
    pub time_in_force: u8,
    pub display: u8,
    pub capacity: u8,
    pub client_order_id: [u8; 14],
}

/// An order that can be made a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enter {
    pub side: Side,
    /// 0 for a market order.
    pub price: u32,
    pub time_in_force: TimeInForce,
    pub minimum_quantity: u32,
    pub post_only: bool,
    /// Seconds since midnight, for an order that is good till then.
    pub expires: Option<u32>,
}

/// A message of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    Enter {
        reference: u32,
        echo: Echo,
        terms: Result<Enter, Reject>,
    },
    Replace {
        old: u32,
        reference: u32,
        quantity: u32,
        price: Result<u32, Reject>,
        client_order_id: [u8; 14],
        time_in_force: u8,
        display: u8,
    },
    Cancel {
        reference: u32,
        quantity: u32,
    },
    Query,
}

/// What is no OUCH, or none that is spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no OUCH message: type 0x{kind:02x} of {length} bytes")]
pub struct NotOuch {
    kind: u8,
    length: usize,
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn array<const SIZE: usize>(&self, at: usize) -> [u8; SIZE] {
        self.0[at..at + SIZE].try_into().expect("the length was checked")
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.array(at))
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_be_bytes(self.array(at))
    }
}

/// The extras behind the fixed part of `size` bytes, which ends with their length if there may be
/// any; `None` when the lengths disagree.
fn extras(message: &[u8], size: usize) -> Option<&[u8]> {
    let length = message.get(size - 2..size)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    (message.len() == size + length).then(|| &message[size..])
}

/// Reads one message.
///
/// # Errors
/// When it is none.
pub fn read(message: &[u8]) -> Result<Request, NotOuch> {
    let kind = *message.first().unwrap_or(&0);
    let not = NotOuch { kind, length: message.len() };
    let fields = Fields(message);
    match kind {
        b'O' => Some(enter(&fields, extras(message, 47).ok_or(not)?)),
        b'U' => {
            let extras = extras(message, 40).ok_or(not)?;
            let price = limit(fields.u64(13));
            Some(Request::Replace {
                old: fields.u32(1),
                reference: fields.u32(5),
                quantity: fields.u32(9),
                price: if extras.is_empty() { price } else { Err(Reject::Other) },
                time_in_force: message[21],
                display: message[22],
                client_order_id: fields.array(24),
            })
        }
        b'X' if message.len() == 9 || extras(message, 11).is_some() => {
            Some(Request::Cancel { reference: fields.u32(1), quantity: fields.u32(5) })
        }
        b'Q' if message.len() == 1 || extras(message, 3).is_some() => Some(Request::Query),
        _ => None,
    }
    .ok_or(not)
}

fn limit(price: u64) -> Result<u32, Reject> {
    u32::try_from(price).ok().filter(|price| *price != 0).ok_or(Reject::InvalidPrice)
}

fn enter(fields: &Fields<'_>, extras: &[u8]) -> Request {
    let bytes = fields.0;
    let echo = Echo {
        side: bytes[5],
        quantity: fields.u32(6),
        symbol: fields.array(10),
        price: fields.u64(18),
        time_in_force: bytes[26],
        display: bytes[27],
        capacity: bytes[28],
        client_order_id: fields.array(31),
    };
    let terms = terms(&echo, bytes[29], bytes[30], extras);
    Request::Enter { reference: fields.u32(1), echo, terms }
}

fn terms(echo: &Echo, sweep: u8, cross: u8, extras: &[u8]) -> Result<Enter, Reject> {
    let side = match echo.side {
        b'B' => Side::Buy,
        b'S' => Side::Sell,
        b'T' | b'E' => Side::SellShort,
        _ => return Err(Reject::InvalidSide),
    };
    if !(1..MOST).contains(&echo.quantity) {
        return Err(Reject::InvalidQuantity);
    }
    let time_in_force = match echo.time_in_force {
        b'0' => TimeInForce::Day,
        b'3' => TimeInForce::Ioc,
        b'6' => TimeInForce::Gtd,
        _ => return Err(Reject::Other),
    };
    let market = echo.price == MARKET;
    if market && time_in_force != TimeInForce::Ioc {
        return Err(Reject::InvalidPrice);
    }
    let price = if market { 0 } else { limit(echo.price)? };
    if !matches!(echo.display, b'Y' | b'A') {
        return Err(Reject::InvalidDisplay);
    }
    if !matches!(echo.capacity, b'A' | b'P' | b'R' | b'O') {
        return Err(Reject::Other);
    }
    if sweep != b'N' {
        return Err(Reject::IsoNotAllowed);
    }
    if cross != b'N' {
        return Err(Reject::InvalidCrossOrder);
    }
    let mut enter =
        Enter { side, price, time_in_force, minimum_quantity: 0, post_only: false, expires: None };
    read_extras(extras, &mut enter)?;
    if (time_in_force == TimeInForce::Gtd) != enter.expires.is_some() {
        return Err(Reject::Other);
    }
    Ok(enter)
}

/// Firm, minimum quantity, maximum floor, price type, post-only and expire time.
fn read_extras(mut rest: &[u8], enter: &mut Enter) -> Result<(), Reject> {
    let number = |value: &[u8]| value.try_into().map(u32::from_be_bytes).map_err(|_| Reject::Other);
    while let Some((length, after)) = rest.split_first() {
        let (extra, after) = after.split_at_checked(usize::from(*length)).ok_or(Reject::Other)?;
        rest = after;
        let (tag, value) = extra.split_first().ok_or(Reject::Other)?;
        match (tag, value) {
            (2, value) if value.len() == 4 => {}
            (3, value) => enter.minimum_quantity = number(value)?,
            (5, value) if number(value)? != 0 => return Err(Reject::InvalidMaxFloor),
            (5, _) | (6, b"L") | (12, b"N") => {}
            (6, _) => return Err(Reject::PeggingNotAllowed),
            (12, b"P") => enter.post_only = true,
            (15, value) => enter.expires = Some(number(value)?).filter(|time| *time < 86_400),
            _ => return Err(Reject::Other),
        }
    }
    Ok(())
}
