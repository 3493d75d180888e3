use crate::answer::Answer;
use crate::recovery::OpenError;
use openoutcry_journal::{Batch, Outputs};
use openoutcry_machine::Machine;
use openoutcry_planted::{Bug, on};
use openoutcry_views::{Order, Views};
use openoutcry_wire::{Event, Nanoseconds, Unit, event};

/// How many frames back the digests are known: a frame may be written before the one before it
/// is applied.
const KNOWN: usize = 2;

/// The machine and what readers see of it, always as of the same command.
#[derive(Debug)]
pub struct State {
    pub machine: Machine,
    pub views: Views,
    events: Vec<Unit>,
    /// The digests of all events up to each of the latest frames, the newest last.
    outputs: [Outputs; KNOWN],
    hasher: blake3::Hasher,
}

/// The digests of events that the next frames may name.
pub(crate) type Known = [Outputs; KNOWN];

impl Default for State {
    fn default() -> Self {
        let (machine, views) = (Machine::new(), Views::default());
        let hasher = blake3::Hasher::new();
        let mut state =
            Self { machine, views, events: Vec::new(), outputs: Default::default(), hasher };
        state.begin_frame();
        state
    }
}

impl State {
    /// A state as it was after a whole frame.
    pub(crate) fn restored(machine: Machine, views: Views, outputs: Known) -> Self {
        let hasher = blake3::Hasher::new();
        let mut state = Self { machine, views, events: Vec::new(), outputs, hasher };
        state.begin_frame();
        state
    }

    /// The digests of all events up to each of the latest frames, the newest last.
    pub(crate) const fn known(&self) -> Known {
        self.outputs
    }

    /// Applies whole commands, which are durable, and gives each command's first event to
    /// `answer`.
    pub(crate) fn apply(
        &mut self,
        time: Nanoseconds,
        commands: &[Unit],
        mut answer: impl FnMut(&Event<'_>),
    ) {
        self.events.clear();
        let mut answered = self.machine.sequence();
        self.machine.apply(time, commands, &mut self.events);
        for event in event::walk(&self.events) {
            self.views.apply(time, &event);
            let sequence = event.header().sequence;
            if sequence != answered {
                assert_eq!(sequence, answered + 1, "every command is answered");
                answered = sequence;
                answer(&event);
            }
        }
        assert_eq!(answered, self.machine.sequence(), "every command is answered");
        self.hasher.update(bytemuck::cast_slice(&self.events));
    }

    /// Applies frames read from a journal; `seen` is shown the state after each.
    ///
    /// # Errors
    /// `Differs` when a frame was written after other events than those seen here.
    pub fn replay(&mut self, batch: &Batch, seen: &mut dyn FnMut(&Self)) -> Result<(), OpenError> {
        for frame in batch.frames() {
            let header = frame.header;
            let outputs = Outputs { sequence: header.outputs_sequence, digest: header.outputs };
            self.follow(header.time, frame.commands, outputs)?;
            seen(self);
        }
        Ok(())
    }

    /// Applies one frame of a log that another wrote, `outputs` being what its header says.
    ///
    /// # Errors
    /// `Differs` when it was written after other events than those seen here; nothing is applied.
    pub fn follow(
        &mut self,
        time: Nanoseconds,
        commands: &[Unit],
        outputs: Outputs,
    ) -> Result<(), OpenError> {
        if !self.agrees(outputs) {
            return Err(OpenError::Differs(outputs.sequence));
        }
        self.apply(time, commands, |_| {});
        self.end_frame();
        Ok(())
    }

    /// The events of the commands applied last, those of one turn at most.
    #[must_use]
    pub fn events(&self) -> &[Unit] {
        &self.events
    }

    /// All commands of a frame are applied.
    pub(crate) fn end_frame(&mut self) {
        let digest = *self.hasher.finalize().as_bytes();
        self.outputs.rotate_left(1);
        self.outputs[KNOWN - 1] = Outputs { sequence: self.machine.sequence(), digest };
        self.begin_frame();
    }

    fn begin_frame(&mut self) {
        self.hasher.reset();
        self.hasher.update(&self.outputs().digest);
    }

    /// The order that an answer is about, as it stands now; never another account's.
    pub fn order_of(&self, answer: &Answer) -> Option<&Order> {
        let order = self.views.order(answer.order)?;
        (order.account == answer.account).then_some(order)
    }

    /// How far the log is applied, and the digest of the events up to there.
    pub fn outputs(&self) -> Outputs {
        self.outputs[KNOWN - 1]
    }

    /// Whether the next frame was written after the same events.
    pub(crate) fn agrees(&self, outputs: Outputs) -> bool {
        self.outputs.contains(&outputs) || on(Bug::OutputsUnchecked)
    }
}
