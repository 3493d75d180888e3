//! Reading a journal again from its first byte, trusting nothing.

use crate::recovery::{OpenError, replay};
use crate::state::State;
use openoutcry_journal::{Digest, JournalError, Sizes, Storage, Tail};
use std::time::{Duration, Instant};

/// What was found; whole when there is no discrepancy.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    pub commands: u64,
    pub frames: u64,
    pub segments: usize,
    /// Bytes of headers and whole frames.
    pub bytes: u64,
    pub state_hash: Digest,
    /// The chain's digest after the last frame.
    pub chain: Digest,
    pub duration: Duration,
    /// One line each.
    pub discrepancies: Vec<String>,
}

/// Re-reads a journal: checksums, chain, the events that replay gives, and the ledger that comes
/// out. Bytes behind the last frame count as a torn tail unless a venue `is_running` there, which
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
    let tail = match replay(storage, sizes, &mut state, progress) {
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
    discrepancies.extend(tail.as_ref().and_then(torn).filter(|_| !is_running()));
    discrepancies.extend(state.machine.audit().err().map(|what| format!("ledger: {what}")));
    Ok(Verified {
        commands: state.machine.sequence(),
        frames: tail.as_ref().map_or(0, |tail| tail.frames),
        segments: tail.as_ref().map_or(0, |tail| tail.segments),
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
