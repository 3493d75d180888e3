//! `MoldUDP64`, the server's side: packets of messages, and answers to those who missed some.
//! Source: Nasdaq, "MoldUDP64 Protocol Specification" 1.00.

use crate::store::{Cursor, Store, split};
use std::io;

/// Bytes before a packet's messages: session 10, sequence 8, count 2.
pub const HEADER: usize = 20;
/// A packet fits an Ethernet frame with room for what a network adds.
const LARGEST: usize = 1_400;
/// The count that says that the session is over.
const END: u16 = 0xFFFF;

/// Writes the next packet into `out`: as many messages behind `cursor` as it takes, `most` at
/// most. Where the next one goes on.
///
/// # Errors
/// When the store cannot be read.
pub fn packet(
    session: &[u8; 10],
    store: &Store,
    cursor: Cursor,
    most: u16,
    out: &mut Vec<u8>,
) -> io::Result<Cursor> {
    header(session, cursor.next, 0, out);
    let after = store.read(cursor, most.into(), LARGEST - HEADER, out)?;
    let count = u16::try_from(after.next - cursor.next).expect("a packet holds few messages");
    out[HEADER - 2..HEADER].copy_from_slice(&count.to_be_bytes());
    Ok(after)
}

/// Writes a packet without messages: the number of the next one.
pub fn heartbeat(session: &[u8; 10], next: u64, out: &mut Vec<u8>) {
    header(session, next, 0, out);
}

/// Writes the packet that ends a session.
pub fn end(session: &[u8; 10], next: u64, out: &mut Vec<u8>) {
    header(session, next, END, out);
}

fn header(session: &[u8; 10], next: u64, count: u16, out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(session);
    out.extend_from_slice(&next.to_be_bytes());
    out.extend_from_slice(&count.to_be_bytes());
}

/// What a reader asks for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub sequence: u64,
    pub count: u16,
}

/// Reads a request; `None` for what is none, or is about another session.
#[must_use]
pub fn request(session: &[u8; 10], datagram: &[u8]) -> Option<Request> {
    let (asked, rest) = datagram.split_first_chunk::<10>()?;
    let (sequence, count) = rest.split_first_chunk::<8>()?;
    let count = u16::from_be_bytes(count.try_into().ok()?);
    let request = Request { sequence: u64::from_be_bytes(*sequence), count };
    (asked == session && count > 0).then_some(request)
}

/// The messages of a packet, for whoever reads one.
pub fn messages(packet: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = packet.get(HEADER..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (message, after) = split(rest)?;
        rest = after;
        Some(message)
    })
}
