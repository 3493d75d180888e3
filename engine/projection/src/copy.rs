//! PostgreSQL's binary COPY format, and the binary form of the types the tables use.
//!
//! Sources: PostgreSQL's documentation, "COPY", section "Binary Format"; the receive functions of
//! the types (`numeric_recv`, `timestamptz_recv`), which define what follows each field's length.

use openoutcry_wire::Nanoseconds;

const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// Microseconds from 1970 to 2000, where PostgreSQL's time begins.
const EPOCH_2000_US: i64 = 946_684_800_000_000;
/// `numeric` counts in digits of this base.
const BASE: u128 = 10_000;
const NEGATIVE: u16 = 0x4000;

/// The rows of one table, ready to be sent.
#[derive(Clone, Debug, Default)]
pub struct Copy {
    bytes: Vec<u8>,
    rows: u64,
}

impl Copy {
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Header, rows and trailer.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        if self.rows == 0 {
            self.begin();
        }
        self.bytes.extend_from_slice(&(-1i16).to_be_bytes());
        self.bytes
    }

    /// Begins a row of so many fields, which must follow.
    pub fn row(&mut self, fields: usize) -> &mut Self {
        if self.rows == 0 {
            self.begin();
        }
        self.rows += 1;
        let fields = i16::try_from(fields).expect("a table has few columns");
        self.bytes.extend_from_slice(&fields.to_be_bytes());
        self
    }

    fn begin(&mut self) {
        self.bytes.extend_from_slice(SIGNATURE);
        // No flags, no extension.
        self.bytes.extend_from_slice(&[0; 8]);
    }

    pub fn null(&mut self) -> &mut Self {
        self.bytes.extend_from_slice(&(-1i32).to_be_bytes());
        self
    }

    fn field(&mut self, value: &[u8]) -> &mut Self {
        let length = i32::try_from(value.len()).expect("a field is short");
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(value);
        self
    }

    pub fn smallint(&mut self, value: i16) -> &mut Self {
        self.field(&value.to_be_bytes())
    }

    pub fn bigint(&mut self, value: i64) -> &mut Self {
        self.field(&value.to_be_bytes())
    }

    /// A number of this engine's, which counts from 1 and never reaches 2^63.
    pub fn number(&mut self, value: u64) -> &mut Self {
        self.bigint(i64::try_from(value).expect("numbers stay below 2^63"))
    }

    /// As `number`; 0, which means none, becomes null.
    pub fn number_or_null(&mut self, value: u64) -> &mut Self {
        if value == 0 { self.null() } else { self.number(value) }
    }

    pub fn text(&mut self, value: &str) -> &mut Self {
        self.field(value.as_bytes())
    }

    /// Bytes that a client chose: what is no UTF-8, and NUL, which PostgreSQL's text cannot hold,
    /// become the replacement character.
    pub fn client_text(&mut self, value: Option<&[u8]>) -> &mut Self {
        match value {
            None => self.null(),
            Some(bytes) => self.text(&String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")),
        }
    }

    /// A time, to the microsecond, which is as fine as the type is.
    pub fn timestamp(&mut self, time: Nanoseconds) -> &mut Self {
        let micros = i64::try_from(time / 1_000).expect("times stay below the year 10000");
        self.bigint(micros - EPOCH_2000_US)
    }

    /// `units` of 10^-`scale`, shown with `scale` decimals.
    pub fn numeric(&mut self, units: i128, scale: u16) -> &mut Self {
        let groups = scale.div_ceil(4);
        let shift = u32::from(groups * 4 - scale);
        let mut rest = units.unsigned_abs() * 10u128.pow(shift);
        // A 128-bit number has at most ten digits of the base. The lowest comes first.
        let mut digits = [0u16; 10];
        let mut count = 0;
        while rest > 0 {
            digits[count] = u16::try_from(rest % BASE).expect("a remainder is below the base");
            rest /= BASE;
            count += 1;
        }
        let zeros = digits[..count].iter().take_while(|digit| **digit == 0).count();
        let used = &digits[zeros..count];
        let weight =
            if used.is_empty() { 0 } else { small(count) - 1 - i16::try_from(groups).unwrap_or(0) };
        let sign = if units < 0 { NEGATIVE } else { 0 };
        let length = i32::from(8 + 2 * small(used.len()));
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(&small(used.len()).to_be_bytes());
        self.bytes.extend_from_slice(&weight.to_be_bytes());
        self.bytes.extend_from_slice(&sign.to_be_bytes());
        self.bytes.extend_from_slice(&scale.to_be_bytes());
        for digit in used.iter().rev() {
            self.bytes.extend_from_slice(&digit.to_be_bytes());
        }
        self
    }

    /// Money or an execution price, in 1/1,000,000 dollar.
    pub fn money(&mut self, millionths: i128) -> &mut Self {
        self.numeric(millionths, 6)
    }

    /// An order price in 1/10000 dollar; 0, which means none, becomes null.
    pub fn price(&mut self, price: u32) -> &mut Self {
        if price == 0 { self.null() } else { self.numeric(i128::from(price), 4) }
    }
}

fn small(count: usize) -> i16 {
    i16::try_from(count).expect("a number has few digits")
}
