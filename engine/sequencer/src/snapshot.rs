//! The state as a file and back. A file counts as a snapshot only once a second machine, made of
//! what the disk gives back, has the same state hash as the first.

use crate::recovery::Pace;
use crate::state::State;
use openoutcry_canonical::{Canonical, Layout, Reader, Writer};
use openoutcry_journal::{
    Digest, File, JournalError, Snapshot, SnapshotDraft, SnapshotHeader, Storage, Tail,
    snapshot_name, snapshots, unsound,
};
use openoutcry_machine::Machine;
use openoutcry_planted::{Bug, on};
use openoutcry_views::Views;
use std::io;

/// How many snapshots are kept: should the newest be harmed there are others.
const KEPT: usize = 3;

/// Bytes of an old one that are given back to the file system at once.
const FREED: u64 = 8 << 20;

/// Bytes that are hashed without a pause.
const HASHED: usize = 1 << 20;

/// The digest of the words for what is written. Engines that keep other state have another one.
pub(crate) fn words() -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(Layout::of::<Machine>().text().as_bytes());
    hasher.update(Layout::of::<Views>().text().as_bytes());
    *hasher.finalize().as_bytes()
}

/// The digest of everything that something writes: of a machine its state hash. `pause` is called
/// now and then.
pub(crate) fn digest_of(state: &impl Canonical, pause: &dyn Fn()) -> Digest {
    let mut hasher = blake3::Hasher::new();
    state.write(&mut Writer::new(&mut |bytes| {
        pause();
        hasher.update(bytes);
    }));
    *hasher.finalize().as_bytes()
}

/// Makes a snapshot of `state`, which is as of `place`, and lets go of old ones. The state is used
/// up, so that there is room for the one that is made of the file. `go_on` is asked now and then.
///
/// # Errors
/// `Io` when the disk refuses, or there was no time; `Snapshot` when the disk gives back something
/// else than was written.
pub(crate) fn save<S: Storage>(
    storage: &S,
    state: State,
    place: &Tail,
    go_on: &dyn Fn() -> bool,
) -> Result<(), JournalError> {
    let name = snapshot_name(state.machine.sequence());
    let failed = |source| JournalError::Io { action: format!("take {name}"), source };
    let saved = draft(storage, state, place, go_on)
        .map_err(failed)
        .and_then(|draft| is_whole(&draft, go_on).and_then(|()| draft.publish().map_err(failed)));
    if saved.is_err() {
        SnapshotDraft::discard(storage);
    }
    saved?;
    for old in snapshots(storage)?.into_iter().skip(KEPT) {
        let name = snapshot_name(old);
        let failed = |source| JournalError::Io { action: format!("remove {name}"), source };
        remove(storage, &name, go_on).map_err(failed)?;
    }
    Ok(())
}

/// Removes a file from its end: a file system that frees much at once lets syncs wait for it.
fn remove<S: Storage>(storage: &S, name: &str, go_on: &dyn Fn() -> bool) -> io::Result<()> {
    let mut file = storage.open(name)?;
    let mut length = file.length()?;
    while length > FREED && go_on() {
        length -= FREED;
        file.truncate(length)?;
        file.sync()?;
    }
    storage.remove(name)
}

fn draft<'a, S: Storage>(
    storage: &'a S,
    state: State,
    place: &Tail,
    go_on: &dyn Fn() -> bool,
) -> io::Result<SnapshotDraft<'a, S>> {
    let mut draft = SnapshotDraft::begin(storage)?;
    draft.section(go_on, |sink| state.machine.write(&mut Writer::new(sink)))?;
    draft.section(go_on, |sink| state.views.write(&mut Writer::new(sink)))?;
    draft.finish(place, state.known(), words())?;
    drop(state);
    Ok(draft)
}

/// Makes a state of what the disk gives back, and compares that.
fn is_whole<S: Storage>(
    draft: &SnapshotDraft<'_, S>,
    go_on: &dyn Fn() -> bool,
) -> Result<(), JournalError> {
    let pause = || {
        go_on();
    };
    let snapshot = draft.read_back()?;
    let restored = load(&snapshot, Pace::Gentle(&pause))?;
    let SnapshotHeader { machine, views, .. } = snapshot.header;
    drop(snapshot);
    if digest_of(&restored.machine, &pause) == machine
        && digest_of(&restored.views, &pause) == views
    {
        return Ok(());
    }
    let sequence = restored.machine.sequence();
    Err(unsound(sequence, "a machine made of it has another state hash".to_owned()))
}

/// The state in a snapshot; at a fast pace machine and views are read at the same time.
///
/// # Errors
/// `Snapshot` when its bytes are not those that were written, or another engine wrote them.
pub(crate) fn load(snapshot: &Snapshot, pace: Pace<'_>) -> Result<State, JournalError> {
    let header = &snapshot.header;
    let sequence = header.place.next - 1;
    let unsound = |what: &str| unsound(sequence, what.to_owned());
    if header.words != words() {
        return Err(unsound("it was taken by an engine that keeps other state"));
    }
    let [machine, views] = snapshot.sections();
    let (machine, views) = match pace {
        Pace::Gentle(pause) => {
            let machine = read::<Machine>(machine, header.machine, pause);
            (machine, read::<Views>(views, header.views, pause))
        }
        Pace::Fast => std::thread::scope(|scope| {
            let views = scope.spawn(|| read::<Views>(views, header.views, &|| ()));
            let machine = read::<Machine>(machine, header.machine, &|| ());
            (machine, views.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        }),
    };
    let (machine, views) = (machine.map_err(unsound)?, views.map_err(unsound)?);
    if machine.sequence() != sequence || header.outputs[1].sequence != sequence {
        return Err(unsound("it is of another command than it says"));
    }
    let outputs = if on(Bug::SnapshotIncomplete) { Default::default() } else { header.outputs };
    Ok(State::restored(machine, views, outputs))
}

/// Looks at nothing before the digest says that it is what was written.
fn read<T: Canonical>(bytes: &[u8], digest: Digest, pause: &dyn Fn()) -> Result<T, &'static str> {
    let mut hasher = blake3::Hasher::new();
    for piece in bytes.chunks(HASHED) {
        hasher.update(piece);
        pause();
    }
    if *hasher.finalize().as_bytes() != digest && !on(Bug::SnapshotUnchecked) {
        return Err("its bytes are not those that were written");
    }
    let mut reader = Reader::new(bytes).pausing(pause);
    let state = T::read(&mut reader).map_err(|_| "its bytes make no sense")?;
    reader.finish().map_err(|_| "its bytes make no sense")?;
    Ok(state)
}
