//! Cutting what was received into messages.

use memchr::memchr;
use memchr::memmem;

/// The longest message that is taken; whoever sends a longer one speaks no FIX.
pub const LONGEST: usize = 64 * 1024;
const LONGEST_BEGIN: usize = 24;

/// The start of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A message of this many bytes, whose length and checksum hold.
    Whole(usize),
    /// This many bytes are no message: "garbled", which the session ignores (FIX 4.4, volume 2).
    Garbled(usize),
    /// More has to be received first.
    Partial,
    /// No message can be as long as this one claims to be.
    TooLong,
}

/// Looks at the first message of `bytes`: `8=…|9=LENGTH|…|10=CHECKSUM|`.
///
/// Where the body length leads nowhere, everything to the end of the next checksum is garbled.
#[must_use]
pub fn split(bytes: &[u8]) -> Frame {
    if !is_prefix(bytes, b"8=") {
        return skip(bytes);
    }
    let Some(begin) = memchr(1, &bytes[..bytes.len().min(LONGEST_BEGIN)]) else {
        return if bytes.len() < LONGEST_BEGIN { Frame::Partial } else { skip(bytes) };
    };
    let rest = &bytes[begin + 1..];
    if !is_prefix(rest, b"9=") {
        return skip(bytes);
    }
    let Some(end) = memchr(1, &rest[..rest.len().min(12)]) else {
        return if rest.len() < 12 { Frame::Partial } else { skip(bytes) };
    };
    let Some(length) = read_length(&rest[2..end]) else { return skip(bytes) };
    if length > LONGEST {
        return Frame::TooLong;
    }
    let body = begin + 1 + end + 1;
    let trailer = body + length;
    // The checksum is always three digits: `10=ddd|`.
    let Some(tail) = bytes.get(trailer - 1..trailer + 7) else { return partial(bytes) };
    let good = tail[0] == 1 && tail[1..4] == *b"10=" && tail[7] == 1;
    if !good {
        return close(bytes, trailer - 1);
    }
    let whole = trailer + 7;
    let sum = bytes[..trailer].iter().fold(0u32, |sum, byte| sum + u32::from(*byte)) & 0xff;
    let digits = &tail[4..7];
    let told =
        digits.iter().fold(0u32, |told, digit| told * 10 + u32::from(digit.wrapping_sub(48)));
    if digits.iter().all(u8::is_ascii_digit) && told == sum {
        Frame::Whole(whole)
    } else {
        Frame::Garbled(whole)
    }
}

/// Whether `bytes` starts with `start`, as far as there is something.
fn is_prefix(bytes: &[u8], start: &[u8]) -> bool {
    let length = bytes.len().min(start.len());
    bytes[..length] == start[..length]
}

fn partial(bytes: &[u8]) -> Frame {
    if bytes.len() > LONGEST + 64 { Frame::TooLong } else { Frame::Partial }
}

/// The bytes before the next place where a message could begin.
fn skip(bytes: &[u8]) -> Frame {
    let next = memmem::find(&bytes[1.min(bytes.len())..], b"\x018=").map(|at| at + 2);
    match next {
        Some(at) => Frame::Garbled(at),
        None if bytes.len() > LONGEST => Frame::TooLong,
        None => Frame::Partial,
    }
}

/// Everything up to the end of the next checksum, starting to look at `from`.
fn close(bytes: &[u8], from: usize) -> Frame {
    let Some(at) = memmem::find(&bytes[from..], b"\x0110=") else { return partial(bytes) };
    let start = from + at + 4;
    match memchr(1, &bytes[start..]) {
        Some(end) => Frame::Garbled(start + end + 1),
        None => partial(bytes),
    }
}

fn read_length(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let length = digits.iter().fold(0usize, |length, digit| length * 10 + usize::from(digit - 48));
    (length > 0).then_some(length)
}
