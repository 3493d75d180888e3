//! Whoever watches the venue: keeps a log and a naive exchange of its own, remembers what clients
//! were told, and after every step holds the venue to its promises.

mod market;
mod told;

use crate::leader::Leader;
use crate::message::{Balance, Route};
use crate::twin::Exchange;
use openoutcry_journal::Digest;
use openoutcry_machine::Machine;
use openoutcry_sequencer::{Answer, State};
use openoutcry_wire::{Nanoseconds, Sequence, Unit, command, event};
use std::collections::{BTreeMap, VecDeque};
use told::Told;

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which one.
    pub promise: &'static str,
    /// How.
    pub what: String,
}

/// Fails with a promise unless it is kept.
pub(crate) fn keep(
    kept: bool,
    promise: &'static str,
    what: impl FnOnce() -> String,
) -> Result<(), Violation> {
    if kept { Ok(()) } else { Err(Violation { promise, what: what() }) }
}

/// The names of the promises.
pub mod promise {
    pub const CONSERVATION: &str = "cash and shares sum to zero";
    pub const COVER: &str = "no overdraft, no naked short";
    pub const HOLDS: &str = "holds are what open orders need";
    pub const UNCROSSED: &str = "books are not crossed";
    pub const ONCE: &str = "exactly once";
    pub const PRIORITY: &str = "rules of the market, price and time";
    pub const ANSWERS: &str = "every command is answered, by what became of it";
    pub const LOST: &str = "nothing acknowledged is lost";
    pub const PHANTOM: &str = "nothing is there that was not sent";
    pub const FRESH: &str = "reads show what was answered before";
    pub const REPLICAS: &str = "replicas are equal";
    pub const DETECTED: &str = "damage is detected";
    pub const STARTS: &str = "an undamaged venue starts";
    pub const ALIVE: &str = "everything completes once faults stop";
    pub const STANDS: &str = "the engine does not stop";
}

/// A command as it stands in the log.
#[derive(Debug)]
struct Logged {
    time: Nanoseconds,
    units: Vec<Unit>,
}

/// The watcher.
#[derive(Debug)]
pub(crate) struct Auditor {
    twin: Exchange,
    log: Vec<Logged>,
    /// Submitted in this life of the venue and not applied yet, in the order of the tickets.
    submitted: VecDeque<(Option<Route>, Vec<Unit>)>,
    tickets: u64,
    told: Told,
    /// Digests of events and state after some commands.
    outputs: BTreeMap<Sequence, Digest>,
    hashes: BTreeMap<Sequence, Digest>,
    /// The disk may lie: then what it lost is nobody's fault.
    lies: bool,
}

impl Auditor {
    /// Of a venue that has not begun. Where the disk `lies`, acknowledged commands may be lost.
    #[must_use]
    pub(crate) fn new(lies: bool) -> Self {
        Self {
            twin: Exchange::new(),
            log: Vec::new(),
            submitted: VecDeque::new(),
            tickets: 0,
            told: Told::default(),
            outputs: BTreeMap::new(),
            hashes: BTreeMap::new(),
            lies,
        }
    }

    /// The venue took a command.
    pub(crate) fn submitted(&mut self, route: Option<Route>, units: &[Unit]) {
        let mut rest = units;
        while let Ok(Some((_, after))) = command::next(rest) {
            let own = rest[..rest.len() - after.len()].to_vec();
            self.submitted.push_back((route, own));
            rest = after;
        }
    }

    /// The venue applied commands that stand in the log with this time, and said these answers.
    ///
    /// # Errors
    /// The promise that is broken.
    pub(crate) fn applied(
        &mut self,
        time: Nanoseconds,
        state: &State,
        answers: &[(Option<Route>, Answer)],
    ) -> Result<(), Violation> {
        let mut events = state.events();
        let machine = &state.machine;
        market::check(machine)?;
        for (route, answer) in answers {
            let (own, after) = split_events(events, self.log.len() as Sequence + 1);
            events = after;
            keep(answer.ticket == self.tickets, promise::ANSWERS, || {
                format!("ticket {} is answered instead of {}", answer.ticket, self.tickets)
            })?;
            self.tickets += 1;
            self.one(time, own, Some((*route, answer)))?;
        }
        keep(events.is_empty(), promise::ANSWERS, || "events without a command".to_owned())?;
        // The events say what changed; the whole state is compared now and then.
        if self.log.len().is_multiple_of(4) { self.same_state(machine) } else { Ok(()) }
    }

    /// A command was applied, as the venue says in these events.
    fn one(
        &mut self,
        time: Nanoseconds,
        events: &[Unit],
        answered: Option<(Option<Route>, &Answer)>,
    ) -> Result<(), Violation> {
        let next = self.submitted.pop_front();
        let (route, units) = next.ok_or_else(|| Violation {
            promise: promise::PHANTOM,
            what: format!("command {} was never sent", self.log.len() + 1),
        })?;
        let sequence = self.log.len() as Sequence + 1;
        let before = self.log.last().map_or(0, |last| last.time);
        keep(time >= before, promise::STANDS, || format!("logged time goes back at {sequence}"))?;
        self.told.carried_out(route, sequence, events)?;
        let expected = self.twin.apply(time, &units);
        keep(events == expected, promise::PRIORITY, || differing(sequence, events, &expected))?;
        if let Some((who, answer)) = answered {
            let first = event::walk(&expected).next().expect("the twin answers");
            let header = first.header();
            let told = (answer.sequence, answer.event, answer.reason, who);
            let meant = (sequence, header.kind, header.reason, route);
            keep(told == meant, promise::ANSWERS, || format!("{told:?} is said for {meant:?}"))?;
        }
        self.log.push(Logged { time, units });
        Ok(())
    }

    fn same_state(&self, machine: &Machine) -> Result<(), Violation> {
        let as_promised = |promise| move |what| Violation { promise, what };
        machine.audit().map_err(as_promised(promise::HOLDS))?;
        self.twin.same_state(machine).map_err(as_promised(promise::PRIORITY))
    }

    /// A frame is applied: replicas will be compared with what the leader holds now.
    pub(crate) fn frame_ended(&mut self, state: &State) {
        let outputs = state.outputs();
        self.outputs.insert(outputs.sequence, outputs.digest);
        if outputs.sequence.is_multiple_of(64) {
            self.hashes.insert(outputs.sequence, state.machine.state_hash());
        }
    }

    /// A follower stands after some command.
    ///
    /// # Errors
    /// It does not stand where the leader stood.
    pub(crate) fn followed(&self, state: &State) -> Result<(), Violation> {
        let outputs = state.outputs();
        let differs = |what: &str| {
            let sequence = outputs.sequence;
            format!("{what} after command {sequence} differ from the leader's")
        };
        // Between frames that only a start has seen, nobody knows.
        let known = self.outputs.get(&outputs.sequence);
        let same = known.is_none_or(|digest| *digest == outputs.digest);
        keep(same, promise::REPLICAS, || differs("events"))?;
        let hash = self.hashes.get(&outputs.sequence);
        let same = hash.is_none_or(|hash| *hash == state.machine.state_hash());
        keep(same, promise::REPLICAS, || differs("states"))
    }

    /// The venue's process ended: what it had not written will not happen.
    pub(crate) fn ended(&mut self) {
        self.tickets = 0;
    }

    /// A start found these frames: all that was applied, and then of what was submitted as much as
    /// had reached the disk.
    ///
    /// # Errors
    /// The promise that is broken.
    pub(crate) fn recovered(&mut self, leader: &Leader) -> Result<(), Violation> {
        let frames = leader.log();
        let found = frames.iter().map(|frame| u64::from(frame.count)).sum::<u64>();
        if found < self.log.len() as u64 {
            let (applied, told) = (self.log.len(), self.told.highest());
            keep(self.lies, promise::LOST, || {
                format!("{found} commands of {applied} are left, {told} were told of")
            })?;
            self.forget_after(found);
        }
        let mut sequence = 0;
        for frame in frames {
            let mut rest = &*frame.commands;
            while let Ok(Some((_, after))) = command::next(rest) {
                let own = &rest[..rest.len() - after.len()];
                rest = after;
                self.found(sequence, frame.time, own)?;
                sequence += 1;
            }
        }
        self.submitted.clear();
        market::check(&leader.state.machine)?;
        self.same_state(&leader.state.machine)?;
        self.frame_ended(&leader.state);
        Ok(())
    }

    /// A command stands in the recovered log, behind so many others.
    fn found(&mut self, before: usize, time: Nanoseconds, own: &[Unit]) -> Result<(), Violation> {
        if let Some(known) = self.log.get(before) {
            let same = known.units == own && known.time == time;
            return keep(same, promise::LOST, || {
                format!("command {} is another than was applied", before + 1)
            });
        }
        let next = self.submitted.front();
        let sent = next.is_some_and(|(_, units)| units == own);
        keep(sent, promise::PHANTOM, || format!("command {} was never sent", before + 1))?;
        let (route, units) = self.submitted.pop_front().expect("looked at above");
        let events = self.twin.apply(time, &units);
        self.told.carried_out(route, before as Sequence + 1, &events)?;
        self.log.push(Logged { time, units });
        Ok(())
    }

    /// A lying disk lost the end of the log: the world begins again after so many commands.
    fn forget_after(&mut self, sequence: Sequence) {
        self.log.truncate(usize::try_from(sequence).expect("short logs"));
        self.submitted.clear();
        self.twin = Exchange::new();
        for logged in &self.log {
            self.twin.apply(logged.time, &logged.units);
        }
        self.told = Told::default();
        self.outputs.split_off(&(sequence + 1));
        self.hashes.split_off(&(sequence + 1));
    }

    /// A client gets an answer.
    ///
    /// # Errors
    /// It was told otherwise before.
    pub(crate) fn told(&mut self, route: Route, answer: &Answer) -> Result<(), Violation> {
        if self.lies { Ok(()) } else { self.told.answered(route, answer) }
    }

    /// A client is shown an account, having been told of `known` commands when it asked.
    ///
    /// # Errors
    /// The venue shows an older state than that.
    pub(crate) fn shown(&mut self, balance: &Balance, known: Sequence) -> Result<(), Violation> {
        self.told.saw(balance.sequence);
        keep(self.lies || balance.sequence >= known, promise::FRESH, || {
            format!("command {} is shown to one who was told of {known}", balance.sequence)
        })
    }

    /// How many commands the log holds.
    #[must_use]
    pub(crate) fn length(&self) -> Sequence {
        self.log.len() as Sequence
    }
}

/// The events of one command, and those behind them.
fn split_events(events: &[Unit], sequence: Sequence) -> (&[Unit], &[Unit]) {
    let mut rest = events;
    while let Ok(Some((event, after))) = event::next(rest) {
        if event.header().sequence != sequence {
            break;
        }
        rest = after;
    }
    events.split_at(events.len() - rest.len())
}

fn differing(sequence: Sequence, events: &[Unit], expected: &[Unit]) -> String {
    let mut ours = event::walk(events);
    let mut theirs = event::walk(expected);
    loop {
        let (one, other) = (ours.next(), theirs.next());
        let (one, other) = (format!("{one:?}"), format!("{other:?}"));
        if one != other || one == "None" {
            return format!("command {sequence}: the venue says {one}, its twin {other}");
        }
    }
}
