//! What clients know: each request's first answer, to which every later one must agree.

use super::{Violation, keep, promise};
use crate::message::{RequestId, Route};
use openoutcry_sequencer::Answer;
use openoutcry_wire::event::{Refused, Rejected, Repeated};
use openoutcry_wire::{Event, Reason, Sequence, Unit, event};
use std::collections::BTreeMap;

type Key = (usize, RequestId);

/// What became of a request, as the log has it.
#[derive(Clone, Copy, Debug)]
struct Done {
    sequence: Sequence,
    made: u64,
    event: u8,
    reason: u16,
}

/// What all clients know.
#[derive(Debug, Default)]
pub(super) struct Told {
    done: BTreeMap<Key, Done>,
    /// The number of each order, and whose request made it.
    orders: BTreeMap<u64, Key>,
    highest: Sequence,
}

impl Told {
    /// The highest command that anybody heard of.
    pub(super) const fn highest(&self) -> Sequence {
        self.highest
    }

    /// Somebody heard of a command.
    pub(super) fn saw(&mut self, sequence: Sequence) {
        self.highest = self.highest.max(sequence);
    }

    /// The log carries a request out, or answers it again.
    pub(super) fn carried_out(
        &mut self,
        route: Option<Route>,
        sequence: Sequence,
        events: &[Unit],
    ) -> Result<(), Violation> {
        let Some(route) = route.filter(|route| route.once) else { return Ok(()) };
        let Some(first) = event::walk(events).next() else { return Ok(()) };
        if is_repeat(&first) {
            return Ok(());
        }
        let key = (route.client, route.request);
        let (_, made) = first.subject();
        let header = first.header();
        let done = Done { sequence, made, event: header.kind, reason: header.reason };
        let before = self.done.insert(key, done);
        keep(before.is_none(), promise::ONCE, || {
            format!("{route:?} is carried out by {before:?} and by {done:?}")
        })?;
        if matches!(first, Event::Accepted(..) | Event::Rejected(..)) {
            let other = self.orders.insert(made, key);
            keep(other.is_none(), promise::ONCE, || {
                format!("order {made} is {route:?}'s and {other:?}'s")
            })?;
        }
        Ok(())
    }

    /// A client hears what became of its request.
    pub(super) fn answered(&mut self, route: Route, answer: &Answer) -> Result<(), Violation> {
        self.saw(answer.sequence);
        // A refusal changed nothing; it may be something else the next time.
        let refused = answer.event == Refused::KIND
            || (answer.event == Repeated::KIND && (1..64).contains(&answer.reason));
        // A number out of turn was not looked at.
        let out_of_turn =
            answer.event == Refused::KIND && answer.reason == Reason::StaleSession as u16;
        let done = self.done.get(&(route.client, route.request));
        let earlier = done.is_none_or(|done| answer.sequence < done.sequence);
        if !route.once || out_of_turn || (refused && earlier) {
            return Ok(());
        }
        let done = done.ok_or_else(|| Violation {
            promise: promise::LOST,
            what: format!("{route:?} was answered with {answer:?}, the log has nothing of it"),
        })?;
        let same = if answer.event == Repeated::KIND {
            // A client order id remembers the number of a refused order, not why it was refused.
            answer.sequence > done.sequence
                && answer.made == done.made
                && (answer.reason == done.reason || done.event == Rejected::KIND)
        } else {
            (answer.sequence, answer.event, answer.reason)
                == (done.sequence, done.event, done.reason)
        };
        keep(same, promise::ONCE, || format!("{route:?}: {done:?} is answered with {answer:?}"))
    }
}

/// Whether a command was answered without being carried out.
const fn is_repeat(first: &Event<'_>) -> bool {
    matches!(first, Event::Repeated(..) | Event::Refused(..))
}
