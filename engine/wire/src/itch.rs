//! Nasdaq TotalView-ITCH 5.0: reading a recorded day here, writing in [`write`].
//!
//! Integers are big-endian and messages have one size per type; in a file each has its length
//! before it in two bytes (Nasdaq's `BinaryFILE`), where length 0 ends the session. Source: Nasdaq
//! TotalView-ITCH 5.0 specification.

pub mod write;

use crate::{Price, Quantity, Side};
use std::fmt;

/// An ITCH stock code, padded with spaces.
pub type Stock = [u8; 8];

/// Types with their sizes, the type's own byte included.
const SIZES: [(u8, usize); 23] = [
    (b'S', 12),
    (b'R', 39),
    (b'H', 25),
    (b'Y', 20),
    (b'L', 26),
    (b'V', 35),
    (b'W', 12),
    (b'K', 28),
    (b'J', 35),
    (b'h', 21),
    (b'A', 36),
    (b'F', 40),
    (b'E', 31),
    (b'C', 36),
    (b'X', 23),
    (b'D', 19),
    (b'U', 35),
    (b'P', 44),
    (b'Q', 40),
    (b'B', 19),
    (b'I', 50),
    (b'N', 20),
    (b'O', 48),
];

/// What every message starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Number of the stock, for this day.
    pub locate: u16,
    /// Nanoseconds since midnight.
    pub time: u64,
}

/// What a message says about the book; references are the day's order numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// R: the stock that a locate stands for.
    Directory { stock: Stock },
    /// A and F.
    Add { reference: u64, side: Side, shares: Quantity, stock: Stock, price: Price },
    /// E: at the order's own price.
    Executed { reference: u64, shares: Quantity },
    /// C: at another price.
    ExecutedAt { reference: u64, shares: Quantity, price: Price },
    /// X.
    Reduced { reference: u64, shares: Quantity },
    /// D.
    Deleted { reference: u64 },
    /// U: the old order is gone, the new one at the tail of its queue.
    Replaced { reference: u64, new_reference: u64, shares: Quantity, price: Price },
    /// What changes no visible order: system events, states, trades against hidden orders,
    /// crosses, imbalances.
    Other,
}

/// Bytes that are no ITCH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotItch {
    /// The message, counted from 1.
    pub message: u64,
    /// Where its length stands in the file.
    pub offset: u64,
    pub what: String,
}

impl fmt::Display for NotItch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no ITCH 5.0: message {} at byte {}: {}", self.message, self.offset, self.what)
    }
}

impl std::error::Error for NotItch {}

/// Cuts a file that comes in pieces into messages.
#[derive(Debug, Default)]
pub struct Splitter {
    /// The start of a message whose end has not come.
    rest: Vec<u8>,
    messages: u64,
    /// Where the next message's length stands.
    offset: u64,
}

impl Splitter {
    /// Messages read so far.
    #[must_use]
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// Takes the next bytes, cut anywhere, and gives each whole message to `take`.
    ///
    /// # Errors
    /// At the first message that is none; those before it were given.
    pub fn feed(&mut self, data: &[u8], mut take: impl FnMut(Header, Body)) -> Result<(), NotItch> {
        let joined;
        let mut bytes = if self.rest.is_empty() {
            data
        } else {
            joined = [std::mem::take(&mut self.rest).as_slice(), data].concat();
            &joined
        };
        while let Some((length, after)) = bytes.split_first_chunk() {
            let length = usize::from(u16::from_be_bytes(*length));
            let Some((message, after)) = after.split_at_checked(length) else { break };
            if length > 0 {
                let (header, body) = self.decode(message)?;
                self.messages += 1;
                take(header, body);
            }
            self.offset += 2 + length as u64;
            bytes = after;
        }
        self.rest = bytes.to_vec();
        Ok(())
    }

    /// The file ended.
    ///
    /// # Errors
    /// When it ended inside a message.
    pub fn finish(&self) -> Result<(), NotItch> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(self.wrong(format!("the file ends after {} of its bytes", self.rest.len())))
    }

    fn decode(&self, message: &[u8]) -> Result<(Header, Body), NotItch> {
        let kind = message[0];
        let Some((_, size)) = SIZES.iter().find(|(known, _)| *known == kind) else {
            return Err(self.wrong(format!("no type is called 0x{kind:02x}")));
        };
        if message.len() != *size {
            let (is, name) = (message.len(), char::from(kind));
            return Err(self.wrong(format!("type {name} has {size} bytes, not {is}")));
        }
        let fields = Fields(message);
        let header = Header { locate: fields.u16(1), time: fields.u48(5) };
        let body = body(kind, &fields).ok_or_else(|| {
            self.wrong(format!("the side is 0x{:02x}, neither B nor S", message[19]))
        })?;
        Ok((header, body))
    }

    fn wrong(&self, what: String) -> NotItch {
        NotItch { message: self.messages + 1, offset: self.offset, what }
    }
}

/// The fields by their place in the specification; `None` when a side is none.
fn body(kind: u8, fields: &Fields<'_>) -> Option<Body> {
    Some(match kind {
        b'R' => Body::Directory { stock: fields.stock(11) },
        b'A' | b'F' => Body::Add {
            reference: fields.u64(11),
            side: match fields.0[19] {
                b'B' => Side::Buy,
                b'S' => Side::Sell,
                _ => return None,
            },
            shares: fields.u32(20),
            stock: fields.stock(24),
            price: Price(fields.u32(32)),
        },
        b'E' => Body::Executed { reference: fields.u64(11), shares: fields.u32(19) },
        b'C' => Body::ExecutedAt {
            reference: fields.u64(11),
            shares: fields.u32(19),
            price: Price(fields.u32(32)),
        },
        b'X' => Body::Reduced { reference: fields.u64(11), shares: fields.u32(19) },
        b'D' => Body::Deleted { reference: fields.u64(11) },
        b'U' => Body::Replaced {
            reference: fields.u64(11),
            new_reference: fields.u64(19),
            shares: fields.u32(27),
            price: Price(fields.u32(31)),
        },
        _ => Body::Other,
    })
}

/// A message of the size that its type has.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn array<const SIZE: usize>(&self, at: usize) -> [u8; SIZE] {
        self.0[at..at + SIZE].try_into().expect("the slice has that size")
    }

    fn u16(&self, at: usize) -> u16 {
        u16::from_be_bytes(self.array(at))
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.array(at))
    }

    fn u48(&self, at: usize) -> u64 {
        u64::from(self.u16(at)) << 32 | u64::from(self.u32(at + 2))
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_be_bytes(self.array(at))
    }

    fn stock(&self, at: usize) -> Stock {
        self.array(at)
    }
}
