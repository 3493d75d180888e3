//! The venue's process: the real queue, pipeline, journal and state, run one step at a time.

use crate::disk::SimDisk;
use crate::message::{Route, Shipped};
use openoutcry_journal::{Batch, Journal, JournalError, Outputs, Reader, Sizes, Venue};
use openoutcry_sequencer::{
    Answer, Durable, OpenError, Pace, Pipeline, Queue, Refusal, State, start,
};
use openoutcry_wire::{Nanoseconds, Sequence, Unit, command};
use std::collections::VecDeque;
use std::rc::Rc;

/// The venue's number.
pub(crate) const VENUE: Venue = *b"a simulated one!";

/// How many waiting commands make the leader write ahead: few, so that it often does.
const AHEAD: usize = 3;

/// The most frames that a follower is given at once.
const SHIPMENT: usize = 64;

/// One life of the process.
#[derive(Debug)]
pub(crate) struct Leader {
    journal: Journal<SimDisk>,
    pub(crate) state: State,
    queue: Queue,
    pipeline: Pipeline,
    /// Written and synced, not applied.
    durable: Option<Durable>,
    /// The same as its followers will get it.
    applying: Option<Rc<Shipped>>,
    /// Written ahead of it, and how that went.
    ahead: Option<Result<Durable, JournalError>>,
    /// Who waits for an answer, in the order of the tickets.
    routes: VecDeque<Option<Route>>,
    failed: bool,
    takes_more: bool,
    epoch: u32,
    /// The frames that are applied, as the disk has them.
    log: Vec<Rc<Shipped>>,
    /// The snapshot that the start went on from, and what it said of others.
    pub(crate) snapshot: Sequence,
    pub(crate) notices: Vec<String>,
    /// Whether it came to what the whole journal comes to.
    pub(crate) same: bool,
}

/// Reads a journal from its first frame, giving each frame to `seen`, and says what it makes of it
/// and where it ends.
///
/// # Errors
/// What stops a start.
pub(crate) fn recover(
    disk: &SimDisk,
    sizes: Sizes,
    mut seen: impl FnMut(Shipped),
) -> Result<(State, Option<openoutcry_journal::Tail>), OpenError> {
    let mut state = State::default();
    let mut reader = Reader::new(disk, sizes)?;
    let mut batch = Batch::default();
    while reader.next(&mut batch)? {
        state.replay(&batch, &mut |_| ())?;
        batch.frames().for_each(|frame| seen(shipped(&frame)));
    }
    Ok((state, reader.tail()))
}

fn shipped(frame: &openoutcry_journal::Frame<'_>) -> Shipped {
    let header = frame.header;
    Shipped {
        first: header.first_sequence,
        time: header.time,
        commands: frame.commands.to_vec(),
        count: header.count,
        epoch: header.epoch,
        outputs: Outputs { sequence: header.outputs_sequence, digest: header.outputs },
    }
}

impl Leader {
    /// Recovers what the disk holds, or begins a journal.
    ///
    /// # Errors
    /// What stops a start.
    pub(crate) fn start(disk: &SimDisk, sizes: Sizes) -> Result<Self, OpenError> {
        let mut log = Vec::new();
        let (whole, tail) = recover(disk, sizes, |frame| log.push(Rc::new(frame)))?;
        let started = start(disk, sizes, Sequence::MAX, Pace::Gentle(&|| ()), &mut |_, _| true)?;
        let state = started.state;
        let same = state.machine.state_hash() == whole.machine.state_hash()
            && state.outputs() == whole.outputs();
        let (snapshot, notices) = (started.snapshot, started.notices);
        let journal = match &tail {
            Some(tail) => Journal::resume(disk.clone(), sizes, tail)?,
            None => Journal::create(disk.clone(), sizes, VENUE)?,
        };
        let pipeline = Pipeline::new(&state, AHEAD);
        Ok(Self {
            journal,
            state,
            queue: Queue::default(),
            pipeline,
            durable: None,
            applying: None,
            ahead: None,
            routes: VecDeque::new(),
            failed: false,
            takes_more: false,
            epoch: tail.map_or(1, |tail| tail.epoch + 1),
            log,
            snapshot,
            notices,
            same,
        })
    }

    /// Queues commands.
    ///
    /// # Errors
    /// It is not taken.
    pub(crate) fn submit(
        &mut self,
        command: &[Unit],
        route: Option<Route>,
    ) -> Result<u64, Refusal> {
        let ticket = self.queue.submit(command)?;
        let count = command::count(command).expect("the queue takes whole commands");
        self.routes.extend(std::iter::repeat_n(route, count));
        Ok(ticket)
    }

    /// Whether the journal has failed: nothing more will be taken.
    #[must_use]
    pub(crate) const fn failed(&self) -> bool {
        self.failed
    }

    /// Whether a frame is on the disk that is not applied yet.
    #[must_use]
    pub(crate) const fn is_busy(&self) -> bool {
        self.durable.is_some()
    }

    /// Writes the next frame when none is under way; false when there is nothing to write or it
    /// could not be written.
    pub(crate) fn write(&mut self, now: Nanoseconds) -> bool {
        if self.failed || self.durable.is_some() || !self.pipeline.fill(&self.queue, false) {
            return false;
        }
        let written = self.pipeline.cut(now).write(&mut self.journal);
        self.written(written)
    }

    fn written(&mut self, written: Result<Durable, JournalError>) -> bool {
        match written {
            Ok(durable) => {
                self.durable = Some(durable);
                true
            }
            Err(error) => {
                self.queue.stop(&error.to_string());
                self.failed = true;
                self.takes_more = self.try_again();
                false
            }
        }
    }

    /// A journal that has failed takes nothing, however often it is asked.
    fn try_again(&mut self) -> bool {
        let mut commands = Vec::new();
        command::encode(&command::Resume::default(), None, &mut commands);
        self.journal.append(u64::MAX, &commands, 1, Outputs::default()).is_ok()
    }

    /// Whether the journal took something after it had failed.
    #[must_use]
    pub(crate) const fn takes_more(&self) -> bool {
        self.takes_more
    }

    /// Under load writes the frame behind the one that is durable, before that is applied.
    pub(crate) fn write_ahead(&mut self, now: Nanoseconds) {
        if self.pipeline.runs_ahead(&self.queue) {
            self.ahead = Some(self.pipeline.cut(now).write(&mut self.journal));
        }
    }

    /// The frame that is on the disk and next to be applied.
    #[must_use]
    pub(crate) fn frame(&mut self) -> Rc<Shipped> {
        let durable = self.durable.as_ref().expect("a frame is durable");
        let count = command::count(durable.commands()).expect("whole commands were taken");
        let frame = Rc::new(Shipped {
            first: self.state.machine.sequence() + 1,
            time: durable.time(),
            commands: durable.commands().to_vec(),
            count: u32::try_from(count).expect("a frame's commands are few"),
            epoch: self.epoch,
            outputs: durable.outputs(),
        });
        self.applying = Some(Rc::clone(&frame));
        frame
    }

    /// The frames that are applied.
    #[must_use]
    pub(crate) fn log(&self) -> &[Rc<Shipped>] {
        &self.log
    }

    /// Applies the next turn of the durable frame; its answers, with who asked. False once the
    /// frame is applied.
    pub(crate) fn apply(&mut self) -> (bool, Vec<(Option<Route>, Answer)>) {
        let durable = self.durable.as_mut().expect("a frame is durable");
        let mut answers = Vec::new();
        let more = durable.apply(&mut self.state, &mut answers);
        if !more {
            self.pipeline.applied(&self.state);
            self.log.extend(self.applying.take());
            self.durable = None;
        }
        self.queue.done(answers.len());
        let routes = self.routes.drain(..answers.len());
        (more, routes.zip(answers).collect())
    }

    /// Goes on with the frame that was written ahead; false when there is none, or when it failed.
    pub(crate) fn go_on(&mut self) -> bool {
        match self.ahead.take() {
            None => false,
            Some(written) => self.written(written),
        }
    }

    /// Frames from a command on, no further than what is applied: only that is known to be durable.
    #[must_use]
    pub(crate) fn ship(&self, from: Sequence) -> Vec<Rc<Shipped>> {
        let known = self.log.partition_point(|frame| frame.first < from);
        self.log[known..].iter().take(SHIPMENT).cloned().collect()
    }
}
