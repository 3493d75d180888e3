//! The simulated world: one thread, one clock, and everything that happens in the order of time.

mod trouble;
mod venue;

use crate::auditor::{Auditor, Violation, keep, promise};
use crate::client::Client;
use crate::clock::Clock;
use crate::disk::SimDisk;
use crate::fault::{Counts, Fault};
use crate::follower::Follower;
use crate::leader::{Leader, recover};
use crate::message::Message;
use crate::network::{Network, Node, VENUE};
use crate::plan::Plan;
use crate::scenario;
use crate::trace::Trace;
use openoutcry_journal::Digest;
use openoutcry_sequencer::{Pace, start, take_snapshot};
use openoutcry_wire::{Nanoseconds, Sequence};
use openoutcry_workload::Random;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Replicas beside the leader.
const FOLLOWERS: usize = 2;

/// How long everything may take to complete once nothing goes wrong any more.
const PATIENCE: Nanoseconds = 5_000_000_000;

/// When faults stop whether or not all commands were sent.
const LONGEST: Nanoseconds = 20_000_000_000;

/// Something that will happen.
#[derive(Debug)]
enum Event {
    Arrive(Node, Message),
    /// A client looks at what it wants.
    Act(usize),
    /// The leader's frame is on the disk: it may be applied, in this life.
    Apply(u32),
    /// The venue's process starts.
    Start,
    /// The process that failed is ended, in this life.
    GiveUp(u32),
    /// Something goes wrong.
    Trouble,
    /// A follower looks whether it came further.
    Follow(usize),
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub plan: Plan,
    pub violation: Option<Violation>,
    pub trace: String,
    /// Commands in the log at the end.
    pub commands: u64,
    pub starts: u32,
    pub snapshots: u32,
    pub counts: Counts,
    /// A lying disk left something that the venue refused to start from.
    pub refused: bool,
}

/// Everything there is.
#[derive(Debug)]
struct World {
    plan: Plan,
    now: Nanoseconds,
    events: BTreeMap<(Nanoseconds, u64), Event>,
    last_event: u64,
    dice: Random,
    network: Network,
    disk: SimDisk,
    clock: Clock,
    leader: Option<Leader>,
    life: u32,
    paused: Nanoseconds,
    slow: Nanoseconds,
    followers: Vec<Follower>,
    asked: Vec<Nanoseconds>,
    clients: Vec<Client>,
    auditor: Auditor,
    trace: Trace,
    counts: Counts,
    /// When faults stopped.
    calm: Option<Nanoseconds>,
    starts: u32,
    refused: bool,
    /// Decides when the keeper works.
    keeper: Random,
    snapshots: u32,
}

/// Runs a plan, printing its trace or not.
#[must_use]
pub fn run(plan: &Plan, prints: bool) -> Outcome {
    let mut world = World::new(plan, prints);
    // A panic of the engine is the venue's own end: wrong is worse than down, but neither is meant.
    let lived = catch_unwind(AssertUnwindSafe(|| world.live()));
    let violation = lived.unwrap_or_else(|panic| Err(stopped(&*panic))).err();
    if let Some(Violation { promise, what }) = &violation {
        world.trace.note(world.now, format_args!("BROKEN: {promise}: {what}"));
    }
    let mut counts = world.counts;
    for others in [world.network.counts(), &world.disk.counts()] {
        counts.iter_mut().zip(others).for_each(|(count, other)| *count += other);
    }
    Outcome {
        plan: *plan,
        violation,
        trace: world.trace.hash(),
        commands: world.auditor.length(),
        starts: world.starts,
        snapshots: world.snapshots,
        counts,
        refused: world.refused,
    }
}

fn stopped(panic: &(dyn std::any::Any + Send)) -> Violation {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    let what = text.unwrap_or("an invariant broke").to_owned();
    Violation { promise: promise::STANDS, what }
}

const fn node_of(client: usize) -> Node {
    FOLLOWERS + client
}

impl World {
    fn new(plan: &Plan, prints: bool) -> Self {
        let mut world = Self {
            plan: *plan,
            now: 0,
            events: BTreeMap::new(),
            last_event: 0,
            dice: plan.dice(3),
            network: Network::new(plan.faults, plan.dice(4)),
            disk: SimDisk::new(plan.faults, plan.dice(5)),
            clock: Clock::default(),
            leader: None,
            life: 0,
            paused: 0,
            slow: 0,
            followers: (0..FOLLOWERS).map(|_| Follower::default()).collect(),
            asked: vec![0; FOLLOWERS],
            clients: scenario::clients(plan),
            auditor: Auditor::new(plan.faults.has(Fault::LyingSync)),
            trace: Trace::new(prints),
            counts: [0; Fault::ALL.len()],
            calm: None,
            starts: 0,
            refused: false,
            keeper: plan.dice(6),
            snapshots: 0,
        };
        world.plan_event(0, Event::Start);
        world.plan_event(2_000_000, Event::Trouble);
        (1..=scenario::CLIENTS).for_each(|client| world.plan_event(1_000, Event::Act(client)));
        (1..=FOLLOWERS).for_each(|follower| world.plan_event(1_000, Event::Follow(follower)));
        world
    }

    fn plan_event(&mut self, after: Nanoseconds, event: Event) {
        self.last_event += 1;
        self.events.insert((self.now + after, self.last_event), event);
    }

    fn live(&mut self) -> Result<(), Violation> {
        while let Some(((at, _), event)) = self.events.pop_first() {
            self.now = at;
            let settled = self.calm.is_some_and(|calm| at > calm + PATIENCE);
            keep(!settled, promise::ALIVE, || self.unfinished())?;
            self.happen(event)?;
            if self.refused {
                return Ok(());
            }
            let all_sent = self.clients.iter().all(|client| client.left() == 0);
            if self.calm.is_none() && (all_sent || at > LONGEST) {
                self.calm_down();
            }
            if self.calm.is_some() && self.is_complete() {
                return self.finish();
            }
        }
        unreachable!("clients act for ever")
    }

    fn happen(&mut self, event: Event) -> Result<(), Violation> {
        match event {
            Event::Arrive(VENUE, message) => self.venue_hears(message),
            Event::Arrive(node, message) if node <= FOLLOWERS => self.follower_hears(node, message),
            Event::Arrive(node, message) => self.client_hears(node - FOLLOWERS, &message),
            Event::Act(client) => {
                self.act(client);
                Ok(())
            }
            Event::Apply(life) => self.apply(life),
            Event::Start => self.start(),
            Event::GiveUp(life) => {
                self.give_up(life);
                Ok(())
            }
            Event::Trouble => {
                self.trouble();
                Ok(())
            }
            Event::Follow(follower) => {
                self.follow(follower);
                Ok(())
            }
        }
    }

    fn send(&mut self, from: Node, to: Node, message: &Message) {
        for at in self.network.send(self.now, from, to) {
            self.plan_event(at - self.now, Event::Arrive(to, message.clone()));
        }
    }

    fn act(&mut self, client: usize) {
        let messages = self.clients[client - 1].act(self.now);
        for message in messages {
            self.trace.note(self.now, format_args!("client {client} sends {}", Words(&message)));
            self.send(node_of(client), VENUE, &message);
        }
        let pause = self.clients[client - 1].pause();
        self.plan_event(pause, Event::Act(client));
    }

    fn client_hears(&mut self, client: usize, message: &Message) -> Result<(), Violation> {
        self.trace.note(self.now, format_args!("client {client} hears {}", Words(message)));
        self.clients[client - 1].hear(message, &mut self.auditor)
    }

    fn follow(&mut self, follower: usize) {
        self.plan_event(3_000_000, Event::Follow(follower));
        self.ask(follower);
    }

    /// Asks the leader for what is missing, not too often.
    fn ask(&mut self, follower: usize) {
        if self.now < self.asked[follower - 1] + 8_000_000 && self.calm.is_none() {
            return;
        }
        self.asked[follower - 1] = self.now;
        let from = self.followers[follower - 1].next();
        self.send(follower, VENUE, &Message::Ask { follower, from });
    }

    fn follower_hears(&mut self, node: Node, message: Message) -> Result<(), Violation> {
        let Message::Ship { frames, .. } = message else {
            unreachable!("nobody sends this to a follower")
        };
        let mut missing = frames.len() > 1;
        for frame in frames {
            let follower = &mut self.followers[node - 1];
            missing |= frame.first > follower.next();
            let taken = follower.take(&frame).map_err(|error| Violation {
                promise: promise::REPLICAS,
                what: format!("follower {node}: {error}"),
            })?;
            if taken {
                let outputs = follower.state().outputs();
                let (sequence, digest) = (outputs.sequence, Hex(&outputs.digest));
                self.trace.note(
                    self.now,
                    format_args!("follower {node} is at {sequence}, events {digest}"),
                );
                self.auditor.followed(follower.state())?;
            }
        }
        if missing {
            self.ask(node);
        }
        Ok(())
    }

    fn calm_down(&mut self) {
        self.trace.note(self.now, format_args!("from now on nothing goes wrong"));
        self.calm = Some(self.now);
        self.network.calm();
        self.disk.calm();
    }

    fn is_complete(&self) -> bool {
        let Some(leader) = &self.leader else { return false };
        let next = leader.state.machine.sequence() + 1;
        self.clients.iter().all(Client::is_done)
            && !leader.is_busy()
            && self.followers.iter().all(|follower| follower.next() == next)
    }

    fn unfinished(&self) -> String {
        let waiting: usize = self.clients.iter().map(Client::waiting).sum();
        let at = self.leader.as_ref().map(|leader| leader.state.machine.sequence());
        let followers: Vec<_> = self.followers.iter().map(|one| one.next() - 1).collect();
        format!("{waiting} requests wait, the leader is at {at:?}, its followers at {followers:?}")
    }

    /// The replicas and a last start hold what the leader does.
    fn finish(&mut self) -> Result<(), Violation> {
        let leader = self.leader.as_ref().expect("a complete run has a leader");
        let hash = leader.state.machine.state_hash();
        for follower in &self.followers {
            let same = follower.state().machine.state_hash() == hash;
            keep(same, promise::REPLICAS, || "the final states differ".to_owned())?;
        }
        let again = recover(&self.disk.copy(), self.plan.sizes(), |_| ());
        let again = again.map(|(state, _)| state.machine.state_hash());
        let same = again.as_ref().is_ok_and(|again| *again == hash);
        keep(same, promise::LOST, || format!("another start gives {again:?}"))?;
        self.last_snapshot(leader.state.machine.sequence(), hash)?;
        self.trace.note(self.now, format_args!("complete: state {}", Hex(&hash)));
        Ok(())
    }
}

impl World {
    /// A snapshot of the end, and a start from it, are the venue.
    fn last_snapshot(&self, sequence: Sequence, hash: Digest) -> Result<(), Violation> {
        let (disk, sizes) = (self.disk.copy(), self.plan.sizes());
        let taken = take_snapshot(&disk, sizes, sequence, &|| true);
        let started = start(&disk, sizes, Sequence::MAX, Pace::Gentle(&|| ()), &mut |_, _| true);
        let same = started.as_ref().is_ok_and(|started| {
            started.snapshot == sequence && started.state.machine.state_hash() == hash
        });
        keep(same, promise::REPLICAS, || {
            let started = started.map(|started| (started.snapshot, started.notices));
            format!("a snapshot at the end: {taken:?}, a start from it: {started:?}")
        })
    }
}

/// The first bytes of a digest.
struct Hex<'a>(&'a [u8; 32]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0[..6].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A message as a line of the trace.
struct Words<'a>(&'a Message);

impl std::fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::words::message(self.0, f)
    }
}
