//! Writing messages: header, body, length and checksum.

use crate::number::{push_decimal, push_integer};
use crate::time::TimeText;

/// Fields of a body, in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub struct Body {
    bytes: Vec<u8>,
    times: TimeText,
}

impl Body {
    /// An empty body that keeps its room.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline]
    fn tag(&mut self, tag: u32) {
        push_integer(&mut self.bytes, u64::from(tag));
        self.bytes.push(b'=');
    }

    /// A value as it is; what may not stand in a field is left out of it.
    pub fn text(&mut self, tag: u32, value: &[u8]) -> &mut Self {
        self.tag(tag);
        if memchr::memchr(1, value).is_some() {
            self.bytes.extend(value.iter().filter(|byte| **byte != 1));
        } else {
            self.bytes.extend_from_slice(value);
        }
        self.bytes.push(1);
        self
    }

    pub fn integer(&mut self, tag: u32, value: u64) -> &mut Self {
        self.tag(tag);
        push_integer(&mut self.bytes, value);
        self.bytes.push(1);
        self
    }

    pub fn char(&mut self, tag: u32, value: u8) -> &mut Self {
        self.tag(tag);
        self.bytes.extend_from_slice(&[value, 1]);
        self
    }

    /// A decimal of `10^-places`.
    pub fn decimal(&mut self, tag: u32, value: u64, places: u32) -> &mut Self {
        self.tag(tag);
        push_decimal(&mut self.bytes, value, places);
        self.bytes.push(1);
        self
    }

    /// Nanoseconds since 1970, written with milliseconds.
    pub fn time(&mut self, tag: u32, value: u64) -> &mut Self {
        self.tag(tag);
        self.times.push(&mut self.bytes, value);
        self.bytes.push(1);
        self
    }

    /// Whole fields that were written before, each with its end.
    pub fn fields(&mut self, fields: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(fields);
        self
    }
}

/// What stands before a body.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    pub kind: &'a [u8],
    pub sequence: u64,
    pub sender: &'a [u8],
    pub target: &'a [u8],
    /// Nanoseconds since 1970.
    pub time: u64,
    /// When the message was sent first, for one that is sent again.
    pub original_time: Option<&'a [u8]>,
    /// Further fields of the header, whole, in the order of their tags: routing, `PossResend`.
    pub further: &'a [u8],
}

/// Appends a whole message to `out`. `scratch` is only room.
pub fn encode(
    header: &Header<'_>,
    body: &[u8],
    times: &mut TimeText,
    scratch: &mut Vec<u8>,
    out: &mut Vec<u8>,
) {
    scratch.clear();
    let text = |scratch: &mut Vec<u8>, tag: &[u8], value: &[u8]| {
        scratch.extend_from_slice(tag);
        scratch.extend_from_slice(value);
        scratch.push(1);
    };
    text(scratch, b"35=", header.kind);
    scratch.extend_from_slice(b"34=");
    push_integer(scratch, header.sequence);
    scratch.push(1);
    if header.original_time.is_some() {
        scratch.extend_from_slice(b"43=Y\x01");
    }
    text(scratch, b"49=", header.sender);
    scratch.extend_from_slice(b"52=");
    times.push(scratch, header.time);
    scratch.push(1);
    text(scratch, b"56=", header.target);
    if let Some(original) = header.original_time {
        text(scratch, b"122=", original);
    }
    scratch.extend_from_slice(header.further);
    scratch.extend_from_slice(body);
    seal(scratch, out);
}

/// Puts `8=…|9=…|` before and `10=…|` behind the rest of a message.
fn seal(inner: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(b"8=FIX.4.4\x019=");
    push_integer(out, inner.len() as u64);
    out.push(1);
    out.extend_from_slice(inner);
    let sum = out[start..].iter().fold(0u32, |sum, byte| sum + u32::from(*byte)) & 0xff;
    let sum = u8::try_from(sum).expect("one byte");
    let digit = |value: u8| b'0' + value % 10;
    out.extend_from_slice(&[b'1', b'0', b'=', digit(sum / 100), digit(sum / 10), digit(sum), 1]);
}
