//! How fast the feed is: events become messages, are kept, and leave as packets, in one thread, as
//! in a running venue.

use super::mold;
use super::translator::Translator;
use crate::ports::Multicast;
use crate::store::{Cursor, Store};
use openoutcry_machine::Machine;
use openoutcry_wire::{Nanoseconds, Unit};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Published {
    pub messages: u64,
    pub packets: u64,
    pub duration: Duration,
}

/// Publishes what happened to `machine` after `turns` of commands, each turn's packets sent before
/// the next is looked at. Applying the commands is not timed.
///
/// # Errors
/// When packets cannot be sent or messages not be kept.
pub fn publish(
    mut machine: Machine,
    turns: &[&[Unit]],
    time: Nanoseconds,
    to: &Multicast,
    directory: &Path,
) -> io::Result<Published> {
    let mut store = Store::create(directory)?;
    let (mut messages, mut packet, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let mut translator = Translator::begin(&machine, &mut messages);
    store.append(&messages)?;
    let (mut sent, mut packets) = (store.find(store.next())?.unwrap_or_default(), 0);
    let first: Cursor = sent;
    let mut duration = Duration::ZERO;
    for turn in turns {
        events.clear();
        machine.apply(time, turn, &mut events);
        let started = Instant::now();
        messages.clear();
        translator.follow(time, &events, &mut messages);
        store.append(&messages)?;
        while sent.next < store.next() {
            sent = mold::packet(b"MEASURED00", &store, sent, u16::MAX, &mut packet)?;
            to.send(&packet)?;
            packets += 1;
        }
        duration += started.elapsed();
    }
    Ok(Published { messages: sent.next - first.next, packets, duration })
}
