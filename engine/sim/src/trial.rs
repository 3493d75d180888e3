//! Harm done to a copy of the disk before a start, to see that the start refuses it.

use crate::auditor::{Violation, keep, promise};
use crate::disk::{Damage, SimDisk};
use crate::fault::Fault;
use crate::leader::recover;
use crate::message::Shipped;
use openoutcry_journal::{
    BLOCK, Batch, Journal, Outputs, Reader, Sizes, Tail, archive_name, segment_name,
};
use openoutcry_sequencer::{Pace, State, start};
use openoutcry_wire::command::{Resume, encode};
use openoutcry_wire::{ALL_SYMBOLS, Sequence, UNIT, Unit};
use openoutcry_workload::Random;

/// The faults that are tried on a copy.
pub(crate) const TRIED: [Fault; 8] = [
    Fault::FlippedBit,
    Fault::MisdirectedWrite,
    Fault::LostWrite,
    Fault::MissingSegment,
    Fault::EditedHistory,
    Fault::StaleWriter,
    Fault::OtherRules,
    Fault::HarmedSnapshot,
];

/// Units of a frame's header.
const HEADER: usize = 2;

/// A disk as it is, and what a start makes of it.
struct Sound<'a> {
    disk: &'a SimDisk,
    sizes: Sizes,
    state: State,
    tail: Tail,
    frames: Vec<Shipped>,
}

/// Does one kind of harm to a copy of `disk` and starts from it. None when there was nothing to
/// harm, else what the start said.
///
/// # Errors
/// The start went on with something else than what had been written.
pub(crate) fn attempt(
    fault: Fault,
    disk: &SimDisk,
    sizes: Sizes,
    dice: &mut Random,
) -> Result<Option<String>, Violation> {
    let mut frames = Vec::new();
    let sound = disk.copy();
    // What does not start as it is gains nothing from more harm.
    let Ok((state, Some(tail))) = recover(&sound, sizes, |frame| frames.push(frame)) else {
        return Ok(None);
    };
    let sound = Sound { disk: &sound, sizes, state, tail, frames };
    let harmed = sound.disk.copy();
    let harm = Damage(&harmed);
    let done = match fault {
        Fault::FlippedBit => {
            harm.flip_bit(dice);
            true
        }
        Fault::MisdirectedWrite => harm.misdirect(dice),
        Fault::LostWrite => harm.lose_write(dice),
        Fault::MissingSegment => harm.remove_segment(dice),
        Fault::EditedHistory => sound.edit(&harmed, dice),
        Fault::StaleWriter => sound.append_as_stale(&harmed),
        Fault::OtherRules => sound.append_by_other_rules(&harmed),
        Fault::HarmedSnapshot => {
            let harmed_one = harm.harm_snapshot(dice);
            return if harmed_one { sound.start_without(&harmed).map(Some) } else { Ok(None) };
        }
        _ => unreachable!("not a fault that is tried"),
    };
    if done { sound.start_from(fault, &harmed).map(Some) } else { Ok(None) }
}

impl Sound<'_> {
    /// The journal is whole: a start comes to the same state, and says what it passed over.
    fn start_without(&self, harmed: &SimDisk) -> Result<String, Violation> {
        let started =
            start(harmed, self.sizes, Sequence::MAX, Pace::Gentle(&|| ()), &mut |_, _| true);
        let same = started.as_ref().is_ok_and(|started| {
            let (found, was) = (&started.state.machine, &self.state.machine);
            found.state_hash() == was.state_hash() && !started.notices.is_empty()
        });
        let said = started.map(|started| started.notices.join("; "));
        keep(same, promise::DETECTED, || format!("after a harmed snapshot a start says {said:?}"))?;
        Ok(said.unwrap_or_default())
    }

    fn start_from(&self, fault: Fault, harmed: &SimDisk) -> Result<String, Violation> {
        let mut found = Vec::new();
        let tail = match recover(harmed, self.sizes, |frame| found.push(frame)) {
            Err(error) => return Ok(error.to_string()),
            Ok((_, tail)) => tail,
        };
        // A bit of the very last frame cannot be told from a write that was cut short: the start
        // says that it cut a torn tail. A bit of what lies behind it is nobody's.
        let torn = tail.is_some_and(|tail| tail.torn.is_some());
        let last = self.frames.len().saturating_sub(1);
        let harmless = fault == Fault::FlippedBit
            && (found == self.frames || (torn && found == self.frames[..last]));
        keep(harmless, promise::DETECTED, || {
            let (found, sound) = (found.len(), self.frames.len());
            format!("after {} a start finds {found} frames of {sound}", fault.text())
        })?;
        Ok("nothing was lost that a torn write could not lose".to_owned())
    }

    /// Rewrites one frame that others follow, its checksums made to match.
    fn edit(&self, harmed: &SimDisk, dice: &mut Random) -> bool {
        let Some(followed) = self.frames.len().checked_sub(1).filter(|count| *count > 0) else {
            return false;
        };
        let place = usize::try_from(dice.below(followed as u64)).expect("few frames");
        let frame = &self.frames[place];
        let (name, offset) = self.place_of(place);
        if !Damage(self.disk).has(&name) {
            return false;
        }
        let before = self.disk.copy();
        Damage(&before).remove_after(&name);
        Damage(&before).cut(&name, offset);
        let Some(tail) = tail_of(&before, self.sizes) else { return false };
        let mut commands = frame.commands.clone();
        let mut time = frame.time;
        if dice.chance(50) {
            time += 1;
        } else {
            let byte = 16 + usize::try_from(dice.below(48)).expect("small");
            commands[0].0[byte] ^= 1;
        }
        let tail = Tail { epoch: frame.epoch - 1, torn: None, ..tail };
        let Ok(mut journal) = Journal::resume(before.clone(), self.sizes, &tail) else {
            return false;
        };
        if journal.append(time, &commands, frame.count, frame.outputs).is_err() {
            return false;
        }
        let length = (HEADER + commands.len()) * UNIT;
        Damage(harmed).set(&name, offset, &Damage(&before).bytes(&name, offset, length));
        true
    }

    /// The segment of a frame, and the byte at which it starts there.
    fn place_of(&self, place: usize) -> (String, usize) {
        let is_first = |frame: &Shipped| {
            let names = [segment_name(frame.first), archive_name(frame.first)];
            names.iter().any(|name| Damage(self.disk).has(name))
        };
        let first = (0..=place).rev().find(|at| is_first(&self.frames[*at])).unwrap_or(0);
        let units: usize =
            self.frames[first..place].iter().map(|frame| HEADER + frame.commands.len()).sum();
        let header = usize::try_from(BLOCK).expect("a block");
        (segment_name(self.frames[first].first), header + units * UNIT)
    }

    fn append_as_stale(&self, harmed: &SimDisk) -> bool {
        let stale = self.tail.epoch.checked_sub(2);
        stale.is_some_and(|epoch| {
            self.append(harmed, &Tail { epoch, ..self.tail.clone() }, self.state.outputs())
        })
    }

    fn append_by_other_rules(&self, harmed: &SimDisk) -> bool {
        let mut outputs = self.state.outputs();
        outputs.digest[0] ^= 1;
        self.append(harmed, &self.tail, outputs)
    }

    fn append(&self, harmed: &SimDisk, tail: &Tail, outputs: Outputs) -> bool {
        let mut commands: Vec<Unit> = Vec::new();
        encode(&Resume { symbol: ALL_SYMBOLS, ..Resume::default() }, None, &mut commands);
        Journal::resume(harmed.clone(), self.sizes, tail)
            .and_then(|mut journal| journal.append(tail.time, &commands, 1, outputs))
            .is_ok()
    }
}

fn tail_of(disk: &SimDisk, sizes: Sizes) -> Option<Tail> {
    let mut reader = Reader::new(disk, sizes).ok()?;
    let mut batch = Batch::default();
    while reader.next(&mut batch).ok()? {}
    reader.tail()
}
