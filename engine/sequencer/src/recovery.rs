//! Starting: the state is what the log makes of an empty machine.

use crate::state::State;
use openoutcry_journal::{Batch, JournalError, Reader, Sizes, Storage, Tail};
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
}

/// What a start found.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// Commands replayed.
    pub commands: u64,
    pub duration: Duration,
    /// Bytes of a torn tail that were cut off.
    pub truncated: u64,
}

/// Batches that are read ahead.
const AHEAD: usize = 2;

/// Replays a journal into `state`, reading and checking on a thread of its own; where it ends,
/// `None` when there is none. `progress` is told bytes done and in all, and says whether to go on.
pub(crate) fn replay<S: Storage>(
    storage: &S,
    sizes: Sizes,
    state: &mut State,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Option<Tail>, OpenError> {
    let mut reader = Reader::new(storage, sizes)?;
    let total = reader.total();
    std::thread::scope(|scope| {
        let (full, ready) = sync_channel::<Batch>(AHEAD);
        let (used, spare) = channel();
        let reading = scope.spawn(move || read(&mut reader, &full, &spare).map(|()| reader.tail()));
        let mut applied = Ok(());
        for batch in ready {
            applied = state.replay(&batch).and_then(|()| {
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

/// Times a recovery and sums it up.
pub(crate) fn timed(started: Instant, commands: u64, tail: Option<&Tail>) -> Recovered {
    let torn = tail.and_then(|tail| tail.torn.as_ref());
    let truncated = torn.map_or(0, |torn| torn.bytes);
    Recovered { commands, duration: started.elapsed(), truncated }
}
