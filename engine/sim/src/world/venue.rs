//! The venue's process in the world: starting, hearing, writing, applying, answering, ending.

use super::{Event, Hex, Words, World, node_of};
use crate::auditor::{Violation, keep, promise};
use crate::disk::End;
use crate::fault::Fault;
use crate::leader::Leader;
use crate::message::{Balance, Message, Route};
use crate::network::VENUE;
use crate::scenario;
use crate::trial;
use openoutcry_journal::{JournalError, Snapshot};
use openoutcry_sequencer::{Answer, OpenError, archive_finished, take_snapshot};
use openoutcry_wire::{AccountId, Nanoseconds};
use std::rc::Rc;

impl World {
    pub(super) fn start(&mut self) -> Result<(), Violation> {
        if self.leader.is_some() {
            return Ok(());
        }
        if self.calm.is_none() {
            self.try_harm()?;
            self.end_early();
        }
        self.disk.free();
        match Leader::start(&self.disk, self.plan.sizes()) {
            Ok(leader) => {
                self.auditor.recovered(&leader)?;
                self.snapshots_hold(&leader)?;
                self.started(leader);
                self.write()?;
            }
            Err(error) => self.not_started(&error)?,
        }
        Ok(())
    }

    /// A start from a snapshot is one from the whole journal; and what was a snapshot once is one
    /// for ever, unless the disk cannot be read or lies.
    fn snapshots_hold(&self, leader: &Leader) -> Result<(), Violation> {
        keep(leader.same, promise::REPLICAS, || {
            format!("the start from snapshot {} comes to another state", leader.snapshot)
        })?;
        let excused = [Fault::UnreadableDisk, Fault::LyingSync];
        let excused = excused.iter().any(|fault| self.plan.faults.has(*fault));
        keep(excused || leader.notices.is_empty(), promise::STARTS, || leader.notices.join("; "))
    }

    /// Now and then the keeper does its work, on the disk as it is.
    fn look_after(&mut self) -> Result<(), Violation> {
        if self.keeper.below(400) != 0 {
            return Ok(());
        }
        let sizes = self.plan.sizes();
        let Some(leader) = &self.leader else { return Ok(()) };
        let durable = leader.state.machine.sequence();
        let taken = take_snapshot(&self.disk, sizes, durable, &|| true);
        if let Ok(sequence) = &taken {
            let snapshot = Snapshot::read(&self.disk, *sequence).map(|taken| taken.header.machine);
            let hash = leader.state.machine.state_hash();
            let same = snapshot.is_err() || snapshot.is_ok_and(|found| found == hash);
            keep(same, promise::REPLICAS, || format!("snapshot {sequence} has another state"))?;
            self.snapshots += 1;
        }
        self.trace.note(self.now, format_args!("the keeper takes a snapshot: {taken:?}"));
        if self.disk.ended().is_none() {
            let archived = archive_finished(&self.disk, &|| true);
            self.trace.note(self.now, format_args!("the keeper archives: {archived:?}"));
        }
        self.survives();
        Ok(())
    }

    fn started(&mut self, mut leader: Leader) {
        self.starts += 1;
        let (sequence, digest) = (leader.state.outputs().sequence, leader.state.outputs().digest);
        self.trace.note(
            self.now,
            format_args!("the venue starts at {sequence}, events {}", Hex(&digest)),
        );
        if sequence == 0 {
            let founding = scenario::founding(&self.plan);
            let taken = leader.submit(&founding, None);
            taken.expect("an empty queue takes a few commands");
            self.auditor.submitted(None, &founding);
        }
        if self.plan.faults.has(Fault::LyingSync) {
            // Replicas that came further than what a lying disk kept have to begin anew.
            let ahead = self.followers.iter_mut().filter(|one| one.next() > sequence + 1);
            ahead.for_each(|follower| *follower = crate::follower::Follower::default());
        }
        self.leader = Some(leader);
    }

    /// A start that failed is tried again, unless it says that the journal is damaged.
    fn not_started(&mut self, error: &OpenError) -> Result<(), Violation> {
        self.trace.note(self.now, format_args!("the venue does not start: {error}"));
        let troubled =
            matches!(error, OpenError::Journal(JournalError::Io { .. } | JournalError::Failed(_)));
        let end = self.disk.ended();
        if !troubled && end.is_none() {
            self.refused = self.plan.faults.has(Fault::LyingSync);
            return if self.refused {
                Ok(())
            } else {
                Err(Violation { promise: promise::STARTS, what: error.to_string() })
            };
        }
        self.end(end.unwrap_or(End::Process), "its start fails");
        Ok(())
    }

    /// Does harm to a copy of the disk and starts from it.
    fn try_harm(&mut self) -> Result<(), Violation> {
        let place = usize::try_from(self.dice.below(trial::TRIED.len() as u64)).expect("few");
        let fault = trial::TRIED[place];
        let mut dice = openoutcry_workload::Random::new(self.dice.bits());
        if !self.plan.faults.has(fault) {
            return Ok(());
        }
        if let Some(said) = trial::attempt(fault, &self.disk, self.plan.sizes(), &mut dice)? {
            self.counts[fault as usize] += 1;
            self.trace.note(self.now, format_args!("a copy with {}: {said}", fault.text()));
        }
        Ok(())
    }

    /// The process or the machine is gone; another start follows.
    pub(super) fn end(&mut self, end: End, why: &str) {
        self.trace.note(self.now, format_args!("the venue ends: {why}"));
        self.leader = None;
        self.disk.end(end);
        self.life += 1;
        self.auditor.ended();
        let pause = 300_000 + self.dice.below(3_000_000);
        self.plan_event(pause, Event::Start);
    }

    /// Ends the process when the disk says that it did not live through the last operation.
    fn survives(&mut self) -> bool {
        let end = self.disk.ended();
        if let Some(end) = end {
            let (fault, why) = match end {
                End::Power => (Fault::PowerFailure, "the power fails"),
                End::Process => (Fault::KilledProcess, "it is killed"),
            };
            self.counts[fault as usize] += 1;
            self.end(end, why);
        }
        end.is_none()
    }

    pub(super) fn give_up(&mut self, life: u32) {
        if life == self.life && self.leader.as_ref().is_some_and(Leader::failed) {
            self.end(End::Process, "its journal has failed");
        }
    }

    pub(super) fn venue_hears(&mut self, message: Message) -> Result<(), Violation> {
        if self.now < self.paused {
            let after = self.paused - self.now;
            self.plan_event(after, Event::Arrive(VENUE, message));
            return Ok(());
        }
        let Some(leader) = &mut self.leader else { return Ok(()) };
        match message {
            Message::Command { route, command } => {
                if leader.submit(&command, Some(route)).is_ok() {
                    self.auditor.submitted(Some(route), &command);
                    self.write()?;
                } else {
                    self.send(VENUE, node_of(route.client), &Message::NotTaken { route });
                }
            }
            Message::Read { client, request, account } => {
                if let Some(balance) = balance(leader, account) {
                    let shown = Message::Shown { request, balance };
                    self.send(VENUE, node_of(client), &shown);
                }
            }
            Message::Ask { follower, from } => {
                let frames = leader.ship(from);
                if !frames.is_empty() {
                    self.send(VENUE, follower, &Message::Ship { follower, frames });
                }
            }
            _ => unreachable!("nobody sends this to the venue"),
        }
        Ok(())
    }

    /// Writes the next frame when none is under way.
    fn write(&mut self) -> Result<(), Violation> {
        let now = self.clock.read(self.now);
        let Some(leader) = &mut self.leader else { return Ok(()) };
        let written = leader.write(now);
        self.after_write(written)
    }

    fn after_write(&mut self, written: bool) -> Result<(), Violation> {
        let takes_more = self.leader.as_ref().is_some_and(Leader::takes_more);
        keep(!takes_more, promise::LOST, || "a failed journal takes more".to_owned())?;
        if !self.survives() {
            return Ok(());
        }
        let life = self.life;
        if written {
            let sync = self.sync_time();
            self.plan_event(sync, Event::Apply(life));
        } else if self.leader.as_ref().is_some_and(Leader::failed) {
            self.trace.note(self.now, format_args!("the journal fails"));
            self.plan_event(1_000_000, Event::GiveUp(life));
        }
        Ok(())
    }

    fn sync_time(&mut self) -> Nanoseconds {
        let time = 40_000 + self.dice.below(80_000);
        if self.now < self.slow { time * 100 } else { time }
    }

    /// Applies and answers the frame that is durable, and goes on with the next.
    pub(super) fn apply(&mut self, life: u32) -> Result<(), Violation> {
        if life != self.life {
            return Ok(());
        }
        if self.now < self.paused {
            let after = self.paused - self.now;
            self.plan_event(after, Event::Apply(life));
            return Ok(());
        }
        let now = self.clock.read(self.now);
        let leader = self.leader.as_mut().expect("a life has a leader");
        leader.write_ahead(now);
        if !self.survives() {
            return Ok(());
        }
        let frame = self.leader.as_mut().expect("it survived").frame();
        loop {
            let leader = self.leader.as_mut().expect("it survived");
            let (more, answers) = leader.apply();
            self.auditor.applied(frame.time, &leader.state, &answers)?;
            self.answer(&answers);
            if !more {
                break;
            }
        }
        let leader = self.leader.as_mut().expect("it survived");
        self.auditor.frame_ended(&leader.state);
        let outputs = leader.state.outputs();
        let (sequence, digest) = (outputs.sequence, Hex(&outputs.digest));
        self.trace.note(self.now, format_args!("the venue is at {sequence}, events {digest}"));
        let goes_on = leader.go_on();
        for follower in 1..=self.followers.len() {
            let frames = vec![Rc::clone(&frame)];
            self.send(VENUE, follower, &Message::Ship { follower, frames });
        }
        if goes_on {
            self.after_write(true)?;
        } else {
            self.write()?;
        }
        self.look_after()
    }

    fn answer(&mut self, answers: &[(Option<Route>, Answer)]) {
        for (route, answer) in answers {
            let Some(route) = *route else { continue };
            let leader = self.leader.as_ref().expect("whoever answers lives");
            let order = leader.state.machine.order(answer.order);
            let message = Message::Answered { route, answer: *answer, order };
            self.trace.note(self.now, format_args!("the venue says {}", Words(&message)));
            self.send(VENUE, node_of(route.client), &message);
        }
    }
}

fn balance(leader: &Leader, account: AccountId) -> Option<Balance> {
    let machine = &leader.state.machine;
    let state = machine.account(account)?;
    Some(Balance {
        account,
        sequence: machine.sequence(),
        cash: state.cash,
        held: state.held,
        open_orders: state.open_orders,
    })
}
