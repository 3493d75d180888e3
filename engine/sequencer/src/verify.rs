//! Reading a journal again from its first byte, trusting nothing.

use crate::recovery::{OpenError, replay};
use crate::snapshot::{digest_of, words};
use crate::state::State;
use openoutcry_journal::{
    Digest, JournalError, Reader, Sizes, Snapshot, SnapshotHeader, Storage, Tail, snapshots,
    unsound,
};
use openoutcry_wire::Sequence;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What was found; whole when there is no discrepancy.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    pub commands: u64,
    pub frames: u64,
    pub segments: usize,
    /// Snapshots that were compared with what the replay came to.
    pub snapshots: usize,
    /// Bytes of headers and whole frames.
    pub bytes: u64,
    pub state_hash: Digest,
    /// The chain's digest after the last frame.
    pub chain: Digest,
    pub duration: Duration,
    /// One line each.
    pub discrepancies: Vec<String>,
}

/// Re-reads a journal: checksums, chain, the events that replay gives, the state that each snapshot
/// says it came to, and the ledger that comes out. Bytes behind the last frame count as a torn tail unless a venue `is_running` there, which
/// may be writing them.
///
/// # Errors
/// `Io` when the journal cannot be read at all, `Interrupted` when `progress` says so.
pub fn verify<S: Storage>(
    storage: &S,
    sizes: Sizes,
    is_running: impl FnOnce() -> bool,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Verified, OpenError> {
    let started = Instant::now();
    let mut state = State::default();
    let mut discrepancies = Vec::new();
    let mut kept = Kept::of(storage, &mut discrepancies)?;
    let replayed = Reader::new(storage, sizes)
        .map_err(OpenError::from)
        .and_then(|reader| replay(reader, &mut state, progress, &mut |state| kept.compare(state)));
    let tail = match replayed {
        Ok(Some(tail)) => Some(tail),
        Ok(None) => {
            discrepancies.push("there is no journal".to_owned());
            None
        }
        Err(error @ (OpenError::Interrupted | OpenError::Journal(JournalError::Io { .. }))) => {
            return Err(error);
        }
        Err(error) => {
            discrepancies.push(error.to_string());
            None
        }
    };
    let snapshots = kept.compared;
    discrepancies.extend(kept.discrepancies(tail.is_some()));
    discrepancies.extend(tail.as_ref().and_then(torn).filter(|_| !is_running()));
    discrepancies.extend(state.machine.audit().err().map(|what| format!("ledger: {what}")));
    Ok(Verified {
        commands: state.machine.sequence(),
        frames: tail.as_ref().map_or(0, |tail| tail.frames),
        segments: tail.as_ref().map_or(0, |tail| tail.segments),
        snapshots,
        bytes: tail.as_ref().map_or(0, |tail| tail.bytes),
        state_hash: state.machine.state_hash(),
        chain: tail.map_or([0; 32], |tail| tail.digest),
        duration: started.elapsed(),
        discrepancies,
    })
}

fn torn(tail: &Tail) -> Option<String> {
    let torn = tail.torn.as_ref()?;
    let (segment, offset, bytes, what) = (&tail.segment, tail.offset, torn.bytes, torn.what);
    Some(format!("torn tail: segment {segment} at byte {offset}: {bytes} bytes: {what}"))
}

/// The snapshots that this engine can read, each of which the replay should come by.
struct Kept {
    expected: BTreeMap<Sequence, SnapshotHeader>,
    compared: usize,
    differing: Vec<Sequence>,
}

impl Kept {
    /// Reads the snapshots; those that are damaged go to `discrepancies`. What other engines took
    /// is only held to its own digests.
    fn of<S: Storage>(storage: &S, discrepancies: &mut Vec<String>) -> Result<Self, JournalError> {
        let mut expected = BTreeMap::new();
        for sequence in snapshots(storage)? {
            match Snapshot::read(storage, sequence).and_then(Snapshot::check) {
                Ok(header) if header.words == words() => {
                    expected.insert(sequence, header);
                }
                Ok(_) => {}
                Err(error) => discrepancies.push(error.to_string()),
            }
        }
        Ok(Self { expected, compared: 0, differing: Vec::new() })
    }

    fn compare(&mut self, state: &State) {
        let Some(header) = self.expected.remove(&state.machine.sequence()) else { return };
        self.compared += 1;
        let same = digest_of(&state.machine, &|| ()) == header.machine
            && digest_of(&state.views, &|| ()) == header.views
            && state.known() == header.outputs;
        if !same {
            self.differing.push(state.machine.sequence());
        }
    }

    /// One line each; snapshots that were not come by count only where the journal was read to its
    /// end.
    fn discrepancies(self, read: bool) -> Vec<String> {
        let Self { expected, differing, .. } = self;
        let differing = differing
            .into_iter()
            .map(|sequence| unsound(sequence, "replay comes to another state".to_owned()));
        let missed = expected.into_keys().filter(|_| read).map(|sequence| {
            unsound(sequence, "the journal has no frame that ends with this command".to_owned())
        });
        differing.chain(missed).map(|error| error.to_string()).collect()
    }
}
