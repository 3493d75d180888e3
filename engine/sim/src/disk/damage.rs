//! What time, firmware and people do to files at rest.

use super::{SimDisk, State, Written};
use openoutcry_workload::Random;

/// Doing harm to the files of a disk, the copy of one as a rule.
#[derive(Debug)]
pub(crate) struct Damage<'a>(pub(crate) &'a SimDisk);

impl Damage<'_> {
    /// Flips one bit of one file; which file, and which of its bytes.
    pub(crate) fn flip_bit(&self, dice: &mut Random) -> (String, usize) {
        let mut state = self.0.state();
        let name = segment(&state, dice);
        let file = state.names[&name];
        let bits = state.contents[file].length() * 8;
        let bit = usize::try_from(dice.below(bits as u64)).expect("files are small");
        state.contents[file].flip(bit);
        (name, bit / 8)
    }

    /// Moves one of the latest writes to another place of its file, as if it had gone there in the
    /// first place; false when there is none.
    pub(crate) fn misdirect(&self, dice: &mut Random) -> bool {
        let mut state = self.0.state();
        let Some(written) = pick(&latest(&state), dice).cloned() else { return false };
        let content = &mut state.contents[written.file];
        let slots = (content.length() / 64) as u64;
        let at = usize::try_from(dice.below(slots)).expect("files are small") * 64;
        if at == written.at {
            return false;
        }
        content.set(written.at, &written.before);
        content.set(at, &written.bytes);
        true
    }

    /// Takes back one of the latest writes that another followed; false when there is none.
    pub(crate) fn lose_write(&self, dice: &mut Random) -> bool {
        let mut state = self.0.state();
        let latest = latest(&state);
        let followed: Vec<&Written> = (0..latest.len())
            .filter(|place| latest[place + 1..].iter().any(|later| apart(later, latest[*place])))
            .map(|place| latest[place])
            .collect();
        // The fewer frames follow, the harder it is to see.
        let newest = followed.last().filter(|_| dice.chance(60)).copied();
        let Some(written) = newest.or_else(|| pick(&followed, dice)).cloned() else {
            return false;
        };
        state.contents[written.file].set(written.at, &written.before);
        true
    }

    /// Removes a segment that others follow; false when there is none.
    pub(crate) fn remove_segment(&self, dice: &mut Random) -> bool {
        let mut state = self.0.state();
        let names: Vec<_> = segments(&state);
        if names.len() < 2 {
            return false;
        }
        let gone = usize::try_from(dice.below(names.len() as u64 - 1)).expect("few segments");
        // One that was about to be archived is there twice.
        let gone = number(&names[gone]).to_owned();
        state.names.retain(|name, _| !is_segment(name) || number(name) != gone);
        segments(&state).len() < names.len() && !segments(&state).is_empty()
    }

    /// Cuts a file there.
    pub(crate) fn cut(&self, name: &str, length: usize) {
        let mut state = self.0.state();
        let file = state.names[name];
        state.contents[file].cut(length);
    }

    /// Removes all segments behind this one, and all snapshots.
    pub(crate) fn remove_after(&self, name: &str) {
        let kept = |other: &str| is_segment(other) && number(other) <= number(name);
        self.0.state().names.retain(|other, _| kept(other));
    }

    /// Flips, zeroes or cuts the newest snapshot, or puts the one before in its place; false when
    /// there is none.
    pub(crate) fn harm_snapshot(&self, dice: &mut Random) -> bool {
        let mut state = self.0.state();
        let kept = |name: &&String| name.strip_suffix(".snapshot").is_some();
        let names: Vec<String> = state.names.keys().filter(kept).cloned().collect();
        let Some(newest) = names.last() else { return false };
        let file = state.names[newest];
        let length = state.contents[file].length();
        let at = usize::try_from(dice.below(length as u64)).expect("files are small");
        match dice.below(4) {
            0 => state.contents[file].flip(at * 8 + at % 8),
            1 if state.contents[file].bytes(at, 1) != [0] => state.contents[file].set(at, &[0]),
            2 if names.len() > 1 => {
                let other = state.names[&names[names.len() - 2]];
                state.names.insert(newest.clone(), other);
            }
            _ => state.contents[file].cut(at),
        }
        true
    }

    /// Writes bytes into a file.
    pub(crate) fn set(&self, name: &str, at: usize, bytes: &[u8]) {
        let mut state = self.0.state();
        let file = state.names[name];
        state.contents[file].set(at, bytes);
    }

    /// What stands in a file.
    #[must_use]
    pub(crate) fn bytes(&self, name: &str, at: usize, length: usize) -> Vec<u8> {
        let state = self.0.state();
        state.contents[state.names[name]].bytes(at, length)
    }

    /// Whether there is a file of that name.
    #[must_use]
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.state().names.contains_key(name)
    }
}

/// The segments' names, archived or not, in their order.
fn segments(state: &State) -> Vec<String> {
    state.names.keys().filter(|name| is_segment(name)).cloned().collect()
}

fn is_segment(name: &str) -> bool {
    name.strip_suffix(".log").is_some() || name.strip_suffix(".log.zst").is_some()
}

/// The number that a file's name starts with.
fn number(name: &str) -> &str {
    name.get(..20).unwrap_or_default()
}

fn segment(state: &State, dice: &mut Random) -> String {
    let names = segments(state);
    let place = usize::try_from(dice.below(names.len() as u64)).expect("few segments");
    names[place].clone()
}

/// The latest writes into segments that changed something and that nothing has changed since.
fn latest(state: &State) -> Vec<&Written> {
    let names = |name: &String| name.strip_suffix(".log").is_some();
    let is_segment = |file| state.names.iter().any(|(name, other)| *other == file && names(name));
    let stands = |written: &&Written| {
        written.bytes != written.before
            && is_segment(written.file)
            && state.contents[written.file].bytes(written.at, written.bytes.len()) == written.bytes
    };
    state.latest.iter().filter(stands).collect()
}

fn apart(one: &Written, other: &Written) -> bool {
    one.file != other.file
        || one.at >= other.at + other.bytes.len()
        || other.at >= one.at + one.bytes.len()
}

fn pick<'a>(writes: &[&'a Written], dice: &mut Random) -> Option<&'a Written> {
    let place = dice.below((writes.len() as u64).max(1));
    writes.get(usize::try_from(place).expect("few writes")).copied()
}
