//! Starting: the state is what the log makes of an empty machine, or what the rest of the log makes
//! of the newest sound snapshot.

use crate::snapshot::load;
use crate::state::State;
use openoutcry_journal::{
    Batch, JournalError, Reader, Sizes, Snapshot, Storage, Tail, Venue, snapshot_name, snapshots,
};
use openoutcry_wire::Sequence;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

/// Why a venue cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The log is whole, but this engine makes other events of it.
    #[error(
        "replaying the journal up to command {0} gives other events than when it was written: \
         this engine does not run the rules that made it"
    )]
    Differs(Sequence),
    /// `progress` said to stop.
    #[error("interrupted")]
    Interrupted,
    #[error(
        "the journal of this venue is gone: it went up to command {0}; bring it back, or restore a \
         backup into a new directory"
    )]
    Gone(Sequence),
    #[error(
        "the journal here is another venue's; bring this one's back, or restore a backup into a \
         new directory"
    )]
    Foreign,
    /// Frames that were there are not there any more, without a trace.
    #[error(
        "the journal ends at command {is}, but went up to {was} before: its end is missing; bring \
         it back, or restore a backup into a new directory"
    )]
    Shorter { is: Sequence, was: Sequence },
}

/// What is remembered of a journal elsewhere than in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub venue: Venue,
    /// A command that was durable.
    pub sequence: Sequence,
}

impl Known {
    /// Whether a journal that ends there (`None`: there is none) can be the one remembered.
    ///
    /// # Errors
    /// `Gone`, `Foreign`, `Shorter`.
    pub(crate) fn check(&self, tail: Option<&Tail>) -> Result<(), OpenError> {
        match tail {
            None => Err(OpenError::Gone(self.sequence)),
            Some(tail) if tail.venue != self.venue => Err(OpenError::Foreign),
            Some(tail) if tail.next <= self.sequence => {
                Err(OpenError::Shorter { is: tail.next - 1, was: self.sequence })
            }
            Some(_) => Ok(()),
        }
    }
}

/// What a start found.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// Commands replayed.
    pub commands: u64,
    pub duration: Duration,
    /// Bytes of a torn tail that were cut off.
    pub truncated: u64,
    /// The command that the snapshot was of from which the start went on; 0 without one.
    pub snapshot: Sequence,
    /// What the operator should know, one line each: snapshots that could not be used.
    pub notices: Vec<String>,
}

/// What a start makes of a storage.
#[derive(Debug)]
pub struct Started {
    pub state: State,
    /// Where the journal ends; `None` when there is none.
    pub tail: Option<Tail>,
    /// The command of the snapshot, 0 without one.
    pub snapshot: Sequence,
    /// Why newer snapshots were passed over, one line each.
    pub notices: Vec<String>,
}

/// Batches that are read ahead.
const AHEAD: usize = 2;

/// How much of the machine a start may take.
#[derive(Clone, Copy)]
pub enum Pace<'a> {
    /// Nobody is served before it is done: reading and applying at the same time.
    Fast,
    /// A venue is served meanwhile: one thread, which calls this every now and then.
    Gentle(&'a dyn Fn()),
}

impl std::fmt::Debug for Pace<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::Fast) { "Fast" } else { "Gentle" })
    }
}

/// Goes on from the newest sound snapshot through the log, as far as the command `until`; without a
/// snapshot from the first command. `progress` is told bytes done and in all, and says whether to
/// go on.
///
/// # Errors
/// When the log is damaged, also by ending before a snapshot that was taken of it.
pub fn start<S: Storage>(
    storage: &S,
    sizes: Sizes,
    until: Sequence,
    pace: Pace<'_>,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Started, OpenError> {
    let (mut notices, mut newest) = (Vec::new(), 0);
    let sound = newest_sound(storage, sizes, pace, &mut notices, &mut newest)?;
    let (mut state, reader) = match sound {
        Some(found) => found,
        None => (State::default(), Reader::new(storage, sizes)?),
    };
    let snapshot = state.machine.sequence();
    let reader = reader.until(until);
    let tail = match pace {
        Pace::Fast => replay(reader, &mut state, progress, &mut |_| ())?,
        Pace::Gentle(_) => replay_gently(reader, &mut state, progress)?,
    };
    let reached = state.machine.sequence();
    if reached < newest.min(until) {
        return Err(ends_early(tail.as_ref(), reached, newest).into());
    }
    Ok(Started { state, tail, snapshot, notices })
}

/// The state of the newest snapshot that is whole and that the journal goes on from, and the
/// journal behind it. `newest` learns the last command that any whole snapshot is of, whether or
/// not the journal still has it.
fn newest_sound<'a, S: Storage>(
    storage: &'a S,
    sizes: Sizes,
    pace: Pace<'_>,
    notices: &mut Vec<String>,
    newest: &mut Sequence,
) -> Result<Option<(State, Reader<'a, S>)>, OpenError> {
    for sequence in snapshots(storage)? {
        let (state, place) = match restore(storage, sequence, pace) {
            Ok(restored) => restored,
            Err(error) => {
                notices.push(error.to_string());
                continue;
            }
        };
        *newest = (*newest).max(sequence);
        match Reader::resume(storage, sizes, &place) {
            Ok(reader) => return Ok(Some((state, reader))),
            Err(JournalError::Damaged { what, .. }) => {
                let name = snapshot_name(sequence);
                notices.push(format!("snapshot {name} is of another journal than this: {what}"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

fn restore<S: Storage>(
    storage: &S,
    sequence: Sequence,
    pace: Pace<'_>,
) -> Result<(State, Tail), JournalError> {
    let snapshot = Snapshot::read(storage, sequence)?;
    Ok((load(&snapshot, pace)?, snapshot.header.place))
}

/// The end of the journal is gone: commands that were durable once.
fn ends_early(tail: Option<&Tail>, reached: Sequence, newest: Sequence) -> JournalError {
    let (segment, offset) =
        tail.map_or_else(Default::default, |tail| (tail.segment.clone(), tail.offset));
    let snapshot = snapshot_name(newest);
    let what = format!("the journal ends with command {reached}, before snapshot {snapshot}");
    JournalError::Damaged { segment, offset, what }
}

/// Replays a journal into `state`, reading and checking on a thread of its own; where it ends,
/// `None` when there is none. `progress` is told bytes done and in all, and says whether to go on;
/// `seen` is shown the state after each frame.
pub(crate) fn replay<S: Storage>(
    mut reader: Reader<'_, S>,
    state: &mut State,
    progress: &mut dyn FnMut(u64, u64) -> bool,
    seen: &mut dyn FnMut(&State),
) -> Result<Option<Tail>, OpenError> {
    let total = reader.total();
    std::thread::scope(|scope| {
        let (full, ready) = sync_channel::<Batch>(AHEAD);
        let (used, spare) = channel();
        let reading = scope.spawn(move || read(&mut reader, &full, &spare).map(|()| reader.tail()));
        let mut applied = Ok(());
        for batch in ready {
            applied = state.replay(&batch, seen).and_then(|()| {
                if progress(batch.done, total) { Ok(()) } else { Err(OpenError::Interrupted) }
            });
            if applied.is_err() {
                break;
            }
            // The reader may have ended: then nobody wants the buffer.
            let _ = used.send(batch);
        }
        let tail = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        applied?;
        progress(total, total);
        Ok(tail?)
    })
}

/// The same on this thread alone.
fn replay_gently<S: Storage>(
    mut reader: Reader<'_, S>,
    state: &mut State,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Option<Tail>, OpenError> {
    let total = reader.total();
    let mut batch = Batch::default();
    while reader.next(&mut batch)? {
        state.replay(&batch, &mut |_| ())?;
        if !progress(batch.done, total) {
            return Err(OpenError::Interrupted);
        }
    }
    Ok(reader.tail())
}

/// Reads until the tail, or until nobody listens any more.
fn read<S: Storage>(
    reader: &mut Reader<'_, S>,
    full: &SyncSender<Batch>,
    spare: &Receiver<Batch>,
) -> Result<(), JournalError> {
    loop {
        let mut batch = spare.try_recv().unwrap_or_default();
        if !reader.next(&mut batch)? || full.send(batch).is_err() {
            return Ok(());
        }
    }
}

impl Started {
    /// Sums up a start that began then.
    pub(crate) fn sum_up(&self, began: Instant) -> Recovered {
        let torn = self.tail.as_ref().and_then(|tail| tail.torn.as_ref());
        Recovered {
            commands: self.state.machine.sequence() - self.snapshot,
            duration: began.elapsed(),
            truncated: torn.map_or(0, |torn| torn.bytes),
            snapshot: self.snapshot,
            notices: self.notices.clone(),
        }
    }
}
